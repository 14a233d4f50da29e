//! The tables of demands, their clocks and timelines.

use super::steps::Names;
use super::{Attachment, earlier, said};
use kernel::id::{AccountId, ClientId, ContactId, DemandId, EventId, UnitId};
use kernel::words::{
    Channel, ClockKind, Complexity, DemandAct, DemandState, Outcome, Part, Rating, Rung, TaskRole, TaskState, Urgency,
    Verdict,
};
use kernel::{Actor, AreaCode, AreaPath, Day, Instant, Problem, Right, Scope};
use rules::act::Act;
use rules::{Running, Standing, Step, Stopped, Taken};
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
    /// How much haste it has.
    pub urgency: Urgency,
    /// Whether who raised it is kept from those who serve.
    pub sealed: bool,
    /// How high it has been brought.
    pub rung: Rung,
    /// Who leads.
    pub lead_unit_id: Option<UnitId>,
    /// That unit's name when it was dispatched.
    pub lead_unit_name: Option<String>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// How satisfied the client is.
    pub rating: Option<Rating>,
    /// The demand that it follows (并单).
    pub merged_into: Option<DemandId>,
    /// That one's number.
    pub merged_number: Option<String>,
    /// The demand that it was a part of (拆单).
    pub split_from: Option<DemandId>,
    /// That one's number.
    pub split_number: Option<String>,
    /// Who keeps an eye on it, while it is shelved.
    pub shelf_owner: Option<String>,
    /// When it is looked at again at the latest, while it is shelved.
    pub review_on: Option<Day>,
    /// What has to happen first, while it is shelved.
    pub wake_event: Option<String>,
    /// The contact that it came of.
    #[serde(skip)]
    pub contact_id: Option<ContactId>,
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
    /// Since when it pauses.
    pub paused_at: Option<Instant>,
    /// When it stopped.
    pub stopped_at: Option<Instant>,
    /// How it ended.
    pub verdict: Option<Verdict>,
}

/// One unit's part in a demand.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Share {
    /// Which unit.
    pub unit_id: UnitId,
    /// Its name when it was dispatched to.
    pub unit_name: String,
    /// What it is to the demand.
    pub role: TaskRole,
    /// How far it is.
    pub state: TaskState,
    /// When it was dispatched to.
    pub since: Instant,
    /// The last moment that is on time, when it is known.
    pub due_at: Option<Instant>,
}

/// What a client said of how it was served. Kept for good; what it says later is another.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Rated {
    /// Of which round.
    pub round: i64,
    /// Who wrote it down: the client, or the desk that called back.
    pub part: Part,
    /// How satisfied it was with the result.
    pub rating: Rating,
    /// How satisfied it was with how it was treated.
    pub process: Option<Rating>,
    /// In its own words.
    pub comment: String,
    /// Who wrote it down, by name.
    pub name: String,
    /// When.
    pub at: Instant,
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
    /// Where the demand stood afterwards.
    pub state: Option<DemandState>,
    /// When.
    pub at: Instant,
    /// The files that came with it.
    #[sea_orm(skip)]
    pub files: Vec<Attachment>,
}

pub const DEMAND: &str = "SELECT demand.id, demand.county_id, demand.number, demand.client_id, demand.client_name, demand.area_path,
    demand.category_id, COALESCE(category.name, demand.category_id) AS category_name, demand.channel, demand.title, demand.body,
    demand.state, demand.round, demand.complexity, demand.urgency, demand.sealed, demand.rung, demand.lead_unit_id,
    demand.lead_unit_name, demand.outcome, demand.rating, demand.merged_into, demand.merged_number, demand.split_from,
    demand.split_number, demand.shelf_owner, demand.review_on, demand.wake_event, demand.contact_id, demand.raised_at, demand.due_at,
    demand.due_since, demand.ended_at, demand.version FROM demand LEFT JOIN category ON category.id = demand.category_id";
