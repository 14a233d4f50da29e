//! The list of demands for people: dense on a desk, cards on a phone, and every filter in its address.

use super::{DemandFilter, DemandSort, Queue, queued, turn_of};
use crate::app::say_day;
use crate::demands::saved::{self, SavedFilter};
use crate::demands::{Line, answers, categories_as_choices};
use crate::{App, org};
use askama::Template;
use axum::extract::{RawQuery, State};
use kernel::authz::{RaiseDemands, ReadDemands, ReadOrg, TriageDemands};
use kernel::id::DemandId;
use kernel::words::{AreaLevel, Card, Channel, DemandAct, DemandState, Part, Rating, TaskRole};
use kernel::{Actor, AreaCode, Cursor, Day, Limit, Problem, Reach, Right, Role, Scope};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Picker, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/demands", list)
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    waiting: String,
    queue: String,
    state: String,
    open: String,
    category: String,
    area: String,
    unit: String,
    unit_text: String,
    role: String,
    channel: String,
    rating: String,
    card: String,
    late: String,
    returned: String,
    from: String,
    to: String,
    ended_from: String,
    ended_to: String,
    q: String,
    sort: String,
    cursor: Option<String>,
}

impl Asked {
    /// The filter that is asked for. What cannot be read chooses nothing.
    fn filter(&self) -> DemandFilter {
        let some = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let day = |text: &String| text.trim().parse::<Day>().ok();
        DemandFilter {
            state: DemandState::parse(&self.state),
            open: self.open.parse().ok(),
            waiting: Part::parse(&self.waiting),
            queue: Queue::parse(&self.queue),
            client: None,
            category: some(&self.category),
            area: AreaCode::parse(&self.area).ok(),
            unit: None,
            role: TaskRole::parse(&self.role),
            channel: Channel::parse(&self.channel),
            rating: Rating::parse(&self.rating),
            card: Card::parse(&self.card),
            late: self.late == "true",
            returned: self.returned == "true",
            from: day(&self.from),
            to: day(&self.to),
            ended_from: day(&self.ended_from),
            ended_to: day(&self.ended_to),
            q: some(&self.q),
            sort: match self.sort.as_str() {
                "due_at" => Some(DemandSort::DueSoonest),
                "-raised_at" => Some(DemandSort::Newest),
                _ => None,
            },
            cursor: self.cursor.clone(),
            limit: None,
        }
    }

    /// Whether something is chosen among the filters that are not at hand at once.
    fn goes_further(&self) -> bool {
        let far = [&self.area, &self.unit, &self.unit_text, &self.channel, &self.rating, &self.from, &self.to];
        let days = [&self.ended_from, &self.ended_to, &self.sort, &self.role];
        far.into_iter().chain(days).any(|text| !text.is_empty())
    }
}

#[derive(Template)]
#[template(path = "demands/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    may_raise: bool,
    /// The part whose turn the reader may ask for.
    turn: Option<&'static str>,
    asked: Asked,
    /// Whether more filters are open.
    further: bool,
    states: Vec<Choice>,
    categories: Vec<Choice>,
    limits: Vec<Choice>,
    /// Which of them is asked for.
    limit: String,
    areas: Vec<Choice>,
    unit: Option<Picker>,
    /// How a unit has to do with what it reads; empty for who reads for none.
    roles: Vec<Choice>,
    channels: Vec<Choice>,
    ratings: Vec<Choice>,
    sorts: Vec<Choice>,
    /// The queues of the reader, with how many stand in each.
    queues: Vec<QueueTab>,
    saved: Vec<SavedFilter>,
    /// For whom the reader stands in today.
    stands_in: Vec<String>,
    /// The list's address after the question mark, when something is chosen.
    query: String,
    /// What may be done to many at once here.
    many: Option<DemandAct>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

/// A queue, as a tab above the list.
struct QueueTab {
    code: &'static str,
    label: &'static str,
    count: u64,
    here: bool,
}

async fn tabs(app: &App, actor: &Actor, here: Option<Queue>) -> Result<Vec<QueueTab>, Problem> {
    let plays = |role: Role| actor.grants.iter().any(|grant| grant.role == role);
    let mut queues: Vec<Queue> = Vec::new();
    if plays(Role::AreaDesk) {
        queues.extend(Queue::OF_DESK);
    }
    if plays(Role::Handler) || plays(Role::UnitHead) {
        queues.extend(Queue::OF_UNIT.iter().filter(|queue| **queue != Queue::Approvals || plays(Role::UnitHead)));
    }
    let tab = |(queue, count): (Queue, u64)| QueueTab {
        code: queue.code(),
        label: queue.label(),
        count,
        here: here == Some(queue),
    };
    Ok(queued(app, actor, &queues).await?.into_iter().map(tab).collect())
}

