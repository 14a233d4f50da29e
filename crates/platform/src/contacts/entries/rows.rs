//! The table of entries.

use crate::contacts::Contact;
use kernel::authz::ReadEntries;
use kernel::id::{ClientId, ContactId, EntryId, UnitId};
use kernel::words::{EntryKind, InspectionGround};
use kernel::{AreaCode, AreaPath, Cursor, Day, Instant, Limit, Problem, Right, Scope, still_as_read};
use rules::contact::Quarter;
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Tx};

/// Somebody's coming to a client.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Entry {
    /// Which.
    pub id: EntryId,
    /// The client's county.
    pub county_id: AreaCode,
    /// To whom.
    pub client_id: ClientId,
    /// The client's name of then.
    pub client_name: String,
    /// The path of the client's area.
    #[serde(skip)]
    pub area_path: AreaPath,
    /// What for.
    pub kind: EntryKind,
    /// Whether an inspection is planned or follows a clue.
    pub ground: InspectionGround,
    /// The contact, when it is a visit.
    pub contact_id: Option<ContactId>,
    /// Which unit comes.
    pub unit_id: UnitId,
    /// Its name of then.
    pub unit_name: String,
    /// On which day.
    pub day: Day,
    /// What it is about.
    pub title: String,
    /// Why the client had to be asked; empty when it had not.
    pub why: String,
    /// Whether the client must consent first and has not yet.
    pub wants_consent: bool,
    /// When the client consented.
    pub consented_at: Option<Instant>,
    /// Who did.
    pub consented_by: Option<String>,
    /// When it was given up, or refused by the client.
    pub dropped_at: Option<Instant>,
    /// Why.
    pub dropped_why: String,
    /// When it was entered.
    pub made_at: Instant,
    /// By whom.
    pub made_by: String,
    /// For `If-Match`.
    pub version: i64,
}

impl Entry {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("{}的入企安排", self.unit_name))
    }
}

/// Which entries to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct EntryFilter {
    /// To this client.
    pub client: Option<ClientId>,
    /// Of this unit.
    pub unit: Option<UnitId>,
    /// Of this kind.
    pub kind: Option<EntryKind>,
    /// On this day or later.
    pub from: Option<Day>,
    /// On this day or earlier.
    pub to: Option<Day>,
    /// That wait for the client's consent.
    #[serde(default)]
    pub asking: bool,
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
    "ground",
    "contact_id",
    "unit_id",
    "unit_name",
    "day",
    "title",
    "why",
    "wants_consent",
    "consented_at",
    "consented_by",
    "dropped_at",
    "dropped_why",
    "made_at",
    "made_by",
    "version",
];
/// Where an entry lies.
pub(super) const PLACE: Columns = Columns {
    area: Some("entry.area_path"),
    county: Some("entry.county_id"),
    unit: Some("entry.unit_id"),
    client: Some("entry.client_id"),
    ..Columns::NONE
};

/// The columns of an entry.
pub(super) fn selected() -> String {
    let columns: Vec<String> = COLUMNS.iter().map(|column| format!("entry.{column}")).collect();
    format!("SELECT {} FROM entry", columns.join(", "))
}

pub async fn entries(
    db: &impl Db,
    scope: &Scope<ReadEntries>,
    filter: &EntryFilter,
    limit: Limit,
) -> Result<Vec<Entry>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(cursor) = filter.cursor.as_deref() {
        let (day, id) = Cursor::key::<(Day, EntryId)>(cursor)?;
        wanted.push(format!("(entry.day, entry.id) < ({}, {})", sql.place(day), sql.place(id)));
    }
    let mut equals = |column: &str, value: Option<sea_orm::Value>| {
        if let Some(value) = value {
            wanted.push(format!("entry.{column} = {}", sql.place(value)));
        }
    };
    equals("client_id", filter.client.map(Into::into));
    equals("unit_id", filter.unit.map(Into::into));
    equals("kind", filter.kind.map(Into::into));
    if let Some(from) = filter.from {
        wanted.push(format!("entry.day >= {}", sql.place(from)));
    }
    if let Some(to) = filter.to {
        wanted.push(format!("entry.day <= {}", sql.place(to)));
    }
    if filter.asking {
        wanted.push("entry.wants_consent AND entry.dropped_at IS NULL".to_owned());
    }
    let (most, wanted) = (sql.place(limit.probe()), wanted.join(" AND "));
    let text = format!("{} WHERE {wanted} ORDER BY entry.day DESC, entry.id DESC LIMIT {most}", selected());
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn entry<R: Right>(db: &impl Db, scope: &Scope<R>, id: EntryId) -> Result<Option<Entry>, Problem> {
    let text = format!("{} WHERE entry.id = $1 AND /*scope*/", selected());
    db.one(Sql::text(text).bind(id).scoped(scope, PLACE)).await
}

