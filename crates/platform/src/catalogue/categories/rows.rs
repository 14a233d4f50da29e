//! The table of categories.

use kernel::{AreaCode, Problem};
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
}

pub async fn categories(db: &impl Db, site: AreaCode) -> Result<Vec<Category>, Problem> {
    let sql = "SELECT id, parent_id, name FROM category WHERE county_id = $1 ORDER BY id";
    db.all(Sql::text(sql).bind(site)).await
}

pub async fn category(db: &impl Db, site: AreaCode, id: &str) -> Result<Option<Category>, Problem> {
    let sql = "SELECT id, parent_id, name FROM category WHERE id = $1 AND county_id = $2";
    db.one(Sql::text(sql).bind(id).bind(site)).await
}

pub async fn insert(tx: &Tx, site: AreaCode, category: &Category) -> Result<(), Problem> {
    let insert = "INSERT INTO category (id, county_id, parent_id, name) VALUES ($1, $2, $3, $4)";
    let insert = Sql::text(insert).bind(category.id.as_str()).bind(site).bind(category.parent_id.clone());
    tx.run(insert.bind(category.name.as_str())).await.map(drop)
}
