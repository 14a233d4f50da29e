//! The table of files.

use super::Kept;
use kernel::id::{AccountId, FileId};
use kernel::{AreaCode, Instant, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Store, Tx};

pub async fn insert(tx: &Tx, site: AreaCode, account: AccountId, file: &Kept, digest: &str) -> Result<(), Problem> {
    let insert = "INSERT INTO file (id, county_id, account_id, name, media, size, digest, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let insert = Sql::text(insert).bind(file.id).bind(site).bind(account).bind(file.name.as_str());
    tx.run(insert.bind(file.media.as_str()).bind(file.size).bind(digest).bind(tx.now())).await.map(drop)
}

/// How many files an account brought that nothing names.
pub async fn unused(db: &impl Db, account: AccountId) -> Result<i64, Problem> {
    let sql = "SELECT COUNT(*) FROM file WHERE account_id = $1 AND used_at IS NULL";
    Ok(db.value(Sql::text(sql).bind(account)).await?.unwrap_or(0))
}

pub async fn brought(
    db: &impl Db,
    site: AreaCode,
    account: AccountId,
    id: FileId,
    since: Instant,
) -> Result<Option<Kept>, Problem> {
    let sql = "SELECT id, name, media, size FROM file
               WHERE id = $1 AND county_id = $2 AND account_id = $3 AND used_at IS NULL AND made_at > $4";
    db.one(Sql::text(sql).bind(id).bind(site).bind(account).bind(since)).await
}

pub async fn claim(
    tx: &Tx,
    site: AreaCode,
    account: AccountId,
    id: FileId,
    since: Instant,
) -> Result<Option<Kept>, Problem> {
    let claim = "UPDATE file SET used_at = $5
                 WHERE id = $1 AND county_id = $2 AND account_id = $3 AND used_at IS NULL AND made_at > $4
                 RETURNING id, name, media, size";
    tx.one(Sql::text(claim).bind(id).bind(site).bind(account).bind(since).bind(tx.now())).await
}

/// Files that have waited too long, the oldest first.
pub async fn forgotten(store: &Store, until: Instant) -> Result<Vec<FileId>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        id: FileId,
    }
    let sql = "SELECT id FROM file WHERE used_at IS NULL AND made_at <= $1 ORDER BY made_at, id LIMIT 500";
    let rows: Vec<Row> = store.all(Sql::text(sql).bind(until)).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

pub async fn forget(tx: &Tx, site: AreaCode, id: FileId) -> Result<u64, Problem> {
    let forget = "DELETE FROM file WHERE id = $1 AND county_id = $2 AND used_at IS NULL";
    tx.run(Sql::text(forget).bind(id).bind(site)).await
}
