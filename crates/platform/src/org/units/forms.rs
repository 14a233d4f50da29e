//! The forms that found, change and close a unit.

use super::pages::kinds;
use super::{NewUnit, Unit, UnitChange};
use crate::App;
use crate::org::areas;
use crate::org::form::{day, phone};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::WriteOrg;
use kernel::id::UnitId;
use kernel::words::UnitKind;
use kernel::{AreaCode, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/org/units/new", new)
        .post("/org/units", found)
        .get("/org/units/{id}/edit", editing)
        .post("/org/units/{id}/edit", edit)
        .get("/org/units/{id}/close", closing)
        .post("/org/units/{id}/close", close)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    area: String,
    kind: String,
    name: String,
    phone: String,
    since: String,
    last_day: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "org/units/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    /// The unit that is changed; none when one is founded.
    unit: Option<Unit>,
    areas: Vec<Choice>,
    kinds: Vec<Choice>,
    typed: Typed,
}

impl FormPage {
    async fn founding(
        app: &App,
        guard: &Guard<WriteOrg>,
        kit: Kit,
        typed: Typed,
        errors: Errors,
    ) -> Result<Self, Problem> {
        let areas = areas::choices(&app.store, &guard.scope).await?;
        let kit = kit.titled("设立单位").under("/org/units", "单位");
        Ok(Self { kit, errors, unit: None, areas, kinds: kinds(), typed })
    }

    fn editing(kit: Kit, unit: Unit, typed: Typed, errors: Errors) -> Self {
        let kit = kit.titled("修改单位").under(format!("/org/units/{}", unit.id), unit.name.as_str());
        Self { kit, errors, unit: Some(unit), areas: Vec::new(), kinds: kinds(), typed }
    }
}

async fn new(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(typed): Query<Typed>,
) -> Result<Html<FormPage>, Refusal> {
    Ok(Html(FormPage::founding(&app, &guard, kit, typed, Errors::none()).await?))
}

async fn found(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    match founded(&app, &guard, &typed).await {
        Ok(id) => {
            let told = format!("已设立{}，接下来可以录入干部。", typed.name.trim());
            Ok(see_other(&format!("/org/units/{id}"), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = FormPage::founding(&app, &guard, kit, typed, errors).await?;
            Ok((status, Html(page)).into_response())
        }
    }
}

fn kind(typed: &Typed) -> Result<UnitKind, Problem> {
    UnitKind::parse(&typed.kind).ok_or_else(|| Problem::field("kind", "请选择单位性质。"))
}

async fn founded(app: &App, guard: &Guard<WriteOrg>, typed: &Typed) -> Result<UnitId, Problem> {
    let new = NewUnit {
        area: AreaCode::parse(&typed.area).map_err(|_| Problem::field("area", "请选择区域。"))?,
        kind: kind(typed)?,
        name: typed.name.clone(),
        phone: phone(&typed.phone, "phone")?,
    };
    let tx = app.store.begin().await?;
    let id = super::found_unit(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(id)
}

async fn editing(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<UnitId>,
) -> Result<Html<FormPage>, Refusal> {
    let unit = super::unit(&app.store, &guard.scope, id).await?;
    let typed = Typed {
        kind: unit.kind.code().into(),
        name: unit.name.clone(),
        phone: unit.phone.clone().map(String::from).unwrap_or_default(),
        since: app.today().to_string(),
        version: unit.version,
        ..Typed::default()
    };
    Ok(Html(FormPage::editing(kit, unit, typed, Errors::none())))
}

async fn edit(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<UnitId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let unit = super::unit(&app.store, &guard.scope, id).await?;
    match edited(&app, &guard, id, &typed).await {
        Ok(()) => Ok(see_other(&format!("/org/units/{id}"), Flash::success("已保存。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(FormPage::editing(kit, unit, typed, errors))).into_response())
        }
    }
}

async fn edited(app: &App, guard: &Guard<WriteOrg>, id: UnitId, typed: &Typed) -> Result<(), Problem> {
    let change = UnitChange {
        name: Some(typed.name.clone()),
        since: Some(day(&typed.since, "since", "新名称的启用日期")?),
        kind: Some(kind(typed)?),
        phone: Some(phone(&typed.phone, "phone")?),
    };
    let tx = app.store.begin().await?;
    let unit = super::unit(&tx, &guard.scope, id).await?.unchanged_since(typed.version)?;
    super::change_unit(&tx, &guard.actor, unit, change, app.today()).await?;
    tx.commit().await
}

#[derive(Template)]
#[template(path = "org/units/close.html")]
struct ClosePage {
    kit: Kit,
    errors: Errors,
    unit: Unit,
    typed: Typed,
}

impl ClosePage {
    fn new(kit: Kit, unit: Unit, typed: Typed, errors: Errors) -> Self {
        let kit = kit.titled("撤销单位").under(format!("/org/units/{}", unit.id), unit.name.as_str());
        Self { kit, errors, unit, typed }
    }
}

async fn closing(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<UnitId>,
) -> Result<Html<ClosePage>, Refusal> {
    let unit = super::unit(&app.store, &guard.scope, id).await?;
    let typed = Typed { last_day: app.today().to_string(), version: unit.version, ..Typed::default() };
    Ok(Html(ClosePage::new(kit, unit, typed, Errors::none())))
}

async fn close(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<UnitId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let unit = super::unit(&app.store, &guard.scope, id).await?;
    match closed(&app, &guard, id, &typed).await {
        Ok(()) => Ok(see_other(&format!("/org/units/{id}"), Flash::success(format!("{}已撤销。", unit.name)))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(ClosePage::new(kit, unit, typed, errors))).into_response())
        }
    }
}

async fn closed(app: &App, guard: &Guard<WriteOrg>, id: UnitId, typed: &Typed) -> Result<(), Problem> {
    let last = day(&typed.last_day, "last_day", "撤销日期")?;
    let tx = app.store.begin().await?;
    let unit = super::unit(&tx, &guard.scope, id).await?.unchanged_since(typed.version)?;
    super::close_unit(&tx, &guard.actor, unit, last, app.today()).await?;
    tx.commit().await
}
