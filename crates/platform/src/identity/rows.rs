//! Accounts, grants, sessions and the count of failures.

use super::sessions::SessionKind;
use kernel::id::{AccountId, ClientId, OfficialId, SessionId, UnitId};
use kernel::{AreaCode, AreaPath, Day, Grant, Instant, Problem, Reach, Role};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};
use uuid::Uuid;

/// An account as it is checked at sign-in.
#[derive(Debug, FromQueryResult)]
pub struct Account {
    pub id: AccountId,
    pub county_id: AreaCode,
    pub login: String,
    pub name: String,
    pub password: String,
    pub failures: i64,
    pub locked_until: Option<Instant>,
    pub version: i64,
}

/// A session that holds, with whose it is.
#[derive(Debug, FromQueryResult)]
pub struct Holder {
    pub account_id: AccountId,
    pub name: String,
    pub official_id: Option<OfficialId>,
}

#[derive(FromQueryResult)]
struct GrantRow {
    role: Role,
    area_path: Option<AreaPath>,
    unit_id: Option<UnitId>,
    client_id: Option<ClientId>,
}

impl GrantRow {
    fn grant(self, account: AccountId) -> Grant {
        let reach = match (self.area_path, self.unit_id, self.client_id) {
            (Some(path), _, _) => Reach::Area(path),
            (_, Some(unit), _) => Reach::Unit(unit),
            (_, _, Some(client)) => Reach::Clients(vec![client]),
            (None, None, None) => Reach::Own(account),
        };
        Grant { role: self.role, reach }
    }
}

const ACCOUNT: &str = "SELECT id, county_id, login, name, password, failures, locked_until, version FROM account";

pub async fn account_by_login(db: &impl Db, site: AreaCode, login: &str) -> Result<Option<Account>, Problem> {
    let sql = format!("{ACCOUNT} WHERE login = $1 AND county_id = $2 AND closed_at IS NULL");
    db.one(Sql::text(sql).bind(login).bind(site)).await
}

pub async fn account(db: &impl Db, site: AreaCode, id: AccountId) -> Result<Option<Account>, Problem> {
    db.one(Sql::text(format!("{ACCOUNT} WHERE id = $1 AND county_id = $2 AND closed_at IS NULL")).bind(id).bind(site))
        .await
}

pub async fn insert_account(tx: &Tx, account: &Account, official: Option<OfficialId>) -> Result<(), Problem> {
    let insert = "INSERT INTO account (id, county_id, login, name, password, official_id, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let insert = Sql::text(insert).bind(account.id).bind(account.county_id).bind(account.login.as_str());
    let insert = insert.bind(account.name.as_str()).bind(account.password.as_str()).bind(official).bind(tx.now());
    tx.run(insert).await.map(drop)
}

pub async fn insert_grant(tx: &Tx, account: &Account, grant: &Grant, from: Day) -> Result<(), Problem> {
    let (area, unit, client) = match &grant.reach {
        Reach::Everything => (Some(AreaPath("/".into())), None, None),
        Reach::Area(path) => (Some(path.clone()), None, None),
        Reach::Unit(unit) => (None, Some(*unit), None),
        Reach::Clients(clients) => (None, None, clients.first().copied()),
        Reach::Own(_) => (None, None, None),
    };
    let insert = "INSERT INTO role_grant (id, county_id, account_id, role, area_path, unit_id, client_id, from_day)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let insert = Sql::text(insert).bind(kernel::id::mint(tx.now())).bind(account.county_id).bind(account.id);
    tx.run(insert.bind(grant.role).bind(area).bind(unit).bind(client).bind(from)).await.map(drop)
}

pub async fn grants(db: &impl Db, account: AccountId, today: Day) -> Result<Vec<Grant>, Problem> {
    let held = "SELECT role, area_path, unit_id, client_id FROM role_grant
                WHERE account_id = $1 AND from_day <= $2 AND (until_day IS NULL OR until_day >= $2) ORDER BY role, id";
    let rows: Vec<GrantRow> = db.all(Sql::text(held).bind(account).bind(today)).await?;
    Ok(rows.into_iter().map(|row| row.grant(account)).collect())
}

