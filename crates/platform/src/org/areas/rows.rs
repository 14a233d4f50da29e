//! The table of areas.

use kernel::words::AreaLevel;
use kernel::{AreaCode, AreaPath, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Store, Tx};

/// An area.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Area {
    /// Its official code.
    pub id: AreaCode,
    /// The county it belongs to; itself from county level up.
    pub county_id: AreaCode,
    /// The area above.
    pub parent_id: Option<AreaCode>,
    /// Its level.
    pub level: AreaLevel,
    /// Its name.
    pub name: String,
    /// Its path from the top.
    pub path: AreaPath,
    /// For `If-Match`.
    pub version: i64,
}

/// How many units an area has of its own.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub struct Units {
    pub area_id: AreaCode,
    pub units: i64,
}

impl Units {
    /// How many of these the area has.
    pub fn of(counts: &[Self], area: AreaCode) -> i64 {
        counts.iter().find(|count| count.area_id == area).map_or(0, |count| count.units)
    }
}

pub async fn area(db: &impl Db, code: AreaCode) -> Result<Option<Area>, Problem> {
    db.one(Sql::text("SELECT * FROM area WHERE id = $1").bind(code)).await
}

pub async fn areas(db: &impl Db) -> Result<Vec<Area>, Problem> {
    db.all(Sql::text("SELECT * FROM area ORDER BY path")).await
}

pub async fn below(store: &Store, area: &Area) -> Result<Vec<Area>, Problem> {
    let sql = "SELECT * FROM area WHERE path >= $1 AND path < $2 AND parent_id = $3 ORDER BY path";
    store.all(Sql::text(sql).bind(area.path.clone()).bind(area.path.end()).bind(area.id)).await
}

/// How many open units each area has of its own, those that have any.
pub async fn units(store: &Store) -> Result<Vec<Units>, Problem> {
    let sql = "SELECT area_id, COUNT(*) AS units FROM unit WHERE closed_on IS NULL GROUP BY area_id";
    store.all(Sql::text(sql)).await
}

pub async fn insert(tx: &Tx, area: &Area) -> Result<(), Problem> {
    let insert = "INSERT INTO area (id, county_id, parent_id, level, name, path) VALUES ($1, $2, $3, $4, $5, $6)";
    let insert = Sql::text(insert).bind(area.id).bind(area.county_id).bind(area.parent_id).bind(area.level);
    tx.run(insert.bind(area.name.as_str()).bind(area.path.clone())).await.map(drop)
}

pub async fn rename(tx: &Tx, area: &Area, name: &str) -> Result<(), Problem> {
    let change = "UPDATE area SET name = $4, version = version + 1 WHERE id = $1 AND county_id = $2 AND version = $3";
    let change = Sql::text(change).bind(area.id).bind(area.county_id).bind(area.version);
    tx.run_versioned(change.bind(name)).await
}
