//! The first plan: every unit bids for the cheapest way on, as in an auction.
//!
//! A node that has more than it may keep looks at its ways on. It takes the cheapest, and lowers its own price until the
//! second cheapest would do as well: so much it is ready to lose before it changes its mind. Whoever is pushed out bids
//! again at once. Between equals nobody would ever give way, so a bid moves the price by at least one *step*; that is the
//! only error this makes, and [`super::rounds`] removes it. When the bidding drags on, the step grows.

use super::network::{NONE, Network, Step};

/// Bids, for each node of the network, before the step grows.
const PATIENCE: usize = 128;
/// By what the step grows.
const GROWTH: i64 = 8;
/// After so many steps bidding is given up: where ways cost nothing, a unit may go round in circles.
const STEPS: u32 = 5;

/// Bids until no node has excess, or patience is at its end.
pub(crate) fn run(network: &mut Network) {
    let mut waiting = network.sources();
    waiting.reverse();
    // Prices only fall here, so this stays true.
    let ceiling = network.ceiling();
    let mut bids = 0;
    while let Some(node) = waiting.last().map(|node| *node as usize) {
        let best = if network.excess[node] > 0 { two_best(network, node, ceiling) } else { None };
        let Some(best) = best else {
            waiting.pop();
            continue;
        };
        let grown = (bids / (PATIENCE * network.nodes())) as u32;
        if grown == STEPS {
            return;
        }
        bids += 1;
        let (_, to) = network.ends(best.way);
        let room = network.width(best.way);
        let amount = room.min(network.excess[node]);
        // The way is full and nothing is left here: whoever comes next would pay the second price.
        let full = amount == room && amount == network.excess[node] && best.second < i64::MAX;
        let pays = if full { best.second.max(best.first + GROWTH.pow(grown)) } else { best.first };
        network.price[node] = network.price[node].min(-pays);
        let waited = network.excess[to] > 0;
        network.send(best.way, amount);
        if !waited && network.excess[to] > 0 {
            waiting.push(to as u32);
        }
    }
}

/// The cheapest way on, and what it and the second cheapest cost.
struct Best {
    way: Step,
    first: i64,
    second: i64,
}

fn two_best(network: &Network, node: usize, ceiling: i64) -> Option<Best> {
    let mut best = Best { way: Step::ahead(0), first: i64::MAX, second: i64::MAX };
    let mut see = |way: Step, pays: i64| {
        if pays < best.first {
            best = Best { way, first: pays, second: best.first };
        } else if pays < best.second {
            best.second = pays;
        }
        best.second
    };
    let mut second = i64::MAX;
    let (start, arcs) = network.ahead(node);
    for (place, arc) in arcs.iter().enumerate() {
        if arc.cost - ceiling >= second {
            break;
        }
        let pays = arc.cost - network.price[arc.head as usize];
        if pays < second && network.room(start + place) > 0 {
            second = see(Step::ahead(start + place), pays);
        }
    }
    let mut arc = network.first_back(node);
    while arc != NONE {
        let (tail, cost, next) = network.back(arc);
        let pays = cost - network.price[tail];
        if pays < second {
            second = see(Step::back(arc as usize), pays);
        }
        arc = next;
    }
    (best.first != i64::MAX).then_some(best)
}
