//! Categories for people: the tree, and for the coordination group one category with its name, its standing and its history.

use super::{Category, CategoryChange, CategoryChanged, NewCategory};
use crate::App;
use crate::catalogue::{Keeper, may_rule_site};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, RuleCatalogue};
use kernel::{Actor, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/categories", list)
        .get("/categories/new", new)
        .post("/categories", enter)
        .get("/categories/{id}", show)
        .post("/categories/{id}", change)
}

/// A category of the first level with those below it.
struct Group {
    top: Category,
    below: Vec<Category>,
}

#[derive(Template)]
#[template(path = "catalogue/categories/list.html")]
struct ListPage {
    kit: Kit,
    keeps: bool,
    may_rule: bool,
    groups: Vec<Group>,
}

async fn list(guard: Guard<ReadOrg>, State(app): State<App>, kit: Kit) -> Result<Html<ListPage>, Refusal> {
    let all = super::categories(&app.store, &app.site).await?;
    let below =
        |top: &Category| all.iter().filter(|other| other.parent_id.as_ref() == Some(&top.id)).cloned().collect();
    let tops = all.iter().filter(|category| category.parent_id.is_none());
    Ok(Html(ListPage {
        kit: kit.titled("问题类别"),
        keeps: Keeper::of(&app.site, &guard.actor).is_some(),
        may_rule: rules(&app, &guard.actor),
        groups: tops.map(|top| Group { top: top.clone(), below: below(top) }).collect(),
    }))
}

fn rules(app: &App, actor: &Actor) -> bool {
    actor.scope::<RuleCatalogue>().is_some_and(|scope| may_rule_site(&scope, &app.site))
}

/// Refuses who does not reach the whole site.
fn ruler(app: &App, guard: &Guard<RuleCatalogue>) -> Result<(), Problem> {
    if may_rule_site(&guard.scope, &app.site) { Ok(()) } else { Err(Problem::NotFound) }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    version: i64,
    parent: String,
    name: String,
    reason: String,
    act: String,
}

#[derive(Template)]
#[template(path = "catalogue/categories/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    parents: Vec<Choice>,
    typed: Typed,
}

impl FormPage {
    async fn new(app: &App, kit: Kit, typed: Typed, errors: Errors) -> Result<Self, Problem> {
        let all = super::categories(&app.store, &app.site).await?;
        let tops = all.iter().filter(|category| category.parent_id.is_none() && category.closed_on.is_none());
        let parents = tops.map(|top| Choice::new(top.id.as_str(), top.name.as_str())).collect();
        Ok(Self { kit: kit.titled("增加问题类别").under("/categories", "问题类别"), errors, parents, typed })
    }
}

async fn new(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Query(typed): Query<Typed>,
) -> Result<Html<FormPage>, Refusal> {
    ruler(&app, &guard)?;
    Ok(Html(FormPage::new(&app, kit, typed, Errors::none()).await?))
}

async fn enter(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    ruler(&app, &guard)?;
    match entered(&app, &guard, &typed).await {
        Ok(category) => {
            let told = format!("已增加“{}”，代码 {}。", category.name, category.id);
            Ok(see_other("/categories", Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(FormPage::new(&app, kit, typed, errors).await?)).into_response())
        }
    }
}

async fn entered(app: &App, guard: &Guard<RuleCatalogue>, typed: &Typed) -> Result<Category, Problem> {
    let parent = Some(typed.parent.clone()).filter(|code| !code.is_empty());
    let new = NewCategory { parent, name: typed.name.clone(), reason: typed.reason.clone() };
    let tx = app.store.begin().await?;
    let category = super::enter_category(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(category)
}

/// A change of the history.
struct Changed {
    title: String,
    who: String,
    when: String,
    text: String,
}

impl Changed {
    fn of(app: &App, line: CategoryChanged) -> Self {
        let title = match line.act.as_str() {
            "add" => format!("增加“{}”", line.name),
            "rename" => format!("更名为“{}”", line.name),
            "close" => "停用".to_owned(),
            _ => "恢复使用".to_owned(),
        };
        Self { title, who: line.made_by, when: app.site.say(line.made_at, app.now()), text: line.reason }
    }
}

#[derive(Template)]
#[template(path = "catalogue/categories/show.html")]
struct ShowPage {
    kit: Kit,
    errors: Errors,
    category: Category,
    typed: Typed,
    history: Vec<Changed>,
}

impl ShowPage {
    async fn new(app: &App, kit: Kit, category: Category, typed: Typed, errors: Errors) -> Result<Self, Problem> {
        let history = super::category_history(&app.store, &app.site, &category.id).await?;
        Ok(Self {
            kit: kit.titled(category.name.as_str()).under("/categories", "问题类别"),
            errors,
            history: history.into_iter().map(|line| Changed::of(app, line)).collect(),
            category,
            typed,
        })
    }
}

async fn show(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<String>,
) -> Result<Html<ShowPage>, Refusal> {
    ruler(&app, &guard)?;
    let category = super::category(&app.store, &app.site, &id).await?.ok_or(Problem::NotFound)?;
    let typed = Typed { name: category.name.clone(), ..Typed::default() };
    Ok(Html(ShowPage::new(&app, kit, category, typed, Errors::none()).await?))
}

async fn change(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    ruler(&app, &guard)?;
    match changed(&app, &guard, &id, &typed).await {
        Ok(()) => Ok(see_other("/categories", Flash::success("已保存，修改记录里可以查到。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let category = super::category(&app.store, &app.site, &id).await?.ok_or(Problem::NotFound)?;
            Ok((status, Html(ShowPage::new(&app, kit, category, typed, errors).await?)).into_response())
        }
    }
}

async fn changed(app: &App, guard: &Guard<RuleCatalogue>, id: &str, typed: &Typed) -> Result<(), Problem> {
    let (name, closed) = match typed.act.as_str() {
        "close" => (None, Some(true)),
        "reopen" => (None, Some(false)),
        _ => (Some(typed.name.clone()), None),
    };
    let change = CategoryChange { name, closed, reason: typed.reason.clone() };
    let tx = app.store.begin().await?;
    let category = super::category(&tx, &app.site, id).await?.ok_or(Problem::NotFound)?;
    category.read_as(typed.version)?;
    super::change_category(&tx, &app.site, &guard.actor, &guard.scope, (category, change)).await?;
    tx.commit().await
}
