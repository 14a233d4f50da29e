//! What a clerk does with a spreadsheet: go down a list, give each the best that is left, never take anything back. Who
//! already has much to do is seen when it is too much.

use pairing::Problem;
use std::cmp::Reverse;

/// The cost of four orders in which a clerk may go.
pub(crate) fn costs(problem: &Problem) -> [(&'static str, i64); 4] {
    let tasks: Vec<u32> =
        (0..problem.supplies().len() as u32).filter(|node| problem.supplies()[*node as usize] > 0).collect();
    let mut desk = Desk::new(problem);
    let mut reversed = tasks.clone();
    reversed.reverse();
    // Whoever has the most to lose by not getting the best comes first.
    let mut urgent: Vec<(Reverse<i64>, u32)> = tasks.iter().map(|task| (Reverse(desk.regret(*task)), *task)).collect();
    urgent.sort_unstable();
    let urgent = urgent.into_iter().map(|(_, task)| task).collect::<Vec<_>>();
    [
        ("down the list", desk.go(&tasks)),
        ("up the list", desk.go(&reversed)),
        ("hard cases first", desk.go(&urgent)),
        ("best pairs first", desk.pick(&tasks)),
    ]
}

struct Desk<'a> {
    problem: &'a Problem,
    /// The arcs out of each node.
    out: Vec<Vec<u32>>,
    room: Vec<i64>,
}

impl Desk<'_> {
    fn new(problem: &Problem) -> Desk<'_> {
        let mut out = vec![Vec::new(); problem.supplies().len()];
        for (number, arc) in problem.arcs().iter().enumerate() {
            out[arc.from as usize].push(number as u32);
        }
        Desk { problem, out, room: Vec::new() }
    }

    fn clear(&mut self) {
        self.room = self.problem.arcs().iter().map(|arc| arc.cap).collect();
    }

    /// The way from a node to where it ends that begins with the arc which looks cheapest, and what it costs.
    fn cheapest(&self, node: u32) -> Option<(i64, Vec<u32>)> {
        if self.problem.supplies()[node as usize] < 0 {
            return Some((0, Vec::new()));
        }
        let mut ways: Vec<u32> = self.out[node as usize].clone();
        ways.retain(|arc| self.room[*arc as usize] > 0);
        ways.sort_by_key(|arc| self.problem.arcs()[*arc as usize].cost);
        ways.into_iter().find_map(|arc| self.after(arc))
    }

    /// The same after an arc.
    fn after(&self, arc: u32) -> Option<(i64, Vec<u32>)> {
        let (cost, mut path) = self.cheapest(self.problem.arcs()[arc as usize].to)?;
        path.push(arc);
        Some((cost + self.problem.arcs()[arc as usize].cost, path))
    }

    fn regret(&self, task: u32) -> i64 {
        let mut costs: Vec<i64> =
            self.out[task as usize].iter().map(|arc| self.problem.arcs()[*arc as usize].cost).collect();
        costs.sort_unstable();
        costs.get(1).map_or(i64::MAX, |second| second - costs[0])
    }

    fn take(&mut self, path: &[u32]) {
        for arc in path {
            self.room[*arc as usize] -= 1;
        }
    }

    /// Each in turn gets the best that is left.
    fn go(&mut self, tasks: &[u32]) -> i64 {
        self.clear();
        let mut total = 0;
        for task in tasks {
            let (cost, path) = self.cheapest(*task).expect("everybody can be left without a lead");
            self.take(&path);
            total += cost;
        }
        total
    }

    /// The best pair of all is made, then the best of what is left, and so on.
    fn pick(&mut self, tasks: &[u32]) -> i64 {
        self.clear();
        let arcs = self.problem.arcs();
        let mut pairs: Vec<u32> = tasks.iter().flat_map(|task| self.out[*task as usize].iter().copied()).collect();
        pairs.sort_by_key(|arc| arcs[*arc as usize].cost);
        let mut done = vec![false; self.out.len()];
        let mut total = 0;
        for arc in pairs {
            let task = arcs[arc as usize].from as usize;
            if !done[task]
                && let Some((cost, path)) = self.after(arc)
            {
                done[task] = true;
                self.take(&path);
                total += cost;
            }
        }
        total
    }
}
