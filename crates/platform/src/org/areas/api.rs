//! Areas for programs.

use super::{Area, AreaChange, FormerName, NewArea, rows};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::{AreaCode, Page};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/areas", "区域树", areas)
        .api_post("/api/v1/areas", "新增区域", enter)
        .api_get("/api/v1/areas/{code}", "一个区域，连同下级区域和曾用名", area)
        .api_patch("/api/v1/areas/{code}", "区域更名", rename)
}

async fn areas(guard: Guard<ReadOrg>, State(app): State<App>) -> Result<Json<Page<Area>>, Refusal> {
    let items = super::areas(&app.store, &guard.scope).await?;
    Ok(Json(Page { items, next: None }))
}

async fn enter(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Command(new, once): Command<NewArea>,
) -> Result<Made<Id<AreaCode>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let area = super::enter_area(&tx, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(area.id)).await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownArea")]
struct Shown {
    #[serde(flatten)]
    area: Area,
    /// The areas directly below.
    below: Vec<Area>,
    /// How many open units it has of its own.
    units: i64,
    /// The names it bore before, the oldest first.
    former_names: Vec<FormerName>,
}

async fn area(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(code): Path<AreaCode>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let area = super::area_in(&app.store, &guard.scope, code).await?;
    let below = super::below(&app.store, &area).await?;
    let units = rows::Units::of(&rows::units(&app.store).await?, area.id);
    let former_names = super::former(&app.store, &area).await?;
    Ok((Version(area.version), Json(Shown { area, below, units, former_names })))
}

async fn rename(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(code): Path<AreaCode>,
    IfMatch(version): IfMatch,
    Command(change, once): Command<AreaChange>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let area = super::area_in(&tx, &guard.scope, code).await?.unchanged_since(version)?;
    super::change_area(&tx, &guard.actor, area, change, app.today()).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
