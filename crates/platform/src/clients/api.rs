//! Closing clients, for programs.

use crate::registry::{self, ClientKey, Source};
use crate::{App, Command};
use axum::extract::State;
use kernel::Day;
use kernel::authz::WriteRegistry;
use kernel::id::ClientId;
use kernel::words::ClientKind;
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, IfMatch, NoContent, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_post("/api/v1/enterprises/{id}/acts/close", "企业注销或迁出，包靠关系同时结束", close_enterprise)
        .api_post("/api/v1/enterprises/{id}/acts/reopen", "企业恢复在册", reopen_enterprise)
        .api_post("/api/v1/projects/{id}/acts/close", "项目退出，包靠关系同时结束", close_project)
        .api_post("/api/v1/projects/{id}/acts/reopen", "项目恢复在册", reopen_project)
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CloseClient")]
struct Close {
    /// The last day.
    last_day: Day,
    /// The one it was merged into, when it was.
    into: Option<ClientId>,
    #[serde(flatten)]
    known: Source,
}

async fn close_enterprise(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
    IfMatch(version): IfMatch,
    command: Command<Close>,
) -> Result<NoContent, Refusal> {
    close(&app, &guard, (ClientKind::Enterprise, key), version, command).await
}

async fn close_project(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
    IfMatch(version): IfMatch,
    command: Command<Close>,
) -> Result<NoContent, Refusal> {
    close(&app, &guard, (ClientKind::Project, key), version, command).await
}

async fn close(
    app: &App,
    guard: &Guard<WriteRegistry>,
    (kind, key): (ClientKind, ClientKey),
    version: i64,
    Command(wish, once): Command<Close>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(app, &guard.actor).await?;
    let client = registry::named(&tx, &guard.scope, kind, &key).await?;
    client.read_as(version)?;
    let into = super::successor(&tx, &guard.scope, wish.into).await?;
    super::close(&tx, &guard.actor, &guard.scope, &client, (wish.last_day, into.as_ref()), &wish.known).await?;
    once.end(tx, app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn reopen_enterprise(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
    IfMatch(version): IfMatch,
    command: Command<Source>,
) -> Result<NoContent, Refusal> {
    reopen(&app, &guard, (ClientKind::Enterprise, key), version, command).await
}

async fn reopen_project(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
    IfMatch(version): IfMatch,
    command: Command<Source>,
) -> Result<NoContent, Refusal> {
    reopen(&app, &guard, (ClientKind::Project, key), version, command).await
}

async fn reopen(
    app: &App,
    guard: &Guard<WriteRegistry>,
    (kind, key): (ClientKind, ClientKey),
    version: i64,
    Command(known, once): Command<Source>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(app, &guard.actor).await?;
    let client = registry::named(&tx, &guard.scope, kind, &key).await?;
    client.read_as(version)?;
    registry::reopen(&tx, &guard.actor, &client, &known).await?;
    once.end(tx, app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
