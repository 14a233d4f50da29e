//! Nearest first: how far nodes are over what is left of the network (Dijkstra over reduced costs).
//!
//! A node's arcs are not all looked at when it is settled: the search notes how far the next of those at hand may lead, and
//! comes back to it when it has come as far. Most arcs are never looked at.

use super::network::{Network, Way};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const FAR: i64 = i64::MAX;

/// Which of a node's arcs have been looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looked {
    /// None: the node is not settled.
    None,
    /// So many of those at hand.
    AtHand(u8),
    /// So many of those at hand, which were looked up in this search.
    Afresh(u8),
    All,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    distance: i64,
    /// How far the next arc may lead.
    next: i64,
    from: u32,
    by: Way,
    looked: Looked,
}

const UNSEEN: Seen = Seen { distance: FAR, next: FAR, from: 0, by: Way::ahead(0), looked: Looked::None };

/// A search, and its memory for the next.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    seen: Vec<Seen>,
    touched: Vec<u32>,
    settled: Vec<u32>,
    /// Nodes no farther than the one settled last; the last found goes first, which soon leads somewhere.
    same: Vec<u32>,
    farther: BinaryHeap<Reverse<(i64, u32)>>,
    here: i64,
    closed: Option<usize>,
}

impl Search {
    pub(crate) fn new(nodes: usize) -> Search {
        Search {
            seen: vec![UNSEEN; nodes],
            touched: Vec::new(),
            settled: Vec::new(),
            same: Vec::new(),
            farther: BinaryHeap::new(),
            here: 0,
            closed: None,
        }
    }

    /// Begins anew from these nodes, and does not use this arc ahead.
    pub(crate) fn begin(&mut self, from: impl IntoIterator<Item = u32>, closed: Option<usize>) {
        for node in self.touched.drain(..) {
            self.seen[node as usize] = UNSEEN;
        }
        self.settled.clear();
        self.same.clear();
        self.farther.clear();
        self.here = 0;
        self.closed = closed;
        for node in from {
            self.reach(node as usize, 0, node, Way::ahead(0));
        }
    }

    /// Settles the next node, if any can still be reached: says which, and how far it is.
    pub(crate) fn settle(&mut self, network: &mut Network) -> Option<(usize, i64)> {
        self.settle_unless(network, |_| false)
    }

    /// The same, but does not go on from nodes of which the caller knows all that lies beyond.
    pub(crate) fn settle_unless(
        &mut self,
        network: &mut Network,
        known: impl Fn(usize) -> bool,
    ) -> Option<(usize, i64)> {
        loop {
            let node = self.same.pop().or_else(|| {
                let Reverse((distance, node)) = self.farther.pop()?;
                self.here = distance;
                Some(node)
            })? as usize;
            let Seen { distance, next, looked, .. } = self.seen[node];
            match looked {
                Looked::None if distance <= self.here => {
                    self.settled.push(node as u32);
                    if known(node) {
                        self.seen[node].looked = Looked::All;
                        return Some((node, distance));
                    }
                    self.look_back(network, node);
                    network.look(node);
                    self.look_ahead(network, node, Looked::AtHand(0));
                    return Some((node, distance));
                }
                Looked::AtHand(_) | Looked::Afresh(_) if next <= self.here => self.look_ahead(network, node, looked),
                _ => {}
            }
        }
    }

    /// No node that is not yet settled is nearer.
    pub(crate) fn here(&self) -> i64 {
        self.here
    }

    /// The nodes settled, nearest first.
    pub(crate) fn settled(&self) -> &[u32] {
        &self.settled
    }

    pub(crate) fn is_settled(&self, node: usize) -> bool {
        self.seen[node].looked != Looked::None
    }

    /// How far a node is, as far as is known; none if no way to it has been found.
    pub(crate) fn distance(&self, node: usize) -> Option<i64> {
        Some(self.seen[node].distance).filter(|distance| *distance < FAR)
    }

    /// From where and by which way a node was reached.
    pub(crate) fn by(&self, node: usize) -> (usize, Way) {
        (self.seen[node].from as usize, self.seen[node].by)
    }

    fn look_back(&mut self, network: &Network, node: usize) {
        let base = self.seen[node].distance + network.price[node];
        for (_, load) in network.arriving(node) {
            let tail = load.tail as usize;
            self.reach(tail, base + network.pays_back(load), node as u32, Way::back(load.arc as usize));
        }
    }

    /// Looks at the arcs that lead no farther than this search has come.
    fn look_ahead(&mut self, network: &mut Network, node: usize, looked: Looked) {
        let base = self.seen[node].distance + network.price[node];
        let (mut count, mut afresh) = match looked {
            Looked::AtHand(count) => (count, false),
            Looked::Afresh(count) => (count, true),
            Looked::None | Looked::All => return,
        };
        loop {
            let at_hand = network.near.of(node);
            while let Some(next) = at_hand.get(count as usize)
                && base + next.least <= self.here
            {
                self.try_arc(network, node, next.arc as usize, base);
                count += 1;
            }
            let least = at_hand.get(count as usize).map_or(network.near.beyond(node), |next| next.least);
            let seen = &mut self.seen[node];
            if least == i64::MAX {
                seen.looked = Looked::All;
                return;
            }
            if base + least > self.here {
                seen.looked = if afresh { Looked::Afresh(count) } else { Looked::AtHand(count) };
                seen.next = base + least;
                self.farther.push(Reverse((base + least, node as u32)));
                return;
            }
            if afresh {
                seen.looked = Looked::All;
                for arc in network.group(node) {
                    self.try_arc(network, node, arc, base);
                }
                return;
            }
            network.look_again(node);
            (count, afresh) = (0, true);
        }
    }

    fn try_arc(&mut self, network: &Network, node: usize, arc: usize, base: i64) {
        let head = network.ahead(arc).head as usize;
        let distance = base + network.pays(arc);
        if distance < self.seen[head].distance && network.ahead(arc).room > 0 && self.closed != Some(arc) {
            self.reach(head, distance, node as u32, Way::ahead(arc));
        }
    }

    fn reach(&mut self, node: usize, distance: i64, from: u32, by: Way) {
        let seen = &mut self.seen[node];
        if distance >= seen.distance {
            return;
        }
        if seen.distance == FAR {
            self.touched.push(node as u32);
        }
        (seen.distance, seen.from, seen.by) = (distance, from, by);
        if distance <= self.here {
            self.same.push(node as u32);
        } else {
            self.farther.push(Reverse((distance, node as u32)));
        }
    }
}
