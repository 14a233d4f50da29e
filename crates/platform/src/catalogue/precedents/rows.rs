//! The table of precedents, and the numbers that were given.

use super::super::{DEMAND, matters_in, places};
use super::{NewPrecedent, PrecedentFilter};
use crate::org::Area;
use kernel::authz::{ReadDemands, ReadOrg};
use kernel::id::{DemandId, PrecedentId, UnitId};
use kernel::words::UnitKind;
use kernel::{AreaCode, AreaPath, Cursor, Day, Instant, Limit, Problem, Scope};
use rules::duty::{Candidate, Matter};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Columns, Db, Sql, Tx, containing};

/// How many rulings of one category and area are looked at: the newest.
const LATEST: i64 = 8;
/// How many are looked at for a whole category and area.
const LATEST_NEAR: i64 = 1_000;

/// A ruling on whose duty a matter is. It names no enterprise.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Precedent {
    /// Which ruling.
    pub id: PrecedentId,
    /// The county of the demand that it was made on.
    pub county_id: AreaCode,
    /// What people call it by, such as `2026-13`.
    pub number: String,
    /// The category it is about.
    pub category_id: String,
    /// That category's name.
    pub category_name: String,
    /// Where it holds.
    pub area_path: AreaPath,
    /// That area's name.
    pub area_name: String,
    /// The number of the demand, for a reader who may see that.
    pub demand_number: Option<String>,
    /// Which demand, for a reader who may see that.
    pub demand_id: Option<DemandId>,
    /// The unit that said that it was not its duty.
    pub objector_name: String,
    /// Its ground.
    pub ground: String,
    /// The unit that was found responsible.
    pub unit_id: UnitId,
    /// Its name then.
    pub unit_name: String,
    /// Why.
    pub reasoning: String,
    /// What the matter is found by.
    pub keywords: String,
    /// Who ruled.
    pub ruled_by: String,
    /// When.
    pub ruled_at: Instant,
    /// Who took it out of use.
    pub withdrawn_by: Option<String>,
    /// When.
    pub withdrawn_at: Option<Instant>,
    /// Why.
    pub withdrawal: String,
    /// For `If-Match`.
    pub version: i64,
}

/// `$1` is the site.
const PRECEDENT: &str = "SELECT precedent.*, COALESCE(category.name, precedent.category_id) AS category_name,
                           area.name AS area_name
                         FROM precedent
                         JOIN area ON area.path = precedent.area_path
                         LEFT JOIN category ON category.id = precedent.category_id AND category.county_id = $1";
const PLACE: Columns = Columns { area: Some("precedent.area_path"), unit: Some("precedent.unit_id"), ..Columns::NONE };

/// Which of some demands a reader may see.
pub async fn seen(db: &impl Db, scope: &Scope<ReadDemands>, demands: &[DemandId]) -> Result<Vec<DemandId>, Problem> {
    #[derive(FromQueryResult)]
    struct Seen {
        id: DemandId,
    }
    let mut sql = Sql::text("");
    let among = places(&mut sql, demands.iter().copied());
    let text = format!("SELECT demand.id FROM demand WHERE demand.id IN ({among}) AND /*scope*/");
    let seen: Vec<Seen> = db.all(sql.say(text).scoped(scope, DEMAND)).await?;
    Ok(seen.into_iter().map(|seen| seen.id).collect())
}

pub async fn precedents(
    db: &impl Db,
    site: AreaCode,
    scope: &Scope<ReadOrg>,
    (filter, area): (&PrecedentFilter, Option<&Area>),
    limit: Limit,
) -> Result<Vec<Precedent>, Problem> {
    let mut sql = Sql::text("").bind(site);
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(category) = filter.category.as_deref() {
        wanted.push(format!("precedent.category_id LIKE {}", sql.place(store::beginning(category))));
    }
    if let Some(area) = area {
        wanted.push(matters_in(&mut sql, "precedent.area_path", &area.path));
    }
    if let Some(unit) = filter.unit {
        wanted.push(format!("precedent.unit_id = {}", sql.place(unit)));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let q = sql.place(containing(q));
        wanted.push(format!(
            "(precedent.keywords LIKE {q} OR precedent.reasoning LIKE {q} OR precedent.ground LIKE {q}
              OR precedent.unit_name LIKE {q} OR precedent.number LIKE {q})"
        ));
    }
    if !filter.withdrawn {
        wanted.push("precedent.withdrawn_at IS NULL".to_owned());
    }
    if let Some(cursor) = filter.cursor.as_deref() {
        let (at, number): (Instant, String) = Cursor::key(cursor)?;
        let (at, number) = (sql.place(at), sql.place(number));
        wanted.push(format!("(precedent.ruled_at, precedent.number) < ({at}, {number})"));
    }
    let limit = sql.place(limit.probe());
    let wanted = wanted.join(" AND ");
    let text =
        format!("{PRECEDENT} WHERE {wanted} ORDER BY precedent.ruled_at DESC, precedent.number DESC LIMIT {limit}");
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn precedent(
    db: &impl Db,
    site: AreaCode,
    scope: &Scope<ReadOrg>,
    id: PrecedentId,
) -> Result<Option<Precedent>, Problem> {
    let sql = format!("{PRECEDENT} WHERE precedent.id = $2 AND /*scope*/");
    db.one(Sql::text(sql).bind(site).bind(id).scoped(scope, PLACE)).await
}

