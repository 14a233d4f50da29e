//! The queries of lists and counts. What no index serves is looked for among the newest [`FAR`] only, so that no question
//! costs more than that, however large the site grows.

use super::{AfterDue, AfterNewest, DemandFilter, DemandSort, Queue, day_after, place};
use crate::Site;
use crate::demands::rows::{DEMAND, PLACE};
use crate::demands::{Demand, discreet};
use kernel::id::UnitId;
use kernel::words::{Card, DemandState, Part, TaskRole};
use kernel::{Actor, AreaPath, Cursor, Instant, Limit, Page, Problem, Right, Scope};
use rules::CardBounds;
use sea_orm::FromQueryResult;
use std::cmp::Reverse;
use store::{Columns, Db, Sql, Store};

/// How far back a search goes that no index serves.
const FAR: i64 = 20_000;

/// A filter with what it takes to make SQL of it.
pub struct Wanted<'a> {
    pub filter: &'a DemandFilter,
    /// The path of the filter's area.
    pub area: Option<AreaPath>,
    pub site: &'a Site,
    /// Who asks.
    pub actor: &'a Actor,
    /// The units of whoever asks that may help with what is asked for.
    pub helps: Vec<UnitId>,
    /// Whether what is asked for would tell whose a demand is that keeps it.
    pub tells: bool,
    pub now: Instant,
}

/// The conditions of a list: those that an index serves, and the others.
#[derive(Default)]
struct Conditions {
    served: Vec<String>,
    others: Vec<String>,
}

/// The way to the rows of a list. No list is sorted along two of them: each is walked by itself, by an index of its own.
#[derive(Clone, Copy)]
enum Road {
    /// What lies within the reader's scope.
    Scope,
    /// What this unit of the reader helps with, as long as no ruling has freed it.
    Helps(UnitId),
}

impl Road {
    /// Where the rows come from, and on which condition.
    fn source(self, sql: &mut Sql) -> (&'static str, String) {
        match self {
            Self::Scope => ("demand", "/*scope*/".into()),
            Self::Helps(unit) => (
                "demand_task task CROSS JOIN demand",
                format!(
                    "task.unit_id = {} AND task.role = 'co' AND task.state <> 'relieved' AND demand.id = task.demand_id
                     AND demand.county_id = task.county_id AND demand.round = task.round",
                    sql.place(unit)
                ),
            ),
        }
    }

    /// The same text with the columns by which its rows come newest first.
    fn said(self, text: &str) -> String {
        match self {
            Self::Scope => text.to_owned(),
            Self::Helps(_) => {
                text.replace("demand.raised_at", "task.raised_at").replace(", demand.id", ", task.demand_id")
            }
        }
    }
}

/// The demands of a filter in its order, those after the cursor; `q` is not looked at.
pub async fn demands<R: Right>(
    store: &Store,
    scope: &Scope<R>,
    wanted: &Wanted<'_>,
    cursor: Option<&str>,
    most: i64,
) -> Result<Vec<Demand>, Problem> {
    let mut found = Vec::new();
    for road in wanted.roads() {
        found.push(walked(store, scope, wanted, road, (cursor, most)).await?);
    }
    wanted.seen(wanted.merged(found, most))
}

