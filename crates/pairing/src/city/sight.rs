//! A city prepared for weighing millions of pairs: officials of one unit and rank together, clients by what matters of them,
//! and how many places everybody still has.

use super::fit::{Parts, Profile, View};
use super::people::{City, Client, Official};
use super::rules::Rules;
use kernel::AreaCode;
use kernel::words::{AreaLevel, ClientKind};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Officials who cost the same for whatever client.
#[derive(Debug)]
pub(crate) struct Group {
    pub profile: Profile,
    /// Whether they may work beside others.
    pub several: bool,
    /// Those who have a place left.
    pub members: Vec<u32>,
    /// Everybody, those who have none included.
    pub all: Vec<u32>,
}

/// Places of one official: enterprises, then projects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Room {
    /// Taken already: outside the plan, and by hand.
    pub held: [u32; 2],
    /// From how many on each costs extra.
    pub target: [u32; 2],
    /// Places left.
    pub open: [u32; 2],
    /// Places left for both together.
    pub all: u32,
}

/// What is still to be found for one client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seats {
    /// Whether it has no lead yet.
    pub lead: bool,
    /// How many beside the lead.
    pub extra: u32,
}

/// A city prepared.
#[derive(Debug)]
pub(crate) struct Sight<'a> {
    pub city: &'a City,
    pub views: Vec<View>,
    pub seats: Vec<Seats>,
    pub groups: Vec<Group>,
    /// The group of each official who may be asked at all.
    pub group_of: Vec<Option<u32>>,
    pub rooms: Vec<Room>,
    barred: HashSet<(u32, u32)>,
    has_bars: Vec<bool>,
    /// The groups that may look after somebody in a county: the city's and its own.
    visible: BTreeMap<AreaCode, Vec<u32>>,
}

pub(crate) const fn kind_index(kind: ClientKind) -> usize {
    match kind {
        ClientKind::Enterprise => 0,
        ClientKind::Project => 1,
    }
}

impl<'a> Sight<'a> {
    pub(crate) fn of(city: &'a City) -> Self {
        let rooms = rooms(city);
        let (groups, group_of) = groups(city, &rooms);
        let views: Vec<View> = city.clients.iter().map(View::of).collect();
        let mut visible: BTreeMap<AreaCode, Vec<u32>> = BTreeMap::new();
        for county in views.iter().map(|view| view.place.county) {
            visible.entry(county).or_insert_with(|| {
                let sees = |group: &Group| {
                    matches!(group.profile.place.level(), AreaLevel::Province | AreaLevel::City)
                        || group.profile.place.county == county
                };
                (0..groups.len() as u32).filter(|group| sees(&groups[*group as usize])).collect()
            });
        }
        let mut has_bars = vec![false; views.len()];
        city.bars.iter().for_each(|bar| has_bars[bar.client] = true);
        let barred = city.bars.iter().map(|bar| (bar.client as u32, bar.official as u32)).collect();
        Self { city, views, seats: seats(city), groups, group_of, rooms, barred, has_bars, visible }
    }

    /// The groups that may look after clients of the same county.
    pub(crate) fn visible(&self, client: usize) -> &[u32] {
        self.visible.get(&self.views[client].place.county).map_or(&[], Vec::as_slice)
    }

    /// Whether some official must not look after a client though the rules allow it.
    pub(crate) fn has_bars(&self, client: usize) -> bool {
        self.has_bars[client]
    }

    pub(crate) fn barred(&self, client: usize, official: u32) -> bool {
        self.has_bars[client] && self.barred.contains(&(client as u32, official))
    }

    /// Whether an official has a place for a client, is not barred, and was not chosen by hand for it already.
    pub(crate) fn may(&self, client: usize, official: u32) -> bool {
        self.rooms[official as usize].open[kind_index(self.views[client].size.kind())] > 0
            && self.city.clients[client].fixed != Some(official as usize)
            && !self.barred(client, official)
    }

    /// What a pair costs, by reason, when the rules allow it.
    pub(crate) fn parts(&self, client: usize, official: usize) -> Option<Parts> {
        let profile = &self.groups[self.group_of[official]? as usize].profile;
        let parts = profile.weigh(&self.city.rules, &self.views[client])?;
        Some(Parts { change: super::fit::change(&self.city.rules, &self.city.clients[client], official), ..parts })
    }

