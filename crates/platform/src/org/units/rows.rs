//! The table of units.

use crate::org::areas;
use kernel::authz::ReadOrg;
use kernel::id::UnitId;
use kernel::words::{AreaLevel, UnitKind};
use kernel::{AreaCode, AreaPath, Cursor, Day, Limit, OfficePhone, Problem, Right, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Tx, containing};

/// A unit, with the name of its area.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Unit {
    /// Which unit.
    pub id: UnitId,
    /// The county it belongs to.
    pub county_id: AreaCode,
    /// The area it serves.
    pub area_id: AreaCode,
    /// The path of that area.
    pub area_path: AreaPath,
    /// The name of that area.
    pub area_name: String,
    /// The level of that area.
    pub level: AreaLevel,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// The number under which it answers.
    pub phone: Option<OfficePhone>,
    /// Its last day, once it is closed.
    pub closed_on: Option<Day>,
    /// For `If-Match`.
    pub version: i64,
}

/// Which units to list, and in what order.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct UnitFilter {
    /// In this area or below.
    pub area: Option<AreaCode>,
    /// Of this kind.
    pub kind: Option<UnitKind>,
    /// Serving an area of this level.
    pub level: Option<AreaLevel>,
    /// With this text in the name.
    pub q: Option<String>,
    /// The closed ones too.
    #[serde(default)]
    pub closed: bool,
    /// In which order.
    #[serde(default)]
    pub sort: UnitSort,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// The order of a list of units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitSort {
    /// By name.
    #[default]
    Name,
    /// Down the area tree: the city's own, then county by county, town by town.
    Area,
}

const UNIT: &str = "SELECT unit.*, area.name AS area_name FROM unit
                    JOIN area ON area.id = unit.area_id AND area.county_id = unit.county_id";
/// What places a unit, and whatever joins one.
pub const PLACE: Columns = Columns { area: Some("unit.area_path"), unit: Some("unit.id"), ..Columns::NONE };

pub async fn units(
    db: &impl Db,
    scope: &Scope<ReadOrg>,
    filter: &UnitFilter,
    limit: Limit,
) -> Result<Vec<Unit>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(code) = filter.area {
        let path = areas::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?.path;
        let (from, end) = (sql.place(path.clone()), sql.place(path.end()));
        wanted.push(format!("unit.area_path >= {from} AND unit.area_path < {end}"));
    }
    if let Some(kind) = filter.kind {
        wanted.push(format!("unit.kind = {}", sql.place(kind)));
    }
    if let Some(level) = filter.level {
        wanted.push(format!("unit.level = {}", sql.place(level)));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        wanted.push(format!("unit.name LIKE {}", sql.place(containing(q))));
    }
    if !filter.closed {
        wanted.push("unit.closed_on IS NULL".to_owned());
    }
    let order = match filter.sort {
        UnitSort::Name => "unit.name, unit.id",
        UnitSort::Area => "unit.area_path, unit.name, unit.id",
    };
    if let Some(cursor) = filter.cursor.as_deref() {
        let after = match filter.sort {
            UnitSort::Name => {
                let (name, id) = Cursor::key::<(String, UnitId)>(cursor)?;
                [sql.place(name), sql.place(id)].join(", ")
            }
            UnitSort::Area => {
                let (path, name, id) = Cursor::key::<(AreaPath, String, UnitId)>(cursor)?;
                [sql.place(path), sql.place(name), sql.place(id)].join(", ")
            }
        };
        wanted.push(format!("({order}) > ({after})"));
    }
    let most = sql.place(limit.probe());
    let text = format!("{UNIT} WHERE {} ORDER BY {order} LIMIT {most}", wanted.join(" AND "));
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn unit<R: Right>(db: &impl Db, scope: &Scope<R>, id: UnitId) -> Result<Option<Unit>, Problem> {
    db.one(Sql::text(format!("{UNIT} WHERE unit.id = $1 AND /*scope*/")).bind(id).scoped(scope, PLACE)).await
}

/// The open units of an area itself, by name.
pub async fn in_area(db: &impl Db, area: AreaCode) -> Result<Vec<Unit>, Problem> {
    let sql = format!("{UNIT} WHERE unit.area_id = $1 AND unit.closed_on IS NULL ORDER BY unit.name, unit.id");
    db.all(Sql::text(sql).bind(area)).await
}

/// The open units of a county and those of the site's top area, the county's own first.
pub async fn units_at_hand(
    db: &impl Db,
    scope: &Scope<ReadOrg>,
    county: AreaCode,
    top: AreaCode,
) -> Result<Vec<Unit>, Problem> {
    let sql = format!(
        "{UNIT} WHERE /*scope*/ AND unit.county_id IN ($1, $2) AND unit.closed_on IS NULL
         ORDER BY CASE WHEN unit.county_id = $1 THEN 0 ELSE 1 END, unit.area_path, unit.name LIMIT 500"
    );
    db.all(Sql::text(sql).bind(county).bind(top).scoped(scope, PLACE)).await
}

/// The open units whose name and area together have every one of `words`: the shortest name first, so that what was typed
/// in full comes on top.
pub async fn picks<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    words: &[&str],
    most: usize,
) -> Result<Vec<Unit>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned(), "unit.closed_on IS NULL".to_owned()];
    for word in words {
        let word = sql.place(containing(word));
        wanted.push(format!("(unit.name LIKE {word} OR area.name LIKE {word})"));
    }
    let most = sql.place(most as i64);
    let wanted = wanted.join(" AND ");
    let text = format!("{UNIT} WHERE {wanted} ORDER BY LENGTH(unit.name), unit.area_path, unit.name LIMIT {most}");
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn name_taken(db: &impl Db, county: AreaCode, name: &str) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM unit WHERE name = $1 AND county_id = $2)";
    Ok(db.value(Sql::text(sql).bind(name).bind(county)).await?.unwrap_or(false))
}

/// How many officials hold a post in the unit after `day`.
pub async fn holders_after(db: &impl Db, unit: &Unit, day: Day) -> Result<i64, Problem> {
    let sql = "SELECT COUNT(DISTINCT official_id) FROM post
               WHERE unit_id = $1 AND county_id = $2 AND (until_day IS NULL OR until_day > $3)";
    Ok(db.value(Sql::text(sql).bind(unit.id).bind(unit.county_id).bind(day)).await?.unwrap_or(0))
}

pub async fn insert(tx: &Tx, units: &[Unit]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "area_id", "area_path", "level", "kind", "name", "phone", "closed_on"];
    let row = |unit: &Unit| {
        let row = Row::new().bind(unit.id).bind(unit.county_id).bind(unit.area_id).bind(unit.area_path.clone());
        let row = row.bind(unit.level).bind(unit.kind).bind(unit.name.as_str()).bind(unit.phone.clone());
        row.bind(unit.closed_on)
    };
    tx.insert_many("unit", columns, units.iter().map(row)).await.map(drop)
}

/// Saves what may change of a unit, when it still has the version it was read with.
pub async fn change(tx: &Tx, unit: &Unit) -> Result<(), Problem> {
    let change = "UPDATE unit SET name = $4, kind = $5, phone = $6, closed_on = $7, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3";
    let change = Sql::text(change).bind(unit.id).bind(unit.county_id).bind(unit.version).bind(unit.name.as_str());
    tx.run_versioned(change.bind(unit.kind).bind(unit.phone.clone()).bind(unit.closed_on)).await
}
