//! The table of duties.

use super::super::{matters_in, places};
use super::{Begin, LoadedDuty};
use crate::org::Area;
use kernel::authz::ReadOrg;
use kernel::id::{DutyId, UnitId};
use kernel::words::UnitKind;
use kernel::{AreaCode, AreaPath, Cursor, Day, Instant, Limit, Problem, Scope};
use rules::duty::{Candidate, Matter, lineage};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Tx, containing};

/// A line of the list.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Duty {
    /// Which line.
    pub id: DutyId,
    /// The county that it holds in; the city for a line of the whole city.
    pub county_id: AreaCode,
    /// The category's code.
    pub category_id: String,
    /// Its name.
    pub category_name: String,
    /// The area it holds in.
    pub area_id: AreaCode,
    /// That area's path.
    pub area_path: AreaPath,
    /// That area's name.
    pub area_name: String,
    /// Whose duty it is.
    pub unit_id: UnitId,
    /// That unit's name today.
    pub unit_name: String,
    /// What it is.
    pub unit_kind: UnitKind,
    /// Its last day, once it is closed: then the line needs another unit.
    pub unit_closed_on: Option<Day>,
    /// Whether it cannot be passed down to a town.
    pub reserved: bool,
    /// The number of the document that says so.
    pub basis: String,
    /// The first day.
    pub from_day: Day,
    /// The last day, when it has one; before the first when it was taken back before it began.
    pub until_day: Option<Day>,
    /// The line in whose place it came.
    pub replaces_id: Option<DutyId>,
    /// By whom it was entered.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    /// By whom it was ended.
    pub ended_by: Option<String>,
    /// When that was decided.
    pub ended_at: Option<Instant>,
    /// Why.
    pub end_reason: String,
    /// For `If-Match`.
    pub version: i64,
}

/// Which lines to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct DutyFilter {
    /// That matter for this category: of it, of one above, or below.
    pub category: Option<String>,
    /// That matter in this area: of it, of one above, or inside.
    pub area: Option<AreaCode>,
    /// Of this unit.
    pub unit: Option<UnitId>,
    /// Of units with this text in their name, or documents with it in their number.
    pub q: Option<String>,
    /// Only those that cannot, or can, be passed down to a town.
    pub reserved: Option<bool>,
    /// In force on this day.
    pub on: Option<Day>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// `$1` is the site.
const DUTY: &str = "SELECT duty.*, COALESCE(category.name, duty.category_id) AS category_name, area.id AS area_id,
                      area.name AS area_name, unit.name AS unit_name, unit.kind AS unit_kind, unit.closed_on AS unit_closed_on
                    FROM duty
                    JOIN unit ON unit.id = duty.unit_id AND unit.county_id = duty.unit_county_id
                    JOIN area ON area.path = duty.area_path AND area.county_id = duty.county_id
                    LEFT JOIN category ON category.id = duty.category_id AND category.county_id = $1";
const PLACE: Columns = Columns { area: Some("duty.area_path"), unit: Some("duty.unit_id"), ..Columns::NONE };

pub async fn duty(db: &impl Db, site: AreaCode, scope: &Scope<ReadOrg>, id: DutyId) -> Result<Option<Duty>, Problem> {
    let sql = format!("{DUTY} WHERE duty.id = $2 AND /*scope*/");
    db.one(Sql::text(sql).bind(site).bind(id).scoped(scope, PLACE)).await
}

