//! A city as a network, small because equals travel together.
//!
//! Clients that cost the same with whatever official are one *class*; officials of one unit and rank are one *group*. What a
//! pair costs apart from a change depends on these two alone, so one arc from class to group stands for all their pairs, and a
//! whole city needs no shortlist: the optimum is one over every pair that the rules allow.
//!
//! A unit for each seat goes from its client to whoever has it now, or (a change) to its class, on to a group, and to one of
//! the group, over that official's places for its kind and for both kinds together, whose cost rises with each; or it stays
//! without anybody, at a high cost. A client with a bar, or with several seats, is a class of its own. Whoever may not
//! work beside others is then reached through its *gate*, which lets one through; all others one by one, so that nobody has
//! two seats of the same client. Extra seats stay empty at a lower cost than the last, so that whoever assists is never taken
//! from whoever has nobody.

use super::sight::{Sight, kind_index};
use crate::flow::{Arc, Malformed, Problem};
use std::collections::HashMap;

/// Instead of a node or an arc that there is not.
pub(crate) const NONE: u32 = u32::MAX;

/// How costs are taken: the plan's own way, or that of a point of the curve.
#[derive(Debug, Clone, Copy)]
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
}

/// What an arc stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// A client and an official.
    Pair(u32, u32),
    /// A client changes, as those of its class.
    Join(u32, u32),
    /// A class and a group.
    Spread(u32, u32),
    /// A group and one of its officials.
    Deal(u32, u32),
    /// A client that starts at its class has nobody.
    Empty(u32),
    /// A client has nobody, or fewer than it should.
    Alone(u32),
    /// Any other.
    Frame,
}

/// Clients that cost the same.
#[derive(Debug)]
pub(crate) struct Class {
    pub node: u32,
    /// Those whose unit starts at the class: they have nobody now, so anybody is as new as anybody else.
    pub clients: Vec<u32>,
    /// One of its clients.
    pub like: u32,
    /// Whether that is the only one, by bars or several seats.
    pub alone: bool,
}

/// The nodes and arcs of a city.
#[derive(Debug, Default)]
pub(crate) struct Network {
    supplies: Vec<i64>,
    pub arcs: Vec<Arc>,
    pub ways: Vec<Way>,
    pub classes: Vec<Class>,
    /// By client: its class, and its own node; [`NONE`] of the one when it has no open seat, of the other when its unit starts
    /// at the class.
    pub class_of: Vec<u32>,
    pub own: Vec<u32>,
    /// By group, for enterprises and for projects.
    pub groups: Vec<[u32; 2]>,
    /// By official: where enterprises and projects arrive, and where both are counted.
    pub arrivals: Vec<[u32; 2]>,
    pub totals: Vec<u32>,
    pub sink: u32,
}

impl Network {
    pub(crate) fn of(sight: &Sight<'_>, terms: &Terms<'_>) -> Self {
        let mut network = Self::default();
        network.officials(sight);
        network.sink = network.node(0);
        network.places(sight, terms);
        network.clients(sight, terms);
        let all: i64 = network.supplies.iter().sum();
        network.supplies[network.sink as usize] = -all;
        network
    }

    /// The problem to be solved.
    ///
    /// # Errors
    /// When a total would not fit.
    pub(crate) fn problem(&self) -> Result<Problem, Malformed> {
        Problem::new(self.supplies.clone(), self.arcs.clone())
    }

    fn node(&mut self, supply: i64) -> u32 {
        self.supplies.push(supply);
        self.supplies.len() as u32 - 1
    }

    fn arc(&mut self, way: Way, (from, to): (u32, u32), cap: u32, cost: i64) {
        if cap > 0 {
            self.arcs.push(Arc { from, to, low: 0, cap: i64::from(cap), cost });
            self.ways.push(way);
        }
    }

