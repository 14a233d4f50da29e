//! Enterprises, projects and liaisons for programs.

use super::{Change, Client, ClientFilter, ClientKey, Fact, Liaison, NewEnterprise, NewLiaison, NewProject};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadRegistry, WriteRegistry};
use kernel::id::{ClientId, LiaisonId};
use kernel::words::ClientKind;
use kernel::{Day, Industry, Limit, Page, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/enterprises", "企业清单", enterprises)
        .api_post("/api/v1/enterprises", "录入企业", enter_enterprise)
        .api_get("/api/v1/enterprises/{id}", "一家企业（编号或统一社会信用代码），连同各项信息的来源", enterprise)
        .api_patch("/api/v1/enterprises/{id}", "更正企业信息", change_enterprise)
        .api_get("/api/v1/enterprises/{id}/facts", "企业各项信息的历次记录", enterprise_facts)
        .api_get("/api/v1/enterprises/{id}/liaisons", "企业联络员，现任和历任", enterprise_liaisons)
        .api_post("/api/v1/enterprises/{id}/liaisons", "登记企业联络员", name_for_enterprise)
        .api_get("/api/v1/projects", "项目清单", projects)
        .api_post("/api/v1/projects", "录入项目", enter_project)
        .api_get("/api/v1/projects/{id}", "一个项目，连同各项信息的来源", project)
        .api_patch("/api/v1/projects/{id}", "更正项目信息", change_project)
        .api_get("/api/v1/projects/{id}/facts", "项目各项信息的历次记录", project_facts)
        .api_get("/api/v1/projects/{id}/liaisons", "项目联络员，现任和历任", project_liaisons)
        .api_post("/api/v1/projects/{id}/liaisons", "登记项目联络员", name_for_project)
        .api_post("/api/v1/liaisons/{id}/acts/end", "联络员不再担任", end_liaison)
        .api_post("/api/v1/liaisons/{id}/acts/replace", "更换联络员", replace_liaison)
}

async fn enterprises(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Query(filter): Query<ClientFilter>,
) -> Result<Json<Page<Client>>, Refusal> {
    listed(&app, &guard, ClientKind::Enterprise, filter).await
}

async fn projects(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Query(filter): Query<ClientFilter>,
) -> Result<Json<Page<Client>>, Refusal> {
    listed(&app, &guard, ClientKind::Project, filter).await
}

async fn listed(
    app: &App,
    guard: &Guard<ReadRegistry>,
    kind: ClientKind,
    filter: ClientFilter,
) -> Result<Json<Page<Client>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    let on = filter.on.or_else(|| Some(app.today()));
    let filter = ClientFilter { kind: Some(kind), on, ..filter };
    Ok(Json(super::clients(&app.store, &guard.scope, &filter, limit).await?))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownClient")]
struct Shown {
    #[serde(flatten)]
    client: Client,
    /// The name of its class of industry.
    #[serde(skip_serializing_if = "Option::is_none")]
    industry_name: Option<&'static str>,
    liaisons: Vec<Liaison>,
    facts: Vec<Fact>,
}

async fn enterprise(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let client = super::named(&app.store, &guard.scope, ClientKind::Enterprise, &key).await?;
    Ok(shown(&app, client).await?)
}

async fn project(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let client = super::named(&app.store, &guard.scope, ClientKind::Project, &key).await?;
    Ok(shown(&app, client).await?)
}

async fn shown(app: &App, client: Client) -> Result<(Version, Json<Shown>), Problem> {
    let today = app.today();
    let liaisons = super::liaisons_of(&app.store, &[client.id], today).await?;
    let facts = super::facts(&app.store, &client).await?;
    let industry = client.industry.as_deref().and_then(|code| Industry::parse(code).ok());
    let industry_name = industry.map(Industry::name);
    Ok((Version(client.version), Json(Shown { client, industry_name, liaisons, facts })))
}

async fn enterprise_facts(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
) -> Result<Json<Page<Fact>>, Refusal> {
    let client = super::named(&app.store, &guard.scope, ClientKind::Enterprise, &key).await?;
    Ok(Json(Page { items: super::history(&app.store, &client).await?, next: None }))
}

