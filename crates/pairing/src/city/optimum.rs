//! The optimum of a city: its network solved, proved, and read back as pairs.

use super::network::{Network, Terms, Way};
use super::plan::Refused;
use super::sight::{Sight, kind_index};
use crate::flow::{Plan, replan, solve};
use std::collections::VecDeque;

/// An optimum with its proof.
#[derive(Debug)]
pub(crate) struct Optimum {
    pub network: Network,
    /// By what everything but changes is multiplied in the network's costs.
    pub scale: i64,
    /// The flow and the prices that prove it.
    pub plan: Plan,
    /// Client and official of every pair, those chosen by hand left out; client by client.
    pub pairs: Vec<(u32, u32)>,
}

/// Finds the optimum under these terms and checks its proof. A plan of the same city under other terms may be where it begins.
pub(crate) fn optimum(sight: &Sight<'_>, terms: &Terms<'_>, begin: Option<&Plan>) -> Result<Optimum, Refused> {
    let network = Network::of(sight, terms);
    let problem = network.problem()?;
    let plan = match begin {
        Some(old) => replan(&problem, old),
        None => solve(&problem),
    };
    // There is always a flow: every seat may stay empty.
    let plan = plan.map_err(|shortage| Refused::Unproved(shortage.to_string()))?;
    plan.certificate.check(&problem, &plan.flow)?;
    let pairs = read(sight, &network, &plan.flow);
    Ok(Optimum { network, scale: terms.scale, plan, pairs })
}

/// Follows every unit from its client to its official. Those of a class that go to one group are equals: the first clients go
/// to the first officials.
fn read(sight: &Sight<'_>, network: &Network, flow: &[i64]) -> Vec<(u32, u32)> {
    let carrying =
        || network.ways.iter().zip(flow).filter(|(_, flow)| **flow > 0).map(|(way, flow)| (*way, *flow as usize));
    let mut pairs = Vec::new();
    let mut waiting: Vec<VecDeque<u32>> =
        network.classes.iter().map(|class| class.clients.iter().copied().collect()).collect();
    for (way, units) in carrying() {
        match way {
            Way::Pair(client, official) => pairs.push((client, official)),
            Way::Empty(class) => {
                let left = waiting[class as usize].len() - units;
                waiting[class as usize].truncate(left);
            }
            Way::Join(..) | Way::Spread(..) | Way::Deal(..) | Way::Alone(_) | Way::Frame => {}
        }
    }
    for (way, _) in carrying() {
        if let Way::Join(client, class) = way {
            waiting[class as usize].push_back(client);
        }
    }
    let mut grouped: Vec<[VecDeque<u32>; 2]> = sight.groups.iter().map(|_| Default::default()).collect();
    for (way, units) in carrying() {
        if let Way::Spread(class, group) = way {
            let like = network.classes[class as usize].like;
            let queue = &mut grouped[group as usize][kind_index(sight.views[like as usize].size.kind())];
            let waiting = &mut waiting[class as usize];
            // A client alone in its class does not wait there.
            let units = if waiting.is_empty() {
                queue.push_back(like);
                0
            } else {
                units
            };
            queue.extend(waiting.drain(..units));
        }
    }
    for ((way, arc), units) in network.ways.iter().zip(&network.arcs).zip(flow) {
        if let Way::Deal(group, official) = way {
            let kind = usize::from(network.groups[*group as usize][0] != arc.from);
            pairs.extend(grouped[*group as usize][kind].drain(..*units as usize).map(|client| (client, *official)));
        }
    }
    pairs.sort_unstable();
    pairs
}
