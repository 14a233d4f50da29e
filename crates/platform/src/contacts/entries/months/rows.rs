//! The comings of a span of days, to a client or of a unit.

use super::super::rows::PLACE;
use super::{Entry, selected};
use kernel::authz::ReadEntries;
use kernel::id::{ClientId, UnitId};
use kernel::words::EntryKind;
use kernel::{Day, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql};
use uuid::Uuid;

/// Somebody else who comes to a client.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "OtherEntry")]
pub struct Other {
    /// To whom.
    pub client_id: ClientId,
    /// Which unit.
    pub unit_name: String,
    /// What for.
    pub kind: EntryKind,
    /// On which day.
    pub day: Day,
}

pub async fn of_client(
    db: &impl Db,
    scope: &Scope<ReadEntries>,
    client: ClientId,
    days: (Day, Day),
    most: i64,
) -> Result<Vec<Entry>, Problem> {
    of(db, scope, ("entry.client_id", client.0), days, most).await
}

pub async fn of_unit(
    db: &impl Db,
    scope: &Scope<ReadEntries>,
    unit: UnitId,
    days: (Day, Day),
    most: i64,
) -> Result<Vec<Entry>, Problem> {
    of(db, scope, ("entry.unit_id", unit.0), days, most).await
}

/// The comings of those days whose column holds the id, by day.
async fn of(
    db: &impl Db,
    scope: &Scope<ReadEntries>,
    (column, id): (&str, Uuid),
    (from, to): (Day, Day),
    most: i64,
) -> Result<Vec<Entry>, Problem> {
    let text = format!(
        "{} WHERE {column} = $1 AND entry.day >= $2 AND entry.day <= $3 AND /*scope*/
         ORDER BY entry.day, entry.id LIMIT $4",
        selected()
    );
    db.all(Sql::text(text).bind(id).bind(from).bind(to).bind(most).scoped(scope, PLACE)).await
}

/// Others than a unit who come to these clients. What follows a clue is nobody else's to know.
pub async fn others(
    db: &impl Db,
    clients: &[ClientId],
    unit: UnitId,
    (from, to): (Day, Day),
) -> Result<Vec<Other>, Problem> {
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("").bind(unit).bind(from).bind(to);
    let places: Vec<String> = clients.iter().map(|client| sql.place(*client)).collect();
    let text = format!(
        "SELECT client_id, unit_name, kind, day FROM entry
         WHERE client_id IN ({}) AND unit_id <> $1 AND day >= $2 AND day <= $3 AND dropped_at IS NULL AND ground <> 'clue'
         ORDER BY day, id",
        places.join(", ")
    );
    db.all(sql.say(text)).await
}
