//! A plan as rows: a place for every client and part, what each area comes to, what each official has to do.

use super::super::rows::Round;
use super::reads::Reads;
use ::pairing::city::{City, CityPlan, Pair};
use kernel::id::{ClientId, OfficialId, PlaceId};
use kernel::words::{ClientKind, PairingPart, RoundChange, RoundOrigin};
use kernel::{AreaCode, AreaPath, Instant, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::iter::Sum;
use store::{Row, Tx};

/// A place of a client in a plan.
#[derive(Debug, Clone)]
pub struct NewPlace {
    /// The client, by its place in the list.
    pub client: usize,
    /// Lead or assist.
    pub part: PairingPart,
    /// The official, by their place in the list; none where nobody is found.
    pub official: Option<usize>,
    /// Who looks after it now, and their name.
    pub now: Option<(OfficialId, String)>,
    /// What the round changes for it.
    pub change: RoundChange,
    /// Whether it was chosen by hand.
    pub origin: RoundOrigin,
    /// The points of the pair.
    pub cost: i64,
    /// Why nobody is found, for who has none.
    pub why: String,
    /// The reasons, as they are kept.
    pub grounds: Value,
}

/// What an area, or several, come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema, FromQueryResult)]
#[schemars(rename = "RoundCounts")]
pub struct Counts {
    /// Enterprises and projects.
    pub clients: i64,
    /// Whose lead stays.
    pub kept: i64,
    /// Whose lead changes.
    pub changed: i64,
    /// Who get a lead and had none.
    pub begun: i64,
    /// For whom no lead is found.
    pub unpaired: i64,
    /// Places beside a lead that are taken.
    pub assists: i64,
    /// Places beside a lead that stay empty.
    pub short: i64,
    /// Places chosen by hand.
    pub by_hand: i64,
    /// The points of all pairs.
    pub cost: i64,
}

impl Counts {
    /// Counts a place, or takes it out again (`sign` −1).
    pub fn add(&mut self, part: PairingPart, change: RoundChange, origin: RoundOrigin, cost: i64, sign: i64) {
        self.cost += sign * cost;
        if origin == RoundOrigin::Hand {
            self.by_hand += sign;
        }
        match (part, change) {
            (PairingPart::Assist, RoundChange::Short | RoundChange::Unpaired) => self.short += sign,
            (PairingPart::Assist, _) => self.assists += sign,
            (PairingPart::Lead, change) => {
                self.clients += sign;
                match change {
                    RoundChange::Kept => self.kept += sign,
                    RoundChange::Changed => self.changed += sign,
                    RoundChange::Begun => self.begun += sign,
                    RoundChange::Unpaired | RoundChange::Short => self.unpaired += sign,
                }
            }
        }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            clients: sum.clients + one.clients,
            kept: sum.kept + one.kept,
            changed: sum.changed + one.changed,
            begun: sum.begun + one.begun,
            unpaired: sum.unpaired + one.unpaired,
            assists: sum.assists + one.assists,
            short: sum.short + one.short,
            by_hand: sum.by_hand + one.by_hand,
            cost: sum.cost + one.cost,
        })
    }
}

/// The places of a plan, client by client, the lead first; their reasons are still to be said.
pub fn places(reads: &Reads, plan: &CityPlan, chosen: &HashMap<ClientId, OfficialId>) -> Vec<NewPlace> {
    let mut now: HashMap<ClientId, Vec<(OfficialId, PairingPart, &str)>> = HashMap::new();
    for row in &reads.pairings {
        now.entry(row.client_id).or_default().push((row.official_id, row.part, row.official_name.as_str()));
    }
    let mut places = Vec::with_capacity(reads.clients.len());
    let none = Vec::new();
    for pair in &plan.pairs {
        let (client, official) = (reads.clients[pair.client].id, reads.officials[pair.official].id);
        let there = now.get(&client).unwrap_or(&none);
        places.push(place(pair, official, there, chosen.get(&client) == Some(&official)));
    }
    for empty in &plan.unpaired {
        let there = now.get(&reads.clients[empty.client].id).unwrap_or(&none);
        let part = empty.part;
        let change = match part {
            PairingPart::Lead => RoundChange::Unpaired,
            PairingPart::Assist => RoundChange::Short,
        };
        let lead = there.iter().find(|(_, as_what, _)| *as_what == part && part == PairingPart::Lead);
        for _ in 0..empty.seats {
            places.push(NewPlace {
                client: empty.client,
                part,
                official: None,
                now: lead.map(|(id, _, name)| (*id, (*name).to_owned())),
                change,
                origin: RoundOrigin::Plan,
                cost: 0,
                why: String::new(),
                grounds: json!(null),
            });
        }
    }
    places.sort_by_key(|place| (place.client, place.part == PairingPart::Assist));
    places
}

