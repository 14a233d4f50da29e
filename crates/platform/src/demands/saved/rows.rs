//! The table of kept filters.

use kernel::id::{AccountId, EventId};
use kernel::{AreaCode, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

/// A filter that somebody keeps.
#[derive(Debug, Clone, FromQueryResult)]
pub struct SavedFilter {
    /// Which.
    pub id: EventId,
    /// What its owner calls it.
    pub name: String,
    /// The list's address after the question mark.
    pub query: String,
}

pub async fn of(db: &impl Db, account: AccountId) -> Result<Vec<SavedFilter>, Problem> {
    let sql = "SELECT id, name, query FROM saved_filter WHERE account_id = $1 ORDER BY made_at, id";
    db.all(Sql::text(sql).bind(account)).await
}

/// Keeps a filter; one of the same name is written over.
pub async fn keep(tx: &Tx, county: AreaCode, account: AccountId, (name, query): (&str, &str)) -> Result<(), Problem> {
    let insert =
        "INSERT INTO saved_filter (id, county_id, account_id, name, query, made_at) VALUES ($1, $2, $3, $4, $5, $6)
                  ON CONFLICT (account_id, county_id, name) DO UPDATE SET query = excluded.query";
    let insert = Sql::text(insert).bind(EventId::mint(tx.now())).bind(county).bind(account);
    tx.run(insert.bind(name).bind(query).bind(tx.now())).await.map(drop)
}

/// Forgets a filter of this account; false when it has none such.
pub async fn forget(tx: &Tx, account: AccountId, id: EventId) -> Result<bool, Problem> {
    let forget = Sql::text("DELETE FROM saved_filter WHERE id = $1 AND account_id = $2").bind(id).bind(account);
    Ok(tx.run(forget).await? > 0)
}
