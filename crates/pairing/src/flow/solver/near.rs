//! The best few ways ahead of every node, kept at hand.
//!
//! A client may have a hundred possible officials, but only the best dozen ever matter. What an arc *pays* is its cost less
//! the price of its head. While prices fall, what an arc pays only grows: what it was when last looked at is a lower bound
//! ever after. So a node keeps the [`WIDTH`] arcs that paid least, in order, and what the best of all others paid. Whoever
//! looks for arcs up to some bound reads from the front and stops at the first that is beyond; only when the bound lies
//! beyond all that is at hand, all arcs of the node are looked at again.

use super::network::Network;

/// How many arcs are kept at hand.
const WIDTH: usize = 24;

/// An arc at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtHand {
    /// It pays no less than this.
    pub(crate) least: i64,
    /// In grains.
    cost: i64,
    pub(crate) head: u32,
    pub(crate) arc: u32,
}

/// The arcs at hand of all nodes.
#[derive(Clone, Debug)]
pub(crate) struct Near {
    first: Vec<u32>,
    arcs: Vec<AtHand>,
    /// For each node, what all other arcs pay at least; [`UNKNOWN`] when prices have risen since.
    beyond: Vec<i64>,
    sorting: Vec<AtHand>,
}

const UNKNOWN: i64 = i64::MIN;

impl Near {
    /// Nothing is known yet of the nodes whose arcs begin at these places.
    pub(crate) fn new(groups: &[u32]) -> Near {
        let mut first = vec![0; groups.len()];
        for node in 1..groups.len() {
            first[node] = first[node - 1] + (groups[node] - groups[node - 1]).min(WIDTH as u32);
        }
        Near {
            arcs: vec![AtHand { least: 0, cost: 0, head: 0, arc: 0 }; *first.last().unwrap_or(&0) as usize],
            beyond: vec![UNKNOWN; groups.len().saturating_sub(1)],
            sorting: Vec::new(),
            first,
        }
    }

    /// The arcs at hand, those that pay least first.
    pub(crate) fn of(&self, node: usize) -> &[AtHand] {
        &self.arcs[self.first[node] as usize..self.first[node + 1] as usize]
    }

    /// What all others pay at least.
    pub(crate) fn beyond(&self, node: usize) -> i64 {
        self.beyond[node]
    }

    /// Something this node's arcs pay has become less.
    pub(crate) fn forget(&mut self, node: usize) {
        self.beyond[node] = UNKNOWN;
    }

    /// Prices have risen.
    pub(crate) fn forget_all(&mut self) {
        self.beyond.fill(UNKNOWN);
    }
}

impl Network {
    /// Looks at all arcs of a node, and keeps the best at hand.
    pub(crate) fn look_again(&mut self, node: usize) {
        let mut sorting = std::mem::take(&mut self.near.sorting);
        sorting.clear();
        sorting.extend(self.group(node).map(|arc| {
            let ahead = self.ahead(arc);
            AtHand { least: self.pays(arc), cost: ahead.cost, head: ahead.head, arc: arc as u32 }
        }));
        self.near.beyond[node] = i64::MAX;
        if sorting.len() > WIDTH {
            // By number among equals: the same on every machine.
            sorting.select_nth_unstable_by_key(WIDTH, |at_hand| (at_hand.least, at_hand.arc));
            self.near.beyond[node] = sorting[WIDTH].least;
            sorting.truncate(WIDTH);
        }
        sorting.sort_unstable_by_key(|at_hand| (at_hand.least, at_hand.arc));
        let first = self.near.first[node] as usize;
        self.near.arcs[first..first + sorting.len()].copy_from_slice(&sorting);
        self.near.sorting = sorting;
    }

    /// What an arc at hand pays now.
    pub(crate) fn pays_now(&self, at_hand: &AtHand) -> i64 {
        at_hand.cost - self.price[at_hand.head as usize]
    }

    /// Looks at all arcs of a node if nothing is known of them.
    pub(crate) fn look(&mut self, node: usize) {
        if self.near.beyond[node] == UNKNOWN {
            self.look_again(node);
        }
    }
}
