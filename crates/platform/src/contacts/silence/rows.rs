//! The tables of draws, of their strata, and of the calls.

use kernel::authz::{CallSilent, ReadSilence};
use kernel::id::{ClientId, DemandId, SilenceId};
use kernel::words::{ClientClass, SilenceResult};
use kernel::{AreaCode, AreaPath, Cursor, Day, Instant, Limit, Problem, Scope, still_as_read};
use rules::contact::Month;
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Tx};

/// A call to a client from whom nothing was heard.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "SilenceCall")]
pub struct Call {
    /// Which.
    pub id: SilenceId,
    /// The client's county.
    pub county_id: AreaCode,
    /// The first day of the month for which it was drawn.
    pub month: Day,
    /// Whom to call.
    pub client_id: ClientId,
    /// Its name of then.
    pub client_name: String,
    /// The path of its area.
    #[serde(skip)]
    pub area_path: AreaPath,
    /// What it is.
    pub class: ClientClass,
    /// What came of it; none as long as nobody called.
    pub result: Option<SilenceResult>,
    /// A sentence more.
    pub note: String,
    /// When it was told.
    pub result_at: Option<Instant>,
    /// Who called.
    pub result_by: Option<String>,
    /// The demand that came of it.
    pub demand_id: Option<DemandId>,
    /// The number people call it by.
    pub demand_number: Option<String>,
    /// When it was drawn.
    pub made_at: Instant,
    /// For `If-Match`.
    pub version: i64,
}

impl Call {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("“{}”的回访", self.client_name))
    }
}

/// Which calls to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[schemars(rename = "SilenceCallFilter")]
pub struct CallFilter {
    /// Those of this month that wait for the reader: of whom they look after, or for a desk of whom nobody looks after.
    #[serde(default)]
    pub waiting: bool,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const COLUMNS: &[&str] = &[
    "id",
    "county_id",
    "month",
    "client_id",
    "client_name",
    "area_path",
    "class",
    "result",
    "note",
    "result_at",
    "result_by",
    "demand_id",
    "demand_number",
    "made_at",
    "version",
];
const PLACE: Columns = Columns {
    area: Some("silence_call.area_path"),
    county: Some("silence_call.county_id"),
    client: Some("silence_call.client_id"),
    ..Columns::NONE
};

fn selected() -> String {
    let columns: Vec<String> = COLUMNS.iter().map(|column| format!("silence_call.{column}")).collect();
    format!("SELECT {} FROM silence_call", columns.join(", "))
}

/// What waits this month. Who reaches an area calls whom nobody looks after; who looks after clients, these.
fn waits(sql: &mut Sql, scope: &Scope<CallSilent>, today: Day) -> String {
    let (month, now) = (sql.place(Month::of(today).first), sql.place(today));
    let open =
        format!("silence_call.month = {month} AND (silence_call.result IS NULL OR silence_call.result = 'missed')");
    let mut own = Vec::new();
    for reach in scope.reaches() {
        if let kernel::Reach::Clients(clients) | kernel::Reach::Openly(clients, _) = reach {
            own.extend(clients.iter().map(|client| sql.place(*client)));
        }
    }
    let own =
        if own.is_empty() { String::new() } else { format!("silence_call.client_id IN ({}) OR ", own.join(", ")) };
    format!(
        "{open} AND ({own}NOT EXISTS (SELECT 1 FROM pairing WHERE pairing.client_id = silence_call.client_id
           AND pairing.county_id = silence_call.county_id AND pairing.part = 'lead' AND pairing.from_day <= {now}
           AND (pairing.until_day IS NULL OR pairing.until_day >= {now})))"
    )
}

