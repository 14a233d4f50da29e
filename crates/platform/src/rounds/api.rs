//! Rounds for programs.

use super::planning::{self, Counts, Hand, How};
use super::{DraftChange, NewRound, Round, RoundFilter, Told};
use crate::{App, Command, Nothing};
use axum::extract::State;
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::RoundId;
use kernel::{Limit, Page, Problem, Right, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Done, Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};
use std::time::Duration;

/// How long a program waits for a plan; after that it asks again how far things are.
const PATIENCE: Duration = Duration::from_secs(25);

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/pairing-rounds", "包靠批次清单", rounds)
        .api_post("/api/v1/pairing-rounds", "新建包靠批次（草稿）", draft)
        .api_get("/api/v1/pairing-rounds/{id}", "一个包靠批次", round)
        .api_patch("/api/v1/pairing-rounds/{id}", "修改尚未公布的包靠批次", alter)
        .api_post("/api/v1/pairing-rounds/{id}/acts/plan", "规划（或重新规划）包靠批次", plan)
        .api_post("/api/v1/pairing-rounds/{id}/acts/publish", "公布包靠批次：从开始日期起按它联系包靠", publish)
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
    Ok((Version(round.version), Json(Shown::of(round, &guard.scope)?)))
}

impl Shown {
    /// A round with what is told of it; the figures of the whole are for who reads the whole.
    fn of<R: Right>(round: Round, scope: &Scope<R>) -> Result<Self, Problem> {
        let mut told = round.told()?;
        if !round.within(scope) {
            told = Told { message: told.message, ..Told::default() };
        }
        Ok(Self { told, round })
    }
}

/// How a round is to be planned.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "PlanRound")]
struct PlanWish {
    /// What happens to what was chosen by hand.
    #[serde(default)]
    hand: Hand,
    /// Of an adjustment: which point of the curve, counted from 0, the fewest changes first. The first when left out.
    point: Option<usize>,
}

/// Answers when it is planned, or after a while with the round still being planned; a second call with the same key is
/// told that it was taken on.
async fn plan(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<PlanWish>,
) -> Result<Done<Shown>, Refusal> {
    let how = How { hand: wish.hand, point: wish.point };
    let tx = once.begin(&app, &guard.actor).await?;
    let round = planning::take(&app, &tx, &guard.actor, &guard.scope, (id, Some(version))).await?;
    let taken = Done { version: Some(round.version), body: Shown::of(round.clone(), &guard.scope)? };
    once.end(tx, &app, &guard.actor, taken).await?;
    planning::wait(planning::go_on(&app, &guard.scope, round, how), PATIENCE).await?;
    let round = super::own_round(&app, &app.store, &guard.scope, id).await?;
    Ok(Done { version: Some(round.version), body: Shown::of(round, &guard.scope)? })
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

/// Answers how many clients it changes what for.
async fn publish(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    IfMatch(version): IfMatch,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<Done<Counts>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let round = super::own_round(&app, &tx, &guard.scope, id).await?;
    round.read_as(version)?;
    let body = super::publish(&app, &tx, (&guard.actor, &guard.scope), &round).await?;
    once.end(tx, &app, &guard.actor, Done { version: Some(version + 1), body }).await
}

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
