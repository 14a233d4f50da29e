//! What the former commissioner leaves in the pack: promises, line by line, and what else the next one must know.

use super::takes_part;
use crate::App;
use crate::pairing::handovers::{self, Handover, NewPromise, Notes, Parts, Promise, Ready};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::ReadPairings;
use kernel::id::HandoverId;
use kernel::words::HandoverState;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other, typed_day};
use std::collections::HashMap;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/handovers/{id}/write", form).post("/handovers/{id}/write", write)
}

/// How many empty lines follow those that are written, and how many lines there are at most.
const EMPTY: usize = 3;
const MOST: usize = 20;

/// What the form sends: `text-0`, `due-0`, `done-0`, and so on.
type Sent = HashMap<String, String>;

/// A promise as it was typed.
#[derive(Default)]
struct Typed {
    text: String,
    due: String,
    done: bool,
}

/// A promise as the form shows it, with the names of its fields.
struct Shown {
    label: String,
    text_name: String,
    due_name: String,
    done_name: String,
    typed: Typed,
}

#[derive(Template)]
#[template(path = "handovers/write.html")]
struct WritePage {
    kit: Kit,
    errors: Errors,
    handover: Handover,
    lines: Vec<Shown>,
    note: String,
    version: i64,
    /// Whether the next step is to hand over.
    hands_over: bool,
}

impl WritePage {
    fn new(kit: Kit, handover: Handover, mut lines: Vec<Typed>, note: String, errors: Errors) -> Self {
        let more = EMPTY.min(MOST.saturating_sub(lines.len()));
        lines.extend(std::iter::repeat_with(Typed::default).take(more));
        let shown = |(at, typed): (usize, Typed)| Shown {
            label: format!("承诺事项 {}", at + 1),
            text_name: format!("text-{at}"),
            due_name: format!("due-{at}"),
            done_name: format!("done-{at}"),
            typed,
        };
        let back = format!("/handovers/{}", handover.id);
        Self {
            kit: kit.titled("承诺事项和交接说明").under(back.as_str(), format!("交接：{}", handover.client_name)),
            errors,
            version: handover.version,
            hands_over: handover.state == HandoverState::Open,
            handover,
            lines: lines.into_iter().enumerate().map(shown).collect(),
            note,
        }
    }
}

async fn writable(app: &App, guard: &Guard<ReadPairings>, id: HandoverId) -> Result<Handover, Problem> {
    takes_part(&guard.actor)?;
    let handover = handovers::handover(&app.store, &guard.actor, id, app.today()).await?;
    match Parts::of(&guard.actor, &handover).may_write(handover.state) {
        true => Ok(handover),
        false => Err(Problem::Forbidden("这份交接现在不由您填写。".into())),
    }
}

async fn form(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<HandoverId>,
) -> Result<Html<WritePage>, Refusal> {
    let handover = writable(&app, &guard, id).await?;
    let line = |promise: &Promise| Typed {
        text: promise.text.clone(),
        due: promise.due.map(|due| due.to_string()).unwrap_or_default(),
        done: promise.done,
    };
    let lines = handover.promises.0.iter().map(line).collect();
    let note = handover.note.clone();
    Ok(Html(WritePage::new(kit, handover, lines, note, Errors::none())))
}

async fn write(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<HandoverId>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refusal> {
    let handover = writable(&app, &guard, id).await?;
    let lines = typed(&sent);
    let note = sent.get("note").cloned().unwrap_or_default();
    let ready = if sent.get("ready").is_some_and(|ready| ready == "yes") { Ready::Yes } else { Ready::NotYet };
    match written(&app, &guard, id, &sent, (&lines, &note, ready)).await {
        Ok(()) => {
            let told = match (ready, handover.state) {
                (Ready::Yes, HandoverState::Open) => "已移交，新专员会收到消息。",
                _ => "已保存。",
            };
            Ok(see_other(&format!("/handovers/{id}"), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(WritePage::new(kit, handover, lines, note, errors))).into_response())
        }
    }
}

/// The lines that were not left empty, as they were typed.
fn typed(sent: &Sent) -> Vec<Typed> {
    let field = |name: &str, at: usize| sent.get(&format!("{name}-{at}")).map(|text| text.trim().to_owned());
    let line = |at: usize| Typed {
        text: field("text", at).unwrap_or_default(),
        due: field("due", at).unwrap_or_default(),
        done: field("done", at).is_some_and(|done| done == "true"),
    };
    (0..MOST).map(line).filter(|line| !line.text.is_empty() || !line.due.is_empty()).collect()
}

async fn written(
    app: &App,
    guard: &Guard<ReadPairings>,
    id: HandoverId,
    sent: &Sent,
    (lines, note, ready): (&[Typed], &str, Ready),
) -> Result<(), Problem> {
    let mut promises = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.text.is_empty() {
            return Err(Problem::field(&format!("text-{at}"), "请写明承诺的事项，或清空这一行的日期。"));
        }
        let due = if line.due.is_empty() { None } else { Some(typed_day(&line.due, &format!("due-{at}"))?) };
        promises.push(NewPromise { text: line.text.clone(), due, done: line.done });
    }
    let version = sent.get("version").and_then(|version| version.parse().ok()).unwrap_or(0);
    let tx = app.store.begin().await?;
    let handover = handovers::handover(&tx, &guard.actor, id, app.today()).await?;
    handover.read_as(version)?;
    handovers::write(&tx, &guard.actor, &handover, Notes { note: note.to_owned(), promises }, ready).await?;
    tx.commit().await
}
