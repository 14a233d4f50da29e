//! Adjusting by hand, for programs.

use super::Offer;
use crate::rounds::own_round;
use crate::rounds::result::{self, Place};
use crate::{App, Command, Nothing};
use axum::extract::State;
use kernel::Page;
use kernel::authz::WritePairings;
use kernel::id::{OfficialId, PlaceId, RoundId};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Done, Guard, IfMatch, Json, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/pairing-rounds/{id}/places/{place}/candidates", "可以改由谁联系，各有什么影响", candidates)
        .api_post("/api/v1/pairing-rounds/{id}/places/{place}/acts/choose", "手工指定服务专员", choose)
        .api_post("/api/v1/pairing-rounds/{id}/places/{place}/acts/undo", "撤销手工指定，恢复规划结果", undo)
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "RoundCandidateFilter")]
struct Asked {
    /// This official alone, also when they must not be.
    official: Option<OfficialId>,
}

async fn candidates(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path((id, place)): Path<(RoundId, PlaceId)>,
    Query(asked): Query<Asked>,
) -> Result<Json<Page<Offer>>, Refusal> {
    let round = own_round(&app, &app.store, &guard.scope, id).await?;
    let place = result::place(&app.store, &guard.scope, &round, place).await?;
    let of = (&round, &place);
    let items = match asked.official {
        Some(official) => vec![super::offer(&app, &app.store, &guard.scope, of, official).await?],
        None => super::offers(&app, &app.store, &guard.scope, of).await?,
    };
    Ok(Json(Page { items, next: None }))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChooseOfficial")]
struct Choice {
    /// Who is to look after the client.
    official: OfficialId,
}

async fn choose(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path((id, place)): Path<(RoundId, PlaceId)>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<Choice>,
) -> Result<Done<Place>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let round = own_round(&app, &tx, &guard.scope, id).await?;
    let by = (&*guard.actor, &guard.scope);
    let body = super::choose(&app, &tx, by, &round, (place, version), wish.official).await?;
    once.end(tx, &app, &guard.actor, Done { version: Some(body.version), body }).await
}

async fn undo(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path((id, place)): Path<(RoundId, PlaceId)>,
    IfMatch(version): IfMatch,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<Done<Place>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let round = own_round(&app, &tx, &guard.scope, id).await?;
    let by = (&*guard.actor, &guard.scope);
    let body = super::undo(&app, &tx, by, &round, (place, version)).await?;
    once.end(tx, &app, &guard.actor, Done { version: Some(body.version), body }).await
}
