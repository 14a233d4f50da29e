//! Deliveries for programs.

use super::{Delivery, DeliveryFilter};
use crate::{App, Command, Nothing};
use axum::extract::State;
use kernel::authz::ManageAccounts;
use kernel::id::DeliveryId;
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Done, Guard, Json, NoContent, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/deliveries", "对外消息的发送情况，默认列出发送失败的", deliveries)
        .api_get("/api/v1/deliveries/{id}", "一条对外消息的发送情况", delivery)
        .api_post("/api/v1/deliveries/acts/retry", "全部重发发送失败的", retry_all)
        .api_post("/api/v1/deliveries/{id}/acts/retry", "重发", retry)
        .api_post("/api/v1/deliveries/{id}/acts/give-up", "放弃发送", give_up)
}

async fn deliveries(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Query(filter): Query<DeliveryFilter>,
) -> Result<Json<Page<Delivery>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::deliveries(&app.store, &guard.scope, &filter, limit).await?))
}

async fn delivery(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
) -> Result<Json<Delivery>, Refusal> {
    Ok(Json(super::delivery(&app.store, &guard.scope, id).await?))
}

async fn retry(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let delivery = super::delivery(&tx, &guard.scope, id).await?;
    super::retry(&tx, &guard.actor, &delivery).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}

async fn give_up(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let delivery = super::delivery(&tx, &guard.scope, id).await?;
    super::give_up(&tx, &guard.actor, &delivery).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}

/// How many are tried again.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Retried")]
struct Retried {
    retried: u64,
}

async fn retry_all(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<Done<Retried>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let retried = super::retry_all(&tx, &guard.actor, &guard.scope, app.site.area).await?;
    once.end(tx, &app, &guard.actor, Done { version: None, body: Retried { retried } }).await
}
