//! Absences, for programs.

use super::{Absence, AbsenceFilter, NewAbsence};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::WritePairings;
use kernel::id::AbsenceId;
use kernel::{Day, Limit, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/absences", "服务专员请假和代管清单", absences)
        .api_post("/api/v1/absences", "登记请假和代管人", enter)
        .api_get("/api/v1/absences/{id}", "一条请假和代管", absence)
        .api_post("/api/v1/absences/{id}/acts/end", "提前结束请假和代管", end)
}

async fn absences(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Query(filter): Query<AbsenceFilter>,
) -> Result<Json<Page<Absence>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::absences(&app.store, &guard.scope, &filter, limit).await?))
}

async fn absence(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<AbsenceId>,
) -> Result<(Version, Json<Absence>), Refusal> {
    let absence = super::absence(&app.store, &guard.scope, id).await?;
    Ok((Version(absence.version), Json(absence)))
}

async fn enter(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Command(new, once): Command<NewAbsence>,
) -> Result<Made<Id<AbsenceId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::enter(&tx, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EndAbsence")]
struct End {
    /// The last day.
    last_day: Day,
}

async fn end(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<AbsenceId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<End>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let absence = super::absence(&tx, &guard.scope, id).await?;
    absence.read_as(version)?;
    super::end(&tx, &guard.actor, &absence, wish.last_day).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
