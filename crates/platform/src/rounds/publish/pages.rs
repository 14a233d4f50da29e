//! What will happen when a round is published, what stands in the way, and the act itself.

use super::{MEND, obstacles};
use crate::App;
use crate::app::say_day;
use crate::rounds::pages::Read;
use crate::rounds::planning::Counts;
use crate::rounds::result::{rows as places, total};
use crate::rounds::{Round, own_round};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::WritePairings;
use kernel::id::RoundId;
use kernel::words::{RoundKind, RoundState};
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairing-rounds/{id}/publish", confirm).post("/pairing-rounds/{id}/publish", publish)
}

#[derive(Template)]
#[template(path = "rounds/publish/confirm.html")]
struct ConfirmPage {
    kit: Kit,
    errors: Errors,
    round: Round,
    first: String,
    last: String,
    full: bool,
    counts: Counts,
    obstacles: Vec<String>,
    mend: &'static str,
}

impl ConfirmPage {
    async fn of(app: &App, guard: &Guard<WritePairings>, kit: Kit, round: Round) -> Result<Self, Problem> {
        Ok(Self {
            kit: kit.titled("公布批次").under(round.path(), round.name.as_str()),
            errors: Errors::none(),
            first: say_day(round.first_day),
            last: round.first_day.pred_opt().map(say_day).unwrap_or_default(),
            full: round.kind == RoundKind::Full,
            counts: total(&places::tallies(&app.store, &guard.scope, &round).await?),
            obstacles: obstacles(app, &app.store, &round).await?,
            mend: MEND,
            round,
        })
    }
}

async fn confirm(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
) -> Result<Response, Refusal> {
    let round = own_round(&app, &app.store, &guard.scope, id).await?;
    if round.state != RoundState::Review {
        let told = format!("这个批次的状态是“{}”，不能公布。", round.state.label());
        return Ok(see_other(&round.path(), Flash::warning(told)));
    }
    Ok(Html(ConfirmPage::of(&app, &guard, kit, round).await?).into_response())
}

async fn publish(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
    Form(read): Form<Read>,
) -> Result<Response, Refusal> {
    let round = own_round(&app, &app.store, &guard.scope, id).await?;
    let (path, first) = (round.path(), say_day(round.first_day));
    match published(&app, &guard, id, read.version).await {
        Ok(counts) => {
            let told = format!(
                "已公布。从{first}起：{} 家换专员，{} 家新安排，{} 家不变。",
                counts.changed, counts.begun, counts.kept
            );
            Ok(see_other(&path, Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = ConfirmPage::of(&app, &guard, kit, round).await?;
            Ok((status, Html(ConfirmPage { errors, ..page })).into_response())
        }
    }
}

async fn published(app: &App, guard: &Guard<WritePairings>, id: RoundId, version: i64) -> Result<Counts, Problem> {
    let tx = app.store.begin().await?;
    let round = own_round(app, &tx, &guard.scope, id).await?;
    round.read_as(version)?;
    let counts = super::publish(app, &tx, (&guard.actor, &guard.scope), &round).await?;
    tx.commit().await?;
    Ok(counts)
}