async fn walked<R: Right>(
    store: &Store,
    scope: &Scope<R>,
    wanted: &Wanted<'_>,
    road: Road,
    (cursor, most): (Option<&str>, i64),
) -> Result<Vec<Demand>, Problem> {
    let mut sql = Sql::text("");
    let (from, on) = road.source(&mut sql);
    let Conditions { mut served, others } = wanted.conditions(&mut sql);
    served.insert(0, on);
    served.extend(wanted.after(&mut sql, cursor)?.map(|after| road.said(&after)));
    let order = road.said(wanted.order());
    let source = wanted.filter.queue.and_then(|queue| queue.source(&mut sql, wanted.now));
    let (served, most) = (served.join(" AND "), sql.place(most));
    let text = if let Some(source) = source {
        let others: String = others.iter().map(|other| format!(" AND {other}")).collect();
        let list = DEMAND.replace("FROM demand", &format!("FROM {source} waits CROSS JOIN demand"));
        format!("{list} WHERE {OF_QUEUE} AND {served}{others} ORDER BY {order} LIMIT {most}")
    } else if others.is_empty() {
        let list = DEMAND.replace("FROM demand", &format!("FROM {from}"));
        format!("{list} WHERE {served} ORDER BY {order} LIMIT {most}")
    } else {
        let (others, far) = (others.join(" AND "), sql.place(FAR));
        let near = format!("(SELECT demand.* FROM {from} WHERE {served} ORDER BY {order} LIMIT {far}) demand");
        let list = DEMAND.replace("FROM demand", &format!("FROM {near}"));
        let order = wanted.order();
        format!("{list} WHERE {others} ORDER BY {order} LIMIT {most}")
    };
    store.all(sql.say(text).scoped(scope, place_of(wanted.filter.queue))).await
}

/// What a queue's rows and the demands in it have in common.
const OF_QUEUE: &str = "demand.id = waits.demand_id AND demand.county_id = waits.county_id";

/// Where a demand of a queue lies: for whoever helps with it, by its own part.
fn place_of(queue: Option<Queue>) -> Columns {
    match queue {
        Some(Queue::Helping) => Columns { unit: Some("waits.unit_id"), ..Columns::NONE },
        _ => PLACE,
    }
}

/// The question how many demands stand in a queue; counted up to 1000.
pub fn queued<R: Right>(scope: &Scope<R>, queue: Queue, now: Instant) -> Sql {
    let mut sql = Sql::text("");
    let text = match (queue.source(&mut sql, now), queue.state()) {
        (Some(source), _) => format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {source} waits CROSS JOIN demand WHERE {OF_QUEUE} AND /*scope*/ LIMIT 1000) some_"
        ),
        (None, state) => format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM demand WHERE demand.ended_at IS NULL AND demand.state = '{}' AND /*scope*/
               LIMIT 1000) some_",
            state.unwrap_or_default()
        ),
    };
    sql.say(text).scoped(scope, place_of(Some(queue)))
}

/// The demands of a filter that were raised within one of these spans and stand after this place, the newest first.
pub async fn among<R: Right>(
    store: &Store,
    scope: &Scope<R>,
    wanted: &Wanted<'_>,
    spans: impl ExactSizeIterator<Item = (Instant, Instant)>,
    after: Option<AfterNewest>,
    most: i64,
) -> Result<Vec<Demand>, Problem> {
    // A few lengths only, so that the statements are known again: what is left over spans nothing.
    let full = spans.len().max(16).next_power_of_two();
    let spans = spans.chain(std::iter::repeat((Instant::default(), Instant::default()))).take(full);
    let spans: Vec<(Instant, Instant)> = spans.collect();
    let mut found = Vec::new();
    for road in wanted.roads() {
        let mut sql = Sql::text("");
        let spans: Vec<String> =
            spans.iter().map(|(from, end)| format!("({}, {})", sql.place(*from), sql.place(*end))).collect();
        let (from, on) = road.source(&mut sql);
        let Conditions { mut served, others } = wanted.conditions(&mut sql);
        served.insert(0, on);
        served.extend(others);
        if let Some((at, id)) = after {
            served.push(road.said(&format!("(demand.raised_at, demand.id) < ({}, {})", sql.place(at), sql.place(id))));
        }
        let (served, most) = (served.join(" AND "), sql.place(most));
        let list = DEMAND.replace("FROM demand", &format!("FROM span CROSS JOIN {from}"));
        let within = road.said("demand.raised_at >= span.since AND demand.raised_at < span.until");
        let text = format!(
            "WITH span (since, until) AS (VALUES {}) {list} WHERE {within} AND {served} ORDER BY {} LIMIT {most}",
            spans.join(", "),
            road.said(NEWEST)
        );
        found.push(store.all(sql.say(text).scoped(scope, PLACE)).await?);
    }
    wanted.seen(wanted.merged(found, most))
}

