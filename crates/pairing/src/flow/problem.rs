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
    totals: Totals,
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
        /// The arc, from 1, with which it became too large, if it was an arc.
        arc: Option<usize>,
    },
    /// There is no such arc.
    #[error("没有第 {arc} 条弧：共 {arcs} 条")]
    NoSuchArc {
        /// The arc, from 1.
        arc: usize,
        /// How many there are.
        arcs: usize,
    },
    /// There is no such node.
    #[error("没有节点 {node}：共 {nodes} 个")]
    NoSuchNode {
        /// The node, from 1.
        node: u64,
        /// How many there are.
        nodes: usize,
    },
}

/// One thing about a problem that changes. Nodes and arcs have the numbers they had, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// An arc has other bounds and another cost.
    Arc {
        /// Which.
        arc: usize,
        /// The least it must carry.
        low: i64,
        /// The most it may carry; 0 closes it.
        cap: i64,
        /// What one unit costs.
        cost: i64,
    },
    /// A node has another supply.
    Supply {
        /// Which.
        node: u32,
        /// Positive: sends, negative: takes.
        supply: i64,
    },
}

/// What no sum may exceed: half of 64 bits, as an arc may be lent to either way.
const MOST: i128 = i64::MAX as i128 / 2;

impl Problem {
    /// A problem of these supplies (positive: sends, negative: takes), one for each node, and these arcs.
    ///
    /// # Errors
    /// When an end or a bound makes no sense, supplies do not sum to zero, or a total would overflow.
    pub fn new(supplies: Vec<i64>, arcs: Vec<Arc>) -> Result<Problem, Malformed> {
        if supplies.len() >= 1 << 31 || arcs.len() >= 1 << 31 {
            return Err(Malformed::TooLarge { what: "节点数或弧数", arc: None });
        }
        for (index, arc) in arcs.iter().enumerate() {
            if let Some(end) = [arc.from, arc.to].into_iter().find(|end| *end as usize >= supplies.len()) {
                return Err(Malformed::NodeOutOfRange {
                    arc: index + 1,
                    node: u64::from(end) + 1,
                    nodes: supplies.len(),
                });
            }
            in_order(index, arc)?;
        }
        let mut problem = Problem { supplies, arcs, totals: Totals::default() };
        problem.balanced()?;
        problem.totals = Totals::of(&problem)?;
        Ok(problem)
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

    /// As much as all arcs may carry at once. No arc needs to carry more above its lower bound than all supplies, lower
    /// bounds and arcs of negative cost together, which is less than this: a flow that did would contain a circle that
    /// gains nothing.
    pub(crate) fn widest(&self) -> i64 {
        widest(self.arcs.len()) as i64
    }

    /// Makes changes one after another. Says what would undo them, in the order in which to undo them.
    ///
    /// # Errors
    /// As [`Problem::new`], or when there is no such arc or node; then nothing has changed.
    pub(crate) fn change(&mut self, changes: &[Change]) -> Result<Vec<Change>, Malformed> {
        let totals = self.totals;
        let mut undo = Vec::with_capacity(changes.len());
        let made = changes.iter().try_for_each(|change| {
            let before = self.make(*change)?;
            undo.push(before);
            Ok(())
        });
        undo.reverse();
        // Totals are kept as upper bounds: only when these are too large, all is summed up again.
        let fit = made.and_then(|()| self.balanced()).and_then(|()| match self.totals.fit(self) {
            Ok(()) => Ok(()),
            Err(_) => Totals::of(self).map(|totals| self.totals = totals),
        });
        if let Err(malformed) = fit {
            for change in undo {
                self.make(change)?;
            }
            self.totals = totals;
            return Err(malformed);
        }
        Ok(undo)
    }

    /// Makes one change, and says what it was before.
    fn make(&mut self, change: Change) -> Result<Change, Malformed> {
        match change {
            Change::Arc { arc: index, low, cap, cost } => {
                let arcs = self.arcs.len();
                let arc = self.arcs.get_mut(index).ok_or(Malformed::NoSuchArc { arc: index + 1, arcs })?;
                let new = Arc { low, cap, cost, ..*arc };
                in_order(index, &new)?;
                let old = std::mem::replace(arc, new);
                self.totals.replace(&old, &new);
                Ok(Change::Arc { arc: index, low: old.low, cap: old.cap, cost: old.cost })
            }
            Change::Supply { node, supply } => {
                let nodes = self.supplies.len();
                let number = u64::from(node) + 1;
                let place =
                    self.supplies.get_mut(node as usize).ok_or(Malformed::NoSuchNode { node: number, nodes })?;
                let old = std::mem::replace(place, supply);
                self.totals.more(i128::from(supply.max(0)) - i128::from(old.max(0)));
                Ok(Change::Supply { node, supply: old })
            }
        }
    }

    fn balanced(&self) -> Result<(), Malformed> {
        let (mut supply, mut demand) = (0, 0);
        for amount in &self.supplies {
            *(if *amount > 0 { &mut supply } else { &mut demand }) += i128::from(*amount).abs();
        }
        if supply == demand { Ok(()) } else { Err(Malformed::Unbalanced { supply, demand }) }
    }
}

fn in_order(index: usize, arc: &Arc) -> Result<(), Malformed> {
    if arc.low < 0 {
        return Err(Malformed::NegativeLow { arc: index + 1, low: arc.low });
    }
    if arc.low > arc.cap {
        return Err(Malformed::LowAboveCap { arc: index + 1, low: arc.low, cap: arc.cap });
    }
    Ok(())
}

fn widest(arcs: usize) -> i128 {
    MOST / (arcs as i128 + 2)
}

/// Upper bounds of what a solver and a check sum up.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    /// What must move at most: every supply, every lower bound, and every arc that it pays to fill.
    moves: i128,
    /// The cost of the dearest arc.
    dearest: i128,
    /// The costs of all arcs, one unit each.
    costs: i128,
    /// What all that moves may cost.
    worth: i128,
}