pub const PLACE: Columns = Columns {
    area: Some("demand.area_path"),
    county: Some("demand.county_id"),
    unit: Some("demand.lead_unit_id"),
    client: Some("demand.client_id"),
    sealed: Some(("demand.sealed", "demand.raised_by")),
    ..Columns::NONE
};
/// A unit that helps reads the demand too, as long as no ruling has freed it.
pub const ONE: Columns = Columns {
    helper: Some(
        "EXISTS (SELECT 1 FROM demand_task task WHERE task.demand_id = demand.id AND task.county_id = demand.county_id
           AND task.round = demand.round AND task.state <> 'relieved' AND task.unit_id = {unit})",
    ),
    ..PLACE
};

pub async fn demand<R: Right>(db: &impl Db, scope: &Scope<R>, id: DemandId) -> Result<Option<Demand>, Problem> {
    db.one(Sql::text(format!("{DEMAND} WHERE demand.id = $1 AND /*scope*/")).bind(id).scoped(scope, ONE)).await
}

/// The demand that people call by this number.
pub async fn numbered<R: Right>(db: &impl Db, scope: &Scope<R>, number: &str) -> Result<Option<Demand>, Problem> {
    let sql = Sql::text(format!("{DEMAND} WHERE demand.number = $1 AND /*scope*/")).bind(number.trim());
    db.one(sql.scoped(scope, ONE)).await
}

/// A demand of whoever it is: for what the platform itself does.
pub async fn demand_of(db: &impl Db, county: AreaCode, id: DemandId) -> Result<Option<Demand>, Problem> {
    db.one(Sql::text(format!("{DEMAND} WHERE demand.id = $1 AND demand.county_id = $2")).bind(id).bind(county)).await
}

/// The demands that follow this one.
pub async fn followers(db: &impl Db, main: &Demand) -> Result<Vec<Demand>, Problem> {
    let sql = format!("{DEMAND} WHERE demand.merged_into = $1 AND demand.state = 'merged' ORDER BY demand.id");
    db.all(Sql::text(sql).bind(main.id)).await
}

