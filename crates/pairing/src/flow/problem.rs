//! The question: a network whose nodes have supply or demand, and whose arcs have bounds and a cost per unit.
//!
//! A [`Problem`] is well-formed by construction: ends exist, bounds are in order, supplies sum to zero, and no sum that a
//! solver or a check needs can leave an `i64`.

use thiserror::Error;

/// An arc. Arcs may be parallel and may lead back to where they start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    /// Where it starts, counted from 0.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// The least it must carry.
    pub low: i64,
    /// The most it may carry.
    pub cap: i64,
    /// What one unit costs; may be negative.
    pub cost: i64,
}

/// A minimum-cost flow problem.
#[derive(Clone, Debug)]
pub struct Problem {
    supplies: Vec<i64>,
    arcs: Vec<Arc>,
    moves: i64,
}

/// Why something is no problem to solve.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Malformed {
    /// An arc's end is no node.
    #[error("第 {arc} 条弧的端点 {node} 超出节点范围 1..{nodes}")]
    NodeOutOfRange {
        /// The arc, from 1.
        arc: usize,
        /// The node, from 1.
        node: u64,
        /// How many nodes there are.
        nodes: usize,
    },
    /// An arc must carry less than nothing.
    #[error("第 {arc} 条弧的流量下限 {low} 为负")]
    NegativeLow {
        /// The arc, from 1.
        arc: usize,
        /// Its lower bound.
        low: i64,
    },
    /// An arc must carry more than it may.
    #[error("第 {arc} 条弧的流量下限 {low} 大于容量 {cap}")]
    LowAboveCap {
        /// The arc, from 1.
        arc: usize,
        /// Its lower bound.
        low: i64,
        /// Its upper bound.
        cap: i64,
    },
    /// What is supplied is not what is demanded.
    #[error("供应总量 {supply} 与需求总量 {demand} 不相等")]
    Unbalanced {
        /// Sum of the positive supplies.
        supply: i128,
        /// Sum of the negative supplies, without their sign.
        demand: i128,
    },
    /// Some total would not fit into 64 bits.
    #[error("数值过大：{what}超出 64 位整数的范围")]
    TooLarge {
        /// Which total.
        what: &'static str,
    },
}

impl Problem {
    /// A problem of these supplies (positive: sends, negative: takes), one for each node, and these arcs.
    ///
    /// # Errors
    /// When an end or a bound makes no sense, supplies do not sum to zero, or a total would overflow.
    pub fn new(supplies: Vec<i64>, arcs: Vec<Arc>) -> Result<Problem, Malformed> {
        let nodes = supplies.len();
        let too_large = |what| Malformed::TooLarge { what };
        if nodes >= 1 << 31 || arcs.len() >= 1 << 31 {
            return Err(too_large("节点数或弧数"));
        }
        // What must move at most: every supply, every lower bound, and every arc that it pays to fill.
        let mut moves = 0_i128;
        let mut dearest = 0_i128;
        for (index, arc) in arcs.iter().enumerate() {
            let number = index + 1;
            if let Some(end) = [arc.from, arc.to].into_iter().find(|end| *end as usize >= nodes) {
                return Err(Malformed::NodeOutOfRange { arc: number, node: u64::from(end) + 1, nodes });
            }
            if arc.low < 0 {
                return Err(Malformed::NegativeLow { arc: number, low: arc.low });
            }
            if arc.low > arc.cap {
                return Err(Malformed::LowAboveCap { arc: number, low: arc.low, cap: arc.cap });
            }
            moves += i128::from(if arc.cost < 0 { arc.cap } else { arc.low });
            dearest = dearest.max(i128::from(arc.cost).abs());
        }
        let (mut supply, mut demand) = (0, 0);
        for amount in &supplies {
            *(if *amount > 0 { &mut supply } else { &mut demand }) += i128::from(*amount).abs();
        }
        if supply != demand {
            return Err(Malformed::Unbalanced { supply, demand });
        }
        moves += supply;
        // A node may for a while hold what all its arcs carry, an arc may be lent to either way: half is kept free.
        let most = i128::from(i64::MAX) / 2;
        if (moves + 1).saturating_mul(arcs.len() as i128 + 2) > most {
            return Err(too_large("流量之和"));
        }
        if dearest.saturating_mul(16 * (nodes as i128 + 1)) > most {
            return Err(too_large("路径费用"));
        }
        let cost = |arc: &Arc| i128::from(arc.cost).abs() * i128::from(arc.cap.min(arc.low + moves as i64));
        if arcs.iter().map(cost).fold(0_i128, i128::saturating_add) > most {
            return Err(too_large("总费用"));
        }
        Ok(Problem { supplies, arcs, moves: moves as i64 })
    }

    /// No arc needs to carry more than this above its lower bound: supplies, lower bounds and all arcs of negative cost
    /// together. A flow that did would contain a circle that gains nothing.
    pub(crate) fn moves(&self) -> i64 {
        self.moves
    }

    /// The supply of each node.
    #[must_use]
    pub fn supplies(&self) -> &[i64] {
        &self.supplies
    }

    /// The arcs, in the order in which they were given.
    #[must_use]
    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }
}
