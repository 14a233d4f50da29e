//! The table of rhythms: of each client that was ever paired or said something, when the next visit is due. Kept as reckoned,
//! so that a list reads nothing that it does not show.

use super::{DueFilter, DueView};
use crate::registry::Client;
use kernel::authz::ReadVisits;
use kernel::id::{ClientId, OfficialId, UnitId};
use kernel::words::{ClientKind, ContactSide, VisitExcuse};
use kernel::{AreaCode, AreaPath, Cursor, Day, Limit, Problem, Scope, still_as_read};
use rules::contact::Quiet;
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Columns, Db, Sql, Tx};

/// How the visits to a client stand: when the next is due, what the client asked for, what speaks against going.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Rhythm {
    /// Of which client.
    pub client_id: ClientId,
    /// Its county.
    pub county_id: AreaCode,
    /// Its name.
    pub client_name: String,
    /// What it is.
    pub kind: ClientKind,
    /// Its commissioner; none when it has none today.
    pub official_id: Option<OfficialId>,
    /// Their name.
    pub official_name: Option<String>,
    /// Their unit.
    pub unit_name: Option<String>,
    /// Since when they look after it.
    pub since_day: Option<Day>,
    /// The last contact that counted: a visit, or a call where the client asked for calls.
    pub last_on: Option<Day>,
    /// The next that is planned.
    pub planned_on: Option<Day>,
    /// Once in so many months.
    pub months: i64,
    /// By which day; none without a commissioner.
    pub due_day: Option<Day>,
    /// Whether holidays are reckoned with: false where the year's notice is not out.
    pub sure: bool,
    /// Once in so many months, as the client asked; none: as usual.
    pub wish_months: Option<i64>,
    /// Whether the client would rather be called.
    pub wish_calls: bool,
    /// In the client's words.
    pub wish_words: String,
    /// Who said so: the client itself, or its commissioner for it. None: nobody said anything.
    pub wish_side: Option<ContactSide>,
    /// Their name.
    pub wish_by: Option<String>,
    /// Why nobody goes now.
    pub excuse: Option<VisitExcuse>,
    /// In words.
    pub excuse_words: String,
    /// The last day of that.
    pub excuse_until: Option<Day>,
    /// Who said so.
    pub excuse_side: Option<ContactSide>,
    /// Their name.
    pub excuse_by: Option<String>,
    /// For `If-Match`; 0 while nobody said anything.
    pub version: i64,
}

impl Rhythm {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("“{}”的走访意愿", self.client_name))
    }

    /// Why nobody goes on `today`, where there is a reason.
    #[must_use]
    pub fn excused(&self, today: Day) -> Option<VisitExcuse> {
        self.excuse.filter(|_| self.excuse_until.is_some_and(|until| until >= today))
    }

    /// Whether it is time to go, and nothing is planned.
    #[must_use]
    pub fn is_due(&self, today: Day) -> bool {
        self.due_day.is_some_and(|day| day <= today) && !self.is_planned(today)
    }

    /// Whether a visit lies ahead.
    #[must_use]
    pub fn is_planned(&self, today: Day) -> bool {
        self.planned_on.is_some_and(|day| day >= today)
    }
}

const PLACE: Columns = Columns {
    area: Some("visit_rhythm.area_path"),
    county: Some("visit_rhythm.county_id"),
    unit: Some("visit_rhythm.unit_id"),
    client: Some("visit_rhythm.client_id"),
    ..Columns::NONE
};

const SHOWN: &str = "client.id AS client_id, client.county_id, client.name AS client_name, client.kind, visit_rhythm.official_id,
    official.name AS official_name, unit.name AS unit_name, visit_rhythm.since_day, visit_rhythm.last_on, visit_rhythm.planned_on,
    CAST(COALESCE(visit_rhythm.months, 0) AS BIGINT) AS months, visit_rhythm.due_day, COALESCE(visit_rhythm.sure, FALSE) AS sure,
    visit_rhythm.wish_months, COALESCE(visit_rhythm.wish_calls, FALSE) AS wish_calls,
    COALESCE(visit_rhythm.wish_words, '') AS wish_words, visit_rhythm.wish_side, visit_rhythm.wish_by, visit_rhythm.excuse,
    COALESCE(visit_rhythm.excuse_words, '') AS excuse_words, visit_rhythm.excuse_until, visit_rhythm.excuse_side,
    visit_rhythm.excuse_by, CAST(COALESCE(visit_rhythm.version, 0) AS BIGINT) AS version";
