//! The optimum over all pairs that may be, found by looking at few of them.
//!
//! A plan over some pairs has prices. A pair that was not looked at could make it cheaper only if it costs less than what the
//! prices of its ends differ by; such pairs are added and the plan goes on from where it is, until there are none. Then the
//! same prices prove the plan against every pair there is.

use super::candidates::Candidates;
use super::network::{Network, Terms};
use super::plan::Refused;
use super::sight::{Sight, kind_index};
use crate::flow::{Certificate, Plan, Problem, replan, solve};

/// How many pairs one client gets more at a time.
const MORE: usize = 12;

/// An optimum with its proof.
#[derive(Debug)]
pub(crate) struct Optimum {
    pub network: Network,
    /// The flow and the prices that prove it against all pairs, those that were not looked at included.
    pub plan: Plan,
}

impl Optimum {
    /// The pairs that the flow chooses.
    pub(crate) fn chosen<'a>(&'a self, candidates: &'a Candidates) -> impl Iterator<Item = (usize, usize)> + 'a {
        let flow = &self.plan.flow[self.network.frame.len()..];
        let pairs = candidates.pairs.iter().zip(flow).filter(|(_, flow)| **flow > 0);
        pairs.map(|((client, official, _), _)| (*client as usize, *official as usize))
    }
}

/// Finds the optimum under these terms; `candidates` grows by what has to be looked at. A plan of the same city under other
/// terms may be where it begins.
pub(crate) fn optimum(
    sight: &Sight<'_>,
    terms: &Terms<'_>,
    candidates: &mut Candidates,
    mut begin: Option<Plan>,
) -> Result<Optimum, Refused> {
    let network = Network::of(sight, terms);
    loop {
        let problem = network.problem(sight, terms, candidates)?;
        let plan = match &begin {
            Some(old) => replan(&problem, old),
            None => solve(&problem),
        };
        // There is always a flow: every seat may stay empty.
        let mut plan = plan.map_err(|shortage| Refused::Unproved(shortage.to_string()))?;
        settle(&network, &problem, &mut plan);
        let more = unlooked(sight, &network, terms, candidates, &plan.certificate);
        if more.is_empty() {
            plan.cost = plan.certificate.check(&problem, &plan.flow)?;
            return Ok(Optimum { network, plan });
        }
        for (client, official, cost) in more {
            candidates.add(client, official, cost);
        }
        begin = Some(plan);
    }
}

/// Lowers the price of places that nobody takes to what they are worth: any price between that and what somebody would give
/// proves the plan, but only the lowest keeps others from looking worth while.
fn settle(network: &Network, problem: &Problem, plan: &mut Plan) {
    let arcs = problem.arcs();
    let prices = &mut plan.certificate.prices;
    let mut worth = vec![i64::MIN; prices.len()];
    let mut used = vec![false; prices.len()];
    let frame = network.frame.len();
    for (arc, flow) in arcs.iter().zip(&plan.flow) {
        used[arc.to as usize] |= *flow > 0;
    }
    // Arcs of the frame lead from arrivals to totals to the sink; so totals first, then arrivals.
    for last in [true, false] {
        for arc in arcs[..frame].iter().filter(|arc| (arc.to == network.sink) == last) {
            let from = arc.from as usize;
            worth[from] = worth[from].max(prices[arc.to as usize] - arc.cost);
        }
        let nodes = network.totals.iter().zip(&network.arrivals);
        for node in nodes.flat_map(|(total, arrivals)| if last { vec![*total] } else { arrivals.to_vec() }) {
            let Some(price) = prices.get_mut(node as usize) else { continue };
            let worth = worth[node as usize];
            if !used[node as usize] && worth > i64::MIN {
                *price = (*price).min(worth);
            }
        }
    }
}

/// Pairs that were not looked at and could make the plan cheaper by these prices: the best few of each client.
fn unlooked(
    sight: &Sight<'_>,
    network: &Network,
    terms: &Terms<'_>,
    candidates: &Candidates,
    certificate: &Certificate,
) -> Vec<(u32, u32, i64)> {
    let prices = &certificate.prices;
    let price = |official: u32, kind: usize| prices.get(network.arrivals[official as usize][kind] as usize).copied();
    // The highest price in each group, for enterprises and projects.
    let highest = |kind: usize| {
        let of_group =
            |group: &super::sight::Group| group.members.iter().filter_map(|member| price(*member, kind)).max();
        sight.groups.iter().map(of_group).collect::<Vec<_>>()
    };
    let highest = [highest(0), highest(1)];
    let mut found = Vec::new();
    let mut better = Vec::new();
    for (client, view) in sight.views.iter().enumerate() {
        let kind = kind_index(view.size.kind());
        // Whoever looks after a client now is always looked at; anybody else is a change.
        let changed = terms.pair(sight, client, usize::MAX, 0);
        better.clear();
        for group in sight.visible(client) {
            let of = &sight.groups[*group as usize];
            let Some(most) = highest[kind][*group as usize] else { continue };
            if !sight.seat(client, of.several) {
                continue;
            }
            let here = prices[network.tail_of(client, of.several) as usize] + changed;
            // The cheapest pair costs nothing, so most groups need not be weighed.
            if here >= most {
                continue;
            }
            let Some(cost) = sight.cost(client, *group) else { continue };
            let here = here + terms.scale * cost;
            if here >= most {
                continue;
            }
            for member in &of.members {
                let gain = price(*member, kind).map_or(0, |price| price - here);
                if gain > 0
                    && sight.city.clients[client].fixed != Some(*member as usize)
                    && !sight.barred(client, *member)
                    && !candidates.holds(client as u32, *member)
                {
                    better.push((-gain, *member, cost));
                }
            }
        }
        better.sort_unstable();
        found.extend(better.iter().take(MORE).map(|(_, member, cost)| (client as u32, *member, *cost)));
    }
    found
}
