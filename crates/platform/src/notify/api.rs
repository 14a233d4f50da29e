//! One's own notices for programs.

use super::{Notice, NoticeFilter};
use crate::{App, Command, Nothing};
use axum::extract::State;
use kernel::authz::OwnAccount;
use kernel::id::NoticeId;
use kernel::{Limit, Page};
use shell::{Guard, Json, NoContent, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/notifications", "我的消息，未读在前", notices)
        .api_post("/api/v1/notifications/acts/read", "全部标为已读", read_all)
        .api_post("/api/v1/notifications/{id}/acts/read", "标为已读", read)
}

async fn notices(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Query(filter): Query<NoticeFilter>,
) -> Result<Json<Page<Notice>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::notices(&app.store, &guard.scope, &filter, limit).await?))
}

async fn read(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(id): Path<NoticeId>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let notice = super::notice(&tx, &guard.scope, id).await?;
    super::read(&tx, &notice).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}

async fn read_all(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    super::read_all(&tx, &guard.scope).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}
