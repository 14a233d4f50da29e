//! Lists of demands and the counts that stand beside them. A count and the list it opens are one filter: whoever presses a
//! number finds just as many lines.

mod pages;
mod queue;
pub(super) mod rows;

pub use queue::Queue;
pub use rows::Tally;
pub(super) use rows::Wanted;

use super::Demand;
use super::search::{self, Words};
use crate::{App, Site, org};
use chrono::Days;
use kernel::authz::{
    ApproveAnswers, ArbitrateDemands, HandleDemands, RateDemands, ReadDemands, ReadOrg, TriageDemands,
};
use kernel::id::{ClientId, DemandId, UnitId};
use kernel::words::{AreaLevel, Card, Channel, DemandState, Part, Rating, TaskRole};
use kernel::{Actor, AreaCode, Cursor, Day, Instant, Limit, Page, Problem, Reach, Right, Role, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use store::Sql;

pub(super) fn routes() -> Routes<App> {
    pages::routes()
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum DemandSort {
    /// The newest first.
    #[serde(rename = "-raised_at")]
    Newest,
    /// The soonest due first; only those that are open.
    #[serde(rename = "due_at")]
    DueSoonest,
}

/// Which demands to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct DemandFilter {
    /// In this state.
    pub state: Option<DemandState>,
    /// Only those that have not ended (true), or only those that have (false).
    pub open: Option<bool>,
    /// Those on which it is the turn of this part, which the reader must play.
    pub waiting: Option<Part>,
    /// Those in this queue, whose turn the reader must play.
    pub queue: Option<Queue>,
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of this category or below.
    pub category: Option<String>,
    /// In this area or below.
    pub area: Option<AreaCode>,
    /// Held by this unit.
    pub unit: Option<UnitId>,
    /// Only those that the reader's units lead (`lead`), or only those that they help with (`co`).
    pub role: Option<TaskRole>,
    /// From this channel.
    pub channel: Option<Channel>,
    /// Rated so.
    pub rating: Option<Rating>,
    /// Open ones that show this card.
    pub card: Option<Card>,
    /// Open ones whose limit has passed.
    #[serde(default)]
    pub late: bool,
    /// Only those that came back to the desk: returned by a unit, or reopened by the client.
    #[serde(default)]
    pub returned: bool,
    /// Raised on this day or later.
    pub from: Option<Day>,
    /// Raised on this day or earlier.
    pub to: Option<Day>,
    /// Ended on this day or later.
    pub ended_from: Option<Day>,
    /// Ended on this day or earlier.
    pub ended_to: Option<Day>,
    /// With these words, each of them somewhere in title, text, client's name, number or category.
    pub q: Option<String>,
    /// In which order: `-raised_at` (usual) or `due_at`; what waits comes by `due_at`.
    pub sort: Option<DemandSort>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

impl DemandFilter {
    /// The order in which they come.
    pub(super) fn order(&self) -> DemandSort {
        let usual = if self.waiting.is_some() { DemandSort::DueSoonest } else { DemandSort::Newest };
        self.sort.unwrap_or(usual)
    }

    /// The words that are searched for, when something was typed.
    pub(super) fn words(&self) -> Option<Words> {
        self.q.as_deref().filter(|q| !q.trim().is_empty()).map(Words::of)
    }
}

/// Demands, those of `filter`.
///
/// # Errors
/// When the database fails, the cursor is forged, or the area is none.
pub async fn demands(
    app: &App,
    actor: &Actor,
    scope: &Scope<ReadDemands>,
    filter: &DemandFilter,
    limit: Limit,
) -> Result<Page<Demand>, Problem> {
    let area = match (filter.area, actor.scope::<ReadOrg>()) {
        (None, _) => None,
        (Some(code), Some(consulted)) => Some(org::area_within(&app.store, &consulted, code).await?.path),
        (Some(code), None) => Some(org::area_within(&app.store, scope, code).await?.path),
    };
    // Whoever asks for one client's, or for a town's, would read off the answer whose they are.
    let of_another = filter.client.is_some_and(|client| {
        !actor.scope::<RateDemands>().is_some_and(|scope| scope.covers(&Reach::Clients(vec![client])))
    });
    let tells = of_another || filter.area.is_some_and(|code| code.level() == AreaLevel::Town);
    let helps = helps(scope, filter);
    let wanted = rows::Wanted { filter, area, site: &app.site, actor, helps, tells, now: app.now() };
    match filter.queue.map_or(filter.waiting, |queue| Some(queue.whose())) {
        Some(Part::Co) => held::<HandleDemands>(app, actor, &wanted, limit).await,
        None => listed(app, scope, &wanted, limit).await,
        Some(Part::Desk) => held::<TriageDemands>(app, actor, &wanted, limit).await,
        Some(Part::Unit) => held::<HandleDemands>(app, actor, &wanted, limit).await,
        Some(Part::Client) => held::<RateDemands>(app, actor, &wanted, limit).await,
        Some(Part::Head) => held::<ApproveAnswers>(app, actor, &wanted, limit).await,
        Some(Part::Arbiter) => held::<ArbitrateDemands>(app, actor, &wanted, limit).await,
        Some(Part::Commissioner | Part::Platform) => Ok(Page { items: Vec::new(), next: None }),
    }
}

/// The units of the reader that may help with what is asked for; none where it is asked whose turn it is, since what waits for
/// a helper is a queue of its own.
fn helps(scope: &Scope<ReadDemands>, filter: &DemandFilter) -> Vec<UnitId> {
    if filter.role == Some(TaskRole::Lead) || filter.queue.is_some() || filter.waiting.is_some() {
        return Vec::new();
    }
    let unit = |reach: &Reach| if let Reach::Unit(unit) = reach { Some(*unit) } else { None };
    let mut units: Vec<UnitId> = scope.reaches().iter().filter_map(unit).collect();
    units.sort_unstable();
    units.dedup();
    units
}

/// A list within what the actor may reach by a right.
async fn held<R: Right>(
    app: &App,
    actor: &Actor,
    wanted: &rows::Wanted<'_>,
    limit: Limit,
) -> Result<Page<Demand>, Problem> {
    match actor.scope::<R>() {
        Some(scope) => listed(app, &scope, wanted, limit).await,
        None => Ok(Page { items: Vec::new(), next: None }),
    }
}

async fn listed<R: Right>(
    app: &App,
    scope: &Scope<R>,
    wanted: &rows::Wanted<'_>,
    limit: Limit,
) -> Result<Page<Demand>, Problem> {
    match wanted.filter.words() {
        Some(words) => search::find(app, scope, wanted, &words, limit).await,
        None => {
            let cursor = wanted.filter.cursor.as_deref();
            Ok(wanted.page(rows::demands(&app.store, scope, wanted, cursor, limit.probe()).await?, limit))
        }
    }
}

/// Where a list goes on after `last`.
pub(super) fn place(last: &Demand, order: DemandSort) -> Cursor {
    match order {
        DemandSort::Newest => Cursor::of(&(last.raised_at, last.id)),
        DemandSort::DueSoonest => Cursor::of(&(last.due_at, last.id)),
    }
}

type AfterNewest = (Instant, DemandId);
type AfterDue = (Option<Instant>, DemandId);

/// The part for which demands wait for this actor, if they play one. A working group may step in for a desk, but nothing
/// waits for it.
#[must_use]
pub fn turn_of(actor: &Actor) -> Option<Part> {
    let turns = [
        (Role::AreaDesk, Part::Desk),
        (Role::Arbiter, Part::Arbiter),
        (Role::Handler, Part::Unit),
        (Role::UnitHead, Part::Unit),
        (Role::Liaison, Part::Client),
    ];
    let plays = |role: Role| actor.grants.iter().any(|grant| grant.role == role);
    turns.into_iter().find(|(role, _)| plays(*role)).map(|(_, part)| part)
}

/// The question how many demands wait for the actor, up to 1000; none when nothing ever does.
#[must_use]
pub fn waiting_count(actor: &Actor) -> Option<Sql> {
    fn held<R: Right>(actor: &Actor, part: Part) -> Option<Sql> {
        actor.scope::<R>().map(|scope| rows::waiting_count(&scope, part))
    }
    match turn_of(actor)? {
        part @ Part::Desk => held::<TriageDemands>(actor, part),
        part @ Part::Unit => held::<HandleDemands>(actor, part),
        part @ Part::Client => held::<RateDemands>(actor, part),
        part @ Part::Arbiter => held::<ArbitrateDemands>(actor, part),
        Part::Commissioner | Part::Co | Part::Head | Part::Platform => None,
    }
}

/// How many demands stand in each of these queues, as far as the actor plays the part; each counted up to 1000.
///
/// # Errors
/// When the database fails.
pub async fn queued(app: &App, actor: &Actor, queues: &[Queue]) -> Result<Vec<(Queue, u64)>, Problem> {
    fn held<R: Right>(actor: &Actor, queue: Queue, now: Instant) -> Option<Sql> {
        actor.scope::<R>().map(|scope| rows::queued(&scope, queue, now))
    }
    let now = app.now();
    let asked = |queue: &Queue| match queue.whose() {
        Part::Co => held::<HandleDemands>(actor, *queue, now),
        Part::Head => held::<ApproveAnswers>(actor, *queue, now),
        _ => held::<TriageDemands>(actor, *queue, now),
    };
    let counts = store::count_each(&app.store, queues.iter().map(asked).collect()).await?;
    Ok(queues.iter().copied().zip(counts).collect())
}

/// How many open demands within the scope stand in each state, and how many of them are late or show a card.
///
/// # Errors
/// When the database fails.
pub async fn per_state(app: &App, scope: &Scope<ReadDemands>) -> Result<Vec<Tally>, Problem> {
    let now = app.now();
    rows::per_state(&app.store, scope, &rules::card_bounds(&app.site.time(), now), now).await
}

/// How many demands within the scope came back to the desk and wait to be dispatched again.
///
/// # Errors
/// When the database fails.
pub async fn returned(app: &App, scope: &Scope<ReadDemands>) -> Result<u64, Problem> {
    rows::returned(&app.store, scope).await
}

/// How many demands within the scope were raised, and how many were closed, from one day to another.
///
/// # Errors
/// When the database fails.
pub async fn within(app: &App, scope: &Scope<ReadDemands>, (from, to): (Day, Day)) -> Result<(u64, u64), Problem> {
    let (from, end) = (app.site.hours.begin(from), day_after(&app.site, to));
    Ok((rows::raised(&app.store, scope, from, end).await?, rows::closed(&app.store, scope, from, end).await?))
}

/// The first moment after a day.
fn day_after(site: &Site, day: Day) -> Instant {
    site.hours.begin(day.checked_add_days(Days::new(1)).unwrap_or(day))
}
