//! Shortest paths, many at a time: exact, from any prices that the flow agrees with.
//!
//! A search goes out from nodes with excess, nearest first (Dijkstra over reduced costs), until the nearest node that lacks
//! something is found, at distance D. Lowering the price of every node passed by as much as it is nearer than D keeps all
//! reduced costs right and makes the ways of length D free; over free ways excess is then sent to where it lacks. So flow
//! and prices always agree, and when no excess is left the flow is optimal.
//!
//! Most excess lacks its place next door: each source first looks around for itself, a little. What is left looks in
//! rounds, all sources together, so that ground which many would cross is crossed once.

use super::network::{NONE, Network, Step};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const FAR: i64 = i64::MAX;
/// Nodes that one source may pass while it looks around for itself.
const ALONE: usize = 4096;
/// How far a round looks at first, and by what that grows when it finds nothing.
const REACH: i64 = 4;
const GROWTH: i64 = 4;

/// What is known of a node in one search.
#[derive(Clone, Copy, Debug)]
struct Seen {
    distance: i64,
    settled: bool,
    /// It stands on the path being tried, or led nowhere.
    tried: bool,
    /// The step by which it was reached.
    by: Step,
    /// Where sending goes on looking: the place among the arcs ahead, and the arc back.
    next_ahead: u32,
    next_back: u32,
}

const UNSEEN: Seen =
    Seen { distance: FAR, settled: false, tried: false, by: Step::ahead(0), next_ahead: 0, next_back: NONE };

/// What a search found.
enum Found {
    /// The nearest node that lacks something is so far away.
    Within(i64),
    /// None is nearer than this.
    Beyond(i64),
    /// It looked at as many nodes as it may.
    GaveUp,
    /// Nothing that lacks anything can be reached; what was settled is all that can.
    Nothing,
}

/// The working memory of searches.
pub(crate) struct Rounds {
    seen: Vec<Seen>,
    touched: Vec<u32>,
    settled: Vec<u32>,
    /// Nodes as far as the one being settled; the last found goes first, which soon leads somewhere.
    same: Vec<u32>,
    farther: BinaryHeap<Reverse<(i64, u32)>>,
    path: Vec<Step>,
    goal: usize,
}

impl Rounds {
    pub(crate) fn new(nodes: usize) -> Rounds {
        Rounds {
            seen: vec![UNSEEN; nodes],
            touched: Vec::new(),
            settled: Vec::new(),
            same: Vec::new(),
            farther: BinaryHeap::new(),
            path: Vec::new(),
            goal: 0,
        }
    }

    /// Sends all excess to where it lacks.
    ///
    /// # Errors
    /// With nodes that together have more than can leave them.
    pub(crate) fn run(mut self, network: &mut Network) -> Result<(), Vec<u32>> {
        // Prices only fall here, so this stays true.
        let ceiling = network.ceiling();
        let mut sources = network.sources();
        for source in &sources {
            self.look_around(network, *source, ceiling);
        }
        sources.retain(|node| network.excess[*node as usize] > 0);
        let mut reach = REACH;
        while !sources.is_empty() {
            match self.search(network, &sources, ceiling, reach, usize::MAX) {
                Found::Within(distance) => self.settle(network, &sources, ceiling, distance),
                Found::Beyond(distance) => {
                    self.lower(network, distance);
                    reach = reach.saturating_mul(GROWTH);
                }
                Found::GaveUp => {}
                Found::Nothing => return Err(self.stuck(network, sources[0], ceiling)),
            }
            self.forget();
            sources.retain(|node| network.excess[*node as usize] > 0);
        }
        Ok(())
    }

    /// Sends the excess of one source to what it finds nearby.
    fn look_around(&mut self, network: &mut Network, source: u32, ceiling: i64) {
        while network.excess[source as usize] > 0 {
            let found = self.search(network, &[source], ceiling, FAR, ALONE);
            if let Found::Within(distance) = found {
                self.lower(network, distance);
                self.send_to(network, source as usize);
            }
            self.forget();
            if !matches!(found, Found::Within(_)) {
                return;
            }
        }
    }

    /// All nodes that the excess of one source can reach.
    fn stuck(&mut self, network: &Network, source: u32, ceiling: i64) -> Vec<u32> {
        self.forget();
        self.search(network, &[source], ceiling, FAR, usize::MAX);
        let mut nodes = std::mem::take(&mut self.settled);
        nodes.sort_unstable();
        nodes
    }

    /// Settles nodes nearest first until it is known how far the nearest is that lacks something.
    fn search(&mut self, network: &Network, sources: &[u32], ceiling: i64, reach: i64, most: usize) -> Found {
        let mut edge = Edge { bound: reach, found: false, cut: false };
        // How much the nodes found so far lack, as long as they are no farther than the one being settled.
        let mut wanted: i64 = sources.iter().map(|source| network.excess[*source as usize]).sum();
        for source in sources {
            self.seen[*source as usize].distance = 0;
            self.touched.push(*source);
            self.same.push(*source);
        }
        while wanted > 0
            && let Some(node) = self.nearest(edge.bound)
        {
            if self.settled.len() == most {
                return Found::GaveUp;
            }
            self.settled.push(node as u32);
            let seen = &mut self.seen[node];
            seen.settled = true;
            seen.next_back = network.first_back(node);
            let here = seen.distance;
            let base = here + network.price[node];
            let (start, arcs) = network.ahead(node);
            for (place, arc) in arcs.iter().enumerate() {
                if base + arc.cost - ceiling > edge.bound {
                    edge.cut = true;
                    break;
                }
                let head = arc.head as usize;
                let length = base + arc.cost - network.price[head];
                if length < self.seen[head].distance && network.room(start + place) > 0 {
                    wanted -= self.reach(network, Step::ahead(start + place), head, length, here, &mut edge);
                }
            }
            let mut arc = network.first_back(node);
            while arc != NONE {
                let (tail, cost, next) = network.back(arc);
                let length = base + cost - network.price[tail];
                if length < self.seen[tail].distance {
                    wanted -= self.reach(network, Step::back(arc as usize), tail, length, here, &mut edge);
                }
                arc = next;
            }
        }
        match edge {
            Edge { found: true, bound, .. } => Found::Within(bound),
            Edge { cut: true, bound, .. } => Found::Beyond(bound),
            _ => Found::Nothing,
        }
    }

