//! The table of quiet periods.

use crate::org::Area;
use kernel::authz::DeclareQuiet;
use kernel::id::QuietId;
use kernel::{AreaCode, AreaPath, Day, Problem, Scope, still_as_read};
use rules::contact::Quiet;
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Columns, Db, Sql, Tx};

/// Days on which nobody comes uninvited.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct QuietPeriod {
    /// Which.
    pub id: QuietId,
    /// The area's county.
    pub county_id: AreaCode,
    /// Where.
    pub area_id: AreaCode,
    /// Its name.
    pub area_name: String,
    /// The first day.
    pub from_day: Day,
    /// The last day.
    pub until_day: Day,
    /// Why.
    pub reason: String,
    /// Who declared it.
    pub made_by: String,
    /// For `If-Match`.
    pub version: i64,
}

impl QuietPeriod {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("{}的静默期", self.area_name))
    }
}

const PERIOD: &str =
    "SELECT id, county_id, area_id, area_name, from_day, until_day, reason, made_by, version FROM quiet_period";
const PLACE: Columns = Columns { area: Some("area_path"), county: None, ..Columns::NONE };

pub async fn periods(db: &impl Db, scope: &Scope<DeclareQuiet>, day: Day) -> Result<Vec<QuietPeriod>, Problem> {
    let text = format!("{PERIOD} WHERE until_day >= $1 AND /*scope*/ ORDER BY from_day, id LIMIT 200");
    db.all(Sql::text(text).bind(day).scoped(scope, PLACE)).await
}

pub async fn period(db: &impl Db, scope: &Scope<DeclareQuiet>, id: QuietId) -> Result<Option<QuietPeriod>, Problem> {
    let text = format!("{PERIOD} WHERE id = $1 AND /*scope*/");
    db.one(Sql::text(text).bind(id).scoped(scope, PLACE)).await
}

/// The quiet days of a place, and of the areas above it, in a span of days.
pub async fn at(db: &impl Db, place: &AreaPath, (from, to): (Day, Day)) -> Result<Vec<Quiet>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        from_day: Day,
        until_day: Day,
        reason: String,
    }
    let mut sql = Sql::text("");
    let above: Vec<_> = place.0.match_indices('/').map(|(at, _)| sql.place(AreaPath(place.0[..=at].into()))).collect();
    let (from, to) = (sql.place(from), sql.place(to));
    let text = format!(
        "SELECT from_day, until_day, reason FROM quiet_period
         WHERE area_path IN ({}) AND until_day >= {from} AND from_day <= {to} ORDER BY from_day",
        above.join(", ")
    );
    let rows: Vec<Row> = db.all(sql.say(text)).await?;
    Ok(rows.into_iter().map(|row| Quiet { from: row.from_day, until: row.until_day, reason: row.reason }).collect())
}

pub async fn insert(
    tx: &Tx,
    area: &Area,
    (from, until): (Day, Day),
    (reason, by): (&str, &str),
) -> Result<QuietId, Problem> {
    let id = QuietId::mint(tx.now());
    let insert = "INSERT INTO quiet_period (id, county_id, area_id, area_path, area_name, from_day, until_day, reason, made_by, made_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let insert = Sql::text(insert).bind(id).bind(area.county_id).bind(area.id).bind(area.path.clone());
    let insert = insert.bind(area.name.as_str()).bind(from).bind(until).bind(reason).bind(by).bind(tx.now());
    tx.run(insert).await?;
    Ok(id)
}

pub async fn end(tx: &Tx, period: &QuietPeriod, last: Day) -> Result<(), Problem> {
    let end = "UPDATE quiet_period SET until_day = $4, version = version + 1 WHERE id = $1 AND county_id = $2 AND version = $3";
    tx.run_versioned(Sql::text(end).bind(period.id).bind(period.county_id).bind(period.version).bind(last)).await
}
