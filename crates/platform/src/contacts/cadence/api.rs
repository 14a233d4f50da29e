//! When visits are due, for programs.

use super::{DueFilter, NewExcuse, NewWish, Rhythm};
use crate::registry::Client;
use crate::{App, Command, Nothing, registry};
use axum::extract::State;
use kernel::authz::{ReadContacts, ReadVisits};
use kernel::id::ClientId;
use kernel::{Limit, Page, Problem};
use shell::{Guard, IfMatch, Json, NoContent, Path, Query, Refusal, Routes, Version};
use store::Db;

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/visit-rhythms", "到期走访：按到期日排列的企业（项目）", rhythms)
        .api_get("/api/v1/clients/{id}/visit-rhythm", "一家企业（项目）的走访意愿和下次到期日", rhythm)
        .api_post("/api/v1/clients/{id}/visit-rhythm/acts/wish", "企业的走访意愿：少来，或以电话为主", wish)
        .api_post("/api/v1/clients/{id}/visit-rhythm/acts/excuse", "暂不走访，并说明原因", excuse)
        .api_post("/api/v1/clients/{id}/visit-rhythm/acts/resume", "恢复走访", resume)
}

async fn rhythms(
    guard: Guard<ReadVisits>,
    State(app): State<App>,
    Query(filter): Query<DueFilter>,
) -> Result<Json<Page<Rhythm>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::rhythms(&app.store, &guard.scope, &filter, app.today(), limit).await?))
}

async fn rhythm(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
) -> Result<(Version, Json<Rhythm>), Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let rhythm = super::rhythm(&app.store, &client).await?;
    Ok((Version(rhythm.version), Json(rhythm)))
}

/// The client and how its visits stand, as the caller read them.
async fn read(
    db: &impl Db,
    guard: &Guard<ReadContacts>,
    (id, version): (ClientId, i64),
) -> Result<(Client, Rhythm), Problem> {
    let client = registry::client(db, &guard.scope, id).await?;
    let rhythm = super::rhythm(db, &client).await?;
    super::side(&guard.actor, client.id).ok_or(Problem::NotFound)?;
    rhythm.read_as(version)?;
    Ok((client, rhythm))
}

async fn wish(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    IfMatch(version): IfMatch,
    Command(new, once): Command<NewWish>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let (client, rhythm) = read(&tx, &guard, (id, version)).await?;
    super::wish(&tx, &app.site, &guard.actor, (&client, rhythm), new).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn excuse(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    IfMatch(version): IfMatch,
    Command(new, once): Command<NewExcuse>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let (client, rhythm) = read(&tx, &guard, (id, version)).await?;
    super::excuse(&tx, &app.site, &guard.actor, (&client, rhythm), new).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn resume(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    IfMatch(version): IfMatch,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let (client, rhythm) = read(&tx, &guard, (id, version)).await?;
    super::resume(&tx, &app.site, &guard.actor, (&client, rhythm)).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
