//! Sessions for programs.

use super::sessions::{SessionKind, SignIn, sign_in, sign_out};
use crate::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use kernel::Role;
use kernel::authz::OwnAccount;
use kernel::id::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Json, Made, Public, Refusal, Routes, Source};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_post("/api/v1/sessions", "登录", begin)
        .api_delete("/api/v1/sessions/current", "退出登录", end)
        .api_get("/api/v1/account", "我的账号", account)
        .api_post("/api/v1/account/password", "修改密码；所有登录随之失效", change_password)
}

async fn begin(
    _: Public,
    State(app): State<App>,
    source: Source,
    Json(wish): Json<SignIn>,
) -> Result<Made<Begun>, Refusal> {
    let session = sign_in(&app, wish, SessionKind::Api, &source.0).await?;
    let expires_at = session.expires_at.with_timezone(&app.site.hours.zone()).to_rfc3339();
    Ok(Made { version: None, body: Begun { token: session.token, expires_at } })
}

/// A session that has begun.
#[derive(Clone, Serialize, JsonSchema)]
struct Begun {
    /// For `Authorization: Bearer`.
    token: String,
    /// Until when, RFC 3339.
    expires_at: String,
}

async fn end(_: Guard<OwnAccount>, State(app): State<App>, headers: HeaderMap) -> Result<StatusCode, Refusal> {
    sign_out(&app, &headers).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who one is here.
#[derive(Serialize, JsonSchema)]
struct Account {
    id: AccountId,
    name: String,
    roles: Vec<Held>,
}

/// A role that is held.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HeldRole")]
struct Held {
    role: Role,
    label: &'static str,
}

async fn account(guard: Guard<OwnAccount>) -> Json<Account> {
    let roles = guard.actor.grants.iter().map(|grant| Held { role: grant.role, label: grant.role.label() });
    Json(Account { id: guard.actor.account, name: guard.actor.name.clone(), roles: roles.collect() })
}

#[derive(Deserialize, JsonSchema)]
struct ChangePassword {
    old: String,
    new: String,
}

async fn change_password(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Json(change): Json<ChangePassword>,
) -> Result<StatusCode, Refusal> {
    super::change_password(&app, &guard.actor, &guard.scope, change.old, &change.new).await?;
    Ok(StatusCode::NO_CONTENT)
}
