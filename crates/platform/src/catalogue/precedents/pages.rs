//! Rulings for people: the list, and one ruling with the form by which it is taken out of use.

use super::{Precedent, PrecedentFilter, may_withdraw};
use crate::catalogue::{Keeper, categories, category_choices};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, RuleCatalogue};
use kernel::id::PrecedentId;
use kernel::{Actor, AreaCode, Cursor, Limit, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new().get("/precedents", list).get("/precedents/{id}", show).post("/precedents/{id}/withdraw", withdraw)
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
    category: String,
    area: String,
    all: String,
    cursor: Option<String>,
}

/// How many characters of the reasoning the table shows.
const GIST: usize = 60;

/// A ruling as the table shows it.
struct Line {
    id: PrecedentId,
    number: String,
    category: String,
    area: String,
    unit: String,
    gist: String,
    at: String,
    withdrawn: bool,
}

impl Line {
    fn of(app: &App, precedent: Precedent) -> Self {
        let more = if precedent.reasoning.chars().count() > GIST { "……" } else { "" };
        let gist: String = precedent.reasoning.chars().take(GIST).collect();
        Self {
            id: precedent.id,
            number: precedent.number,
            category: precedent.category_name,
            area: precedent.area_name,
            unit: precedent.unit_name,
            gist: format!("{gist}{more}"),
            at: app.site.say(precedent.ruled_at, app.now()),
            withdrawn: precedent.withdrawn_at.is_some(),
        }
    }
}

#[derive(Template)]
#[template(path = "catalogue/precedents/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    asked: Asked,
    keeps: bool,
    categories: Vec<Choice>,
    areas: Vec<Choice>,
    states: Vec<Choice>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
    let filter = PrecedentFilter {
        category: some(&asked.category),
        area: AreaCode::parse(&asked.area).ok(),
        q: some(&asked.q),
        withdrawn: !asked.all.is_empty(),
        cursor: asked.cursor.clone(),
        ..PrecedentFilter::default()
    };
    let mut page = ListPage {
        kit: kit.titled("判例"),
        errors: Errors::none(),
        keeps: Keeper::of(&app.site, &guard.actor).is_some(),
        categories: category_choices(&categories(&app.store, &app.site).await?),
        areas: org::area_choices(&app.store, &guard.scope).await?,
        states: vec![Choice::new("", "在用"), Choice::new("all", "全部，含已停用")],
        lines: Vec::new(),
        next: None,
        asked,
    };
    let reader = (&guard.scope, &*guard.actor);
    match super::precedents(&app.store, &app.site, reader, &filter, Limit::USUAL).await {
        Ok(found) => {
            page.lines = found.items.into_iter().map(|precedent| Line::of(&app, precedent)).collect();
            page.next = found.next;
        }
        Err(problem) => page.errors = Errors::take(problem)?,
    }
    Ok(Html(page))
}

#[derive(Template)]
#[template(path = "catalogue/precedents/show.html")]
struct ShowPage {
    kit: Kit,
    errors: Errors,
    ruled: String,
    withdrawn_at: String,
    may_withdraw: bool,
    reason: String,
    precedent: Precedent,
}

impl ShowPage {
    fn new(app: &App, actor: &Actor, kit: Kit, precedent: Precedent) -> Self {
        let rules = actor.scope::<RuleCatalogue>().is_some_and(|scope| may_withdraw(&scope, &precedent));
        let (say, now) = (|at| app.site.say(at, app.now()), precedent.withdrawn_at);
        Self {
            kit: kit.titled(format!("判例 {}", precedent.number)).under("/precedents", "判例"),
            errors: Errors::none(),
            ruled: format!("{}，{}", precedent.ruled_by, say(precedent.ruled_at)),
            withdrawn_at: now.map(say).unwrap_or_default(),
            may_withdraw: rules && precedent.withdrawn_at.is_none(),
            reason: String::new(),
            precedent,
        }
    }
}

async fn show(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PrecedentId>,
) -> Result<Html<ShowPage>, Refusal> {
    let precedent = super::precedent(&app.store, &app.site, (&guard.scope, &guard.actor), id).await?;
    Ok(Html(ShowPage::new(&app, &guard.actor, kit, precedent)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    version: i64,
    reason: String,
}

async fn withdraw(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PrecedentId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let precedent = super::precedent(&app.store, &app.site, (&consulted, &guard.actor), id).await?;
    let tx = app.store.begin().await?;
    let withdrawn = match precedent.read_as(typed.version) {
        Ok(()) => super::withdraw_precedent(&tx, &guard.actor, &guard.scope, &precedent, &typed.reason).await,
        stale => stale,
    };
    match withdrawn {
        Ok(()) => {
            tx.commit().await?;
            Ok(see_other(&format!("/precedents/{id}"), Flash::success("已停用，不再作为交办依据。")))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let mut page = ShowPage::new(&app, &guard.actor, kit, precedent);
            (page.errors, page.reason) = (errors, typed.reason);
            Ok((status, Html(page)).into_response())
        }
    }
}
