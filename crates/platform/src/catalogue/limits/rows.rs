//! The table of versions of the limits.

use super::table::LimitTable;
use kernel::id::LimitsId;
use kernel::{AreaCode, BugExt, Day, Instant, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Tx};

/// A version with what it says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LimitVersion {
    /// Counted from 1, which comes with the platform.
    pub number: i64,
    /// The first day on which what is raised falls under it; none for number 1.
    pub from_day: Option<Day>,
    /// Why it was made.
    pub reason: String,
    /// By whom; empty for number 1.
    pub made_by: String,
    /// When; none for number 1.
    pub made_at: Option<Instant>,
    /// What it says.
    pub table: LimitTable,
}

#[derive(FromQueryResult)]
struct Row {
    number: i64,
    from_day: Day,
    body: serde_json::Value,
    reason: String,
    made_by: String,
    made_at: Instant,
}

impl TryFrom<Row> for LimitVersion {
    type Error = Problem;
    fn try_from(row: Row) -> Result<Self, Problem> {
        let table = serde_json::from_value(row.body).bug("reading a version of the limits")?;
        let (from_day, made_at) = (Some(row.from_day), Some(row.made_at));
        Ok(Self { number: row.number, from_day, reason: row.reason, made_by: row.made_by, made_at, table })
    }
}

const VERSION: &str = "SELECT number, from_day, body, reason, made_by, made_at FROM limit_table WHERE county_id = $1";

/// Every version, the latest first.
pub async fn versions(db: &impl Db, site: AreaCode) -> Result<Vec<LimitVersion>, Problem> {
    let found: Vec<Row> = db.all(Sql::text(format!("{VERSION} ORDER BY number DESC")).bind(site)).await?;
    found.into_iter().map(LimitVersion::try_from).collect()
}

/// The version under which falls what is raised on a day.
pub async fn on(db: &impl Db, site: AreaCode, day: Day) -> Result<Option<LimitVersion>, Problem> {
    let sql = format!("{VERSION} AND from_day <= $2 ORDER BY from_day DESC, number DESC LIMIT 1");
    db.one::<Row>(Sql::text(sql).bind(site).bind(day)).await?.map(LimitVersion::try_from).transpose()
}

pub async fn latest(db: &impl Db, site: AreaCode) -> Result<Option<LimitVersion>, Problem> {
    let sql = format!("{VERSION} ORDER BY number DESC LIMIT 1");
    db.one::<Row>(Sql::text(sql).bind(site)).await?.map(LimitVersion::try_from).transpose()
}

pub async fn insert(tx: &Tx, id: LimitsId, site: AreaCode, version: &LimitVersion) -> Result<(), Problem> {
    let insert = "INSERT INTO limit_table (id, county_id, number, from_day, body, reason, made_by, made_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let body = serde_json::to_value(&version.table).bug("writing the limits")?;
    let insert = Sql::text(insert).bind(id).bind(site).bind(version.number).bind(version.from_day).bind(body);
    tx.run(insert.bind(version.reason.as_str()).bind(version.made_by.as_str()).bind(tx.now())).await.map(drop)
}
