//! The inbox for people. Opening a notice marks it as read and leads to where it happened.

use super::{Notice, NoticeFilter};
use crate::App;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::authz::OwnAccount;
use kernel::id::NoticeId;
use kernel::{Cursor, Limit};
use serde::Deserialize;
use shell::{Flash, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/notices", inbox).get("/notices/{id}", open).post("/notices/read", read_all)
}

struct Line {
    href: String,
    title: String,
    text: String,
    when: String,
    unread: bool,
}

#[derive(Template)]
#[template(path = "notify/inbox.html")]
struct InboxPage {
    kit: Kit,
    unread: u64,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
}

async fn inbox(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<InboxPage>, Refusal> {
    let filter = NoticeFilter { cursor: asked.cursor, ..NoticeFilter::default() };
    let found = super::notices(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    let [unread] = store::counts(&app.store, [super::unread(&guard.actor)]).await?;
    let now = app.now();
    let line = |notice: Notice| Line {
        href: format!("/notices/{}", notice.id),
        when: app.site.say(notice.at, now),
        unread: notice.read_at.is_none(),
        title: notice.title,
        text: notice.text,
    };
    let lines = found.items.into_iter().map(line).collect();
    Ok(Html(InboxPage { kit: kit.titled("消息"), unread, lines, next: found.next }))
}

async fn open(guard: Guard<OwnAccount>, State(app): State<App>, Path(id): Path<NoticeId>) -> Result<Response, Refusal> {
    let notice = super::notice(&app.store, &guard.scope, id).await?;
    if notice.read_at.is_none() {
        let tx = app.store.begin().await?;
        super::read(&tx, &notice).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&notice.link).into_response())
}

async fn read_all(guard: Guard<OwnAccount>, State(app): State<App>) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let read = super::read_all(&tx, &guard.scope).await?;
    tx.commit().await?;
    let told =
        if read == 0 { "没有未读消息。".into() } else { format!("已将 {read} 条消息标为已读。") };
    Ok(see_other("/notices", Flash::success(told)))
}