/// When the demands were raised that scope and filter let through, as far as an index serves it, from one moment to another.
pub async fn moments<R: Right>(
    store: &Store,
    scope: &Scope<R>,
    wanted: &Wanted<'_>,
    (from, end): (Instant, Instant),
) -> Result<Vec<Instant>, Problem> {
    #[derive(FromQueryResult)]
    struct At {
        raised_at: Instant,
    }
    let mut moments = Vec::new();
    for road in wanted.roads() {
        let mut sql = Sql::text("");
        let (source, on) = road.source(&mut sql);
        let mut served = wanted.conditions(&mut sql).served;
        served.insert(0, on);
        let (served, from, end) = (served.join(" AND "), sql.place(from), sql.place(end));
        let within = road.said(&format!("demand.raised_at >= {from} AND demand.raised_at < {end}"));
        let order = road.said(NEWEST);
        let text = format!("SELECT demand.raised_at FROM {source} WHERE {within} AND {served} ORDER BY {order}");
        let found: Vec<At> = store.all(sql.say(text).scoped(scope, PLACE)).await?;
        moments.extend(found.into_iter().map(|at| at.raised_at));
    }
    Ok(moments)
}

const NEWEST: &str = "demand.raised_at DESC, demand.id DESC";

impl Wanted<'_> {
    /// The ways to the rows.
    fn roads(&self) -> Vec<Road> {
        let scope = (self.filter.role != Some(TaskRole::Co)).then_some(Road::Scope);
        scope.into_iter().chain(self.helps.iter().map(|unit| Road::Helps(*unit))).collect()
    }

    /// The order in which rows come, as SQL.
    fn order(&self) -> &'static str {
        match self.filter.order() {
            DemandSort::Newest => NEWEST,
            DemandSort::DueSoonest => "demand.due_at NULLS LAST, demand.id",
        }
    }

    /// What was found on each way, in one order and each demand once, so many at most.
    fn merged(&self, mut found: Vec<Vec<Demand>>, most: i64) -> Vec<Demand> {
        if found.len() == 1 {
            return found.pop().unwrap_or_default();
        }
        let mut all: Vec<Demand> = found.into_iter().flatten().collect();
        match self.filter.order() {
            DemandSort::Newest => all.sort_by_key(|demand| Reverse((demand.raised_at, demand.id))),
            DemandSort::DueSoonest => all.sort_by_key(|demand| (demand.due_at.is_none(), demand.due_at, demand.id)),
        }
        all.dedup_by_key(|demand| demand.id);
        all.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        all
    }

    /// The demands as who asks may read them.
    fn seen(&self, found: Vec<Demand>) -> Result<Vec<Demand>, Problem> {
        Ok(found.into_iter().map(|demand| discreet::seen(demand, self.actor, &[])).collect())
    }

    fn conditions(&self, sql: &mut Sql) -> Conditions {
        let filter = self.filter;
        let mut all = Conditions::default();
        if self.tells {
            all.served.push("NOT demand.sealed".into());
        }
        self.standing(sql, &mut all);
        if let Some(client) = filter.client {
            all.served.push(format!("demand.client_id = {}", sql.place(client)));
        }
        if let Some(unit) = filter.unit {
            all.served.push(format!("demand.lead_unit_id = {}", sql.place(unit)));
        }
        if let Some(category) = filter.category.as_deref() {
            let category = sql.place(category);
            all.served.push(format!(
                "demand.category_id IN (SELECT id FROM category WHERE id = {category} OR parent_id = {category})"
            ));
        }
        if let Some(path) = &self.area {
            let (from, end) = (sql.place(path.clone()), sql.place(path.end()));
            all.served.push(format!("demand.area_path >= {from} AND demand.area_path < {end}"));
        }
        self.days(sql, &mut all);
        if let Some(channel) = filter.channel {
            all.others.push(format!("demand.channel = {}", sql.place(channel)));
        }
        if let Some(rating) = filter.rating {
            all.others.push(format!("demand.rating = {}", sql.place(rating)));
        }
        all
    }

    /// Where they stand. What is open lies in indexes of its own.
    fn standing(&self, sql: &mut Sql, all: &mut Conditions) {
        let filter = self.filter;
        let by_due = filter.order() == DemandSort::DueSoonest;
        let open = filter.state.is_some_and(|state| rules::waiting_on(state).is_some());
        if open
            || by_due
            || filter.waiting.is_some()
            || filter.card.is_some()
            || filter.late
            || filter.open == Some(true)
        {
            all.served.push("demand.ended_at IS NULL".into());
        }
        if filter.open == Some(false) {
            all.served.push("demand.ended_at IS NOT NULL".into());
        }
        if let Some(state) = filter.state {
            all.served.push(format!("demand.state = {}", sql.place(state)));
        }
        if let Some(state) = filter.queue.and_then(Queue::state) {
            all.served.push(format!("demand.ended_at IS NULL AND demand.state = '{state}'"));
        }
        if let Some(part) = filter.waiting {
            all.served.push(format!("demand.state IN ({})", turns(part)));
        }
        if filter.returned {
            all.served.push(CAME_BACK.into());
        }
        if filter.late {
            all.served.push(format!("demand.due_at < {}", sql.place(self.now)));
        }
        let bounds = rules::card_bounds(&self.site.time(), self.now);
        all.served.extend(filter.card.map(|shown| card(sql, shown, &bounds)));
    }

    fn days(&self, sql: &mut Sql, all: &mut Conditions) {
        let filter = self.filter;
        let mut between = |column: &str, from: Option<Instant>, end: Option<Instant>| {
            all.served.extend(from.map(|from| format!("{column} >= {}", sql.place(from))));
            all.served.extend(end.map(|end| format!("{column} < {}", sql.place(end))));
        };
        let begin = |day| self.site.hours.begin(day);
        let end = |day| day_after(self.site, day);
        let (raised_from, raised_end) = self.raised();
        between("demand.raised_at", raised_from, raised_end);
        between("demand.ended_at", filter.ended_from.map(begin), filter.ended_to.map(end));
    }

    /// From and until when they were raised, as far as the filter tells.
    pub fn raised(&self) -> (Option<Instant>, Option<Instant>) {
        let begin = |day| self.site.hours.begin(day);
        (self.filter.from.map(begin), self.filter.to.map(|day| day_after(self.site, day)))
    }

    /// A page of what was found: with one row too many there is a next one.
    pub fn page(&self, mut found: Vec<Demand>, limit: Limit) -> Page<Demand> {
        let mut next = None;
        if found.len() as i64 == limit.probe() {
            found.pop();
            next = found.last().map(|last| place(last, self.filter.order()));
        }
        Page { items: found, next }
    }

    /// What comes after a cursor.
    fn after(&self, sql: &mut Sql, cursor: Option<&str>) -> Result<Option<String>, Problem> {
        let Some(cursor) = cursor else { return Ok(None) };
        Ok(Some(match self.filter.order() {
            DemandSort::Newest => {
                let (at, id) = Cursor::key::<AfterNewest>(cursor)?;
                format!("(demand.raised_at, demand.id) < ({}, {})", sql.place(at), sql.place(id))
            }
            DemandSort::DueSoonest => {
                let (due, id) = Cursor::key::<AfterDue>(cursor)?;
                let id = sql.place(id);
                match due.map(|due| sql.place(due)) {
                    Some(due) => format!("(demand.due_at IS NULL OR (demand.due_at, demand.id) > ({due}, {id}))"),
                    None => format!("demand.due_at IS NULL AND demand.id > {id}"),
                }
            }
        }))
    }
}

