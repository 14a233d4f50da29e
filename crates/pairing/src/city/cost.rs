//! What a set of pairs costs, counted anew from the rules: the sum of what each pair costs, of how much each official has to
//! do, and of what stays empty. A plan's cost is this number, whoever made the plan.

use super::fit::{Fit, fit, quota};
use super::people::{City, Size};
use super::plan::Pair;
use super::rules::Rules;
use super::sight::kind_index;
use super::weights::Weights;
use kernel::words::ClientKind;
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

/// What these pairs cost together. Pairs that must not be cost nothing here; [`super::moves::upset`] finds them.
#[must_use]
pub fn cost(city: &City, pairs: &[Pair]) -> Cost {
    let mut found = Cost::default();
    let mut held = vec![[0_u32; 2]; city.officials.len()];
    let mut filled = vec![0_u32; city.clients.len()];
    for pair in pairs {
        if let Fit::May(parts) = fit(city, pair.client, pair.official) {
            found.fit += parts.place + parts.trade + parts.level;
            found.change += parts.change;
        }
        held[pair.official][kind_index(city.clients[pair.client].kind())] += 1;
        filled[pair.client] += 1;
    }
    for (official, held) in city.officials.iter().zip(held) {
        let before = [official.held_enterprises, official.held_projects];
        let (load, above) = duty(
            &city.rules,
            quota(&city.rules, official)
                .map(|pool| [ClientKind::Enterprise, ClientKind::Project].map(|kind| pool.places(kind).target)),
            before,
            held,
        );
        found.load += load;
        found.above_target += above;
    }
    for (client, filled) in city.clients.iter().zip(filled) {
        let extra = super::sight::extra(&city.rules, client);
        found.empty += i64::from(city.rules.weights.assist_missing) * i64::from(extra + 1 - filled.clamp(1, extra + 1));
        if filled == 0 {
            found.empty += unpaired(&city.rules.weights, client.size);
        }
    }
    found
}

/// What it costs that an official takes on `new` clients beside those `held`: the load, and what is above the target.
pub(crate) fn duty(rules: &Rules, target: Option<[u32; 2]>, held: [u32; 2], new: [u32; 2]) -> (i64, i64) {
    let first = held[0] + held[1];
    let load = (first..first + new[0] + new[1]).map(|place| rules.weights.load(place)).sum();
    let target = target.unwrap_or_default();
    let above: u32 =
        [0, 1].map(|kind| (held[kind] + new[kind]).saturating_sub(target[kind].max(held[kind]))).iter().sum();
    (load, i64::from(above) * i64::from(rules.weights.above_target))
}
