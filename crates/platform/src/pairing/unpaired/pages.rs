//! Clients that nobody looks after, for people: how many and for how long, county by county, and who they are.

use super::super::bars;
use super::{CountyGap, Filter, Unpaired};
use crate::app::say_day;
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use kernel::authz::WritePairings;
use kernel::{AreaCode, Cursor, Limit};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairings/unpaired", list)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    area: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "pairing/unpaired/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    pending: u64,
    area: String,
    areas: Vec<Choice>,
    now: i64,
    days: i64,
    counties: Vec<CountyGap>,
    lines: Vec<Unpaired>,
    next: Option<Cursor>,
}

impl ListPage {
    /// Since when, as people say it.
    fn since(&self, line: &Unpaired) -> String {
        say_day(line.since)
    }
}

async fn list(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let mut page = ListPage {
        kit: kit.titled("空档：没有服务专员的企业和项目"),
        errors: Errors::none(),
        pending: bars::pending(&app.store, &guard.actor).await?,
        areas: org::area_choices(&app.store, &guard.scope).await?,
        area: asked.area,
        now: 0,
        days: 0,
        counties: Vec::new(),
        lines: Vec::new(),
        next: None,
    };
    let filter = Filter { area: AreaCode::parse(&page.area).ok(), cursor: asked.cursor, limit: None };
    let today = app.today();
    match super::unpaired(&app.store, &app.site, &guard.scope, (&filter, today), Limit::USUAL).await {
        Ok(found) => (page.lines, page.next) = (found.items, found.next),
        Err(problem) => page.errors = Errors::take(problem)?,
    }
    if page.errors.is_empty() && filter.cursor.is_none() {
        page.counties = super::by_county(&app.store, &app.site, &guard.scope, filter.area, today).await?;
        page.now = page.counties.iter().map(|county| county.now).sum();
        page.days = page.counties.iter().map(|county| county.days).sum();
    }
    Ok(Html(page))
}
