//! Accounts for programs.

use super::Wish;
use crate::App;
use crate::access::list::{self, Shown};
use crate::identity::accounts::{self, AccountFilter};
use axum::extract::State;
use kernel::authz::ManageAccounts;
use kernel::id::AccountId;
use kernel::words::AccountAct;
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Done, Guard, IfMatch, Json, Made, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/accounts", "账号清单", list)
        .api_post("/api/v1/accounts", "开通账号；初始密码只给出这一次", open)
        .api_get("/api/v1/accounts/{id}", "一个账号", show)
        .api_post("/api/v1/accounts/{id}/acts/{act}", "停用、恢复、解锁账号，重置密码，关闭两步验证", act)
}

async fn list(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Query(filter): Query<AccountFilter>,
) -> Result<Json<Page<Shown>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(list::found(&app, &guard.scope, &filter, limit).await?))
}

async fn show(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Path(id): Path<AccountId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let account = accounts::account(&app.store, &guard.scope, id).await?;
    let today = app.today();
    let held = accounts::roles_of(&app.store, std::slice::from_ref(&account), today).await?;
    let roles = held.into_iter().map(|(_, role)| role).collect();
    Ok((Version(account.version), Json(Shown { account, roles })))
}

/// An account that was opened.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OpenedAccount")]
struct Opened {
    id: AccountId,
    login: String,
    /// The first password: told once, to be changed at the first sign-in.
    password: String,
}

/// Not a `Command`: its answer would be kept, and the password in it must not be.
async fn open(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Json(wish): Json<Wish>,
) -> Result<Made<Opened>, Refusal> {
    let opened = super::open(&app, &guard.actor, &guard.scope, &wish).await?;
    let body = Opened { id: opened.id, login: opened.login, password: opened.password };
    Ok(Made { version: Some(1), body })
}

/// What was done to an account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ActedOnAccount")]
struct Acted {
    id: AccountId,
    act: AccountAct,
    /// The new first password, after a reset: told once.
    password: Option<String>,
}

async fn act(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Path((id, act)): Path<(AccountId, AccountAct)>,
    IfMatch(version): IfMatch,
) -> Result<Done<Acted>, Refusal> {
    let (_, password) = super::act(&app, &guard.actor, &guard.scope, (id, version), act).await?;
    let after = accounts::account(&app.store, &guard.scope, id).await?;
    Ok(Done { version: Some(after.version), body: Acted { id, act, password } })
}
