//! The tables of contacts, of who took part, and of what came of them.

use super::Notes;
use crate::org::Official;
use crate::registry::Client;
use kernel::authz::{AnswerContacts, PlanContacts, ReadContacts};
use kernel::id::{ClientId, ContactId, DemandId, EventId, OfficialId, UnitId};
use kernel::words::{ContactKind, ContactSide, ContactState, YieldKind};
use kernel::{Actor, AreaCode, AreaPath, Cursor, Day, Instant, Limit, Problem, Right, Scope, still_as_read};
use rules::contact::{self, Standing};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Tx};

/// A time somebody was or will be in touch with a client.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Contact {
    /// Which contact.
    pub id: ContactId,
    /// The client's county.
    pub county_id: AreaCode,
    /// With whom.
    pub client_id: ClientId,
    /// The client's name of then.
    pub client_name: String,
    /// The path of the client's area.
    #[serde(skip)]
    pub area_path: AreaPath,
    /// By which way.
    pub kind: ContactKind,
    /// How far it has come.
    pub state: ContactState,
    /// Who has to answer, while it is planned.
    pub turn: Option<ContactSide>,
    /// Who wished for it first.
    pub opened_by: ContactSide,
    /// Whose contact it is: the commissioner, or who stood in.
    pub official_id: OfficialId,
    /// The county they belong to.
    #[serde(skip)]
    pub official_county_id: AreaCode,
    /// Their name.
    pub official_name: String,
    /// The unit they held then.
    pub unit_id: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The day it is planned for, or was held on.
    pub day: Day,
    /// The time, where one was agreed.
    pub hour: String,
    /// What it is about.
    pub purpose: String,
    /// The last word of one side to the other: why not, why otherwise.
    pub said: String,
    /// What was spoken of.
    pub note: String,
    /// Whether the client must consent first and has not yet.
    pub wants_consent: bool,
    /// When it was written down.
    pub recorded_at: Option<Instant>,
    /// When the client's liaison confirmed it.
    pub confirmed_at: Option<Instant>,
    /// Their name.
    pub confirmed_by: Option<String>,
    /// When the client's liaison said that it was not.
    pub denied_at: Option<Instant>,
    /// How many things came of it.
    pub yields: i64,
    /// The day for which it counts; none as long as it does not.
    pub counted_on: Option<Day>,
    /// When it was made.
    pub made_at: Instant,
    /// For `If-Match`.
    pub version: i64,
}

impl Contact {
    /// Its page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/contacts/{}", self.id)
    }

    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("与“{}”的联系", self.client_name))
    }

    /// Where it stands, as the rules read it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing {
            kind: self.kind,
            state: self.state,
            turn: self.turn,
            day: self.day,
            wants_consent: self.wants_consent,
            confirmed: self.confirmed_at.is_some(),
            denied: self.denied_at.is_some(),
            yields: u32::try_from(self.yields).unwrap_or(0),
        }
    }

    /// A contact that one side begins, for an hour and a purpose, as the rules have decided; in whose name and when.
    pub(super) fn begun(
        (client, official): (&Client, &Official),
        (by, hour, purpose): (ContactSide, String, String),
        standing: &Standing,
        (name, now): (&str, Instant),
    ) -> Self {
        let mut contact = Self {
            id: ContactId::mint(now),
            county_id: client.county_id,
            client_id: client.id,
            client_name: client.name.clone(),
            area_path: client.area_path.clone(),
            kind: standing.kind,
            state: standing.state,
            turn: standing.turn,
            opened_by: by,
            official_id: official.id,
            official_county_id: official.county_id,
            official_name: official.name.clone(),
            unit_id: official.unit_id,
            unit_name: official.unit_name.clone(),
            day: standing.day,
            hour,
            purpose,
            said: String::new(),
            note: String::new(),
            wants_consent: false,
            recorded_at: None,
            confirmed_at: None,
            confirmed_by: None,
            denied_at: None,
            yields: 0,
            counted_on: None,
            made_at: now,
            version: 1,
        };
        contact.follow(standing, (name, now));
        contact
    }

    /// Lets it stand as the rules have decided.
    pub(super) fn follow(&mut self, next: &Standing, (by, now): (&str, Instant)) {
        (self.kind, self.state, self.turn, self.day) = (next.kind, next.state, next.turn, next.day);
        self.wants_consent = next.wants_consent;
        if next.confirmed && self.confirmed_at.is_none() {
            (self.confirmed_at, self.confirmed_by) = (Some(now), Some(by.to_owned()));
        }
        self.denied_at = next.denied.then(|| self.denied_at.unwrap_or(now));
        if next.state == ContactState::Recorded {
            self.recorded_at = self.recorded_at.or(Some(now));
        }
        self.yields = i64::from(next.yields);
        self.counted_on = contact::counts(next).then_some(next.day);
    }
}

