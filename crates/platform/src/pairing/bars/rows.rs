//! The table of what speaks against pairings.

use super::{BarFilter, NewBar, Settled};
use crate::many::among;
use crate::org::Area;
use crate::registry::Client;
use kernel::authz::{AskPairings, WritePairings};
use kernel::id::{AccountId, BarId, ClientId, OfficialId, PairingId, RoundId, UnitId};
use kernel::words::{AreaLevel, BarGround, BarKind, BarState};
use kernel::{Actor, AreaCode, AreaPath, Cursor, Day, Instant, Limit, Problem, Right, Scope, still_as_read};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Columns, Db, Sql, Tx};

/// Something that speaks against a pairing, with the names of those it is about. Sensitive: for who pairs, and for the client
/// that asked.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "PairingBar")]
pub struct Bar {
    /// Which one.
    pub id: BarId,
    /// The county of the client, or of the unit.
    pub county_id: AreaCode,
    /// What it is.
    pub kind: BarKind,
    /// Why an official stands back.
    pub ground: Option<BarGround>,
    /// Where it stands.
    pub state: BarState,
    /// The client it is about; none for a unit.
    pub client_id: Option<ClientId>,
    /// The client's name.
    pub client_name: Option<String>,
    /// Where the client lies.
    #[serde(skip)]
    pub client_path: Option<AreaPath>,
    /// The official it is about.
    pub official_id: Option<OfficialId>,
    /// Their name.
    pub official_name: Option<String>,
    /// Their unit, or the unit that is left out.
    pub unit_name: Option<String>,
    /// That unit, when it is left out.
    pub unit_id: Option<UnitId>,
    /// In words: the particulars, or why.
    pub note: String,
    /// What the client was told.
    pub answer: String,
    /// The account of the liaison who asked.
    #[serde(skip)]
    pub asked_by: Option<AccountId>,
    /// Who entered it.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while no end is known.
    pub until_day: Option<Day>,
    /// The pairing that it speaks against, while that holds: somebody is to be found for the client.
    pub pairing_id: Option<PairingId>,
    /// For `If-Match`.
    pub version: i64,
}

impl Bar {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, "这条登记")
    }

    /// Whether it speaks against a pairing on `day`.
    #[must_use]
    pub fn on(&self, day: Day) -> bool {
        matches!(self.state, BarState::Pending | BarState::Held)
            && self.from_day <= day
            && self.until_day.is_none_or(|last| last >= day)
    }
}

/// A bar with the names; the pairing is the one it speaks against on the day `$1`.
const BAR: &str =
    "SELECT pairing_bar.*, client.name AS client_name, client.area_path AS client_path, official.name AS official_name,
            unit.name AS unit_name,
            (SELECT pairing.id FROM pairing WHERE pairing.client_id = pairing_bar.client_id
               AND NOT (pairing.county_id <> pairing_bar.county_id)
               AND (pairing_bar.official_id IS NULL OR pairing.official_id = pairing_bar.official_id)
               AND pairing.from_day <= $1 AND (pairing.until_day IS NULL OR pairing.until_day >= $1)
             ORDER BY pairing.from_day, pairing.id LIMIT 1) AS pairing_id
     FROM pairing_bar
     LEFT JOIN client ON client.id = pairing_bar.client_id AND client.county_id = pairing_bar.county_id
     LEFT JOIN official ON official.id = pairing_bar.official_id AND official.county_id = pairing_bar.official_county_id
     LEFT JOIN unit ON unit.id = COALESCE(pairing_bar.unit_id, official.unit_id)
       AND unit.county_id = COALESCE(official.county_id, pairing_bar.county_id)";
const PLACE: Columns = Columns {
    area: Some("COALESCE(client.area_path, unit.area_path)"),
    county: Some("pairing_bar.county_id"),
    client: Some("pairing_bar.client_id"),
    ..Columns::NONE
};
const STANDING: &str = "pairing_bar.state IN ('pending', 'held')";

/// What an official is not shown: that a client asked for another than them.
fn not_about(sql: &mut Sql, reader: &Actor) -> String {
    match reader.official {
        Some(own) => {
            format!("NOT (pairing_bar.kind = 'change' AND pairing_bar.official_id = {})", sql.place(own))
        }
        None => "TRUE".to_owned(),
    }
}