const WHOSE: &str =
    "LEFT JOIN official ON official.id = visit_rhythm.official_id AND official.county_id = visit_rhythm.official_county_id
     LEFT JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id";

/// What a view shows, as a condition.
fn condition(sql: &mut Sql, view: DueView, today: Day) -> String {
    let now = sql.place(today);
    let ahead = today.checked_add_days(super::AHEAD).unwrap_or(today);
    match view {
        DueView::Now => format!("visit_rhythm.due_day <= {}", sql.place(ahead)),
        DueView::Due => format!(
            "visit_rhythm.due_day <= {now} AND (visit_rhythm.planned_on IS NULL OR visit_rhythm.planned_on < {now})"
        ),
        DueView::Excused => format!("visit_rhythm.excuse IS NOT NULL AND visit_rhythm.excuse_until >= {now}"),
        DueView::All => "visit_rhythm.due_day IS NOT NULL".to_owned(),
    }
}

/// The first rows of an index on a place and the day.
pub async fn rhythms(
    db: &impl Db,
    scope: &Scope<ReadVisits>,
    filter: &DueFilter,
    today: Day,
    limit: Limit,
) -> Result<Vec<Rhythm>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned(), "visit_rhythm.due_day IS NOT NULL".to_owned()];
    if let Some(cursor) = filter.cursor.as_deref() {
        let (day, id) = Cursor::key::<(Day, ClientId)>(cursor)?;
        wanted.push(format!(
            "(visit_rhythm.due_day, visit_rhythm.client_id) > ({}, {})",
            sql.place(day),
            sql.place(id)
        ));
    }
    wanted.push(condition(&mut sql, filter.view, today));
    let most = sql.place(limit.probe());
    let text = format!(
        "SELECT {SHOWN} FROM visit_rhythm
         JOIN client ON client.id = visit_rhythm.client_id AND client.county_id = visit_rhythm.county_id {WHOSE}
         WHERE {} ORDER BY visit_rhythm.due_day, visit_rhythm.client_id LIMIT {most}",
        wanted.join(" AND ")
    );
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

/// The question how many there are in a view, up to 1000.
pub fn count(scope: &Scope<ReadVisits>, view: DueView, today: Day) -> Sql {
    let mut sql = Sql::text("");
    let wanted = condition(&mut sql, view, today);
    let text = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM visit_rhythm
           WHERE /*scope*/ AND visit_rhythm.due_day IS NOT NULL AND {wanted} LIMIT 1000) counted_rhythm"
    );
    sql.say(text).scoped(scope, PLACE)
}

/// How the visits to a client stand, whether anything was said or not.
pub async fn rhythm(db: &impl Db, client: &Client) -> Result<Option<Rhythm>, Problem> {
    let text = format!(
        "SELECT {SHOWN} FROM client
         LEFT JOIN visit_rhythm ON visit_rhythm.client_id = client.id AND visit_rhythm.county_id = client.county_id {WHOSE}
         WHERE client.id = $1 AND client.county_id = $2"
    );
    db.one(Sql::text(text).bind(client.id).bind(client.county_id)).await
}

/// Sees to it that a client has a row, for what it says.
pub async fn ensure(tx: &Tx, client: &Client, today: Day) -> Result<(), Problem> {
    let ensure =
        "INSERT INTO visit_rhythm (client_id, county_id, area_path, months, reckoned_on) VALUES ($1, $2, $3, 0, $4)
                  ON CONFLICT (client_id, county_id) DO NOTHING";
    let ensure = Sql::text(ensure).bind(client.id).bind(client.county_id).bind(client.area_path.clone()).bind(today);
    tx.run(ensure).await.map(drop)
}

