//! Demands for programs.

use super::{ActWish, Clocked, Demand, DemandFilter, Happened, NewDemand, Rated, Share, ShownCard, discreet};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{RaiseDemands, ReadDemands};
use kernel::id::DemandId;
use kernel::words::{DemandAct, DemandState};
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Done, Guard, IfMatch, Json, Made, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/demands", "诉求清单", demands)
        .api_post("/api/v1/demands", "提交诉求", raise)
        .api_get("/api/v1/demands/{id}", "一件诉求，连同时限和您现在可办的事", demand)
        .api_get("/api/v1/demands/{id}/timeline", "办理经过", timeline)
        .api_post("/api/v1/demands/{id}/acts/{act}", "办理诉求：受理、交办、答复等", act)
}

async fn demands(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Query(filter): Query<DemandFilter>,
) -> Result<Json<Page<Demand>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::demands(&app, &guard.actor, &guard.scope, &filter, limit).await?))
}

async fn raise(
    guard: Guard<RaiseDemands>,
    State(app): State<App>,
    Command(new, once): Command<NewDemand>,
) -> Result<Made<Raised>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let demand = super::raise(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    let Demand { id, number, state, version, .. } = demand;
    let made = Made { version: Some(version), body: Raised { id, number, state, version } };
    once.end(tx, &app, &guard.actor, made).await
}

/// What is told of a demand that was raised.
#[derive(Clone, Serialize, JsonSchema)]
struct Raised {
    id: DemandId,
    /// The number people call it by.
    number: String,
    state: DemandState,
    /// For `If-Match`.
    version: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownDemand")]
struct Shown {
    #[serde(flatten)]
    demand: Demand,
    clocks: Vec<Clocked>,
    /// The parts of units in this round, the lead first.
    units: Vec<Share>,
    /// What the client said of how it was served; the first of a round counts.
    ratings: Vec<Rated>,
    /// The cards that its clocks have shown, the last first.
    cards: Vec<ShownCard>,
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
    let units = super::shares(&app.store, &demand).await?;
    let ratings = super::ratings(&app.store, &guard.actor, &demand).await?;
    let cards = super::cards(&app.store, &demand).await?;
    let standing = super::standing(&app.store, &demand).await?;
    let acts = super::acts(&app.site, &guard.actor, &demand, &standing, app.now());
    let opened = discreet::opened(&app.store, &guard.actor, &demand).await?;
    let demand = discreet::seen(demand, &guard.actor, &opened);
    Ok((Version(demand.version), Json(Shown { demand, clocks, units, ratings, cards, acts })))
}

async fn timeline(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<DemandId>,
) -> Result<Json<Page<Happened>>, Refusal> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    Ok(Json(Page { items: super::timeline(&app.store, &guard.actor, &demand).await?, next: None }))
}

async fn act(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path((id, act)): Path<(DemandId, DemandAct)>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<ActWish>,
) -> Result<Done<Moved>, Refusal> {
    let (act, files) = (wish.parse(act)?, wish.files);
    let tx = once.begin(&app, &guard.actor).await?;
    let demand = super::demand(&tx, &guard.scope, id).await?;
    if demand.version != version {
        return Err(super::gone_on(&tx, &guard.actor, &demand).await?.into());
    }
    let demand = super::act(&tx, &app.site, &guard.actor, demand, &act, &files).await?;
    let Demand { id, state, round, version, .. } = demand;
    let done = Done { version: Some(version), body: Moved { id, state, round, version } };
    once.end(tx, &app, &guard.actor, done).await
}

/// What is told of a demand to which something was done.
#[derive(Clone, Serialize, JsonSchema)]
struct Moved {
    id: DemandId,
    state: DemandState,
    round: i64,
    /// For `If-Match`.
    version: i64,
}
