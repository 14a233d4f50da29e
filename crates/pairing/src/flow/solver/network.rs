//! What is left of the network while a flow grows in it: room ahead on every arc, and the way back on arcs that carry.
//!
//! Arcs lie grouped by their tail. An arc that carries nothing cannot be travelled backwards; so the arcs into a node are
//! listed only while they carry something. In a plan of 2.25 million possible pairs some 60,000 arcs carry: the lists are
//! short, and the second copy of the network that textbooks keep for the way back is not needed.
//!
//! Costs and prices are counted in grains, sixteen to the unit, so that bids can be finer than the costs they are about.

use super::Plan;
use super::near::Near;
use crate::flow::problem::{Arc, Problem};

/// Grains in a unit of cost.
pub(crate) const GRAIN: i64 = 16;
/// No arc, no load.
pub(crate) const NONE: u32 = u32::MAX;

/// An arc: the way ahead over it. All that is asked of an arc at once lies together in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead {
    /// In grains.
    pub(crate) cost: i64,
    /// What more it could carry.
    pub(crate) room: i64,
    pub(crate) head: u32,
    /// Its number in the problem.
    number: u32,
    /// What it carries, if anything, by its place among the loads.
    load: u32,
}

/// What an arc carries above its lower bound, and its neighbours in the list of arcs that carry something to the same node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) amount: i64,
    /// The cost of the arc, in grains.
    pub(crate) cost: i64,
    pub(crate) arc: u32,
    pub(crate) tail: u32,
    next: u32,
    previous: u32,
}

/// One way on from a node: an arc, travelled ahead or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way(u32);

impl Way {
    pub(crate) const fn ahead(arc: usize) -> Way {
        Way((arc as u32) << 1)
    }

    pub(crate) const fn back(arc: usize) -> Way {
        Way((arc as u32) << 1 | 1)
    }

    pub(crate) fn arc(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub(crate) fn is_back(self) -> bool {
        self.0 & 1 == 1
    }
}

/// A flow in the making. The `excess` of a node is what it has and cannot keep; when none is left, the flow is whole.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) excess: Vec<i64>,
    /// In grains. As long as prices only fall, what `near` remembers stays true; who raises one says so.
    pub(crate) price: Vec<i64>,
    pub(crate) near: Near,
    first: Vec<u32>,
    ahead: Vec<Ahead>,
    loads: Vec<Load>,
    free: Vec<u32>,
    arriving: Vec<u32>,
    /// As much as all arcs may carry at once without leaving 64 bits.
    widest: i64,
}

impl Network {
    /// The network of a problem that nothing flows in yet, but what its arcs must carry at least.
    pub(crate) fn new(problem: &Problem) -> Network {
        let arcs = problem.arcs();
        let nodes = problem.supplies().len();
        let mut first = vec![0; nodes + 1];
        for arc in arcs {
            first[arc.from as usize + 1] += 1;
        }
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut network = Network {
            excess: excess(problem),
            price: vec![0; nodes],
            near: Near::new(&first),
            ahead: vec![Ahead { cost: 0, room: 0, head: 0, number: 0, load: NONE }; arcs.len()],
            loads: Vec::new(),
            free: Vec::new(),
            arriving: vec![NONE; nodes],
            widest: problem.widest(),
            first,
        };
        let mut place = network.first.clone();
        for (number, arc) in arcs.iter().enumerate() {
            let at = place[arc.from as usize] as usize;
            place[arc.from as usize] += 1;
            let room = (arc.cap - arc.low).min(network.widest);
            network.ahead[at] = Ahead { cost: arc.cost * GRAIN, room, head: arc.to, number: number as u32, load: NONE };
        }
        network
    }

    /// Starts from the prices and, where it still fits, the flow of a plan for a problem much like this one.
    pub(crate) fn resume(&mut self, problem: &Problem, old: &Plan) {
        // Prices of another problem are only a hint: they stay far from the end of 64 bits.
        let most = i64::MAX / 64 / GRAIN;
        for (price, old) in self.price.iter_mut().zip(&old.certificate.prices) {
            *price = (*old).clamp(-most, most) * GRAIN;
        }
        for node in 0..self.nodes() {
            for arc in self.group(node) {
                let number = self.number(arc);
                let old = old.flow.get(number).copied().unwrap_or(0);
                let amount = old.saturating_sub(problem.arcs()[number].low).clamp(0, self.ahead[arc].room);
                if amount > 0 {
                    self.send(node, Way::ahead(arc), amount);
                }
            }
        }
    }

