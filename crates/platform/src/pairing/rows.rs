//! The table of pairings.

use crate::org;
use crate::registry::Client;
use kernel::authz::ReadPairings;
use kernel::id::{ClientId, OfficialId, PairingId, RoundId, UnitId};
use kernel::words::{AreaLevel, ClientKind, PairingPart};
use kernel::{AreaCode, Cursor, Day, Limit, Problem, Right, Scope, still_as_read};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::private::OfficialMobile;
use store::{Columns, Db, Private, Row, Sql, Tx};

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
    /// The area the client lies in.
    pub area_name: String,
    /// The official's name.
    pub official_name: String,
    /// The official's unit, as it is now.
    pub unit_name: String,
    /// Whether the official leads or assists.
    pub part: PairingPart,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it holds.
    pub until_day: Option<Day>,
    /// The round by which it began; none for one entered by hand.
    pub round_id: Option<RoundId>,
    /// For `If-Match`.
    pub version: i64,
}

impl Pairing {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("“{}”的包靠关系", self.client_name))
    }
}

/// Whoever looks after a client on a day, as those who meet them know them.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Commissioner {
    /// By which pairing.
    pub pairing_id: PairingId,
    /// After whom they look.
    pub client_id: ClientId,
    /// Whether they lead or assist.
    pub part: PairingPart,
    /// Who.
    pub official_id: OfficialId,
    /// The county they belong to.
    pub official_county_id: AreaCode,
    /// Their name.
    pub name: String,
    /// Their unit.
    pub unit_name: String,
    /// Their post.
    pub title: Option<String>,
    /// Where they are reached.
    pub mobile: Option<Private<OfficialMobile>>,
    /// Since when they look after the client.
    pub from_day: Day,
}

/// Which pairings to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct PairingFilter {
    /// Of clients in this area or below: a city, a county or a town.
    pub area: Option<AreaCode>,
    /// Of officials of this unit.
    pub unit: Option<UnitId>,
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

pub(super) const PAIRING: &str =
    "SELECT pairing.id, pairing.county_id, pairing.client_id, client.name AS client_name, pairing.official_id,
           area.name AS area_name, official.name AS official_name, unit.name AS unit_name, pairing.part,
           pairing.from_day, pairing.until_day, pairing.round_id, pairing.version
    FROM pairing
    JOIN client ON client.id = pairing.client_id AND client.county_id = pairing.county_id
    JOIN area ON area.id = client.area_id AND area.county_id = client.county_id
    JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id
    JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id";
const PLACE: Columns = Columns {
    area: Some("client.area_path"),
    county: Some("pairing.county_id"),
    client: Some("pairing.client_id"),
    ..Columns::NONE
};

