//! Demands for programs.

use super::{ActWish, Category, Clocked, Demand, DemandFilter, Happened, NewDemand};
use crate::App;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::authz::{RaiseDemands, ReadDemands};
use kernel::id::DemandId;
use kernel::words::DemandAct;
use kernel::{Limit, Page};
use serde::Serialize;
use serde_json::{Value, json};
use shell::{Guard, IfMatch, Json, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/api/v1/categories", categories)
        .get("/api/v1/demands", demands)
        .post("/api/v1/demands", raise)
        .get("/api/v1/demands/{id}", demand)
        .get("/api/v1/demands/{id}/timeline", timeline)
        .post("/api/v1/demands/{id}/acts/{act}", act)
}

async fn categories(_: Guard<ReadDemands>, State(app): State<App>) -> Result<Json<Page<Category>>, Refusal> {
    let items = super::categories(&app.store, &app.site).await?;
    Ok(Json(Page { items, next: None }))
}

async fn demands(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Query(filter): Query<DemandFilter>,
) -> Result<Json<Page<Demand>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::demands(&app.store, &guard.actor, &guard.scope, &filter, limit).await?))
}

async fn raise(
    guard: Guard<RaiseDemands>,
    State(app): State<App>,
    Json(new): Json<NewDemand>,
) -> Result<(StatusCode, Version, Json<Value>), Refusal> {
    let tx = app.store.begin().await?;
    let demand = super::raise(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    let answer = json!({ "id": demand.id, "number": demand.number, "state": demand.state, "version": demand.version });
    Ok((StatusCode::CREATED, Version(demand.version), Json(answer)))
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    demand: Demand,
    clocks: Vec<Clocked>,
    /// What this caller may do now.
    acts: Vec<DemandAct>,
}

async fn demand(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<DemandId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    let clocks = super::clocks(&app.store, &demand).await?;
    let acts = super::acts(&guard.actor, &demand, &clocks, app.now());
    Ok((Version(demand.version), Json(Shown { demand, clocks, acts })))
}

async fn timeline(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<DemandId>,
) -> Result<Json<Page<Happened>>, Refusal> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    Ok(Json(Page { items: super::timeline(&app.store, &demand).await?, next: None }))
}

async fn act(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path((id, act)): Path<(DemandId, DemandAct)>,
    IfMatch(version): IfMatch,
    Json(wish): Json<ActWish>,
) -> Result<(Version, Json<Value>), Refusal> {
    let act = wish.parse(act)?;
    let tx = app.store.begin().await?;
    let demand = super::demand(&tx, &guard.scope, id).await?;
    if demand.version != version {
        return Err(demand.gone_on().into());
    }
    let demand = super::act(&tx, &app.site, &guard.actor, demand, &act).await?;
    tx.commit().await?;
    let answer = json!({ "id": demand.id, "state": demand.state, "round": demand.round, "version": demand.version });
    Ok((Version(demand.version), Json(answer)))
}
