//! The proof that a flow is the cheapest: a price for every node.
//!
//! A price says what one unit is worth at its node. If every arc with room loses by carrying more (its cost is no less than
//! what the unit gains in worth) and every arc in use loses by carrying less, no change of the flow can gain, however
//! clever. [`Certificate::check`] looks at every node and every arc and uses nothing of the solver, so a plan is proved
//! whoever made it.

use crate::flow::problem::Problem;
use thiserror::Error;

/// A price for each node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// What one unit is worth at each node.
    pub prices: Vec<i64>,
}

/// Why a flow and prices are no proof. Nodes and arcs are counted from 1, as in a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Violation {
    /// There is not one flow for each arc and one price for each node.
    #[error("流量或价格的个数与网络不符")]
    WrongLength,
    /// An arc carries less or more than it may.
    #[error("第 {arc} 条弧的流量 {flow} 超出上下限")]
    OutOfBounds {
        /// The arc.
        arc: usize,
        /// What it carries.
        flow: i64,
    },
    /// What leaves a node is not what it has.
    #[error("节点 {node} 流出减流入为 {net}，供应为 {supply}")]
    NotConserved {
        /// The node.
        node: usize,
        /// Outflow less inflow.
        net: i128,
        /// Its supply.
        supply: i64,
    },
    /// Another flow over this arc would be cheaper, by these prices.
    #[error("第 {arc} 条弧的检验数为 {reduced}，与流量 {flow} 不相容")]
    NotOptimal {
        /// The arc.
        arc: usize,
        /// Its reduced cost.
        reduced: i128,
        /// What it carries.
        flow: i64,
    },
    /// The cost does not fit into 64 bits.
    #[error("总费用超出 64 位整数的范围")]
    CostTooLarge,
}

impl Certificate {
    /// Proves that the flow is allowed and that none is cheaper; says what it costs.
    ///
    /// # Errors
    /// With the first thing that does not hold.
    pub fn check(&self, problem: &Problem, flow: &[i64]) -> Result<i64, Violation> {
        let (supplies, arcs) = (problem.supplies(), problem.arcs());
        if flow.len() != arcs.len() || self.prices.len() != supplies.len() {
            return Err(Violation::WrongLength);
        }
        let mut net = vec![0_i128; supplies.len()];
        let mut total = 0_i128;
        for (index, (arc, flow)) in arcs.iter().zip(flow).enumerate() {
            let number = index + 1;
            if *flow < arc.low || *flow > arc.cap {
                return Err(Violation::OutOfBounds { arc: number, flow: *flow });
            }
            let (from, to) = (arc.from as usize, arc.to as usize);
            let reduced = i128::from(arc.cost) + i128::from(self.prices[from]) - i128::from(self.prices[to]);
            if reduced < 0 && *flow < arc.cap || reduced > 0 && *flow > arc.low {
                return Err(Violation::NotOptimal { arc: number, reduced, flow: *flow });
            }
            net[from] += i128::from(*flow);
            net[to] -= i128::from(*flow);
            total += i128::from(*flow) * i128::from(arc.cost);
        }
        for (index, (net, supply)) in net.iter().zip(supplies).enumerate() {
            if *net != i128::from(*supply) {
                return Err(Violation::NotConserved { node: index + 1, net: *net, supply: *supply });
            }
        }
        i64::try_from(total).map_err(|_| Violation::CostTooLarge)
    }
}