pub async fn duties(
    db: &impl Db,
    site: AreaCode,
    scope: &Scope<ReadOrg>,
    (filter, area): (&DutyFilter, Option<&Area>),
    limit: Limit,
) -> Result<Vec<Duty>, Problem> {
    let mut sql = Sql::text("").bind(site);
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(category) = filter.category.as_deref() {
        let (above, below) = (places(&mut sql, lineage(category.trim())), sql.place(store::beginning(category)));
        wanted.push(format!("(duty.category_id IN ({above}) OR duty.category_id LIKE {below})"));
    }
    if let Some(area) = area {
        wanted.push(matters_in(&mut sql, "duty.area_path", &area.path));
    }
    if let Some(unit) = filter.unit {
        wanted.push(format!("duty.unit_id = {}", sql.place(unit)));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let q = sql.place(containing(q));
        wanted.push(format!("(unit.name LIKE {q} OR duty.basis LIKE {q})"));
    }
    if let Some(reserved) = filter.reserved {
        wanted.push(format!("duty.reserved = {}", sql.place(reserved)));
    }
    if let Some(day) = filter.on {
        let day = sql.place(day);
        wanted.push(format!("duty.from_day <= {day} AND (duty.until_day IS NULL OR duty.until_day >= {day})"));
    }
    if let Some(cursor) = filter.cursor.as_deref() {
        let (category, path, id): (String, AreaPath, DutyId) = Cursor::key(cursor)?;
        let (category, path, id) = (sql.place(category), sql.place(path), sql.place(id));
        wanted.push(format!("(duty.category_id, duty.area_path, duty.id) > ({category}, {path}, {id})"));
    }
    let limit = sql.place(limit.probe());
    let wanted = wanted.join(" AND ");
    let text = format!("{DUTY} WHERE {wanted} ORDER BY duty.category_id, duty.area_path, duty.id LIMIT {limit}");
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

/// Every line of the same category and area, the latest first.
pub async fn of_matter(
    db: &impl Db,
    site: AreaCode,
    scope: &Scope<ReadOrg>,
    duty: &Duty,
) -> Result<Vec<Duty>, Problem> {
    let sql = format!(
        "{DUTY} WHERE duty.category_id = $2 AND duty.area_path = $3 AND /*scope*/ ORDER BY duty.from_day DESC, duty.id DESC LIMIT 50"
    );
    let sql = Sql::text(sql).bind(site).bind(duty.category_id.as_str()).bind(duty.area_path.clone());
    db.all(sql.scoped(scope, PLACE)).await
}

#[derive(FromQueryResult)]
struct InForce {
    id: DutyId,
    category_id: String,
    category_name: String,
    area_path: AreaPath,
    area_name: String,
    unit_id: UnitId,
    unit_name: String,
    unit_kind: UnitKind,
    unit_closed_on: Option<Day>,
    reserved: bool,
    basis: String,
}

impl From<InForce> for rules::duty::Duty {
    fn from(row: InForce) -> Self {
        let (id, name, kind, open) = (row.unit_id, row.unit_name, row.unit_kind, row.unit_closed_on.is_none());
        Self {
            category: row.category_id,
            category_name: row.category_name,
            area: row.area_path,
            area_name: row.area_name,
            unit: Candidate { id, name, kind, open },
            reserved: row.reserved,
            basis: row.basis,
        }
    }
}

/// What the list of a day says that may concern a matter.
pub async fn in_force(
    db: &impl Db,
    site: AreaCode,
    matter: Matter<'_>,
    day: Day,
) -> Result<Vec<rules::duty::Duty>, Problem> {
    let mut sql = Sql::text("").bind(site).bind(day);
    let (categories, areas) = (places(&mut sql, lineage(matter.category)), places(&mut sql, matter.area.lineage()));
    let wanted = format!("duty.category_id IN ({categories}) AND duty.area_path IN ({areas})");
    Ok(on(db, sql, &wanted).await?.into_iter().map(|(_, duty)| duty).collect())
}

/// What the list of a day says that may concern any matter of a category or below, within an area.
pub async fn in_force_near(
    db: &impl Db,
    site: AreaCode,
    (category, area): (&str, &AreaPath),
    day: Day,
) -> Result<Vec<(DutyId, rules::duty::Duty)>, Problem> {
    let mut sql = Sql::text("").bind(site).bind(day);
    let (above, below) = (places(&mut sql, lineage(category)), sql.place(store::beginning(category)));
    let area = matters_in(&mut sql, "duty.area_path", area);
    on(db, sql, &format!("(duty.category_id IN ({above}) OR duty.category_id LIKE {below}) AND {area}")).await
}

/// The lines in force on the day that is `$2`.
async fn on(db: &impl Db, sql: Sql, wanted: &str) -> Result<Vec<(DutyId, rules::duty::Duty)>, Problem> {
    let text =
        format!("{DUTY} WHERE {wanted} AND duty.from_day <= $2 AND (duty.until_day IS NULL OR duty.until_day >= $2)");
    let found: Vec<InForce> = db.all(sql.say(text)).await?;
    Ok(found.into_iter().map(|row| (row.id, row.into())).collect())
}

/// Whether another line says the same of the same unit on a day on which this one does.
pub async fn overlaps(db: &impl Db, begin: &Begin) -> Result<bool, Problem> {
    let mut sql = Sql::text("").bind(begin.category.0.as_str()).bind(begin.area.path.clone()).bind(begin.unit.id);
    let from = sql.place(begin.from);
    let but = begin.replaces.map(|id| format!("AND duty.id <> {}", sql.place(id))).unwrap_or_default();
    let text = format!(
        "SELECT EXISTS (SELECT 1 FROM duty WHERE duty.category_id = $1 AND duty.area_path = $2 AND duty.unit_id = $3 {but}
           AND (duty.until_day IS NULL OR (duty.until_day >= duty.from_day AND duty.until_day >= {from})))"
    );
    Ok(db.value(sql.say(text)).await?.unwrap_or(false))
}

