//! Why each place is as it is: the points by reason, the sentences, and who would be next.

use super::outcome::NewPlace;
use ::pairing::city::{City, CityPlan, Parts};
use kernel::BugExt;
use kernel::Problem;
use kernel::id::OfficialId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The reasons of a place, as they are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PlaceGrounds")]
#[serde(default)]
pub struct Grounds {
    /// The points of the pair, by reason.
    pub parts: Parts,
    /// Why, in sentences.
    pub sentences: Vec<String>,
    /// Who would be next.
    pub next: Option<Next>,
}

/// The next best for a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "NextBest")]
pub struct Next {
    /// Who.
    pub official: OfficialId,
    /// Their name.
    pub name: String,
    /// Their unit.
    pub unit: String,
    /// By how many points the whole plan would become dearer.
    pub rise: i64,
}

impl Grounds {
    /// What was kept.
    ///
    /// # Errors
    /// A bug when it cannot be read.
    pub fn of(kept: &Value) -> Result<Self, Problem> {
        if kept.is_null() {
            return Ok(Self::default());
        }
        serde_json::from_value(kept.clone()).bug("reading the grounds of a place")
    }
}

/// Writes the reasons of every place.
pub fn explain(_city: &City, plan: &CityPlan, places: &mut [NewPlace]) {
    let parts: HashMap<_, _> = plan.pairs.iter().map(|pair| ((pair.client, Some(pair.official)), pair.parts)).collect();
    for place in places.iter_mut() {
        let parts = parts.get(&(place.client, place.official)).copied().unwrap_or_default();
        place.grounds = json!(Grounds { parts, ..Grounds::default() });
    }
}
