//! Sessions and one's own account for programs.

use super::sessions::{self, Session, SessionKind, sign_out};
use super::sign_in::{SignIn, Whence, sign_in};
use super::{device, grants, second_factor};
use crate::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use kernel::authz::OwnAccount;
use kernel::id::{AccountId, SessionId};
use kernel::{Day, Page, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Json, Made, Path, Public, Refusal, Routes, Source};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_post("/api/v1/sessions", "登录", begin)
        .api_delete("/api/v1/sessions/current", "退出登录", end)
        .api_get("/api/v1/account", "我的账号", account)
        .api_post("/api/v1/account/password", "修改密码；所有登录随之失效", change_password)
        .api_get("/api/v1/account/sessions", "我正在登录的设备", own_sessions)
        .api_delete("/api/v1/account/sessions", "退出其他所有登录", end_others)
        .api_delete("/api/v1/account/sessions/{id}", "退出一处登录", end_one)
        .api_post("/api/v1/account/second-factor", "开始开启两步验证：取得密钥", enrol)
        .api_post("/api/v1/account/second-factor/acts/confirm", "确认开启两步验证；恢复码只给出这一次", confirm)
        .api_post("/api/v1/account/second-factor/acts/turn-off", "关闭两步验证", turn_off)
}

async fn begin(
    _: Public,
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    Json(wish): Json<SignIn>,
) -> Result<Made<Begun>, Refusal> {
    let whence = Whence { kind: SessionKind::Api, source: source.0, device: device(&headers) };
    let session = sign_in(&app, wish, &whence).await?;
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

/// One's own account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Account")]
struct Own {
    id: AccountId,
    name: String,
    login: String,
    /// Whether the password must be changed before anything else.
    must_change: bool,
    second_factor: bool,
    roles: Vec<OwnRole>,
}

/// A role that holds today.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HeldRole")]
struct OwnRole {
    role: Role,
    label: &'static str,
    reach: String,
    from: Day,
    until: Option<Day>,
}

async fn account(guard: Guard<OwnAccount>, State(app): State<App>) -> Result<Json<Own>, Refusal> {
    let today = app.today();
    let own = super::accounts::account(&app.store, &guard.scope, guard.actor.account).await?;
    let held = grants::grants(&app.store, own.id).await?;
    let roles = held.iter().filter(|held| held.on(today)).map(|held| OwnRole {
        role: held.role,
        label: held.role.label(),
        reach: held.reach_words(),
        from: held.from_day,
        until: held.until_day,
    });
    let roles = roles.collect();
    let (must_change, second_factor) = (own.must_change, own.second_factor);
    Ok(Json(Own {
        id: own.id,
        name: own.name,
        login: super::accounts::own_login(&app, &guard.actor).await?,
        must_change,
        second_factor,
        roles,
    }))
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

async fn own_sessions(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Json<Page<Session>>, Refusal> {
    let items = sessions::own_sessions(&app, &guard.actor, &guard.scope, &headers).await?;
    Ok(Json(Page { items, next: None }))
}

async fn end_others(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let tx = app.store.begin().await?;
    sessions::end_other_sessions(&tx, &guard.actor, &guard.scope, &headers).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_one(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Refusal> {
    let tx = app.store.begin().await?;
    sessions::end_own_session(&tx, &guard.actor, &guard.scope, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn enrol(guard: Guard<OwnAccount>, State(app): State<App>) -> Result<Json<second_factor::Enrolment>, Refusal> {
    Ok(Json(second_factor::enrol(&app, &guard.actor, &guard.scope).await?))
}

#[derive(Deserialize, JsonSchema)]
struct Confirm {
    /// The six digits that the authenticator shows now.
    code: String,
}

/// The recovery codes, told once.
#[derive(Serialize, JsonSchema)]
struct Codes {
    recovery_codes: Vec<String>,
}

async fn confirm(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Json(wish): Json<Confirm>,
) -> Result<Json<Codes>, Refusal> {
    let recovery_codes = second_factor::confirm(&app, &guard.actor, &guard.scope, &wish.code).await?;
    Ok(Json(Codes { recovery_codes }))
}

#[derive(Deserialize, JsonSchema)]
struct TurnOff {
    password: String,
}

async fn turn_off(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Json(wish): Json<TurnOff>,
) -> Result<StatusCode, Refusal> {
    second_factor::turn_off(&app, &guard.actor, &guard.scope, wish.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
