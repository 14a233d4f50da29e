//! Pairings for programs.

use super::{HandOver, NewPairing, Pairing, PairingFilter};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::PairingId;
use kernel::{Day, Limit, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/pairings", "联系包靠清单", pairings)
        .api_post("/api/v1/pairings", "建立联系包靠", pair)
        .api_get("/api/v1/pairings/{id}", "一条联系包靠", pairing)
        .api_post("/api/v1/pairings/{id}/acts/end", "结束联系包靠", end)
        .api_post("/api/v1/pairings/{id}/acts/hand-over", "移交另一名服务专员：原包靠到前一天为止", hand_over)
}

async fn pairings(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Query(filter): Query<PairingFilter>,
) -> Result<Json<Page<Pairing>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::pairings(&app.store, &guard.scope, &filter, limit).await?))
}

async fn pairing(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<PairingId>,
) -> Result<(Version, Json<Pairing>), Refusal> {
    let pairing = super::pairing(&app.store, &guard.scope, id).await?;
    Ok((Version(pairing.version), Json(pairing)))
}

async fn pair(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Command(new, once): Command<NewPairing>,
) -> Result<Made<Id<PairingId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::pair(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EndPairing")]
struct End {
    /// The last day.
    last_day: Day,
}

async fn end(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<PairingId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<End>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let pairing = super::pairing(&tx, &guard.scope, id).await?;
    pairing.read_as(version)?;
    super::end(&tx, &guard.actor, &pairing, wish.last_day).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn hand_over(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<PairingId>,
    IfMatch(version): IfMatch,
    Command(to, once): Command<HandOver>,
) -> Result<Made<Id<PairingId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let pairing = super::pairing(&tx, &guard.scope, id).await?;
    pairing.read_as(version)?;
    let id = super::hand_over(&tx, &app.site, &guard.actor, &guard.scope, &pairing, to).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}
