//! Where likely duplicates are looked for: each question is the newest rows of one index, and no more.

use kernel::id::{ClientId, DemandId};
use kernel::{AreaCode, Instant, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Store};

/// How many are looked at of a client, of a category, of a county, and of what was answered.
const OF_CLIENT: i64 = 30;
const OF_CATEGORY: i64 = 120;
const OF_COUNTY: i64 = 60;
const ANSWERED: i64 = 150;

/// A candidate: what it says, and no more of it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Near {
    pub id: DemandId,
    pub client_id: ClientId,
    pub category_id: String,
    pub title: String,
    pub body: String,
    pub ended_at: Option<Instant>,
    pub sealed: bool,
}

const NEAR: &str = "SELECT id, client_id, category_id, title, body, ended_at, sealed FROM demand";

/// Of a client; not what it raised with its name kept back, so that no name can be guessed from what stands together.
pub async fn of_client(
    store: &Store,
    county: AreaCode,
    client: ClientId,
    since: Instant,
) -> Result<Vec<Near>, Problem> {
    let sql = format!(
        "{NEAR} WHERE client_id = $1 AND county_id = $2 AND raised_at >= $3 AND NOT sealed
         ORDER BY raised_at DESC, id DESC LIMIT $4"
    );
    store.all(Sql::text(sql).bind(client).bind(county).bind(since).bind(OF_CLIENT)).await
}

pub async fn of_category(
    store: &Store,
    county: AreaCode,
    category: &str,
    since: Instant,
) -> Result<Vec<Near>, Problem> {
    let sql = format!(
        "{NEAR} WHERE county_id = $1 AND category_id = $2 AND raised_at >= $3 ORDER BY raised_at DESC, id DESC LIMIT $4"
    );
    store.all(Sql::text(sql).bind(county).bind(category).bind(since).bind(OF_CATEGORY)).await
}

pub async fn of_county(store: &Store, county: AreaCode, since: Instant) -> Result<Vec<Near>, Problem> {
    let sql = format!("{NEAR} WHERE county_id = $1 AND raised_at >= $2 ORDER BY raised_at DESC, id DESC LIMIT $3");
    store.all(Sql::text(sql).bind(county).bind(since).bind(OF_COUNTY)).await
}

/// Of the newest of a category those that ended with a result.
pub async fn answered(store: &Store, county: AreaCode, category: &str) -> Result<Vec<Near>, Problem> {
    let sql = format!(
        "{NEAR} WHERE county_id = $1 AND category_id = $2 AND ended_at IS NOT NULL AND outcome IS NOT NULL
         ORDER BY raised_at DESC, id DESC LIMIT $3"
    );
    store.all(Sql::text(sql).bind(county).bind(category).bind(ANSWERED)).await
}