impl Totals {
    fn of(problem: &Problem) -> Result<Totals, Malformed> {
        let mut totals = Totals::default();
        let (nodes, arcs) = (problem.supplies.len(), problem.arcs.len());
        totals.moves = problem.supplies.iter().map(|supply| i128::from(*supply.max(&0))).sum();
        if totals.moves >= widest(arcs) {
            return Err(Malformed::TooLarge { what: "供应之和", arc: None });
        }
        for (index, arc) in problem.arcs.iter().enumerate() {
            let too_large = |what| Err(Malformed::TooLarge { what, arc: Some(index + 1) });
            totals.moves += must(arc);
            totals.dearest = totals.dearest.max(i128::from(arc.cost).abs());
            totals.costs += i128::from(arc.cost).abs();
            if totals.moves >= widest(arcs) {
                return too_large("流量之和");
            }
            if totals.dearest > dearest(nodes) {
                return too_large("路径费用");
            }
        }
        for (index, arc) in problem.arcs.iter().enumerate() {
            totals.worth = totals.worth.saturating_add(totals.worth_of(arc));
            if totals.worth > MOST {
                return Err(Malformed::TooLarge { what: "总费用", arc: Some(index + 1) });
            }
        }
        Ok(totals)
    }

    fn fit(&self, problem: &Problem) -> Result<(), Malformed> {
        let (nodes, arcs) = (problem.supplies.len(), problem.arcs.len());
        let fit = self.moves < widest(arcs) && self.dearest <= dearest(nodes) && self.worth <= MOST;
        if fit { Ok(()) } else { Err(Malformed::TooLarge { what: "总量", arc: None }) }
    }

    fn worth_of(&self, arc: &Arc) -> i128 {
        i128::from(arc.cost).abs().saturating_mul(i128::from(arc.cap).min(i128::from(arc.low) + self.moves))
    }

    fn replace(&mut self, old: &Arc, new: &Arc) {
        self.more(must(new) - must(old));
        self.dearest = self.dearest.max(i128::from(new.cost).abs());
        self.costs += i128::from(new.cost).abs();
        self.worth = self.worth.saturating_add(self.worth_of(new));
    }

    /// More must move, or less.
    fn more(&mut self, more: i128) {
        self.moves += more;
        self.worth = self.worth.saturating_add(self.costs.saturating_mul(more.max(0)));
    }
}

/// What an arc makes move.
fn must(arc: &Arc) -> i128 {
    i128::from(if arc.cost < 0 { arc.cap } else { arc.low })
}

/// The most an arc may cost, so that the longest path stays far from the end of 64 bits, in grains and several times over.
fn dearest(nodes: usize) -> i128 {
    MOST / (256 * (nodes as i128 + 1))
}
