//! The table of sessions, and the count of tries by address.

use super::{NewSession, Session};
use kernel::id::{AccountId, OfficialId, SessionId};
use kernel::{AreaCode, Cursor, Instant, Limit, Problem, Right, Scope};
use sea_orm::FromQueryResult;
use store::{Columns, Db, Sql, Tx};

/// A session that holds, with whose it is.
#[derive(Debug, FromQueryResult)]
pub struct Holder {
    pub account_id: AccountId,
    pub name: String,
    pub official_id: Option<OfficialId>,
    /// Whether the person must choose a password first. A token that an administrator issued has no use for one.
    pub password_due: bool,
    /// Until when the session holds.
    pub expires_at: Instant,
}

pub async fn insert(tx: &Tx, session: &NewSession<'_>) -> Result<SessionId, Problem> {
    let id = SessionId::mint(tx.now());
    let insert = "INSERT INTO session (id, county_id, account_id, kind, secret_hash, label, made_at, expires_at, source, issued_by)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let insert = Sql::text(insert).bind(id).bind(session.county).bind(session.account);
    let insert = insert.bind(session.kind.code()).bind(session.secret_hash).bind(session.label);
    let insert = insert.bind(tx.now()).bind(session.expires_at).bind(session.source);
    tx.run(insert.bind(session.issued_by.map(str::to_owned))).await?;
    Ok(id)
}

pub async fn holder(db: &impl Db, site: AreaCode, secret_hash: &str, now: Instant) -> Result<Option<Holder>, Problem> {
    let held = "SELECT session.account_id, account.name, account.official_id,
                       account.must_change AND session.issued_by IS NULL AS password_due, session.expires_at
                FROM session JOIN account ON account.id = session.account_id AND account.county_id = session.county_id
                WHERE session.secret_hash = $1 AND session.county_id = $2 AND session.ended_at IS NULL
                  AND session.expires_at > $3 AND account.closed_at IS NULL";
    db.one(Sql::text(held).bind(secret_hash).bind(site).bind(now)).await
}

/// The name on an open account, and the official behind it.
pub async fn open_account(
    db: &impl Db,
    site: AreaCode,
    account: AccountId,
) -> Result<Option<(String, Option<OfficialId>)>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
        official_id: Option<OfficialId>,
    }
    let sql = "SELECT name, official_id FROM account WHERE id = $1 AND county_id = $2 AND closed_at IS NULL";
    let row: Option<Row> = db.one(Sql::text(sql).bind(account).bind(site)).await?;
    Ok(row.map(|row| (row.name, row.official_id)))
}

pub async fn end_by_secret(tx: &Tx, site: AreaCode, secret_hash: &str) -> Result<u64, Problem> {
    let end = "UPDATE session SET ended_at = $3 WHERE secret_hash = $1 AND county_id = $2 AND ended_at IS NULL";
    tx.run(Sql::text(end).bind(secret_hash).bind(site).bind(tx.now())).await
}

pub async fn end_all(tx: &Tx, account: AccountId) -> Result<u64, Problem> {
    let end = "UPDATE session SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2";
    tx.run(Sql::text(end).bind(account).bind(tx.now())).await
}

/// Ends what the account signed in to, but for one session; tokens that an administrator issued are theirs to revoke.
pub async fn end_others(tx: &Tx, account: AccountId, but: &str) -> Result<u64, Problem> {
    let end = "UPDATE session SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2
                 AND issued_by IS NULL AND secret_hash <> $3";
    tx.run(Sql::text(end).bind(account).bind(tx.now()).bind(but)).await
}

pub async fn end_own(tx: &Tx, account: AccountId, id: SessionId) -> Result<u64, Problem> {
    let end =
        "UPDATE session SET ended_at = $3 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL AND issued_by IS NULL";
    tx.run(Sql::text(end).bind(id).bind(account).bind(tx.now())).await
}

pub async fn end_issued(tx: &Tx, token: &Session) -> Result<u64, Problem> {
    let end = "UPDATE session SET ended_at = $3 WHERE id = $1 AND county_id = $2 AND ended_at IS NULL";
    tx.run(Sql::text(end).bind(token.id).bind(token.county_id).bind(tx.now())).await
}

const SESSION: &str =
    "SELECT session.id, session.county_id, session.account_id, account.name AS account_name, account.login_shown AS login,
            account.area_path, session.kind, session.label, session.source, session.issued_by, session.made_at,
            session.expires_at, session.ended_at, session.secret_hash = $1 AS current
     FROM session JOIN account ON account.id = session.account_id AND account.county_id = session.county_id";
const PLACE: Columns = Columns { area: Some("account.area_path"), ..Columns::NONE };

/// What an account is signed in to, the latest first; `current` is the one whose secret hash is given.
pub async fn own(db: &impl Db, account: AccountId, current: &str, now: Instant) -> Result<Vec<Session>, Problem> {
    let sql = format!(
        "{SESSION} WHERE session.account_id = $2 AND session.ended_at IS NULL AND session.expires_at > $3
           AND session.issued_by IS NULL ORDER BY session.made_at DESC, session.id DESC LIMIT 100"
    );
    db.all(Sql::text(sql).bind(current).bind(account).bind(now)).await
}

/// Tokens that administrators issued, the latest first.
pub async fn issued<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    account: Option<AccountId>,
    cursor: Option<&str>,
    limit: Limit,
) -> Result<Vec<Session>, Problem> {
    let mut sql = Sql::text("").bind("");
    let mut wanted = vec!["session.issued_by IS NOT NULL AND /*scope*/".to_owned()];
    if let Some(cursor) = cursor {
        let (at, id) = Cursor::key::<(Instant, SessionId)>(cursor)?;
        wanted.push(format!("(session.made_at, session.id) < ({}, {})", sql.place(at), sql.place(id)));
    }
    if let Some(account) = account {
        wanted.push(format!("session.account_id = {}", sql.place(account)));
    }
    let most = sql.place(limit.probe());
    let wanted = wanted.join(" AND ");
    let text = format!("{SESSION} WHERE {wanted} ORDER BY session.made_at DESC, session.id DESC LIMIT {most}");
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn issued_one<R: Right>(db: &impl Db, scope: &Scope<R>, id: SessionId) -> Result<Option<Session>, Problem> {
    let sql = format!("{SESSION} WHERE session.id = $2 AND session.issued_by IS NOT NULL AND /*scope*/");
    db.one(Sql::text(sql).bind("").bind(id).scoped(scope, PLACE)).await
}

/// Tokens not revoked that ended by themselves or will by `until`, the soonest first.
pub async fn running_out<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    (since, until): (Instant, Instant),
    most: i64,
) -> Result<Vec<Session>, Problem> {
    let sql = format!(
        "{SESSION} WHERE session.issued_by IS NOT NULL AND session.ended_at IS NULL AND session.expires_at >= $2
           AND session.expires_at <= $3 AND account.closed_at IS NULL AND /*scope*/
         ORDER BY session.expires_at, session.id LIMIT $4"
    );
    db.all(Sql::text(sql).bind("").bind(since).bind(until).bind(most).scoped(scope, PLACE)).await
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