/// Somebody who took part, with the unit they held then.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Participant {
    /// Who.
    pub official_id: OfficialId,
    /// Their name.
    pub name: String,
    /// Their unit then.
    pub unit_id: UnitId,
    /// Its name then.
    pub unit_name: String,
    /// Their post then.
    pub title: String,
}

/// Something that came of a contact.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Yielded {
    /// What it is.
    pub kind: YieldKind,
    /// In words.
    pub text: String,
    /// The demand, when it is one.
    pub demand_id: Option<DemandId>,
    /// The number people call it by.
    pub demand_number: Option<String>,
    /// When.
    pub at: Instant,
}

/// Which contacts to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct ContactFilter {
    /// With this client.
    pub client: Option<ClientId>,
    /// Of this official.
    pub official: Option<OfficialId>,
    /// By this way.
    pub kind: Option<ContactKind>,
    /// That have come so far.
    pub state: Option<ContactState>,
    /// On this day or later.
    pub from: Option<Day>,
    /// On this day or earlier.
    pub to: Option<Day>,
    /// That wait for the reader: to be answered, written down or confirmed.
    #[serde(default)]
    pub waiting: bool,
    /// That lie ahead, the soonest first.
    #[serde(default)]
    pub ahead: bool,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const COLUMNS: &[&str] = &[
    "id",
    "county_id",
    "client_id",
    "client_name",
    "area_path",
    "kind",
    "state",
    "turn",
    "opened_by",
    "official_id",
    "official_county_id",
    "official_name",
    "unit_id",
    "unit_name",
    "day",
    "hour",
    "purpose",
    "said",
    "note",
    "wants_consent",
    "recorded_at",
    "confirmed_at",
    "confirmed_by",
    "denied_at",
    "yields",
    "counted_on",
    "made_at",
    "version",
];
const PLACE: Columns = Columns {
    area: Some("contact.area_path"),
    county: Some("contact.county_id"),
    client: Some("contact.client_id"),
    ..Columns::NONE
};

fn selected() -> String {
    let columns: Vec<String> = COLUMNS.iter().map(|column| format!("contact.{column}")).collect();
    format!("SELECT {} FROM contact", columns.join(", "))
}

/// So long the liaison is asked to confirm, in days.
const ASKED: chrono::Days = chrono::Days::new(30);

/// What waits for the actor, for each of the sides they stand on; never more than they reach.
fn waiting(sql: &mut Sql, actor: &Actor, today: Day) -> Option<String> {
    let mut ways = Vec::new();
    if actor.scope::<PlanContacts>().is_some() {
        let today = sql.place(today);
        ways.push(format!(
            "(contact.turn = 'commissioner' OR (contact.state IN ('agreed', 'held') AND contact.day <= {today}))"
        ));
    }
    if actor.scope::<AnswerContacts>().is_some() {
        let since = sql.place(today.checked_sub_days(ASKED).unwrap_or(today));
        ways.push(format!(
            "(contact.turn = 'client' OR (contact.state IN ('held', 'recorded') AND contact.confirmed_at IS NULL
               AND contact.denied_at IS NULL AND contact.day >= {since}))"
        ));
    }
    (!ways.is_empty()).then(|| format!("({})", ways.join(" OR ")))
}

/// How many wait for the actor.
pub fn waiting_count(actor: &Actor, today: Day) -> Option<Sql> {
    let scope = actor.scope::<ReadContacts>()?;
    let mut sql = Sql::text("");
    let waits = waiting(&mut sql, actor, today)?;
    let text =
        format!("SELECT COUNT(*) FROM (SELECT 1 FROM contact WHERE /*scope*/ AND {waits} LIMIT 1000) waiting_contact");
    Some(sql.say(text).scoped(&scope, PLACE))
}