/// The first rows of an index on county: there are few of them, and they stand by when they were entered.
pub async fn bars(
    db: &impl Db,
    (scope, reader): (&Scope<WritePairings>, &Actor),
    (filter, area): (&BarFilter, Option<&Area>),
    today: Day,
    limit: Limit,
) -> Result<Vec<Bar>, Problem> {
    let mut sql = Sql::text("").bind(today);
    let mut wanted = vec!["/*scope*/".to_owned(), not_about(&mut sql, reader)];
    if let Some(cursor) = filter.cursor.as_deref() {
        wanted.push(format!("pairing_bar.id < {}", sql.place(Cursor::key::<BarId>(cursor)?)));
    }
    if let Some(area) = area {
        wanted.extend(within(&mut sql, area, "pairing_bar.county_id", "COALESCE(client.area_path, unit.area_path)"));
    }
    if let Some(kind) = filter.kind {
        wanted.push(format!("pairing_bar.kind = {}", sql.place(kind)));
    }
    if let Some(state) = filter.state {
        wanted.push(format!("pairing_bar.state = {}", sql.place(state)));
    }
    if let Some(client) = filter.client {
        wanted.push(format!("pairing_bar.client_id = {}", sql.place(client)));
    }
    if let Some(official) = filter.official {
        wanted.push(format!("pairing_bar.official_id = {}", sql.place(official)));
    }
    if let Some(day) = filter.on {
        let day = sql.place(day);
        wanted.push(format!(
            "{STANDING} AND pairing_bar.from_day <= {day} AND (pairing_bar.until_day IS NULL OR pairing_bar.until_day >= {day})"
        ));
    }
    let most = sql.place(limit.probe());
    let text = format!("{BAR} WHERE {} ORDER BY pairing_bar.id DESC LIMIT {most}", wanted.join(" AND "));
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

/// The conditions that a row lies in an area: a county is a column of its own.
pub fn within(sql: &mut Sql, area: &Area, county: &str, path: &str) -> Vec<String> {
    let mut wanted = Vec::new();
    if matches!(area.level, AreaLevel::County | AreaLevel::Town) {
        wanted.push(format!("{county} = {}", sql.place(area.county_id)));
    }
    if area.level != AreaLevel::County {
        let (from, end) = (sql.place(area.path.clone()), sql.place(area.path.end()));
        wanted.push(format!("{path} >= {from} AND {path} < {end}"));
    }
    wanted
}

pub async fn bar(
    db: &impl Db,
    (scope, reader): (&Scope<WritePairings>, &Actor),
    id: BarId,
    today: Day,
) -> Result<Option<Bar>, Problem> {
    let mut sql = Sql::text("").bind(today).bind(id);
    let not_about = not_about(&mut sql, reader);
    let text = format!("{BAR} WHERE pairing_bar.id = $2 AND {not_about} AND /*scope*/");
    db.one(sql.say(text).scoped(scope, PLACE)).await
}

/// What a client asked, the latest first.
pub async fn asked<R: Right>(db: &impl Db, scope: &Scope<R>, client: &Client, today: Day) -> Result<Vec<Bar>, Problem> {
    let text = format!(
        "{BAR} WHERE pairing_bar.client_id = $2 AND pairing_bar.county_id = $3 AND pairing_bar.asked_by IS NOT NULL
           AND /*scope*/ ORDER BY pairing_bar.id DESC LIMIT 10"
    );
    db.all(Sql::text(text).bind(today).bind(client.id).bind(client.county_id).scoped(scope, PLACE)).await
}

/// One that a client's own people asked.
pub async fn own(db: &impl Db, scope: &Scope<AskPairings>, id: BarId, today: Day) -> Result<Option<Bar>, Problem> {
    let text = format!("{BAR} WHERE pairing_bar.id = $2 AND pairing_bar.asked_by IS NOT NULL AND /*scope*/");
    db.one(Sql::text(text).bind(today).bind(id).scoped(scope, PLACE)).await
}

/// One that was told of, wherever it lies: for who carries the news.
pub async fn told(db: &impl Db, county: AreaCode, id: BarId, today: Day) -> Result<Option<Bar>, Problem> {
    let text = format!("{BAR} WHERE pairing_bar.id = $2 AND pairing_bar.county_id = $3");
    db.one(Sql::text(text).bind(today).bind(id).bind(county)).await
}

/// How many requests wait, counted up to `most`.
pub async fn pending(
    db: &impl Db,
    (scope, reader): (&Scope<WritePairings>, &Actor),
    most: i64,
) -> Result<i64, Problem> {
    let mut sql = Sql::text("");
    let (not_about, most) = (not_about(&mut sql, reader), sql.place(most));
    // A request is always about a client.
    let text = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM pairing_bar
           JOIN client ON client.id = pairing_bar.client_id AND client.county_id = pairing_bar.county_id
         WHERE pairing_bar.state = 'pending' AND {not_about} AND /*scope*/ LIMIT {most}) counted"
    );
    let place = Columns { area: Some("client.area_path"), ..PLACE };
    Ok(db.value(sql.say(text).scoped(scope, place)).await?.unwrap_or(0))
}

/// What may speak against pairing some client with some official: enough to decide and to say it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Against {
    pub id: BarId,
    pub kind: BarKind,
    pub ground: Option<BarGround>,
    pub client_id: Option<ClientId>,
    pub official_id: Option<OfficialId>,
    pub unit_id: Option<UnitId>,
    pub from_day: Day,
    pub until_day: Option<Day>,
}

const AGAINST: &str = "SELECT pairing_bar.id, pairing_bar.kind, pairing_bar.ground, pairing_bar.client_id,
                              pairing_bar.official_id, pairing_bar.unit_id, pairing_bar.from_day, pairing_bar.until_day
                       FROM pairing_bar";

