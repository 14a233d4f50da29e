//! Counting over the tables of others, where what comes together is counted.

use kernel::authz::ReadDemands;
use kernel::id::ClientId;
use kernel::{Problem, Scope};
use sea_orm::FromQueryResult;
use store::{Columns, Db, Sql};

/// How many demands of a client are under way.
#[derive(Debug, FromQueryResult)]
pub struct Open {
    pub client_id: ClientId,
    pub count: i64,
}

/// The demands under way of these clients, within the scope. A client without any is absent.
pub async fn open_demands(
    db: &impl Db,
    scope: &Scope<ReadDemands>,
    clients: &[ClientId],
) -> Result<Vec<Open>, Problem> {
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    let place = Columns {
        area: Some("demand.area_path"),
        county: Some("demand.county_id"),
        unit: Some("demand.lead_unit_id"),
        client: Some("demand.client_id"),
        sealed: Some(("demand.sealed", "demand.raised_by")),
        ..Columns::NONE
    };
    let mut sql = Sql::text("");
    let places: Vec<String> = clients.iter().map(|client| sql.place(*client)).collect();
    let text = format!(
        "SELECT demand.client_id, COUNT(*) AS count FROM demand
         WHERE demand.client_id IN ({}) AND demand.ended_at IS NULL AND NOT demand.sealed AND /*scope*/ GROUP BY demand.client_id",
        places.join(", ")
    );
    db.all(sql.say(text).scoped(scope, place)).await
}
