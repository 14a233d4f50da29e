//! The limits for programs.

use super::{LimitVersion, NewLimits};
use crate::catalogue::dry_run::{self, DryRun};
use crate::catalogue::may_rule_site;
use crate::{App, Command};
use axum::extract::State;
use kernel::Problem;
use kernel::authz::{ReadDemands, RuleCatalogue};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Done, Guard, Json, Path, Refusal, Routes};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/limits", "办理时限的各个版本", versions)
        .api_post("/api/v1/limits", "启用新一版办理时限", adopt)
        .api_post("/api/v1/limits/dry-run", "演练：新的时限会使哪些在办诉求有不同的时限", rehearse)
        .api_get("/api/v1/limits/{number}", "一版办理时限", version)
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LimitVersions")]
struct Versions {
    /// What holds for what is raised today.
    current: LimitVersion,
    /// Every version, the latest first; one that begins later is among them.
    items: Vec<LimitVersion>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LimitsAdopted")]
struct Adopted {
    /// Its number.
    number: i64,
}

async fn versions(_: Guard<ReadDemands>, State(app): State<App>) -> Result<Json<Versions>, Refusal> {
    let current = super::limits_on(&app.store, &app.site, app.today()).await?;
    Ok(Json(Versions { current, items: super::limit_versions(&app.store, &app.site).await? }))
}

async fn version(
    _: Guard<ReadDemands>,
    State(app): State<App>,
    Path(number): Path<i64>,
) -> Result<Json<LimitVersion>, Refusal> {
    Ok(Json(super::limit_version(&app.store, &app.site, number).await?))
}

async fn adopt(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Command(new, once): Command<NewLimits>,
) -> Result<Done<Adopted>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let number = super::adopt_limits(&tx, &guard.actor, &guard.scope, &app.site, new).await?;
    once.end(tx, &app, &guard.actor, Done { version: Some(number), body: Adopted { number } }).await
}

async fn rehearse(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Command(new, once): Command<NewLimits>,
) -> Result<Done<DryRun>, Refusal> {
    if !may_rule_site(&guard.scope, &app.site) {
        return Err(Problem::NotFound.into());
    }
    let tx = once.begin(&app, &guard.actor).await?;
    let base = super::weighed(&tx, &app.site, &new, app.today()).await?;
    let told = dry_run::of_limits(&tx, &app.site, &guard.actor, (&base.table, &new.table)).await?;
    once.end(tx, &app, &guard.actor, Done { version: None, body: told }).await
}