pub async fn calls(
    db: &impl Db,
    scope: &Scope<CallSilent>,
    filter: &CallFilter,
    today: Day,
    limit: Limit,
) -> Result<Vec<Call>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(cursor) = filter.cursor.as_deref() {
        let (month, id) = Cursor::key::<(Day, SilenceId)>(cursor)?;
        wanted.push(format!("(silence_call.month, silence_call.id) < ({}, {})", sql.place(month), sql.place(id)));
    }
    if filter.waiting {
        wanted.push(waits(&mut sql, scope, today));
    }
    let (most, wanted) = (sql.place(limit.probe()), wanted.join(" AND "));
    let text =
        format!("{} WHERE {wanted} ORDER BY silence_call.month DESC, silence_call.id DESC LIMIT {most}", selected());
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub fn waiting_count(scope: &Scope<CallSilent>, today: Day) -> Sql {
    let mut sql = Sql::text("");
    let waits = waits(&mut sql, scope, today);
    let text = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM silence_call WHERE /*scope*/ AND {waits} LIMIT 1000) waiting_call"
    );
    sql.say(text).scoped(scope, PLACE)
}

pub async fn call(db: &impl Db, scope: &Scope<CallSilent>, id: SilenceId) -> Result<Option<Call>, Problem> {
    let text = format!("{} WHERE silence_call.id = $1 AND /*scope*/", selected());
    db.one(Sql::text(text).bind(id).scoped(scope, PLACE)).await
}

pub async fn heard(db: &impl Db, county: AreaCode, id: SilenceId) -> Result<Option<Call>, Problem> {
    let text = format!("{} WHERE silence_call.id = $1 AND silence_call.county_id = $2", selected());
    db.one(Sql::text(text).bind(id).bind(county)).await
}

/// Saves what came of a call, against the version that it was decided on.
pub async fn save(tx: &Tx, call: &Call) -> Result<(), Problem> {
    let save = "UPDATE silence_call SET result = $4, note = $5, result_at = $6, result_by = $7, demand_id = $8, demand_number = $9,
                  version = version + 1
                WHERE id = $1 AND county_id = $2 AND version = $3";
    let save = Sql::text(save).bind(call.id).bind(call.county_id).bind(call.version).bind(call.result);
    let save = save.bind(call.note.as_str()).bind(call.result_at).bind(call.result_by.clone()).bind(call.demand_id);
    tx.run_versioned(save.bind(call.demand_number.clone())).await
}

/// Whether a month was drawn.
pub async fn is_drawn(db: &impl Db, site: AreaCode, month: Day) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM silence_draw WHERE month = $1 AND county_id = $2)";
    Ok(db.value(Sql::text(sql).bind(month).bind(site)).await?.unwrap_or(false))
}

/// Notes that a month is drawn; false when somebody else was first.
pub async fn claim(tx: &Tx, site: AreaCode, (month, since): (Day, Day), wanted: u32) -> Result<bool, Problem> {
    let claim = "INSERT INTO silence_draw (month, county_id, since_day, wanted, drawn_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (month, county_id) DO NOTHING";
    let claim = Sql::text(claim).bind(month).bind(site).bind(since).bind(i64::from(wanted)).bind(tx.now());
    Ok(tx.run(claim).await? > 0)
}

/// A client from whom nothing was heard.
#[derive(Debug, FromQueryResult)]
pub struct Silent {
    pub client_id: ClientId,
    pub county_id: AreaCode,
    pub client_name: String,
    pub area_path: AreaPath,
    pub class: ClientClass,
    /// Whether it asked to be left alone.
    pub left_alone: bool,
}

const CLASS: &str = "CASE WHEN client.kind = 'project' THEN 'project' ELSE COALESCE(enterprise.list, 'other') END";
const OF_CLIENT: &str = "LEFT JOIN enterprise ON enterprise.id = client.id AND enterprise.county_id = client.county_id";

