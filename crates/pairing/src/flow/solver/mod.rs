//! The solver: bids first, which is quick and nearly right, then shortest paths, which are exact.
//!
//! [`bidding`] finds a flow and prices in which little is wrong. Arcs that disagree with the prices are then emptied or
//! filled, so that what is wrong shows as excess at some nodes and lack at others, and [`rounds`] mends exactly that.
//! A [`Planner`] keeps flow and prices: what changes later shows as excess and lack too, and only that is mended.

mod bidding;
mod detour;
mod layers;
mod near;
mod network;
mod planner;
mod rounds;
mod search;

use crate::flow::certificate::Certificate;
use crate::flow::problem::Problem;
use crate::flow::shortage::Shortage;
pub use detour::{Detour, Shift};
use network::{GRAIN, Network};
pub use planner::{Planner, Refused};
use rounds::Rounds;

/// An optimal flow with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What each arc of the problem carries.
    pub flow: Vec<i64>,
    /// The prices that prove it optimal.
    pub certificate: Certificate,
    /// What it costs.
    pub cost: i64,
}

/// Solves a problem to its optimum. The same problem always gives the same plan.
///
/// # Errors
/// When there is no flow, with the nodes that have more than can leave them.
pub fn solve(problem: &Problem) -> Result<Plan, Shortage> {
    let (network, _) = optimum(problem)?;
    Ok(plan(problem, &network))
}

/// Solves a problem that differs from one already solved in costs and bounds: the plan's prices, and of its flow what still
/// fits, are where it begins. Nodes and arcs have the numbers they had; new ones come last. Where little changes at a time,
/// a [`Planner`] is quicker.
///
/// # Errors
/// When there is no flow, with the nodes that have more than can leave them.
pub fn replan(problem: &Problem, old: &Plan) -> Result<Plan, Shortage> {
    let mut network = Network::new(problem);
    network.resume(problem, old);
    mend(&mut network, &mut Rounds::new(problem.supplies().len()))?;
    Ok(plan(problem, &network))
}

/// The network in which the cheapest flow flows.
fn optimum(problem: &Problem) -> Result<(Network, Rounds), Shortage> {
    let mut network = Network::new(problem);
    let mut rounds = Rounds::new(network.nodes());
    bidding::run(problem, &mut network);
    mend(&mut network, &mut rounds)?;
    Ok((network, rounds))
}

/// Makes any flow and prices agree, and the flow whole.
fn mend(network: &mut Network, rounds: &mut Rounds) -> Result<(), Shortage> {
    network.obey_all();
    let sources = network.sources();
    rounds.run(network, sources).map_err(|nodes| shortage(network, nodes))
}

fn shortage(network: &Network, nodes: Vec<u32>) -> Shortage {
    let lacks = nodes.iter().map(|node| network.excess[*node as usize]).sum();
    Shortage { nodes, lacks }
}

fn plan(problem: &Problem, network: &Network) -> Plan {
    let flow = network.flow(problem);
    let cost = flow.iter().zip(problem.arcs()).map(|(flow, arc)| flow * arc.cost).sum();
    Plan { flow, certificate: certificate(network), cost }
}

fn certificate(network: &Network) -> Certificate {
    Certificate { prices: network.price.iter().map(|price| price / GRAIN).collect() }
}
