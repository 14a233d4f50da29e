//! The forms that enter, correct and move an official, and let them leave.

use super::pages::ranks;
use super::{Move, NewOfficial, Official, OfficialChange};
use crate::App;
use crate::org::form::{day, phone};
use crate::org::{open_unit, picked_unit};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::WriteOrg;
use kernel::id::{OfficialId, UnitId};
use kernel::words::Rank;
use kernel::{Day, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes, see_other};
use store::Private;

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/org/officials/new", new)
        .post("/org/officials", enter)
        .get("/org/officials/{id}/edit", editing)
        .post("/org/officials/{id}/edit", edit)
        .get("/org/officials/{id}/move", moving)
        .post("/org/officials/{id}/move", move_on)
        .get("/org/officials/{id}/leave", leaving)
        .post("/org/officials/{id}/leave", leave)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    unit: String,
    unit_text: String,
    name: String,
    rank: String,
    title: String,
    since: String,
    mobile: String,
    forget_mobile: String,
    last_day: String,
    version: i64,
}

impl Typed {
    fn rank(&self) -> Result<Rank, Problem> {
        Rank::parse(&self.rank).ok_or_else(|| Problem::field("rank", "请选择职级。"))
    }

    fn since(&self) -> Result<Day, Problem> {
        day(&self.since, "since", "任职日期")
    }
}

#[derive(Template)]
#[template(path = "org/officials/enter.html")]
struct EnterPage {
    kit: Kit,
    errors: Errors,
    back: String,
    unit: Picker,
    ranks: Vec<Choice>,
    typed: Typed,
}

impl EnterPage {
    fn new(kit: Kit, unit: Picker, typed: Typed, errors: Errors) -> Self {
        let (back, label) = if unit.chosen.is_empty() {
            ("/org/officials".to_owned(), "干部".to_owned())
        } else {
            (format!("/org/units/{}", unit.chosen), unit.typed.clone())
        };
        let kit = kit.titled("录入干部").under(back.as_str(), label);
        Self { kit, errors, back, unit, ranks: ranks(), typed }
    }
}

/// The picker that means this unit, when it is open and within the person's reach; else an empty one.
async fn meaning(app: &App, guard: &Guard<WriteOrg>, unit: Option<UnitId>) -> Picker {
    let Some(id) = unit else { return Picker::default() };
    match open_unit(&app.store, &guard.scope, id).await {
        Ok(unit) => Picker::sent(unit.id.to_string(), unit.name),
        Err(_) => Picker::default(),
    }
}

async fn new(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(typed): Query<Typed>,
) -> Result<Html<EnterPage>, Refusal> {
    let unit = meaning(&app, &guard, typed.unit.parse().ok()).await;
    let typed = Typed { since: app.today().to_string(), ..typed };
    Ok(Html(EnterPage::new(kit, unit, typed, Errors::none())))
}

async fn enter(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let mut unit = Picker::sent(typed.unit.as_str(), &typed.unit_text);
    match entered(&app, &guard, &typed, &mut unit).await {
        Ok(id) => {
            let told = Flash::success(format!("已录入{}。", typed.name.trim()));
            Ok(see_other(&format!("/org/officials/{id}"), told))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(EnterPage::new(kit, unit, typed, errors))).into_response())
        }
    }
}

async fn entered(app: &App, guard: &Guard<WriteOrg>, typed: &Typed, unit: &mut Picker) -> Result<OfficialId, Problem> {
    let tx = app.store.begin().await?;
    let new = NewOfficial {
        unit: picked_unit(&tx, &guard.scope, unit, "unit").await?,
        name: typed.name.clone(),
        rank: typed.rank()?,
        title: typed.title.clone(),
        since: typed.since()?,
        mobile: phone(&typed.mobile, "mobile")?,
    };
    let id = super::enter_official(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(id)
}

/// What is done to an official.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Edit,
    Move,
    Leave,
}

impl Step {
    fn label(self) -> &'static str {
        match self {
            Self::Edit => "更正信息",
            Self::Move => "调任",
            Self::Leave => "离任",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Move => "move",
            Self::Leave => "leave",
        }
    }
}

#[derive(Template)]
#[template(path = "org/officials/step.html")]
struct StepPage {
    kit: Kit,
    errors: Errors,
    step: Step,
    official: Official,
    mobile: Option<String>,
    unit: Picker,
    ranks: Vec<Choice>,
    typed: Typed,
}