/// The first rows of an index on county and day; of a town, those of its county whose client lies there.
pub async fn pairings(
    db: &impl Db,
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
    if let Some(code) = filter.area {
        let area = org::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?;
        if matches!(area.level, AreaLevel::County | AreaLevel::Town) {
            wanted.push(format!("pairing.county_id = {}", sql.place(area.county_id)));
        }
        if area.level != AreaLevel::County {
            let (from, end) = (sql.place(area.path.clone()), sql.place(area.path.end()));
            wanted.push(format!("client.area_path >= {from} AND client.area_path < {end}"));
        }
    }
    if let Some(unit) = filter.unit {
        wanted.push(format!("official.unit_id = {}", sql.place(unit)));
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
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn pairing<R: Right>(db: &impl Db, scope: &Scope<R>, id: PairingId) -> Result<Option<Pairing>, Problem> {
    db.one(Sql::text(format!("{PAIRING} WHERE pairing.id = $1 AND /*scope*/")).bind(id).scoped(scope, PLACE)).await
}

/// Whoever looks after these clients on `day`: of each client first who leads.
pub async fn commissioners(
    db: &impl Db,
    scope: &Scope<ReadPairings>,
    clients: &[ClientId],
    day: Day,
) -> Result<Vec<Commissioner>, Problem> {
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("");
    let clients: Vec<String> = clients.iter().map(|client| sql.place(*client)).collect();
    let day = sql.place(day);
    let text = format!(
        "SELECT pairing.id AS pairing_id, pairing.client_id, pairing.part, pairing.official_id, pairing.official_county_id,
                official.name,
                unit.name AS unit_name, official.mobile, official.id AS mobile_of, COALESCE(pairing.since_day, pairing.from_day) AS from_day,
                (SELECT post.title FROM post WHERE post.official_id = official.id AND post.county_id = official.county_id
                   AND post.from_day <= {day} AND (post.until_day IS NULL OR post.until_day >= {day})
                 ORDER BY post.from_day DESC, post.id LIMIT 1) AS title
         FROM pairing
         JOIN client ON client.id = pairing.client_id AND client.county_id = pairing.county_id
         JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id
         JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
         WHERE pairing.client_id IN ({}) AND pairing.from_day <= {day}
           AND (pairing.until_day IS NULL OR pairing.until_day >= {day}) AND /*scope*/
         ORDER BY pairing.client_id, pairing.part DESC, pairing.from_day, pairing.id",
        clients.join(", ")
    );
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

/// Who looks after a client on `from` or will do so later.
#[derive(Debug, FromQueryResult)]
pub struct Holder {
    pub official_id: OfficialId,
    pub name: String,
    pub part: PairingPart,
}

/// Everybody who looks after the client on `from` or will do so later.
pub async fn holders_from(db: &impl Db, client: &Client, from: Day) -> Result<Vec<Holder>, Problem> {
    let sql = "SELECT pairing.official_id, official.name, pairing.part FROM pairing
               JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id
               WHERE pairing.client_id = $1 AND pairing.county_id = $2 AND (pairing.until_day IS NULL OR pairing.until_day >= $3)
               ORDER BY pairing.from_day";
    db.all(Sql::text(sql).bind(client.id).bind(client.county_id).bind(from)).await
}

/// How many clients of a kind an official looks after.
#[derive(Debug, FromQueryResult)]
pub struct Load {
    pub official_id: OfficialId,
    pub kind: ClientKind,
    pub clients: i64,
}

/// How many clients these officials look after on `from` or will later, by kind; who has none is left out.
pub async fn loads_from(db: &impl Db, officials: &[OfficialId], from: Day) -> Result<Vec<Load>, Problem> {
    let mut loads = Vec::new();
    for some in officials.chunks(500) {
        let mut sql = Sql::text("");
        let from = sql.place(from);
        let officials: Vec<String> = some.iter().map(|official| sql.place(*official)).collect();
        let text = format!(
            "SELECT pairing.official_id, client.kind, COUNT(*) AS clients FROM pairing
             JOIN client ON client.id = pairing.client_id AND client.county_id = pairing.county_id
             WHERE pairing.official_id IN ({}) AND (pairing.until_day IS NULL OR pairing.until_day >= {from})
             GROUP BY pairing.official_id, client.kind",
            officials.join(", ")
        );
        loads.extend(db.all::<Load>(sql.say(text)).await?);
    }
    Ok(loads)
}

/// A pairing that begins.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    /// Which pairing.
    pub id: PairingId,
    /// Who is looked after, and their county.
    pub client: (ClientId, AreaCode),
    /// By whom, and their county.
    pub official: (OfficialId, AreaCode),
    /// Whether they lead or assist.
    pub part: PairingPart,
    /// The round by which it begins; none for one entered by hand.
    pub round: Option<RoundId>,
    /// The first day.
    pub from: Day,
    /// The last day, of one that has ended.
    pub until: Option<Day>,
}

pub async fn insert(tx: &Tx, pairings: &[Begun]) -> Result<(), Problem> {
    let columns = &[
        "id",
        "county_id",
        "client_id",
        "official_id",
        "official_county_id",
        "part",
        "round_id",
        "from_day",
        "until_day",
    ];
    let row = |begun: &Begun| {
        let row = Row::new().bind(begun.id).bind(begun.client.1).bind(begun.client.0).bind(begun.official.0);
        row.bind(begun.official.1).bind(begun.part).bind(begun.round).bind(begun.from).bind(begun.until)
    };
    let rows: Vec<Row> = pairings.iter().map(row).collect();
    tx.insert_many("pairing", columns, rows).await.map(drop)
}

pub async fn end(tx: &Tx, pairing: &Pairing, last: Day) -> Result<(), Problem> {
    let end =
        "UPDATE pairing SET until_day = $4, version = version + 1 WHERE id = $1 AND county_id = $2 AND version = $3";
    let end = Sql::text(end).bind(pairing.id).bind(pairing.county_id).bind(pairing.version);
    tx.run_versioned(end.bind(last)).await
}
