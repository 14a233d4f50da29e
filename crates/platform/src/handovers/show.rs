//! One handover with its pack, and the next step of whoever reads it. It prints as it stands.

use super::list::{is_late, tone};
use super::pack::{self, Pack};
use super::{due, takes_part};
use crate::App;
use crate::app::say_day;
use crate::pairing::handovers::{self, Handover, Parts, Promise};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kernel::authz::ReadPairings;
use kernel::id::HandoverId;
use kernel::words::HandoverState;
use kernel::{Instant, Problem};
use serde::Deserialize;
use shell::{Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/handovers/{id}", show).post("/handovers/{id}/receive", receive)
}

/// A step, and by whom it was taken when.
struct Step {
    label: &'static str,
    told: String,
}

#[derive(Template)]
#[template(path = "handovers/show.html")]
struct ShowPage {
    kit: Kit,
    handover: Handover,
    pack: Pack,
    steps: Vec<Step>,
    tone: &'static str,
    due: String,
    late: bool,
    unmet: String,
    may_write: bool,
    may_receive: bool,
    /// What the reader is waiting for, when the next step is another's.
    waits: &'static str,
}

impl ShowPage {
    fn due_of(&self, promise: &Promise) -> String {
        promise.due.map(say_day).unwrap_or_default()
    }

    fn from(&self) -> String {
        say_day(self.handover.from_day)
    }
}

async fn show(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<HandoverId>,
) -> Result<Html<ShowPage>, Refusal> {
    takes_part(&guard.actor)?;
    let handover = handovers::handover(&app.store, &guard.actor, id, app.today()).await?;
    let pack = pack::of(&app, &guard.actor, &handover).await?;
    let parts = Parts::of(&guard.actor, &handover);
    let open = !matches!(handover.state, HandoverState::Confirmed | HandoverState::Replaced);
    let due = due(&app, handover.from_day).filter(|_| open);
    let waits = match handover.state {
        HandoverState::Open if !parts.may_write(handover.state) => "原专员还在准备，准备好后会通知您接收。",
        HandoverState::Prepared if !parts.next => "等新专员接收。",
        HandoverState::Received => "等企业联络员确认已见到新专员。",
        HandoverState::Replaced => "企业已另行移交，这份交接不再办理。",
        _ => "",
    };
    Ok(Html(ShowPage {
        kit: kit.titled(format!("交接：{}", handover.client_name)).under("/handovers", "服务专员交接"),
        steps: steps(&app, &handover),
        tone: tone(handover.state),
        late: is_late(due, app.today()),
        due: due.map(say_day).unwrap_or_default(),
        unmet: handover.unmet_at.filter(|_| open).map(|at| app.site.say(at, app.now())).unwrap_or_default(),
        may_write: parts.may_write(handover.state),
        may_receive: parts.may_receive(handover.state),
        waits,
        pack,
        handover,
    }))
}

fn steps(app: &App, handover: &Handover) -> Vec<Step> {
    let step = |label, who: &str, at: Option<Instant>| Step {
        label,
        told: at.map_or_else(|| "还没有".to_owned(), |at| format!("{who} {}", app.site.say(at, app.now()))),
    };
    let prepared_by = handover.prepared_by.as_deref().unwrap_or(&handover.former_name);
    vec![
        step("原专员移交", prepared_by, handover.prepared_at),
        step("新专员接收", &handover.next_name, handover.received_at),
        step("企业确认", handover.confirmed_by.as_deref().unwrap_or("企业联络员"), handover.confirmed_at),
    ]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Read {
    version: i64,
}

async fn receive(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<HandoverId>,
    Form(read): Form<Read>,
) -> Result<Response, Refusal> {
    takes_part(&guard.actor)?;
    let tx = app.store.begin().await?;
    let handover = handovers::handover(&tx, &guard.actor, id, app.today()).await?;
    handover.read_as(read.version)?;
    let done = handovers::receive(&tx, &guard.actor, &handover).await;
    let place = format!("/handovers/{id}");
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(see_other(&place, Flash::success("已接收。请尽快与企业见面，企业确认后交接完成。")))
        }
        Err(Problem::Conflict(told)) => Ok(see_other(&place, Flash::warning(told))),
        Err(other) => Err(other.into()),
    }
}
