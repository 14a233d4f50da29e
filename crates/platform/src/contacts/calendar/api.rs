//! The calendar link for programs: whether there is one, a new one, none any more.

use super::{link, made_at, make, revoke};
use crate::app::asked_host;
use crate::{App, Command, Nothing};
use axum::extract::State;
use axum::http::HeaderMap;
use kernel::Instant;
use kernel::authz::PlanContacts;
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Guard, Json, Made, NoContent, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/account/calendar-link", "手机日历的订阅链接：有没有、何时生成", shown)
        .api_post("/api/v1/account/calendar-link", "生成订阅链接，旧链接随即失效；地址只在这次回答里", renew)
        .api_post("/api/v1/account/calendar-link/acts/revoke", "停用订阅链接", end)
}

/// Whether there is a link.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CalendarLink")]
struct Shown {
    /// Since when; none when there is none. The address itself is told once, when it is made.
    made_at: Option<Instant>,
}

async fn shown(guard: Guard<PlanContacts>, State(app): State<App>) -> Result<Json<Shown>, Refusal> {
    Ok(Json(Shown { made_at: made_at(&app.store, &guard.actor, &guard.scope).await? }))
}

/// A link that was made.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "MadeCalendarLink")]
struct New {
    /// Its address, told in this answer alone. Who knows it reads days, times, ways and clients' names.
    url: String,
}

async fn renew(guard: Guard<PlanContacts>, State(app): State<App>, headers: HeaderMap) -> Result<Made<New>, Refusal> {
    let tx = app.store.begin().await?;
    let secret = make(&tx, &app.site, &guard.actor, &guard.scope).await?;
    tx.commit().await?;
    Ok(Made { version: None, body: New { url: link(&app.site, asked_host(&headers), &secret) } })
}

async fn end(
    guard: Guard<PlanContacts>,
    State(app): State<App>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    revoke(&tx, &app.site, &guard.actor, &guard.scope).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}
