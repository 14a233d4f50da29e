//! The rules for programs.

use super::{NewRules, RulesLine, RulesVersion};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadPairings, RulePairings};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Done, Guard, Json, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/pairing-rules", "包靠规则的各个版本", versions)
        .api_post("/api/v1/pairing-rules", "启用新一版包靠规则", adopt)
        .api_get("/api/v1/pairing-rules/{number}", "一版包靠规则", version)
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RulesVersions")]
struct Versions {
    /// The rules in force.
    current: RulesVersion,
    /// Every version, the latest first.
    items: Vec<RulesLine>,
}

/// A version that was adopted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RulesAdopted")]
struct Adopted {
    /// Its number.
    number: i64,
}

async fn versions(_: Guard<ReadPairings>, State(app): State<App>) -> Result<Json<Versions>, Refusal> {
    let current = super::current(&app.store, &app.site).await?;
    Ok(Json(Versions { current, items: super::versions(&app.store, &app.site).await? }))
}

async fn version(
    _: Guard<ReadPairings>,
    State(app): State<App>,
    Path(number): Path<i64>,
) -> Result<Json<RulesVersion>, Refusal> {
    Ok(Json(super::version(&app.store, &app.site, number).await?))
}

async fn adopt(
    guard: Guard<RulePairings>,
    State(app): State<App>,
    Command(new, once): Command<NewRules>,
) -> Result<Done<Adopted>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let number = super::adopt(&tx, &guard.actor, &guard.scope, &app.site, new).await?;
    once.end(tx, &app, &guard.actor, Done { version: Some(number), body: Adopted { number } }).await
}