    /// Who would fit a client better than somebody who costs `points`, with what they cost; bars and places aside.
    pub(crate) fn better(&self, client: usize, official: usize, points: i64) -> impl Iterator<Item = (u32, i64)> + '_ {
        let of = &self.city.clients[client];
        let several = self.group_of[official].is_some_and(|group| self.groups[group as usize].several);
        // Whoever assists could not have been replaced by somebody who may only work alone.
        let seat = move |group: &Group| !several || self.seats[client].extra == 0 || group.several;
        let cheap = self.visible(client).iter().filter_map(move |group| {
            let cost = self.cost(client, *group)?;
            let group = &self.groups[*group as usize];
            (cost < points && seat(group)).then_some((group, cost))
        });
        cheap
            .flat_map(move |(group, cost)| {
                let all = group.all.iter().filter(move |other| **other as usize != official);
                all.map(move |other| (*other, cost + super::fit::change(&self.city.rules, of, *other as usize)))
            })
            .filter(move |(_, cost)| *cost < points)
    }

    /// How many pairs the rules allow for seats that are to be filled, bars aside.
    pub(crate) fn choices(&self) -> u64 {
        let mut by_view: HashMap<(View, bool), u64> = HashMap::new();
        let open = (0..self.views.len()).filter(|client| self.seat(*client, true));
        let choices = open.map(|client| {
            *by_view.entry((self.views[client], self.seats[client].lead)).or_insert_with(|| {
                let kind = kind_index(self.views[client].size.kind());
                let may = self.visible(client).iter().filter(|group| {
                    self.seat(client, self.groups[**group as usize].several) && self.cost(client, **group).is_some()
                });
                let places = may.flat_map(|group| &self.groups[*group as usize].members);
                places.filter(|official| self.rooms[**official as usize].open[kind] > 0).count() as u64
            })
        });
        let all: u64 = choices.sum();
        let allowed = |(client, official): &&(u32, u32)| {
            let kind = kind_index(self.views[*client as usize].size.kind());
            self.rooms[*official as usize].open[kind] > 0 && self.pair(*client as usize, *official as usize).is_some()
        };
        all - self.barred.iter().filter(allowed).count() as u64
    }

    /// What it costs that a client has nobody.
    pub(crate) fn unpaired(&self, client: usize) -> i64 {
        super::cost::unpaired(&self.city.rules.weights, self.views[client].size)
    }

    /// What a pair costs apart from a change; `None` when it must not be.
    pub(crate) fn cost(&self, client: usize, group: u32) -> Option<i64> {
        let parts = self.groups[group as usize].profile.weigh(&self.city.rules, &self.views[client])?;
        Some(parts.sum())
    }

    /// Whether a client has a seat for whoever may, or may not, work beside others.
    pub(crate) fn seat(&self, client: usize, several: bool) -> bool {
        let seats = self.seats[client];
        seats.lead || several && seats.extra > 0
    }

    /// What a pair costs apart from a change, when the rules allow it and there is a seat.
    pub(crate) fn pair(&self, client: usize, official: usize) -> Option<i64> {
        let group = self.group_of[official]?;
        let seat = self.seat(client, self.groups[group as usize].several);
        if seat { self.cost(client, group) } else { None }
    }
}

fn rooms(city: &City) -> Vec<Room> {
    let mut held: Vec<[u32; 2]> =
        city.officials.iter().map(|official| [official.held_enterprises, official.held_projects]).collect();
    for client in &city.clients {
        if let Some(fixed) = client.fixed {
            held[fixed][kind_index(client.kind())] += 1;
        }
    }
    let room = |(official, held): (&Official, [u32; 2])| {
        let Some(pool) = super::fit::quota(&city.rules, official).filter(|_| !official.left_out) else {
            return Room { held, ..Room::default() };
        };
        let places = [pool.enterprises, pool.projects];
        let all = pool.total.saturating_sub(held[0] + held[1]);
        let open = [0, 1].map(|kind| places[kind].max.saturating_sub(held[kind]).min(all));
        Room { held, target: places.map(|places| places.target), open, all }
    };
    city.officials.iter().zip(held).map(room).collect()
}

fn seats(city: &City) -> Vec<Seats> {
    let seats = |client: &Client| Seats { lead: client.fixed.is_none(), extra: extra(&city.rules, client) };
    city.clients.iter().map(seats).collect()
}

/// How many commissioners a client has beside its lead, when there are enough.
pub(crate) fn extra(rules: &Rules, client: &Client) -> u32 {
    let by_rule = rules.teams.iter().find(|team| team.size == client.size).map_or(0, |team| team.extra);
    by_rule.max(client.places.saturating_sub(1))
}

fn groups(city: &City, rooms: &[Room]) -> (Vec<Group>, Vec<Option<u32>>) {
    let mut known = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of = vec![None; city.officials.len()];
    for (place, (official, room)) in city.officials.iter().zip(rooms).enumerate() {
        if official.left_out {
            continue;
        }
        let key = (&official.unit_name, official.unit_kind, official.place, official.rank);
        let group = *known.entry(key).or_insert_with(|| {
            let profile = Profile::of(&city.rules, official);
            let several = profile.pool.is_some_and(|pool| city.rules.pools[pool].several);
            groups.push(Group { profile, several, members: Vec::new(), all: Vec::new() });
            groups.len() as u32 - 1
        });
        if groups[group as usize].profile.pool.is_none() {
            continue;
        }
        groups[group as usize].all.push(place as u32);
        if room.open != [0, 0] {
            groups[group as usize].members.push(place as u32);
        }
        group_of[place] = Some(group);
    }
    (groups, group_of)
}
