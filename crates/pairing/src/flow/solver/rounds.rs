//! Shortest paths, many at a time: exact, from any prices that the flow agrees with.
//!
//! A search goes out from all nodes with excess, nearest first, and on through nodes that lack something, until what it
//! found lacks as much as there is excess, at distance D. Lowering the price of every node passed by as much as it is nearer
//! than D keeps all reduced costs right and makes the shortest ways to all that was found free; over free ways [`super::layers`] then
//! sends excess to where it lacks. So flow and prices always agree, and when no excess is left the flow is optimal.

use super::layers::Layers;
use super::network::Network;
use super::search::Search;

/// When prices have fallen so far in one run, searches end at the first node that lacks something: from there on no price
/// falls below what a path costs, and nothing can leave 64 bits.
const FALL: i64 = i64::MAX / 16;

/// The working memory of rounds.
#[derive(Clone, Debug)]
pub(crate) struct Rounds {
    pub(crate) search: Search,
    layers: Layers,
}

impl Rounds {
    pub(crate) fn new(nodes: usize) -> Rounds {
        Rounds { search: Search::new(nodes), layers: Layers::new(nodes) }
    }

    /// Sends all excess, which these nodes have, to where it lacks.
    ///
    /// # Errors
    /// With nodes that together have more than can leave them.
    pub(crate) fn run(&mut self, network: &mut Network, mut sources: Vec<u32>) -> Result<(), Vec<u32>> {
        let mut fallen = 0_i64;
        loop {
            sources.retain(|node| network.excess[*node as usize] > 0);
            if sources.is_empty() {
                return Ok(());
            }
            let Some(distance) = self.find(network, &sources, fallen > FALL) else {
                return Err(self.stuck(network, sources[0]));
            };
            fallen = fallen.saturating_add(distance);
            for node in self.search.settled() {
                let nearer = distance - self.search.distance(*node as usize).unwrap_or(distance);
                network.price[*node as usize] -= nearer.max(0);
            }
            self.layers.send_all(network, &mut sources);
        }
    }

    /// Searches until what was found lacks as much as the sources have, or anything if `first`, or no more can be reached.
    /// Says how far away the last of it is, if anything was found.
    fn find(&mut self, network: &mut Network, sources: &[u32], first: bool) -> Option<i64> {
        let mut wanted: i64 = sources.iter().map(|source| network.excess[*source as usize]).sum();
        let mut found = None;
        self.search.begin(sources.iter().copied(), None);
        while let Some((node, distance)) = self.search.settle(network) {
            if network.excess[node] < 0 {
                wanted += network.excess[node];
                found = Some(distance);
                if wanted <= 0 || first {
                    break;
                }
            }
        }
        found
    }

    /// All nodes that the excess of one source can reach.
    fn stuck(&mut self, network: &mut Network, source: u32) -> Vec<u32> {
        self.search.begin([source], None);
        while self.search.settle(network).is_some() {}
        let mut nodes = self.search.settled().to_vec();
        nodes.sort_unstable();
        nodes
    }
}
