//! What it would cost if one unit had to leave an arc: the shortest way from its tail to its head that does not use it.
//!
//! The flow is the cheapest, so what the unit gains nowhere it can only lose: the loss is the length of that way, less the
//! (never positive) reduced cost of the arc. The way is sought from both ends at once, always from the end that has come
//! less far; when both together have come as far as the best meeting found, it is the shortest.

use super::network::{GRAIN, Network, Way};
use super::search::Search;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What an arc could be done without for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detour {
    /// The whole would cost so much more, and these arcs would carry something else.
    Costs {
        /// By how much.
        rise: i64,
        /// What changes, along the way; first the arc itself.
        shifts: Vec<Shift>,
    },
    /// The search was given up; the whole would cost at least so much more.
    AtLeast(i64),
    /// There would be no flow at all.
    Needed,
    /// It carries no more than it must: nothing changes.
    Unused,
}

/// One unit more or one less on an arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The arc's number.
    pub arc: usize,
    /// 1 or −1.
    pub by: i64,
}

/// Seeks the way round an arc that carries something.
pub(crate) fn find(
    network: &mut Network,
    search: &mut Search,
    into: &mut Into,
    (tail, arc): (usize, usize),
    most: usize,
) -> Detour {
    let head = network.ahead(arc).head as usize;
    let saved = -(network.pays(arc) + network.price[tail]);
    search.begin([tail as u32], Some(arc));
    into.begin(head, arc);
    let mut meeting = Meeting { length: i64::MAX, node: head };
    let mut settled = 0;
    while search.here() + into.here < meeting.length {
        if settled == most {
            return Detour::AtLeast((meeting.length.min(search.here() + into.here) + saved) / GRAIN);
        }
        let exhausted = if settled % 2 == 0 {
            let next = search.settle(network);
            if let Some((node, distance)) = next {
                meeting.try_at(node, distance, into.distance(node));
            }
            next.is_none()
        } else {
            !into.settle(network, search, &mut meeting)
        };
        if exhausted {
            break;
        }
        settled += 1;
    }
    if meeting.length == i64::MAX {
        return Detour::Needed;
    }
    let mut shifts = Vec::new();
    let shift = |way: Way| Shift { arc: network.number(way.arc()), by: if way.is_back() { -1 } else { 1 } };
    let mut node = meeting.node;
    while node != tail {
        let (from, way) = search.by(node);
        shifts.push(shift(way));
        node = from;
    }
    shifts.push(shift(Way::back(arc)));
    shifts.reverse();
    let mut node = meeting.node;
    while node != head {
        let way = into.seen[node].by;
        shifts.push(shift(way));
        node = network.leads(way);
    }
    Detour::Costs { rise: (meeting.length + saved) / GRAIN, shifts }
}

/// The best place known where both searches meet.
struct Meeting {
    length: i64,
    node: usize,
}

impl Meeting {
    fn try_at(&mut self, node: usize, there: i64, from_there: Option<i64>) {
        if let Some(from_there) = from_there
            && there + from_there < self.length
        {
            *self = Meeting { length: there + from_there, node };
        }
    }
}

/// The arcs into every node, and the memory of searches that go backwards.
#[derive(Clone, Debug)]
pub(crate) struct Into {
    first: Vec<u32>,
    /// Tail and arc.
    arcs: Vec<(u32, u32)>,
    seen: Vec<Seen>,
    touched: Vec<u32>,
    /// As in [`Search`].
    same: Vec<u32>,
    farther: BinaryHeap<Reverse<(i64, u32)>>,
    here: i64,
    closed: usize,
}

/// How far it is from a node to the goal, and by which way.
#[derive(Clone, Copy, Debug)]
struct Seen {
    distance: i64,
    settled: bool,
    by: Way,
}

const UNSEEN: Seen = Seen { distance: i64::MAX, settled: false, by: Way::ahead(0) };

impl Into {
    pub(crate) fn new(network: &Network) -> Into {
        let nodes = network.nodes();
        let mut first = vec![0; nodes + 1];
        for arc in 0..network.arcs() {
            first[network.ahead(arc).head as usize + 1] += 1;
        }
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut place = first.clone();
        let mut arcs = vec![(0, 0); network.arcs()];
        for tail in 0..nodes {
            for arc in network.group(tail) {
                let place = &mut place[network.ahead(arc).head as usize];
                arcs[*place as usize] = (tail as u32, arc as u32);
                *place += 1;
            }
        }
        let (touched, same, farther) = (Vec::new(), Vec::new(), BinaryHeap::new());
        Into { first, arcs, seen: vec![UNSEEN; nodes], touched, same, farther, here: 0, closed: 0 }
    }

    fn begin(&mut self, goal: usize, closed: usize) {
        for node in self.touched.drain(..) {
            self.seen[node as usize] = UNSEEN;
        }
        self.same.clear();
        self.farther.clear();
        (self.here, self.closed) = (0, closed);
        self.reach(goal, 0, Way::ahead(0));
    }

    fn distance(&self, node: usize) -> Option<i64> {
        Some(self.seen[node].distance).filter(|distance| *distance < i64::MAX)
    }

    /// Settles the next node, if there is one.
    fn settle(&mut self, network: &Network, search: &Search, meeting: &mut Meeting) -> bool {
        loop {
            let next = self.same.pop().or_else(|| {
                let Reverse((distance, node)) = self.farther.pop()?;
                self.here = distance;
                Some(node)
            });
            let Some(node) = next.map(|node| node as usize) else { return false };
            let seen = &mut self.seen[node];
            if seen.settled || seen.distance > self.here {
                continue;
            }
            seen.settled = true;
            let base = seen.distance - network.price[node];
            for place in self.first[node] as usize..self.first[node + 1] as usize {
                let (tail, arc) = (self.arcs[place].0 as usize, self.arcs[place].1 as usize);
                let distance = base + network.ahead(arc).cost + network.price[tail];
                if distance < self.seen[tail].distance && network.room(arc) > 0 && arc != self.closed {
                    self.reach(tail, distance, Way::ahead(arc));
                    meeting.try_at(tail, distance, search.distance(tail));
                }
            }
            for arc in network.group(node) {
                let ahead = network.ahead(arc);
                let distance = base - ahead.cost + network.price[ahead.head as usize];
                if network.carried(arc) > 0 && distance < self.seen[ahead.head as usize].distance {
                    self.reach(ahead.head as usize, distance, Way::back(arc));
                    meeting.try_at(ahead.head as usize, distance, search.distance(ahead.head as usize));
                }
            }
            return true;
        }
    }

    fn reach(&mut self, node: usize, distance: i64, by: Way) {
        let seen = &mut self.seen[node];
        if seen.distance == i64::MAX {
            self.touched.push(node as u32);
        }
        (seen.distance, seen.by) = (distance, by);
        if distance <= self.here {
            self.same.push(node as u32);
        } else {
            self.farther.push(Reverse((distance, node as u32)));
        }
    }
}