pub async fn told(db: &impl Db, county: AreaCode, id: EntryId) -> Result<Option<Entry>, Problem> {
    let text = format!("{} WHERE entry.id = $1 AND entry.county_id = $2", selected());
    db.one(Sql::text(text).bind(id).bind(county)).await
}

/// The days of a quarter on which somebody comes to a client: what was given up, or waits for consent, is no day.
pub async fn days(
    db: &impl Db,
    client: ClientId,
    quarter: Quarter,
    but: Option<ContactId>,
) -> Result<Vec<Day>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        day: Day,
    }
    let sql = "SELECT DISTINCT day FROM entry WHERE client_id = $1 AND day >= $2 AND day <= $3 AND dropped_at IS NULL
                 AND NOT wants_consent AND (contact_id IS NULL OR contact_id IS DISTINCT FROM $4) ORDER BY day";
    let sql = Sql::text(sql).bind(client).bind(quarter.first).bind(quarter.last).bind(but);
    let rows: Vec<Row> = db.all(sql).await?;
    Ok(rows.into_iter().map(|row| row.day).collect())
}

/// Who comes to a client in a span of days.
pub async fn near(
    db: &impl Db,
    client: ClientId,
    (from, to): (Day, Day),
    but: Option<ContactId>,
) -> Result<Vec<Entry>, Problem> {
    let text = format!(
        "{} WHERE entry.client_id = $1 AND entry.day >= $2 AND entry.day <= $3 AND entry.dropped_at IS NULL
           AND (entry.contact_id IS NULL OR entry.contact_id IS DISTINCT FROM $4) ORDER BY entry.day, entry.id LIMIT 20",
        selected()
    );
    db.all(Sql::text(text).bind(client).bind(from).bind(to).bind(but)).await
}

fn row(entry: &Entry) -> Row {
    let row = Row::new().bind(entry.id).bind(entry.county_id).bind(entry.client_id).bind(entry.client_name.as_str());
    let row = row.bind(entry.area_path.clone()).bind(entry.kind).bind(entry.ground).bind(entry.contact_id);
    let row = row.bind(entry.unit_id).bind(entry.unit_name.as_str()).bind(entry.day).bind(entry.title.as_str());
    let row = row.bind(entry.why.as_str()).bind(entry.wants_consent).bind(entry.consented_at);
    let row = row.bind(entry.consented_by.clone()).bind(entry.dropped_at).bind(entry.dropped_why.as_str());
    row.bind(entry.made_at).bind(entry.made_by.as_str()).bind(entry.version)
}

pub async fn insert(tx: &Tx, entries: &[Entry]) -> Result<(), Problem> {
    tx.insert_many("entry", COLUMNS, entries.iter().map(row).collect::<Vec<_>>()).await.map(drop)
}

/// Saves an entry as a step has left it, against the version that the step was decided on.
pub async fn save(tx: &Tx, entry: &Entry) -> Result<(), Problem> {
    let save =
        "UPDATE entry SET wants_consent = $4, consented_at = $5, consented_by = $6, dropped_at = $7, dropped_why = $8,
                  version = version + 1
                WHERE id = $1 AND county_id = $2 AND version = $3";
    let save = Sql::text(save).bind(entry.id).bind(entry.county_id).bind(entry.version).bind(entry.wants_consent);
    let save = save.bind(entry.consented_at).bind(entry.consented_by.clone()).bind(entry.dropped_at);
    tx.run_versioned(save.bind(entry.dropped_why.as_str())).await
}

/// A contact's entry as the contact stands; what was consented to keeps its first consent as long as the day stays.
pub async fn put_of(tx: &Tx, entry: &Entry) -> Result<(), Problem> {
    let put = "UPDATE entry SET unit_id = $3, unit_name = $4, title = $5, why = $6, wants_consent = $7,
                 consented_at = CASE WHEN day = $8 THEN COALESCE(consented_at, $9) ELSE $9 END,
                 consented_by = CASE WHEN day = $8 THEN COALESCE(consented_by, $10) ELSE $10 END,
                 day = $8, dropped_at = NULL, version = version + 1
               WHERE contact_id = $1 AND county_id = $2";
    let put = Sql::text(put).bind(entry.contact_id).bind(entry.county_id).bind(entry.unit_id);
    let put = put.bind(entry.unit_name.as_str()).bind(entry.title.as_str()).bind(entry.why.as_str());
    let put = put.bind(entry.wants_consent).bind(entry.day).bind(entry.consented_at);
    if tx.run(put.bind(entry.consented_by.clone())).await? == 0 {
        insert(tx, std::slice::from_ref(entry)).await?;
    }
    Ok(())
}

/// A contact that is no visit any more, or is off, takes nothing from the budget.
pub async fn drop_of(tx: &Tx, contact: &Contact) -> Result<(), Problem> {
    let gone = "UPDATE entry SET dropped_at = $3, version = version + 1
                WHERE contact_id = $1 AND county_id = $2 AND dropped_at IS NULL";
    tx.run(Sql::text(gone).bind(contact.id).bind(contact.county_id).bind(tx.now())).await.map(drop)
}
