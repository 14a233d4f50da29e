//! What could still move in a plan: the cheapest way on for one client, and whom it would have to push aside.
//!
//! Prices of an optimal plan make every possible step cost nothing or more, so the search goes nearest first and stops early.

use super::network::{NONE, Network, Way};
use super::optimum::Optimum;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Nodes that a search may pass before it says "at least".
const PATIENCE: usize = 4_000;

/// The best other way that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Other {
    /// By how much the plan becomes dearer at least, in the network's points.
    pub rise: i64,
    /// By how much it becomes dearer on the way found: the same, unless the search was given up.
    pub most: i64,
    /// Who gets the client on that way; or nobody.
    pub official: Option<u32>,
    /// How many other clients have to move too.
    pub others: usize,
}

/// A plan's network with what each arc carries, ready to be searched.
pub(crate) struct Residual<'a> {
    network: &'a Network,
    prices: &'a [i64],
    flow: Vec<i64>,
    /// Arcs out of each node.
    out: Lists,
    /// Arcs into each node that carry something; those into the sink cheapest first to be undone.
    carrying: Lists,
    /// Somebody of a group who has a client of a class.
    placed: HashMap<(u32, u32), u32>,
    /// By node: how far it is to the sink while nobody is pushed aside, and whose place that takes.
    exits: Vec<(i64, u32)>,
    distance: Vec<i64>,
    by: Vec<Step>,
    touched: Vec<u32>,
}

/// How a node was reached: the arc, and whether along it; or from outside.
type Step = Option<(u32, bool)>;

/// What a search found.
enum Found {
    /// The goal, so far away.
    At(i64),
    /// Nothing yet, up to there.
    Beyond(i64),
    /// No way that is short enough.
    Nothing,
}

impl<'a> Residual<'a> {
    pub(crate) fn of(proof: &'a Optimum, group_of: &[Option<u32>]) -> Self {
        let (network, prices) = (&proof.network, &proof.plan.certificate.prices);
        let nodes = prices.len();
        let arcs = network.arcs.iter().enumerate();
        let flow = proof.plan.flow.clone();
        let out = Lists::of(nodes, arcs.clone().map(|(arc, of)| (of.from, arc as u32)));
        let carried = arcs.filter(|(arc, _)| flow[*arc] > 0).map(|(arc, of)| (of.to, arc as u32));
        let mut carrying = Lists::of(nodes, carried);
        let mut residual = Self {
            network,
            prices,
            flow,
            out,
            carrying: Lists::default(),
            placed: HashMap::new(),
            exits: vec![(i64::MAX, NONE); nodes],
            distance: vec![i64::MAX; nodes],
            by: vec![None; nodes],
            touched: Vec::new(),
        };
        let sink = network.sink as usize;
        let range = carrying.starts[sink] as usize..carrying.starts[sink + 1] as usize;
        carrying.arcs[range].sort_by_key(|arc| -residual.reduced(*arc));
        residual.carrying = carrying;
        residual.look_for_exits();
        for (client, official) in &proof.pairs {
            if let Some(group) = group_of[*official as usize] {
                residual.placed.entry((network.class_of[*client as usize], group)).or_insert(*official);
            }
        }
        residual
    }

    fn reduced(&self, arc: u32) -> i64 {
        let of = &self.network.arcs[arc as usize];
        of.cost + self.prices[of.from as usize] - self.prices[of.to as usize]
    }

    /// What it costs that a client has not this official, whom it has; whoever else it has stays. `None` when the official was
    /// chosen by hand.
    pub(crate) fn without(&mut self, client: u32, official: u32, group: u32, kind: usize) -> Option<Other> {
        let network = self.network;
        let used = self.used(client, official, group, kind)?;
        let goal = network.arrivals[official as usize][kind];
        let spent: i64 = used.iter().map(|arc| self.reduced(*arc)).sum();
        used.iter().for_each(|arc| self.flow[*arc as usize] -= 1);
        let starts = self.starts(client, (official, group, kind));
        let own = network.own[client as usize];
        let class = &network.classes[network.class_of[client as usize] as usize];
        // Nobody else's unit comes this way.
        let closed = [own, if class.alone { class.node } else { own }];
        let simple = self.simple(&starts, official as usize, goal);
        let found = self.search(&starts, goal, closed, simple.map_or(i64::MAX, |(length, _)| length));
        let (rise, most, official, others) = match (found, simple) {
            (Found::At(length), _) => {
                let (first, others) = self.path(&starts, goal);
                (length, length, first, others)
            }
            (Found::Nothing, Some((length, first))) => (length, length, first, 0),
            (Found::Beyond(least), Some((length, first))) => (least, length, first, 0),
            // A seat may always stay empty.
            (Found::Nothing | Found::Beyond(_), None) => (spent, spent, None, 0),
        };
        self.forget();
        used.iter().for_each(|arc| self.flow[*arc as usize] += 1);
        Some(Other { rise: rise - spent, most: most - spent, official, others })
    }

