//! The tables of demands, their clocks and timelines.

use super::Attachment;
use kernel::id::{AccountId, ClientId, DemandId, EventId, UnitId};
use kernel::words::{Channel, ClockKind, Complexity, DemandAct, DemandState, Outcome, Part, Rating, Verdict};
use kernel::{Actor, AreaCode, AreaPath, Day, Instant, Problem, Right, Scope};
use rules::act::Act;
use rules::{Running, Stopped};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use shell::Choice;
use std::collections::BTreeMap;
use store::{Columns, Db, Row, Sql, Tx};

/// A demand, with all that a list or a page shows of it.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Demand {
    /// Which demand.
    pub id: DemandId,
    /// The county it belongs to: its client's.
    pub county_id: AreaCode,
    /// The number people call it by, such as `370783-20261124-003`.
    pub number: String,
    /// Whose it is.
    pub client_id: ClientId,
    /// The client's name when it was raised.
    pub client_name: String,
    /// The path of the client's area.
    pub area_path: AreaPath,
    /// What it is about.
    pub category_id: String,
    /// That category's name.
    pub category_name: String,
    /// Whence it came.
    pub channel: Channel,
    /// In one line.
    pub title: String,
    /// In full.
    #[serde(rename = "text")]
    pub body: String,
    /// Where it stands.
    pub state: DemandState,
    /// The round, from 1.
    pub round: i64,
    /// Whether the desk found it complex.
    pub complexity: Complexity,
    /// Who holds it.
    pub lead_unit_id: Option<UnitId>,
    /// That unit's name when it was dispatched.
    pub lead_unit_name: Option<String>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// How satisfied the client is.
    pub rating: Option<Rating>,
    /// When it was raised.
    pub raised_at: Instant,
    /// The earliest limit that runs; none when it is unknown or nobody's.
    pub due_at: Option<Instant>,
    /// Since when that limit runs.
    pub due_since: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// For `If-Match`.
    pub version: i64,
}

impl Demand {
    /// Where its page is.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/demands/{}", self.id)
    }
}

/// A clock of a demand, running or stopped.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Clocked {
    /// What it measures.
    pub kind: ClockKind,
    /// The round it belongs to.
    pub round: i64,
    /// Whose it is, for a unit's.
    pub unit_name: Option<String>,
    /// When it started.
    pub started_at: Instant,
    /// The last moment that is on time, when it is known.
    pub due_at: Option<Instant>,
    /// When it stopped.
    pub stopped_at: Option<Instant>,
    /// How it ended.
    pub verdict: Option<Verdict>,
}

impl Clocked {
    /// The clock as the rules read it, while it runs.
    pub(super) fn running(&self) -> Option<Running> {
        if self.stopped_at.is_some() {
            return None;
        }
        let round = u32::try_from(self.round).unwrap_or(u32::MAX);
        Some(Running { kind: self.kind, round, started_at: self.started_at, due: self.due_at })
    }
}

/// A line of a demand's timeline.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Happened {
    /// Which line.
    pub id: EventId,
    /// In which round.
    pub round: i64,
    /// What was done.
    pub act: DemandAct,
    /// In which part.
    pub part: Part,
    /// By whom.
    pub name: String,
    /// What was said.
    pub text: String,
    /// The unit that is concerned.
    pub unit_name: Option<String>,
    /// What became of it, in a reply.
    pub outcome: Option<Outcome>,
    /// How satisfied the client was, in a confirmation.
    pub rating: Option<Rating>,
    /// When.
    pub at: Instant,
    /// The files that came with it.
    #[sea_orm(skip)]
    pub files: Vec<Attachment>,
}

pub const DEMAND: &str = "SELECT demand.*, COALESCE(category.name, demand.category_id) AS category_name FROM demand
                      LEFT JOIN category ON category.id = demand.category_id";
pub const PLACE: Columns = Columns {
    area: Some("demand.area_path"),
    county: Some("demand.county_id"),
    unit: Some("demand.lead_unit_id"),
    client: Some("demand.client_id"),
    ..Columns::NONE
};

pub async fn demand<R: Right>(db: &impl Db, scope: &Scope<R>, id: DemandId) -> Result<Option<Demand>, Problem> {
    db.one(Sql::text(format!("{DEMAND} WHERE demand.id = $1 AND /*scope*/")).bind(id).scoped(scope, PLACE)).await
}

/// A demand of whoever it is: for what the platform itself does.
pub async fn demand_of(db: &impl Db, county: AreaCode, id: DemandId) -> Result<Option<Demand>, Problem> {
    db.one(Sql::text(format!("{DEMAND} WHERE demand.id = $1 AND demand.county_id = $2")).bind(id).bind(county)).await
}

/// The next number of a county's day. Whoever draws at the same moment waits for this transaction.
pub async fn next_number(tx: &Tx, county: AreaCode, day: Day) -> Result<String, Problem> {
    let draw = "INSERT INTO counter (county_id, day, last) VALUES ($1, $2, 1)
                ON CONFLICT (county_id, day) DO UPDATE SET last = counter.last + 1 RETURNING CAST(last AS BIGINT)";
    let last: i64 = tx.value(Sql::text(draw).bind(county).bind(day)).await?.unwrap_or(1);
    Ok(number(county, day, last))
}

