//! Sending over free ways: from where there is excess to where it lacks, over ways whose reduced cost is nothing.
//!
//! Nodes are laid out in layers by the number of free ways from the nearest source, and only ways to the next layer are
//! used: then a node from which nothing is reached is done with, and is not tried again (Dinic). When nothing more gets
//! through, layers are laid out anew.

use super::network::{Load, NONE, Network, Way};

/// What is known of a node.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// Its layer; [`NONE`] if it was not reached.
    layer: u32,
    /// Not only arcs at hand are looked at.
    all: bool,
    /// Where to go on looking for ways: the place among the arcs, and the load.
    ahead: u32,
    load: u32,
}

/// The layer of a node that leads nowhere.
const DEAD: u32 = NONE - 1;

const UNSEEN: Node = Node { layer: NONE, all: false, ahead: 0, load: NONE };

/// The working memory.
#[derive(Clone, Debug)]
pub(crate) struct Layers {
    nodes: Vec<Node>,
    /// Layer after layer.
    reached: Vec<u32>,
    path: Vec<(u32, Way)>,
}

impl Layers {
    pub(crate) fn new(nodes: usize) -> Layers {
        Layers { nodes: vec![UNSEEN; nodes], reached: Vec::new(), path: Vec::new() }
    }

    /// Sends over free ways until no source reaches anything that lacks.
    pub(crate) fn send_all(&mut self, network: &mut Network, sources: &mut Vec<u32>) {
        loop {
            sources.retain(|node| network.excess[*node as usize] > 0);
            if sources.is_empty() || !self.lay_out(network, sources) {
                return;
            }
            for source in sources.iter() {
                while network.excess[*source as usize] > 0 && self.send(network, *source as usize) {}
            }
        }
    }

    /// Lays out layers until what they lack is what the sources have. Says whether anything lacks.
    fn lay_out(&mut self, network: &mut Network, sources: &[u32]) -> bool {
        for node in self.reached.drain(..) {
            self.nodes[node as usize] = UNSEEN;
        }
        let mut wanted: i64 = sources.iter().map(|source| network.excess[*source as usize]).sum();
        let mut found = false;
        for source in sources {
            self.reach(*source as usize, 0);
        }
        let mut next = 0;
        while let Some(node) = self.reached.get(next).map(|node| *node as usize) {
            next += 1;
            let layer = self.nodes[node].layer;
            if network.excess[node] < 0 {
                found = true;
                wanted += network.excess[node];
                if wanted <= 0 {
                    break;
                }
            }
            let price = network.price[node];
            let mut all = false;
            if network.near.beyond(node).saturating_add(price) <= 0 {
                network.look_again(node);
                all = network.near.beyond(node).saturating_add(price) <= 0;
            }
            self.nodes[node].all = all;
            self.nodes[node].load = network.first_load(node);
            if all {
                for arc in network.group(node).filter(|arc| is_free(network, *arc, price)) {
                    self.reach(network.ahead(arc).head as usize, layer + 1);
                }
            } else {
                let free = at_hand(network, node, price, 0).filter(|arc| is_free(network, *arc, price));
                for arc in free {
                    self.reach(network.ahead(arc).head as usize, layer + 1);
                }
            }
            for (_, load) in network.arriving(node).filter(|(_, load)| is_free_back(network, load, price)) {
                self.reach(load.tail as usize, layer + 1);
            }
        }
        found
    }

    fn reach(&mut self, node: usize, layer: u32) {
        if self.nodes[node].layer == NONE {
            self.nodes[node].layer = layer;
            self.reached.push(node as u32);
        }
    }

    /// Sends what it can from a source over one way, depth first.
    fn send(&mut self, network: &mut Network, source: usize) -> bool {
        self.path.clear();
        let mut node = source;
        while network.excess[node] >= 0 {
            if let Some(way) = self.onward(network, node) {
                self.path.push((node as u32, way));
                node = network.leads(way);
            } else {
                self.nodes[node].layer = DEAD;
                let Some((before, _)) = self.path.pop() else { return false };
                node = before as usize;
            }
        }
        let narrowest = self.path.iter().map(|(_, way)| network.width(*way)).min().unwrap_or(0);
        let amount = narrowest.min(network.excess[source]).min(-network.excess[node]);
        for (from, way) in &self.path {
            if way.is_back() && network.width(*way) == amount {
                // What is taken off the list leads nowhere.
                let looking = &mut self.nodes[*from as usize].load;
                *looking = network.loads_from(*looking).nth(1).map_or(NONE, |(next, _)| next);
            }
            network.send(*from as usize, *way, amount);
        }
        true
    }

    /// The next free way from a node to the next layer.
    fn onward(&mut self, network: &Network, node: usize) -> Option<Way> {
        let Node { layer, all, mut ahead, mut load } = self.nodes[node];
        let price = network.price[node];
        let next = |to: usize| self.nodes[to].layer == layer + 1;
        let fits = |arc: usize| is_free(network, arc, price) && next(network.ahead(arc).head as usize);
        let mut way = None;
        if all {
            let group = network.group(node);
            let arc = (group.start + ahead as usize..group.end).find(|arc| fits(*arc));
            ahead = (arc.unwrap_or(group.end) - group.start) as u32;
            way = arc.map(Way::ahead);
        } else {
            for arc in at_hand(network, node, price, ahead) {
                if fits(arc) {
                    way = Some(Way::ahead(arc));
                    break;
                }
                ahead += 1;
            }
        }
        if way.is_none() {
            let found = network
                .loads_from(load)
                .find(|(_, load)| is_free_back(network, load, price) && next(load.tail as usize));
            load = found.map_or(NONE, |(place, _)| place);
            way = found.map(|(_, load)| Way::back(load.arc as usize));
        }
        self.nodes[node] = Node { layer, all, ahead, load };
        way
    }
}

/// Whether an arc out of a node of this price is a free way.
fn is_free(network: &Network, arc: usize, price: i64) -> bool {
    network.pays(arc) + price == 0 && network.ahead(arc).room > 0
}

/// Whether the way back over what is carried to a node of this price is free.
fn is_free_back(network: &Network, load: &Load, price: i64) -> bool {
    network.pays_back(load) + price == 0
}

/// The arcs at hand that may be free, from one on.
fn at_hand(network: &Network, node: usize, price: i64, from: u32) -> impl Iterator<Item = usize> {
    let at_hand = network.near.of(node).iter().skip(from as usize);
    at_hand.take_while(move |at_hand| at_hand.least + price <= 0).map(|at_hand| at_hand.arc as usize)
}
