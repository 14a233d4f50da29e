//! The first plan: every unit bids for the cheapest way on, as in an auction, coarsely at first and then ever finer.
//!
//! A node that has more than it may keep looks at its ways on. It takes the cheapest, and lowers its own price until the
//! second cheapest would do as well: so much it is ready to lose before it changes its mind. Whoever is pushed out bids
//! again at once. Between equals nobody would ever give way, so a bid moves the price by at least one *step*. The dearer
//! places are, the more bids of one step it takes to find out: so the first pass takes large steps, and each pass after it
//! starts again with an empty network from the prices of the last, a few of its steps less dear, and takes smaller ones.
//! The last step is one grain, a sixteenth of a unit: hardly ever does anything remain then for [`super::rounds`] to mend.
//!
//! A pass that drags on is broken off: where ways cost nothing, a unit may go round in circles. Nothing depends on bids
//! being right, only how much is left to do.

use super::network::{GRAIN, Load, Network, Way};
use crate::flow::problem::Problem;

/// A pass takes steps smaller by this than the last.
const FINER: i64 = 4;
/// By how many steps of the last pass prices may have become too low; if they had and nothing took them back, places would
/// stay empty for being too dear.
const TAKEN_BACK: i64 = 3;
/// So many arcs may be looked at for each node in one pass, and every arc once more, before it is broken off.
const PATIENCE: usize = 128;
/// After so many broken passes bidding is given up.
const BROKEN: u32 = 3;
/// No node bids lower than this: prices stay far from the end of 64 bits.
const LOWEST: i64 = i64::MIN / 16;

/// Bids in passes. What excess is left, and what arcs do not agree with the prices, is for others to mend.
pub(crate) fn run(problem: &Problem, network: &mut Network) {
    let origin = network.excess.clone();
    let start = Start::of(network, &origin);
    start.take_back(network, &origin, 0);
    let mut step = first_step(network);
    let mut broken = 0;
    loop {
        start.obey(network);
        broken += u32::from(!pass(network, &origin, step));
        if step == 1 || broken == BROKEN {
            break;
        }
        network.empty(problem);
        start.take_back(network, &origin, TAKEN_BACK * step);
        step = (step / FINER).max(1);
    }
    round_prices(network);
}

/// Where a pass starts. Most arcs leave nodes that only send: nobody goes by their prices but they themselves.
struct Start {
    only_send: Vec<u32>,
    others: Vec<u32>,
}

impl Start {
    fn of(network: &Network, origin: &[i64]) -> Start {
        let mut only_sends: Vec<bool> = origin.iter().map(|origin| *origin > 0).collect();
        for arc in 0..network.arcs() {
            only_sends[network.ahead(arc).head as usize] = false;
        }
        let (only_send, others) = (0..network.nodes() as u32).partition(|node| only_sends[*node as usize]);
        Start { only_send, others }
    }

    /// Makes every node that passes flow on less dear by so much, but no less dear than its cheapest way on; and nodes that
    /// send just as dear as theirs. Last nodes first, twice, as flows lead from low numbers to high ones in most networks.
    fn take_back(&self, network: &mut Network, origin: &[i64], by: i64) {
        for (price, origin) in network.price.iter_mut().zip(origin) {
            if *origin == 0 {
                *price += by;
            }
        }
        for node in self.others.iter().rev().chain(self.others.iter().rev()).map(|node| *node as usize) {
            if let Some(least) = network.least(node) {
                match origin[node] {
                    0 => network.price[node] = network.price[node].min(-least),
                    1.. => network.price[node] = -least,
                    _ => {}
                }
            }
        }
        network.near.forget_all();
        for node in self.only_send.iter().map(|node| *node as usize) {
            network.look_again(node);
            let mut at_hand = network.near.of(node).iter();
            let open = at_hand.find(|at_hand| network.ahead(at_hand.arc as usize).room > 0).map(|open| open.least);
            if let Some(least) = open.or_else(|| network.least(node)) {
                network.price[node] = -least;
            }
        }
    }

    /// Makes arcs agree with the prices. Those out of nodes that only send already do.
    fn obey(&self, network: &mut Network) {
        for node in self.others.iter().map(|node| *node as usize) {
            for arc in network.group(node) {
                network.obey(node, arc);
            }
        }
    }
}

