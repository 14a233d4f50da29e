//! The queries of roles that are held for somebody who is away.

use kernel::id::{AccountId, GrantId, UnitId};
use kernel::{AreaCode, Day, Instant, Problem, Role};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql};

/// Whose account it is.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Person {
    /// The account.
    pub id: AccountId,
    /// The county it is kept in.
    pub county_id: AreaCode,
    /// The holder's name.
    pub name: String,
    /// When it was closed.
    pub closed_at: Option<Instant>,
}

/// A role that is held for somebody.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct StoodFor {
    /// The grant that is held.
    pub id: GrantId,
    /// Who is away.
    pub away_id: AccountId,
    /// Their name.
    pub away_name: String,
    /// Who stands in.
    pub substitute_id: AccountId,
    /// Their name.
    pub substitute_name: String,
    /// The role.
    pub role: Role,
    /// The unit or area it reaches.
    pub place: Option<String>,
    /// The first day.
    pub from_day: Day,
    /// The last day.
    pub until_day: Day,
    /// Who entered it.
    pub given_by: String,
}

/// Somebody who can stand in.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Colleague {
    /// The account.
    pub id: AccountId,
    /// The county it is kept in.
    pub county_id: AreaCode,
    /// The holder's name.
    pub name: String,
    /// The holder's unit, when the account is an official's.
    pub unit_name: Option<String>,
}

/// A handler of a unit.
#[derive(Debug, FromQueryResult)]
pub(super) struct Handler {
    pub id: AccountId,
    pub name: String,
}

pub async fn person(db: &impl Db, account: AccountId) -> Result<Option<Person>, Problem> {
    let sql = "SELECT id, county_id, name, closed_at FROM account WHERE id = $1";
    db.one(Sql::text(sql).bind(account)).await
}

const LENT: &str = "SELECT lent.id, lent.stands_in_for AS away_id, lent.stands_in_name AS away_name, lent.account_id AS substitute_id,
    account.name AS substitute_name, lent.role, COALESCE(unit.name, area.name) AS place, lent.from_day, lent.until_day, lent.given_by
  FROM role_grant lent JOIN account ON account.id = lent.account_id AND account.county_id = lent.county_id
  LEFT JOIN unit ON unit.id = lent.unit_id LEFT JOIN area ON area.path = lent.area_path";

/// What is held for an account, or by it for another, or within these units, today or later; the soonest first.
pub async fn of(db: &impl Db, account: AccountId, units: &[UnitId], today: Day) -> Result<Vec<StoodFor>, Problem> {
    let mut sql = Sql::text("").bind(account).bind(today);
    let places: Vec<String> = units.iter().map(|unit| sql.place(*unit)).collect();
    let within = if places.is_empty() {
        String::new()
    } else {
        format!(" OR (lent.role = 'handler' AND lent.unit_id IN ({}))", places.join(", "))
    };
    let text = format!(
        "{LENT} WHERE lent.stands_in_for IS NOT NULL AND lent.until_day >= $2 AND lent.until_day >= lent.from_day
           AND (lent.stands_in_for = $1 OR lent.account_id = $1{within}) ORDER BY lent.from_day, lent.id LIMIT 200"
    );
    db.all(sql.say(text)).await
}

pub async fn lent(db: &impl Db, id: GrantId) -> Result<Option<StoodFor>, Problem> {
    db.one(Sql::text(format!("{LENT} WHERE lent.id = $1 AND lent.stands_in_for IS NOT NULL")).bind(id)).await
}

const TODAY: &str = "held.from_day <= $2 AND (held.until_day IS NULL OR held.until_day >= $2)";

/// Colleagues of the same unit, by post or by role, and of the same desk. An administrator, an enterprise's own people and other
/// systems are none.
pub async fn colleagues(db: &impl Db, away: AccountId, today: Day) -> Result<Vec<Colleague>, Problem> {
    let text = format!(
        "SELECT account.id, account.county_id, account.name, unit.name AS unit_name FROM account
         LEFT JOIN official ON official.id = account.official_id
         LEFT JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
         WHERE account.closed_at IS NULL AND account.id <> $1 AND account.id IN (
             SELECT colleague.id FROM account gone JOIN official own ON own.id = gone.official_id
               JOIN official theirs ON theirs.unit_id = own.unit_id AND theirs.left_on IS NULL
               JOIN account colleague ON colleague.official_id = theirs.id WHERE gone.id = $1
             UNION SELECT colleague.id FROM role_grant own
               JOIN official theirs ON theirs.unit_id = own.unit_id AND theirs.left_on IS NULL
               JOIN account colleague ON colleague.official_id = theirs.id
               WHERE own.account_id = $1 AND own.role IN ('handler', 'unit_head')
             UNION SELECT held.account_id FROM role_grant own JOIN role_grant held ON held.unit_id = own.unit_id
               WHERE own.account_id = $1 AND own.role IN ('handler', 'unit_head')
                 AND held.role IN ('handler', 'unit_head') AND {TODAY}
             UNION SELECT held.account_id FROM role_grant own JOIN role_grant held ON held.area_path = own.area_path
               WHERE own.account_id = $1 AND own.role IN ('area_desk', 'arbiter')
                 AND held.role IN ('area_desk', 'arbiter') AND {TODAY})
           AND NOT EXISTS (SELECT 1 FROM role_grant held WHERE held.account_id = account.id AND {TODAY}
             AND held.role IN ('liaison', 'peer', 'system_admin', 'security_admin', 'audit_admin'))
         ORDER BY account.name, account.id LIMIT 200"
    );
    db.all(Sql::text(text).bind(away).bind(today)).await
}

/// The handlers of these units.
pub async fn handlers(db: &impl Db, units: &[UnitId], today: Day) -> Result<Vec<Handler>, Problem> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("").bind(today);
    let places: Vec<String> = units.iter().map(|unit| sql.place(*unit)).collect();
    let text = format!(
        "SELECT DISTINCT account.id, account.name FROM role_grant held
         JOIN account ON account.id = held.account_id AND account.county_id = held.county_id
         WHERE held.unit_id IN ({}) AND held.role = 'handler' AND held.stands_in_for IS NULL AND account.closed_at IS NULL
           AND held.from_day <= $1 AND (held.until_day IS NULL OR held.until_day >= $1)
         ORDER BY account.name, account.id LIMIT 100",
        places.join(", ")
    );
    db.all(sql.say(text)).await
}
