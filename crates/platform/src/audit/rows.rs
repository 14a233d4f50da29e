//! The audit table.

use super::Deed;
use kernel::id::{AccountId, EventId};
use kernel::{AreaCode, Instant, Problem};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Tx};
use uuid::Uuid;

/// A row as it is sealed: everything that was known when it was written.
#[derive(Debug, Serialize, FromQueryResult)]
pub struct Recorded {
    pub id: EventId,
    pub county_id: AreaCode,
    pub at: Instant,
    pub account_id: Option<AccountId>,
    pub name: String,
    pub act: String,
    pub subject: String,
    pub subject_id: Option<Uuid>,
    pub detail: serde_json::Value,
}

/// A row with its place in the chain.
#[derive(Debug, FromQueryResult)]
pub struct Sealed {
    #[sea_orm(nested)]
    pub recorded: Recorded,
    pub seal_seq: i64,
    pub seal: String,
}

pub async fn insert(tx: &Tx, deed: &Deed<'_>, detail: serde_json::Value) -> Result<(), Problem> {
    let insert = "INSERT INTO audit (id, county_id, at, account_id, name, act, subject, subject_id, detail)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let insert = Sql::text(insert).bind(EventId::mint(tx.now())).bind(deed.county).bind(tx.now());
    let insert = insert.bind(deed.account).bind(deed.name).bind(deed.act).bind(deed.subject);
    tx.run(insert.bind(deed.subject_id).bind(detail)).await.map(drop)
}

/// The end of the chain: its number and seal.
pub async fn last_seal(db: &impl Db) -> Result<Option<(i64, String)>, Problem> {
    #[derive(FromQueryResult)]
    struct End {
        seal_seq: i64,
        seal: String,
    }
    let last = "SELECT seal_seq, seal FROM audit WHERE seal_seq IS NOT NULL ORDER BY seal_seq DESC LIMIT 1";
    Ok(db.one::<End>(Sql::text(last)).await?.map(|end| (end.seal_seq, end.seal)))
}

pub async fn unsealed(db: &impl Db, most: i64) -> Result<Vec<Recorded>, Problem> {
    let unsealed = "SELECT id, county_id, at, account_id, name, act, subject, subject_id, detail FROM audit
                    WHERE seal_seq IS NULL ORDER BY id LIMIT $1";
    db.all(Sql::text(unsealed).bind(most)).await
}

/// Touches no row when another sealer was faster.
pub async fn set_seal(tx: &Tx, row: &Recorded, seq: i64, seal: &str) -> Result<u64, Problem> {
    let sealed = "UPDATE audit SET seal_seq = $3, seal = $4 WHERE id = $1 AND county_id = $2 AND seal_seq IS NULL";
    tx.run(Sql::text(sealed).bind(row.id).bind(row.county_id).bind(seq).bind(seal)).await
}

pub async fn sealed_after(db: &impl Db, seq: i64, most: i64) -> Result<Vec<Sealed>, Problem> {
    let sealed =
        "SELECT id, county_id, at, account_id, name, act, subject, subject_id, detail, seal_seq, seal FROM audit
                  WHERE seal_seq > $1 ORDER BY seal_seq LIMIT $2";
    db.all(Sql::text(sealed).bind(seq).bind(most)).await
}