/// A fraction of what a node pays, on average, between its best arc and the last at hand.
fn first_step(network: &mut Network) -> i64 {
    let (mut sum, mut count) = (0_i128, 0_i128);
    for node in 0..network.nodes() {
        network.look(node);
        if network.near.beyond(node) < i64::MAX
            && let Some(best) = network.near.of(node).first()
        {
            sum += i128::from(network.near.beyond(node)) - i128::from(best.least);
            count += 1;
        }
    }
    let mean = if count > 0 { sum / count } else { 0 };
    i64::try_from(mean / 2).unwrap_or(i64::MAX).clamp(GRAIN, i64::MAX / 1024)
}

/// Bids until no node has excess but those that take. Says whether patience sufficed.
fn pass(network: &mut Network, origin: &[i64], step: i64) -> bool {
    let mut waiting = network.sources();
    waiting.reverse();
    let mut patience = PATIENCE * network.nodes() + network.arcs();
    while let Some(node) = waiting.last().map(|node| *node as usize) {
        // What somebody got too much of is not offered further: it would wander through the whole network in small steps.
        if network.excess[node] <= 0 || origin[node] < 0 {
            waiting.pop();
            continue;
        }
        let Some(best) = two_best(network, node, &mut patience) else { return false };
        let room = network.width(best.way);
        let amount = room.min(network.excess[node]);
        // If the way is full and nothing is left here, whoever comes next would pay the second price.
        let full = amount == room && amount == network.excess[node] && best.second < i64::MAX;
        let pays = best.first + step;
        let pays = if full { best.second.max(pays) } else { pays };
        if pays > -LOWEST {
            return false;
        }
        // Where the way gains at this price already and is not used up, the price may stay.
        if full || network.price[node] + best.first >= 0 {
            network.price[node] = network.price[node].min(-pays);
        }
        let to = network.leads(best.way);
        let waited = network.excess[to] > 0;
        network.send(node, best.way, amount);
        if !waited && network.excess[to] > 0 {
            waiting.push(to as u32);
        }
    }
    true
}

/// The cheapest way on, and what it and the second cheapest pay.
struct Best {
    way: Way,
    first: i64,
    second: i64,
}

impl Best {
    fn see(&mut self, way: Way, pays: i64) {
        if pays < self.first {
            *self = Best { way, first: pays, second: self.first };
        } else if pays < self.second {
            self.second = pays;
        }
    }
}

/// None when there is no way on, or patience is at its end.
fn two_best(network: &mut Network, node: usize, patience: &mut usize) -> Option<Best> {
    network.look(node);
    let mut back = Best { way: Way::back(0), first: i64::MAX, second: i64::MAX };
    for (_, load) in network.arriving(node) {
        back.see(Way::back(load.arc as usize), network.pays_back(load));
        *patience = patience.checked_sub(1)?;
    }
    let mut looked_again = false;
    loop {
        let mut best = Best { ..back };
        for at_hand in network.near.of(node) {
            if at_hand.least >= best.second {
                break;
            }
            let pays = network.pays_now(at_hand);
            if pays < best.second && network.ahead(at_hand.arc as usize).room > 0 {
                best.see(Way::ahead(at_hand.arc as usize), pays);
            }
        }
        *patience = patience.checked_sub(4)?;
        if network.near.beyond(node) < best.second {
            if !looked_again {
                network.look_again(node);
                looked_again = true;
                continue;
            }
            // The arcs at hand are full: all others count as well.
            best = Best { ..back };
            for arc in network.group(node).filter(|arc| network.ahead(*arc).room > 0) {
                best.see(Way::ahead(arc), network.pays(arc));
            }
        }
        return (best.first != i64::MAX).then_some(best);
    }
}

/// Makes prices whole units again: every grain is tried as the place to round at, and the one with which most loads agree
/// is taken. Then nodes that could send on at a gain are raised until they cannot.
fn round_prices(network: &mut Network) {
    let rounded = |price: i64, shift: i64| (price + shift).div_euclid(GRAIN) * GRAIN;
    let disagreeing = |shift: &i64| {
        let disagrees = |load: &Load, head: u32| {
            let (here, there) = (network.price[load.tail as usize], network.price[head as usize]);
            load.cost + rounded(here, *shift) > rounded(there, *shift)
        };
        let loads = network.loads().iter().filter(|load| load.amount > 0);
        loads.filter(|load| disagrees(load, network.ahead(load.arc as usize).head)).count()
    };
    let shift = (0..GRAIN).min_by_key(disagreeing).unwrap_or(0);
    for price in &mut network.price {
        *price = rounded(*price, shift);
    }
    for node in (0..network.nodes()).rev() {
        if let Some(least) = network.least(node) {
            network.price[node] = network.price[node].max(-least);
        }
    }
    network.near.forget_all();
}
