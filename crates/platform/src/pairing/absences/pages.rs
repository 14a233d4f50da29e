//! Absences for people: who is away and who stands in, entering one, ending it early.

use super::super::bars;
use super::super::pages::period;
use super::{Absence, AbsenceFilter, NewAbsence};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, WritePairings};
use kernel::id::AbsenceId;
use kernel::words::AbsenceReason;
use kernel::{Cursor, Day, Limit, Problem};
use serde::Deserialize;
use shell::{
    Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes, see_other, typed_day,
};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/absences", list)
        .get("/absences/new", new)
        .post("/absences", enter)
        .get("/absences/{id}/end", ending)
        .post("/absences/{id}/end", end)
}

/// An absence as a line.
struct Line {
    id: AbsenceId,
    official: (String, String),
    substitute: (String, String),
    reason: String,
    period: String,
    state: &'static str,
    tone: &'static str,
    open: bool,
    /// Whether the substitute cannot act yet.
    idle: bool,
}

impl Line {
    fn of(absence: &Absence, today: Day) -> Self {
        let (state, tone) = match absence.until_day {
            Some(last) if last < today => ("已结束", "grey"),
            _ if absence.from_day > today => ("尚未开始", "blue"),
            _ => ("代管中", "green"),
        };
        let named = |id: kernel::id::OfficialId, name: &str, unit: &str| {
            (format!("/org/officials/{id}"), format!("{name}（{unit}）"))
        };
        let open = absence.until_day.is_none_or(|last| last >= today);
        let why = [absence.reason.label(), absence.note.as_str()];
        let why: Vec<&str> = why.into_iter().filter(|part| !part.is_empty()).collect();
        Self {
            id: absence.id,
            official: named(absence.official_id, &absence.official_name, &absence.unit_name),
            substitute: named(absence.substitute_id, &absence.substitute_name, &absence.substitute_unit),
            reason: why.join("："),
            period: period(absence.from_day, absence.until_day),
            state,
            tone,
            open,
            idle: open && !absence.substitute_acts,
        }
    }
}

#[derive(Template)]
#[template(path = "pairing/absences/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    pending: u64,
    state: String,
    states: Vec<Choice>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    state: String,
    cursor: Option<String>,
}

async fn list(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let today = app.today();
    let from = asked.state.is_empty().then_some(today);
    let filter = AbsenceFilter { from, cursor: asked.cursor, ..AbsenceFilter::default() };
    let found = super::absences(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    Ok(Html(ListPage {
        kit: kit.titled("请假与代管"),
        errors: Errors::none(),
        pending: bars::pending(&app.store, &guard.actor).await?,
        state: asked.state,
        states: vec![Choice::new("", "进行中和将要开始"), Choice::new("all", "全部，含已结束")],
        lines: found.items.iter().map(|absence| Line::of(absence, today)).collect(),
        next: found.next,
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    official: String,
    official_text: String,
    substitute: String,
    substitute_text: String,
    reason: String,
    note: String,
    from: String,
    until: String,
    last_day: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "pairing/absences/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    reasons: Vec<Choice>,
    official: Picker,
    substitute: Picker,
    typed: Typed,
}

impl FormPage {
    fn new(kit: Kit, typed: Typed) -> Self {
        Self {
            kit: kit.titled("登记请假与代管").under("/absences", "请假与代管"),
            errors: Errors::none(),
            reasons: AbsenceReason::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            official: Picker::sent(typed.official.as_str(), &typed.official_text),
            substitute: Picker::sent(typed.substitute.as_str(), &typed.substitute_text),
            typed,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wished {
    official: String,
}

async fn new(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Query(wished): Query<Wished>,
) -> Result<Html<FormPage>, Refusal> {
    let from = app.today().to_string();
    let mut page = FormPage::new(kit, Typed { official: wished.official, from, ..Typed::default() });
    // Whoever is out of reach is not named: the field stays empty.
    if org::picked_official(&app.store, &guard.scope, &mut page.official, "official").await.is_err() {
        page.official = Picker::default();
    }
    Ok(Html(page))
}

async fn enter(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let mut page = FormPage::new(kit, typed);
    match entered(&app, &guard, &mut page).await {
        Ok(()) => {
            let told = format!("已登记，{}代管{}服务的企业。", page.substitute.typed, page.official.typed);
            Ok(see_other("/absences", Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            page.errors = errors;
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn entered(app: &App, guard: &Guard<WritePairings>, page: &mut FormPage) -> Result<(), Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let official = org::picked_official(&app.store, &guard.scope, &mut page.official, "official").await;
    let substitute = org::picked_official(&app.store, &consulted, &mut page.substitute, "substitute").await;
    let until = page.typed.until.trim();
    let new = NewAbsence {
        official: official?,
        substitute: substitute?,
        reason: AbsenceReason::parse(&page.typed.reason).ok_or_else(|| Problem::field("reason", "请选择请假事由。"))?,
        note: page.typed.note.clone(),
        from: typed_day(&page.typed.from, "from")?,
        until: if until.is_empty() { None } else { Some(typed_day(until, "until")?) },
    };
    let tx = app.store.begin().await?;
    super::enter(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await
}

#[derive(Template)]
#[template(path = "pairing/absences/end.html")]
struct EndPage {
    kit: Kit,
    errors: Errors,
    absence: Absence,
    typed: Typed,
}

impl EndPage {
    fn new(kit: Kit, absence: Absence, typed: Typed, errors: Errors) -> Self {
        Self { kit: kit.titled("提前结束代管").under("/absences", "请假与代管"), errors, absence, typed }
    }
}

async fn ending(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<AbsenceId>,
) -> Result<Html<EndPage>, Refusal> {
    let absence = super::absence(&app.store, &guard.scope, id).await?;
    let last_day = app.today().max(absence.from_day).to_string();
    let typed = Typed { last_day, version: absence.version, ..Typed::default() };
    Ok(Html(EndPage::new(kit, absence, typed, Errors::none())))
}

async fn end(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<AbsenceId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let absence = super::absence(&app.store, &guard.scope, id).await?;
    match ended(&app, &guard, id, &typed).await {
        Ok(()) => {
            let told = format!("{}的代管到 {} 为止。", absence.substitute_name, typed.last_day);
            Ok(see_other("/absences", Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(EndPage::new(kit, absence, typed, errors))).into_response())
        }
    }
}

async fn ended(app: &App, guard: &Guard<WritePairings>, id: AbsenceId, typed: &Typed) -> Result<(), Problem> {
    let last = typed_day(&typed.last_day, "last_day")?;
    let tx = app.store.begin().await?;
    let absence = super::absence(&tx, &guard.scope, id).await?;
    absence.read_as(typed.version)?;
    super::end(&tx, &guard.actor, &absence, last).await?;
    tx.commit().await
}