/// The clients an official looks after today. The table is the pairings'; it is read here because here reach is decided.
pub async fn looked_after(db: &impl Db, official: OfficialId, today: Day) -> Result<Vec<ClientId>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        client_id: ClientId,
    }
    let paired = "SELECT client_id FROM pairing
                  WHERE official_id = $1 AND from_day <= $2 AND (until_day IS NULL OR until_day >= $2) ORDER BY client_id";
    let rows: Vec<Row> = db.all(Sql::text(paired).bind(official).bind(today)).await?;
    Ok(rows.into_iter().map(|row| row.client_id).collect())
}

pub async fn note_failure(tx: &Tx, account: &Account, failures: i64, locked: Option<Instant>) -> Result<(), Problem> {
    let noted = "UPDATE account SET failures = $3, locked_until = $4 WHERE id = $1 AND county_id = $2";
    tx.run(Sql::text(noted).bind(account.id).bind(account.county_id).bind(failures).bind(locked)).await.map(drop)
}

pub async fn set_password(tx: &Tx, account: &Account, hash: &str) -> Result<(), Problem> {
    let set = "UPDATE account SET password = $4, must_change = FALSE, version = version + 1
               WHERE id = $1 AND county_id = $2 AND version = $3";
    tx.run_versioned(Sql::text(set).bind(account.id).bind(account.county_id).bind(account.version).bind(hash)).await
}

pub struct NewSession<'a> {
    pub account: &'a Account,
    pub kind: SessionKind,
    pub secret_hash: &'a str,
    pub label: &'a str,
    pub expires_at: Instant,
}

pub async fn insert_session(tx: &Tx, session: &NewSession<'_>) -> Result<SessionId, Problem> {
    let id = SessionId::mint(tx.now());
    let insert = "INSERT INTO session (id, county_id, account_id, kind, secret_hash, label, made_at, expires_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let insert = Sql::text(insert).bind(id).bind(session.account.county_id).bind(session.account.id);
    let insert = insert.bind(session.kind.code()).bind(session.secret_hash).bind(session.label);
    tx.run(insert.bind(tx.now()).bind(session.expires_at)).await?;
    Ok(id)
}

pub async fn holder(db: &impl Db, site: AreaCode, secret_hash: &str, now: Instant) -> Result<Option<Holder>, Problem> {
    let held = "SELECT session.account_id, account.name, account.official_id
                FROM session JOIN account ON account.id = session.account_id AND account.county_id = session.county_id
                WHERE session.secret_hash = $1 AND session.county_id = $2 AND session.ended_at IS NULL
                  AND session.expires_at > $3 AND account.closed_at IS NULL";
    db.one(Sql::text(held).bind(secret_hash).bind(site).bind(now)).await
}

pub async fn end_session(tx: &Tx, site: AreaCode, secret_hash: &str) -> Result<u64, Problem> {
    let end = "UPDATE session SET ended_at = $3 WHERE secret_hash = $1 AND county_id = $2 AND ended_at IS NULL";
    tx.run(Sql::text(end).bind(secret_hash).bind(site).bind(tx.now())).await
}

pub async fn end_all_sessions(tx: &Tx, account: &Account) -> Result<u64, Problem> {
    let end = "UPDATE session SET ended_at = $3 WHERE account_id = $1 AND county_id = $2 AND ended_at IS NULL";
    tx.run(Sql::text(end).bind(account.id).bind(account.county_id).bind(tx.now())).await
}

/// Counts one more try from `source` in the window that began no earlier than `window`, and gives the count.
pub async fn count_try(tx: &Tx, source: &str, window: Instant) -> Result<i64, Problem> {
    let count = "INSERT INTO throttle (source, window_start, tries) VALUES ($1, $2, 1)
                 ON CONFLICT (source) DO UPDATE SET
                   tries = CASE WHEN throttle.window_start < $3 THEN 1 ELSE throttle.tries + 1 END,
                   window_start = CASE WHEN throttle.window_start < $3 THEN $2 ELSE throttle.window_start END
                 RETURNING CAST(tries AS BIGINT)";
    Ok(tx.value(Sql::text(count).bind(source).bind(tx.now()).bind(window)).await?.unwrap_or(0))
}

/// The subject of an audit line about an account.
pub fn subject(account: &Account) -> Uuid {
    account.id.0
}