async fn project_facts(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
) -> Result<Json<Page<Fact>>, Refusal> {
    let client = super::named(&app.store, &guard.scope, ClientKind::Project, &key).await?;
    Ok(Json(Page { items: super::history(&app.store, &client).await?, next: None }))
}

async fn enterprise_liaisons(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
) -> Result<Json<Page<Liaison>>, Refusal> {
    let client = super::named(&app.store, &guard.scope, ClientKind::Enterprise, &key).await?;
    let liaisons = super::liaison_history(&app.store, &client).await?;
    Ok(Json(Page { items: liaisons, next: None }))
}

async fn project_liaisons(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
) -> Result<Json<Page<Liaison>>, Refusal> {
    let client = super::named(&app.store, &guard.scope, ClientKind::Project, &key).await?;
    let liaisons = super::liaison_history(&app.store, &client).await?;
    Ok(Json(Page { items: liaisons, next: None }))
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

async fn change_enterprise(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
    IfMatch(version): IfMatch,
    command: Command<Change>,
) -> Result<NoContent, Refusal> {
    changed(&app, &guard, (ClientKind::Enterprise, key), version, command).await
}

async fn change_project(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
    IfMatch(version): IfMatch,
    command: Command<Change>,
) -> Result<NoContent, Refusal> {
    changed(&app, &guard, (ClientKind::Project, key), version, command).await
}

async fn changed(
    app: &App,
    guard: &Guard<WriteRegistry>,
    (kind, key): (ClientKind, ClientKey),
    version: i64,
    Command(change, once): Command<Change>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(app, &guard.actor).await?;
    let client = super::named(&tx, &guard.scope, kind, &key).await?;
    client.read_as(version)?;
    super::change(&tx, &guard.actor, &guard.scope, client, change).await?;
    let after = super::named(&tx, &guard.scope, kind, &key).await?;
    once.end(tx, app, &guard.actor, NoContent { version: Some(after.version) }).await
}

async fn name_for_enterprise(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
    command: Command<NewLiaison>,
) -> Result<Made<Id<LiaisonId>>, Refusal> {
    named(&app, &guard, ClientKind::Enterprise, key, command).await
}

async fn name_for_project(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(key): Path<ClientKey>,
    command: Command<NewLiaison>,
) -> Result<Made<Id<LiaisonId>>, Refusal> {
    named(&app, &guard, ClientKind::Project, key, command).await
}

async fn named(
    app: &App,
    guard: &Guard<WriteRegistry>,
    kind: ClientKind,
    key: ClientKey,
    Command(new, once): Command<NewLiaison>,
) -> Result<Made<Id<LiaisonId>>, Refusal> {
    let tx = once.begin(app, &guard.actor).await?;
    let client = super::named(&tx, &guard.scope, kind, &key).await?;
    let id = super::name_liaison(&tx, &guard.actor, &client, new, app.site.hours.day(tx.now())).await?;
    once.end(tx, app, &guard.actor, Made::under(id)).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EndLiaison")]
struct End {
    /// The last day.
    last_day: Day,
}

async fn end_liaison(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(id): Path<LiaisonId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<End>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let liaison = super::liaison(&tx, &guard.scope, id).await?;
    liaison.read_as(version)?;
    let client = super::client(&tx, &guard.scope, liaison.client_id).await?;
    super::end_liaison(&tx, &guard.actor, &client, &liaison, wish.last_day).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn replace_liaison(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    Path(id): Path<LiaisonId>,
    IfMatch(version): IfMatch,
    Command(new, once): Command<NewLiaison>,
) -> Result<Made<Id<LiaisonId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let liaison = super::liaison(&tx, &guard.scope, id).await?;
    liaison.read_as(version)?;
    let client = super::client(&tx, &guard.scope, liaison.client_id).await?;
    let today = app.site.hours.day(tx.now());
    let id = super::replace_liaison(&tx, &guard.actor, &client, &liaison, new, today).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}
