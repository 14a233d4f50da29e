//! The list of rounds, and the page of one, by how far it is.

use super::planning::{self, Hand, How, Step};
use super::{Round, RoundFilter};
use crate::App;
use crate::app::say_day;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::RoundId;
use kernel::words::RoundState;
use kernel::{Actor, Cursor, Limit, Problem, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};
use std::time::Duration;

/// How long a page waits, so that a small round is shown at once.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/pairing-rounds", list)
        .get("/pairing-rounds/{id}", show)
        .post("/pairing-rounds/{id}/plan", plan)
        .post("/pairing-rounds/{id}/drop", drop_round)
        .post("/pairing-rounds/{id}/archive", archive)
}

/// The colour of a state.
pub(super) fn tone(state: RoundState) -> &'static str {
    match state {
        RoundState::Planning => "blue",
        RoundState::Review => "yellow",
        RoundState::Published => "green",
        RoundState::Draft | RoundState::Archived | RoundState::Dropped => "grey",
    }
}

/// Whether somebody may make rounds at all.
fn may_draft(actor: &Actor) -> bool {
    actor.holds(WritePairings::NAME)
}

/// Whether this round may be changed by this person.
pub(super) fn may_change(actor: &Actor, round: &Round) -> bool {
    actor.scope::<WritePairings>().is_some_and(|scope| round.within(&scope))
}

/// A round as a line.
struct Line {
    href: String,
    name: String,
    number: i64,
    area: String,
    kind: &'static str,
    state: &'static str,
    tone: &'static str,
    first: String,
    made: String,
}

impl Line {
    fn of(app: &App, round: &Round) -> Self {
        Self {
            href: round.path(),
            name: round.name.clone(),
            number: round.number,
            area: round.area_name.clone(),
            kind: round.kind.label(),
            state: round.state.label(),
            tone: tone(round.state),
            first: say_day(round.first_day),
            made: format!("{}，{}", round.made_by, app.site.say(round.made_at, app.now())),
        }
    }
}

impl Round {
    /// Where it is shown.
    pub(super) fn path(&self) -> String {
        format!("/pairing-rounds/{}", self.id)
    }
}

/// The filters as a form sends them.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    state: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "rounds/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    may_draft: bool,
    asked: Asked,
    states: Vec<Choice>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let filter =
        RoundFilter { state: RoundState::parse(&asked.state), cursor: asked.cursor.clone(), ..RoundFilter::default() };
    let found = super::rounds(&app, &guard.scope, &filter, Limit::USUAL).await?;
    Ok(Html(ListPage {
        kit: kit.titled("包靠批次").under("/pairings", "联系包靠"),
        errors: Errors::none(),
        may_draft: may_draft(&guard.actor),
        states: RoundState::ALL.iter().map(|state| Choice::new(state.code(), state.label())).collect(),
        lines: found.items.iter().map(|round| Line::of(&app, round)).collect(),
        next: found.next,
        asked,
    }))
}

#[derive(Template)]
#[template(path = "rounds/draft.html")]
struct DraftPage {
    kit: Kit,
    round: Round,
    tone: &'static str,
    may_change: bool,
    draft: bool,
    first: String,
    made: String,
    message: Option<String>,
}

#[derive(Template)]
#[template(path = "rounds/planning.html")]
struct PlanningPage {
    kit: Kit,
    round: Round,
    steps: String,
}

async fn show(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
) -> Result<Response, Refusal> {
    let round = super::round(&app, &app.store, &guard.scope, id).await?;
    let kit = kit.titled(round.name.as_str()).under("/pairing-rounds", "包靠批次");
    if round.state == RoundState::Planning {
        let steps = Step::ALL.map(Step::label).join("、");
        return Ok(Html(PlanningPage { kit, round, steps }).into_response());
    }
    if round.planned() {
        let page = super::result::overview_page(&app, (&guard.actor, &guard.scope), kit, round).await?;
        return Ok(page.into_response());
    }
    let page = DraftPage {
        kit,
        tone: tone(round.state),
        may_change: may_change(&guard.actor, &round),
        draft: round.state == RoundState::Draft,
        first: say_day(round.first_day),
        made: format!("{}，{}", round.made_by, app.site.say(round.made_at, app.now())),
        message: round.told()?.message,
        round,
    };
    Ok(Html(page).into_response())
}

#[derive(Deserialize)]
struct Planning {
    version: i64,
    #[serde(default)]
    hand: String,
    point: Option<usize>,
}

async fn plan(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    Form(wish): Form<Planning>,
) -> Result<Response, Refusal> {
    let round = super::own_round(&app, &app.store, &guard.scope, id).await?;
    let hand = if wish.hand == "kept" { Hand::Kept } else { Hand::Dropped };
    let how = How { hand, point: wish.point };
    let begun = planning::begin(&app, &guard.actor, &guard.scope, (id, Some(wish.version)), how).await;
    match begun {
        Ok(work) => {
            planning::wait(work, PATIENCE).await?;
            Ok(Redirect::to(&round.path()).into_response())
        }
        Err(problem) => told(&round, Err(problem), ""),
    }
}

/// The version a page was drawn from.
#[derive(Deserialize)]
pub(super) struct Read {
    pub(super) version: i64,
}

async fn drop_round(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    Form(read): Form<Read>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let round = super::own_round(&app, &tx, &guard.scope, id).await?;
    let done = match round.read_as(read.version) {
        Ok(()) => super::drop_round(&tx, &guard.actor, &round).await,
        Err(problem) => Err(problem),
    };
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&round, done, "已作废，没有改动任何联系包靠。")
}

async fn archive(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    Form(read): Form<Read>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let round = super::own_round(&app, &tx, &guard.scope, id).await?;
    let done = match round.read_as(read.version) {
        Ok(()) => super::archive(&tx, &guard.actor, &round).await,
        Err(problem) => Err(problem),
    };
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&round, done, "已归档。已公布的联系包靠继续有效。")
}

/// Back to the round with what was done, or with what stood in the way.
pub(super) fn told(round: &Round, done: Result<(), Problem>, what: &str) -> Result<Response, Refusal> {
    let flash = match done {
        Ok(()) => Flash::success(what.to_owned()),
        Err(problem @ (Problem::Conflict(_) | Problem::Stale(_))) => Flash::error(problem.detail()),
        Err(problem) => return Err(problem.into()),
    };
    Ok(see_other(&round.path(), flash))
}
