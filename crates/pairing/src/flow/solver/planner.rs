//! A plan that stays: what changes is mended, and what would change is told.

use super::detour::{self, Detour, Into};
use super::network::{Network, Way};
use super::rounds::Rounds;
use super::{Plan, certificate, optimum, plan, shortage};
use crate::flow::certificate::Certificate;
use crate::flow::problem::{Arc, Change, Malformed, Problem};
use crate::flow::shortage::Shortage;
use thiserror::Error;

/// A problem with its cheapest flow.
///
/// It costs what solving costs to make one; after that a change costs what it disturbs. Which of several flows of the same
/// cost is kept depends on the changes that led there; the cost does not.
#[derive(Clone, Debug)]
pub struct Planner {
    problem: Problem,
    network: Network,
    rounds: Rounds,
    /// Made when it is first wanted.
    into: Option<Into>,
}

/// Why a change was not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// What it would lead to is no problem.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// No flow would be left.
    #[error(transparent)]
    Shortage(#[from] Shortage),
}

impl Planner {
    /// Solves the problem.
    ///
    /// # Errors
    /// When there is no flow, with the nodes that have more than can leave them.
    pub fn new(problem: Problem) -> Result<Planner, Shortage> {
        let (network, rounds) = optimum(&problem)?;
        Ok(Planner { problem, network, rounds, into: None })
    }

    /// The problem as it is now.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The whole plan with its proof.
    #[must_use]
    pub fn plan(&self) -> Plan {
        plan(&self.problem, &self.network)
    }

    /// The prices that prove the flow cheapest.
    #[must_use]
    pub fn certificate(&self) -> Certificate {
        certificate(&self.network)
    }

    /// What an arc carries.
    ///
    /// # Panics
    /// When there is no such arc.
    #[must_use]
    pub fn flow(&self, arc: usize) -> i64 {
        let of = &self.problem.arcs()[arc];
        of.low + self.network.carried(self.network.place(arc, of))
    }

    /// Changes supplies, bounds and costs, all at once, and mends the flow until it is the cheapest again. An arc that
    /// closes has capacity 0 from then on; the numbers of nodes and arcs stay what they are.
    ///
    /// # Errors
    /// When the whole would be malformed, or no flow would be left. Then the problem stays as it was, and so does the cost.
    pub fn change(&mut self, changes: &[Change]) -> Result<(), Refused> {
        let undo = self.problem.change(changes)?;
        if let Some(into) = &mut self.into {
            into.forget();
        }
        if let Err(nodes) = self.mend(changes, &undo) {
            let shortage = shortage(&self.network, nodes);
            let redo = self.problem.change(&undo)?;
            // It was solved before it was changed.
            if let Err(nodes) = self.mend(&undo, &redo) {
                return Err(super::shortage(&self.network, nodes).into());
            }
            return Err(shortage.into());
        }
        Ok(())
    }

    /// What it would cost if this arc could carry one unit less than it does, and what would change then. Gives up when so
    /// many nodes have been looked at.
    ///
    /// # Panics
    /// When there is no such arc.
    pub fn without(&mut self, arc: usize, most: usize) -> Detour {
        let of = &self.problem.arcs()[arc];
        let place = self.network.place(arc, of);
        if self.network.carried(place) == 0 {
            return Detour::Unused;
        }
        let into = self.into.get_or_insert_with(|| Into::new(&self.network));
        detour::find(&mut self.network, &mut self.rounds.search, into, (of.from as usize, place), most)
    }

    /// The nodes among which one more unit at this node could move, if only these arcs were there: when it finds no place
    /// among them, they all compete for too few. In order.
    pub fn rivals(&self, node: u32, through: impl Fn(usize) -> bool) -> Vec<u32> {
        let mut inside = vec![false; self.network.nodes()];
        inside[node as usize] = true;
        let mut nodes = vec![node];
        let mut next = 0;
        while let Some(node) = nodes.get(next).map(|node| *node as usize) {
            next += 1;
            let ahead = self.network.group(node).map(Way::ahead);
            let back = self.network.arriving(node).map(|(_, load)| Way::back(load.arc as usize));
            for way in ahead.chain(back) {
                let to = self.network.leads(way);
                if !inside[to] && self.network.width(way) > 0 && through(self.network.number(way.arc())) {
                    inside[to] = true;
                    nodes.push(to as u32);
                }
            }
        }
        nodes.sort_unstable();
        nodes
    }

    /// Brings the network to the problem, which has just changed by these changes and would change back by those.
    fn mend(&mut self, changes: &[Change], undo: &[Change]) -> Result<(), Vec<u32>> {
        let mut disturbed = Vec::new();
        // Undoing is in reverse order.
        for (change, undo) in changes.iter().zip(undo.iter().rev()) {
            match (*change, *undo) {
                (
                    Change::Arc { arc, low, cap, cost },
                    Change::Arc { low: old_low, cap: old_cap, cost: old_cost, .. },
                ) => {
                    let ends = self.problem.arcs()[arc];
                    let old = Arc { low: old_low, cap: old_cap, cost: old_cost, ..ends };
                    let place = self.network.place(arc, &ends);
                    self.network.alter(place, &old, &Arc { low, cap, cost, ..ends });
                    self.network.obey(ends.from as usize, place);
                    disturbed.extend([ends.from, ends.to]);
                }
                (Change::Supply { node, supply }, Change::Supply { supply: old, .. }) => {
                    self.network.excess[node as usize] += supply - old;
                    disturbed.push(node);
                }
                _ => {}
            }
        }
        disturbed.sort_unstable();
        disturbed.dedup();
        self.rounds.run(&mut self.network, disturbed)
    }
}
