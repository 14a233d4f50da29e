//! Quiet periods for people: those that hold or will, declaring one, ending one early.

use super::{NewQuiet, QuietPeriod};
use crate::app::say_day;
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::DeclareQuiet;
use kernel::id::QuietId;
use kernel::{AreaCode, Day, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/quiet-periods", list).post("/quiet-periods", declare).post("/quiet-periods/{id}/end", end)
}

struct Line {
    id: QuietId,
    area: String,
    period: String,
    reason: String,
    by: String,
    version: i64,
    /// Whether it can end today.
    runs: bool,
}

impl Line {
    fn of(period: &QuietPeriod, today: Day) -> Self {
        Self {
            id: period.id,
            area: period.area_name.clone(),
            period: format!("{} 至 {}", say_day(period.from_day), say_day(period.until_day)),
            reason: period.reason.clone(),
            by: period.made_by.clone(),
            version: period.version,
            runs: period.from_day <= today && today < period.until_day,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    area: String,
    from: String,
    until: String,
    reason: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "contacts/quiet/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    areas: Vec<Choice>,
    month_end: u32,
    lines: Vec<Line>,
    typed: Typed,
}

async fn page(app: &App, guard: &Guard<DeclareQuiet>, kit: Kit, typed: Typed) -> Result<ListPage, Problem> {
    let today = app.today();
    let found = super::periods(&app.store, &guard.scope, today).await?;
    Ok(ListPage {
        kit: kit.titled("静默期").under("/entries", "入企安排"),
        errors: Errors::none(),
        areas: org::area_choices(&app.store, &guard.scope).await?,
        month_end: app.site.touch.month_end,
        lines: found.iter().map(|period| Line::of(period, today)).collect(),
        typed,
    })
}

async fn list(guard: Guard<DeclareQuiet>, State(app): State<App>, kit: Kit) -> Result<Html<ListPage>, Refusal> {
    Ok(Html(page(&app, &guard, kit, Typed::default()).await?))
}

async fn declare(
    guard: Guard<DeclareQuiet>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    match declared(&app, &guard, &typed).await {
        Ok(()) => Ok(see_other("/quiet-periods", Flash::success("已公布。这些天入企要先征得企业同意。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = page(&app, &guard, kit, typed).await?;
            Ok((status, Html(ListPage { errors, ..page })).into_response())
        }
    }
}

async fn declared(app: &App, guard: &Guard<DeclareQuiet>, typed: &Typed) -> Result<(), Problem> {
    let area = AreaCode::parse(&typed.area).map_err(|_| Problem::field("area", "请选择区域。"))?;
    let (from, until) = (typed_day(&typed.from, "from")?, typed_day(&typed.until, "until")?);
    let new = NewQuiet { area, from, until, reason: typed.reason.clone() };
    let tx = app.store.begin().await?;
    super::declare(&tx, &guard.actor, &guard.scope, new, app.today()).await?;
    tx.commit().await
}

async fn end(
    guard: Guard<DeclareQuiet>,
    State(app): State<App>,
    Path(id): Path<QuietId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let period = super::period(&tx, &guard.scope, id).await?;
    let done = async {
        period.read_as(typed.version)?;
        super::end(&tx, &guard.actor, &period, app.today()).await
    };
    let told = match done.await {
        Ok(()) => {
            tx.commit().await?;
            Flash::success("今天是最后一天，明天起不再静默。")
        }
        Err(Problem::Conflict(told) | Problem::Stale(told)) => Flash::warning(told),
        Err(Problem::Invalid { detail, .. }) => Flash::warning(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(see_other("/quiet-periods", told).into_response())
}
