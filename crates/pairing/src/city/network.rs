//! A city as a network. A client sends one unit for each of its seats; a unit goes to an official, over that official's places
//! for its kind and for both kinds together, whose cost rises with each client; or it stays without anybody, at a high cost.
//!
//! Who may not work beside others is reached through the client's *gate*, which lets one through. The extra seats of a client
//! stay empty at a lower cost than its last one, so that whoever helps is never taken from whoever has nobody.

use super::candidates::Candidates;
use super::sight::Sight;
use crate::flow::{Arc, Malformed, Problem};

const NONE: u32 = u32::MAX;

/// How costs are taken: the plan's own way, or that of a point of the curve.
#[derive(Debug, Clone)]
pub(crate) struct Terms<'a> {
    /// By what everything but changes is multiplied.
    pub scale: i64,
    /// What one change costs.
    pub change: i64,
    /// Clients for whom a change costs nothing.
    pub free: Option<&'a [bool]>,
    /// Whether staying without anybody is a change too.
    pub counts_empty: bool,
}

impl Terms<'_> {
    /// What it costs that the client has somebody else than now.
    fn change(&self, sight: &Sight<'_>, client: usize) -> i64 {
        let free = sight.city.clients[client].now.is_empty() || self.free.is_some_and(|free| free[client]);
        if free { 0 } else { self.change }
    }

    /// What a pair costs that costs `cost` apart from a change.
    pub(crate) fn pair(&self, sight: &Sight<'_>, client: usize, official: usize, cost: i64) -> i64 {
        let same = sight.city.clients[client].now.contains(&official);
        self.scale * cost + if same { 0 } else { self.change(sight, client) }
    }
}

/// The nodes of a city, and the arcs that are no pairs.
#[derive(Debug)]
pub(crate) struct Network {
    supplies: Vec<i64>,
    /// Arcs from gates, officials and to nobody; pairs come after them.
    pub frame: Vec<Arc>,
    /// By client.
    gates: Vec<u32>,
    /// By official: where enterprises and projects arrive, and where both are counted.
    pub arrivals: Vec<[u32; 2]>,
    pub totals: Vec<u32>,
    pub sink: u32,
    /// By client: the arc from the client to its gate.
    pub gate_arcs: Vec<u32>,
}

impl Network {
    pub(crate) fn of(sight: &Sight<'_>, terms: &Terms<'_>) -> Self {
        let clients = sight.views.len();
        let officials = sight.rooms.len();
        let mut network = Self {
            supplies: vec![0; clients],
            frame: Vec::new(),
            gates: vec![NONE; clients],
            gate_arcs: vec![NONE; clients],
            arrivals: vec![[NONE; 2]; officials],
            totals: vec![NONE; officials],
            sink: 0,
        };
        for client in 0..clients {
            let seats = sight.seats[client];
            network.supplies[client] = i64::from(seats.extra) + i64::from(seats.lead);
            if seats.lead && seats.extra > 0 {
                network.gates[client] = network.node();
            }
        }
        for official in 0..officials {
            let room = sight.rooms[official];
            if room.open == [0, 0] {
                continue;
            }
            let total = network.node();
            network.totals[official] = total;
            for kind in [0, 1] {
                if room.open[kind] > 0 {
                    let alone = room.open[1 - kind] == 0;
                    network.arrivals[official][kind] = if alone { total } else { network.node() };
                }
            }
        }
        network.sink = network.node();
        let all: i64 = network.supplies.iter().sum();
        network.supplies[network.sink as usize] = -all;
        (0..clients).for_each(|client| network.client(sight, terms, client));
        (0..officials).for_each(|official| network.official(sight, terms, official));
        network
    }

    fn node(&mut self) -> u32 {
        self.supplies.push(0);
        self.supplies.len() as u32 - 1
    }

    fn arc(&mut self, from: u32, to: u32, cap: u32, cost: i64) {
        if cap > 0 {
            self.frame.push(Arc { from, to, low: 0, cap: i64::from(cap), cost });
        }
    }

    fn client(&mut self, sight: &Sight<'_>, terms: &Terms<'_>, client: usize) {
        let weights = &sight.city.rules.weights;
        let seats = sight.seats[client];
        let change = if terms.counts_empty { terms.change(sight, client) } else { 0 };
        let node = client as u32;
        if self.gates[client] != NONE {
            self.gate_arcs[client] = self.frame.len() as u32;
            self.arc(node, self.gates[client], 1, 0);
        }
        self.arc(node, self.sink, seats.extra, terms.scale * i64::from(weights.assist_missing) + change);
        let unpaired = super::cost::unpaired(weights, sight.views[client].size);
        self.arc(node, self.sink, u32::from(seats.lead), terms.scale * unpaired + change);
    }

    fn official(&mut self, sight: &Sight<'_>, terms: &Terms<'_>, official: usize) {
        let total = self.totals[official];
        if total == NONE {
            return;
        }
        let weights = &sight.city.rules.weights;
        let room = sight.rooms[official];
        let above = terms.scale * i64::from(weights.above_target);
        for kind in [0, 1] {
            let arrival = self.arrivals[official][kind];
            if arrival != NONE && arrival != total {
                let within = room.target[kind].saturating_sub(room.held[kind]).min(room.open[kind]);
                self.arc(arrival, total, within, 0);
                self.arc(arrival, total, room.open[kind] - within, above);
            }
        }
        let only = [0, 1].into_iter().find(|kind| self.arrivals[official][*kind] == total);
        let places = only.map_or(room.all, |kind| room.open[kind]);
        for place in 0..places {
            let load = terms.scale * weights.load(room.held[0] + room.held[1] + place);
            let extra = only.is_some_and(|kind| room.held[kind] + place >= room.target[kind]);
            self.arc(total, self.sink, 1, load + if extra { above } else { 0 });
        }
    }

    /// From where a client reaches an official.
    pub(crate) fn tail(&self, sight: &Sight<'_>, client: usize, official: usize) -> u32 {
        let several = sight.group_of[official].is_some_and(|group| sight.groups[group as usize].several);
        self.tail_of(client, several)
    }

    /// From where a client reaches whoever may, or may not, work beside others.
    pub(crate) fn tail_of(&self, client: usize, several: bool) -> u32 {
        let gate = self.gates[client];
        if several || gate == NONE { client as u32 } else { gate }
    }

    /// The whole problem, pairs after the frame.
    ///
    /// # Errors
    /// When a total would not fit.
    pub(crate) fn problem(
        &self,
        sight: &Sight<'_>,
        terms: &Terms<'_>,
        candidates: &Candidates,
    ) -> Result<Problem, Malformed> {
        let mut arcs = Vec::with_capacity(self.frame.len() + candidates.pairs.len());
        arcs.extend_from_slice(&self.frame);
        for (client, official, cost) in &candidates.pairs {
            let (place, who) = (*client as usize, *official as usize);
            let kind = super::sight::kind_index(sight.views[place].size.kind());
            let cost = terms.pair(sight, place, who, *cost);
            let from = self.tail(sight, place, who);
            arcs.push(Arc { from, to: self.arrivals[who][kind], low: 0, cap: 1, cost });
        }
        Problem::new(self.supplies.clone(), arcs)
    }
}