    /// Nodes for everybody who has a place left.
    fn officials(&mut self, sight: &Sight<'_>) {
        self.totals = vec![NONE; sight.rooms.len()];
        self.arrivals = vec![[NONE; 2]; sight.rooms.len()];
        self.groups = vec![[NONE; 2]; sight.groups.len()];
        for (group, of) in sight.groups.iter().enumerate() {
            for official in of.members.iter().map(|member| *member as usize) {
                let open = sight.rooms[official].open;
                let total = self.node(0);
                self.totals[official] = total;
                for kind in [0, 1].into_iter().filter(|kind| open[*kind] > 0) {
                    self.arrivals[official][kind] = if open[1 - kind] == 0 { total } else { self.node(0) };
                    if self.groups[group][kind] == NONE {
                        self.groups[group][kind] = self.node(0);
                    }
                }
            }
        }
    }

    /// From groups over officials' places to the sink.
    fn places(&mut self, sight: &Sight<'_>, terms: &Terms<'_>) {
        let weights = &sight.city.rules.weights;
        let above = terms.scale * i64::from(weights.above_target);
        let wide = sight.views.len() as u32 + 1;
        for (group, of) in sight.groups.iter().enumerate() {
            for official in &of.members {
                let room = sight.rooms[*official as usize];
                let (arrivals, total) = (self.arrivals[*official as usize], self.totals[*official as usize]);
                for kind in [0, 1].into_iter().filter(|kind| room.open[*kind] > 0) {
                    let deal = Way::Deal(group as u32, *official);
                    // Who has how many places is said further on: a way that is never full is worth the same to everybody.
                    self.arc(deal, (self.groups[group][kind], arrivals[kind]), wide, 0);
                    if arrivals[kind] != total {
                        let within = room.target[kind].saturating_sub(room.held[kind]).min(room.open[kind]);
                        self.arc(Way::Frame, (arrivals[kind], total), within, 0);
                        self.arc(Way::Frame, (arrivals[kind], total), room.open[kind] - within, above);
                    }
                }
                let only = [0, 1].into_iter().find(|kind| arrivals[*kind] == total);
                for place in 0..only.map_or(room.all, |kind| room.open[kind]) {
                    let load = terms.scale * weights.load(room.held[0] + room.held[1] + place);
                    let extra = only.is_some_and(|kind| room.held[kind] + place >= room.target[kind]);
                    self.arc(Way::Frame, (total, self.sink), 1, load + if extra { above } else { 0 });
                }
            }
        }
    }

    fn clients(&mut self, sight: &Sight<'_>, terms: &Terms<'_>) {
        let mut known = HashMap::new();
        self.class_of = vec![NONE; sight.views.len()];
        self.own = vec![NONE; sight.views.len()];
        for client in 0..sight.views.len() {
            let seats = sight.seats[client];
            if seats.extra > 0 || seats.lead && sight.has_bars(client) {
                self.alone(sight, terms, client);
            } else if seats.lead {
                let class = *known.entry(sight.views[client]).or_insert_with(|| {
                    let node = self.node(0);
                    self.classes.push(Class { node, clients: Vec::new(), like: client as u32, alone: false });
                    self.classes.len() - 1
                });
                self.class_of[client] = class as u32;
                self.among_others(sight, terms, client, class);
            }
        }
        for class in 0..self.classes.len() {
            let Class { node, ref clients, like, alone } = self.classes[class];
            let waiting = clients.len() as u32;
            let empty = terms.scale * sight.unpaired(like as usize);
            self.arc(Way::Empty(class as u32), (node, self.sink), waiting, empty);
            if !alone {
                let all = sight.views.len() as u32 + 1;
                self.spread(sight, class, (node, all), |_, cost| Some(terms.scale * cost));
            }
        }
    }

    /// A client with one seat and no bar.
    fn among_others(&mut self, sight: &Sight<'_>, terms: &Terms<'_>, client: usize, class: usize) {
        let now = &sight.city.clients[client].now;
        if now.is_empty() {
            let Class { node, ref mut clients, .. } = self.classes[class];
            clients.push(client as u32);
            self.supplies[node as usize] += 1;
            return;
        }
        let node = self.node(1);
        self.own[client] = node;
        let change = terms.change(sight, client);
        let way = Way::Join(client as u32, class as u32);
        self.arc(way, (node, self.classes[class].node), 1, change);
        self.stay(sight, terms, client, |_| node);
        self.empty(sight, terms, client, node);
    }

