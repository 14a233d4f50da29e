//! The due list for people: which clients it is time to visit, by the day.

use super::{DueFilter, DueView, Rhythm, rows};
use crate::App;
use crate::contacts::line;
use askama::Template;
use axum::extract::State;
use kernel::authz::{PlanContacts, ReadContacts, ReadRegistry, ReadVisits};
use kernel::words::ContactKind;
use kernel::{Cursor, Day, Limit, Right};
use serde::Deserialize;
use shell::{Choice, Guard, Html, Kit, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/contacts/due", list)
}

/// A client as a line.
pub(super) struct Line {
    pub client: String,
    pub href: String,
    /// Where the client's wishes are.
    pub wishes: String,
    /// The form that plans a visit, or a call.
    pub plan: String,
    /// By when.
    pub due: String,
    pub last: String,
    pub who: String,
    /// What the client asked for.
    pub wish: String,
    /// Why nobody goes.
    pub why: String,
    pub state: &'static str,
    pub tone: &'static str,
    /// Whether it is time and nothing is planned.
    pub open: bool,
}

impl Line {
    pub fn of(rhythm: &Rhythm, today: Day) -> Self {
        let (state, tone) = state(rhythm, today);
        let kind = if rhythm.wish_calls { ContactKind::Phone } else { ContactKind::Onsite };
        Self {
            client: rhythm.client_name.clone(),
            href: format!("/clients/{}", rhythm.client_id),
            wishes: format!("/clients/{}/visits", rhythm.client_id),
            plan: format!("/contacts/new?client={}&kind={}", rhythm.client_id, kind.code()),
            due: due(rhythm, today),
            last: last(rhythm, today),
            who: rhythm.official_name.clone().unwrap_or_default(),
            wish: wish(rhythm),
            why: why(rhythm, today),
            state,
            tone,
            open: rhythm.excused(today).is_none() && !rhythm.is_planned(today),
        }
    }
}

/// By when, as people say it.
pub(super) fn due(rhythm: &Rhythm, today: Day) -> String {
    let Some(day) = rhythm.due_day else { return "没有服务专员，不计".to_owned() };
    let sure = if rhythm.sure { "" } else { "，节假日公布后再定" };
    format!("{}前{sure}", line::when(day, "", today))
}

/// When somebody was last in touch, as people say it.
pub(super) fn last(rhythm: &Rhythm, today: Day) -> String {
    rhythm.last_on.map_or_else(|| "还没有".to_owned(), |day| line::when(day, "", today))
}

/// What the client asked for, in a few words; empty when as usual.
pub(super) fn wish(rhythm: &Rhythm) -> String {
    let every = rhythm.wish_months.map(|months| format!("每 {months} 个月一次"));
    let calls = rhythm.wish_calls.then(|| "电话、微信为主".to_owned());
    every.into_iter().chain(calls).collect::<Vec<_>>().join("，")
}

/// Why nobody goes; empty when there is no reason.
pub(super) fn why(rhythm: &Rhythm, today: Day) -> String {
    let Some(reason) = rhythm.excused(today) else { return String::new() };
    let until = rhythm.excuse_until.map(|day| format!("，至{}", line::when(day, "", today))).unwrap_or_default();
    format!("{}{until}", reason.label())
}

/// How it stands, and in which colour. Nothing here is red: it is a principle and no limit.
fn state(rhythm: &Rhythm, today: Day) -> (&'static str, &'static str) {
    if rhythm.excused(today).is_some() {
        return ("暂不走访", "grey");
    }
    if rhythm.is_planned(today) {
        return ("已约", "blue");
    }
    match rhythm.due_day {
        Some(day) if day <= today => ("该走访了", "yellow"),
        Some(_) => ("未到期", "grey"),
        None => ("", "grey"),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    view: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "contacts/cadence/due.html")]
struct DuePage {
    kit: Kit,
    /// Whether the reader goes in person.
    plans: bool,
    /// Whether clients have pages for the reader.
    consults: bool,
    due: u64,
    tone: &'static str,
    excused: u64,
    view: String,
    views: Vec<Choice>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

fn view(text: &str) -> DueView {
    match text {
        "due" => DueView::Due,
        "excused" => DueView::Excused,
        "all" => DueView::All,
        _ => DueView::Now,
    }
}

async fn list(
    guard: Guard<ReadVisits>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<DuePage>, Refusal> {
    let today = app.today();
    let filter = DueFilter { view: view(&asked.view), cursor: asked.cursor, ..DueFilter::default() };
    let found = super::rhythms(&app.store, &guard.scope, &filter, today, Limit::USUAL).await?;
    let count = |view| Some(rows::count(&guard.scope, view, today));
    let titled = kit.titled("到期走访");
    let [due, excused] = store::counts(&app.store, [count(DueView::Due), count(DueView::Excused)]).await?;
    Ok(Html(DuePage {
        kit: if guard.actor.holds(ReadContacts::NAME) { titled.under("/contacts", "联系") } else { titled },
        plans: guard.actor.holds(PlanContacts::NAME),
        consults: guard.actor.holds(ReadRegistry::NAME),
        due,
        tone: if due == 0 { "grey" } else { "yellow" },
        excused,
        view: asked.view,
        views: vec![
            Choice::new("", "两周内到期的"),
            Choice::new("due", "该走访、还没约的"),
            Choice::new("excused", "暂不走访的"),
            Choice::new("all", "全部"),
        ],
        lines: found.items.iter().map(|rhythm| Line::of(rhythm, today)).collect(),
        next: found.next,
    }))
}