/// What waits to be dispatched and whose last act was to give back or to reopen: its place is the demand's version.
const CAME_BACK: &str = "demand.ended_at IS NULL AND demand.state = 'accepted' AND EXISTS (
    SELECT 1 FROM demand_event last WHERE last.demand_id = demand.id AND last.county_id = demand.county_id
      AND last.place = demand.version AND last.act IN ('rule', 'reopen', 'contest', 'recheck', 'unmerge'))";

/// The condition that a demand shows a card.
fn card(sql: &mut Sql, shown: Card, bounds: &CardBounds) -> String {
    let red = sql.place(bounds.red_before);
    if shown == Card::Red {
        return format!("demand.due_at < {red}");
    }
    let (yellow, today) = (sql.place(bounds.yellow_before), sql.place(bounds.today));
    let warned = format!("demand.due_at < {yellow} AND COALESCE(demand.due_since, demand.raised_at) < {today}");
    match shown {
        Card::None => format!("(demand.due_at IS NULL OR (demand.due_at >= {red} AND NOT ({warned})))"),
        Card::Yellow | Card::Red => format!("demand.due_at >= {red} AND {warned}"),
    }
}

/// The states in which it is somebody's turn; what is suspended or shelved waits for a day, not for them.
fn turns(part: Part) -> String {
    let rests = |state: &DemandState| matches!(state, DemandState::Suspended | DemandState::Shelved);
    let states = DemandState::ALL.iter().filter(|state| rules::waiting_on(**state) == Some(part) && !rests(state));
    let states: Vec<_> = states.map(|state| format!("'{}'", state.code())).collect();
    if states.is_empty() { "NULL".into() } else { states.join(", ") }
}