/// What stands about these clients, now or later.
pub async fn about_clients(db: &impl Db, clients: &[ClientId]) -> Result<Vec<Against>, Problem> {
    let text = |list: &str| format!("{AGAINST} WHERE pairing_bar.client_id IN ({list}) AND {STANDING}");
    among(db, clients, text).await
}

/// What stands about these units, now or later.
pub async fn about_units(db: &impl Db, units: &[UnitId]) -> Result<Vec<Against>, Problem> {
    among(db, units, |list| format!("{AGAINST} WHERE pairing_bar.unit_id IN ({list}) AND {STANDING}")).await
}

/// Everything that stands about clients of an area on a day.
pub async fn of_area<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    area: Option<&Area>,
    day: Day,
) -> Result<Vec<Against>, Problem> {
    let mut sql = Sql::text("").bind(day);
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(area) = area {
        wanted.extend(within(&mut sql, area, "pairing_bar.county_id", "client.area_path"));
    }
    let text = format!(
        "{AGAINST} JOIN client ON client.id = pairing_bar.client_id AND client.county_id = pairing_bar.county_id
         WHERE {STANDING} AND pairing_bar.from_day <= $1 AND (pairing_bar.until_day IS NULL OR pairing_bar.until_day >= $1)
           AND {} ORDER BY pairing_bar.id",
        wanted.join(" AND ")
    );
    db.all(sql.say(text).scoped(scope, Columns { area: Some("client.area_path"), ..PLACE })).await
}

/// Every unit that is left out on a day: no secret among colleagues, since it may be of a city's or a county's.
pub async fn units_out(db: &impl Db, day: Day) -> Result<Vec<Against>, Problem> {
    let text = format!(
        "{AGAINST} WHERE pairing_bar.unit_id IS NOT NULL AND {STANDING} AND pairing_bar.from_day <= $1
           AND (pairing_bar.until_day IS NULL OR pairing_bar.until_day >= $1) ORDER BY pairing_bar.id"
    );
    db.all(Sql::text(text).bind(day)).await
}

/// Enters one: where it belongs, what it is, in which state, who asked.
pub async fn insert(
    tx: &Tx,
    county: AreaCode,
    (new, official_county): (&NewBar, Option<AreaCode>),
    state: BarState,
    (asked_by, made_by): (Option<AccountId>, &str),
) -> Result<BarId, Problem> {
    let id = BarId::mint(tx.now());
    let insert = "INSERT INTO pairing_bar (id, county_id, kind, ground, state, client_id, official_id, official_county_id, unit_id,
                                           note, asked_by, made_by, made_at, from_day, until_day)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let insert = Sql::text(insert).bind(id).bind(county).bind(new.kind).bind(new.ground).bind(state).bind(new.client);
    let insert = insert.bind(new.official).bind(official_county).bind(new.unit).bind(new.note.as_str()).bind(asked_by);
    tx.run(insert.bind(made_by).bind(tx.now()).bind(new.from).bind(new.until)).await?;
    Ok(id)
}

pub async fn settle(tx: &Tx, bar: &Bar, settled: &Settled) -> Result<(), Problem> {
    let settle = "UPDATE pairing_bar SET state = $4, answer = $5, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3";
    let settle = Sql::text(settle).bind(bar.id).bind(bar.county_id).bind(bar.version);
    tx.run_versioned(settle.bind(settled.state).bind(settled.answer.as_str())).await
}

pub async fn end(tx: &Tx, bar: &Bar, last: Day) -> Result<(), Problem> {
    let end = "UPDATE pairing_bar SET until_day = $4, version = version + 1 WHERE id = $1 AND county_id = $2 AND version = $3";
    tx.run_versioned(Sql::text(end).bind(bar.id).bind(bar.county_id).bind(bar.version).bind(last)).await
}

/// The requests of a client that wait and that the end of this pairing grants.
pub async fn granted_by_end(tx: &Tx, client: (ClientId, AreaCode), official: OfficialId) -> Result<Vec<Bar>, Problem> {
    let text = format!(
        "{BAR} WHERE pairing_bar.client_id = $2 AND pairing_bar.county_id = $3 AND pairing_bar.state = 'pending'
           AND (pairing_bar.official_id IS NULL OR pairing_bar.official_id = $4)"
    );
    tx.all(Sql::text(text).bind(tx.now().date_naive()).bind(client.0).bind(client.1).bind(official)).await
}

/// The requests for another commissioner that wait and that a round has granted: somebody else leads by it.
pub async fn granted_by_round(tx: &Tx, round: RoundId) -> Result<Vec<Bar>, Problem> {
    let text = format!(
        "{BAR} WHERE pairing_bar.kind = 'change' AND pairing_bar.state = 'pending' AND EXISTS (
           SELECT 1 FROM pairing WHERE pairing.client_id = pairing_bar.client_id AND pairing.county_id = pairing_bar.county_id
             AND pairing.round_id = $2 AND pairing.part = 'lead' AND pairing.official_id <> pairing_bar.official_id)
         ORDER BY pairing_bar.id"
    );
    tx.all(Sql::text(text).bind(tx.now().date_naive()).bind(round)).await
}
