//! What became of messages, and the mailbox, for system administrators.

use super::{Delivery, DeliveryFilter};
use crate::{App, Site};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kernel::authz::ManageAccounts;
use kernel::id::DeliveryId;
use kernel::words::DeliveryState;
use kernel::{Cursor, Instant, Limit, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

const HERE: &str = "/deliveries";

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get(HERE, list)
        .post("/deliveries/retry", retry_all)
        .post("/deliveries/{id}/retry", retry)
        .post("/deliveries/{id}/give-up", give_up)
        .get("/mailbox", mailbox)
}

struct Line {
    id: DeliveryId,
    name: String,
    channel: &'static str,
    kind: &'static str,
    state: &'static str,
    tone: &'static str,
    tries: i64,
    reason: String,
    when: String,
    again: bool,
    ends: bool,
}

impl Line {
    fn of(delivery: &Delivery, site: &Site, now: Instant) -> Self {
        let state = delivery.state;
        let when = match (state, delivery.ended_at) {
            (DeliveryState::Waiting | DeliveryState::Gathered, _) => format!("{} 发", site.say(delivery.due_at, now)),
            (_, Some(ended)) => site.say(ended, now),
            (_, None) => site.say(delivery.made_at, now),
        };
        Self {
            id: delivery.id,
            name: delivery.name.clone(),
            channel: delivery.channel.label(),
            kind: if delivery.digest { "汇总" } else { delivery.kind.label() },
            state: state.label(),
            tone: match state {
                DeliveryState::Dead => "red",
                DeliveryState::Sent => "green",
                DeliveryState::Waiting if delivery.tries > 0 => "yellow",
                _ => "grey",
            },
            tries: delivery.tries,
            reason: delivery.reason.clone().unwrap_or_default(),
            when,
            again: state == DeliveryState::Dead,
            ends: matches!(state, DeliveryState::Dead | DeliveryState::Waiting),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    state: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "messages/deliveries/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    states: Vec<Choice>,
    state: &'static str,
    /// Whether these are the ones that failed.
    stuck: bool,
    /// Whether there is a mailbox.
    kept: bool,
    /// Whether the wording is the reader's to change.
    words: bool,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let state = DeliveryState::parse(&asked.state).unwrap_or(DeliveryState::Dead);
    let filter = DeliveryFilter { state: Some(state), cursor: asked.cursor, limit: None };
    let found = super::deliveries(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    let now = app.now();
    let shown = [
        DeliveryState::Dead,
        DeliveryState::Waiting,
        DeliveryState::Gathered,
        DeliveryState::Sent,
        DeliveryState::Dropped,
    ];
    Ok(Html(ListPage {
        kit: kit.titled("消息发送"),
        errors: Errors::none(),
        states: shown.iter().map(|state| Choice::new(state.code(), state.label())).collect(),
        state: state.code(),
        stuck: state == DeliveryState::Dead,
        kept: super::shows_kept(&app, &guard.scope),
        words: crate::messages::in_hand(&app, &guard.scope),
        lines: found.items.iter().map(|delivery| Line::of(delivery, &app.site, now)).collect(),
        next: found.next,
    }))
}

fn back(done: Result<String, Problem>) -> Result<Response, Refusal> {
    match done {
        Ok(told) => Ok(see_other(HERE, Flash::success(told))),
        Err(Problem::Conflict(told)) => Ok(see_other(HERE, Flash::warning(told))),
        Err(other) => Err(other.into()),
    }
}

async fn retry(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
) -> Result<Response, Refusal> {
    let done = async {
        let tx = app.store.begin().await?;
        let delivery = super::delivery(&tx, &guard.scope, id).await?;
        super::retry(&tx, &guard.actor, &delivery).await?;
        tx.commit().await?;
        Ok("已重新排队，马上再发。".to_owned())
    };
    back(done.await)
}

async fn retry_all(guard: Guard<ManageAccounts>, State(app): State<App>) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let count = super::retry_all(&tx, &guard.actor, &guard.scope, app.site.area).await?;
    tx.commit().await?;
    let told = if count == 0 {
        "没有发送失败的消息。".into()
    } else {
        format!("{count} 条消息已重新排队，马上再发。")
    };
    back(Ok(told))
}

async fn give_up(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
) -> Result<Response, Refusal> {
    let done = async {
        let tx = app.store.begin().await?;
        let delivery = super::delivery(&tx, &guard.scope, id).await?;
        super::give_up(&tx, &guard.actor, &delivery).await?;
        tx.commit().await?;
        Ok("已放弃。本人在网站的消息里仍能看到这件事。".to_owned())
    };
    back(done.await)
}

struct KeptLine {
    to: String,
    channel: &'static str,
    title: String,
    text: Vec<String>,
    when: String,
}

#[derive(Template)]
#[template(path = "messages/deliveries/mailbox.html")]
struct MailboxPage {
    kit: Kit,
    lines: Vec<KeptLine>,
    next: Option<Cursor>,
}

async fn mailbox(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<MailboxPage>, Refusal> {
    let found = super::kept(&app, &guard.scope, asked.cursor.as_deref()).await?;
    let now = app.now();
    let line = |kept: &super::Kept| KeptLine {
        to: format!("{}（{}）", kept.name, kept.address),
        channel: kept.channel.label(),
        title: kept.title.clone(),
        text: kept.text.lines().map(str::to_owned).collect(),
        when: app.site.say(kept.at, now),
    };
    let lines = found.items.iter().map(line).collect();
    Ok(Html(MailboxPage { kit: kit.titled("本地信箱").under(HERE, "消息发送"), lines, next: found.next }))
}