/// The number of a county's day that people call a demand by.
#[must_use]
pub fn number(county: AreaCode, day: Day, last: i64) -> String {
    format!("{county}-{}-{last:03}", day.format("%Y%m%d"))
}

pub async fn insert_counters(tx: &Tx, last: &BTreeMap<(AreaCode, Day), i64>) -> Result<(), Problem> {
    let row = |((county, day), last): (&(AreaCode, Day), &i64)| Row::new().bind(*county).bind(*day).bind(*last);
    let rows: Vec<Row> = last.iter().map(row).collect();
    tx.insert_many("counter", &["county_id", "day", "last"], rows).await.map(drop)
}

const DEMAND_COLUMNS: &[&str] = &[
    "id",
    "county_id",
    "number",
    "client_id",
    "client_name",
    "area_path",
    "category_id",
    "channel",
    "title",
    "body",
    "state",
    "round",
    "complexity",
    "lead_unit_id",
    "lead_unit_name",
    "outcome",
    "rating",
    "raised_at",
    "raised_by",
    "due_at",
    "due_since",
    "ended_at",
    "version",
];

pub async fn insert_demand(tx: &Tx, demand: &Demand, by: AccountId) -> Result<(), Problem> {
    insert_demands(tx, &[(demand, by)]).await
}

pub async fn insert_demands(tx: &Tx, demands: &[(&Demand, AccountId)]) -> Result<(), Problem> {
    let row = |(demand, by): &(&Demand, AccountId)| {
        let row = Row::new().bind(demand.id).bind(demand.county_id).bind(demand.number.as_str());
        let row = row.bind(demand.client_id).bind(demand.client_name.as_str()).bind(demand.area_path.clone());
        let row = row.bind(demand.category_id.as_str()).bind(demand.channel).bind(demand.title.as_str());
        let row = row.bind(demand.body.as_str()).bind(demand.state).bind(demand.round).bind(demand.complexity);
        let row = row.bind(demand.lead_unit_id).bind(demand.lead_unit_name.clone()).bind(demand.outcome);
        let row = row.bind(demand.rating).bind(demand.raised_at).bind(*by).bind(demand.due_at);
        row.bind(demand.due_since).bind(demand.ended_at).bind(demand.version)
    };
    let rows: Vec<Row> = demands.iter().map(row).collect();
    tx.insert_many("demand", DEMAND_COLUMNS, rows).await.map(drop)
}

pub async fn save(tx: &Tx, demand: &Demand) -> Result<(), Problem> {
    let save = "UPDATE demand SET state = $4, round = $5, complexity = $6, lead_unit_id = $7, lead_unit_name = $8, outcome = $9,
                  rating = $10, due_at = $11, due_since = $12, ended_at = $13, version = version + 1
                WHERE id = $1 AND county_id = $2 AND version = $3";
    let save = Sql::text(save).bind(demand.id).bind(demand.county_id).bind(demand.version);
    let save = save.bind(demand.state).bind(demand.round).bind(demand.complexity).bind(demand.lead_unit_id);
    let save = save.bind(demand.lead_unit_name.clone()).bind(demand.outcome).bind(demand.rating);
    tx.run_versioned(save.bind(demand.due_at).bind(demand.due_since).bind(demand.ended_at)).await
}

pub async fn clocks(db: &impl Db, demand: &Demand) -> Result<Vec<Clocked>, Problem> {
    let sql = "SELECT kind, round, unit_name, started_at, due_at, stopped_at, verdict FROM demand_clock
               WHERE demand_id = $1 AND county_id = $2 ORDER BY started_at, id";
    db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await
}

/// A clock to be written: as it runs or ran, and whose it is.
#[derive(Debug)]
pub struct Clock {
    pub(super) running: Running,
    pub(super) stopped: Option<(Instant, Verdict)>,
    unit: Option<(UnitId, String)>,
}

impl Clock {
    /// A clock of the demand that begins to run.
    pub(super) fn begun(demand: &Demand, running: &Running) -> Self {
        let of_unit = running.kind == ClockKind::Handling;
        let unit = demand.lead_unit_id.zip(demand.lead_unit_name.clone()).filter(|_| of_unit);
        Self { running: *running, stopped: None, unit }
    }

    /// Whether it measures `kind` and has not stopped.
    pub(super) fn runs(&self, kind: ClockKind) -> bool {
        self.running.kind == kind && self.stopped.is_none()
    }
}

const CLOCK_COLUMNS: &[&str] = &[
    "id",
    "county_id",
    "demand_id",
    "kind",
    "round",
    "unit_id",
    "unit_name",
    "started_at",
    "due_at",
    "stopped_at",
    "verdict",
];

pub async fn insert_begun(tx: &Tx, demand: &Demand, begun: &[Running]) -> Result<(), Problem> {
    let clocks: Vec<Clock> = begun.iter().map(|running| Clock::begun(demand, running)).collect();
    insert_clocks(tx, &clocks.iter().map(|clock| (demand, clock)).collect::<Vec<_>>()).await
}

