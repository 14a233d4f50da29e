//! The table of liaisons.

use super::NewLiaison;
use crate::registry::Client;
use kernel::id::{ClientId, LiaisonId};
use kernel::{Day, Problem, Right, Scope, still_as_read};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::private::LiaisonPhone;
use store::{Columns, Db, Private, Row, Sealed, Sealing, Sql, Tx};

/// A client's person.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Liaison {
    /// Which liaison.
    pub id: LiaisonId,
    /// For whom they speak.
    pub client_id: ClientId,
    /// Their name.
    pub name: String,
    /// What they are in the enterprise.
    pub position: String,
    /// Where they are reached; on the way out it is masked.
    pub phone: Private<LiaisonPhone>,
    /// Since when.
    pub from_day: Day,
    /// The last day, once it is known.
    pub until_day: Option<Day>,
    /// For `If-Match`.
    pub version: i64,
}

impl Liaison {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("联络员{}的登记", self.name))
    }
}

const LIAISON: &str =
    "SELECT liaison.id, liaison.client_id, liaison.name, liaison.position, liaison.phone, liaison.id AS phone_of,
                              liaison.from_day, liaison.until_day, liaison.version FROM liaison";

/// Those who speak for the client on `day` or will do so later, and all whose last day is not known.
pub async fn liaisons(db: &impl Db, clients: &[ClientId], day: Option<Day>) -> Result<Vec<Liaison>, Problem> {
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("");
    let places: Vec<String> = clients.iter().map(|client| sql.place(*client)).collect();
    let day = sql.place(day);
    let text = format!(
        "{LIAISON} WHERE liaison.client_id IN ({}) AND (liaison.until_day IS NULL OR liaison.until_day >= {day})
         ORDER BY liaison.from_day, liaison.id",
        places.join(", ")
    );
    db.all(sql.say(text)).await
}

/// All that ever spoke for the client, the latest first.
pub async fn history(db: &impl Db, client: &Client) -> Result<Vec<Liaison>, Problem> {
    let sql = format!(
        "{LIAISON} WHERE liaison.client_id = $1 AND liaison.county_id = $2 ORDER BY liaison.from_day DESC, liaison.id DESC"
    );
    db.all(Sql::text(sql).bind(client.id).bind(client.county_id)).await
}

pub async fn liaison<R: Right>(db: &impl Db, scope: &Scope<R>, id: LiaisonId) -> Result<Option<Liaison>, Problem> {
    let place = Columns { area: Some("client.area_path"), client: Some("client.id"), ..Columns::NONE };
    let sql = format!(
        "{LIAISON} JOIN client ON client.id = liaison.client_id AND client.county_id = liaison.county_id
         WHERE liaison.id = $1 AND /*scope*/"
    );
    db.one(Sql::text(sql).bind(id).scoped(scope, place)).await
}

/// Liaisons: whose, who, from which day on.
pub async fn insert(tx: &Tx, liaisons: &[(&Client, &NewLiaison, LiaisonId, Day)]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "client_id", "name", "position", "phone", "phone_index", "from_day"];
    let row = |(client, liaison, id, from): &(&Client, &NewLiaison, LiaisonId, Day)| {
        let row = Row::new().bind(*id).bind(client.county_id).bind(client.id).bind(liaison.name.trim());
        let Sealed { text, index } = tx.seal::<LiaisonPhone>(id.0, Some(&liaison.phone))?;
        Ok(row.bind(liaison.position.trim()).bind(text).bind(index).bind(*from))
    };
    let rows: Vec<Row> = liaisons.iter().map(row).collect::<Result<_, Problem>>()?;
    tx.insert_many("liaison", columns, rows).await.map(drop)
}

pub async fn end(tx: &Tx, client: &Client, liaison: &Liaison, last: Day) -> Result<(), Problem> {
    let end =
        "UPDATE liaison SET until_day = $4, version = version + 1 WHERE id = $1 AND county_id = $2 AND version = $3";
    let end = Sql::text(end).bind(liaison.id).bind(client.county_id).bind(liaison.version);
    tx.run_versioned(end.bind(last)).await
}