fn place(pair: &Pair, official: OfficialId, there: &[(OfficialId, PairingPart, &str)], by_hand: bool) -> NewPlace {
    let part = pair.part;
    let same = there.iter().find(|(id, as_what, _)| *id == official && *as_what == part);
    let before = same.or_else(|| there.iter().find(|(_, as_what, _)| *as_what == part));
    NewPlace {
        client: pair.client,
        part,
        official: Some(pair.official),
        now: before.map(|(id, _, name)| (*id, (*name).to_owned())),
        change: match (same, before) {
            (Some(_), _) => RoundChange::Kept,
            (None, Some(_)) => RoundChange::Changed,
            (None, None) => RoundChange::Begun,
        },
        origin: if by_hand && part == PairingPart::Lead { RoundOrigin::Hand } else { RoundOrigin::Plan },
        cost: pair.parts.sum(),
        why: String::new(),
        grounds: json!(null),
    }
}

/// Writes the rows of a plan.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn save(
    tx: &Tx,
    round: &Round,
    (reads, city): (&Reads, &City),
    titles: &HashMap<OfficialId, String>,
    places: Vec<NewPlace>,
) -> Result<(), Problem> {
    let mut tallies: BTreeMap<(AreaCode, String), Counts> = BTreeMap::new();
    let mut loads = vec![[0_i64; 2]; reads.officials.len()];
    for place in &places {
        let client = &reads.clients[place.client];
        let counts = tallies.entry((client.county_id, client.area_path.0.clone())).or_default();
        counts.add(place.part, place.change, place.origin, place.cost, 1);
        if let Some(official) = place.official {
            loads[official][usize::from(client.kind == ClientKind::Project)] += 1;
        }
    }
    insert_places(tx, round, reads, titles, places).await?;
    let columns = [
        "round_id",
        "county_id",
        "area_path",
        "clients",
        "kept",
        "changed",
        "begun",
        "unpaired",
        "assists",
        "short",
        "by_hand",
        "cost",
    ];
    let tally = |((county, path), counts): ((AreaCode, String), Counts)| {
        let row = Row::new().bind(round.id).bind(county).bind(path).bind(counts.clients).bind(counts.kept);
        let row = row.bind(counts.changed).bind(counts.begun).bind(counts.unpaired).bind(counts.assists);
        row.bind(counts.short).bind(counts.by_hand).bind(counts.cost)
    };
    tx.insert_many("round_tally", &columns, tallies.into_iter().map(tally).collect::<Vec<_>>()).await?;
    let columns = [
        "round_id",
        "county_id",
        "official_id",
        "name",
        "area_path",
        "unit_id",
        "unit_name",
        "enterprises",
        "projects",
        "held_enterprises",
        "held_projects",
    ];
    let load = |(place, taken): (usize, [i64; 2])| {
        let (official, of) = (&reads.officials[place], &city.officials[place]);
        let row = Row::new().bind(round.id).bind(official.county_id).bind(official.id).bind(official.name.as_str());
        let row = row.bind(official.area_path.clone()).bind(official.unit_id).bind(official.unit_name.as_str());
        let row = row.bind(taken[0]).bind(taken[1]);
        row.bind(i64::from(of.held_enterprises)).bind(i64::from(of.held_projects))
    };
    tx.insert_many("round_load", &columns, loads.into_iter().enumerate().map(load).collect::<Vec<_>>()).await?;
    Ok(())
}

async fn insert_places(
    tx: &Tx,
    round: &Round,
    reads: &Reads,
    titles: &HashMap<OfficialId, String>,
    places: Vec<NewPlace>,
) -> Result<(), Problem> {
    let columns = [
        "id",
        "county_id",
        "round_id",
        "round_county_id",
        "client_id",
        "client_name",
        "client_kind",
        "area_path",
        "part",
        "official_id",
        "official_county_id",
        "official_name",
        "title",
        "unit_id",
        "unit_name",
        "planned_id",
        "now_id",
        "now_name",
        "change",
        "origin",
        "cost",
        "why",
        "grounds",
    ];
    let at: Instant = tx.now();
    let row = |place: NewPlace| {
        let client = &reads.clients[place.client];
        let official = place.official.map(|official| &reads.officials[official]);
        let title = official.and_then(|official| titles.get(&official.id)).cloned().unwrap_or_default();
        let path: AreaPath = client.area_path.clone();
        let (now, now_name) = place.now.map_or((None, String::new()), |(id, name)| (Some(id), name));
        let row = Row::new().bind(PlaceId::mint(at)).bind(client.county_id).bind(round.id).bind(round.county_id);
        let row = row.bind(client.id).bind(client.name.as_str()).bind(client.kind).bind(path).bind(place.part);
        let row = row.bind(official.map(|official| official.id)).bind(official.map(|official| official.county_id));
        let row = row.bind(official.map_or("", |official| official.name.as_str())).bind(title);
        let row = row.bind(official.map(|official| official.unit_id));
        let row = row.bind(official.map_or("", |official| official.unit_name.as_str()));
        let row = row.bind(official.map(|official| official.id)).bind(now).bind(now_name);
        row.bind(place.change).bind(place.origin).bind(place.cost).bind(place.why).bind(place.grounds)
    };
    tx.insert_many("round_place", &columns, places.into_iter().map(row).collect::<Vec<_>>()).await.map(drop)
}