/// Saves what was said, against the version that it was decided on.
pub async fn save(tx: &Tx, rhythm: &Rhythm) -> Result<(), Problem> {
    let save = "UPDATE visit_rhythm SET wish_months = $4, wish_calls = $5, wish_words = $6, wish_side = $7, wish_by = $8,
                  excuse = $9, excuse_words = $10, excuse_until = $11, excuse_side = $12, excuse_by = $13, version = version + 1
                WHERE client_id = $1 AND county_id = $2 AND version = $3";
    let save = Sql::text(save).bind(rhythm.client_id).bind(rhythm.county_id).bind(rhythm.version);
    let save = save.bind(rhythm.wish_months).bind(rhythm.wish_calls).bind(rhythm.wish_words.as_str());
    let save = save.bind(rhythm.wish_side).bind(rhythm.wish_by.clone()).bind(rhythm.excuse);
    let save = save.bind(rhythm.excuse_words.as_str()).bind(rhythm.excuse_until).bind(rhythm.excuse_side);
    tx.run_versioned(save.bind(rhythm.excuse_by.clone())).await
}

/// What a client's day is reckoned from, and what was reckoned before.
#[derive(Debug, FromQueryResult)]
pub struct Known {
    pub client_id: ClientId,
    pub county_id: AreaCode,
    pub kind: ClientKind,
    pub area_path: AreaPath,
    pub closed_on: Option<Day>,
    pub official_id: Option<OfficialId>,
    pub official_county_id: Option<AreaCode>,
    pub unit_id: Option<UnitId>,
    pub since_day: Option<Day>,
    pub last_visit: Option<Day>,
    pub last_touch: Option<Day>,
    pub next_visit: Option<Day>,
    pub next_touch: Option<Day>,
    pub wish_months: Option<i64>,
    pub wish_calls: Option<bool>,
    pub excuse_until: Option<Day>,
    #[sea_orm(nested)]
    pub before: Before,
}

/// What was reckoned before.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Before {
    pub kept_path: Option<AreaPath>,
    pub kept_official: Option<OfficialId>,
    pub kept_unit: Option<UnitId>,
    pub kept_since: Option<Day>,
    pub kept_last: Option<Day>,
    pub kept_planned: Option<Day>,
    pub kept_months: Option<i64>,
    pub kept_due: Option<Day>,
    pub kept_sure: Option<bool>,
    pub kept_remind: Option<Day>,
}

/// Takes the rows of these clients for this transaction, so that who reckons at the same moment sees what this one has done.
pub async fn hold(tx: &Tx, clients: &[ClientId], today: Day) -> Result<(), Problem> {
    let mut sql = Sql::text("");
    let today = sql.place(today);
    let places: Vec<String> = clients.iter().map(|client| sql.place(*client)).collect();
    let text = format!("UPDATE visit_rhythm SET reckoned_on = {today} WHERE client_id IN ({})", places.join(", "));
    tx.run(sql.say(text)).await.map(drop)
}

/// What is known of these clients today.
pub async fn known(tx: &Tx, clients: &[ClientId], today: Day) -> Result<Vec<Known>, Problem> {
    let mut sql = Sql::text("").bind(today);
    let places: Vec<String> = clients.iter().map(|client| sql.place(*client)).collect();
    let last = |more: &str| {
        format!(
            "(SELECT MAX(contact.counted_on) FROM contact WHERE contact.client_id = client.id AND contact.counted_on IS NOT NULL{more})"
        )
    };
    let next = |more: &str| {
        format!(
            "(SELECT MIN(contact.day) FROM contact WHERE contact.client_id = client.id
                AND contact.state IN ('planned', 'agreed') AND contact.day >= $1{more})"
        )
    };
    let onsite = " AND contact.kind = 'onsite'";
    let text = format!(
        "SELECT client.id AS client_id, client.county_id, client.kind, client.area_path, client.closed_on, pairing.official_id,
                pairing.official_county_id, official.unit_id, COALESCE(pairing.since_day, pairing.from_day) AS since_day,
                {} AS last_visit, {} AS last_touch, {} AS next_visit, {} AS next_touch,
                visit_rhythm.wish_months, visit_rhythm.wish_calls, visit_rhythm.excuse_until,
                visit_rhythm.area_path AS kept_path, visit_rhythm.official_id AS kept_official, visit_rhythm.unit_id AS kept_unit,
                visit_rhythm.since_day AS kept_since, visit_rhythm.last_on AS kept_last, visit_rhythm.planned_on AS kept_planned,
                visit_rhythm.months AS kept_months, visit_rhythm.due_day AS kept_due, visit_rhythm.sure AS kept_sure,
                visit_rhythm.remind_on AS kept_remind
         FROM client
         LEFT JOIN pairing ON pairing.client_id = client.id AND pairing.county_id = client.county_id AND pairing.part = 'lead'
           AND pairing.from_day <= $1 AND (pairing.until_day IS NULL OR pairing.until_day >= $1)
         LEFT JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id
         LEFT JOIN visit_rhythm ON visit_rhythm.client_id = client.id AND visit_rhythm.county_id = client.county_id
         WHERE client.id IN ({})",
        last(onsite),
        last(""),
        next(onsite),
        next(""),
        places.join(", ")
    );
    tx.all(sql.say(text)).await
}

