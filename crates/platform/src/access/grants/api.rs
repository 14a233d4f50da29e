//! Grants for programs.

use super::Wish;
use crate::access::list::{self, Shown};
use crate::identity::accounts::{self, AccountFilter};
use crate::identity::grants::{self, Held};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::ManageGrants;
use kernel::id::{AccountId, GrantId};
use kernel::{Day, Limit, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Id, Json, Made, NoContent, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/grants/accounts", "可授权的账号清单", list)
        .api_get("/api/v1/accounts/{id}/grants", "一个账号的角色，连同已结束的", held)
        .api_post("/api/v1/accounts/{id}/grants", "授予角色", give)
        .api_post("/api/v1/accounts/{id}/grants/{grant}/acts/take", "收回角色", take)
}

async fn list(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Query(filter): Query<AccountFilter>,
) -> Result<Json<Page<Shown>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(list::found(&app, &guard.scope, &filter, limit).await?))
}

async fn held(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Path(id): Path<AccountId>,
) -> Result<Json<Page<Held>>, Refusal> {
    let account = accounts::account(&app.store, &guard.scope, id).await?;
    Ok(Json(Page { items: grants::grants(&app.store, account.id).await?, next: None }))
}

async fn give(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Path(id): Path<AccountId>,
    Command(wish, once): Command<Wish>,
) -> Result<Made<Id<GrantId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let account = accounts::account(&tx, &guard.scope, id).await?;
    let today = app.site.hours.day(tx.now());
    let id = super::give(&tx, &guard.actor, &guard.scope, &account, &wish, today).await?;
    once.end(tx, &app, &guard.actor, Made { version: None, body: Id { id } }).await
}

/// When a role ends.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "TakeGrant")]
struct Take {
    /// Its last day; without one, yesterday: at once.
    last_day: Option<Day>,
}

async fn take(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Path((id, grant)): Path<(AccountId, GrantId)>,
    Command(wish, once): Command<Take>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let account = accounts::account(&tx, &guard.scope, id).await?;
    let grant = grants::grant(&tx, account.id, grant).await?;
    let today = app.site.hours.day(tx.now());
    let last = grants::last_day(wish.last_day, today)?;
    grants::take(&tx, &guard.actor, &account, &grant, last).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}
