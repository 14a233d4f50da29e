//! Shortest paths, many at a time: exact, from any prices that the flow agrees with.
//!
//! A search goes out from all nodes with excess, nearest first, and on through nodes that lack something, until what it
//! found lacks as much as there is excess, at distance D. Lowering the price of every node passed by as much as it is nearer
//! than D keeps all reduced costs right and makes the shortest ways to all that was found free; over free ways excess is
//! then sent to where it lacks. So flow and prices always agree, and when no excess is left the flow is optimal.

use super::network::{NONE, Network, Way};
use super::search::Search;

/// When prices have fallen so far in one run, searches end at the first node that lacks something: from there on no price
/// falls below what a path costs, and nothing can leave 64 bits.
const FALL: i64 = i64::MAX / 16;

/// Where sending goes on looking for free ways from a node.
#[derive(Clone, Copy, Debug)]
struct Looking {
    /// It stands on the path being tried, or led nowhere.
    tried: bool,
    begun: bool,
    /// Not only arcs at hand are looked at.
    all: bool,
    ahead: u32,
    load: u32,
}

const NOT_BEGUN: Looking = Looking { tried: false, begun: false, all: false, ahead: 0, load: NONE };

/// The working memory of rounds.
#[derive(Clone, Debug)]
pub(crate) struct Rounds {
    pub(crate) search: Search,
    looking: Vec<Looking>,
    path: Vec<(u32, Way)>,
}

impl Rounds {
    pub(crate) fn new(nodes: usize) -> Rounds {
        Rounds { search: Search::new(nodes), looking: vec![NOT_BEGUN; nodes], path: Vec::new() }
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
            for source in &sources {
                while network.excess[*source as usize] > 0 && self.send(network, *source as usize) {}
            }
            for node in self.search.settled() {
                self.looking[*node as usize] = NOT_BEGUN;
            }
        }
    }

    /// Searches until what was found lacks as much as the sources have, or anything if `first`, or no more can be reached.
    /// Says how far away the last of it is, if anything was found.
    fn find(&mut self, network: &mut Network, sources: &[u32], first: bool) -> Option<i64> {
        let mut wanted: i64 = sources.iter().map(|source| network.excess[*source as usize]).sum();
        let mut found = None;
        self.search.begin(sources.iter().copied(), None);
        while let Some((node, distance)) = self.search.settle(network) {
            if (wanted <= 0 || first) && found.is_some_and(|found| found < distance) {
                break;
            }
            if network.excess[node] < 0 {
                wanted += network.excess[node];
                found = Some(distance);
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

    /// Sends what it can from a source over one free path, depth first.
    fn send(&mut self, network: &mut Network, source: usize) -> bool {
        self.path.clear();
        self.looking[source].tried = true;
        let mut node = source;
        while network.excess[node] >= 0 {
            if let Some(way) = self.free_way(network, node) {
                self.path.push((node as u32, way));
                node = network.leads(way);
                self.looking[node].tried = true;
            } else if let Some((before, _)) = self.path.pop() {
                node = before as usize;
            } else {
                return false;
            }
        }
        let narrowest = self.path.iter().map(|(_, way)| network.width(*way)).min().unwrap_or(0);
        let amount = narrowest.min(network.excess[source]).min(-network.excess[node]);
        self.looking[node].tried = false;
        for (from, way) in &self.path {
            network.send(*from as usize, *way, amount);
            self.looking[*from as usize].tried = false;
        }
        true
    }

    /// The next free way on from a node: to one that was settled and not tried, or one that lacks something.
    fn free_way(&mut self, network: &mut Network, node: usize) -> Option<Way> {
        let price = network.price[node];
        let mut looking = self.looking[node];
        if !looking.begun {
            looking.begun = true;
            looking.load = network.first_load(node);
            if network.near.beyond(node).saturating_add(price) <= 0 {
                network.look_again(node);
                looking.all = network.near.beyond(node).saturating_add(price) <= 0;
            }
        }
        let onward = |to: usize| network.excess[to] < 0 || self.search.is_settled(to) && !self.looking[to].tried;
        let free = |arc: usize| {
            network.pays(arc) + price == 0 && network.room(arc) > 0 && onward(network.ahead(arc).head as usize)
        };
        let mut found = None;
        if looking.all {
            let group = network.group(node);
            let arc = (group.start + looking.ahead as usize..group.end).find(|arc| free(*arc));
            looking.ahead = (arc.unwrap_or(group.end) - group.start) as u32;
            found = arc.map(Way::ahead);
        } else {
            let at_hand = network.near.of(node).iter().skip(looking.ahead as usize);
            for arc in at_hand.take_while(|at_hand| at_hand.least + price <= 0).map(|at_hand| at_hand.arc as usize) {
                if free(arc) {
                    found = Some(Way::ahead(arc));
                    break;
                }
                looking.ahead += 1;
            }
        }
        if found.is_none() {
            // What was taken off the list since is passed over; if something else has its place now, the rest waits for the
            // next round.
            let still = network
                .loads_from(looking.load)
                .take_while(|(_, load)| network.ahead(load.arc as usize).head as usize == node);
            let free = |load: &super::network::Load| {
                let tail = load.tail as usize;
                load.amount > 0 && price - network.ahead(load.arc as usize).cost == network.price[tail] && onward(tail)
            };
            let next = still.filter(|(_, load)| free(load)).map(|(place, load)| (place, load.arc)).next();
            looking.load = next.map_or(NONE, |(place, _)| place);
            found = next.map(|(_, arc)| Way::back(arc as usize));
        }
        self.looking[node] = looking;
        found
    }
}