    /// A client with bars or several seats.
    fn alone(&mut self, sight: &Sight<'_>, terms: &Terms<'_>, client: usize) {
        let seats = sight.seats[client];
        let node = self.node(i64::from(seats.extra) + i64::from(seats.lead));
        let change = terms.change(sight, client);
        let gate = if seats.lead && seats.extra > 0 { self.node(0) } else { node };
        if gate != node {
            self.arc(Way::Frame, (node, gate), 1, 0);
        }
        self.classes.push(Class { node: gate, clients: Vec::new(), like: client as u32, alone: true });
        let class = self.classes.len() - 1;
        (self.own[client], self.class_of[client]) = (node, class as u32);
        let kind = kind_index(sight.views[client].size.kind());
        let several = seats.extra > 0;
        // Only those whom nobody of the group must not be are reached together.
        let together = |group: u32| {
            let of = &sight.groups[group as usize];
            let free = |member: &u32| !sight.barred(client, *member);
            !(several && of.several) && of.members.iter().all(free)
        };
        self.spread(sight, class, (gate, 1), |group, cost| together(group).then_some(terms.scale * cost + change));
        for group in sight.visible(client).iter().filter(|group| !together(**group)) {
            let of = &sight.groups[*group as usize];
            let Some(cost) = sight.cost(client, *group).filter(|_| sight.seat(client, of.several)) else { continue };
            for member in of.members.iter().filter(|member| sight.may(client, **member)) {
                let from = if of.several { node } else { gate };
                let to = self.arrivals[*member as usize][kind];
                if !sight.city.clients[client].now.contains(&(*member as usize)) {
                    self.arc(Way::Pair(client as u32, *member), (from, to), 1, terms.scale * cost + change);
                }
            }
        }
        let several =
            |official: usize| sight.group_of[official].is_some_and(|group| sight.groups[group as usize].several);
        self.stay(sight, terms, client, |official| if several(official) { node } else { gate });
        self.empty(sight, terms, client, node);
    }

    /// From a class to all groups that may look after its clients.
    fn spread(
        &mut self,
        sight: &Sight<'_>,
        class: usize,
        (from, cap): (u32, u32),
        cost: impl Fn(u32, i64) -> Option<i64>,
    ) {
        let like = self.classes[class].like as usize;
        let kind = kind_index(sight.views[like].size.kind());
        for group in sight.visible(like) {
            let to = self.groups[*group as usize][kind];
            if to != NONE
                && sight.seat(like, sight.groups[*group as usize].several)
                && let Some(cost) = sight.cost(like, *group).and_then(|points| cost(*group, points))
            {
                self.arc(Way::Spread(class as u32, *group), (from, to), cap, cost);
            }
        }
    }

    /// From a client to those who look after it now.
    fn stay(&mut self, sight: &Sight<'_>, terms: &Terms<'_>, client: usize, from: impl Fn(usize) -> u32) {
        let kind = kind_index(sight.views[client].size.kind());
        let now = &sight.city.clients[client].now;
        for (place, official) in now.iter().enumerate() {
            if !now[..place].contains(official)
                && sight.may(client, *official as u32)
                && let Some(cost) = sight.pair(client, *official)
            {
                let to = self.arrivals[*official][kind];
                let way = Way::Pair(client as u32, *official as u32);
                self.arc(way, (from(*official), to), 1, terms.scale * cost);
            }
        }
    }

    /// From a client to nobody.
    fn empty(&mut self, sight: &Sight<'_>, terms: &Terms<'_>, client: usize, node: u32) {
        let seats = sight.seats[client];
        let change = if terms.counts_empty { terms.change(sight, client) } else { 0 };
        let assist = terms.scale * i64::from(sight.city.rules.weights.assist_missing);
        let way = Way::Alone(client as u32);
        self.arc(way, (node, self.sink), seats.extra, assist + change);
        self.arc(way, (node, self.sink), u32::from(seats.lead), terms.scale * sight.unpaired(client) + change);
    }
}
