//! What is left of the network while a flow grows in it: room ahead on every arc, and the way back on arcs that carry.
//!
//! Arcs lie grouped by their tail and, within a group, by cost, so that a search may stop at the first arc that is too
//! dear. An arc that carries nothing cannot be travelled backwards; so the arcs into a node are listed only while they
//! carry something. In a plan of 2.25 million possible pairs some 50,000 arcs carry: the lists are short, and the second
//! copy of the network that textbooks keep for the way back is not needed.

use super::Plan;
use crate::flow::problem::Problem;

/// No arc.
pub(crate) const NONE: u32 = u32::MAX;

/// The way ahead over an arc.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead {
    pub(crate) cost: i64,
    pub(crate) head: u32,
}

/// The way back over an arc, and its neighbours in the list of arcs that carry something to the same node.
#[derive(Clone, Copy, Debug)]
struct Back {
    tail: u32,
    next: u32,
    previous: u32,
}

/// One step of a path: an arc, travelled ahead or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step(u32);

impl Step {
    pub(crate) const fn ahead(arc: usize) -> Step {
        Step((arc as u32) << 1)
    }

    pub(crate) fn back(arc: usize) -> Step {
        Step((arc as u32) << 1 | 1)
    }

    fn arc(self) -> usize {
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
    pub(crate) price: Vec<i64>,
    first: Vec<u32>,
    ahead: Vec<Ahead>,
    back: Vec<Back>,
    room: Vec<i64>,
    carried: Vec<i64>,
    carrying: Vec<u32>,
    /// The arc's number in the problem.
    number: Vec<u32>,
}

impl Network {
    /// The network of a problem that nothing flows in yet, but what its arcs must carry at least.
    pub(crate) fn new(problem: &Problem) -> Network {
        let arcs = problem.arcs();
        let mut excess = problem.supplies().to_vec();
        let mut first = vec![0; excess.len() + 1];
        for arc in arcs {
            first[arc.from as usize + 1] += 1;
            excess[arc.from as usize] -= arc.low;
            excess[arc.to as usize] += arc.low;
        }
        for node in 1..first.len() {
            first[node] += first[node - 1];
        }
        let mut network = Network {
            price: vec![0; excess.len()],
            carrying: vec![NONE; excess.len()],
            ahead: vec![Ahead { cost: 0, head: 0 }; arcs.len()],
            back: vec![Back { tail: 0, next: NONE, previous: NONE }; arcs.len()],
            room: vec![0; arcs.len()],
            carried: vec![0; arcs.len()],
            number: grouped(problem, &first),
            excess,
            first,
        };
        for (at, number) in network.number.iter().enumerate() {
            let arc = &arcs[*number as usize];
            network.ahead[at] = Ahead { cost: arc.cost, head: arc.to };
            network.back[at].tail = arc.from;
            network.room[at] = (arc.cap - arc.low).min(problem.moves() + 1);
        }
        network
    }

    /// The nodes with excess.
    pub(crate) fn sources(&self) -> Vec<u32> {
        (0..self.nodes()).filter(|node| self.excess[*node] > 0).map(|node| node as u32).collect()
    }

    /// No price is higher.
    pub(crate) fn ceiling(&self) -> i64 {
        self.price.iter().copied().max().unwrap_or(0)
    }

    /// Starts from the prices and, where it still fits, the flow of a plan for a problem much like this one.
    pub(crate) fn resume(&mut self, problem: &Problem, old: &Plan) {
        for (price, old) in self.price.iter_mut().zip(&old.certificate.prices) {
            *price = *old;
        }
        for arc in 0..self.number.len() {
            let number = self.number[arc] as usize;
            let old = old.flow.get(number).copied().unwrap_or(0);
            let amount = (old - problem.arcs()[number].low).clamp(0, self.room[arc]);
            if amount > 0 {
                self.send(Step::ahead(arc), amount);
            }
        }
    }

    pub(crate) fn nodes(&self) -> usize {
        self.excess.len()
    }

    /// The arcs out of a node, cheapest first, with the place of the first of them.
    pub(crate) fn ahead(&self, node: usize) -> (usize, &[Ahead]) {
        let (start, end) = (self.first[node] as usize, self.first[node + 1] as usize);
        (start, &self.ahead[start..end])
    }

    /// What more an arc could carry.
    pub(crate) fn room(&self, arc: usize) -> i64 {
        self.room[arc]
    }

    /// The first of the arcs that carry something to this node.
    pub(crate) fn first_back(&self, node: usize) -> u32 {
        self.carrying[node]
    }

