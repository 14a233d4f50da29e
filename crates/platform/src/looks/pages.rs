//! Who looked at one's own information, for people.

use super::{Look, LookFilter};
use crate::App;
use crate::app::Site;
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadLooks;
use kernel::words::{LookReason, LookSubject, LookWay};
use kernel::{Cursor, Instant, Limit};
use serde::Deserialize;
use shell::{Guard, Html, Kit, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/looks", list)
}

/// A look as a line.
#[derive(Debug, Clone)]
pub struct Line {
    /// When.
    pub when: String,
    /// Who.
    pub who: String,
    /// What they saw.
    pub what: String,
    /// Why.
    pub why: String,
}

impl Line {
    /// The line of a look.
    #[must_use]
    pub fn of(site: &Site, look: &Look, now: Instant) -> Self {
        let field = look.field.label();
        let what = match look.subject {
            LookSubject::Official => format!("您的{field}"),
            LookSubject::Liaison => format!("{}的{field}", look.subject_name),
            LookSubject::Demand => format!("诉求“{}”的{field}", look.subject_name),
        };
        let way = if look.way == LookWay::Export { "（导出）" } else { "" };
        let why = match look.note.as_str() {
            "" => look.reason.label().to_owned(),
            note if look.reason == LookReason::Other => note.to_owned(),
            note => format!("{}：{note}", look.reason.label()),
        };
        Self { when: site.say(look.at, now), who: look.looker.clone(), what: format!("{what}{way}"), why }
    }
}

#[derive(Template)]
#[template(path = "looks/list.html")]
struct ListPage {
    kit: Kit,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
}

async fn list(
    guard: Guard<ReadLooks>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let filter = LookFilter { cursor: asked.cursor, ..LookFilter::default() };
    let found = super::looks(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    let now = app.now();
    let lines = found.items.iter().map(|look| Line::of(&app.site, look, now)).collect();
    Ok(Html(ListPage { kit: kit.titled("谁查看过我的信息"), lines, next: found.next }))
}
