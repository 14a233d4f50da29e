//! One of what speaks against pairings, with what is to be done about it: hand over, answer, end.

use super::pages::Line;
use super::{Answer, Bar};
use crate::App;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::WritePairings;
use kernel::id::BarId;
use kernel::words::{BarKind, BarState};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/pairing-bars/{id}", show)
        .post("/pairing-bars/{id}/answer", answer)
        .post("/pairing-bars/{id}/end", end)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    granted: String,
    text: String,
    last_day: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "pairing/bars/show.html")]
struct ShowPage {
    kit: Kit,
    errors: Errors,
    line: Line,
    /// The words of who asked or entered it.
    made: String,
    bar: Bar,
    /// Whether it waits for an answer; else, whether it may be ended.
    waits: bool,
    open: bool,
    choices: Vec<Choice>,
    typed: Typed,
}

impl ShowPage {
    fn new(app: &App, kit: Kit, bar: Bar, typed: Typed, errors: Errors) -> Self {
        let today = app.today();
        let line = Line::of(&bar, today);
        let made = app.site.say(bar.made_at, app.now());
        let made = match bar.asked_by {
            Some(_) => format!("企业联络员{}于{made}提出", bar.made_by),
            None => format!("{}于{made}登记", bar.made_by),
        };
        let choices = vec![
            Choice::new("yes", "同意").hint(match bar.kind {
                BarKind::Unwanted => "今后不再安排服务专员，直到企业提出需要",
                _ => "今后不再安排这名干部；现在的包靠请同时移交",
            }),
            Choice::new("no", "暂不能满足").hint("把原因告诉企业"),
        ];
        Self {
            kit: kit.titled(bar.kind.label()).under("/pairing-bars", "回避与意愿"),
            errors,
            line,
            made,
            waits: bar.state == BarState::Pending,
            open: bar.state == BarState::Held && bar.until_day.is_none_or(|last| last >= today),
            choices,
            bar,
            typed,
        }
    }

    /// Whether the client is to go to somebody else.
    fn to_be_moved(&self) -> bool {
        self.bar.pairing_id.is_some() && (self.waits || self.open)
    }

    fn unwanted(&self) -> bool {
        self.bar.kind == BarKind::Unwanted
    }
}

async fn loaded(app: &App, guard: &Guard<WritePairings>, id: BarId) -> Result<Bar, Problem> {
    super::bar(&app.store, (&guard.scope, &guard.actor), id, app.today()).await
}

async fn show(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<BarId>,
) -> Result<Html<ShowPage>, Refusal> {
    let bar = loaded(&app, &guard, id).await?;
    let last_day = app.today().max(bar.from_day).to_string();
    let typed = Typed { last_day, version: bar.version, ..Typed::default() };
    Ok(Html(ShowPage::new(&app, kit, bar, typed, Errors::none())))
}

async fn answer(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<BarId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let done = answered(&app, &guard, id, &typed).await;
    told(&app, &guard, kit, (id, typed), done.map(|()| "已答复，企业会收到消息。")).await
}

async fn answered(app: &App, guard: &Guard<WritePairings>, id: BarId, typed: &Typed) -> Result<(), Problem> {
    let granted = match typed.granted.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::field("granted", "请选择是否同意。")),
    };
    let wish = Answer { granted, text: typed.text.clone() };
    let tx = app.store.begin().await?;
    let bar = super::bar(&tx, (&guard.scope, &guard.actor), id, app.today()).await?;
    bar.read_as(typed.version)?;
    super::answer(&tx, &guard.actor, &bar, &wish).await?;
    tx.commit().await
}

async fn end(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<BarId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let done = ended(&app, &guard, id, &typed).await;
    told(&app, &guard, kit, (id, typed), done.map(|()| "已结束，今后安排包靠不再受它限制。")).await
}

async fn ended(app: &App, guard: &Guard<WritePairings>, id: BarId, typed: &Typed) -> Result<(), Problem> {
    let last = typed_day(&typed.last_day, "last_day")?;
    let tx = app.store.begin().await?;
    let bar = super::bar(&tx, (&guard.scope, &guard.actor), id, app.today()).await?;
    bar.read_as(typed.version)?;
    super::end(&tx, &guard.actor, &bar, last).await?;
    tx.commit().await
}

async fn told(
    app: &App,
    guard: &Guard<WritePairings>,
    kit: Kit,
    (id, mut typed): (BarId, Typed),
    done: Result<&'static str, Problem>,
) -> Result<Response, Refusal> {
    let problem = match done {
        Ok(told) => return Ok(see_other(&format!("/pairing-bars/{id}"), Flash::success(told))),
        Err(problem) => problem,
    };
    let (status, errors) = Errors::refused(problem)?;
    let bar = loaded(app, guard, id).await?;
    typed.version = bar.version;
    Ok((status, Html(ShowPage::new(app, kit, bar, typed, errors))).into_response())
}
