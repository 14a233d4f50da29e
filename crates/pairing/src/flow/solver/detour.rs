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
            into.look_across(network, search, &mut meeting);
            return Detour::AtLeast((meeting.length.min(search.here() + into.here) + saved) / GRAIN);
        }
        let exhausted = if settled % 2 == 0 {
            let next = search.settle_unless(network, |node| into.seen[node].settled);
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
    into.look_across(network, search, &mut meeting);
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

/// The ways into every node, and the memory of searches that go backwards.
#[derive(Clone, Debug)]
pub(crate) struct Into {
    /// The arcs into each node, whether they can be travelled or not: tail and arc.
    first: Vec<u32>,
    arcs: Vec<(u32, u32)>,
    /// The ways into each node, shortest first, once they have been looked up.
    ways: Vec<Option<Box<[InWay]>>>,
    seen: Vec<Seen>,
    touched: Vec<u32>,
    settled: Vec<u32>,
    /// As in [`Search`].
    same: Vec<u32>,
    farther: BinaryHeap<Reverse<(i64, u32)>>,
    here: i64,
    closed: Way,
}

/// A way into a node.
#[derive(Clone, Copy, Debug)]
struct InWay {
    length: i64,
    from: u32,
    way: Way,
}

/// How far it is from a node to the goal, and by which way.
#[derive(Clone, Copy, Debug)]
struct Seen {
    distance: i64,
    by: Way,
    settled: bool,
    /// How many of the ways into it have been looked at.
    looked: u32,
}

const UNSEEN: Seen = Seen { distance: i64::MAX, by: Way::ahead(0), settled: false, looked: 0 };

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
        Into {
            first,
            arcs,
            ways: vec![None; nodes],
            seen: vec![UNSEEN; nodes],
            touched: Vec::new(),
            settled: Vec::new(),
            same: Vec::new(),
            farther: BinaryHeap::new(),
            here: 0,
            closed: Way::ahead(0),
        }
    }

    /// Flow or prices have changed.
    pub(crate) fn forget(&mut self) {
        self.ways.fill(None);
    }

    fn begin(&mut self, goal: usize, closed: usize) {
        for node in self.touched.drain(..) {
            self.seen[node as usize] = UNSEEN;
        }
        self.settled.clear();
        self.same.clear();
        self.farther.clear();
        (self.here, self.closed) = (0, Way::ahead(closed));
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
            let Seen { distance, settled, .. } = self.seen[node];
            if distance > self.here {
                continue;
            }
            if !settled {
                self.seen[node].settled = true;
                self.settled.push(node as u32);
            }
            // What lies behind a node that the other search has settled is known: the best way over it has been found.
            if !search.is_settled(node) {
                self.look_around(network, node, search, meeting, self.here);
            }
            if !settled {
                return true;
            }
        }
    }

    /// Looks at the ways between what both searches have settled that neither has come as far as to look at.
    fn look_across(&mut self, network: &Network, search: &Search, meeting: &mut Meeting) {
        for place in 0..self.settled.len() {
            let node = self.settled[place] as usize;
            if !search.is_settled(node) {
                self.look_around(network, node, search, meeting, meeting.length.saturating_sub(1));
            }
        }
    }

    /// Looks at the ways into a node over which it is so far at most.
    fn look_around(&mut self, network: &Network, node: usize, search: &Search, meeting: &mut Meeting, most: i64) {
        let ways = match self.ways[node].take() {
            Some(ways) => ways,
            None => self.look_up(network, node),
        };
        let Seen { distance, mut looked, .. } = self.seen[node];
        while let Some(next) = ways.get(looked as usize) {
            let length = distance + next.length;
            if length > most {
                self.farther.push(Reverse((length, node as u32)));
                break;
            }
            looked += 1;
            if length < self.seen[next.from as usize].distance && next.way != self.closed {
                self.reach(next.from as usize, length, next.way);
                meeting.try_at(next.from as usize, length, search.distance(next.from as usize));
            }
        }
        self.seen[node].looked = looked;
        self.ways[node] = Some(ways);
    }

    fn look_up(&self, network: &Network, node: usize) -> Box<[InWay]> {
        let price = network.price[node];
        let into = &self.arcs[self.first[node] as usize..self.first[node + 1] as usize];
        let ahead = into.iter().filter(|(_, arc)| network.ahead(*arc as usize).room > 0).map(|(from, arc)| {
            let length = network.ahead(*arc as usize).cost + network.price[*from as usize] - price;
            InWay { length, from: *from, way: Way::ahead(*arc as usize) }
        });
        let back = network.group(node).filter(|arc| network.carried(*arc) > 0).map(|arc| {
            let length = -network.pays(arc) - price;
            InWay { length, from: network.ahead(arc).head, way: Way::back(arc) }
        });
        let mut ways: Box<[InWay]> = ahead.chain(back).collect();
        ways.sort_by_key(|way| way.length);
        ways
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