impl StepPage {
    fn new(kit: Kit, step: Step, official: Official, typed: Typed, unit: Picker, errors: Errors) -> Self {
        let title = format!("{}：{}", step.label(), official.name);
        Self {
            kit: kit.titled(title).under(format!("/org/officials/{}", official.id), official.name.as_str()),
            errors,
            step,
            mobile: official.mobile.as_ref().map(Private::masked),
            unit,
            ranks: ranks(),
            typed,
            official,
        }
    }

    /// The form as it is first shown.
    async fn first(
        app: &App,
        guard: &Guard<WriteOrg>,
        kit: Kit,
        step: Step,
        id: OfficialId,
    ) -> Result<Html<Self>, Refusal> {
        let official = super::official(&app.store, &guard.scope, id).await?;
        let unit = meaning(app, guard, Some(official.unit_id)).await;
        let today = app.today().to_string();
        let typed = Typed {
            name: official.name.clone(),
            rank: official.rank.code().into(),
            title: if step == Step::Edit { official.title.clone().unwrap_or_default() } else { String::new() },
            since: today.clone(),
            last_day: today,
            version: official.version,
            ..Typed::default()
        };
        Ok(Html(Self::new(kit, step, official, typed, unit, Errors::none())))
    }
}

async fn editing(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
) -> Result<Html<StepPage>, Refusal> {
    StepPage::first(&app, &guard, kit, Step::Edit, id).await
}

async fn moving(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
) -> Result<Html<StepPage>, Refusal> {
    StepPage::first(&app, &guard, kit, Step::Move, id).await
}

async fn leaving(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
) -> Result<Html<StepPage>, Refusal> {
    StepPage::first(&app, &guard, kit, Step::Leave, id).await
}

async fn edit(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    take(&app, &guard, kit, (Step::Edit, id), typed).await
}

async fn move_on(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    take(&app, &guard, kit, (Step::Move, id), typed).await
}

async fn leave(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    take(&app, &guard, kit, (Step::Leave, id), typed).await
}

/// Takes the step, or shows its form again with what to mend.
async fn take(
    app: &App,
    guard: &Guard<WriteOrg>,
    kit: Kit,
    (step, id): (Step, OfficialId),
    typed: Typed,
) -> Result<Response, Refusal> {
    let official = super::official(&app.store, &guard.scope, id).await?;
    let mut picker = Picker::sent(typed.unit.as_str(), &typed.unit_text);
    match taken(app, guard, (step, id), &typed, &mut picker).await {
        Ok(told) => Ok(see_other(&format!("/org/officials/{id}"), Flash::success(told))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = StepPage::new(kit, step, official, typed, picker, errors);
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn taken(
    app: &App,
    guard: &Guard<WriteOrg>,
    (step, id): (Step, OfficialId),
    typed: &Typed,
    picker: &mut Picker,
) -> Result<String, Problem> {
    let (actor, scope, today) = (&guard.actor, &guard.scope, app.today());
    let tx = app.store.begin().await?;
    let official = super::official(&tx, scope, id).await?.unchanged_since(typed.version)?;
    let name = official.name.clone();
    let told = match step {
        Step::Edit => {
            let mobile = phone(&typed.mobile, "mobile")?;
            let change = OfficialChange {
                name: Some(typed.name.clone()),
                rank: Some(typed.rank()?),
                title: Some(typed.title.clone()),
                mobile: if mobile.is_some() || typed.forget_mobile == "true" { Some(mobile) } else { None },
            };
            super::correct_official(&tx, actor, official, change).await?;
            "已更正。".to_owned()
        }
        Step::Move => {
            let unit = picked_unit(&tx, scope, picker, "unit").await?;
            let to = Move { unit, title: typed.title.clone(), rank: typed.rank()?, since: typed.since()? };
            super::move_official(&tx, actor, scope, official, to, today).await?;
            format!("{name}已调任，原职务截至前一天。")
        }
        Step::Leave => {
            let last = day(&typed.last_day, "last_day", "离任日期")?;
            super::leave(&tx, actor, official, last, today).await?;
            format!("{name}已离任。")
        }
    };
    tx.commit().await?;
    Ok(told)
}
