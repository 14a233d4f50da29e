//! What becomes of a plan: what it gains over a clerk's list, what it takes when one official leaves, and what it takes to
//! say of every pair what it is worth.

use crate::clerk;
use crate::clock::{Taken, timed};
use pairing::{Change, Detour, Planner, Problem};

/// How many officials leave, one after another.
const LEAVE: usize = 50;
/// Nodes to look at for one pair.
const MOST: usize = 4_000;

/// Prints it all for one city.
pub(crate) fn show(scale: f64, problem: Problem) {
    println!("\nscale {scale}");
    let clerks = clerk::costs(&problem);
    let mut planner = Planner::new(problem).expect("every city can be paired");
    let best = planner.plan().cost;
    for (order, cost) in clerks {
        println!(
            "  a clerk, {order:<17} costs {:>5.1} % more than the plan",
            (cost - best) as f64 * 100.0 / best as f64
        );
    }
    leave(&mut planner);
    explain(&mut planner);
}

/// One official leaves, and another, and another: all their places close, and those they looked after go elsewhere.
fn leave(planner: &mut Planner) {
    let arcs = planner.problem().arcs();
    let sink = planner.problem().supplies().len() as u32 - 1;
    let used: Vec<usize> = (0..arcs.len()).filter(|arc| arcs[*arc].to == sink && planner.flow(*arc) > 0).collect();
    let mut times = Vec::new();
    for place in (0..LEAVE).map(|index| used[index * used.len() / LEAVE]) {
        let arcs = planner.problem().arcs();
        let official = arcs[place].from;
        let places = (0..arcs.len()).filter(|arc| arcs[*arc].from == official && arcs[*arc].to == sink);
        let close = |arc: usize| Change::Arc { arc, low: 0, cap: 0, cost: arcs[arc].cost };
        let changes: Vec<Change> = places.map(close).collect();
        let (changed, taken) = timed(|| planner.change(&changes));
        changed.expect("the others have places");
        times.push(taken);
    }
    let plan = planner.plan();
    plan.certificate.check(planner.problem(), &plan.flow).expect("the plan is still proved");
    print_times("one official leaves", times);
}

/// What every pair is worth: what it would cost to do without it.
fn explain(planner: &mut Planner) {
    let arcs = planner.problem().arcs();
    let sends = |arc: usize| planner.problem().supplies()[arcs[arc].from as usize] > 0;
    let pairs: Vec<usize> = (0..arcs.len()).filter(|arc| sends(*arc) && planner.flow(*arc) > 0).collect();
    let (mut times, mut exact) = (Vec::new(), 0);
    for pair in &pairs {
        let (detour, taken) = timed(|| planner.without(*pair, MOST));
        exact += usize::from(matches!(detour, Detour::Costs { .. }));
        times.push(taken);
    }
    print_times("worth of a pair", times);
    println!(
        "  {:.1} % of {} pairs told exactly within {MOST} nodes",
        exact as f64 * 100.0 / pairs.len() as f64,
        pairs.len()
    );
}

fn print_times(what: &str, times: Vec<Taken>) {
    for (by, of) in [("cpu", (|taken: &Taken| taken.cpu) as fn(&Taken) -> f64), ("wall", |taken| taken.wall)] {
        let mut times: Vec<f64> = times.iter().map(|taken| of(taken) * 1e3).collect();
        times.sort_by(f64::total_cmp);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
        println!("  {what:<20} {by:>4}: mean {mean:>7.3} ms, median {:>7.3}, p99 {:>7.3}", at(50), at(99));
    }
}
