//! Who looked, for programs.

use super::{Look, LookFilter};
use crate::App;
use axum::extract::State;
use kernel::authz::ReadLooks;
use kernel::{Limit, Page};
use shell::{Guard, Json, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().api_get("/api/v1/looks", "谁查看过我（我的企业）的个人信息，何时、为什么", looks)
}

async fn looks(
    guard: Guard<ReadLooks>,
    State(app): State<App>,
    Query(filter): Query<LookFilter>,
) -> Result<Json<Page<Look>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::looks(&app.store, &guard.scope, &filter, limit).await?))
}
