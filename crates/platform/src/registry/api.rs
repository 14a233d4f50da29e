//! Enterprises, projects and liaisons for programs.

use super::{Change, Client, ClientFilter, Fact, Liaison, NewEnterprise, NewLiaison, NewProject};
use crate::App;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::authz::{ReadRegistry, WriteRegistry};
use kernel::id::ClientId;
use kernel::words::ClientKind;
use kernel::{Limit, Page, Problem};
use serde::Serialize;
use serde_json::{Value, json};
use shell::{Guard, IfMatch, Json, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/api/v1/enterprises", enterprises)
        .post("/api/v1/enterprises", enter_enterprise)
        .get("/api/v1/enterprises/{id}", client)
        .patch("/api/v1/enterprises/{id}", change)
        .post("/api/v1/enterprises/{id}/liaisons", name_liaison)
        .get("/api/v1/projects", projects)
        .post("/api/v1/projects", enter_project)
        .get("/api/v1/projects/{id}", client)
        .patch("/api/v1/projects/{id}", change)
        .post("/api/v1/projects/{id}/liaisons", name_liaison)
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

#[derive(Serialize)]
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
    Json(new): Json<NewEnterprise>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let tx = app.store.begin().await?;
    let id = super::enter_enterprise(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

async fn enter_project(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Json(new): Json<NewProject>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let tx = app.store.begin().await?;
    let id = super::enter_project(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

async fn change(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    IfMatch(version): IfMatch,
    Json(change): Json<Change>,
) -> Result<StatusCode, Refusal> {
    let tx = app.store.begin().await?;
    let client = super::client(&tx, &guard.scope, id).await?;
    if client.version != version {
        let told = format!("“{}”的信息刚被别人修改过，请重新读取后再提交。", client.name);
        return Err(Problem::Stale(told).into());
    }
    super::change(&tx, &guard.actor, client, change).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn name_liaison(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    Json(new): Json<NewLiaison>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let tx = app.store.begin().await?;
    let client = super::client(&tx, &guard.scope, id).await?;
    let id = super::name_liaison(&tx, &guard.actor, &client, new, app.site.hours.day(tx.now())).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}