/// The first rows of an index on a place and the day.
pub async fn contacts(
    db: &impl Db,
    (scope, actor): (&Scope<ReadContacts>, &Actor),
    filter: &ContactFilter,
    today: Day,
    limit: Limit,
) -> Result<Vec<Contact>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(cursor) = filter.cursor.as_deref() {
        let (day, id) = Cursor::key::<(Day, ContactId)>(cursor)?;
        let sign = if filter.ahead { ">" } else { "<" };
        wanted.push(format!("(contact.day, contact.id) {sign} ({}, {})", sql.place(day), sql.place(id)));
    }
    let mut equals = |column: &str, value: Option<sea_orm::Value>| {
        if let Some(value) = value {
            wanted.push(format!("contact.{column} = {}", sql.place(value)));
        }
    };
    equals("client_id", filter.client.map(Into::into));
    equals("official_id", filter.official.map(Into::into));
    equals("kind", filter.kind.map(Into::into));
    equals("state", filter.state.map(Into::into));
    if let Some(from) = filter.from {
        wanted.push(format!("contact.day >= {}", sql.place(from)));
    }
    if let Some(to) = filter.to {
        wanted.push(format!("contact.day <= {}", sql.place(to)));
    }
    if filter.ahead {
        wanted.push(format!("contact.state IN ('planned', 'agreed') AND contact.day >= {}", sql.place(today)));
    }
    if filter.waiting {
        wanted.push(waiting(&mut sql, actor, today).unwrap_or_else(|| "FALSE".to_owned()));
    }
    let order = if filter.ahead { "contact.day, contact.id" } else { "contact.day DESC, contact.id DESC" };
    let (most, wanted) = (sql.place(limit.probe()), wanted.join(" AND "));
    let text = format!("{} WHERE {wanted} ORDER BY {order} LIMIT {most}", selected());
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn contact<R: Right>(db: &impl Db, scope: &Scope<R>, id: ContactId) -> Result<Option<Contact>, Problem> {
    let text = format!("{} WHERE contact.id = $1 AND /*scope*/", selected());
    db.one(Sql::text(text).bind(id).scoped(scope, PLACE)).await
}

pub async fn told(db: &impl Db, county: AreaCode, id: ContactId) -> Result<Option<Contact>, Problem> {
    let text = format!("{} WHERE contact.id = $1 AND contact.county_id = $2", selected());
    db.one(Sql::text(text).bind(id).bind(county)).await
}

pub async fn participants(db: &impl Db, contact: &Contact) -> Result<Vec<Participant>, Problem> {
    let sql = "SELECT official_id, name, unit_id, unit_name, title FROM contact_participant
               WHERE contact_id = $1 AND county_id = $2 ORDER BY place";
    db.all(Sql::text(sql).bind(contact.id).bind(contact.county_id)).await
}

pub async fn yielded(db: &impl Db, contact: &Contact) -> Result<Vec<Yielded>, Problem> {
    let sql = "SELECT kind, text, demand_id, demand_number, at FROM contact_yield
               WHERE contact_id = $1 AND county_id = $2 ORDER BY at, id";
    db.all(Sql::text(sql).bind(contact.id).bind(contact.county_id)).await
}

pub async fn insert(tx: &Tx, contacts: &[Contact]) -> Result<(), Problem> {
    let row = |contact: &Contact| {
        let row = Row::new().bind(contact.id).bind(contact.county_id).bind(contact.client_id);
        let row = row.bind(contact.client_name.as_str()).bind(contact.area_path.clone()).bind(contact.kind);
        let row = row.bind(contact.state).bind(contact.turn).bind(contact.opened_by).bind(contact.official_id);
        let row = row.bind(contact.official_county_id).bind(contact.official_name.as_str()).bind(contact.unit_id);
        let row = row.bind(contact.unit_name.as_str()).bind(contact.day).bind(contact.hour.as_str());
        let row = row.bind(contact.purpose.as_str()).bind(contact.said.as_str()).bind(contact.note.as_str());
        let row = row.bind(contact.wants_consent).bind(contact.recorded_at).bind(contact.confirmed_at);
        let row = row.bind(contact.confirmed_by.clone()).bind(contact.denied_at).bind(contact.yields);
        row.bind(contact.counted_on).bind(contact.made_at).bind(contact.version)
    };
    tx.insert_many("contact", COLUMNS, contacts.iter().map(row).collect::<Vec<_>>()).await.map(drop)
}

