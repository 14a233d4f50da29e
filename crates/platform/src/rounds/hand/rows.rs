//! Whom a client could have instead, and what choosing one of them writes.

use super::super::planning::Counts;
use super::super::result::Place;
use super::super::rows::Round;
use kernel::id::{OfficialId, UnitId};
use kernel::words::{ClientKind, PairingPart, ProjectLevel, Rank, RoundChange, RoundOrigin, ScaleClass, UnitKind};
use kernel::{AreaCode, AreaPath, Problem};
use sea_orm::FromQueryResult;
use serde_json::Value;
use store::{Db, Sql, Tx};

/// A client, as far as it matters for who fits.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ClientRow {
    pub kind: ClientKind,
    pub area_path: AreaPath,
    pub industry: Option<String>,
    pub scale: Option<ScaleClass>,
    pub level: Option<ProjectLevel>,
}

pub async fn client(db: &impl Db, place: &Place) -> Result<Option<ClientRow>, Problem> {
    let sql = "SELECT client.kind, client.area_path, enterprise.industry, enterprise.scale, project.level FROM client
               LEFT JOIN enterprise ON enterprise.id = client.id AND enterprise.county_id = client.county_id
               LEFT JOIN project ON project.id = client.id AND project.county_id = client.county_id
               WHERE client.id = $1 AND client.county_id = $2";
    db.one(Sql::text(sql).bind(place.client_id).bind(place.county_id)).await
}

/// An official of the round, with what they have to do by it and besides.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Candidate {
    pub id: OfficialId,
    pub county_id: AreaCode,
    pub name: String,
    pub rank: Rank,
    pub unit_id: UnitId,
    pub unit_name: String,
    pub unit_kind: UnitKind,
    pub area_path: AreaPath,
    pub title: Option<String>,
    pub enterprises: i64,
    pub projects: i64,
    pub held_enterprises: i64,
    pub held_projects: i64,
}

const CANDIDATE: &str = "SELECT official.id, official.county_id, official.name, official.rank, official.unit_id,
      unit.name AS unit_name, unit.kind AS unit_kind, unit.area_path,
      (SELECT post.title FROM post WHERE post.official_id = official.id AND post.county_id = official.county_id
         AND post.until_day IS NULL ORDER BY post.from_day DESC, post.id LIMIT 1) AS title,
      round_load.enterprises, round_load.projects, round_load.held_enterprises, round_load.held_projects
    FROM round_load
    JOIN official ON official.id = round_load.official_id AND official.county_id = round_load.county_id
    JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id";

/// The officials of the round who may be asked for a client of this county: its own, and those of the city.
pub async fn candidates(db: &impl Db, round: &Round, county: AreaCode) -> Result<Vec<Candidate>, Problem> {
    let sql = format!(
        "{CANDIDATE} WHERE round_load.round_id = $1 AND (round_load.county_id = $2 OR unit.level IN ('city', 'province'))
         AND (official.left_on IS NULL OR official.left_on >= $3)"
    );
    db.all(Sql::text(sql).bind(round.id).bind(county).bind(round.first_day)).await
}

/// These officials of the round.
pub async fn some(db: &impl Db, round: &Round, ids: &[OfficialId]) -> Result<Vec<Candidate>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("");
    let (round_id, first) = (sql.place(round.id), sql.place(round.first_day));
    let ids: Vec<String> = ids.iter().map(|id| sql.place(*id)).collect();
    let text = format!(
        "{CANDIDATE} WHERE round_load.round_id = {round_id} AND official.id IN ({})
         AND (official.left_on IS NULL OR official.left_on >= {first})",
        ids.join(", ")
    );
    db.all(sql.say(text)).await
}

/// Takes the round for a change of one of its places: nobody else changes it in this moment, and its plan costs `rise` more.
pub async fn take(tx: &Tx, round: &Round, rise: i64) -> Result<bool, Problem> {
    let take = "UPDATE pairing_round SET cost = cost + $3, version = version + 1, moved_at = $4
                WHERE id = $1 AND county_id = $2 AND state = 'review'";
    let take = Sql::text(take).bind(round.id).bind(round.county_id).bind(rise);
    Ok(tx.run(take.bind(tx.now())).await? == 1)
}

/// What a place becomes.
#[derive(Debug, Clone)]
pub struct Becomes {
    pub official: Option<Candidate>,
    pub change: RoundChange,
    pub origin: RoundOrigin,
    pub cost: i64,
    pub why: String,
    pub grounds: Value,
}

pub async fn change(tx: &Tx, place: &Place, to: &Becomes) -> Result<(), Problem> {
    let change = "UPDATE round_place SET official_id = $4, official_county_id = $5, official_name = $6, title = $7,
                    unit_id = $8, unit_name = $9, change = $10, origin = $11, cost = $12, why = $13, grounds = $14,
                    version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3";
    let official = to.official.as_ref();
    let change = Sql::text(change).bind(place.id).bind(place.county_id).bind(place.version);
    let change = change.bind(official.map(|one| one.id)).bind(official.map(|one| one.county_id));
    let change = change.bind(official.map_or("", |one| one.name.as_str()));
    let change = change.bind(official.and_then(|one| one.title.clone()).unwrap_or_default());
    let change = change.bind(official.map(|one| one.unit_id)).bind(official.map_or("", |one| one.unit_name.as_str()));
    let change = change.bind(to.change).bind(to.origin).bind(to.cost).bind(to.why.as_str());
    tx.run_versioned(change.bind(to.grounds.clone())).await
}

/// Moves what an official has to do by one client.
pub async fn load(tx: &Tx, round: &Round, official: OfficialId, kind: ClientKind, by: i64) -> Result<(), Problem> {
    let column = match kind {
        ClientKind::Enterprise => "enterprises",
        ClientKind::Project => "projects",
    };
    let load = format!(
        "UPDATE round_load SET {column} = {column} + $3, version = version + 1 WHERE round_id = $1 AND official_id = $2"
    );
    tx.run(Sql::text(load).bind(round.id).bind(official).bind(by)).await.map(drop)
}

/// Moves what the area of the client comes to.
pub async fn tally(tx: &Tx, round: &Round, place: &Place, by: &Counts) -> Result<(), Problem> {
    let tally =
        "UPDATE round_tally SET clients = clients + $4, kept = kept + $5, changed = changed + $6, begun = begun + $7,
                   unpaired = unpaired + $8, assists = assists + $9, short = short + $10, by_hand = by_hand + $11,
                   cost = cost + $12
                 WHERE round_id = $1 AND county_id = $2
                   AND area_path = (SELECT round_place.area_path FROM round_place
                                    WHERE round_place.id = $3 AND round_place.county_id = $2)";
    let tally = Sql::text(tally).bind(round.id).bind(place.county_id).bind(place.id);
    let tally = tally.bind(by.clients).bind(by.kept).bind(by.changed).bind(by.begun).bind(by.unpaired);
    tx.run(tally.bind(by.assists).bind(by.short).bind(by.by_hand).bind(by.cost)).await.map(drop)
}

/// Whether an official who is to lead now did so before the round.
pub fn change_for(place: &Place, official: Option<OfficialId>) -> RoundChange {
    match (official, place.now_id, place.part) {
        (None, _, PairingPart::Lead) => RoundChange::Unpaired,
        (None, _, PairingPart::Assist) => RoundChange::Short,
        (Some(official), Some(now), _) if official == now => RoundChange::Kept,
        (Some(_), Some(_), _) => RoundChange::Changed,
        (Some(_), None, _) => RoundChange::Begun,
    }
}
