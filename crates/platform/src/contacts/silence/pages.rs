//! The calls for people: whom to ring up, and a tap for what came of it.

use super::{Call, CallFilter, Word, open};
use crate::contacts::RaisedThere;
use crate::{App, catalogue, demands};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{CallSilent, RaiseDemands, ReadSilence};
use kernel::id::SilenceId;
use kernel::words::SilenceResult;
use kernel::{Cursor, Instant, Limit, Problem, Right};
use rules::contact::Month;
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/silence", list)
        .get("/silence/{id}/need", needing)
        .post("/silence/{id}/need", need)
        .post("/silence/{id}/told", tell)
}

/// A call as a line.
struct Line {
    id: SilenceId,
    client: String,
    client_href: String,
    class: &'static str,
    month: String,
    /// What came of it, and in which colour.
    state: &'static str,
    tone: &'static str,
    /// Who called, and when.
    told: String,
    note: String,
    /// The demand's number and page.
    demand: Option<(String, String)>,
    open: bool,
    version: i64,
}

impl Line {
    fn of(app: &App, call: &Call, now: Instant) -> Self {
        let (state, tone) = match call.result {
            None => ("待回访", "yellow"),
            Some(SilenceResult::Well) => (SilenceResult::Well.label(), "green"),
            Some(SilenceResult::Need) => (SilenceResult::Need.label(), "blue"),
            Some(SilenceResult::Missed) => ("没有联系上，可再试", "yellow"),
            Some(result) => (result.label(), "grey"),
        };
        let told = call.result_by.as_deref().zip(call.result_at);
        let number = call.demand_number.clone().zip(call.demand_id);
        Self {
            id: call.id,
            client: call.client_name.clone(),
            client_href: format!("/clients/{}", call.client_id),
            class: call.class.label(),
            month: Month::of(call.month).said(),
            state,
            tone,
            told: told.map(|(by, at)| format!("{by} · {}", app.site.say(at, now))).unwrap_or_default(),
            note: call.note.clone(),
            demand: number.map(|(number, id)| (number, format!("/demands/{id}"))),
            open: open(call) && Month::of(call.month).holds(app.site.hours.day(now)),
            version: call.version,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    view: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "contacts/silence/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    view: String,
    views: Vec<Choice>,
    /// Whether the results of the county are for the reader.
    results: bool,
    days: u32,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<CallSilent>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    Ok(Html(page(&app, &guard, kit, asked).await?))
}

async fn page(app: &App, guard: &Guard<CallSilent>, kit: Kit, asked: Asked) -> Result<ListPage, Problem> {
    let filter = CallFilter { waiting: asked.view != "all", cursor: asked.cursor, ..CallFilter::default() };
    let found = super::calls(&app.store, &guard.scope, &filter, app.today(), Limit::USUAL).await?;
    let now = app.now();
    Ok(ListPage {
        kit: kit.titled("静默回访").under("/contacts", "联系"),
        errors: Errors::none(),
        view: asked.view,
        views: vec![Choice::new("", "本月待回访的"), Choice::new("all", "全部")],
        results: guard.actor.holds(ReadSilence::NAME),
        days: app.site.touch.silent_days,
        lines: found.items.iter().map(|call| Line::of(app, call, now)).collect(),
        next: found.next,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    result: String,
    note: String,
    version: i64,
}

async fn tell(
    guard: Guard<CallSilent>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<SilenceId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let done = async {
        let result = SilenceResult::parse(&typed.result).ok_or_else(|| Problem::field("result", "请点选回访结果。"))?;
        let tx = app.store.begin().await?;
        let call = super::call(&tx, &guard.scope, id).await?;
        call.read_as(typed.version)?;
        let word = Word { note: typed.note.clone() };
        let call = super::tell(&tx, &app.site, &guard.actor, call, (result, &word)).await?;
        tx.commit().await?;
        Ok::<Call, Problem>(call)
    };
    match done.await {
        Ok(call) => Ok(see_other("/silence", Flash::success(thanked(call.result)))),
        Err(Problem::Conflict(told) | Problem::Stale(told)) => Ok(see_other("/silence", Flash::warning(told))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = page(&app, &guard, kit, Asked::default()).await?;
            Ok((status, Html(ListPage { errors, ..page })).into_response())
        }
    }
}

fn thanked(result: Option<SilenceResult>) -> &'static str {
    match result {
        Some(SilenceResult::Missed) => "已记下，方便时再试一次。",
        Some(SilenceResult::Unwanted) => "已记下，近期不再打扰这家企业。",
        Some(SilenceResult::Gone) => "已记下，服务台会核对登记信息。",
        _ => "已记下，辛苦了。",
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NeedTyped {
    category: String,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "contacts/silence/need.html")]
struct NeedPage {
    kit: Kit,
    errors: Errors,
    call: Call,
    categories: Vec<Choice>,
    typed: NeedTyped,
}

impl NeedPage {
    async fn new(
        app: &App,
        guard: &Guard<CallSilent>,
        kit: Kit,
        id: SilenceId,
        typed: NeedTyped,
    ) -> Result<Self, Problem> {
        let call = super::call(&app.store, &guard.scope, id).await?;
        Ok(Self {
            kit: kit.titled("企业有困难，提出诉求").under("/silence", "静默回访"),
            errors: Errors::none(),
            categories: catalogue::open_choices(&demands::categories(&app.store, &app.site).await?),
            call,
            typed,
        })
    }
}

async fn needing(
    guard: Guard<CallSilent>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<SilenceId>,
) -> Result<Response, Refusal> {
    let page = NeedPage::new(&app, &guard, kit, id, NeedTyped::default()).await?;
    if !open(&page.call) {
        return Ok(see_other("/silence", Flash::warning("这次回访已有结果，不用再办。")));
    }
    Ok(Html(page).into_response())
}

async fn need(
    guard: Guard<CallSilent>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<SilenceId>,
    Form(typed): Form<NeedTyped>,
) -> Result<Response, Refusal> {
    let raises = guard.actor.scope::<RaiseDemands>().ok_or(Problem::NotFound)?;
    let page = NeedPage::new(&app, &guard, kit, id, typed).await?;
    let done = async {
        let typed = &page.typed;
        let new =
            RaisedThere { category: typed.category.clone(), title: typed.title.clone(), text: typed.text.clone() };
        let tx = app.store.begin().await?;
        let call = super::call(&tx, &guard.scope, id).await?;
        let (_, demand) = super::raise(&tx, &app.site, (&guard.actor, &raises), call, new).await?;
        tx.commit().await?;
        Ok::<_, Problem>(demand)
    };
    match done.await {
        Ok(demand) => {
            let told = format!("已提交诉求 {}，回访同时办结。", demand.number);
            Ok(see_other("/silence", Flash::success(told)))
        }
        Err(Problem::Conflict(told)) => Ok(see_other("/silence", Flash::warning(told))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(NeedPage { errors, ..page })).into_response())
        }
    }
}