/// Saves a contact as a step has left it, against the version that the step was decided on.
pub async fn save(tx: &Tx, contact: &Contact) -> Result<(), Problem> {
    let save = "UPDATE contact SET kind = $4, state = $5, turn = $6, day = $7, hour = $8, said = $9, note = $10,
                  wants_consent = $11, recorded_at = $12, confirmed_at = $13, confirmed_by = $14, denied_at = $15, yields = $16,
                  counted_on = $17, official_id = $18, official_county_id = $19, official_name = $20, unit_id = $21,
                  unit_name = $22, version = version + 1
                WHERE id = $1 AND county_id = $2 AND version = $3";
    let save = Sql::text(save).bind(contact.id).bind(contact.county_id).bind(contact.version);
    let save = save.bind(contact.kind).bind(contact.state).bind(contact.turn).bind(contact.day);
    let save = save.bind(contact.hour.as_str()).bind(contact.said.as_str()).bind(contact.note.as_str());
    let save = save.bind(contact.wants_consent).bind(contact.recorded_at).bind(contact.confirmed_at);
    let save = save.bind(contact.confirmed_by.clone()).bind(contact.denied_at).bind(contact.yields);
    let save = save.bind(contact.counted_on).bind(contact.official_id).bind(contact.official_county_id);
    let save = save.bind(contact.official_name.as_str()).bind(contact.unit_id).bind(contact.unit_name.as_str());
    tx.run_versioned(save).await
}

/// Keeps who took part, as they are today, whose contact it is first.
pub async fn take_part(tx: &Tx, contact: &Contact, officials: &[Official]) -> Result<(), Problem> {
    let rows: Vec<Row> = (1..).zip(officials).map(|(place, one)| participant(contact, one, place)).collect();
    tx.insert_many("contact_participant", PARTICIPANT, rows).await.map(drop)
}

const PARTICIPANT: &[&str] =
    &["contact_id", "county_id", "official_id", "place", "name", "unit_id", "unit_name", "title"];

fn participant(contact: &Contact, one: &Official, place: i64) -> Row {
    let row = Row::new().bind(contact.id).bind(contact.county_id).bind(one.id).bind(place).bind(one.name.as_str());
    row.bind(one.unit_id).bind(one.unit_name.as_str()).bind(one.title.clone().unwrap_or_default())
}

/// Keeps of many contacts who was there and what was said to have come of it, each at its moment.
pub async fn keep_many(tx: &Tx, contacts: &[(&Contact, &Official, &Notes)]) -> Result<(), Problem> {
    let there = contacts.iter().map(|(contact, official, _)| participant(contact, official, 1));
    tx.insert_many("contact_participant", PARTICIPANT, there.collect::<Vec<_>>()).await?;
    let told = |(contact, _, notes): &(&Contact, &Official, &Notes)| {
        yields(contact, notes, contact.recorded_at.unwrap_or(contact.made_at))
    };
    tx.insert_many("contact_yield", YIELD, contacts.iter().flat_map(told).collect::<Vec<_>>()).await.map(drop)
}

const YIELD: &[&str] = &["id", "county_id", "contact_id", "kind", "text", "demand_id", "demand_number", "at"];

fn yields(contact: &Contact, notes: &Notes, at: Instant) -> Vec<Row> {
    let told = [
        (YieldKind::Answer, &notes.answer),
        (YieldKind::Policy, &notes.policy),
        (YieldKind::Correction, &notes.correction),
    ];
    let row = |(kind, text): (YieldKind, &String)| {
        let row = Row::new().bind(EventId::mint(at)).bind(contact.county_id).bind(contact.id).bind(kind);
        row.bind(text.trim()).bind(None::<DemandId>).bind(None::<String>).bind(at)
    };
    told.into_iter().filter(|(_, text)| !text.trim().is_empty()).map(row).collect()
}

/// Keeps what was said to have come of it.
pub async fn keep_yields(tx: &Tx, contact: &Contact, notes: &Notes) -> Result<(), Problem> {
    tx.insert_many("contact_yield", YIELD, yields(contact, notes, tx.now())).await.map(drop)
}

/// Keeps the demand that came of it.
pub async fn keep_demand(tx: &Tx, contact: &Contact, demand: (DemandId, &str, &str)) -> Result<(), Problem> {
    let row = Row::new().bind(EventId::mint(tx.now())).bind(contact.county_id).bind(contact.id);
    let row = row.bind(YieldKind::Demand).bind(demand.2).bind(Some(demand.0)).bind(Some(demand.1.to_owned()));
    tx.insert_many("contact_yield", YIELD, [row.bind(tx.now())]).await.map(drop)
}
