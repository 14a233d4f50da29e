//! What passed between a client and those who serve it, read off the timelines of its demands.

use kernel::authz::ReadDemands;
use kernel::id::ClientId;
use kernel::words::{DemandAct, Part};
use kernel::{Instant, Problem, Scope};
use sea_orm::FromQueryResult;
use store::{Columns, Db, Sql};

/// A line of a timeline, and whose it is.
#[derive(Debug, FromQueryResult)]
pub struct Dealing {
    pub title: String,
    pub number: String,
    pub act: DemandAct,
    pub part: Part,
    pub name: String,
    pub unit_name: Option<String>,
    pub at: Instant,
}

/// The last dealings of a client within the scope, the latest first.
pub async fn dealings(
    db: &impl Db,
    scope: &Scope<ReadDemands>,
    client: ClientId,
    most: i64,
) -> Result<Vec<Dealing>, Problem> {
    let place = Columns {
        area: Some("demand.area_path"),
        county: Some("demand.county_id"),
        unit: Some("demand.lead_unit_id"),
        client: Some("demand.client_id"),
        sealed: Some(("demand.sealed", "demand.raised_by")),
        ..Columns::NONE
    };
    let text = "SELECT demand.title, demand.number, event.act, event.part, event.name, event.unit_name, event.at
                FROM demand
                JOIN demand_event event ON event.demand_id = demand.id AND event.county_id = demand.county_id
                WHERE demand.client_id = $1 AND /*scope*/
                ORDER BY event.at DESC, event.id DESC LIMIT $2";
    db.all(Sql::text(text).bind(client).bind(most).scoped(scope, place)).await
}
