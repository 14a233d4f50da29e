//! The table of handovers.

use super::Promises;
use crate::many::among;
use crate::org;
use crate::pairing::Begun;
use crate::pairing::bars::within;
use kernel::authz::{AskPairings, WritePairings};
use kernel::id::{ClientId, HandoverId, OfficialId, PairingId, RoundId};
use kernel::words::{HandoverState, PairingPart};
use kernel::{Actor, AreaCode, AreaPath, Cursor, Day, Instant, Limit, Problem, Scope, still_as_read};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Tx};

/// A client on its way from one commissioner to the next.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Handover {
    /// Which.
    pub id: HandoverId,
    /// The client's county.
    pub county_id: AreaCode,
    /// Who is looked after.
    pub client_id: ClientId,
    /// The client's name.
    pub client_name: String,
    /// Where it lies.
    #[serde(skip)]
    pub client_path: AreaPath,
    /// The area it lies in.
    pub area_name: String,
    /// By which pairing the next one looks after it.
    pub pairing_id: PairingId,
    /// Who looked after it.
    pub former_id: OfficialId,
    /// Their name.
    pub former_name: String,
    /// Their unit.
    pub former_unit: String,
    /// Their last day in office, when they have left.
    pub former_left_on: Option<Day>,
    /// Who looks after it now.
    pub next_id: OfficialId,
    /// Their name.
    pub next_name: String,
    /// Their unit.
    pub next_unit: String,
    /// The first day of the next one.
    pub from_day: Day,
    /// How far it is.
    pub state: HandoverState,
    /// What else the next one must know.
    pub note: String,
    /// What was promised.
    pub promises: Promises,
    /// When the pack was handed over.
    pub prepared_at: Option<Instant>,
    /// By whom.
    pub prepared_by: Option<String>,
    /// When the next one received it.
    pub received_at: Option<Instant>,
    /// When the client said that they have met.
    pub confirmed_at: Option<Instant>,
    /// Who said so.
    pub confirmed_by: Option<String>,
    /// When the client last said that nobody has come.
    pub unmet_at: Option<Instant>,
    /// For `If-Match`.
    pub version: i64,
}

impl Handover {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("“{}”的交接", self.client_name))
    }
}

/// Which to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct HandoverFilter {
    /// Of clients in this area or below.
    pub area: Option<AreaCode>,
    /// As far as this.
    pub state: Option<HandoverState>,
    /// Under way, or done with.
    pub open: Option<bool>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const HANDOVER: &str =
    "SELECT handover.*, client.name AS client_name, client.area_path AS client_path, area.name AS area_name,
            former.name AS former_name, former.left_on AS former_left_on, former_unit.name AS former_unit,
            next.name AS next_name, next_unit.name AS next_unit
     FROM handover
     JOIN client ON client.id = handover.client_id AND client.county_id = handover.county_id
     JOIN area ON area.id = client.area_id AND area.county_id = client.county_id
     JOIN official former ON former.id = handover.former_id AND former.county_id = handover.former_county_id
     JOIN unit former_unit ON former_unit.id = former.unit_id AND former_unit.county_id = former.county_id
     JOIN official next ON next.id = handover.next_id AND next.county_id = handover.next_county_id
     JOIN unit next_unit ON next_unit.id = next.unit_id AND next_unit.county_id = next.county_id";
const PLACE: Columns = Columns {
    area: Some("client.area_path"),
    county: Some("handover.county_id"),
    client: Some("handover.client_id"),
    ..Columns::NONE
};

/// The condition that a handover is the actor's to read: by area for who pairs, as its former commissioner until it is
/// received, as its next one while that pairing holds or is still to begin.
fn readable(mut sql: Sql, actor: &Actor, today: Day, text: impl Fn(&str) -> String) -> Sql {
    let mut ways = Vec::new();
    let scope = actor.scope::<WritePairings>();
    if scope.is_some() {
        ways.push("/*scope*/".to_owned());
    }
    if let Some(own) = actor.official {
        let (own, today) = (sql.place(own), sql.place(today));
        ways.push(format!(
            "(handover.former_id = {own} AND handover.received_at IS NULL AND handover.state <> 'replaced')"
        ));
        ways.push(format!(
            "(handover.next_id = {own} AND EXISTS (SELECT 1 FROM pairing
               WHERE pairing.client_id = handover.client_id AND pairing.official_id = handover.next_id
                 AND (pairing.until_day IS NULL OR pairing.until_day >= {today})))"
        ));
    }
    let readable = if ways.is_empty() { "FALSE".to_owned() } else { format!("({})", ways.join(" OR ")) };
    let sql = sql.say(text(&readable));
    match scope {
        Some(scope) => sql.scoped(&scope, PLACE),
        None => sql,
    }
}

