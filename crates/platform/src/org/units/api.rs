//! Units for programs.

use super::{FormerName, NewUnit, Unit, UnitChange, UnitFilter};
use crate::org::{self, Post, names, officials};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::UnitId;
use kernel::{Day, Limit, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/units", "单位清单", units)
        .api_post("/api/v1/units", "设立单位", found)
        .api_get("/api/v1/units/{id}", "一个单位，连同曾用名和某日在任的职务", unit)
        .api_patch("/api/v1/units/{id}", "单位更名，更正性质和电话", change)
        .api_get("/api/v1/units/{id}/posts", "某日在任的职务", in_office)
        .api_get("/api/v1/units/{id}/posts/ended", "已卸任的职务", ended)
        .api_post("/api/v1/units/{id}/acts/close", "撤销单位", close)
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
    /// A day that people want to look back to; today when left out.
    on: Option<Day>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownUnit")]
struct Shown {
    #[serde(flatten)]
    unit: Unit,
    /// The names it bore before, the oldest first.
    former_names: Vec<FormerName>,
    /// The name it bore on the day asked for.
    name_on_day: String,
    /// The posts held on the day asked for.
    posts: Vec<Post>,
}

async fn unit(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(id): Path<UnitId>,
    Query(day): Query<OnDay>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let unit = super::unit(&app.store, &guard.scope, id).await?;
    let former_names = super::former(&app.store, &unit).await?;
    let day = day.on.unwrap_or_else(|| app.today());
    let name_on_day = names::on(&former_names, &unit.name, day).to_owned();
    let posts = org::in_office(&app.store, &unit, day).await?;
    Ok((Version(unit.version), Json(Shown { unit, former_names, name_on_day, posts })))
}

async fn in_office(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(id): Path<UnitId>,
    Query(day): Query<OnDay>,
) -> Result<Json<Page<Post>>, Refusal> {
    let unit = super::unit(&app.store, &guard.scope, id).await?;
    let items = org::in_office(&app.store, &unit, day.on.unwrap_or_else(|| app.today())).await?;
    Ok(Json(Page { items, next: None }))
}

#[derive(Deserialize, JsonSchema)]
struct Turning {
    /// After this place.
    cursor: Option<String>,
    /// How many.
    limit: Option<u32>,
}

async fn ended(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(id): Path<UnitId>,
    Query(turning): Query<Turning>,
) -> Result<Json<Page<Post>>, Refusal> {
    let unit = super::unit(&app.store, &guard.scope, id).await?;
    let limit = Limit::parse(turning.limit)?;
    Ok(Json(officials::ended(&app.store, &unit, app.today(), turning.cursor.as_deref(), limit).await?))
}

async fn change(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(id): Path<UnitId>,
    IfMatch(version): IfMatch,
    Command(change, once): Command<UnitChange>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let unit = super::unit(&tx, &guard.scope, id).await?.unchanged_since(version)?;
    super::change_unit(&tx, &guard.actor, unit, change, app.today()).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CloseUnit")]
struct Close {
    last_day: Day,
}

async fn close(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(id): Path<UnitId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<Close>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let unit = super::unit(&tx, &guard.scope, id).await?.unchanged_since(version)?;
    super::close_unit(&tx, &guard.actor, unit, wish.last_day, app.today()).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
