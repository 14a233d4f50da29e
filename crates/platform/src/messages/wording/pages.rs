//! The wording of messages, for administrators: a table of kinds and roads, and each with a preview and its versions.

use super::{Filling, Key, PLACES, Wording};
use crate::App;
use crate::messages::occasion;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::ManageAccounts;
use kernel::words::{MessageChannel, NewsKind};
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other};

const HERE: &str = "/message-wordings";

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get(HERE, list)
        .get("/message-wordings/{kind}/{channel}", show)
        .post("/message-wordings/{kind}/{channel}", change)
}

struct Line {
    kind: &'static str,
    cells: Vec<Cell>,
}

struct Cell {
    href: String,
    channel: &'static str,
    own: bool,
}

#[derive(Template)]
#[template(path = "messages/wording/list.html")]
struct ListPage {
    kit: Kit,
    lines: Vec<Line>,
}

fn said(kind: Option<NewsKind>) -> &'static str {
    kind.map_or("每日汇总", NewsKind::label)
}

fn path((kind, channel): Key) -> String {
    format!("{HERE}/{}/{}", kind.map_or("digest", NewsKind::code), channel.code())
}

fn key((kind, channel): (String, String)) -> Result<Key, Problem> {
    let channel = MessageChannel::parse(&channel).ok_or(Problem::NotFound)?;
    match kind.as_str() {
        "digest" => Ok((None, channel)),
        kind => Ok((Some(NewsKind::parse(kind).ok_or(Problem::NotFound)?), channel)),
    }
}

async fn list(guard: Guard<ManageAccounts>, State(app): State<App>, kit: Kit) -> Result<Html<ListPage>, Refusal> {
    let mut lines = Vec::new();
    for kind in NewsKind::ALL.iter().copied().map(Some).chain([None]) {
        let mut cells = Vec::new();
        for channel in MessageChannel::ALL.iter().copied() {
            let versions = super::versions(&app, &guard.scope, (kind, channel)).await?;
            let own = versions.first().is_some_and(|latest| latest.wording().is_some());
            cells.push(Cell { href: path((kind, channel)), channel: channel.label(), own });
        }
        lines.push(Line { kind: said(kind), cells });
    }
    Ok(Html(ListPage { kit: kit.titled("消息措辞").under("/deliveries", "消息发送"), lines }))
}

struct Past {
    version: i64,
    by: String,
    when: String,
    text: String,
}

#[derive(Template)]
#[template(path = "messages/wording/show.html")]
struct ShowPage {
    kit: Kit,
    errors: Errors,
    action: String,
    titled: bool,
    title: String,
    text: String,
    version: i64,
    own: bool,
    preview: Wording,
    places: [(&'static str, &'static str); 6],
    past: Vec<Past>,
}

async fn page(app: &App, guard: &Guard<ManageAccounts>, kit: Kit, key: Key) -> Result<ShowPage, Problem> {
    let versions = super::versions(app, &guard.scope, key).await?;
    let latest = versions.first().and_then(super::Version::wording);
    let own = latest.is_some();
    let wording = latest.unwrap_or_else(|| Wording::built_in(key));
    let now = app.now();
    let past = |version: &super::Version| Past {
        version: version.version,
        by: version.made_by.clone(),
        when: app.site.say(version.made_at, now),
        text: version.wording().map_or_else(|| "恢复内置措辞".to_owned(), |told| told.text),
    };
    Ok(ShowPage {
        kit: kit.titled(format!("{} · {}", said(key.0), key.1.label())).under(HERE, "消息措辞"),
        errors: Errors::none(),
        action: path(key),
        titled: key.1 != MessageChannel::Sms,
        preview: preview(app, key, &wording),
        title: wording.title,
        text: wording.text,
        version: versions.first().map_or(0, |latest| latest.version),
        own,
        places: PLACES,
        past: versions.iter().map(past).collect(),
    })
}

/// How it reads, over an example.
fn preview(app: &App, (kind, channel): Key, wording: &Wording) -> Wording {
    let address = &app.post.address;
    let link = format!("{address}/notices/…");
    let filling = Filling {
        site: &app.site.name,
        occasion: kind
            .map_or_else(|| "您有 3 条未读消息（要我办理的事 3 条）".to_owned(), |kind| occasion(kind).to_owned()),
        number: if matches!(kind, Some(NewsKind::Task | NewsKind::Deadline | NewsKind::Progress)) {
            "370783-20261123-001"
        } else {
            ""
        },
        link: &link,
        confirm: (kind == Some(NewsKind::Visit)).then(|| format!("{address}/do/…")),
        stop: (channel == MessageChannel::Email).then(|| format!("{address}/do/…")),
    };
    wording.filled(&filling)
}

async fn show(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Path(asked): Path<(String, String)>,
) -> Result<Html<ShowPage>, Refusal> {
    Ok(Html(page(&app, &guard, kit, key(asked)?).await?))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    title: String,
    text: String,
    version: i64,
    /// `preview`, `save` or `built_in`.
    act: String,
}

async fn change(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Path(asked): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let key = key(asked)?;
    if !crate::messages::in_hand(&app, &guard.scope) {
        return Err(Problem::NotFound.into());
    }
    let wording = Wording { title: typed.title.trim().to_owned(), text: typed.text.trim().replace("\r\n", "\n") };
    let done = async {
        if typed.act == "preview" {
            return wording.check(key).map(|()| false);
        }
        let tx = app.store.begin().await?;
        let new = (typed.act != "built_in").then(|| wording.clone());
        super::change(&tx, (&app, &guard.actor), &guard.scope, key, (typed.version, new)).await?;
        tx.commit().await?;
        Ok(true)
    };
    let (status, errors) = match done.await {
        Ok(true) => return Ok(see_other(&path(key), Flash::success("已保存，从下一条消息起使用。"))),
        Ok(false) => (axum::http::StatusCode::OK, Errors::none()),
        Err(problem) => Errors::refused(problem)?,
    };
    let shown = page(&app, &guard, kit, key).await?;
    let preview = if errors.is_empty() { preview(&app, key, &wording) } else { shown.preview };
    let page = ShowPage { errors, title: wording.title, text: wording.text, preview, ..shown };
    Ok((status, Html(page)).into_response())
}