/// Where a demand stands, as the rules read it.
pub async fn standing(db: &impl Db, demand: &Demand) -> Result<Standing, Problem> {
    let sql = "SELECT standing FROM demand WHERE id = $1 AND county_id = $2";
    let kept: Option<String> = db.value(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await?;
    match kept {
        Some(kept) => read_standing(&kept),
        None => Ok(earlier::standing(demand, &clocks(db, demand).await?)),
    }
}

fn read_standing(kept: &str) -> Result<Standing, Problem> {
    serde_json::from_str(kept).map_err(|error| Problem::bug("reading where a demand stands", error.to_string()))
}

fn written(standing: &Standing) -> Result<String, Problem> {
    serde_json::to_string(standing).map_err(|error| Problem::bug("keeping where a demand stands", error.to_string()))
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
    "urgency",
    "sealed",
    "rung",
    "lead_unit_id",
    "lead_unit_name",
    "outcome",
    "rating",
    "merged_into",
    "merged_number",
    "split_from",
    "split_number",
    "shelf_owner",
    "review_on",
    "wake_event",
    "raised_at",
    "raised_by",
    "due_at",
    "due_since",
    "ended_at",
    "version",
    "standing",
];

/// Writes new demands with where they stand and who raised them.
pub async fn insert_demands(tx: &Tx, demands: &[(&Demand, &Standing, AccountId)]) -> Result<(), Problem> {
    let row = |(demand, standing, by): &(&Demand, &Standing, AccountId)| {
        let row = Row::new().bind(demand.id).bind(demand.county_id).bind(demand.number.as_str());
        let row = row.bind(demand.client_id).bind(demand.client_name.as_str()).bind(demand.area_path.clone());
        let row = row.bind(demand.category_id.as_str()).bind(demand.channel).bind(demand.title.as_str());
        let row = row.bind(demand.body.as_str()).bind(demand.state).bind(demand.round).bind(demand.complexity);
        let row = row.bind(demand.urgency).bind(demand.sealed).bind(demand.rung);
        let row = row.bind(demand.lead_unit_id).bind(demand.lead_unit_name.clone()).bind(demand.outcome);
        let row = row.bind(demand.rating).bind(demand.merged_into).bind(demand.merged_number.clone());
        let row = row.bind(demand.split_from).bind(demand.split_number.clone()).bind(demand.shelf_owner.clone());
        let row = row.bind(demand.review_on).bind(demand.wake_event.clone()).bind(demand.raised_at).bind(*by);
        let row = row.bind(demand.due_at).bind(demand.due_since).bind(demand.ended_at).bind(demand.version);
        written(standing).map(|standing| row.bind(standing))
    };
    let rows: Vec<Row> = demands.iter().map(row).collect::<Result<_, _>>()?;
    tx.insert_many("demand", DEMAND_COLUMNS, rows).await.map(drop)
}

/// Saves a demand as a step has left it, against the version that the step was decided on.
pub async fn save(tx: &Tx, demand: &Demand, standing: &Standing) -> Result<(), Problem> {
    let save = "UPDATE demand SET state = $4, round = $5, complexity = $6, lead_unit_id = $7, lead_unit_name = $8, outcome = $9,
                  rating = $10, due_at = $11, due_since = $12, ended_at = $13, category_id = $14, urgency = $15, rung = $16,
                  merged_into = $17, merged_number = $18, shelf_owner = $19, review_on = $20, wake_event = $21, standing = $22,
                  version = version + 1
                WHERE id = $1 AND county_id = $2 AND version = $3";
    let save = Sql::text(save).bind(demand.id).bind(demand.county_id).bind(demand.version);
    let save = save.bind(demand.state).bind(demand.round).bind(demand.complexity).bind(demand.lead_unit_id);
    let save = save.bind(demand.lead_unit_name.clone()).bind(demand.outcome).bind(demand.rating);
    let save = save.bind(demand.due_at).bind(demand.due_since).bind(demand.ended_at).bind(demand.category_id.as_str());
    let save = save.bind(demand.urgency).bind(demand.rung).bind(demand.merged_into).bind(demand.merged_number.clone());
    let save = save.bind(demand.shelf_owner.clone()).bind(demand.review_on).bind(demand.wake_event.clone());
    tx.run_versioned(save.bind(written(standing)?)).await
}

pub async fn clocks(db: &impl Db, demand: &Demand) -> Result<Vec<Clocked>, Problem> {
    let sql = "SELECT kind, round, unit_name, started_at, due_at, paused_at, stopped_at, verdict FROM demand_clock
               WHERE demand_id = $1 AND county_id = $2 ORDER BY started_at, id";
    db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await
}

/// A clock to be written: as it runs or ran, and whose it is.
#[derive(Debug)]
pub struct Clock {
    pub(super) running: Running,
    pub(super) stopped: Option<(Instant, Verdict)>,
    unit_name: Option<String>,
}

impl Clock {
    /// A clock that begins to run.
    pub(super) fn begun(running: &Running, names: &Names) -> Self {
        let unit_name = running.unit.and_then(|unit| names.get(&unit).cloned());
        Self { running: running.clone(), stopped: None, unit_name }
    }

    /// Whether it is this one and has not stopped.
    pub(super) fn runs(&self, other: &Running) -> bool {
        (self.running.kind, self.running.unit) == (other.kind, other.unit) && self.stopped.is_none()
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
    "paused_at",
    "stopped_at",
    "verdict",
];

pub async fn insert_clocks(tx: &Tx, clocks: &[(&Demand, &Clock)]) -> Result<(), Problem> {
    let row = |(demand, clock): &(&Demand, &Clock)| {
        let Running { kind, round, unit, started_at, due, .. } = &clock.running;
        let (stopped, verdict) = clock.stopped.unzip();
        let row = Row::new().bind(EventId::mint(*started_at)).bind(demand.county_id).bind(demand.id).bind(*kind);
        let row = row.bind(i64::from(*round)).bind(*unit).bind(clock.unit_name.clone()).bind(*started_at).bind(*due);
        row.bind(paused_at(&clock.running)).bind(stopped).bind(verdict)
    };
    let rows: Vec<Row> = clocks.iter().map(row).collect();
    tx.insert_many("demand_clock", CLOCK_COLUMNS, rows).await.map(drop)
}

fn paused_at(clock: &Running) -> Option<Instant> {
    clock.pauses.last().filter(|pause| pause.to.is_none()).map(|pause| pause.from)
}

const THAT_CLOCK: &str =
    "WHERE demand_id = $1 AND county_id = $2 AND kind = $3 AND unit_id IS NOT DISTINCT FROM $4 AND stopped_at IS NULL";

pub async fn move_clock(tx: &Tx, demand: &Demand, clock: &Running) -> Result<(), Problem> {
    let moved = Sql::text(format!("UPDATE demand_clock SET due_at = $5, paused_at = $6 {THAT_CLOCK}"));
    let moved = moved.bind(demand.id).bind(demand.county_id).bind(clock.kind).bind(clock.unit);
    tx.run(moved.bind(clock.due).bind(paused_at(clock))).await.map(drop)
}

pub async fn stop_clock(tx: &Tx, demand: &Demand, stopped: &Stopped) -> Result<(), Problem> {
    let stop = Sql::text(format!("UPDATE demand_clock SET stopped_at = $5, verdict = $6, due_at = $7 {THAT_CLOCK}"));
    let stop = stop.bind(demand.id).bind(demand.county_id).bind(stopped.clock.kind).bind(stopped.clock.unit);
    tx.run(stop.bind(stopped.stopped_at).bind(stopped.verdict).bind(stopped.clock.due)).await.map(drop)
}

const TASK_COLUMNS: &[&str] =
    &["id", "county_id", "demand_id", "round", "unit_id", "unit_name", "role", "state", "since", "due_at", "raised_at"];

/// A unit's part as it is kept.
fn task_row(demand: &Demand, standing: &Standing, task: &rules::Task, name: &str) -> Row {
    let own = |clock: &&Running| matches!(clock.kind, ClockKind::Handling | ClockKind::Assist);
    let clock = standing.clocks.iter().filter(own).find(|clock| clock.unit == Some(task.unit));
    let row = Row::new().bind(EventId::mint(task.since)).bind(demand.county_id).bind(demand.id);
    let row = row.bind(i64::from(standing.round)).bind(task.unit).bind(name).bind(task.role).bind(task.state);
    row.bind(task.since).bind(clock.and_then(|clock| clock.due)).bind(demand.raised_at)
}

/// The parts of units as a standing has them; `names` holds every unit.
pub fn task_rows(demand: &Demand, standing: &Standing, names: &Names) -> Vec<Row> {
    let name = |task: &rules::Task| names.get(&task.unit).map_or("", String::as_str);
    standing.tasks.iter().map(|task| task_row(demand, standing, task, name(task))).collect()
}

/// Writes the parts of units of demands that have none yet.
pub async fn insert_tasks(tx: &Tx, rows: Vec<Row>) -> Result<(), Problem> {
    tx.insert_many("demand_task", TASK_COLUMNS, rows).await.map(drop)
}

/// Writes what has changed of the parts of units, new ones with their names.
pub async fn save_tasks(
    tx: &Tx,
    demand: &Demand,
    (before, next): (&Standing, &Standing),
    names: &Names,
) -> Result<(), Problem> {
    let was = if before.round == next.round { before.tasks.as_slice() } else { &[] };
    let due = |standing: &Standing, task: &rules::Task| {
        let own = |clock: &&Running| matches!(clock.kind, ClockKind::Handling | ClockKind::Assist);
        let mut own =
            standing.clocks.iter().filter(own).filter(|clock| clock.unit == Some(task.unit) && task.is_live());
        own.next().and_then(|clock| clock.due)
    };
    for (place, task) in next.tasks.iter().enumerate() {
        let Some(old) = was.get(place) else {
            let name = names.get(&task.unit).map_or("", String::as_str);
            insert_tasks(tx, vec![task_row(demand, next, task, name)]).await?;
            continue;
        };
        if old.state != task.state || due(before, old) != due(next, task) {
            let save = "UPDATE demand_task SET state = $6, due_at = $7
                        WHERE demand_id = $1 AND county_id = $2 AND round = $3 AND unit_id = $4 AND role = $5";
            let save = Sql::text(save).bind(demand.id).bind(demand.county_id).bind(i64::from(next.round));
            tx.run(save.bind(task.unit).bind(task.role).bind(task.state).bind(due(next, task))).await?;
        }
    }
    Ok(())
}

/// The parts of units in this round, the lead first.
pub async fn shares(db: &impl Db, demand: &Demand) -> Result<Vec<Share>, Problem> {
    let sql = "SELECT unit_id, unit_name, role, state, since, due_at FROM demand_task
               WHERE demand_id = $1 AND county_id = $2 AND round = $3 ORDER BY role DESC, since, id";
    db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id).bind(demand.round)).await
}

