//! How long a plan takes, from a town to a province, beside Google OR-Tools in the same run; what it gains over a clerk's
//! list; and what it takes to keep it right and to explain it.
//!
//! `WQT_BENCH_SCALES` chooses sizes (1 is a city; a province, 20, wants 5 GB and, beside OR-Tools, some minutes), `WQT_ORTOOLS_PYTHON` names a Python that has
//! `ortools`. Every plan is proved by its certificate and must cost what OR-Tools found. Both are measured in turn, by
//! processor time (`cpu`) and by the clock.

mod clerk;
mod clock;
mod life;
mod ortools;
mod town;

use clock::{median, timed};
use ortools::OrTools;
use pairing::{Problem, solve};

fn main() {
    let scales = std::env::var("WQT_BENCH_SCALES").unwrap_or_else(|_| "0.1 1 4 20".to_owned());
    if std::env::var("WQT_ORTOOLS_PYTHON").is_err() {
        println!("Set WQT_ORTOOLS_PYTHON to a Python with `ortools` to see its figures beside ours.");
    }
    println!(
        "{:>5} {:>7} {:>9} {:>10}  {:>8} {:>8} {:>6} {:>8} {:>8} {:>6}  {:>9} {:>8}",
        "scale", "nodes", "arcs", "cost", "ours cpu", "wall", "MB", "OR cpu", "wall", "MB", "ratio cpu", "wall"
    );
    let mut cities = Vec::new();
    for scale in scales.split_whitespace() {
        let scale: f64 = scale.parse().expect("WQT_BENCH_SCALES holds numbers");
        // A province is planned with sixty candidates for each client, a city with a hundred.
        let problem = town::problem(scale, if scale > 5.0 { 60 } else { 100 }, 1);
        beside(scale, &problem);
        if scale <= 1.0 {
            cities.push((scale, problem));
        }
    }
    for (scale, problem) in cities {
        life::show(scale, problem);
    }
}

/// Solves a problem, beside OR-Tools.
fn beside(scale: f64, problem: &Problem) {
    let runs = if scale > 1.0 { 1 } else { 3 };
    let mut theirs = OrTools::start(problem);
    let (mut ours, mut others, mut megabytes, mut cost) = (Vec::new(), Vec::new(), [0; 2], 0);
    for _ in 0..runs {
        clock::reset_peak();
        let (plan, taken) = timed(|| solve(problem).expect("every city can be paired"));
        megabytes[0] = clock::peak();
        ours.push(taken);
        cost = plan.certificate.check(problem, &plan.flow).expect("the plan is proved");
        drop(plan);
        if let Some(theirs) = &mut theirs {
            let answer = theirs.solve();
            assert_eq!(answer.cost, cost, "OR-Tools finds the same cost");
            others.push(answer.taken);
            megabytes[1] = answer.megabytes;
        }
    }
    let ours = median(ours);
    let (nodes, arcs) = (problem.supplies().len(), problem.arcs().len());
    print!("{scale:>5} {nodes:>7} {arcs:>9} {cost:>10}  {:>8.3} {:>8.3} {:>6}", ours.cpu, ours.wall, megabytes[0]);
    if others.is_empty() {
        println!();
    } else {
        let other = median(others);
        print!(" {:>8.3} {:>8.3} {:>6}", other.cpu, other.wall, megabytes[1]);
        println!("  {:>9.3} {:>8.3}", ours.cpu / other.cpu, ours.wall / other.wall);
    }
}
