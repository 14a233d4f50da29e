//! What an adjustment (局部调整) touches, and the plans between "change fewer" and "fit better".

use super::reads::Reads;
use ::pairing::city::{City, CityPlan, Refused, curve, upset};
use kernel::AreaCode;
use kernel::id::ClientId;
use kernel::words::PairingPart;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// How many of those who are touched are named.
const NAMED: usize = 200;

/// A plan on the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RoundCurvePoint")]
pub struct CurvePoint {
    /// How many pairs of clients that nothing has upset would change.
    pub changed: usize,
    /// How well everything fits then, in points, changes not counted; fewer is better.
    pub fit: i64,
}

/// A client whose pairing cannot stay as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RoundTouched")]
pub struct Touched {
    /// Which client.
    pub client_id: ClientId,
    /// Its name.
    pub client_name: String,
    /// Its county.
    pub county: AreaCode,
    /// Why, in a sentence.
    pub reason: String,
}

/// A client that is touched, by its place in the list, and why.
pub struct Touch {
    pub client: usize,
    reason: String,
}

/// Whose pairing cannot stay as it is: nobody looks after them, or whoever does must not any more.
pub fn touched(reads: &Reads, city: &City) -> Vec<Touch> {
    let officials = reads.places();
    let leads: HashMap<ClientId, (&str, bool)> = reads
        .pairings
        .iter()
        .filter(|row| row.part == PairingPart::Lead)
        .map(|row| (row.client_id, (row.official_name.as_str(), officials.contains_key(&row.official_id))))
        .collect();
    let mut found: BTreeMap<usize, String> = BTreeMap::new();
    for (place, client) in reads.clients.iter().enumerate() {
        match leads.get(&client.id) {
            None => drop(found.insert(place, "目前没有服务专员".into())),
            Some((name, false)) => drop(found.insert(place, format!("现任专员{name}已离任，或已不在本区域任职"))),
            Some((_, true)) => {}
        }
    }
    for (client, reason) in upset(city) {
        let name = leads.get(&reads.clients[client].id).map_or("", |(name, _)| name);
        found.entry(client).or_insert_with(|| format!("现任专员{name}：{reason}"));
    }
    found.into_iter().map(|(client, reason)| Touch { client, reason }).collect()
}

/// The first few by name.
pub fn named(reads: &Reads, touched: Vec<Touch>) -> Vec<Touched> {
    let named = touched.into_iter().take(NAMED).map(|touch| {
        let client = &reads.clients[touch.client];
        Touched {
            client_id: client.id,
            client_name: client.name.clone(),
            county: client.county_id,
            reason: touch.reason,
        }
    });
    named.collect()
}

/// The curve, and the plan at the point that is wished for: the one with the fewest changes without a wish, the last beyond
/// the end.
pub fn solve(
    city: &City,
    touched: &[usize],
    wished: Option<usize>,
) -> Result<(CityPlan, Vec<CurvePoint>, usize), Refused> {
    let mut points = curve(city, touched)?;
    let told: Vec<CurvePoint> =
        points.iter().map(|point| CurvePoint { changed: point.changed, fit: point.fit }).collect();
    let chosen = wished.unwrap_or(0).min(points.len().saturating_sub(1));
    Ok((points.swap_remove(chosen).plan, told, chosen))
}
