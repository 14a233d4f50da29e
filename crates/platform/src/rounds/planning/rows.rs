//! What a plan is made from, one query a table; and how far planning is.

use super::super::rows::Round;
use kernel::id::{ClientId, OfficialId, PairingId, UnitId};
use kernel::words::{ClientKind, PairingPart, ProjectLevel, Rank, RoundState, ScaleClass, UnitKind};
use kernel::{AreaCode, AreaPath, Problem};
use sea_orm::FromQueryResult;
use serde_json::Value;
use store::{Db, Sql, Store, Tx};

/// A client that is to be looked after.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ClientRow {
    pub id: ClientId,
    pub county_id: AreaCode,
    pub kind: ClientKind,
    pub name: String,
    pub area_path: AreaPath,
    pub version: i64,
    pub industry: Option<String>,
    pub scale: Option<ScaleClass>,
    pub level: Option<ProjectLevel>,
}

/// The clients of the area that are there on the first day, by name.
pub async fn clients(db: &impl Db, round: &Round) -> Result<Vec<ClientRow>, Problem> {
    let sql = "SELECT client.id, client.county_id, client.kind, client.name, client.area_path, client.version,
                 enterprise.industry, enterprise.scale, project.level
               FROM client
               LEFT JOIN enterprise ON enterprise.id = client.id AND enterprise.county_id = client.county_id
               LEFT JOIN project ON project.id = client.id AND project.county_id = client.county_id
               WHERE client.area_path >= $1 AND client.area_path < $2 AND (client.closed_on IS NULL OR client.closed_on >= $3)
               ORDER BY client.id";
    let path = &round.area_path;
    db.all(Sql::text(sql).bind(path.clone()).bind(path.end()).bind(round.first_day)).await
}

/// An official who may be asked.
#[derive(Debug, Clone, FromQueryResult)]
pub struct OfficialRow {
    pub id: OfficialId,
    pub county_id: AreaCode,
    pub name: String,
    pub rank: Rank,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_name: String,
    pub unit_kind: UnitKind,
    pub area_path: AreaPath,
}

/// The officials in office on the first day whose unit serves the area, and those of the levels above it.
pub async fn officials(db: &impl Db, round: &Round) -> Result<Vec<OfficialRow>, Problem> {
    let sql =
        "SELECT official.id, official.county_id, official.name, official.rank, official.version, official.unit_id,
                 unit.name AS unit_name, unit.kind AS unit_kind, unit.area_path
               FROM official JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
               WHERE (official.left_on IS NULL OR official.left_on >= $3)
                 AND ((unit.area_path >= $1 AND unit.area_path < $2) OR unit.level IN ('city', 'province'))
               ORDER BY official.id";
    let path = &round.area_path;
    db.all(Sql::text(sql).bind(path.clone()).bind(path.end()).bind(round.first_day)).await
}

/// The title of a post that somebody holds.
#[derive(Debug, FromQueryResult)]
pub struct TitleRow {
    pub official_id: OfficialId,
    pub title: String,
}

/// The titles of all posts that are held.
pub async fn titles(db: &impl Db) -> Result<Vec<TitleRow>, Problem> {
    db.all(Sql::text("SELECT official_id, title FROM post WHERE until_day IS NULL ORDER BY official_id, from_day"))
        .await
}

/// A pairing that holds on the first day.
#[derive(Debug, Clone, FromQueryResult)]
pub struct PairingRow {
    pub id: PairingId,
    pub client_id: ClientId,
    pub kind: ClientKind,
    pub official_id: OfficialId,
    pub official_name: String,
    pub part: PairingPart,
    pub version: i64,
}

/// The pairings that hold on the first day, wherever: also what officials of the area do outside it counts. Who leads comes
/// first.
pub async fn pairings(db: &impl Db, round: &Round) -> Result<Vec<PairingRow>, Problem> {
    let sql = "SELECT pairing.id, pairing.client_id, client.kind, pairing.official_id, official.name AS official_name, pairing.part, pairing.version
               FROM pairing
               JOIN client ON client.id = pairing.client_id AND client.county_id = pairing.county_id
               JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id
               WHERE pairing.from_day <= $1 AND (pairing.until_day IS NULL OR pairing.until_day >= $1)
               ORDER BY pairing.part DESC, pairing.id";
    db.all(Sql::text(sql).bind(round.first_day)).await
}

/// A lead that was chosen by hand in this round.
#[derive(Debug, FromQueryResult)]
pub struct ChosenRow {
    pub client_id: ClientId,
    pub official_id: OfficialId,
}

/// Who was chosen by hand in this round.
pub async fn chosen(db: &impl Db, round: &Round) -> Result<Vec<ChosenRow>, Problem> {
    let sql = "SELECT client_id, official_id FROM round_place
               WHERE round_id = $1 AND origin = 'hand' AND part = 'lead' AND official_id IS NOT NULL";
    db.all(Sql::text(sql).bind(round.id)).await
}

/// Notes what planning is at; nothing when somebody else has the round meanwhile.
pub async fn advance(store: &Store, round: &Round, step: &str) -> Result<(), Problem> {
    let tx = store.begin().await?;
    let advance = "UPDATE pairing_round SET step = $4, moved_at = $5
                   WHERE id = $1 AND county_id = $2 AND version = $3 AND state = 'planning'";
    let advance = Sql::text(advance).bind(round.id).bind(round.county_id).bind(round.version);
    tx.run(advance.bind(step).bind(tx.now())).await?;
    tx.commit().await
}

/// Takes the round from draft or review into planning.
pub async fn begin(tx: &Tx, round: &Round) -> Result<(), Problem> {
    let begin = "UPDATE pairing_round SET state = 'planning', step = '', moved_at = $4, version = version + 1
                 WHERE id = $1 AND county_id = $2 AND version = $3";
    let begin = Sql::text(begin).bind(round.id).bind(round.county_id).bind(round.version);
    tx.run_versioned(begin.bind(tx.now())).await
}

/// Notes how planning ended.
pub async fn settle(tx: &Tx, round: &Round, state: RoundState, cost: i64, told: Value) -> Result<(), Problem> {
    let settle = "UPDATE pairing_round SET state = $4, cost = $5, told = $6, step = '', moved_at = $7,
                    planned_at = CASE WHEN $8 THEN $7 ELSE planned_at END, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3 AND state = 'planning'";
    let settle = Sql::text(settle).bind(round.id).bind(round.county_id).bind(round.version);
    let settle = settle.bind(state).bind(cost).bind(told).bind(tx.now()).bind(state == RoundState::Review);
    tx.run_versioned(settle).await
}

/// Takes away what was planned before.
pub async fn clear(tx: &Tx, round: &Round) -> Result<(), Problem> {
    for table in ["round_place", "round_tally", "round_load"] {
        tx.run(Sql::text(format!("DELETE FROM {table} WHERE round_id = $1")).bind(round.id)).await?;
    }
    Ok(())
}
