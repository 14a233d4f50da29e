//! Areas, units and officials for programs.

use super::{Area, Move, NewOfficial, NewUnit, Official, OfficialFilter, Post, Unit, UnitFilter};
use crate::App;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::{OfficialId, UnitId};
use kernel::{Day, Limit, Page, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shell::{Guard, IfMatch, Json, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/api/v1/areas", areas)
        .get("/api/v1/units", units)
        .post("/api/v1/units", found)
        .get("/api/v1/units/{id}/posts", in_office)
        .get("/api/v1/officials", officials)
        .post("/api/v1/officials", enter)
        .get("/api/v1/officials/{id}", official)
        .post("/api/v1/officials/{id}/acts/move", move_on)
        .post("/api/v1/officials/{id}/acts/leave", leave)
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
    Json(new): Json<NewUnit>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let tx = app.store.begin().await?;
    let id = super::found_unit(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

#[derive(Deserialize)]
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
    Json(new): Json<NewOfficial>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let tx = app.store.begin().await?;
    let id = super::enter_official(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

#[derive(Serialize)]
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
    Json(to): Json<Move>,
) -> Result<StatusCode, Refusal> {
    let tx = app.store.begin().await?;
    let official = as_read(super::official(&tx, &guard.scope, id).await?, version)?;
    super::move_official(&tx, &guard.actor, &guard.scope, official, to).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Leave {
    last_day: Day,
}

async fn leave(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(id): Path<OfficialId>,
    IfMatch(version): IfMatch,
    Json(wish): Json<Leave>,
) -> Result<StatusCode, Refusal> {
    let tx = app.store.begin().await?;
    let official = as_read(super::official(&tx, &guard.scope, id).await?, version)?;
    super::leave(&tx, &guard.actor, official, wish.last_day).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The official, if still as the caller read them.
fn as_read(official: Official, version: i64) -> Result<Official, Problem> {
    if official.version == version {
        return Ok(official);
    }
    Err(Problem::Stale(format!("{}的信息刚被别人修改过，请重新读取后再提交。", official.name)))
}
