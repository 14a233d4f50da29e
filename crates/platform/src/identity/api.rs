//! Sessions for programs.

use super::sessions::{SessionKind, SignIn, sign_in, sign_out};
use crate::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::authz::OwnAccount;
use serde::Deserialize;
use serde_json::json;
use shell::{Guard, Json, Public, Refusal, Routes, Source};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .post("/api/v1/sessions", begin)
        .delete("/api/v1/sessions/current", end)
        .get("/api/v1/account", account)
        .post("/api/v1/account/password", change_password)
}

async fn begin(
    _: Public,
    State(app): State<App>,
    source: Source,
    Json(wish): Json<SignIn>,
) -> Result<Response, Refusal> {
    let session = sign_in(&app, wish, SessionKind::Api, &source.0).await?;
    let expires_at = session.expires_at.with_timezone(&app.site.hours.zone()).to_rfc3339();
    let answer = json!({ "token": session.token, "expires_at": expires_at });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn end(_: Guard<OwnAccount>, State(app): State<App>, headers: HeaderMap) -> Result<StatusCode, Refusal> {
    sign_out(&app, &headers).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn account(guard: Guard<OwnAccount>) -> Json<serde_json::Value> {
    let roles: Vec<_> =
        guard.actor.grants.iter().map(|grant| json!({ "role": grant.role, "label": grant.role.label() })).collect();
    Json(json!({ "id": guard.actor.account, "name": guard.actor.name, "roles": roles }))
}

#[derive(Deserialize)]
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