/// The question how many demands wait for a part, up to 1000.
pub fn waiting_count<R: Right>(scope: &Scope<R>, part: Part) -> Sql {
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM demand WHERE demand.ended_at IS NULL AND demand.state IN ({}) AND /*scope*/
         LIMIT 1000) waiting",
        turns(part)
    );
    Sql::text(sql).scoped(scope, PLACE)
}

/// How many open demands stand in a state.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub struct Tally {
    /// The state.
    pub state: DemandState,
    /// How many stand there.
    pub total: i64,
    /// How many of them are late.
    pub late: i64,
    /// How many of them show a yellow card.
    pub yellow: i64,
}

pub async fn per_state<R: Right>(
    store: &Store,
    scope: &Scope<R>,
    bounds: &CardBounds,
    now: Instant,
) -> Result<Vec<Tally>, Problem> {
    let mut sql = Sql::text("");
    let (yellow, now) = (card(&mut sql, Card::Yellow, bounds), sql.place(now));
    let text = format!(
        "SELECT demand.state, COUNT(*) AS total, COUNT(*) FILTER (WHERE demand.due_at < {now}) AS late,
           COUNT(*) FILTER (WHERE {yellow}) AS yellow
         FROM demand WHERE demand.ended_at IS NULL AND /*scope*/ GROUP BY demand.state"
    );
    store.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn returned<R: Right>(store: &Store, scope: &Scope<R>) -> Result<u64, Problem> {
    let sql = format!("SELECT COUNT(*) FROM demand WHERE {CAME_BACK} AND /*scope*/");
    count(store, Sql::text(sql).scoped(scope, PLACE)).await
}

pub async fn raised<R: Right>(store: &Store, scope: &Scope<R>, from: Instant, end: Instant) -> Result<u64, Problem> {
    let sql = "SELECT COUNT(*) FROM demand WHERE demand.raised_at >= $1 AND demand.raised_at < $2 AND /*scope*/";
    count(store, Sql::text(sql).bind(from).bind(end).scoped(scope, PLACE)).await
}

pub async fn closed<R: Right>(store: &Store, scope: &Scope<R>, from: Instant, end: Instant) -> Result<u64, Problem> {
    let sql = "SELECT COUNT(*) FROM demand
               WHERE demand.ended_at >= $1 AND demand.ended_at < $2 AND demand.outcome IS NOT NULL
                 AND demand.state IN ('closed', 'archived') AND /*scope*/";
    count(store, Sql::text(sql).bind(from).bind(end).scoped(scope, PLACE)).await
}

async fn count(store: &Store, sql: Sql) -> Result<u64, Problem> {
    let count: i64 = store.value(sql).await?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}
