//! Why there is no flow at all: nodes that have more than can leave them.

use crate::flow::problem::Problem;
use std::fmt;

/// Nodes from which less can leave than they must send. This is a proof: [`Shortage::check`] recomputes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The nodes, from 0, in order.
    pub nodes: Vec<u32>,
    /// How much finds no place.
    pub lacks: i64,
}

impl Shortage {
    /// Whether more must leave these nodes than their arcs outward can take.
    #[must_use]
    pub fn check(&self, problem: &Problem) -> bool {
        let mut inside = vec![false; problem.supplies().len()];
        let mut stuck = 0_i128;
        for node in &self.nodes {
            inside[*node as usize] = true;
            stuck += i128::from(problem.supplies()[*node as usize]);
        }
        for arc in problem.arcs() {
            match (inside[arc.from as usize], inside[arc.to as usize]) {
                (true, false) => stuck -= i128::from(arc.cap),
                (false, true) => stuck += i128::from(arc.low),
                _ => {}
            }
        }
        stuck > 0 && stuck == i128::from(self.lacks)
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        let shown: Vec<String> = self.nodes.iter().take(SHOWN).map(|node| (node + 1).to_string()).collect();
        let more = if self.nodes.len() > SHOWN { "…" } else { "" };
        let (count, lacks) = (self.nodes.len(), self.lacks);
        write!(f, "无可行流：{count} 个节点（{}{more}）的供应无法全部送出，还差 {lacks} 个单位的去处", shown.join("、"))
    }
}

impl std::error::Error for Shortage {}
