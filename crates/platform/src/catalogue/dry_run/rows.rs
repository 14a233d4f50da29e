//! The demands that are open, with as much of them as a change is tried on.

use super::super::DEMAND;
use kernel::authz::ReadDemands;
use kernel::id::DemandId;
use kernel::words::{Channel, Urgency};
use kernel::{AreaCode, AreaPath, Problem, Scope};
use sea_orm::FromQueryResult;
use store::{Db, Sql};

/// On how many demands a change is tried at most: more than a province has open.
const MOST: i64 = 20_000;

#[derive(FromQueryResult)]
pub struct Open {
    pub id: DemandId,
    pub number: String,
    pub title: String,
    pub category_id: String,
    pub category_name: String,
    pub area_path: AreaPath,
    pub channel: Channel,
    pub urgency: Urgency,
    /// Who has it; none while it waits for dispatch.
    pub lead_unit_name: Option<String>,
}

/// The open demands within the scope, the oldest first: all, or those of a category and below in an area.
pub async fn open(
    db: &impl Db,
    site: AreaCode,
    scope: &Scope<ReadDemands>,
    place: Option<(&str, &AreaPath)>,
) -> Result<Vec<Open>, Problem> {
    let mut sql = Sql::text("").bind(site).bind(MOST);
    let place = place.map(|(category, area)| {
        let category = sql.place(store::beginning(category));
        let (from, end) = (sql.place(area.clone()), sql.place(area.end()));
        format!("AND demand.category_id LIKE {category} AND demand.area_path >= {from} AND demand.area_path < {end}")
    });
    let text = format!(
        "SELECT demand.id, demand.number, demand.title, demand.category_id,
           COALESCE(category.name, demand.category_id) AS category_name, demand.area_path, demand.channel, demand.urgency,
           demand.lead_unit_name
         FROM demand LEFT JOIN category ON category.id = demand.category_id AND category.county_id = $1
         WHERE demand.ended_at IS NULL AND /*scope*/ {}
         ORDER BY demand.raised_at, demand.number LIMIT $2",
        place.unwrap_or_default()
    );
    db.all(sql.say(text).scoped(scope, DEMAND)).await
}