/// What the client has said of how it was served, the first first.
pub async fn ratings(db: &impl Db, demand: &Demand) -> Result<Vec<Rated>, Problem> {
    let sql = "SELECT round, part, rating, process, comment, name, at FROM demand_rating
               WHERE demand_id = $1 AND county_id = $2 ORDER BY at, id";
    db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await
}

const RATING_COLUMNS: &[&str] =
    &["id", "county_id", "demand_id", "round", "part", "rating", "process", "comment", "account_id", "name", "at"];

/// What the client says of how it was served, if the act says so.
pub fn rating_row(actor: &Actor, demand: &Demand, act: &Act, part: Part, at: Instant) -> Option<Row> {
    let (rating, process, comment) = match act {
        Act::Confirm { rating, process, comment } | Act::Rate { rating, process, comment } => {
            (rating, process, comment)
        }
        _ => return None,
    };
    let row = Row::new().bind(EventId::mint(at)).bind(demand.county_id).bind(demand.id).bind(demand.round);
    let row = row.bind(part).bind(*rating).bind(*process);
    let row = row.bind(comment.as_ref().map_or("", rules::Text::as_str)).bind(actor.account).bind(actor.name.as_str());
    Some(row.bind(at))
}

pub async fn insert_ratings(tx: &Tx, rows: Vec<Row>) -> Result<(), Problem> {
    tx.insert_many("demand_rating", RATING_COLUMNS, rows).await.map(drop)
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
    "state",
    "taken",
];

