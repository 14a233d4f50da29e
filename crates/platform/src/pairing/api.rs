//! Pairings for programs.

use super::{NewPairing, Pairing, PairingFilter};
use crate::App;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::PairingId;
use kernel::{Day, Limit, Page};
use serde::Deserialize;
use serde_json::{Value, json};
use shell::{Guard, Json, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/api/v1/pairings", pairings)
        .post("/api/v1/pairings", pair)
        .post("/api/v1/pairings/{id}/acts/end", end)
}

async fn pairings(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Query(filter): Query<PairingFilter>,
) -> Result<Json<Page<Pairing>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::pairings(&app.store, &guard.scope, &filter, limit).await?))
}

async fn pair(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Json(new): Json<NewPairing>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let tx = app.store.begin().await?;
    let id = super::pair(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

#[derive(Deserialize)]
struct End {
    last_day: Day,
}

async fn end(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<PairingId>,
    Json(wish): Json<End>,
) -> Result<StatusCode, Refusal> {
    let tx = app.store.begin().await?;
    let pairing = super::pairing(&tx, &guard.scope, id).await?;
    super::end(&tx, &guard.actor, &pairing, wish.last_day).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
