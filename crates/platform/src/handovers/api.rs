//! Handovers, for programs.

use super::takes_part;
use crate::pairing::handovers::{self, Handover, HandoverFilter, Notes, Ready};
use crate::{App, Command, Nothing};
use axum::extract::State;
use kernel::authz::{AskPairings, ReadPairings};
use kernel::id::HandoverId;
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, IfMatch, Json, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/handovers", "服务专员交接清单", all)
        .api_get("/api/v1/handovers/{id}", "一份交接", one)
        .api_post("/api/v1/handovers/{id}/acts/write", "填写承诺事项和说明", write)
        .api_post("/api/v1/handovers/{id}/acts/prepare", "填写并移交给新专员", prepare)
        .api_post("/api/v1/handovers/{id}/acts/receive", "新专员接收", receive)
        .api_post("/api/v1/handovers/{id}/acts/confirm", "企业确认是否见到新专员", confirm)
}

async fn all(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Query(filter): Query<HandoverFilter>,
) -> Result<Json<Page<Handover>>, Refusal> {
    takes_part(&guard.actor)?;
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(handovers::handovers(&app.store, &guard.actor, &filter, app.today(), limit).await?))
}

async fn one(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<HandoverId>,
) -> Result<(Version, Json<Handover>), Refusal> {
    takes_part(&guard.actor)?;
    let handover = handovers::handover(&app.store, &guard.actor, id, app.today()).await?;
    Ok((Version(handover.version), Json(handover)))
}

async fn write(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<HandoverId>,
    IfMatch(version): IfMatch,
    command: Command<Notes>,
) -> Result<NoContent, Refusal> {
    written(&app, &guard, id, version, (command, Ready::NotYet)).await
}

async fn prepare(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<HandoverId>,
    IfMatch(version): IfMatch,
    command: Command<Notes>,
) -> Result<NoContent, Refusal> {
    written(&app, &guard, id, version, (command, Ready::Yes)).await
}

async fn written(
    app: &App,
    guard: &Guard<ReadPairings>,
    id: HandoverId,
    version: i64,
    (Command(notes, once), ready): (Command<Notes>, Ready),
) -> Result<NoContent, Refusal> {
    takes_part(&guard.actor)?;
    let tx = once.begin(app, &guard.actor).await?;
    let handover = handovers::handover(&tx, &guard.actor, id, app.today()).await?;
    handover.read_as(version)?;
    handovers::write(&tx, &guard.actor, &handover, notes, ready).await?;
    once.end(tx, app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn receive(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<HandoverId>,
    IfMatch(version): IfMatch,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    takes_part(&guard.actor)?;
    let tx = once.begin(&app, &guard.actor).await?;
    let handover = handovers::handover(&tx, &guard.actor, id, app.today()).await?;
    handover.read_as(version)?;
    handovers::receive(&tx, &guard.actor, &handover).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ConfirmHandover")]
struct Said {
    /// Whether they have met the next commissioner.
    met: bool,
}

async fn confirm(
    guard: Guard<AskPairings>,
    State(app): State<App>,
    Path(id): Path<HandoverId>,
    IfMatch(version): IfMatch,
    Command(said, once): Command<Said>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let handover = handovers::own(&tx, &guard.scope, id).await?;
    handover.read_as(version)?;
    match said.met {
        true => handovers::confirm(&tx, &guard.actor, &handover).await?,
        false => handovers::not_met(&tx, &guard.actor, &handover).await?,
    }
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
