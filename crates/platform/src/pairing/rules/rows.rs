//! The table of versions.

use ::pairing::city::Rules;
use kernel::id::RulesId;
use kernel::{AreaCode, BugExt, Instant, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Tx};

/// A version in one line.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct RulesLine {
    /// Counted from 1, which comes with the platform.
    pub number: i64,
    /// Why it was made.
    pub reason: String,
    /// By whom; empty for number 1.
    pub made_by: String,
    /// When; none for number 1.
    pub made_at: Option<Instant>,
}

/// A version with what it says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RulesVersion {
    /// Number, reason, by whom and when.
    #[serde(flatten)]
    pub line: RulesLine,
    /// The rules.
    pub rules: Rules,
}

impl RulesVersion {
    /// What the platform comes with.
    pub(super) fn shipped() -> Self {
        let reason =
            "平台自带：按市里确定的包靠数量（厅级 4+3、部门主要负责人 3+2、副县级 2+1），县、镇参照执行。".to_owned();
        Self { line: RulesLine { number: 1, reason, made_by: String::new(), made_at: None }, rules: Rules::shipped() }
    }
}

#[derive(FromQueryResult)]
struct Row {
    number: i64,
    reason: String,
    made_by: String,
    made_at: Instant,
    body: serde_json::Value,
}

impl TryFrom<Row> for RulesVersion {
    type Error = Problem;
    fn try_from(row: Row) -> Result<Self, Problem> {
        let rules = serde_json::from_value(row.body).bug("reading a version of the pairing rules")?;
        let line =
            RulesLine { number: row.number, reason: row.reason, made_by: row.made_by, made_at: Some(row.made_at) };
        Ok(Self { line, rules })
    }
}

pub async fn latest(db: &impl Db, site: AreaCode) -> Result<Option<RulesVersion>, Problem> {
    let sql = "SELECT number, reason, made_by, made_at, body FROM pairing_rules WHERE county_id = $1
               ORDER BY number DESC LIMIT 1";
    db.one::<Row>(Sql::text(sql).bind(site)).await?.map(RulesVersion::try_from).transpose()
}

pub async fn version(db: &impl Db, site: AreaCode, number: i64) -> Result<Option<RulesVersion>, Problem> {
    let sql = "SELECT number, reason, made_by, made_at, body FROM pairing_rules WHERE county_id = $1 AND number = $2";
    db.one::<Row>(Sql::text(sql).bind(site).bind(number)).await?.map(RulesVersion::try_from).transpose()
}

pub async fn lines(db: &impl Db, site: AreaCode) -> Result<Vec<RulesLine>, Problem> {
    let sql = "SELECT number, reason, made_by, made_at FROM pairing_rules WHERE county_id = $1 ORDER BY number DESC";
    db.all(Sql::text(sql).bind(site)).await
}

pub async fn insert(
    tx: &Tx,
    (id, site): (RulesId, AreaCode),
    number: i64,
    rules: &Rules,
    reason: &str,
    by: &str,
) -> Result<(), Problem> {
    let insert = "INSERT INTO pairing_rules (id, county_id, number, body, reason, made_by, made_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let body = serde_json::to_value(rules).bug("writing the pairing rules")?;
    let insert = Sql::text(insert).bind(id).bind(site).bind(number).bind(body).bind(reason).bind(by).bind(tx.now());
    tx.run(insert).await.map(drop)
}
