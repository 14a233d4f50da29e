//! The table that puts files on lines of timelines.

use crate::demands::Demand;
use crate::files::Kept;
use kernel::Problem;
use kernel::id::{DemandId, EventId, FileId};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Tx};

/// A file on a line of a timeline.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Attachment {
    /// The file.
    pub id: FileId,
    /// The line.
    #[serde(skip)]
    pub event_id: EventId,
    /// The name it came with.
    pub name: String,
    /// Its media type.
    pub media: String,
    /// How many bytes it has.
    pub size: i64,
}

pub async fn insert(tx: &Tx, demand: &Demand, event: EventId, files: &[Kept]) -> Result<(), Problem> {
    let insert = "INSERT INTO demand_file (id, county_id, demand_id, event_id, name, media, size) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    for file in files {
        let insert = Sql::text(insert).bind(file.id).bind(demand.county_id).bind(demand.id).bind(event);
        tx.run(insert.bind(file.name.as_str()).bind(file.media.as_str()).bind(file.size)).await?;
    }
    Ok(())
}

pub async fn of(db: &impl Db, demand: &Demand) -> Result<Vec<Attachment>, Problem> {
    let sql =
        "SELECT id, event_id, name, media, size FROM demand_file WHERE demand_id = $1 AND county_id = $2 ORDER BY id";
    db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await
}

/// A file with the demand it belongs to.
pub async fn attachment(db: &impl Db, id: FileId) -> Result<Option<(DemandId, Kept)>, Problem> {
    #[derive(FromQueryResult)]
    struct Found {
        id: FileId,
        name: String,
        media: String,
        size: i64,
        demand_id: DemandId,
    }
    let sql = "SELECT id, name, media, size, demand_id FROM demand_file WHERE id = $1";
    let found: Option<Found> = db.one(Sql::text(sql).bind(id)).await?;
    Ok(found.map(|Found { id, name, media, size, demand_id }| (demand_id, Kept { id, name, media, size })))
}
