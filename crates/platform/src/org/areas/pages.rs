//! Areas for people: the tree, one area with its units, adding and renaming.

use super::{Area, AreaChange, NewArea, former, rows};
use crate::App;
use crate::app::say_day;
use crate::org::form::{day, may_change};
use crate::org::units;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::words::AreaLevel;
use kernel::{AreaCode, Problem, Right};
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/org/areas", tree)
        .get("/org/areas/new", new)
        .post("/org/areas", enter)
        .get("/org/areas/{code}", show)
        .get("/org/areas/{code}/rename", renaming)
        .post("/org/areas/{code}/rename", rename)
}

/// An area as a line of the tree.
struct Branch {
    href: String,
    name: String,
    code: String,
    units: i64,
    /// Whether nothing is below.
    leaf: bool,
    /// How many branches end after it.
    ends: usize,
}

#[derive(Template)]
#[template(path = "org/areas/tree.html")]
struct TreePage {
    kit: Kit,
    top: Option<Branch>,
    branches: Vec<Branch>,
    may_add: bool,
}

async fn tree(guard: Guard<ReadOrg>, State(app): State<App>, kit: Kit) -> Result<Html<TreePage>, Refusal> {
    let areas = super::areas(&app.store, &guard.scope).await?;
    let counts = rows::units(&app.store).await?;
    let depth = |area: &Area| area.path.0.matches('/').count();
    let branch = |(place, area): (usize, &Area)| {
        let own = depth(area);
        let next = areas.get(place + 1).map_or(2, depth);
        let leaf = next <= own;
        Branch {
            href: format!("/org/areas/{}", area.id),
            name: area.name.clone(),
            code: area.id.to_string(),
            units: rows::Units::of(&counts, area.id),
            leaf,
            // The top is no branch, and its children (3 slashes) end before the next of them.
            ends: if leaf { own.saturating_sub(next.max(3)) } else { 0 },
        }
    };
    let mut branches: Vec<Branch> = areas.iter().enumerate().map(branch).collect();
    let top = if branches.is_empty() { None } else { Some(branches.remove(0)) };
    let may_add = guard.actor.holds(WriteOrg::NAME);
    Ok(Html(TreePage { kit: kit.titled("区域"), top, branches, may_add }))
}

#[derive(Template)]
#[template(path = "org/areas/area.html")]
struct AreaPage {
    kit: Kit,
    area: Area,
    above: Option<(String, String)>,
    former: Vec<(String, String)>,
    below: Vec<Branch>,
    units: Vec<units::Line>,
    /// Whether it has groups of its own.
    groups: bool,
    may_change: bool,
}

async fn show(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(code): Path<AreaCode>,
) -> Result<Html<AreaPage>, Refusal> {
    let area = super::area_in(&app.store, &guard.scope, code).await?;
    let above = match area.parent_id {
        Some(parent) => super::area(&app.store, parent).await?,
        None => None,
    };
    let counts = rows::units(&app.store).await?;
    let branch = |area: Area| Branch {
        href: format!("/org/areas/{}", area.id),
        code: area.id.to_string(),
        units: rows::Units::of(&counts, area.id),
        name: area.name,
        leaf: true,
        ends: 0,
    };
    let own = units::in_area(&app.store, area.id).await?;
    Ok(Html(AreaPage {
        kit: kit.titled(area.name.as_str()).under("/org/areas", "区域"),
        above: above.map(|area| (format!("/org/areas/{}", area.id), area.name)),
        former: former(&app.store, &area).await?.into_iter().map(|name| (name.name, say_day(name.until_day))).collect(),
        below: super::below(&app.store, &area).await?.into_iter().map(branch).collect(),
        units: units::lines(&app.store, own, app.today()).await?,
        groups: area.level != AreaLevel::Town,
        may_change: may_change(&guard.actor, &area.path),
        area,
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    parent: String,
    code: String,
    name: String,
    since: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "org/areas/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    /// The area above the new one; none when one is renamed.
    above: Option<Area>,
    action: String,
    back: String,
    typed: Typed,
}

async fn new(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(typed): Query<Typed>,
) -> Result<Html<FormPage>, Refusal> {
    let parent = typed.parent.parse().map(AreaCode).unwrap_or(app.site.area);
    Ok(Html(FormPage::adding(&app, &guard, kit, parent, typed, Errors::none()).await?))
}

impl FormPage {
    async fn adding(
        app: &App,
        guard: &Guard<WriteOrg>,
        kit: Kit,
        parent: AreaCode,
        typed: Typed,
        errors: Errors,
    ) -> Result<Self, Problem> {
        let above = super::area_in(&app.store, &guard.scope, parent).await?;
        let back = format!("/org/areas/{}", above.id);
        let kit = kit.titled("新增区域").under(back.as_str(), above.name.as_str());
        Ok(Self { kit, errors, above: Some(above), action: "/org/areas".into(), back, typed })
    }

    fn renaming(kit: Kit, area: &Area, typed: Typed, errors: Errors) -> Self {
        let back = format!("/org/areas/{}", area.id);
        let kit = kit.titled("区域更名").under(back.as_str(), area.name.as_str());
        Self { kit, errors, above: None, action: format!("{back}/rename"), back, typed }
    }
}

async fn enter(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let parent = typed.parent.parse().map(AreaCode).map_err(|_| Problem::NotFound)?;
    match entered(&app, &guard, parent, &typed).await {
        Ok(area) => Ok(see_other(&format!("/org/areas/{}", area.id), Flash::success(format!("已新增{}。", area.name)))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = FormPage::adding(&app, &guard, kit, parent, typed, errors).await?;
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn entered(app: &App, guard: &Guard<WriteOrg>, parent: AreaCode, typed: &Typed) -> Result<Area, Problem> {
    let code = AreaCode::parse(&typed.code).map_err(|told| Problem::field("code", told))?;
    let tx = app.store.begin().await?;
    let new = NewArea { code, parent, name: typed.name.clone() };
    let area = super::enter_area(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(area)
}

async fn renaming(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(code): Path<AreaCode>,
) -> Result<Html<FormPage>, Refusal> {
    let area = super::area_in(&app.store, &guard.scope, code).await?;
    let (name, since) = (area.name.clone(), app.today().to_string());
    let typed = Typed { name, since, version: area.version, ..Typed::default() };
    Ok(Html(FormPage::renaming(kit, &area, typed, Errors::none())))
}

async fn rename(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(code): Path<AreaCode>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let area = super::area_in(&app.store, &guard.scope, code).await?;
    match renamed(&app, &guard, code, &typed).await {
        Ok(()) => {
            let told = format!("已更名，原名“{}”留在曾用名里。", area.name);
            Ok(see_other(&format!("/org/areas/{code}"), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(FormPage::renaming(kit, &area, typed, errors))).into_response())
        }
    }
}

async fn renamed(app: &App, guard: &Guard<WriteOrg>, code: AreaCode, typed: &Typed) -> Result<(), Problem> {
    let since = day(&typed.since, "since", "启用日期")?;
    let tx = app.store.begin().await?;
    let area = super::area_in(&tx, &guard.scope, code).await?.unchanged_since(typed.version)?;
    let change = AreaChange { name: typed.name.clone(), since: Some(since) };
    super::change_area(&tx, &guard.actor, area, change, app.today()).await?;
    tx.commit().await
}
