//! Changing single pairs by hand: whether it may be, and what it does to cost and quotas. Nothing is planned anew.

use super::cost::{duty, empty};
use super::fit::{Fit, Reason, fit, quota};
use super::people::City;
use super::plan::Pair;
use super::rules::Pool;
use super::sight::{Sight, kind_index};
use kernel::words::{ClientKind, PairingPart};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

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

/// What it would do if `to` became the lead of a client instead of whoever is in `pairs`; `None` leaves it without lead. Of the
/// pairs only those of the client and of both officials are looked at.
#[must_use]
pub fn move_effect(city: &City, pairs: &[Pair], client: usize, to: Option<usize>) -> Effect {
    let of = &city.clients[client];
    let own = || pairs.iter().filter(|pair| pair.client == client);
    let lead = own().find(|pair| pair.part == PairingPart::Lead).map(|pair| pair.official);
    let count = own().count() as u32;
    let gone = lead.map(|lead| (lead, held(city, pairs, lead)));
    let come = to.map(|to| (to, held(city, pairs, to)));
    if lead == to {
        let taken = |(official, held)| (official, taken(city, official, held));
        return Effect { rise: 0, from: gone.map(taken), to: come.map(taken).map(|(_, taken)| taken), refused: None };
    }
    let mut rise = empty(&city.rules, of, count + u32::from(to.is_some()) - u32::from(lead.is_some()));
    rise -= empty(&city.rules, of, count);
    let one = if of.kind() == ClientKind::Enterprise { [1, 0] } else { [0, 1] };
    let pays = |official: usize, held: [u32; 2]| {
        let (load, above) = duty(&city.rules, &city.officials[official], held, one);
        let parts = if let Fit::May(parts) = fit(city, client, official) { parts.sum() } else { 0 };
        parts + load + above
    };
    let from = gone.map(|(official, held)| {
        let held = [held[0] - one[0], held[1] - one[1]];
        rise -= pays(official, held);
        (official, taken(city, official, held))
    });
    let Some((official, before)) = come else { return Effect { rise, from, to: None, refused: None } };
    rise += pays(official, before);
    let after = [before[0] + one[0], before[1] + one[1]];
    let refused = match fit(city, client, official) {
        Fit::Not(reason) => Some(reason),
        Fit::May(_) if own().any(|pair| pair.official == official) => Some(Reason::Already),
        Fit::May(_)
            if alone(city, official).is_some()
                && own().any(|pair| Some(pair.official) != lead && alone(city, pair.official).is_some()) =>
        {
            alone(city, official).map(|pool| Reason::NotSeveral { pool: pool.name.clone() })
        }
        Fit::May(_) => full(city, official, of.kind(), after),
    };
    Effect { rise, from, to: Some(taken(city, official, after)), refused }
}

/// Who could become the lead of a client instead of whoever is in `pairs`, with what that would do: the best first, `most` of
/// them. Whoever must not is left out.
#[must_use]
pub fn choices(city: &City, pairs: &[Pair], client: usize, most: usize) -> Vec<(usize, Effect)> {
    let lead =
        pairs.iter().find(|pair| pair.client == client && pair.part == PairingPart::Lead).map(|pair| pair.official);
    let others = (0..city.officials.len()).filter(|official| Some(*official) != lead);
    let fitting = others.filter(|official| matches!(fit(city, client, *official), Fit::May(_)));
    // Nobody's effect looks at the pairs of others, so these are sorted out once.
    let mut of_official: HashMap<usize, Vec<Pair>> = HashMap::new();
    let mut own = Vec::new();
    for pair in pairs {
        if pair.client == client || Some(pair.official) == lead {
            own.push(*pair);
        } else {
            of_official.entry(pair.official).or_default().push(*pair);
        }
    }
    let effect = |official: usize| {
        let theirs = of_official.get(&official).map_or(&[][..], Vec::as_slice);
        (official, move_effect(city, &[&own, theirs].concat(), client, Some(official)))
    };
    let mut found: Vec<_> = fitting.map(effect).filter(|(_, effect)| effect.refused.is_none()).collect();
    found.sort_by_key(|(official, effect)| (effect.rise, *official));
    found.truncate(most);
    found
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
    let sight = Sight::of(city);
    let mut weighed: Vec<(i64, usize, usize)> = Vec::new();
    let mut wrong = Vec::new();
    for (client, official) in pairs {
        let allowed = sight.parts(client, official).filter(|_| !sight.barred(client, official as u32));
        match allowed.map_or_else(|| fit(city, client, official), Fit::May) {
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

/// The pool of somebody who may not work beside others of that kind.
fn alone(city: &City, official: usize) -> Option<&Pool> {
    quota(&city.rules, &city.officials[official]).filter(|pool| !pool.several)
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