    /// The way back over an arc: where it leads, what it costs, and the next arc that carries something to the same node.
    pub(crate) fn back(&self, arc: u32) -> (usize, i64, u32) {
        let Back { tail, next, .. } = self.back[arc as usize];
        (tail as usize, -self.ahead[arc as usize].cost, next)
    }

    /// Where a step starts and where it leads.
    pub(crate) fn ends(&self, step: Step) -> (usize, usize) {
        let (tail, head) = (self.back[step.arc()].tail as usize, self.ahead[step.arc()].head as usize);
        if step.is_back() { (head, tail) } else { (tail, head) }
    }

    /// How much can take this step.
    pub(crate) fn width(&self, step: Step) -> i64 {
        if step.is_back() { self.carried[step.arc()] } else { self.room[step.arc()] }
    }

    /// Sends an amount over a step, and the excess with it.
    pub(crate) fn send(&mut self, step: Step, amount: i64) {
        let (from, to) = self.ends(step);
        self.excess[from] -= amount;
        self.excess[to] += amount;
        let arc = step.arc();
        if step.is_back() {
            self.carried[arc] -= amount;
            self.room[arc] += amount;
            if self.carried[arc] == 0 {
                self.unlist(arc, from);
            }
        } else {
            if self.carried[arc] == 0 {
                self.list(arc, to);
            }
            self.carried[arc] += amount;
            self.room[arc] -= amount;
        }
    }

    /// Raises prices until no node loses by what it could still send on: last nodes first, as flows lead from low numbers
    /// to high ones in most networks.
    pub(crate) fn raise_prices(&mut self) {
        for node in (0..self.nodes()).rev() {
            let (start, arcs) = self.ahead(node);
            let pays = |(place, arc): (usize, &Ahead)| {
                (self.room[start + place] > 0).then(|| arc.cost - self.price[arc.head as usize])
            };
            if let Some(least) = arcs.iter().enumerate().filter_map(pays).min() {
                self.price[node] = self.price[node].max(-least);
            }
        }
    }

    /// Makes every arc agree with the prices: full where it gains, empty where it loses. What that does to the balance
    /// of nodes shows as excess.
    pub(crate) fn obey_prices(&mut self) {
        for node in 0..self.nodes() {
            for arc in self.first[node] as usize..self.first[node + 1] as usize {
                let Ahead { cost, head } = self.ahead[arc];
                let reduced = cost + self.price[node] - self.price[head as usize];
                if reduced < 0 && self.room[arc] > 0 {
                    self.send(Step::ahead(arc), self.room[arc]);
                } else if reduced > 0 && self.carried[arc] > 0 {
                    self.send(Step::back(arc), self.carried[arc]);
                }
            }
        }
    }

    /// The flow on the arcs of the problem, in their order.
    pub(crate) fn flow(&self, problem: &Problem) -> Vec<i64> {
        let mut flow: Vec<i64> = problem.arcs().iter().map(|arc| arc.low).collect();
        for (number, carried) in self.number.iter().zip(&self.carried) {
            flow[*number as usize] += carried;
        }
        flow
    }

    fn list(&mut self, arc: usize, head: usize) {
        let next = self.carrying[head];
        self.back[arc].next = next;
        self.back[arc].previous = NONE;
        if next != NONE {
            self.back[next as usize].previous = arc as u32;
        }
        self.carrying[head] = arc as u32;
    }

    fn unlist(&mut self, arc: usize, head: usize) {
        let Back { next, previous, .. } = self.back[arc];
        if previous == NONE {
            self.carrying[head] = next;
        } else {
            self.back[previous as usize].next = next;
        }
        if next != NONE {
            self.back[next as usize].previous = previous;
        }
    }
}

/// The numbers of the arcs, grouped by tail, cheapest first.
fn grouped(problem: &Problem, first: &[u32]) -> Vec<u32> {
    let arcs = problem.arcs();
    let mut place = first.to_vec();
    let mut numbers = vec![0; arcs.len()];
    for (number, arc) in arcs.iter().enumerate() {
        let place = &mut place[arc.from as usize];
        numbers[*place as usize] = number as u32;
        *place += 1;
    }
    let mut keyed = Vec::new();
    for range in first.windows(2) {
        let group = &mut numbers[range[0] as usize..range[1] as usize];
        keyed.clear();
        keyed.extend(group.iter().map(|number| (arcs[*number as usize].cost, *number)));
        keyed.sort_unstable();
        for (number, (_, sorted)) in group.iter_mut().zip(&keyed) {
            *number = *sorted;
        }
    }
    numbers
}
