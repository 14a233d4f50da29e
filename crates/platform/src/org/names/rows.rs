//! The table of former names.

use kernel::id::{UnitId, mint};
use kernel::{AreaCode, Day, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Tx};

/// A name that an area or a unit bore.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct FormerName {
    /// The name.
    pub name: String,
    /// The last day it was borne.
    pub until_day: Day,
}

/// What bears a name.
#[derive(Debug, Clone, Copy)]
pub enum Named {
    Area(AreaCode),
    Unit(UnitId),
}

/// The former names, the oldest first.
pub async fn former(db: &impl Db, named: Named) -> Result<Vec<FormerName>, Problem> {
    let mut sql = Sql::text("");
    let whose = match named {
        Named::Area(area) => format!("area_id = {}", sql.place(area)),
        Named::Unit(unit) => format!("unit_id = {}", sql.place(unit)),
    };
    db.all(sql.say(format!("SELECT name, until_day FROM former_name WHERE {whose} ORDER BY until_day, id"))).await
}

pub async fn insert(tx: &Tx, named: Named, county: AreaCode, name: &str, last: Day) -> Result<(), Problem> {
    let (area, unit) = match named {
        Named::Area(area) => (Some(area), None),
        Named::Unit(unit) => (None, Some(unit)),
    };
    let insert =
        "INSERT INTO former_name (id, county_id, area_id, unit_id, name, until_day) VALUES ($1, $2, $3, $4, $5, $6)";
    let insert = Sql::text(insert).bind(mint(tx.now())).bind(county).bind(area).bind(unit);
    tx.run(insert.bind(name).bind(last)).await.map(drop)
}
