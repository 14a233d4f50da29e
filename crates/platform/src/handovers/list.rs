//! The list of handovers: one's own to hand over or to receive; for who pairs, those of the area.

use super::{due, takes_part};
use crate::app::say_day;
use crate::pairing::handovers::{self, Handover, HandoverFilter, Parts};
use crate::{App, org, pairing};
use askama::Template;
use axum::extract::State;
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::HandoverId;
use kernel::words::HandoverState;
use kernel::{Actor, AreaCode, Cursor, Day, Limit, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/handovers", list)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    state: String,
    area: String,
    cursor: Option<String>,
}

/// A handover as a line.
struct Line {
    id: HandoverId,
    client: String,
    area: String,
    former: String,
    next: String,
    from: String,
    due: String,
    late: bool,
    state: &'static str,
    tone: &'static str,
    unmet: bool,
    /// What the reader is to do.
    todo: &'static str,
}

impl Line {
    fn of(app: &App, actor: &Actor, handover: &Handover) -> Self {
        let due = due(app, handover.from_day);
        let parts = Parts::of(actor, handover);
        let open = !matches!(handover.state, HandoverState::Confirmed | HandoverState::Replaced);
        Self {
            id: handover.id,
            client: handover.client_name.clone(),
            area: handover.area_name.clone(),
            former: format!("{}（{}）", handover.former_name, handover.former_unit),
            next: format!("{}（{}）", handover.next_name, handover.next_unit),
            from: say_day(handover.from_day),
            due: due.filter(|_| open).map(say_day).unwrap_or_default(),
            late: open && is_late(due, app.today()),
            state: handover.state.label(),
            tone: tone(handover.state),
            unmet: handover.state == HandoverState::Received && handover.unmet_at.is_some(),
            todo: match handover.state {
                HandoverState::Open if parts.former || (parts.desk && handover.former_left_on.is_some()) => "移交",
                HandoverState::Prepared if parts.next => "接收",
                _ => "查看",
            },
        }
    }
}

/// Whether the day by which it should be done has gone by.
pub(super) fn is_late(due: Option<Day>, today: Day) -> bool {
    due.is_some_and(|due| due < today)
}

/// The colour of a state.
pub(super) fn tone(state: HandoverState) -> &'static str {
    match state {
        HandoverState::Open | HandoverState::Prepared => "yellow",
        HandoverState::Received => "blue",
        HandoverState::Confirmed => "green",
        HandoverState::Replaced => "grey",
    }
}

#[derive(Template)]
#[template(path = "handovers/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    /// Whether the reader pairs; then, how many requests of clients wait.
    desk: bool,
    pending: u64,
    state: String,
    states: Vec<Choice>,
    area: String,
    areas: Vec<Choice>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let actor = &guard.actor;
    takes_part(actor)?;
    let mut states = vec![Choice::new("", "进行中")];
    states.extend(HandoverState::ALL.iter().map(|word| Choice::new(word.code(), word.label())));
    states.push(Choice::new("all", "全部"));
    let mut areas = Vec::new();
    if let Some(scope) = actor.scope::<WritePairings>() {
        areas = org::area_choices(&app.store, &scope).await?;
    }
    let filter = HandoverFilter {
        state: HandoverState::parse(&asked.state),
        open: asked.state.is_empty().then_some(true),
        area: AreaCode::parse(&asked.area).ok(),
        cursor: asked.cursor,
        limit: None,
    };
    let mut page = ListPage {
        kit: kit.titled("服务专员交接"),
        errors: Errors::none(),
        desk: actor.holds(WritePairings::NAME),
        pending: pairing::bars::pending(&app.store, actor).await?,
        state: asked.state,
        states,
        area: asked.area,
        areas,
        lines: Vec::new(),
        next: None,
    };
    match handovers::handovers(&app.store, actor, &filter, app.today(), Limit::USUAL).await {
        Ok(found) => {
            page.lines = found.items.iter().map(|handover| Line::of(&app, actor, handover)).collect();
            page.next = found.next;
        }
        Err(problem) => page.errors = Errors::take(problem)?,
    }
    Ok(Html(page))
}
