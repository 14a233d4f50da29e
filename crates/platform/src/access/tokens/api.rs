//! Tokens for programs.

use super::TokenId;
use crate::identity::accounts;
use crate::identity::sessions::{self, NewToken, Session};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::ManageGrants;
use kernel::id::AccountId;
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Json, Made, NoContent, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/tokens", "接口令牌清单", list)
        .api_post("/api/v1/accounts/{id}/tokens", "发放令牌；令牌只给出这一次", issue)
        .api_post("/api/v1/tokens/{id}/acts/revoke", "吊销令牌", revoke)
}

/// Which tokens to list.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "TokenFilter")]
struct Filter {
    /// Of this account.
    account: Option<AccountId>,
    /// After this place.
    cursor: Option<String>,
    /// How many.
    limit: Option<u32>,
}

async fn list(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<Session>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    let cursor = filter.cursor.as_deref();
    Ok(Json(sessions::tokens(&app.store, &guard.scope, filter.account, cursor, limit).await?))
}

/// A token to be issued.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewToken")]
struct Wish {
    /// What it is for.
    label: String,
    /// How many days it holds, 1 to 366.
    days: i64,
}

/// A token that was issued.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "IssuedToken")]
struct Issued {
    /// The token: told once.
    token: String,
    /// Until when, RFC 3339.
    expires_at: String,
}

/// Not a `Command`: its answer would be kept, and the token in it must not be.
async fn issue(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Path(id): Path<AccountId>,
    Json(wish): Json<Wish>,
) -> Result<Made<Issued>, Refusal> {
    let tx = app.store.begin().await?;
    let account = accounts::account(&tx, &guard.scope, id).await?;
    let new = NewToken { label: wish.label, days: wish.days };
    let issued = sessions::issue_token(&tx, &guard.actor, &account, &new).await?;
    tx.commit().await?;
    let expires_at = issued.expires_at.with_timezone(&app.site.hours.zone()).to_rfc3339();
    Ok(Made { version: None, body: Issued { token: issued.token, expires_at } })
}

/// An act that needs no more than its name.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "RevokeToken")]
struct Nothing {}

async fn revoke(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Path(id): Path<TokenId>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let token = sessions::issued_token(&tx, &guard.scope, id).await?;
    sessions::revoke_token(&tx, &guard.actor, &token).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}
