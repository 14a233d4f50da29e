//! A month of comings for people: on a telephone, on a screen, on paper.

use super::super::pages::Line;
use super::{Joint, Other, UnitMonth};
use crate::contacts::line::when;
use crate::{App, org, registry};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::authz::{ReadEntries, ReadOrg};
use kernel::id::{ClientId, UnitId};
use kernel::words::EntryDraw;
use kernel::{Actor, Day, Problem, Reach};
use rules::contact::{Month, Quarter};
use serde::Deserialize;
use shell::{Errors, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/clients/{id}/month", of_client).get("/units/{id}/month", of_unit).get("/entries/month", whose)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    month: String,
}

/// The ways to the months beside this one.
struct Beside {
    said: String,
    previous: String,
    next: String,
    /// This month, when another is shown.
    now: Option<String>,
}

impl Beside {
    fn of(base: &str, month: Month, today: Day) -> Self {
        let href = |month: Month| format!("{base}?month={}", month.code());
        Self {
            said: month.said(),
            previous: href(month.previous()),
            next: href(month.next()),
            now: (!month.holds(today)).then(|| base.to_owned()),
        }
    }
}

/// A coming, as a line of the month.
struct Row {
    line: Line,
    /// What it draws, and in which colour.
    draws: &'static str,
    tone: &'static str,
    /// Who else comes there, and when.
    others: Vec<String>,
    /// Whether one of them comes on the same day.
    joined: bool,
}

#[derive(Template)]
#[template(path = "contacts/entries/months/client.html")]
struct ClientPage {
    kit: Kit,
    ledger: String,
    beside: Beside,
    quarter: String,
    used: u32,
    budget: u32,
    drawn: u32,
    rows: Vec<Row>,
    joint: Vec<String>,
    /// Whether clients have pages for the reader.
    consults: bool,
}

#[derive(Template)]
#[template(path = "contacts/entries/months/unit.html")]
struct UnitPage {
    kit: Kit,
    ledger: String,
    beside: Beside,
    rows: Vec<Row>,
    /// How many clients it goes to, and at how many of them others go near the day.
    clients: usize,
    shared: usize,
    more: bool,
    consults: bool,
}

#[derive(Template)]
#[template(path = "contacts/entries/months/whose.html")]
struct WhosePage {
    kit: Kit,
    errors: Errors,
    unit: Picker,
}

/// What is proposed of two comings.
fn proposal(joint: &Joint, today: Day) -> String {
    let apart = (joint.second_day - joint.first_day).num_days();
    let (first, second) = (when(joint.first_day, "", today), when(joint.second_day, "", today));
    format!("{}（{first}）和{}（{second}）相隔 {apart} 天", joint.first_unit, joint.second_unit)
}

fn consults(actor: &Actor) -> bool {
    actor.holds("registry.read")
}

async fn of_client(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Query(asked): Query<Asked>,
) -> Result<Html<ClientPage>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let (today, budget) = (app.today(), app.site.touch.budget);
    let month = super::month(&asked.month, today)?;
    let found = super::of_client(&app.store, &guard.scope, (&client, month), (today, budget)).await?;
    let row = |coming: &super::Coming| Row {
        line: Line::of(&coming.entry, &guard.actor, today),
        draws: coming.draws.label(),
        tone: if coming.draws == EntryDraw::Day { "blue" } else { "grey" },
        others: Vec::new(),
        joined: false,
    };
    let base = format!("/clients/{id}");
    Ok(Html(ClientPage {
        kit: kit.titled(format!("{}入企安排", month.said())).under(base.clone(), client.name.as_str()),
        ledger: format!("{base}/ledger"),
        beside: Beside::of(&format!("{base}/month"), month, today),
        quarter: Quarter::of(month.last).said(),
        used: found.used,
        budget,
        drawn: found.drawn,
        rows: found.comings.iter().map(row).collect(),
        joint: found.joint.iter().map(|joint| proposal(joint, today)).collect(),
        consults: consults(&guard.actor),
    }))
}

async fn of_unit(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<UnitId>,
    Query(asked): Query<Asked>,
) -> Result<Html<UnitPage>, Refusal> {
    let unit = super::unit(&app.store, &guard.actor, &guard.scope, id).await?;
    let today = app.today();
    let month = super::month(&asked.month, today)?;
    let found = super::of_unit(&app.store, &guard.scope, (&unit, month), today).await?;
    let (clients, shared) = counted(&found);
    let told = |other: &Other| format!("{}：{}（{}）", when(other.day, "", today), other.unit_name, other.kind.label());
    let row = |going: &super::Going| Row {
        line: Line::of(&going.entry, &guard.actor, today),
        draws: "",
        tone: "",
        others: going.others.iter().map(told).collect(),
        joined: going.others.iter().any(|other| other.day == going.entry.day),
    };
    let base = format!("/units/{id}");
    Ok(Html(UnitPage {
        kit: kit.titled(format!("{}{}入企安排", unit.name, month.said())).under("/entries", "入企安排"),
        ledger: format!("{base}/ledger.csv"),
        beside: Beside::of(&format!("{base}/month"), month, today),
        rows: found.goings.iter().map(row).collect(),
        clients,
        shared,
        more: found.more,
        consults: consults(&guard.actor),
    }))
}

/// How many clients a unit goes to, and at how many of them others go near the day.
fn counted(found: &UnitMonth) -> (usize, usize) {
    let live = || found.goings.iter().filter(|going| going.entry.dropped_at.is_none());
    let distinct = |of: &mut dyn Iterator<Item = ClientId>| of.collect::<std::collections::HashSet<_>>().len();
    let all = distinct(&mut live().map(|going| going.entry.client_id));
    let shared = distinct(&mut live().filter(|going| !going.others.is_empty()).map(|going| going.entry.client_id));
    (all, shared)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    unit: String,
    unit_text: String,
}

/// The reader's own month, or the question whose.
async fn whose(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    kit: Kit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Refusal> {
    let mut unit = Picker::sent(&wanted.unit, &wanted.unit_text);
    let mut errors = Errors::none();
    if unit.is_empty() {
        let own = guard.scope.reaches().iter().find_map(own_month);
        if let Some(own) = own {
            return Ok(Redirect::to(&own).into_response());
        }
    } else {
        let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
        match org::picked_unit(&app.store, &consulted, &mut unit, "unit").await {
            Ok(id) => match super::unit(&app.store, &guard.actor, &guard.scope, id).await {
                Ok(unit) => return Ok(Redirect::to(&format!("/units/{}/month", unit.id)).into_response()),
                Err(Problem::NotFound) => {
                    errors = Errors::take(Problem::field("unit", "没有这个单位，或者不在您的管理范围内。"))?;
                }
                Err(other) => return Err(other.into()),
            },
            Err(problem) => errors = Errors::take(problem)?,
        }
    }
    let kit = kit.titled("按月看入企安排").under("/entries", "入企安排");
    Ok(Html(WhosePage { kit, errors, unit }).into_response())
}

/// Where the month of one's own is: of one's unit, or of one's only client.
fn own_month(reach: &Reach) -> Option<String> {
    match reach {
        Reach::Unit(unit) => Some(format!("/units/{unit}/month")),
        Reach::Clients(clients) | Reach::Openly(clients, _) if clients.len() == 1 => {
            clients.first().map(|client| format!("/clients/{client}/month"))
        }
        _ => None,
    }
}
