//! The telephone book: one box to search officials and units by a few words, and where to start without words.

use super::areas::area_in;
use super::form::may_change;
use super::groups::GroupLine;
use super::{areas, groups, officials, pick_officials, pick_units, units};
use crate::App;
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadOrg;
use serde::Deserialize;
use shell::{Guard, Html, Kit, Query, Refusal, Routes};

/// How many units, and how many officials, one search shows.
const MOST_FOUND: usize = 30;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/org", book)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

#[derive(Template)]
#[template(path = "org/book/book.html")]
struct BookPage {
    kit: Kit,
    q: String,
    /// Whether something was asked for.
    asked: bool,
    units: Vec<units::Line>,
    officials: Vec<officials::Line>,
    /// Whether there is more than is shown.
    more: bool,
    /// The counties: name and page.
    counties: Vec<(String, String)>,
    area: String,
    groups: Vec<GroupLine>,
    may_change: bool,
}

async fn book(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<BookPage>, Refusal> {
    let (store, scope, today) = (&app.store, &guard.scope, app.today());
    let top = area_in(store, scope, app.site.area).await?;
    let mut page = BookPage {
        may_change: may_change(&guard.actor, &top.path),
        kit: kit.titled("通讯录"),
        asked: !asked.q.trim().is_empty(),
        q: asked.q,
        units: Vec::new(),
        officials: Vec::new(),
        more: false,
        counties: Vec::new(),
        area: top.name.clone(),
        groups: Vec::new(),
    };
    if page.asked {
        let mut found = pick_units(store, scope, &page.q, MOST_FOUND + 1).await?;
        let mut people = pick_officials(store, scope, &page.q, MOST_FOUND + 1).await?;
        page.more = found.len() > MOST_FOUND || people.len() > MOST_FOUND;
        found.truncate(MOST_FOUND);
        people.truncate(MOST_FOUND);
        page.units = units::lines(store, found, today).await?;
        page.officials = people.iter().map(officials::Line::of).collect();
    } else {
        let below = areas::below(store, &top).await?;
        page.counties = below.into_iter().map(|area| (area.name, format!("/org/areas/{}", area.id))).collect();
        page.groups = groups::composed(store, &top, today).await?;
    }
    Ok(Html(page))
}