    /// Takes all flow out again.
    pub(crate) fn empty(&mut self, problem: &Problem) {
        for load in self.loads.drain(..).filter(|load| load.amount > 0) {
            let ahead = &mut self.ahead[load.arc as usize];
            ahead.room += load.amount;
            ahead.load = NONE;
        }
        self.free.clear();
        self.arriving.fill(NONE);
        self.excess = excess(problem);
    }

    pub(crate) fn nodes(&self) -> usize {
        self.excess.len()
    }

    /// How many arcs there are.
    pub(crate) fn arcs(&self) -> usize {
        self.ahead.len()
    }

    /// The nodes with excess.
    pub(crate) fn sources(&self) -> Vec<u32> {
        (0..self.nodes()).filter(|node| self.excess[*node] > 0).map(|node| node as u32).collect()
    }

    /// The places of the arcs out of a node.
    pub(crate) fn group(&self, node: usize) -> std::ops::Range<usize> {
        self.first[node] as usize..self.first[node + 1] as usize
    }

    pub(crate) fn ahead(&self, arc: usize) -> &Ahead {
        &self.ahead[arc]
    }

    /// What one unit more on this arc pays for, in the worth of its tail: its cost less the worth of its head.
    pub(crate) fn pays(&self, arc: usize) -> i64 {
        let Ahead { cost, head, .. } = self.ahead[arc];
        cost - self.price[head as usize]
    }

    /// The least that any arc out of a node pays, of those with room.
    pub(crate) fn least(&self, node: usize) -> Option<i64> {
        self.group(node).filter(|arc| self.ahead[*arc].room > 0).map(|arc| self.pays(arc)).min()
    }

    /// What the way back over a load pays for, in the worth of the node it is carried to.
    pub(crate) fn pays_back(&self, load: &Load) -> i64 {
        -load.cost - self.price[load.tail as usize]
    }

    /// What is carried to this node, with its place among the loads.
    pub(crate) fn arriving(&self, node: usize) -> impl Iterator<Item = (u32, &Load)> {
        self.loads_from(self.arriving[node])
    }

    /// The first of what is carried to a node; [`Network::loads_from`] goes on from there.
    pub(crate) fn first_load(&self, node: usize) -> u32 {
        self.arriving[node]
    }

    /// A load and those after it in its list.
    pub(crate) fn loads_from(&self, load: u32) -> impl Iterator<Item = (u32, &Load)> {
        let mut next = load;
        std::iter::from_fn(move || {
            let place = next;
            let load = self.loads.get(place as usize)?;
            next = load.next;
            Some((place, load))
        })
    }

    /// All loads. Those that were taken off have amount 0.
    pub(crate) fn loads(&self) -> &[Load] {
        &self.loads
    }

    /// What an arc carries above its lower bound.
    pub(crate) fn carried(&self, arc: usize) -> i64 {
        self.loads.get(self.ahead[arc].load as usize).map_or(0, |load| load.amount)
    }

    /// Where a way leads.
    pub(crate) fn leads(&self, way: Way) -> usize {
        let ahead = &self.ahead[way.arc()];
        (if way.is_back() { self.loads[ahead.load as usize].tail } else { ahead.head }) as usize
    }

    /// How much can take this way.
    pub(crate) fn width(&self, way: Way) -> i64 {
        if way.is_back() { self.carried(way.arc()) } else { self.ahead[way.arc()].room }
    }

