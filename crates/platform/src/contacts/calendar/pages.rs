//! The link for people, and what it shows for calendars.

use super::{link, made_at, make, revoke, shown};
use crate::App;
use crate::app::asked_host;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::PlanContacts;
use shell::{Flash, Guard, Html, Kit, Path, Public, Refusal, Routes, see_other};

pub(in crate::contacts) fn routes() -> Routes<App> {
    Routes::new()
        .get("/contacts/calendar", show)
        .post("/contacts/calendar", renew)
        .post("/contacts/calendar/revoke", end)
        .get("/calendar/{secret}", feed)
}

#[derive(Template)]
#[template(path = "contacts/calendar/show.html")]
struct CalendarPage {
    kit: Kit,
    /// Since when there is a link.
    since: String,
    /// The link, in the one moment it is known.
    link: String,
}

fn titled(kit: Kit) -> Kit {
    kit.titled("手机日历").under("/contacts", "联系")
}

async fn show(guard: Guard<PlanContacts>, State(app): State<App>, kit: Kit) -> Result<Html<CalendarPage>, Refusal> {
    let since = made_at(&app.store, &guard.actor, &guard.scope).await?;
    let since = since.map(|at| app.site.say(at, app.now())).unwrap_or_default();
    Ok(Html(CalendarPage { kit: titled(kit), since, link: String::new() }))
}

async fn renew(
    guard: Guard<PlanContacts>,
    State(app): State<App>,
    kit: Kit,
    headers: HeaderMap,
) -> Result<Html<CalendarPage>, Refusal> {
    let tx = app.store.begin().await?;
    let secret = make(&tx, &app.site, &guard.actor, &guard.scope).await?;
    tx.commit().await?;
    let link = link(&app.site, asked_host(&headers), &secret);
    Ok(Html(CalendarPage { kit: titled(kit), since: app.site.say(app.now(), app.now()), link }))
}

async fn end(guard: Guard<PlanContacts>, State(app): State<App>) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    revoke(&tx, &app.site, &guard.actor, &guard.scope).await?;
    tx.commit().await?;
    Ok(see_other("/contacts/calendar", Flash::success("已停用，原来的链接不能再用。")))
}

async fn feed(
    _: Public,
    State(app): State<App>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let secret = secret.strip_suffix(".ics").ok_or(Problem::NotFound)?;
    let text = shown(&app, secret, asked_host(&headers)).await?;
    let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
    let kept = HeaderValue::from_static("private, no-store");
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], text).into_response())
}