#[derive(FromQueryResult)]
struct InUse {
    number: String,
    category_id: String,
    area_path: AreaPath,
    unit_id: UnitId,
    unit_name: String,
    unit_kind: UnitKind,
    unit_closed_on: Option<Day>,
    reasoning: String,
    ruled_at: Instant,
}

impl From<InUse> for rules::duty::Precedent {
    fn from(row: InUse) -> Self {
        let (id, name, kind, open) = (row.unit_id, row.unit_name, row.unit_kind, row.unit_closed_on.is_none());
        Self {
            number: row.number,
            category: row.category_id,
            area: row.area_path,
            unit: Candidate { id, name, kind, open },
            reasoning: row.reasoning,
            ruled_at: row.ruled_at,
        }
    }
}

/// The newest rulings in use that concern a matter.
pub async fn in_use(db: &impl Db, matter: Matter<'_>) -> Result<Vec<rules::duty::Precedent>, Problem> {
    let mut sql = Sql::text("").bind(matter.category);
    let areas = places(&mut sql, matter.area.lineage());
    newest(db, sql, &format!("precedent.category_id = $1 AND precedent.area_path IN ({areas})"), LATEST).await
}

/// The newest rulings in use that concern any matter of a category or below, within an area.
pub async fn in_use_near(
    db: &impl Db,
    (category, area): (&str, &AreaPath),
) -> Result<Vec<rules::duty::Precedent>, Problem> {
    let mut sql = Sql::text("").bind(store::beginning(category));
    let area = matters_in(&mut sql, "precedent.area_path", area);
    newest(db, sql, &format!("precedent.category_id LIKE $1 AND {area}"), LATEST_NEAR).await
}

async fn newest(db: &impl Db, sql: Sql, wanted: &str, most: i64) -> Result<Vec<rules::duty::Precedent>, Problem> {
    let mut sql = sql;
    let most = sql.place(most);
    let text = format!(
        "SELECT precedent.number, precedent.category_id, precedent.area_path, precedent.unit_id, unit.name AS unit_name,
           unit.kind AS unit_kind, unit.closed_on AS unit_closed_on, precedent.reasoning, precedent.ruled_at
         FROM precedent JOIN unit ON unit.id = precedent.unit_id
         WHERE {wanted} AND precedent.withdrawn_at IS NULL
         ORDER BY precedent.ruled_at DESC, precedent.number DESC LIMIT {most}"
    );
    let found: Vec<InUse> = db.all(sql.say(text)).await?;
    Ok(found.into_iter().map(Into::into).collect())
}

/// The next number of a site's year. Whoever rules at the same moment waits for this transaction.
pub async fn next_number(tx: &Tx, site: AreaCode, year: i64) -> Result<String, Problem> {
    let draw = "INSERT INTO precedent_counter (county_id, year, last) VALUES ($1, $2, 1)
                ON CONFLICT (county_id, year) DO UPDATE SET last = precedent_counter.last + 1 RETURNING CAST(last AS BIGINT)";
    let last: i64 = tx.value(Sql::text(draw).bind(site).bind(year)).await?.unwrap_or(1);
    Ok(format!("{year}-{last:02}"))
}

pub async fn insert(
    tx: &Tx,
    (id, number): (PrecedentId, &str),
    new: &NewPrecedent<'_>,
    (area, by): (&AreaPath, &str),
) -> Result<(), Problem> {
    let insert =
        "INSERT INTO precedent (id, county_id, number, category_id, area_path, demand_id, demand_number, objector_id,
                    objector_name, ground, unit_id, unit_name, reasoning, keywords, ruled_by, ruled_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let insert = Sql::text(insert).bind(id).bind(new.county).bind(number).bind(new.category).bind(area.clone());
    let insert = insert.bind(new.demand).bind(new.demand_number).bind(new.objector).bind(new.objector_name);
    let insert = insert.bind(new.ground).bind(new.unit.id).bind(new.unit.name.as_str()).bind(new.reasoning.trim());
    tx.run(insert.bind(new.keywords.join(" ")).bind(by).bind(tx.now())).await.map(drop)
}

pub async fn withdraw(tx: &Tx, precedent: &Precedent, (by, reason): (&str, &str)) -> Result<(), Problem> {
    let withdraw = "UPDATE precedent SET withdrawn_by = $4, withdrawn_at = $5, withdrawal = $6, version = version + 1
                    WHERE id = $1 AND county_id = $2 AND version = $3";
    let withdraw = Sql::text(withdraw).bind(precedent.id).bind(precedent.county_id).bind(precedent.version);
    tx.run_versioned(withdraw.bind(by).bind(tx.now()).bind(reason)).await
}
