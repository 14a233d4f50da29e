//! Calls to silent clients, for programs.

use super::results::asked_month;
use super::{Call, CallFilter, Results, Word, open};
use crate::contacts::RaisedThere;
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{CallSilent, RaiseDemands, ReadSilence};
use kernel::id::{DemandId, SilenceId};
use kernel::words::SilenceResult;
use kernel::{Limit, Page, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/silence-calls", "静默回访：抽到的企业（项目）", calls)
        .api_get("/api/v1/silence-calls/{id}", "一次静默回访，连同现在可填的结果", call)
        .api_post("/api/v1/silence-calls/{id}/results/{result}", "填写回访结果：一切正常、没联系上等", tell)
        .api_post("/api/v1/silence-calls/{id}/demands", "企业有困难：提出诉求，回访同时办结", raise)
        .api_get("/api/v1/silence-results", "静默回访的结果，按县市区与诉求率、解决率并列", results)
}

async fn calls(
    guard: Guard<CallSilent>,
    State(app): State<App>,
    Query(filter): Query<CallFilter>,
) -> Result<Json<Page<Call>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::calls(&app.store, &guard.scope, &filter, app.today(), limit).await?))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownSilenceCall")]
struct Shown {
    #[serde(flatten)]
    call: Call,
    /// What this caller may say of it now; a need by raising the demand.
    results: Vec<SilenceResult>,
}

async fn call(
    guard: Guard<CallSilent>,
    State(app): State<App>,
    Path(id): Path<SilenceId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let call = super::call(&app.store, &guard.scope, id).await?;
    let results = if open(&call) { SilenceResult::ALL.to_vec() } else { Vec::new() };
    Ok((Version(call.version), Json(Shown { call, results })))
}

async fn tell(
    guard: Guard<CallSilent>,
    State(app): State<App>,
    Path((id, result)): Path<(SilenceId, SilenceResult)>,
    IfMatch(version): IfMatch,
    Command(word, once): Command<Word>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let call = super::call(&tx, &guard.scope, id).await?;
    call.read_as(version)?;
    let call = super::tell(&tx, &app.site, &guard.actor, call, (result, &word)).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(call.version) }).await
}

/// What is told of a demand that came of a call.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "RaisedFromCall")]
struct Raised {
    id: DemandId,
    /// The number people call it by.
    number: String,
}

async fn raise(
    guard: Guard<CallSilent>,
    State(app): State<App>,
    Path(id): Path<SilenceId>,
    Command(new, once): Command<RaisedThere>,
) -> Result<Made<Raised>, Refusal> {
    let raises = guard.actor.scope::<RaiseDemands>().ok_or(Problem::NotFound)?;
    let tx = once.begin(&app, &guard.actor).await?;
    let call = super::call(&tx, &guard.scope, id).await?;
    let (_, demand) = super::raise(&tx, &app.site, (&guard.actor, &raises), call, new).await?;
    let made = Made { version: Some(demand.version), body: Raised { id: demand.id, number: demand.number } };
    once.end(tx, &app, &guard.actor, made).await
}

/// Which month.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default)]
#[schemars(rename = "SilenceMonth")]
struct Asked {
    /// Such as `2026-11`; the newest unless said.
    month: String,
}

async fn results(
    guard: Guard<ReadSilence>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Json<Results>, Refusal> {
    Ok(Json(super::results(&app, &guard.scope, asked_month(&asked.month)?).await?))
}