/// A line of the timeline: what was done to a demand, as it is afterwards. Its place is the version that the act brought
/// about; what is taken down with it leads anew to where the demand stands.
pub fn event_row(
    (id, actor): (EventId, &Actor),
    demand: &Demand,
    (act, step): (&Act, &Step),
    concerned: Option<(UnitId, String)>,
    at: Instant,
) -> Result<Row, Problem> {
    let outcome = match act {
        Act::Reply { outcome, .. } => Some(*outcome),
        Act::Approve { granted: true, .. } => step.standing.outcome,
        _ => None,
    };
    let rating = match act {
        Act::Confirm { rating, .. } | Act::Rate { rating, .. } => Some(*rating),
        _ => None,
    };
    let taken = Taken { act: act.clone(), by: actor.account, acted_as: step.acted_as, of: step.unit, at };
    let taken = serde_json::to_string(&taken).map_err(|error| Problem::bug("keeping an act", error.to_string()))?;
    let (unit, unit_name) = concerned.unzip();
    let row = Row::new().bind(id).bind(demand.county_id).bind(demand.id).bind(demand.version).bind(demand.round);
    let row = row.bind(act.kind()).bind(step.acted_as).bind(actor.account).bind(actor.name.as_str());
    let row = row.bind(said::text_of(act)).bind(unit).bind(unit_name);
    Ok(row.bind(outcome).bind(rating).bind(at).bind(demand.state).bind(taken))
}

/// Writes lines of timelines.
pub async fn insert_events(tx: &Tx, events: Vec<Row>) -> Result<(), Problem> {
    tx.insert_many("demand_event", EVENT_COLUMNS, events).await.map(drop)
}

/// All that was done to a demand, as it was taken down.
pub async fn taken(db: &impl Db, demand: &Demand) -> Result<Vec<Taken>, Problem> {
    #[derive(FromQueryResult)]
    struct Kept {
        taken: Option<String>,
    }
    let sql = "SELECT taken FROM demand_event WHERE demand_id = $1 AND county_id = $2 ORDER BY place";
    let kept: Vec<Kept> = db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await?;
    let read = |kept: Kept| serde_json::from_str(&kept.taken.unwrap_or_default());
    kept.into_iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(|error| Problem::bug("reading acts", error.to_string()))
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
    let sql = "SELECT id, round, act, part, name, text, unit_name, outcome, rating, state, at FROM demand_event
               WHERE demand_id = $1 AND county_id = $2 ORDER BY place";
    db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await
}
