//! Areas, units and officials for programs.

use super::{Area, Move, NewOfficial, NewUnit, Official, OfficialFilter, Post, Unit, UnitFilter};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::{OfficialId, UnitId};
use kernel::{Day, Limit, Page, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/areas", "区域树", areas)
        .api_get("/api/v1/units", "单位清单", units)
        .api_post("/api/v1/units", "设立单位", found)
        .api_get("/api/v1/units/{id}/posts", "某日在任的职务", in_office)
        .api_get("/api/v1/officials", "干部清单", officials)
        .api_post("/api/v1/officials", "录入干部", enter)
        .api_get("/api/v1/officials/{id}", "一名干部及其任职经历", official)
        .api_post("/api/v1/officials/{id}/acts/move", "调任", move_on)
        .api_post("/api/v1/officials/{id}/acts/leave", "离任", leave)
}

async fn areas(guard: Guard<ReadOrg>, State(app): State<App>) -> Result<Json<Page<Area>>, Refusal> {
    let items = super::areas(&app.store, &guard.scope).await?;
    Ok(Json(Page { items, next: None }))
}

async fn units(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Query(filter): Query<UnitFilter>,
) -> Result<Json<Page<Unit>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::units(&app.store, &guard.scope, &filter, limit).await?))
}

async fn found(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Command(new, once): Command<NewUnit>,
) -> Result<Made<Id<UnitId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::found_unit(&tx, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

#[derive(Deserialize, JsonSchema)]
struct OnDay {
    on: Option<Day>,
}

async fn in_office(
    _: Guard<ReadOrg>,
    State(app): State<App>,
    Path(unit): Path<UnitId>,
    Query(day): Query<OnDay>,
) -> Result<Json<Page<Post>>, Refusal> {
    let day = day.on.unwrap_or_else(|| app.site.hours.day(app.now()));
    let items = super::in_office(&app.store, unit, day).await?;
    Ok(Json(Page { items, next: None }))
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
}

async fn official(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(id): Path<OfficialId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let official = super::official(&app.store, &guard.scope, id).await?;
    let posts = super::posts(&app.store, &official).await?;
    Ok((Version(official.version), Json(Shown { official, posts })))
}

async fn move_on(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(id): Path<OfficialId>,
    IfMatch(version): IfMatch,
    Command(to, once): Command<Move>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let official = as_read(super::official(&tx, &guard.scope, id).await?, version)?;
    super::move_official(&tx, &guard.actor, &guard.scope, official, to).await?;
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
    let official = as_read(super::official(&tx, &guard.scope, id).await?, version)?;
    super::leave(&tx, &guard.actor, official, wish.last_day).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

/// The official, if still as the caller read them.
fn as_read(official: Official, version: i64) -> Result<Official, Problem> {
    if official.version == version {
        return Ok(official);
    }
    Err(Problem::Stale(format!("{}的信息刚被别人修改过，请重新读取后再提交。", official.name)))
}
