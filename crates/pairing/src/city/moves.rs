//! Changing single pairs by hand: whether it may be, and what it does to cost and quotas. Nothing is planned anew.

use super::cost::{duty, unpaired};
use super::fit::{Fit, Reason, fit, quota};
use super::people::City;
use super::plan::{Pair, Part};
use super::sight::kind_index;
use kernel::words::ClientKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many places somebody has and how many are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Taken {
    /// Enterprises.
    pub enterprises: u32,
    /// How many they may have.
    pub most_enterprises: u32,
    /// Projects.
    pub projects: u32,
    /// How many they may have.
    pub most_projects: u32,
    /// How many they may have of both together.
    pub most: u32,
}

/// What a move would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// By how many points the whole plan becomes dearer; negative when it becomes cheaper.
    pub rise: i64,
    /// The lead until now, and their places afterwards.
    pub from: Option<(usize, Taken)>,
    /// The new lead's places afterwards.
    pub to: Option<Taken>,
    /// Why it must not be.
    pub refused: Option<Reason>,
}

/// What it would do if `to` became the lead of a client instead of whoever is in `pairs`; `None` leaves it without lead.
#[must_use]
pub fn move_effect(city: &City, pairs: &[Pair], client: usize, to: Option<usize>) -> Effect {
    let of = &city.clients[client];
    let kind = kind_index(of.kind());
    let lead = pairs.iter().find(|pair| pair.client == client && pair.part == Part::Lead).map(|pair| pair.official);
    let points = |official: usize| match fit(city, client, official) {
        Fit::May(parts) => parts.sum(),
        Fit::Not(_) => 0,
    };
    let one = |kind: usize| if kind == 0 { [1, 0] } else { [0, 1] };
    let mut rise = 0;
    let mut from = None;
    if lead == to {
        return Effect {
            rise,
            from: lead.map(|lead| (lead, taken(city, lead, held(city, pairs, lead)))),
            to: to.map(|to| taken(city, to, held(city, pairs, to))),
            refused: None,
        };
    }
    let duty_of = |official: usize, before: [u32; 2]| {
        let (load, above) = duty(&city.rules, &city.officials[official], before, one(kind));
        load + above
    };
    match lead {
        Some(lead) => {
            let mut after = held(city, pairs, lead);
            after[kind] -= 1;
            rise -= points(lead) + duty_of(lead, after);
            from = Some((lead, taken(city, lead, after)));
        }
        None => rise -= unpaired(&city.rules.weights, of.size),
    }
    let Some(to) = to else {
        return Effect { rise: rise + unpaired(&city.rules.weights, of.size), from, to: None, refused: None };
    };
    let before = held(city, pairs, to);
    rise += points(to) + duty_of(to, before);
    let mut after = before;
    after[kind] += 1;
    let refused = match fit(city, client, to) {
        Fit::Not(reason) => Some(reason),
        Fit::May(_) if pairs.iter().any(|pair| pair.client == client && pair.official == to) => Some(Reason::Already),
        Fit::May(_) => full(city, to, of.kind(), after),
    };
    Effect { rise, from, to: Some(taken(city, to, after)), refused }
}

/// Who is paired now and must not be any more: the client and why. Of officials above their quota the dearest pairs go.
#[must_use]
pub fn upset(city: &City) -> Vec<(usize, Reason)> {
    let now =
        city.clients.iter().enumerate().flat_map(|(client, of)| of.now.iter().map(move |official| (client, *official)));
    let mut wrong = not_allowed(city, now);
    wrong.dedup_by_key(|(client, _)| *client);
    wrong
}

/// Which of these pairs must not be, taken in this order: against a rule, or one too many.
pub(crate) fn not_allowed(city: &City, pairs: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, Reason)> {
    let mut held: Vec<[u32; 2]> =
        city.officials.iter().map(|official| [official.held_enterprises, official.held_projects]).collect();
    let mut weighed: Vec<(i64, usize, usize)> = Vec::new();
    let mut wrong = Vec::new();
    for (client, official) in pairs {
        match fit(city, client, official) {
            Fit::Not(reason) => wrong.push((client, reason)),
            Fit::May(parts) => weighed.push((parts.sum(), client, official)),
        }
    }
    weighed.sort_unstable();
    for (_, client, official) in weighed {
        let mut after = held[official];
        after[kind_index(city.clients[client].kind())] += 1;
        match full(city, official, city.clients[client].kind(), after) {
            Some(reason) => wrong.push((client, reason)),
            None => held[official] = after,
        }
    }
    wrong.sort_by_key(|(client, _)| *client);
    wrong
}

fn held(city: &City, pairs: &[Pair], official: usize) -> [u32; 2] {
    let of = &city.officials[official];
    let mut held = [of.held_enterprises, of.held_projects];
    for pair in pairs.iter().filter(|pair| pair.official == official) {
        held[kind_index(city.clients[pair.client].kind())] += 1;
    }
    held
}

fn taken(city: &City, official: usize, held: [u32; 2]) -> Taken {
    let pool = quota(&city.rules, &city.officials[official]);
    Taken {
        enterprises: held[0],
        most_enterprises: pool.map_or(0, |pool| pool.enterprises.max),
        projects: held[1],
        most_projects: pool.map_or(0, |pool| pool.projects.max),
        most: pool.map_or(0, |pool| pool.total),
    }
}

/// Why a client of this kind is one too many.
fn full(city: &City, official: usize, kind: ClientKind, held: [u32; 2]) -> Option<Reason> {
    let pool = quota(&city.rules, &city.officials[official])?;
    let max = pool.places(kind).max;
    if held[kind_index(kind)] > max {
        return Some(Reason::Full { kind, max });
    }
    (held[0] + held[1] > pool.total).then_some(Reason::FullInAll { max: pool.total })
}