/// Clients that raised no demand since a moment, with whom nobody was in touch since a day, and that were not drawn since. One pass
/// over the open clients, each looked up in the indexes of what it did: once a month.
pub async fn silent(
    db: &impl Db,
    (since, moment): (Day, Instant),
    (today, year_ago): (Day, Day),
) -> Result<Vec<Silent>, Problem> {
    let sql = format!(
        "SELECT client.id AS client_id, client.county_id, client.name AS client_name, client.area_path, {CLASS} AS class,
           (EXISTS (SELECT 1 FROM visit_rhythm WHERE visit_rhythm.client_id = client.id AND visit_rhythm.county_id = client.county_id
              AND visit_rhythm.excuse = 'asked_not' AND visit_rhythm.excuse_until >= $3)
            OR EXISTS (SELECT 1 FROM pairing_bar WHERE pairing_bar.client_id = client.id AND pairing_bar.kind = 'unwanted'
              AND pairing_bar.state IN ('pending', 'held') AND (pairing_bar.until_day IS NULL OR pairing_bar.until_day >= $3))
            OR EXISTS (SELECT 1 FROM silence_call WHERE silence_call.client_id = client.id AND silence_call.result = 'unwanted'
              AND silence_call.month >= $4)) AS left_alone
         FROM client {OF_CLIENT}
         WHERE client.closed_on IS NULL
           AND NOT EXISTS (SELECT 1 FROM demand WHERE demand.client_id = client.id AND demand.raised_at >= $2)
           AND NOT EXISTS (SELECT 1 FROM contact WHERE contact.client_id = client.id AND contact.counted_on >= $1)
           AND NOT EXISTS (SELECT 1 FROM silence_call WHERE silence_call.client_id = client.id AND silence_call.month >= $1
             AND silence_call.result IS DISTINCT FROM 'unwanted')
         ORDER BY client.county_id, client.id"
    );
    db.all(Sql::text(sql).bind(since).bind(moment).bind(today).bind(year_ago)).await
}

/// How a stratum stands beside its silence.
#[derive(Debug, FromQueryResult)]
pub struct Stratum {
    pub county_id: AreaCode,
    pub class: ClientClass,
    pub clients: i64,
    pub demanding: i64,
}

/// How many open clients each stratum has, and how many of them raised a demand since a moment.
pub async fn strata(db: &impl Db, moment: Instant) -> Result<Vec<Stratum>, Problem> {
    let sql = format!(
        "SELECT county_id, class, COUNT(*) AS clients, COUNT(*) FILTER (WHERE demanding) AS demanding
         FROM (SELECT client.county_id, {CLASS} AS class,
                 EXISTS (SELECT 1 FROM demand WHERE demand.client_id = client.id AND demand.raised_at >= $1) AS demanding
               FROM client {OF_CLIENT} WHERE client.closed_on IS NULL) each_client
         GROUP BY county_id, class ORDER BY county_id, class"
    );
    db.all(Sql::text(sql).bind(moment)).await
}

/// What ended in a stratum.
#[derive(Debug, FromQueryResult)]
pub struct Ended {
    pub county_id: AreaCode,
    pub class: ClientClass,
    pub ended: i64,
    pub solved: i64,
}

/// How many demands ended since a moment, and how many of them solved. What was withdrawn stays among them; what was refused or
/// followed another never was the client's to have solved.
pub async fn ended(db: &impl Db, moment: Instant) -> Result<Vec<Ended>, Problem> {
    let sql = format!(
        "SELECT client.county_id, {CLASS} AS class, COUNT(*) AS ended,
           COUNT(*) FILTER (WHERE demand.outcome = 'solved') AS solved
         FROM demand JOIN client ON client.id = demand.client_id AND client.county_id = demand.county_id {OF_CLIENT}
         WHERE demand.ended_at >= $1 AND demand.state NOT IN ('rejected', 'merged')
         GROUP BY client.county_id, {CLASS}"
    );
    db.all(Sql::text(sql).bind(moment)).await
}

/// A stratum as it is kept.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    pub clients: i64,
    pub demanding: i64,
    pub silent: i64,
    pub left_alone: i64,
    pub drawn: i64,
    pub ended: i64,
    pub solved: i64,
}

pub async fn keep_strata(
    tx: &Tx,
    month: Day,
    strata: &[(AreaCode, AreaPath, ClientClass, Figures)],
) -> Result<(), Problem> {
    const COLUMNS: &[&str] = &[
        "month",
        "county_id",
        "class",
        "area_path",
        "clients",
        "demanding",
        "silent",
        "left_alone",
        "drawn",
        "ended",
        "solved",
    ];
    let row = |(county, path, class, figures): &(AreaCode, AreaPath, ClientClass, Figures)| {
        let row = Row::new().bind(month).bind(*county).bind(*class).bind(path.clone()).bind(figures.clients);
        let row = row.bind(figures.demanding).bind(figures.silent).bind(figures.left_alone).bind(figures.drawn);
        row.bind(figures.ended).bind(figures.solved)
    };
    tx.insert_many("silence_stratum", COLUMNS, strata.iter().map(row).collect::<Vec<_>>()).await.map(drop)
}

