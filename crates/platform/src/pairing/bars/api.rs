//! What speaks against pairings, for programs.

use super::{Answer, Ask, Bar, BarFilter, NewBar};
use crate::{App, Command, Nothing};
use axum::extract::State;
use kernel::authz::{AskPairings, WritePairings};
use kernel::id::{BarId, ClientId};
use kernel::{Day, Limit, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/pairing-bars", "回避与意愿清单", bars)
        .api_post("/api/v1/pairing-bars", "登记回避或意愿", enter)
        .api_get("/api/v1/pairing-bars/{id}", "一条回避或意愿", bar)
        .api_post("/api/v1/pairing-bars/{id}/acts/end", "结束一条回避或意愿", end)
        .api_post("/api/v1/pairing-bars/{id}/acts/answer", "答复企业的申请", answer)
        .api_post("/api/v1/pairing-requests", "企业申请更换服务专员，或暂不需要", ask)
        .api_post("/api/v1/pairing-requests/{id}/acts/withdraw", "企业撤回申请", withdraw)
}

async fn bars(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Query(filter): Query<BarFilter>,
) -> Result<Json<Page<Bar>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::bars(&app.store, (&guard.scope, &guard.actor), &filter, app.today(), limit).await?))
}

async fn bar(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<BarId>,
) -> Result<(Version, Json<Bar>), Refusal> {
    let bar = super::bar(&app.store, (&guard.scope, &guard.actor), id, app.today()).await?;
    Ok((Version(bar.version), Json(bar)))
}

async fn enter(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Command(new, once): Command<NewBar>,
) -> Result<Made<Id<BarId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::enter(&tx, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EndPairingBar")]
struct End {
    /// The last day.
    last_day: Day,
}

async fn end(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<BarId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<End>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let bar = super::bar(&tx, (&guard.scope, &guard.actor), id, app.today()).await?;
    bar.read_as(version)?;
    super::end(&tx, &guard.actor, &bar, wish.last_day).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn answer(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path(id): Path<BarId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<Answer>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let bar = super::bar(&tx, (&guard.scope, &guard.actor), id, app.today()).await?;
    bar.read_as(version)?;
    super::answer(&tx, &guard.actor, &bar, &wish).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewPairingRequest")]
struct NewAsk {
    /// Whose request it is.
    client: ClientId,
    #[serde(flatten)]
    ask: Ask,
}

async fn ask(
    guard: Guard<AskPairings>,
    State(app): State<App>,
    Command(new, once): Command<NewAsk>,
) -> Result<Made<Id<BarId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::ask(&tx, &guard.actor, &guard.scope, new.client, (new.ask, app.today())).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

async fn withdraw(
    guard: Guard<AskPairings>,
    State(app): State<App>,
    Path(id): Path<BarId>,
    IfMatch(version): IfMatch,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let bar = super::own(&tx, &guard.scope, id, app.today()).await?;
    bar.read_as(version)?;
    super::withdraw(&tx, &guard.actor, &bar, app.today()).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
