//! The trail for programs.

use super::{Chain, Line, TrailFilter};
use crate::App;
use axum::extract::State;
use kernel::authz::ReadAudit;
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Done, Guard, Json, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/audit", "审计记录", trail)
        .api_get("/api/v1/audit/chain", "审计链的状态", chain)
        .api_post("/api/v1/audit/acts/verify", "重新核验审计链", verify)
}

async fn trail(
    guard: Guard<ReadAudit>,
    State(app): State<App>,
    Query(filter): Query<TrailFilter>,
) -> Result<Json<Page<Line>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::trail(&app, &guard.scope, &filter, limit).await?))
}

async fn chain(guard: Guard<ReadAudit>, State(app): State<App>) -> Result<Json<Chain>, Refusal> {
    Ok(Json(super::chain(&app, &guard.scope).await?))
}

/// What computing the chain again found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AuditVerdict")]
struct Verdict {
    holds: bool,
    /// How many rows hold, when all do.
    rows: Option<i64>,
    /// The first place that does not.
    broken: Option<String>,
}

async fn verify(guard: Guard<ReadAudit>, State(app): State<App>) -> Result<Done<Verdict>, Refusal> {
    let body = match super::check(&app, &guard.actor, &guard.scope).await? {
        Ok(rows) => Verdict { holds: true, rows: Some(rows), broken: None },
        Err(broken) => Verdict { holds: false, rows: None, broken: Some(broken.what) },
    };
    Ok(Done { version: None, body })
}