pub async fn handovers(
    db: &impl Db,
    actor: &Actor,
    filter: &HandoverFilter,
    today: Day,
    limit: Limit,
) -> Result<Vec<Handover>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = Vec::new();
    if let Some(cursor) = filter.cursor.as_deref() {
        wanted.push(format!("handover.id < {}", sql.place(Cursor::key::<HandoverId>(cursor)?)));
    }
    if let Some(code) = filter.area {
        let area = org::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?;
        wanted.extend(within(&mut sql, &area, "handover.county_id", "client.area_path"));
    }
    if let Some(state) = filter.state {
        wanted.push(format!("handover.state = {}", sql.place(state)));
    }
    match filter.open {
        Some(true) => wanted.push("handover.state IN ('open', 'prepared', 'received')".to_owned()),
        Some(false) => wanted.push("handover.state IN ('confirmed', 'replaced')".to_owned()),
        None => {}
    }
    let most = sql.place(limit.probe());
    let text = |readable: &str| {
        let mut wanted = wanted.clone();
        wanted.insert(0, readable.to_owned());
        format!("{HANDOVER} WHERE {} ORDER BY handover.id DESC LIMIT {most}", wanted.join(" AND "))
    };
    db.all(readable(sql, actor, today, text)).await
}

pub async fn handover(db: &impl Db, actor: &Actor, id: HandoverId, today: Day) -> Result<Option<Handover>, Problem> {
    let sql = Sql::text("").bind(id);
    db.one(readable(sql, actor, today, |readable| format!("{HANDOVER} WHERE handover.id = $1 AND {readable}"))).await
}

pub async fn own(db: &impl Db, scope: &Scope<AskPairings>, id: HandoverId) -> Result<Option<Handover>, Problem> {
    let text = format!("{HANDOVER} WHERE handover.id = $1 AND /*scope*/");
    db.one(Sql::text(text).bind(id).scoped(scope, PLACE)).await
}

pub async fn to_confirm(
    db: &impl Db,
    scope: &Scope<AskPairings>,
    client: ClientId,
) -> Result<Option<Handover>, Problem> {
    let text = format!(
        "{HANDOVER} WHERE handover.client_id = $1 AND handover.state = 'received' AND /*scope*/
         ORDER BY handover.id DESC LIMIT 1"
    );
    db.one(Sql::text(text).bind(client).scoped(scope, PLACE)).await
}

pub async fn told(db: &impl Db, county: AreaCode, id: HandoverId) -> Result<Option<Handover>, Problem> {
    let text = format!("{HANDOVER} WHERE handover.id = $1 AND handover.county_id = $2");
    db.one(Sql::text(text).bind(id).bind(county)).await
}

/// The question how much waits for an official: to be handed over while they are in office, to be received.
pub fn waiting(official: OfficialId, today: Day, most: i64) -> Sql {
    let text = "SELECT COUNT(*) FROM (
                  SELECT 1 FROM handover WHERE former_id = $1 AND received_at IS NULL AND state = 'open'
                  UNION ALL
                  SELECT 1 FROM handover WHERE next_id = $1 AND state = 'prepared' AND EXISTS (SELECT 1 FROM pairing
                    WHERE pairing.client_id = handover.client_id AND pairing.official_id = handover.next_id
                      AND (pairing.until_day IS NULL OR pairing.until_day >= $2))
                  LIMIT $3) counted";
    Sql::text(text).bind(official).bind(today).bind(most)
}

/// The pairings that a round begins with an official who is new to the client.
pub async fn new_in(tx: &Tx, round: RoundId) -> Result<Vec<Begun>, Problem> {
    #[derive(FromQueryResult)]
    struct New {
        id: PairingId,
        county_id: AreaCode,
        client_id: ClientId,
        official_id: OfficialId,
        official_county_id: AreaCode,
        part: PairingPart,
        from_day: Day,
    }
    let sql = "SELECT id, county_id, client_id, official_id, official_county_id, part, from_day FROM pairing
               WHERE round_id = $1 AND part = 'lead' AND since_day IS NULL";
    let rows: Vec<New> = tx.all(Sql::text(sql).bind(round)).await?;
    let begun = |row: New| Begun {
        id: row.id,
        client: (row.client_id, row.county_id),
        official: (row.official_id, row.official_county_id),
        part: row.part,
        round: Some(round),
        from: row.from_day,
        until: None,
    };
    Ok(rows.into_iter().map(begun).collect())
}