    /// Sends an amount from a node over a way, and the excess with it.
    pub(crate) fn send(&mut self, from: usize, way: Way, amount: i64) {
        let to = self.leads(way);
        self.excess[from] -= amount;
        self.excess[to] += amount;
        let ahead = &mut self.ahead[way.arc()];
        let place = ahead.load;
        if way.is_back() {
            ahead.room += amount;
            let load = &mut self.loads[place as usize];
            load.amount -= amount;
            if load.amount == 0 {
                self.unlist(place, from);
            }
        } else {
            ahead.room -= amount;
            if place == NONE {
                let (arc, next) = (way.arc() as u32, self.arriving[to]);
                let load = Load { amount, cost: ahead.cost, arc, tail: from as u32, next, previous: NONE };
                self.list(load, to);
            } else {
                self.loads[place as usize].amount += amount;
            }
        }
    }

    /// Makes an arc agree with the prices: full where it gains, empty where it loses. What that does to the balance of its
    /// ends shows as excess.
    pub(crate) fn obey(&mut self, tail: usize, arc: usize) {
        let reduced = self.pays(arc) + self.price[tail];
        let Ahead { room, head, load, .. } = self.ahead[arc];
        if reduced < 0 && room > 0 {
            self.send(tail, Way::ahead(arc), room);
        } else if reduced > 0 && load != NONE {
            self.send(head as usize, Way::back(arc), self.carried(arc));
        }
    }

    /// Makes every arc agree with the prices.
    pub(crate) fn obey_all(&mut self) {
        for node in 0..self.nodes() {
            for arc in self.group(node) {
                self.obey(node, arc);
            }
        }
    }

    /// The place of an arc of the problem.
    pub(crate) fn place(&self, number: usize, arc: &Arc) -> usize {
        let group = self.group(arc.from as usize);
        group.start + self.ahead[group].partition_point(|ahead| (ahead.number as usize) < number)
    }

    /// The arc's number in the problem.
    pub(crate) fn number(&self, arc: usize) -> usize {
        self.ahead[arc].number as usize
    }

    /// Gives an arc of the problem other bounds and another cost. It keeps what it carries, as far as that still fits.
    pub(crate) fn alter(&mut self, place: usize, old: &Arc, new: &Arc) {
        let (tail, head) = (new.from as usize, new.to as usize);
        let carried = old.low + self.carried(place);
        if self.ahead[place].load != NONE {
            self.send(head, Way::back(place), self.carried(place));
        }
        self.excess[tail] += old.low - new.low;
        self.excess[head] -= old.low - new.low;
        let room = (new.cap - new.low).min(self.widest);
        self.ahead[place].cost = new.cost * GRAIN;
        self.ahead[place].room = room;
        let kept = (carried - new.low).clamp(0, room);
        if kept > 0 {
            self.send(tail, Way::ahead(place), kept);
        }
        self.near.forget(tail);
    }

    /// The flow on the arcs of the problem, in their order.
    pub(crate) fn flow(&self, problem: &Problem) -> Vec<i64> {
        let mut flow: Vec<i64> = problem.arcs().iter().map(|arc| arc.low).collect();
        for load in &self.loads {
            flow[self.number(load.arc as usize)] += load.amount;
        }
        flow
    }

    fn list(&mut self, load: Load, head: usize) {
        let place = match self.free.pop() {
            Some(place) => {
                self.loads[place as usize] = load;
                place
            }
            None => {
                self.loads.push(load);
                self.loads.len() as u32 - 1
            }
        };
        if load.next != NONE {
            self.loads[load.next as usize].previous = place;
        }
        self.arriving[head] = place;
        self.ahead[load.arc as usize].load = place;
    }

    fn unlist(&mut self, place: u32, head: usize) {
        let Load { arc, next, previous, .. } = self.loads[place as usize];
        if previous == NONE {
            self.arriving[head] = next;
        } else {
            self.loads[previous as usize].next = next;
        }
        if next != NONE {
            self.loads[next as usize].previous = previous;
        }
        self.ahead[arc as usize].load = NONE;
        self.free.push(place);
    }
}

/// What nodes have when arcs carry no more than they must.
fn excess(problem: &Problem) -> Vec<i64> {
    let mut excess = problem.supplies().to_vec();
    for arc in problem.arcs().iter().filter(|arc| arc.low > 0) {
        excess[arc.from as usize] -= arc.low;
        excess[arc.to as usize] += arc.low;
    }
    excess
}