    /// The shortest way to the sink from every node between classes and the sink, while nobody is pushed aside.
    fn look_for_exits(&mut self) {
        let network = self.network;
        self.exits[network.sink as usize] = (0, NONE);
        let officials = network.totals.iter().zip(&network.arrivals).enumerate();
        for (official, (total, arrivals)) in officials.filter(|(_, (total, _))| **total != NONE) {
            for node in [*total, arrivals[0], arrivals[1]].into_iter().filter(|node| *node != NONE) {
                if let Some((length, _)) = self.exit(node) {
                    self.exits[node as usize] = (length, official as u32);
                }
            }
        }
        for group in network.groups.iter().flatten().filter(|group| **group != NONE) {
            if let Some(exit) = self.exit(*group) {
                self.exits[*group as usize] = exit;
            }
        }
    }

    fn exit(&self, node: u32) -> Option<(i64, u32)> {
        let ways = self.out.of_node(node).iter().filter_map(|arc| {
            let of = &self.network.arcs[*arc as usize];
            let (length, official) = self.exits[of.to as usize];
            let open = self.flow[*arc as usize] < of.cap && length < i64::MAX;
            open.then(|| (length + self.reduced(*arc), official))
        });
        ways.min()
    }

    /// The shortest way on which only this client moves, and to whom.
    fn simple(&self, starts: &[(u32, i64, u32)], official: usize, goal: u32) -> Option<(i64, Option<u32>)> {
        // The place that becomes free is worth what it is in the plan.
        let undone = |node: u32, from: u32| {
            let arcs = self.carrying.of_node(node).iter();
            let of_place = arcs.filter(move |arc| self.network.arcs[**arc as usize].from == from);
            of_place.map(|arc| -self.reduced(*arc)).min()
        };
        let total = self.network.totals[official];
        let within = if total == goal { Some(0) } else { undone(total, goal) };
        let closing = self.freed(total)? + within?;
        let exits = starts.iter().filter_map(|(node, here, _)| {
            let (length, to) = self.exits[*node as usize];
            (length < i64::MAX).then(|| (here + length + closing, (to != NONE).then_some(to)))
        });
        exits.min()
    }

    /// How little it costs to take one unit from what an official has.
    fn freed(&self, total: u32) -> Option<i64> {
        let carrying = self.out.of_node(total).iter().filter(|arc| self.flow[**arc as usize] > 0);
        carrying.map(|arc| -self.reduced(*arc)).min()
    }

    /// The arcs over which a client's unit goes to an official; none when it was chosen by hand.
    fn used(&self, client: u32, official: u32, group: u32, kind: usize) -> Option<Vec<u32>> {
        let network = self.network;
        let number = network.class_of[client as usize];
        let class = network.classes.get(number as usize)?.node;
        let own = network.own[client as usize];
        let from = |node: u32| if node == NONE { &[][..] } else { self.out.of_node(node) };
        let on = |node: u32, way: Way| {
            let carries = |arc: &&u32| network.ways[**arc as usize] == way && self.flow[**arc as usize] > 0;
            from(node).iter().find(carries).copied()
        };
        let to_class = from(own).iter().find(|arc| network.arcs[**arc as usize].to == class).copied();
        let pair = Way::Pair(client, official);
        if let Some(arc) = on(own, pair) {
            return Some(vec![arc]);
        }
        if let Some(arc) = on(class, pair) {
            return Some(to_class.into_iter().chain([arc]).collect());
        }
        let spread = on(class, Way::Spread(number, group))?;
        let deal = on(network.groups[group as usize][kind], Way::Deal(group, official))?;
        Some(to_class.into_iter().chain([spread, deal]).collect())
    }

    /// Where a client's unit can go first, official left out: the node, how far it is, and over which arc.
    fn starts(&self, client: u32, (official, group, kind): (u32, u32, usize)) -> Vec<(u32, i64, u32)> {
        let network = self.network;
        let own = network.own[client as usize];
        let class = network.classes[network.class_of[client as usize] as usize].node;
        let mut found = Vec::new();
        let mut begins = vec![(if own == NONE { class } else { own }, 0)];
        while let Some((node, here)) = begins.pop() {
            for arc in self.out.of_node(node) {
                let of = &network.arcs[*arc as usize];
                let there = here + self.reduced(*arc);
                match network.ways[*arc as usize] {
                    _ if self.flow[*arc as usize] >= of.cap => {}
                    Way::Pair(_, to) if to == official => {}
                    Way::Spread(_, to) if to == group => {
                        for deal in self.out.of_node(network.groups[group as usize][kind]) {
                            if network.ways[*deal as usize] != Way::Deal(group, official) {
                                found.push((network.arcs[*deal as usize].to, there + self.reduced(*deal), *deal));
                            }
                        }
                    }
                    _ if of.to == class => begins.push((class, there)),
                    _ => found.push((of.to, there, *arc)),
                }
            }
        }
        found
    }

