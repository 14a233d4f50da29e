//! Proposals for programs.

use super::{LikelyCategory, LikelyUnit, Suggestions, pages, rows, suggestions};
use crate::demands::alike::Told;
use crate::{App, Command, Nothing};
use axum::extract::State;
use kernel::authz::TriageDemands;
use kernel::id::DemandId;
use kernel::{Instant, Page};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Guard, Json, NoContent, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/demands/{id}/suggestions", "建议的问题类别和承办单位，以及相似的办结诉求", suggested)
        .api_get("/api/v1/demand-models", "从办结诉求中学到了什么、有多准", models)
        .api_post("/api/v1/demand-models/acts/learn", "从办结诉求中重新学习（在后台进行）", learn)
}

/// What is proposed for a demand, as told to a program.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DemandSuggestions")]
struct Proposed {
    /// The likeliest first.
    categories: Vec<LikelyCategory>,
    /// The likeliest first.
    units: Vec<LikelyUnit>,
    /// Answered demands that are like it, the most alike first.
    cases: Vec<Told>,
}

async fn suggested(
    guard: Guard<TriageDemands>,
    State(app): State<App>,
    Path(id): Path<DemandId>,
) -> Result<Json<Proposed>, Refusal> {
    let demand = crate::demands::demand(&app.store, &guard.scope, id).await?;
    let Suggestions { categories, units, cases } = suggestions(&app, &guard.actor, &demand).await?;
    Ok(Json(Proposed { categories, units, cases: cases.into_iter().map(Told::from).collect() }))
}

/// Something that was learnt.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DemandModel")]
struct Model {
    /// What it tells: `category` or `unit`.
    purpose: String,
    learnt_at: Instant,
    /// From how many answered demands.
    demands: i64,
    /// How many of them were held back in a trial.
    checked: i64,
    /// How many of those it told right.
    hit: i64,
}

async fn models(_: Guard<TriageDemands>, State(app): State<App>) -> Result<Json<Page<Model>>, Refusal> {
    let known = rows::known(&app.store, app.site.area).await?;
    let model = |known: rows::Known| {
        let rows::Known { purpose, learnt_at, demands, checked, hit } = known;
        Model { purpose, learnt_at, demands, checked, hit }
    };
    Ok(Json(Page { items: known.into_iter().map(model).collect(), next: None }))
}

async fn learn(
    guard: Guard<TriageDemands>,
    State(app): State<App>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    pages::ask(&app, &tx, &guard.actor).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}
