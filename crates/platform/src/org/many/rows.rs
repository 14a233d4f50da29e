//! Reading and writing areas, units and officials by the hundred.

use super::super::{Area, Official, Unit};
use crate::many::among;
use kernel::id::{OfficialId, UnitId};
use kernel::{AreaCode, Day, Problem};
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use store::{Db, Row, Tx};

pub async fn areas(db: &impl Db, codes: &[AreaCode]) -> Result<HashMap<AreaCode, Area>, Problem> {
    let found: Vec<Area> = among(db, codes, |list| format!("SELECT * FROM area WHERE id IN ({list})")).await?;
    Ok(found.into_iter().map(|area| (area.id, area)).collect())
}

pub async fn insert_areas(tx: &Tx, areas: &[Area]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "parent_id", "level", "name", "path"];
    let row = |area: &Area| {
        let row = Row::new().bind(area.id).bind(area.county_id).bind(area.parent_id).bind(area.level);
        row.bind(area.name.as_str()).bind(area.path.clone())
    };
    let rows: Vec<Row> = areas.iter().map(row).collect();
    tx.insert_many("area", columns, rows).await.map(drop)
}

const UNIT: &str = "SELECT unit.*, area.name AS area_name FROM unit
                    JOIN area ON area.id = unit.area_id AND area.county_id = unit.county_id";

/// Units by name, closed ones too.
pub async fn units(db: &impl Db, names: &[String]) -> Result<Vec<Unit>, Problem> {
    among(db, names, |list| format!("{UNIT} WHERE unit.name IN ({list}) ORDER BY unit.area_path, unit.id")).await
}

pub async fn units_by_id(db: &impl Db, ids: &[UnitId]) -> Result<Vec<Unit>, Problem> {
    among(db, ids, |list| format!("{UNIT} WHERE unit.id IN ({list})")).await
}

/// An official with the post they hold now.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Held {
    #[sea_orm(nested)]
    /// The official, with the title of that post.
    pub official: Official,
    /// Since when they hold it.
    pub from_day: Option<Day>,
}

const HELD: &str = "SELECT official.*, official.id AS mobile_of, unit.name AS unit_name, post.title, post.from_day FROM official
    JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
    LEFT JOIN post ON post.official_id = official.id AND post.county_id = official.county_id AND post.until_day IS NULL";

/// The officials of units, those who left too; each with the latest post held.
pub async fn officials_of(db: &impl Db, units: &[UnitId]) -> Result<Vec<Held>, Problem> {
    held(among(db, units, |list| format!("{HELD} WHERE official.unit_id IN ({list})")).await?)
}

pub async fn officials_by_id(db: &impl Db, ids: &[OfficialId]) -> Result<Vec<Held>, Problem> {
    held(among(db, ids, |list| format!("{HELD} WHERE official.id IN ({list})")).await?)
}

/// Of several posts that somebody holds, the latest.
fn held(mut found: Vec<Held>) -> Result<Vec<Held>, Problem> {
    found.sort_by_key(|held| (held.official.id, std::cmp::Reverse(held.from_day)));
    found.dedup_by_key(|held| held.official.id);
    Ok(found)
}
