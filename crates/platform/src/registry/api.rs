//! Enterprises, projects and liaisons for programs.

use super::{Change, Client, ClientFilter, Fact, Liaison, NewEnterprise, NewLiaison, NewProject};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadRegistry, WriteRegistry};
use kernel::id::{ClientId, LiaisonId};
use kernel::words::ClientKind;
use kernel::{Limit, Page, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/enterprises", "企业清单", enterprises)
        .api_post("/api/v1/enterprises", "录入企业", enter_enterprise)
        .api_get("/api/v1/enterprises/{id}", "一家企业，连同各项信息的来源", client)
        .api_patch("/api/v1/enterprises/{id}", "更正企业信息", change)
        .api_post("/api/v1/enterprises/{id}/liaisons", "登记企业联络员", name_liaison)
        .api_get("/api/v1/projects", "项目清单", projects)
        .api_post("/api/v1/projects", "录入项目", enter_project)
        .api_get("/api/v1/projects/{id}", "一个项目，连同各项信息的来源", client)
        .api_patch("/api/v1/projects/{id}", "更正项目信息", change)
        .api_post("/api/v1/projects/{id}/liaisons", "登记项目联络员", name_liaison)
}

async fn enterprises(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Query(filter): Query<ClientFilter>,
) -> Result<Json<Page<Client>>, Refusal> {
    listed(&app, &guard, ClientFilter { kind: Some(ClientKind::Enterprise), ..filter }).await
}

async fn projects(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Query(filter): Query<ClientFilter>,
) -> Result<Json<Page<Client>>, Refusal> {
    listed(&app, &guard, ClientFilter { kind: Some(ClientKind::Project), ..filter }).await
}

async fn listed(app: &App, guard: &Guard<ReadRegistry>, filter: ClientFilter) -> Result<Json<Page<Client>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::clients(&app.store, &guard.scope, &filter, limit).await?))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownClient")]
struct Shown {
    #[serde(flatten)]
    client: Client,
    liaisons: Vec<Liaison>,
    facts: Vec<Fact>,
}

async fn client(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let client = super::client(&app.store, &guard.scope, id).await?;
    let liaisons = super::liaisons(&app.store, &client).await?;
    let facts = super::facts(&app.store, &client).await?;
    Ok((Version(client.version), Json(Shown { client, liaisons, facts })))
}

async fn enter_enterprise(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Command(new, once): Command<NewEnterprise>,
) -> Result<Made<Id<ClientId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::enter_enterprise(&tx, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

async fn enter_project(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Command(new, once): Command<NewProject>,
) -> Result<Made<Id<ClientId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::enter_project(&tx, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

async fn change(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    IfMatch(version): IfMatch,
    Command(change, once): Command<Change>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let client = super::client(&tx, &guard.scope, id).await?;
    if client.version != version {
        let told = format!("“{}”的信息刚被别人修改过，请重新读取后再提交。", client.name);
        return Err(Problem::Stale(told).into());
    }
    super::change(&tx, &guard.actor, client, change).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn name_liaison(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    Command(new, once): Command<NewLiaison>,
) -> Result<Made<Id<LiaisonId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let client = super::client(&tx, &guard.scope, id).await?;
    let id = super::name_liaison(&tx, &guard.actor, &client, new, app.site.hours.day(tx.now())).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}
