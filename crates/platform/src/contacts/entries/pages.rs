//! Entries for people: who comes to which client, and the client's word on it.

use super::{Entry, EntryFilter};
use crate::App;
use crate::contacts::line::when;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{AnnounceEntries, DeclareQuiet, ReadEntries};
use kernel::id::EntryId;
use kernel::words::{EntryAct, EntryKind, InspectionGround};
use kernel::{Actor, Cursor, Day, Limit, Problem, Reach, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/entries", list).post("/entries/{id}/{act}", act)
}

/// A tap.
pub(super) struct Tap {
    pub href: String,
    pub label: &'static str,
    pub tone: &'static str,
    pub question: &'static str,
}

/// An entry as a line.
pub(super) struct Line {
    pub client: String,
    pub client_href: String,
    pub unit: String,
    pub title: String,
    pub kind: &'static str,
    pub when: String,
    pub state: &'static str,
    pub tone: &'static str,
    /// Why the client had to be asked.
    pub why: String,
    /// The contact, when it is a visit.
    pub href: String,
    pub version: i64,
    pub taps: Vec<Tap>,
}

impl Line {
    pub fn of(entry: &Entry, actor: &Actor, today: Day) -> Self {
        let (state, tone) = state(entry, today);
        let tap = |act: &EntryAct| {
            let (label, tone, question) = match act {
                EntryAct::Consent => ("同意", "primary", ""),
                EntryAct::Refuse => ("谢绝", "", "谢绝不影响您享受任何服务。确定谢绝吗？"),
                EntryAct::Drop => ("取消", "", "确定取消这次入企吗？企业会收到消息。"),
            };
            Tap { href: format!("/entries/{}/{}", entry.id, act.code()), label, tone, question }
        };
        Self {
            client: entry.client_name.clone(),
            client_href: format!("/clients/{}", entry.client_id),
            unit: entry.unit_name.clone(),
            title: entry.title.clone(),
            kind: if entry.ground == InspectionGround::Clue { entry.ground.label() } else { entry.kind.label() },
            when: when(entry.day, "", today),
            state,
            tone,
            why: entry.why.clone(),
            href: entry.contact_id.map(|id| format!("/contacts/{id}")).unwrap_or_default(),
            version: entry.version,
            taps: super::acts(actor, entry, today).iter().map(tap).collect(),
        }
    }
}

/// How it stands, and in which colour.
pub(super) fn state(entry: &Entry, today: Day) -> (&'static str, &'static str) {
    let over = !entry.why.is_empty();
    match entry.dropped_at {
        Some(_) => ("未成行", "grey"),
        None if entry.wants_consent && entry.day < today => ("企业未同意", "grey"),
        None if entry.wants_consent => ("待企业同意", "yellow"),
        None if over && entry.consented_at.is_some() => ("企业已同意", "green"),
        None if over => ("超出上限", "red"),
        None if entry.day < today => ("上限内", "green"),
        None => ("已安排", "blue"),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    kind: String,
    from: String,
    asking: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "contacts/entries/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    announces: bool,
    declares: bool,
    /// Whether a month is the reader's own, or a unit's that they may ask for.
    monthly: bool,
    /// Whether clients have pages for the reader.
    consults: bool,
    kind: String,
    kinds: Vec<Choice>,
    from: String,
    asking: bool,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let today = app.today();
    let (mut errors, mut from) = (Errors::none(), None);
    if !asked.from.trim().is_empty() {
        match typed_day(&asked.from, "from") {
            Ok(day) => from = Some(day),
            Err(problem) => errors = Errors::take(problem)?,
        }
    }
    let (kind, asking) = (EntryKind::parse(&asked.kind), asked.asking == "true");
    let filter = EntryFilter { kind, from, asking, cursor: asked.cursor, ..EntryFilter::default() };
    let found = super::entries(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    Ok(Html(ListPage {
        kit: kit.titled("入企安排"),
        errors,
        announces: guard.actor.holds(AnnounceEntries::NAME),
        declares: guard.actor.holds(DeclareQuiet::NAME),
        monthly: guard.scope.reaches().iter().any(|reach| match reach {
            Reach::Clients(clients) | Reach::Openly(clients, _) => clients.len() == 1,
            _ => true,
        }),
        consults: guard.actor.holds(kernel::authz::ReadRegistry::NAME),
        kind: asked.kind,
        kinds: EntryKind::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        from: asked.from,
        asking,
        lines: found.items.iter().map(|entry| Line::of(entry, &guard.actor, today)).collect(),
        next: found.next,
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    version: i64,
    reason: String,
}

async fn act(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Path((id, act)): Path<(EntryId, EntryAct)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let done = async {
        let tx = app.store.begin().await?;
        let entry = super::entry(&tx, &guard.scope, id).await?;
        entry.read_as(typed.version)?;
        let entry = super::act(&tx, &app.site, &guard.actor, entry, act, &typed.reason).await?;
        tx.commit().await?;
        Ok::<Entry, Problem>(entry)
    };
    let told = match done.await {
        Ok(_) => Flash::success(format!("已{}，对方会收到消息。", act.label())),
        Err(Problem::Conflict(told) | Problem::Stale(told)) => Flash::warning(told),
        Err(other) => return Err(other.into()),
    };
    Ok(see_other("/entries", told).into_response())
}