pub async fn insert_clocks(tx: &Tx, clocks: &[(&Demand, &Clock)]) -> Result<(), Problem> {
    let row = |(demand, clock): &(&Demand, &Clock)| {
        let Running { kind, round, started_at, due } = clock.running;
        let (unit, unit_name) = clock.unit.clone().unzip();
        let (stopped, verdict) = clock.stopped.unzip();
        let row = Row::new().bind(EventId::mint(started_at)).bind(demand.county_id).bind(demand.id).bind(kind);
        let row = row.bind(i64::from(round)).bind(unit).bind(unit_name).bind(started_at).bind(due);
        row.bind(stopped).bind(verdict)
    };
    let rows: Vec<Row> = clocks.iter().map(row).collect();
    tx.insert_many("demand_clock", CLOCK_COLUMNS, rows).await.map(drop)
}

pub async fn move_clock(tx: &Tx, demand: &Demand, clock: &Running) -> Result<(), Problem> {
    let moved = "UPDATE demand_clock SET due_at = $4 WHERE demand_id = $1 AND county_id = $2 AND kind = $3 AND stopped_at IS NULL";
    let moved = Sql::text(moved).bind(demand.id).bind(demand.county_id).bind(clock.kind);
    tx.run(moved.bind(clock.due)).await.map(drop)
}

pub async fn stop_clock(tx: &Tx, demand: &Demand, stopped: &Stopped) -> Result<(), Problem> {
    let stop = "UPDATE demand_clock SET stopped_at = $4, verdict = $5
                WHERE demand_id = $1 AND county_id = $2 AND kind = $3 AND stopped_at IS NULL";
    let stop = Sql::text(stop).bind(demand.id).bind(demand.county_id).bind(stopped.clock.kind);
    tx.run(stop.bind(stopped.stopped_at).bind(stopped.verdict)).await.map(drop)
}

const EVENT_COLUMNS: &[&str] = &[
    "id",
    "county_id",
    "demand_id",
    "place",
    "round",
    "act",
    "part",
    "account_id",
    "name",
    "text",
    "unit_id",
    "unit_name",
    "outcome",
    "rating",
    "at",
];

/// A line of the timeline. Its place is the version that the act brought about.
pub fn event_row(id: EventId, actor: &Actor, demand: &Demand, act: &Act, part: Part, at: Instant) -> Row {
    let (mut text, mut outcome, mut rating) = (String::new(), None, None);
    match act {
        Act::Raise { .. } | Act::Accept { .. } | Act::Dispatch { .. } | Act::Sign => {}
        Act::Reject { reason }
        | Act::Return { reason }
        | Act::Reopen { reason }
        | Act::Withdraw { reason }
        | Act::Close { reason } => reason.as_str().clone_into(&mut text),
        Act::Reply { outcome: became, text: said } => {
            said.as_str().clone_into(&mut text);
            outcome = Some(*became);
        }
        Act::Confirm { rating: rated, comment } => {
            text.extend(comment.iter().map(rules::Text::as_str));
            rating = Some(*rated);
        }
    }
    let row = Row::new().bind(id).bind(demand.county_id).bind(demand.id).bind(demand.version).bind(demand.round);
    let row = row.bind(act.kind()).bind(part).bind(actor.account).bind(actor.name.as_str()).bind(text);
    let row = row.bind(demand.lead_unit_id).bind(demand.lead_unit_name.clone());
    row.bind(outcome).bind(rating).bind(at)
}

/// Writes lines of timelines.
pub async fn insert_events(tx: &Tx, events: Vec<Row>) -> Result<(), Problem> {
    tx.insert_many("demand_event", EVENT_COLUMNS, events).await.map(drop)
}

/// The units that most often had demands of this category in this county lately, at most four, as choices.
pub async fn usual_units(db: &impl Db, demand: &Demand) -> Result<Vec<Choice>, Problem> {
    #[derive(FromQueryResult)]
    struct Usual {
        id: UnitId,
        name: String,
    }
    let sql = "SELECT recent.lead_unit_id AS id, unit.name FROM (
                 SELECT lead_unit_id, county_id FROM demand
                 WHERE category_id = $1 AND county_id = $2 AND lead_unit_id IS NOT NULL ORDER BY raised_at DESC LIMIT 200) recent
               JOIN unit ON unit.id = recent.lead_unit_id AND unit.closed_on IS NULL
               GROUP BY recent.lead_unit_id, unit.name ORDER BY COUNT(*) DESC, unit.name LIMIT 4";
    let usual: Vec<Usual> = db.all(Sql::text(sql).bind(demand.category_id.as_str()).bind(demand.county_id)).await?;
    Ok(usual.into_iter().map(|unit| Choice::new(unit.id.to_string(), unit.name)).collect())
}

pub async fn timeline(db: &impl Db, demand: &Demand) -> Result<Vec<Happened>, Problem> {
    let sql = "SELECT id, round, act, part, name, text, unit_name, outcome, rating, at FROM demand_event
               WHERE demand_id = $1 AND county_id = $2 ORDER BY place";
    db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await
}