pub async fn keep_calls(tx: &Tx, month: Day, drawn: &[&Silent]) -> Result<(), Problem> {
    let row = |silent: &&Silent| {
        let row = Row::new().bind(SilenceId::mint(tx.now())).bind(silent.county_id).bind(month).bind(silent.client_id);
        let row = row.bind(silent.client_name.as_str()).bind(silent.area_path.clone()).bind(silent.class);
        let row = row.bind(None::<SilenceResult>).bind("").bind(None::<Instant>).bind(None::<String>);
        row.bind(None::<DemandId>).bind(None::<String>).bind(tx.now()).bind(1_i64)
    };
    tx.insert_many("silence_call", COLUMNS, drawn.iter().map(row).collect::<Vec<_>>()).await.map(drop)
}

/// A county's month: how it stood when it was drawn, and what came of the calls until now.
#[derive(Debug, FromQueryResult)]
pub struct County {
    pub county_id: AreaCode,
    pub county_name: String,
    pub clients: i64,
    pub demanding: i64,
    pub silent: i64,
    pub left_alone: i64,
    pub drawn: i64,
    pub ended: i64,
    pub solved: i64,
    pub well: i64,
    pub need: i64,
    pub missed: i64,
    pub unwanted: i64,
    pub gone: i64,
}

/// The counties of a month within the scope, in the order of their codes.
pub async fn counties(db: &impl Db, scope: &Scope<ReadSilence>, month: Day) -> Result<Vec<County>, Problem> {
    const PLACE: Columns =
        Columns { area: Some("silence_stratum.area_path"), county: Some("silence_stratum.county_id"), ..Columns::NONE };
    let sum = |column: &str| format!("CAST(SUM(silence_stratum.{column}) AS BIGINT) AS {column}");
    let sums: Vec<String> =
        ["clients", "demanding", "silent", "left_alone", "drawn", "ended", "solved"].map(sum).into();
    let of = |code: &str| format!("COUNT(*) FILTER (WHERE silence_call.result = '{code}') AS {code}");
    let told: Vec<String> = ["well", "need", "missed", "unwanted", "gone"].map(of).into();
    let text = format!(
        "SELECT county.county_id, area.name AS county_name, clients, demanding, silent, left_alone, drawn, ended, solved,
           COALESCE(well, 0) AS well, COALESCE(need, 0) AS need, COALESCE(missed, 0) AS missed,
           COALESCE(unwanted, 0) AS unwanted, COALESCE(gone, 0) AS gone
         FROM (SELECT silence_stratum.county_id, {} FROM silence_stratum WHERE silence_stratum.month = $1 AND /*scope*/
               GROUP BY silence_stratum.county_id) county
         JOIN area ON area.id = county.county_id AND area.county_id = county.county_id
         LEFT JOIN (SELECT silence_call.county_id, {} FROM silence_call WHERE silence_call.month = $1
                    GROUP BY silence_call.county_id) told ON told.county_id = county.county_id
         ORDER BY county.county_id",
        sums.join(", "),
        told.join(", ")
    );
    db.all(Sql::text(text).bind(month).scoped(scope, PLACE)).await
}

/// The months that were drawn, the newest first.
pub async fn months(db: &impl Db, site: AreaCode) -> Result<Vec<(Day, Day)>, Problem> {
    #[derive(FromQueryResult)]
    struct Drawn {
        month: Day,
        since_day: Day,
    }
    let sql = "SELECT month, since_day FROM silence_draw WHERE county_id = $1 ORDER BY month DESC LIMIT 24";
    let rows: Vec<Drawn> = db.all(Sql::text(sql).bind(site)).await?;
    Ok(rows.into_iter().map(|drawn| (drawn.month, drawn.since_day)).collect())
}