/// Keeps what was reckoned.
pub async fn put(tx: &Tx, known: &Known, next: &Before, today: Day) -> Result<(), Problem> {
    let put = "INSERT INTO visit_rhythm (client_id, county_id, area_path, official_id, official_county_id, unit_id, since_day, last_on,
                 planned_on, months, due_day, sure, remind_on, reckoned_on)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
               ON CONFLICT (client_id, county_id) DO UPDATE SET area_path = $3, official_id = $4, official_county_id = $5, unit_id = $6,
                 since_day = $7, last_on = $8, planned_on = $9, months = $10, due_day = $11, sure = $12, remind_on = $13,
                 reckoned_on = $14";
    let put = Sql::text(put).bind(known.client_id).bind(known.county_id).bind(known.area_path.clone());
    let put = put.bind(next.kept_official).bind(known.official_county_id.filter(|_| next.kept_official.is_some()));
    let put = put.bind(next.kept_unit).bind(next.kept_since).bind(next.kept_last).bind(next.kept_planned);
    let put = put.bind(next.kept_months).bind(next.kept_due).bind(next.kept_sure).bind(next.kept_remind);
    tx.run(put.bind(today)).await.map(drop)
}

/// Quiet days that are not over before `day`, each with its place.
pub async fn quiet(tx: &Tx, day: Day) -> Result<Vec<(AreaPath, Quiet)>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        area_path: AreaPath,
        from_day: Day,
        until_day: Day,
        reason: String,
    }
    let sql =
        "SELECT area_path, from_day, until_day, reason FROM quiet_period WHERE until_day >= $1 ORDER BY from_day, id";
    let rows: Vec<Row> = tx.all(Sql::text(sql).bind(day)).await?;
    let quiet = |row: Row| (row.area_path, Quiet { from: row.from_day, until: row.until_day, reason: row.reason });
    Ok(rows.into_iter().map(quiet).collect())
}

#[derive(FromQueryResult)]
struct Which {
    client_id: ClientId,
}

/// Clients whose day was last reckoned before `today`.
pub async fn stale(db: &impl Db, today: Day, most: i64) -> Result<Vec<ClientId>, Problem> {
    let sql = "SELECT client_id FROM visit_rhythm WHERE reckoned_on < $1 ORDER BY reckoned_on, client_id LIMIT $2";
    let rows: Vec<Which> = db.all(Sql::text(sql).bind(today).bind(most)).await?;
    Ok(rows.into_iter().map(|row| row.client_id).collect())
}

/// What an official of a county leads for, as far as that is kept.
pub async fn of_official(tx: &Tx, official: OfficialId) -> Result<Vec<ClientId>, Problem> {
    let sql = "SELECT client_id FROM visit_rhythm WHERE official_id = $1 AND due_day IS NOT NULL ORDER BY client_id LIMIT 500";
    let rows: Vec<Which> = tx.all(Sql::text(sql).bind(official)).await?;
    Ok(rows.into_iter().map(|row| row.client_id).collect())
}