async fn list(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    RawQuery(asked_for): RawQuery,
    Query(mut asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    // One field on the page, two in the address.
    if asked.card == "late" {
        (asked.card, asked.late) = (String::new(), "true".into());
    }
    let mut filter = asked.filter();
    let mut errors = Errors::none();
    let mut unit = Picker::sent(&asked.unit, &asked.unit_text);
    let picks = many_units(&guard.scope).then(|| guard.actor.scope::<ReadOrg>()).flatten();
    if let (Some(consulted), false) = (&picks, unit.is_empty()) {
        match org::picked_unit(&app.store, consulted, &mut unit, "unit").await {
            Ok(id) => filter.unit = Some(id),
            Err(problem) => errors = Errors::take(problem)?,
        }
    }
    let found = super::demands(&app, &guard.actor, &guard.scope, &filter, Limit::USUAL).await?;
    let (now, words) = (app.now(), filter.words());
    let ids: Vec<DemandId> = found.items.iter().filter(|_| words.is_some()).map(|demand| demand.id).collect();
    let answers = answers::of(&app.store, &ids).await?;
    let desk = guard.actor.holds(TriageDemands::NAME);
    let many = match (filter.queue, filter.state) {
        _ if !desk => None,
        (Some(Queue::Intake), _) | (None, Some(DemandState::Raised)) => Some(DemandAct::Accept),
        (Some(Queue::Dispatch), _) | (None, Some(DemandState::Accepted)) => Some(DemandAct::Dispatch),
        _ => None,
    };
    Ok(Html(ListPage {
        kit: kit.titled("企业诉求"),
        may_raise: guard.actor.holds(RaiseDemands::NAME),
        turn: turn_of(&guard.actor).map(Part::code),
        further: asked.goes_further() || !errors.is_empty(),
        states: DemandState::ALL.iter().map(|state| Choice::new(state.code(), state.label())).collect(),
        categories: categories_as_choices(&app).await?,
        limits: [("late", "已超时"), ("red", "红牌"), ("yellow", "黄牌")]
            .map(|(value, label)| Choice::new(value, label))
            .into(),
        limit: if filter.late { "late".into() } else { asked.card.clone() },
        areas: areas(&app, &guard.actor, &guard.scope).await?,
        unit: picks.map(|_| unit),
        roles: roles(&guard.scope),
        channels: Channel::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        ratings: Rating::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        sorts: [("-raised_at", "最新提交"), ("due_at", "最先到期")]
            .map(|(value, label)| Choice::new(value, label))
            .into(),
        queues: tabs(&app, &guard.actor, filter.queue).await?,
        saved: saved::of(&app, &guard.actor).await?,
        stands_in: stands_in(&guard.actor),
        query: asked_for.unwrap_or_default(),
        many: many.filter(|_| !found.items.is_empty()),
        lines: found
            .items
            .iter()
            .map(|demand| match &words {
                Some(words) => {
                    let answers = answers.get(&demand.id).map_or(&[][..], Vec::as_slice);
                    Line::found(&app.site, demand, (words, answers), now)
                }
                None => Line::of(&app.site, demand, now),
            })
            .collect(),
        next: found.next,
        errors,
        asked,
    }))
}

/// For whom somebody stands in, and until when: each name once.
fn stands_in(actor: &Actor) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for lent in &actor.stands_in {
        let line = format!("代 {} 办理（{}，到{}）", lent.name, lent.grant.role.label(), say_day(lent.until));
        if !said.contains(&line) {
            said.push(line);
        }
    }
    said
}

/// Whether demands of several units may be among those that are read.
fn many_units(scope: &Scope<ReadDemands>) -> bool {
    scope.reaches().iter().any(|reach| matches!(reach, Reach::Everything | Reach::Area(_)))
}

/// Whether to lead or to help, for who reads for a unit.
fn roles(scope: &Scope<ReadDemands>) -> Vec<Choice> {
    if !scope.reaches().iter().any(|reach| matches!(reach, Reach::Unit(_))) {
        return Vec::new();
    }
    [TaskRole::Lead, TaskRole::Co].map(|role| Choice::new(role.code(), role.label())).into()
}

/// The areas that somebody who reads by area may choose from, towns set in.
async fn areas(app: &App, actor: &Actor, scope: &Scope<ReadDemands>) -> Result<Vec<Choice>, Problem> {
    let Some(consulted) = actor.scope::<ReadOrg>().filter(|_| many_units(scope)) else { return Ok(Vec::new()) };
    let all = org::areas(&app.store, &consulted).await?;
    let read = all.iter().filter(|area| scope.covers(&Reach::Area(area.path.clone())));
    let named = |area: &org::Area| {
        let inset = if area.level == AreaLevel::Town { "　" } else { "" };
        Choice::new(area.id.to_string(), format!("{inset}{}", area.name))
    };
    Ok(read.map(named).collect())
}
