//! Quiet periods for programs.

use super::{NewQuiet, QuietPeriod};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::DeclareQuiet;
use kernel::id::QuietId;
use kernel::{Day, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/quiet-periods", "静默期：未结束的", periods)
        .api_post("/api/v1/quiet-periods", "公布静默期", declare)
        .api_post("/api/v1/quiet-periods/{id}/acts/end", "提前结束静默期", end)
}

async fn periods(guard: Guard<DeclareQuiet>, State(app): State<App>) -> Result<Json<Page<QuietPeriod>>, Refusal> {
    let items = super::periods(&app.store, &guard.scope, app.today()).await?;
    Ok(Json(Page { items, next: None }))
}

async fn declare(
    guard: Guard<DeclareQuiet>,
    State(app): State<App>,
    Command(new, once): Command<NewQuiet>,
) -> Result<Made<Id<QuietId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::declare(&tx, &guard.actor, &guard.scope, new, app.today()).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EndQuiet")]
struct End {
    /// The last day.
    last_day: Day,
}

async fn end(
    guard: Guard<DeclareQuiet>,
    State(app): State<App>,
    Path(id): Path<QuietId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<End>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let period = super::period(&tx, &guard.scope, id).await?;
    period.read_as(version)?;
    super::end(&tx, &guard.actor, &period, wish.last_day).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
