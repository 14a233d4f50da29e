//! Why each place is as it is: the points by reason, which rule binds, who would be next; and why some have nobody, with what
//! would have to give.

use super::outcome::NewPlace;
use super::reads::Reads;
use ::pairing::city::{self, City, CityPlan, Names, Parts, Said};
use kernel::id::OfficialId;
use kernel::words::RoundChange;
use kernel::{AreaCode, BugExt, Problem};
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
    /// What speaks for and against it, each with its points.
    pub reasons: Vec<Said>,
    /// Which rules keep those away who would fit better.
    pub binding: Vec<String>,
    /// Who would be next.
    pub next: Option<Next>,
}

/// The next best for a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "NextBest")]
pub struct Next {
    /// Who; none when the client would be left alone, or it was not looked for long enough.
    pub official: Option<OfficialId>,
    /// By how many points the whole plan would become dearer.
    pub rise: i64,
    /// All that as a sentence.
    pub text: String,
}

/// Why some clients have nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RoundGap")]
pub struct Gap {
    /// As a sentence: also [`super::super::Place::why`] of these clients.
    pub text: String,
    /// What would help, each with how many more would have somebody.
    pub remedies: Vec<Remedy>,
}

/// Something that would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RoundRemedy")]
pub struct Remedy {
    /// What to do.
    pub text: String,
    /// How many more would have somebody.
    pub helps: usize,
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

/// Who is called what, by what was read.
pub struct Called<'a> {
    pub reads: &'a Reads,
    pub areas: &'a HashMap<AreaCode, String>,
}

impl Names for Called<'_> {
    fn client(&self, client: usize) -> String {
        self.reads.clients[client].name.clone()
    }

    fn official(&self, official: usize) -> String {
        let official = &self.reads.officials[official];
        format!("{}（{}）", official.name, official.unit_name)
    }

    fn area(&self, area: AreaCode) -> String {
        self.areas.get(&area).cloned().unwrap_or_else(|| area.to_string())
    }
}

/// Why a place beside a lead stays empty.
const SHORT: &str = "可以担任协助专员的干部名额已满";

/// Writes the reasons of every place, and gives the gaps.
pub fn explain(city: &City, plan: &CityPlan, called: &Called<'_>, places: &mut [NewPlace]) -> Vec<Gap> {
    let explained = city::explain(city, plan, called);
    let mut of_pair = HashMap::with_capacity(explained.pairs.len());
    for (pair, why) in plan.pairs.iter().zip(explained.pairs) {
        let next = why.next.map(|next| Next {
            official: next.official.map(|official| called.reads.officials[official].id),
            rise: next.rise,
            text: next.text,
        });
        let grounds = Grounds { parts: pair.parts, reasons: why.reasons, binding: why.binding, next };
        of_pair.insert((pair.client, pair.official), grounds);
    }
    let mut of_gap: HashMap<usize, &str> = HashMap::new();
    for gap in &explained.gaps {
        of_gap.extend(gap.clients.iter().map(|client| (*client, gap.text.as_str())));
    }
    for place in places.iter_mut() {
        match place.official {
            Some(official) => place.grounds = json!(of_pair.remove(&(place.client, official)).unwrap_or_default()),
            None if place.change == RoundChange::Short => SHORT.clone_into(&mut place.why),
            None => of_gap.get(&place.client).copied().unwrap_or_default().clone_into(&mut place.why),
        }
    }
    let remedy = |remedy: city::Remedy| Remedy { text: remedy.text, helps: remedy.helps };
    let gap = |gap: city::Gap| Gap { text: gap.text, remedies: gap.remedies.into_iter().map(remedy).collect() };
    explained.gaps.into_iter().map(gap).collect()
}
