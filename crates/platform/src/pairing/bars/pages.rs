//! The list of what speaks against pairings, for people.

use super::super::pages::period;
use super::{Bar, BarFilter};
use crate::{App, org, registry};
use askama::Template;
use axum::extract::State;
use kernel::authz::WritePairings;
use kernel::id::BarId;
use kernel::words::{BarKind, BarState};
use kernel::{AreaCode, Cursor, Day, Limit, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Picker, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairing-bars", list)
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    state: String,
    kind: String,
    area: String,
    client: String,
    client_text: String,
    cursor: Option<String>,
}

/// One as a line.
pub(super) struct Line {
    pub id: BarId,
    pub kind: &'static str,
    pub client: Option<(String, String)>,
    pub official: Option<(String, String)>,
    pub unit: String,
    pub why: String,
    pub period: String,
    pub state: &'static str,
    pub tone: &'static str,
    /// What is to be done about the pairing that it speaks against.
    pub due: Option<&'static str>,
    /// Whether somebody has to act.
    pub waits: bool,
}

impl Line {
    pub fn of(bar: &Bar, today: Day) -> Self {
        let because = [bar.ground.map_or("", |ground| ground.label()), bar.note.as_str()];
        let because: Vec<&str> = because.into_iter().filter(|part| !part.is_empty()).collect();
        let (state, tone) = standing(bar, today);
        let due = match (bar.state, bar.on(today), bar.pairing_id.is_some()) {
            (BarState::Pending, ..) => None,
            (_, true, true) if bar.kind == BarKind::Unwanted => Some("现有包靠，应结束"),
            (_, true, true) => Some("现有包靠，应移交"),
            _ => None,
        };
        Self {
            id: bar.id,
            kind: bar.kind.label(),
            client: bar.client_id.zip(bar.client_name.clone()).map(|(id, name)| (format!("/clients/{id}"), name)),
            official: bar.official_id.zip(bar.official_name.clone()).map(|(id, name)| {
                let unit = bar.unit_name.as_deref().unwrap_or_default();
                (format!("/org/officials/{id}"), format!("{name}（{unit}）"))
            }),
            unit: if bar.unit_id.is_some() { bar.unit_name.clone().unwrap_or_default() } else { String::new() },
            why: because.join("："),
            period: period(bar.from_day, bar.until_day),
            state,
            tone,
            waits: due.is_some() || bar.state == BarState::Pending,
            due,
        }
    }
}

/// Where it stands on a day, and in which colour.
fn standing(bar: &Bar, today: Day) -> (&'static str, &'static str) {
    match bar.state {
        BarState::Pending => ("待处理", "yellow"),
        BarState::Held if bar.on(today) => ("生效中", "green"),
        BarState::Held if bar.from_day > today => ("尚未开始", "blue"),
        BarState::Held => ("已结束", "grey"),
        other => (other.label(), "grey"),
    }
}

#[derive(Template)]
#[template(path = "pairing/bars/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    pending: u64,
    state: String,
    states: Vec<Choice>,
    kind: String,
    kinds: Vec<Choice>,
    area: String,
    areas: Vec<Choice>,
    client: Picker,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let states =
        [("", "生效中和待处理"), ("pending", "待处理"), ("declined", "已答复（未同意）"), ("all", "全部，含已结束")];
    let mut page = ListPage {
        kit: kit.titled("回避与意愿"),
        errors: Errors::none(),
        pending: super::pending(&app.store, &guard.actor).await?,
        states: states.map(|(value, label)| Choice::new(value, label)).into(),
        kinds: BarKind::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        areas: org::area_choices(&app.store, &guard.scope).await?,
        client: Picker::sent(asked.client.as_str(), &asked.client_text),
        state: asked.state,
        kind: asked.kind,
        area: asked.area,
        lines: Vec::new(),
        next: None,
    };
    match filter(&app, &guard, &mut page, asked.cursor).await {
        Ok(filter) => {
            let today = app.today();
            let found = super::bars(&app.store, (&guard.scope, &guard.actor), &filter, today, Limit::USUAL).await?;
            page.lines = found.items.iter().map(|bar| Line::of(bar, today)).collect();
            page.next = found.next;
        }
        Err(problem) => page.errors = Errors::take(problem)?,
    }
    Ok(Html(page))
}

async fn filter(
    app: &App,
    guard: &Guard<WritePairings>,
    page: &mut ListPage,
    cursor: Option<String>,
) -> Result<BarFilter, Problem> {
    let client = match page.client.is_empty() {
        true => None,
        false => Some(registry::picked(&app.store, &guard.scope, &mut page.client, "client").await?),
    };
    Ok(BarFilter {
        on: page.state.is_empty().then(|| app.today()),
        state: BarState::parse(&page.state),
        kind: BarKind::parse(&page.kind),
        area: AreaCode::parse(&page.area).ok(),
        client,
        cursor,
        ..BarFilter::default()
    })
}