pub async fn insert(tx: &Tx, begin: &Begin, by: &str) -> Result<DutyId, Problem> {
    let insert =
        "INSERT INTO duty (id, county_id, category_id, area_path, unit_id, unit_county_id, reserved, basis, from_day,
                    replaces_id, made_by, made_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let id = DutyId::mint(tx.now());
    let insert = Sql::text(insert).bind(id).bind(begin.area.county_id).bind(begin.category.0.as_str());
    let insert = insert.bind(begin.area.path.clone()).bind(begin.unit.id).bind(begin.unit.county_id);
    let insert = insert.bind(begin.reserved).bind(begin.basis.as_str()).bind(begin.from).bind(begin.replaces);
    tx.run(insert.bind(by).bind(tx.now())).await?;
    Ok(id)
}

pub async fn insert_many(tx: &Tx, duties: &[LoadedDuty], by: &str) -> Result<(), Problem> {
    let columns = [
        "id",
        "county_id",
        "category_id",
        "area_path",
        "unit_id",
        "unit_county_id",
        "reserved",
        "basis",
        "from_day",
        "made_by",
        "made_at",
    ];
    let row = |duty: &LoadedDuty| {
        let row = Row::new().bind(DutyId::mint(tx.now())).bind(duty.area.county_id).bind(duty.category.as_str());
        let row = row.bind(duty.area.path.clone()).bind(duty.unit.id).bind(duty.unit.county_id).bind(duty.reserved);
        row.bind(duty.basis.as_str()).bind(duty.from).bind(by).bind(tx.now())
    };
    let rows: Vec<Row> = duties.iter().map(row).collect();
    tx.insert_many("duty", &columns, rows).await.map(drop)
}

pub async fn end(tx: &Tx, duty: &Duty, last: Day, (by, reason): (&str, &str)) -> Result<(), Problem> {
    let end = "UPDATE duty SET until_day = $4, ended_by = $5, ended_at = $6, end_reason = $7, version = version + 1
               WHERE id = $1 AND county_id = $2 AND version = $3";
    let end = Sql::text(end).bind(duty.id).bind(duty.county_id).bind(duty.version).bind(last).bind(by);
    tx.run_versioned(end.bind(tx.now()).bind(reason)).await
}
