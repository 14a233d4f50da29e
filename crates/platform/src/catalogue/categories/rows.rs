//! The table of categories, and that of their changes.

use kernel::id::EventId;
use kernel::{AreaCode, Day, Instant, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Tx};

/// A category of demands.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Category {
    /// Its code; a child's begins with its parent's.
    pub id: String,
    /// The category above; none at the top.
    pub parent_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Since when nothing new falls under it.
    pub closed_on: Option<Day>,
    /// For `If-Match`.
    pub version: i64,
}

/// What was changed of a category.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct CategoryChanged {
    /// What was done: `add`, `rename`, `close`, `reopen`.
    pub act: String,
    /// The name that it bore afterwards.
    pub name: String,
    /// Why.
    pub reason: String,
    /// By whom.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
}

const CATEGORY: &str = "SELECT id, parent_id, name, closed_on, version FROM category WHERE county_id = $1";

pub async fn categories(db: &impl Db, site: AreaCode) -> Result<Vec<Category>, Problem> {
    db.all(Sql::text(format!("{CATEGORY} ORDER BY id")).bind(site)).await
}

pub async fn category(db: &impl Db, site: AreaCode, id: &str) -> Result<Option<Category>, Problem> {
    db.one(Sql::text(format!("{CATEGORY} AND id = $2")).bind(site).bind(id)).await
}

pub async fn insert(tx: &Tx, site: AreaCode, category: &Category) -> Result<(), Problem> {
    let insert = "INSERT INTO category (id, county_id, parent_id, name) VALUES ($1, $2, $3, $4)";
    let insert = Sql::text(insert).bind(category.id.as_str()).bind(site).bind(category.parent_id.clone());
    tx.run(insert.bind(category.name.as_str())).await.map(drop)
}

pub async fn change(tx: &Tx, site: AreaCode, category: &Category) -> Result<(), Problem> {
    let change = "UPDATE category SET name = $4, closed_on = $5, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3";
    let change = Sql::text(change).bind(category.id.as_str()).bind(site).bind(category.version);
    tx.run_versioned(change.bind(category.name.as_str()).bind(category.closed_on)).await
}

/// Keeps a change; its place in the history is the version that it was made on.
pub async fn keep(
    tx: &Tx,
    site: AreaCode,
    (act, category): (&str, &Category),
    (by, reason): (&str, &str),
) -> Result<EventId, Problem> {
    let id = EventId::mint(tx.now());
    let keep = "INSERT INTO category_change (id, county_id, category_id, place, act, name, reason, made_by, made_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let keep = Sql::text(keep).bind(id).bind(site).bind(category.id.as_str()).bind(category.version).bind(act);
    tx.run(keep.bind(category.name.as_str()).bind(reason).bind(by).bind(tx.now())).await?;
    Ok(id)
}

pub async fn history(db: &impl Db, site: AreaCode, id: &str) -> Result<Vec<CategoryChanged>, Problem> {
    let sql = "SELECT act, name, reason, made_by, made_at FROM category_change
               WHERE category_id = $1 AND county_id = $2 ORDER BY place DESC, act LIMIT 100";
    db.all(Sql::text(sql).bind(id).bind(site)).await
}
