//! The solver: bids first, which is quick and nearly right, then shortest paths, which are exact.
//!
//! [`bidding`] finds a flow and prices in which little is wrong. Arcs that disagree with the prices are then emptied or
//! filled, so that what is wrong shows as excess at some nodes and lack at others, and [`rounds`] mends exactly that.
//! Planning again is the second half alone: what has changed shows as excess and lack too.

mod bidding;
mod network;
mod rounds;

use crate::flow::certificate::Certificate;
use crate::flow::problem::Problem;
use crate::flow::shortage::Shortage;
use network::Network;
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
    let mut network = Network::new(problem);
    bidding::run(&mut network);
    network.raise_prices();
    finish(problem, network)
}

/// Solves a problem that differs a little from one already solved: the plan's prices, and of its flow what still fits,
/// are where it begins. Nodes and arcs have the numbers they had; whoever left has an arc of capacity 0, whoever is new
/// comes last.
///
/// # Errors
/// When there is no flow, with the nodes that have more than can leave them.
pub fn replan(problem: &Problem, old: &Plan) -> Result<Plan, Shortage> {
    let mut network = Network::new(problem);
    network.resume(problem, old);
    finish(problem, network)
}

fn finish(problem: &Problem, mut network: Network) -> Result<Plan, Shortage> {
    network.obey_prices();
    if let Err(nodes) = Rounds::new(network.nodes()).run(&mut network) {
        let lacks = nodes.iter().map(|node| network.excess[*node as usize]).sum();
        return Err(Shortage { nodes, lacks });
    }
    let flow = network.flow(problem);
    let cost = flow.iter().zip(problem.arcs()).map(|(flow, arc)| flow * arc.cost).sum();
    Ok(Plan { flow, certificate: Certificate { prices: network.price }, cost })
}
