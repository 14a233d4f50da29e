//! What is learnt from, and what was learnt.

use kernel::words::{AreaLevel, UnitKind};
use kernel::{AreaCode, Instant, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Store, Tx};

/// An answered demand, as one learns from it.
#[derive(Debug, FromQueryResult)]
pub struct Answered {
    pub title: String,
    pub body: String,
    pub category_id: String,
    pub unit_name: Option<String>,
    pub unit_level: Option<AreaLevel>,
    pub unit_kind: Option<UnitKind>,
    pub area_name: Option<String>,
}

/// The newest demands that ended with a result, of the whole site: for what the platform itself learns. No text of them
/// leaves the learner.
pub async fn answered(store: &Store, most: i64) -> Result<Vec<Answered>, Problem> {
    let sql = "SELECT answered.title, answered.body, answered.category_id, unit.name AS unit_name, unit.level AS unit_level,
                 unit.kind AS unit_kind, area.name AS area_name
               FROM (SELECT title, body, category_id, lead_unit_id, raised_at, id FROM demand
                     WHERE ended_at IS NOT NULL AND outcome IS NOT NULL ORDER BY raised_at DESC, id DESC LIMIT $1) answered
               LEFT JOIN unit ON unit.id = answered.lead_unit_id
               LEFT JOIN area ON area.id = unit.area_id AND area.county_id = unit.county_id
               ORDER BY answered.raised_at, answered.id";
    store.all(Sql::text(sql).bind(most)).await
}

/// When it was learnt last.
pub async fn learnt_at(store: &Store, site: AreaCode, purpose: &str) -> Result<Option<Instant>, Problem> {
    let sql = "SELECT learnt_at FROM demand_model WHERE purpose = $1 AND county_id = $2";
    store.value(Sql::text(sql).bind(purpose).bind(site)).await
}

pub async fn bytes(store: &Store, site: AreaCode, purpose: &str) -> Result<Option<Vec<u8>>, Problem> {
    let sql = "SELECT bytes FROM demand_model WHERE purpose = $1 AND county_id = $2";
    store.value(Sql::text(sql).bind(purpose).bind(site)).await
}

/// What is known of something that was learnt.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Known {
    pub purpose: String,
    pub learnt_at: Instant,
    pub demands: i64,
    pub checked: i64,
    pub hit: i64,
}

pub async fn known(store: &Store, site: AreaCode) -> Result<Vec<Known>, Problem> {
    let sql =
        "SELECT purpose, learnt_at, demands, checked, hit FROM demand_model WHERE county_id = $1 ORDER BY purpose";
    store.all(Sql::text(sql).bind(site)).await
}

pub async fn keep(tx: &Tx, site: AreaCode, known: &Known, bytes: Vec<u8>) -> Result<(), Problem> {
    let keep = "INSERT INTO demand_model (purpose, county_id, learnt_at, demands, checked, hit, bytes)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (purpose, county_id) DO UPDATE SET learnt_at = excluded.learnt_at, demands = excluded.demands,
                  checked = excluded.checked, hit = excluded.hit, bytes = excluded.bytes";
    let keep = Sql::text(keep).bind(known.purpose.as_str()).bind(site).bind(known.learnt_at).bind(known.demands);
    tx.run(keep.bind(known.checked).bind(known.hit).bind(bytes)).await.map(drop)
}
