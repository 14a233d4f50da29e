//! The table of pairings.

use crate::org::Official;
use crate::registry::Client;
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::{ClientId, OfficialId, PairingId};
use kernel::{AreaCode, Cursor, Day, Limit, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Store, Tx};

/// A pairing, with the names of both.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Pairing {
    /// Which pairing.
    pub id: PairingId,
    /// The client's county.
    pub county_id: AreaCode,
    /// Who is looked after.
    pub client_id: ClientId,
    /// The client's name.
    pub client_name: String,
    /// By whom.
    pub official_id: OfficialId,
    /// The official's name.
    pub official_name: String,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it holds.
    pub until_day: Option<Day>,
}

/// Which pairings to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct PairingFilter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of this official.
    pub official: Option<OfficialId>,
    /// Holding on this day.
    pub on: Option<Day>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const PAIRING: &str =
    "SELECT pairing.id, pairing.county_id, pairing.client_id, client.name AS client_name, pairing.official_id,
           official.name AS official_name, pairing.from_day, pairing.until_day
    FROM pairing
    JOIN client ON client.id = pairing.client_id AND client.county_id = pairing.county_id
    JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id";
const PLACE: Columns = Columns {
    area: Some("client.area_path"),
    county: Some("pairing.county_id"),
    client: Some("pairing.client_id"),
    ..Columns::NONE
};

pub async fn pairings(
    store: &Store,
    scope: &Scope<ReadPairings>,
    filter: &PairingFilter,
    limit: Limit,
) -> Result<Vec<Pairing>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(cursor) = filter.cursor.as_deref() {
        let (from, id) = Cursor::key::<(Day, PairingId)>(cursor)?;
        wanted.push(format!("(pairing.from_day, pairing.id) < ({}, {})", sql.place(from), sql.place(id)));
    }
    if let Some(client) = filter.client {
        wanted.push(format!("pairing.client_id = {}", sql.place(client)));
    }
    if let Some(official) = filter.official {
        wanted.push(format!("pairing.official_id = {}", sql.place(official)));
    }
    if let Some(day) = filter.on {
        let day = sql.place(day);
        wanted.push(format!("pairing.from_day <= {day} AND (pairing.until_day IS NULL OR pairing.until_day >= {day})"));
    }
    let most = sql.place(limit.probe());
    let wanted = wanted.join(" AND ");
    let text = format!("{PAIRING} WHERE {wanted} ORDER BY pairing.from_day DESC, pairing.id DESC LIMIT {most}");
    store.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn pairing(db: &impl Db, scope: &Scope<WritePairings>, id: PairingId) -> Result<Option<Pairing>, Problem> {
    db.one(Sql::text(format!("{PAIRING} WHERE pairing.id = $1 AND /*scope*/")).bind(id).scoped(scope, PLACE)).await
}

/// Who looks after the client on `from` or will do so later.
pub async fn holder_from(db: &impl Db, client: &Client, from: Day) -> Result<Option<String>, Problem> {
    let sql = "SELECT official.name FROM pairing
               JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id
               WHERE pairing.client_id = $1 AND pairing.county_id = $2 AND (pairing.until_day IS NULL OR pairing.until_day >= $3)
               ORDER BY pairing.from_day LIMIT 1";
    db.value(Sql::text(sql).bind(client.id).bind(client.county_id).bind(from)).await
}

/// Pairings: who is looked after, by whom, from which day to which.
pub async fn insert(tx: &Tx, pairings: &[(PairingId, &Client, &Official, Day, Option<Day>)]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "client_id", "official_id", "official_county_id", "from_day", "until_day"];
    let row = |(id, client, official, from, until): &(PairingId, &Client, &Official, Day, Option<Day>)| {
        let row = Row::new().bind(*id).bind(client.county_id).bind(client.id).bind(official.id);
        row.bind(official.county_id).bind(*from).bind(*until)
    };
    let rows: Vec<Row> = pairings.iter().map(row).collect();
    tx.insert_many("pairing", columns, rows).await.map(drop)
}

pub async fn end(tx: &Tx, pairing: &Pairing, last: Day) -> Result<u64, Problem> {
    let end = "UPDATE pairing SET until_day = $3 WHERE id = $1 AND county_id = $2 AND until_day IS NULL";
    tx.run(Sql::text(end).bind(pairing.id).bind(pairing.county_id).bind(last)).await
}
