//! Officials for programs.

use super::{Move, NewOfficial, Official, OfficialChange, OfficialFilter, Post};
use crate::org::{Seat, seats};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::OfficialId;
use kernel::{Day, Limit, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/officials", "干部清单", officials)
        .api_post("/api/v1/officials", "录入干部", enter)
        .api_get("/api/v1/officials/{id}", "一名干部及其任职经历", official)
        .api_patch("/api/v1/officials/{id}", "更正干部信息", correct)
        .api_post("/api/v1/officials/{id}/acts/move", "调任", move_on)
        .api_post("/api/v1/officials/{id}/acts/leave", "离任", leave)
}

async fn officials(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Query(filter): Query<OfficialFilter>,
) -> Result<Json<Page<Official>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::officials(&app.store, &guard.scope, &filter, limit).await?))
}

async fn enter(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Command(new, once): Command<NewOfficial>,
) -> Result<Made<Id<OfficialId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::enter_official(&tx, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownOfficial")]
struct Shown {
    #[serde(flatten)]
    official: Official,
    posts: Vec<Post>,
    /// Their places in leading and working groups, the latest first.
    seats: Vec<Seat>,
}

async fn official(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(id): Path<OfficialId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let official = super::official(&app.store, &guard.scope, id).await?;
    let posts = super::posts(&app.store, &official).await?;
    let seats = seats(&app.store, &official).await?;
    Ok((Version(official.version), Json(Shown { official, posts, seats })))
}

async fn correct(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(id): Path<OfficialId>,
    IfMatch(version): IfMatch,
    Command(change, once): Command<OfficialChange>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let official = super::official(&tx, &guard.scope, id).await?.unchanged_since(version)?;
    super::correct_official(&tx, &guard.actor, official, change).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn move_on(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(id): Path<OfficialId>,
    IfMatch(version): IfMatch,
    Command(to, once): Command<Move>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let official = super::official(&tx, &guard.scope, id).await?.unchanged_since(version)?;
    super::move_official(&tx, &guard.actor, &guard.scope, official, to, app.today()).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

#[derive(Deserialize, JsonSchema)]
struct Leave {
    last_day: Day,
}

async fn leave(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(id): Path<OfficialId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<Leave>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let official = super::official(&tx, &guard.scope, id).await?.unchanged_since(version)?;
    super::leave(&tx, &guard.actor, official, wish.last_day, app.today()).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
