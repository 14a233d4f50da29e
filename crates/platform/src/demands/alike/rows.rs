//! Where likely duplicates are looked for: each question is the newest rows of one index, and no more.

use crate::demands::Demand;
use crate::demands::rows::{DEMAND, ONE};
use kernel::id::{ClientId, DemandId};
use kernel::words::{DemandAct, DemandState, Outcome, Part};
use kernel::{AreaCode, Instant, Problem, Right, Scope};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Store};

/// How many are looked at of a client, of a category, of a county, of what was answered, of what is open, and of what ended
/// without a solution.
const OF_CLIENT: i64 = 30;
const OF_CATEGORY: i64 = 120;
const OF_COUNTY: i64 = 60;
const ANSWERED: i64 = 150;
const OPEN: i64 = 200;
const UNSOLVED: i64 = 60;

/// A candidate: what it says, and no more of it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Near {
    pub id: DemandId,
    pub client_id: ClientId,
    pub category_id: String,
    pub title: String,
    pub body: String,
    pub state: DemandState,
    pub ended_at: Option<Instant>,
    pub sealed: bool,
}

const NEAR: &str = "SELECT id, client_id, category_id, title, body, state, ended_at, sealed FROM demand";

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

/// The newest of a category that are open.
pub async fn open(store: &Store, county: AreaCode, category: &str) -> Result<Vec<Near>, Problem> {
    let sql = format!(
        "{NEAR} WHERE county_id = $1 AND category_id = $2 AND ended_at IS NULL ORDER BY raised_at DESC, id DESC LIMIT $3"
    );
    store.all(Sql::text(sql).bind(county).bind(category).bind(OPEN)).await
}

/// The newest of a category that ended with an answer, but not with a solution.
pub async fn unsolved(store: &Store, county: AreaCode, category: &str, since: Instant) -> Result<Vec<Near>, Problem> {
    let sql = format!(
        "{NEAR} WHERE county_id = $1 AND category_id = $2 AND raised_at >= $3 AND ended_at IS NOT NULL
           AND outcome IN ('partly', 'explained', 'unlawful')
         ORDER BY raised_at DESC, id DESC LIMIT $4"
    );
    store.all(Sql::text(sql).bind(county).bind(category).bind(since).bind(UNSOLVED)).await
}

/// Those of the demands that the scope lets through, in no order.
pub async fn among<R: Right>(db: &impl Db, scope: &Scope<R>, ids: &[DemandId]) -> Result<Vec<Demand>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("");
    let places: Vec<String> = ids.iter().map(|id| sql.place(*id)).collect();
    let text = format!("{DEMAND} WHERE demand.id IN ({}) AND /*scope*/", places.join(", "));
    db.all(sql.say(text).scoped(scope, ONE)).await
}

/// What was said in a demand: an answer, what its head decided on it, or something of its client's.
#[derive(Debug, FromQueryResult)]
pub struct Said {
    pub demand_id: DemandId,
    pub act: DemandAct,
    pub state: Option<DemandState>,
    pub outcome: Option<Outcome>,
    pub part: Part,
    pub name: String,
    pub text: String,
}

/// The answers that were written to these demands, what was decided on them and what their clients did, the first first.
pub async fn said(db: &impl Db, demands: &[&Demand]) -> Result<Vec<Said>, Problem> {
    if demands.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("");
    let (reply, approve) = (sql.place(DemandAct::Reply), sql.place(DemandAct::Approve));
    let client = sql.place(Part::Client);
    let places: Vec<String> = demands.iter().map(|demand| sql.place(demand.id)).collect();
    let text = format!(
        "SELECT demand_id, act, state, outcome, part, name, text FROM demand_event
         WHERE demand_id IN ({}) AND (act IN ({reply}, {approve}) OR part = {client}) ORDER BY demand_id, place",
        places.join(", ")
    );
    db.all(sql.say(text)).await
}