    /// Notes a shorter way to a node. Says how much the node lacks, if it is as near as the node being settled.
    fn reach(&mut self, network: &Network, by: Step, node: usize, length: i64, here: i64, edge: &mut Edge) -> i64 {
        if length > edge.bound {
            edge.cut = true;
            return 0;
        }
        let seen = &mut self.seen[node];
        if seen.distance == FAR {
            self.touched.push(node as u32);
        }
        seen.distance = length;
        seen.by = by;
        if network.excess[node] < 0 {
            // Whatever is farther than this need not be looked at.
            (edge.bound, edge.found) = (length, true);
            self.goal = node;
            return if length == here { -network.excess[node] } else { 0 };
        }
        if length == here {
            self.same.push(node as u32);
        } else {
            self.farther.push(Reverse((length, node as u32)));
        }
        0
    }

    fn nearest(&mut self, bound: i64) -> Option<usize> {
        while let Some(node) = self.same.pop() {
            let seen = &self.seen[node as usize];
            if !seen.settled && seen.distance <= bound {
                return Some(node as usize);
            }
        }
        while let Some(Reverse((distance, node))) = self.farther.pop() {
            if distance > bound {
                return None;
            }
            let seen = &self.seen[node as usize];
            if !seen.settled && seen.distance == distance {
                return Some(node as usize);
            }
        }
        None
    }

    fn lower(&self, network: &mut Network, distance: i64) {
        for node in &self.settled {
            network.price[*node as usize] -= distance - self.seen[*node as usize].distance;
        }
    }

    /// Makes the ways to what lacks something free, and uses them.
    fn settle(&mut self, network: &mut Network, sources: &[u32], ceiling: i64, distance: i64) {
        self.lower(network, distance);
        for source in sources {
            while network.excess[*source as usize] > 0 && self.send(network, *source as usize, ceiling) {}
        }
    }

    fn forget(&mut self) {
        for node in self.touched.drain(..) {
            self.seen[node as usize] = UNSEEN;
        }
        self.settled.clear();
        self.same.clear();
        self.farther.clear();
    }

    /// Sends what it can over the way by which the goal was reached.
    fn send_to(&mut self, network: &mut Network, source: usize) {
        let mut amount = network.excess[source].min(-network.excess[self.goal]);
        let mut node = self.goal;
        self.path.clear();
        while node != source {
            let step = self.seen[node].by;
            amount = amount.min(network.width(step));
            self.path.push(step);
            node = network.ends(step).0;
        }
        for step in &self.path {
            network.send(*step, amount);
        }
    }

    /// Sends what it can from a source over one free path, depth first.
    fn send(&mut self, network: &mut Network, source: usize, ceiling: i64) -> bool {
        self.path.clear();
        self.seen[source].tried = true;
        let mut node = source;
        while network.excess[node] >= 0 {
            if let Some(step) = self.free_step(network, node, ceiling) {
                self.path.push(step);
                node = network.ends(step).1;
                self.seen[node].tried = true;
            } else if let Some(step) = self.path.pop() {
                node = network.ends(step).0;
            } else {
                return false;
            }
        }
        let narrowest = self.path.iter().map(|step| network.width(*step)).min().unwrap_or(0);
        let amount = narrowest.min(network.excess[source]).min(-network.excess[node]);
        for step in &self.path {
            network.send(*step, amount);
            let (from, to) = network.ends(*step);
            self.seen[from].tried = false;
            self.seen[to].tried = false;
        }
        true
    }

    /// The next free way on from a node: to one that was settled and not tried, or one that lacks something.
    fn free_step(&mut self, network: &Network, node: usize, ceiling: i64) -> Option<Step> {
        let Seen { mut next_ahead, mut next_back, .. } = self.seen[node];
        let onward = |to: usize| network.excess[to] < 0 || self.seen[to].settled && !self.seen[to].tried;
        let price = network.price[node];
        let (start, arcs) = network.ahead(node);
        let mut found = None;
        while let Some(arc) = arcs.get(next_ahead as usize)
            && arc.cost + price <= ceiling
        {
            let head = arc.head as usize;
            let place = start + next_ahead as usize;
            if arc.cost + price == network.price[head] && network.room(place) > 0 && onward(head) {
                found = Some(Step::ahead(place));
                break;
            }
            next_ahead += 1;
        }
        // An arc may have been emptied and taken off the list since; what it called its next still leads through the list.
        while found.is_none() && next_back != NONE {
            let (tail, cost, next) = network.back(next_back);
            let step = Step::back(next_back as usize);
            if cost + price == network.price[tail] && network.width(step) > 0 && onward(tail) {
                found = Some(step);
            } else {
                next_back = next;
            }
        }
        let seen = &mut self.seen[node];
        (seen.next_ahead, seen.next_back) = (next_ahead, next_back);
        found
    }
}

/// How far a search looks.
struct Edge {
    bound: i64,
    /// A node at the bound lacks something.
    found: bool,
    /// Something lies beyond.
    cut: bool,
}
