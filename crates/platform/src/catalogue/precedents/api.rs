//! Rulings for programs.

use super::{Precedent, PrecedentFilter};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadOrg, RuleCatalogue};
use kernel::id::PrecedentId;
use kernel::{Limit, Page, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, IfMatch, Json, NoContent, Path, Query, Refusal, Routes, Version};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/precedents", "派单异议裁定形成的判例", precedents)
        .api_get("/api/v1/precedents/{id}", "一个判例", precedent)
        .api_post("/api/v1/precedents/{id}/acts/withdraw", "停用一个判例", withdraw)
}

async fn precedents(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Query(filter): Query<PrecedentFilter>,
) -> Result<Json<Page<Precedent>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::precedents(&app.store, &app.site, (&guard.scope, &guard.actor), &filter, limit).await?))
}

async fn precedent(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(id): Path<PrecedentId>,
) -> Result<(Version, Json<Precedent>), Refusal> {
    let precedent = super::precedent(&app.store, &app.site, (&guard.scope, &guard.actor), id).await?;
    Ok((Version(precedent.version), Json(precedent)))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "WithdrawPrecedent")]
struct Withdraw {
    /// Why: 1 to 300 characters.
    reason: String,
}

async fn withdraw(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Path(id): Path<PrecedentId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<Withdraw>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let precedent = super::precedent(&tx, &app.site, (&consulted, &guard.actor), id).await?;
    if !super::may_withdraw(&guard.scope, &precedent) {
        return Err(Problem::NotFound.into());
    }
    precedent.read_as(version)?;
    super::withdraw_precedent(&tx, &guard.actor, &guard.scope, &precedent, &wish.reason).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
