//! Rounds for programs.

use super::{DraftChange, NewRound, Round, RoundFilter, Told};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::RoundId;
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/pairing-rounds", "包靠批次清单", rounds)
        .api_post("/api/v1/pairing-rounds", "新建包靠批次（草稿）", draft)
        .api_get("/api/v1/pairing-rounds/{id}", "一个包靠批次", round)
        .api_patch("/api/v1/pairing-rounds/{id}", "修改尚未公布的包靠批次", alter)
        .api_post("/api/v1/pairing-rounds/{id}/acts/drop", "作废尚未公布的包靠批次", drop_round)
        .api_post("/api/v1/pairing-rounds/{id}/acts/archive", "归档已公布的包靠批次", archive)
}

async fn rounds(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Query(filter): Query<RoundFilter>,
) -> Result<Json<Page<Round>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::rounds(&app, &guard.scope, &filter, limit).await?))
}

async fn draft(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Command(new, once): Command<NewRound>,
) -> Result<Made<Id<RoundId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::draft(&app, &tx, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownPairingRound")]
struct Shown {
    #[serde(flatten)]
    round: Round,
    #[serde(flatten)]
    told: Told,
}

async fn round(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let round = super::round(&app, &app.store, &guard.scope, id).await?;
    let told = round.told()?;
    Ok((Version(round.version), Json(Shown { told, round })))
}

async fn alter(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    IfMatch(version): IfMatch,
    Command(change, once): Command<DraftChange>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let round = super::own_round(&app, &tx, &guard.scope, id).await?;
    round.read_as(version)?;
    super::alter(&app, &tx, &guard.actor, &round, change).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

/// Nothing but the act itself.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Nothing")]
struct Nothing {}

async fn drop_round(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    IfMatch(version): IfMatch,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let round = super::own_round(&app, &tx, &guard.scope, id).await?;
    round.read_as(version)?;
    super::drop_round(&tx, &guard.actor, &round).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn archive(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    IfMatch(version): IfMatch,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let round = super::own_round(&app, &tx, &guard.scope, id).await?;
    round.read_as(version)?;
    super::archive(&tx, &guard.actor, &round).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
