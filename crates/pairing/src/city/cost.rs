//! What a set of pairs costs, counted anew from the rules: the sum of what each pair costs, of how much each official has to
//! do, and of what stays empty. A plan's cost is this number, whoever made the plan.

use super::fit::{Fit, Parts, fit, quota};
use super::people::{City, Client, Official, Size};
use super::plan::Pair;
use super::rules::Rules;
use super::sight::kind_index;
use super::weights::Weights;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The points of a whole assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// How well pairs fit: place, trade, level.
    pub fit: i64,
    /// Pairs that are new.
    pub change: i64,
    /// What officials have to do, beyond what they have outside the plan.
    pub load: i64,
    /// Clients above somebody's target.
    pub above_target: i64,
    /// Seats that stay empty.
    pub empty: i64,
}

impl Cost {
    /// All points together.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.fit + self.change + self.load + self.above_target + self.empty
    }
}

/// What one client without commissioner costs.
pub(crate) fn unpaired(weights: &Weights, size: Size) -> i64 {
    i64::from(weights.unpaired) + i64::from(weights.unpaired_step) * size.importance()
}

/// What these pairs cost together, weighed anew. Pairs that must not be count as perfect fits; [`super::moves::upset`] finds
/// them.
#[must_use]
pub fn cost(city: &City, pairs: &[Pair]) -> Cost {
    let weigh = |pair: &Pair| match fit(city, pair.client, pair.official) {
        Fit::May(parts) => Pair { parts, ..*pair },
        Fit::Not(_) => Pair { parts: Parts::default(), ..*pair },
    };
    counted(city, &pairs.iter().map(weigh).collect::<Vec<_>>())
}

/// The same for pairs that are weighed already.
pub(crate) fn counted(city: &City, pairs: &[Pair]) -> Cost {
    let rules = &city.rules;
    let mut found = Cost::default();
    let mut new = vec![[0_u32; 2]; city.officials.len()];
    let mut filled = vec![0_u32; city.clients.len()];
    for Pair { client, official, parts, .. } in pairs {
        found.fit += parts.place + parts.trade + parts.level;
        found.change += parts.change;
        new[*official][kind_index(city.clients[*client].kind())] += 1;
        filled[*client] += 1;
    }
    for (official, new) in city.officials.iter().zip(new).filter(|(_, new)| *new != [0, 0]) {
        let (load, above) = duty(rules, official, [official.held_enterprises, official.held_projects], new);
        found.load += load;
        found.above_target += above;
    }
    found.empty = city.clients.iter().zip(filled).map(|(client, filled)| empty(rules, client, filled)).sum();
    found
}

/// What it costs that only so many of a client's seats are filled.
pub(crate) fn empty(rules: &Rules, client: &Client, filled: u32) -> i64 {
    let seats = super::sight::extra(rules, client) + 1;
    let assist = i64::from(rules.weights.assist_missing) * i64::from(seats - filled.clamp(1, seats));
    assist + if filled == 0 { unpaired(&rules.weights, client.size) } else { 0 }
}

/// What it costs that an official who has `held` takes on `new` clients: the load, and what is above the target.
pub(crate) fn duty(rules: &Rules, official: &Official, held: [u32; 2], new: [u32; 2]) -> (i64, i64) {
    let first = held[0] + held[1];
    let load = (first..first + new[0] + new[1]).map(|place| rules.weights.load(place)).sum();
    let target = quota(rules, official).map_or([0, 0], |pool| [pool.enterprises.target, pool.projects.target]);
    let above = |kind: usize| (held[kind] + new[kind]).saturating_sub(target[kind].max(held[kind]));
    (load, i64::from(above(0) + above(1)) * i64::from(rules.weights.above_target))
}