    /// Looks for a way to the goal that is shorter than `limit`.
    fn search(&mut self, starts: &[(u32, i64, u32)], goal: u32, closed: [u32; 2], limit: i64) -> Found {
        let mut near = BinaryHeap::new();
        for (node, distance, _) in starts {
            self.reach(*node, *distance, None, limit, &mut near);
        }
        let mut passed = 0;
        while let Some(Reverse((distance, node))) = near.pop() {
            if node == goal {
                return Found::At(distance);
            }
            if distance > self.distance[node as usize] {
                continue;
            }
            passed += 1;
            if passed > PATIENCE {
                return Found::Beyond(distance);
            }
            let network = self.network;
            for place in self.out.range(node) {
                let arc = self.out.arcs[place];
                let of = &network.arcs[arc as usize];
                if self.flow[arc as usize] < of.cap {
                    let bound = limit.min(self.distance[goal as usize]);
                    self.reach(of.to, distance + self.reduced(arc), Some((arc, true)), bound, &mut near);
                }
            }
            for place in self.carrying.range(node) {
                let arc = self.carrying.arcs[place];
                let there = distance - self.reduced(arc);
                let bound = limit.min(self.distance[goal as usize]);
                if there >= bound && node == network.sink {
                    break;
                }
                let from = network.arcs[arc as usize].from;
                if self.flow[arc as usize] > 0 && !closed.contains(&from) {
                    self.reach(from, there, Some((arc, false)), bound, &mut near);
                }
            }
        }
        Found::Nothing
    }

    fn reach(&mut self, node: u32, there: i64, by: Step, bound: i64, near: &mut BinaryHeap<Reverse<(i64, u32)>>) {
        let known = &mut self.distance[node as usize];
        if there >= *known || there >= bound {
            return;
        }
        if *known == i64::MAX {
            self.touched.push(node);
        }
        *known = there;
        self.by[node as usize] = by;
        near.push(Reverse((there, node)));
    }

    /// Who gets the client on the way found, and how many others move.
    fn path(&self, starts: &[(u32, i64, u32)], goal: u32) -> (Option<u32>, usize) {
        let network = self.network;
        let mut ways = Vec::new();
        let mut node = goal;
        while let Some((arc, along)) = self.by[node as usize] {
            let of = &network.arcs[arc as usize];
            ways.push((network.ways[arc as usize], along));
            node = if along { of.from } else { of.to };
        }
        let begin = starts.iter().filter(|(to, ..)| *to == node).min_by_key(|(_, distance, _)| *distance);
        ways.extend(begin.map(|(_, _, arc)| (network.ways[*arc as usize], true)));
        ways.reverse();
        // Each client that moves comes to an official, takes the place of one in a group, or is left alone.
        let comes = |pair: &[(Way, bool)]| match *pair {
            [(Way::Deal(_, official) | Way::Pair(_, official), true), ..] => Some(Some(official)),
            [(Way::Spread(_, group), true), (Way::Spread(class, _), false)] => {
                Some(self.placed.get(&(class, group)).copied())
            }
            [(Way::Empty(_) | Way::Alone(_), true), ..] => Some(None),
            _ => None,
        };
        let mut moves = (0..ways.len()).filter_map(|place| comes(&ways[place..ways.len().min(place + 2)]));
        (moves.next().flatten(), moves.count())
    }

    /// All nodes whose places a unit at `node` could come to want: everything that it could push aside, without leaving anybody
    /// with nobody.
    pub(crate) fn wanted(&mut self, node: u32) -> Vec<u32> {
        let network = self.network;
        let mut seen = vec![node];
        self.distance[node as usize] = 0;
        let mut next = 0;
        while let Some(node) = seen.get(next).copied() {
            next += 1;
            let ahead = self
                .out
                .of_node(node)
                .iter()
                .filter(|arc| self.flow[**arc as usize] < network.arcs[**arc as usize].cap);
            let ahead = ahead.map(|arc| network.arcs[*arc as usize].to);
            let back = self.carrying.of_node(node).iter().map(|arc| network.arcs[*arc as usize].from);
            for to in ahead.chain(back) {
                if to != network.sink && self.distance[to as usize] == i64::MAX {
                    self.distance[to as usize] = 0;
                    seen.push(to);
                }
            }
        }
        seen.iter().for_each(|node| self.distance[*node as usize] = i64::MAX);
        seen.sort_unstable();
        seen
    }

    fn forget(&mut self) {
        for node in self.touched.drain(..) {
            self.distance[node as usize] = i64::MAX;
            self.by[node as usize] = None;
        }
    }
}

/// Arcs by node.
#[derive(Debug, Default)]
struct Lists {
    starts: Vec<u32>,
    arcs: Vec<u32>,
}

impl Lists {
    fn of(nodes: usize, arcs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0; nodes + 1];
        arcs.clone().for_each(|(node, _)| starts[node as usize + 1] += 1);
        (0..nodes).for_each(|node| starts[node + 1] += starts[node]);
        let mut place = starts.clone();
        let mut listed = vec![0; starts[nodes] as usize];
        for (node, arc) in arcs {
            listed[place[node as usize] as usize] = arc;
            place[node as usize] += 1;
        }
        Self { starts, arcs: listed }
    }

    fn range(&self, node: u32) -> std::ops::Range<usize> {
        self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize
    }

    fn of_node(&self, node: u32) -> &[u32] {
        &self.arcs[self.range(node)]
    }
}