/// A pairing that has ended, or will.
#[derive(Debug, FromQueryResult)]
pub struct Ended {
    pub client_id: ClientId,
    pub official_id: OfficialId,
    pub official_county_id: AreaCode,
    pub until_day: Day,
}

/// The pairings of these clients that led and have an end.
pub async fn last_ended(db: &impl Db, clients: &[ClientId]) -> Result<Vec<Ended>, Problem> {
    among(db, clients, |list| {
        format!(
            "SELECT client_id, official_id, official_county_id, until_day FROM pairing
             WHERE client_id IN ({list}) AND part = 'lead' AND until_day IS NOT NULL"
        )
    })
    .await
}

/// What was under way for these clients is overtaken.
pub async fn replace(tx: &Tx, clients: &[ClientId]) -> Result<(), Problem> {
    for some in clients.chunks(500) {
        let mut sql = Sql::text("");
        let places: Vec<String> = some.iter().map(|client| sql.place(*client)).collect();
        let text = format!(
            "UPDATE handover SET state = 'replaced', version = version + 1
             WHERE client_id IN ({}) AND state IN ('open', 'prepared', 'received')",
            places.join(", ")
        );
        tx.run(sql.say(text)).await?;
    }
    Ok(())
}

pub async fn insert(tx: &Tx, opened: &[(HandoverId, &Begun, &Ended)]) -> Result<(), Problem> {
    let columns = &[
        "id",
        "county_id",
        "client_id",
        "pairing_id",
        "former_id",
        "former_county_id",
        "next_id",
        "next_county_id",
        "from_day",
        "state",
        "promises",
        "made_at",
    ];
    let row = |(id, next, former): &(HandoverId, &Begun, &Ended)| {
        let row = Row::new().bind(*id).bind(next.client.1).bind(next.client.0).bind(next.id);
        let row = row.bind(former.official_id).bind(former.official_county_id).bind(next.official.0);
        let row = row.bind(next.official.1).bind(next.from).bind(HandoverState::Open);
        row.bind(Promises::default()).bind(tx.now())
    };
    let rows: Vec<Row> = opened.iter().map(row).collect();
    tx.insert_many("handover", columns, rows).await.map(drop)
}

/// Keeps the notes; with a name, they are handed over by that person.
pub async fn write(
    tx: &Tx,
    handover: &Handover,
    (note, promises): (&str, Promises),
    prepared_by: Option<&str>,
) -> Result<(), Problem> {
    let set = "UPDATE handover SET note = $4, promises = $5, version = version + 1";
    let place = "WHERE id = $1 AND county_id = $2 AND version = $3";
    let steps = if prepared_by.is_some() { ", state = 'prepared', prepared_at = $6, prepared_by = $7" } else { "" };
    let sql = Sql::text(format!("{set}{steps} {place}")).bind(handover.id).bind(handover.county_id);
    let sql = sql.bind(handover.version).bind(note).bind(promises);
    tx.run_versioned(match prepared_by {
        Some(name) => sql.bind(tx.now()).bind(name),
        None => sql,
    })
    .await
}

pub async fn receive(tx: &Tx, handover: &Handover) -> Result<(), Problem> {
    let set = "UPDATE handover SET state = 'received', received_at = $4, version = version + 1
               WHERE id = $1 AND county_id = $2 AND version = $3";
    let set = Sql::text(set).bind(handover.id).bind(handover.county_id).bind(handover.version);
    tx.run_versioned(set.bind(tx.now())).await
}

pub async fn confirm(tx: &Tx, handover: &Handover, name: &str) -> Result<(), Problem> {
    let set = "UPDATE handover SET state = 'confirmed', confirmed_at = $4, confirmed_by = $5, version = version + 1
               WHERE id = $1 AND county_id = $2 AND version = $3";
    let set = Sql::text(set).bind(handover.id).bind(handover.county_id).bind(handover.version);
    tx.run_versioned(set.bind(tx.now()).bind(name)).await
}

pub async fn not_met(tx: &Tx, handover: &Handover) -> Result<(), Problem> {
    let set = "UPDATE handover SET unmet_at = $4, version = version + 1
               WHERE id = $1 AND county_id = $2 AND version = $3";
    let set = Sql::text(set).bind(handover.id).bind(handover.county_id).bind(handover.version);
    tx.run_versioned(set.bind(tx.now())).await
}
