//! Months of comings for programs.

use super::{ClientMonth, UnitMonth};
use crate::{App, registry};
use axum::extract::State;
use kernel::authz::ReadEntries;
use kernel::id::{ClientId, UnitId};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Json, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/clients/{id}/month", "一家企业（项目）一个月的入企安排和占用的天数", of_client)
        .api_get("/api/v1/units/{id}/month", "一个单位一个月的入企安排，以及可以同行的单位", of_unit)
}

/// Which month.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default)]
#[schemars(rename = "WhichMonth")]
struct Asked {
    /// Such as `2026-11`; this month unless said.
    month: String,
}

async fn of_client(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    Query(asked): Query<Asked>,
) -> Result<Json<ClientMonth>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let (today, budget) = (app.today(), app.site.touch.budget);
    let month = super::month(&asked.month, today)?;
    Ok(Json(super::of_client(&app.store, &guard.scope, (&client, month), (today, budget)).await?))
}

async fn of_unit(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Path(id): Path<UnitId>,
    Query(asked): Query<Asked>,
) -> Result<Json<UnitMonth>, Refusal> {
    let unit = super::unit(&app.store, &guard.actor, &guard.scope, id).await?;
    let month = super::month(&asked.month, app.today())?;
    Ok(Json(super::of_unit(&app.store, &guard.scope, (&unit, month), app.today()).await?))
}
