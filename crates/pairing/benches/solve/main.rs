//! How long a plan takes, from a town to a province, beside Google OR-Tools in the same run; and planning again.
//!
//! `WQT_BENCH_SCALES` chooses sizes (1 is a city; a province, 20, wants 4 GB), `WQT_ORTOOLS_PYTHON` names a Python that has
//! `ortools`. Every plan is proved by its certificate and must cost what OR-Tools found; times are medians of three.

mod ortools;
mod town;

use ortools::OrTools;
use pairing::{Arc, Plan, Problem, replan, solve};
use std::time::Instant;

const RUNS: usize = 3;

fn main() {
    let scales = std::env::var("WQT_BENCH_SCALES").unwrap_or_else(|_| "0.02 0.1 0.3 1".to_owned());
    if std::env::var("WQT_ORTOOLS_PYTHON").is_err() {
        println!("Set WQT_ORTOOLS_PYTHON to a Python with `ortools` to see its times beside ours.");
    }
    println!(
        "{:>6} {:>8} {:>10} {:>14} {:>9} {:>9} {:>6} {:>9} {:>12}",
        "scale", "nodes", "arcs", "cost", "ours s", "OR s", "ratio", "OR MB", "one left ms"
    );
    for scale in scales.split_whitespace() {
        let scale: f64 = scale.parse().expect("WQT_BENCH_SCALES holds numbers");
        // A province is planned with sixty candidates for each client, a city with a hundred.
        let problem = town::problem(scale, if scale > 5.0 { 60 } else { 100 }, 1);
        let mut theirs = OrTools::start(&problem);
        let (mut ours, mut others, mut megabytes, mut plan) = (Vec::new(), Vec::new(), 0, None);
        for _ in 0..RUNS {
            let start = Instant::now();
            let solved = solve(&problem).expect("every city can be paired");
            ours.push(start.elapsed().as_secs_f64());
            let proved = solved.certificate.check(&problem, &solved.flow).expect("the plan is proved");
            if let Some(theirs) = &mut theirs {
                let answer = theirs.solve();
                assert_eq!(answer.cost, proved, "OR-Tools finds the same cost");
                others.push(answer.seconds);
                megabytes = answer.megabytes;
            }
            plan = Some(solved);
        }
        let plan = plan.expect("it was solved");
        let (ours, left) = (median(ours), one_left(&problem, &plan));
        let (nodes, arcs, cost) = (problem.supplies().len(), problem.arcs().len(), plan.cost);
        print!("{scale:>6} {nodes:>8} {arcs:>10} {cost:>14} {ours:>9.3}");
        if others.is_empty() {
            println!(" {:>9} {:>6} {:>9} {left:>12.1}", "-", "-", "-");
        } else {
            let other = median(others);
            println!(" {other:>9.3} {:>6.3} {megabytes:>9} {left:>12.1}", ours / other);
        }
    }
}

/// Milliseconds to plan again when one official leaves.
fn one_left(problem: &Problem, plan: &Plan) -> f64 {
    let gone = (0..problem.arcs().len()).rev().find(|arc| plan.flow[*arc] > 0).map(|arc| problem.arcs()[arc].from);
    let without = |arc: &Arc| if Some(arc.from) == gone { Arc { cap: 0, ..*arc } } else { *arc };
    let arcs = problem.arcs().iter().map(without).collect();
    let changed = Problem::new(problem.supplies().to_vec(), arcs).expect("it is the old one, without one official");
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        let again = replan(&changed, plan).expect("the others have places");
        let taken = start.elapsed().as_secs_f64() * 1_000.0;
        again.certificate.check(&changed, &again.flow).expect("the new plan is proved");
        taken
    });
    median(times.collect())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
