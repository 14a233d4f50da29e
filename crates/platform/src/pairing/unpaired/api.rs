//! Clients that nobody looks after, for programs.

use super::{CountyGap, Filter, Unpaired};
use crate::App;
use axum::extract::State;
use kernel::authz::WritePairings;
use kernel::{AreaCode, Limit, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Json, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().api_get("/api/v1/pairings/unpaired", "今天没有服务专员的企业和项目", unpaired).api_get(
        "/api/v1/pairings/unpaired/counties",
        "各县（市、区）近一年的空档天数",
        by_county,
    )
}

async fn unpaired(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<Unpaired>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::unpaired(&app.store, &app.site, &guard.scope, (&filter, app.today()), limit).await?))
}

#[derive(Deserialize, JsonSchema)]
struct Within {
    /// Of this area or below; without it, everything within reach.
    area: Option<AreaCode>,
}

async fn by_county(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Query(within): Query<Within>,
) -> Result<Json<Page<CountyGap>>, Refusal> {
    let items = super::by_county(&app.store, &app.site, &guard.scope, within.area, app.today()).await?;
    Ok(Json(Page { items, next: None }))
}
