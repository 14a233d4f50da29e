//! Entering a client, and changing what is known of one.

use super::fields::{self, Places};
use super::{above, conflict, filled, href, places};
use crate::App;
use crate::registry::{self, Change, Client, Common, NewEnterprise, NewProject, Source, spoken};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::WriteRegistry;
use kernel::id::ClientId;
use kernel::words::{ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{AreaCode, CreditCode, Industry, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/enterprises/new", new_enterprise)
        .post("/enterprises", enter_enterprise)
        .get("/projects/new", new_project)
        .post("/projects", enter_project)
        .get("/clients/{id}/edit", edit)
        .post("/clients/{id}/edit", change)
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
struct Typed {
    name: String,
    credit_code: String,
    code: String,
    area: String,
    address: String,
    industry: String,
    industry_text: String,
    scale: String,
    list: String,
    level: String,
    builder: String,
    investment: String,
    source: String,
    as_of: String,
    version: i64,
}

impl Typed {
    fn of(client: &Client, app: &App) -> Self {
        let industry = client.industry.clone().unwrap_or_default();
        Self {
            name: client.name.clone(),
            area: client.area_id.to_string(),
            address: client.address.clone(),
            industry_text: Industry::parse(&industry).map_or_else(|_| industry.clone(), |one| one.name().to_owned()),
            industry,
            scale: client.scale.map(|word| word.code().to_owned()).unwrap_or_default(),
            list: client.list.map(|word| word.code().to_owned()).unwrap_or_default(),
            level: client.project_level.map(|word| word.code().to_owned()).unwrap_or_default(),
            builder: client.builder.clone().unwrap_or_default(),
            investment: client.investment.map(spoken).unwrap_or_default(),
            as_of: app.today().to_string(),
            version: client.version,
            ..Self::default()
        }
    }

    fn known(&self) -> Result<Source, Problem> {
        Ok(Source { source: self.source.clone(), as_of: typed_day(&self.as_of, "as_of")? })
    }

    fn area(&self) -> Result<AreaCode, Problem> {
        AreaCode::parse(&self.area).map_err(|_| Problem::field("area", "请选择所在区域。"))
    }

    fn common(&self) -> Result<Common, Problem> {
        Ok(Common { name: self.name.clone(), area: self.area()?, address: self.address.clone(), known: self.known()? })
    }

    /// The place under which a fact's field was typed.
    fn field(&mut self, fact: &str) -> Option<&mut String> {
        Some(match fact {
            "name" => &mut self.name,
            "area" => &mut self.area,
            "address" => &mut self.address,
            "industry" => &mut self.industry,
            "scale" => &mut self.scale,
            "list" => &mut self.list,
            "project_level" => &mut self.level,
            "builder" => &mut self.builder,
            "investment" => &mut self.investment,
            _ => return None,
        })
    }
}

#[derive(Template)]
#[template(path = "clients/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    project: bool,
    action: String,
    back: String,
    /// The code of the client that is changed; empty when one is entered.
    fixed_code: String,
    /// What somebody else changed meanwhile, a line each.
    meanwhile: Vec<String>,
    areas: Vec<Choice>,
    scales: Vec<Choice>,
    lists: Vec<Choice>,
    levels: Vec<Choice>,
    industry: Picker,
    typed: Typed,
}

/// What a form is shown with after it was refused.
struct Refused {
    typed: Typed,
    industry: Picker,
    errors: Errors,
    meanwhile: Vec<String>,
}

impl Refused {
    /// Nothing was refused yet.
    fn fresh(typed: Typed) -> Self {
        let industry = Picker::sent(typed.industry.as_str(), &typed.industry_text);
        Self { typed, industry, errors: Errors::none(), meanwhile: Vec::new() }
    }
}

impl FormPage {
    async fn new(
        app: &App,
        guard: &Guard<WriteRegistry>,
        kit: Kit,
        (kind, client): (ClientKind, Option<&Client>),
        refused: Refused,
    ) -> Result<Self, Problem> {
        let (list, label) = above(kind);
        let mut areas = places(&app.store, &guard.scope).await?;
        let (kit, action, back, fixed_code) = match client {
            Some(client) => {
                let county = client.county_id.to_string();
                areas.retain(|area| area.value.starts_with(&county));
                let page = href(client);
                let code = client.credit_code.clone().map(String::from).or_else(|| client.project_code.clone());
                let kit = kit.titled("更正信息").under(page.as_str(), client.name.as_str());
                (kit, format!("/clients/{}/edit", client.id), page, code.unwrap_or_default())
            }
            None => {
                let title = if kind == ClientKind::Project { "录入项目" } else { "录入企业" };
                (kit.titled(title).under(list, label), list.to_owned(), list.to_owned(), String::new())
            }
        };
        Ok(Self {
            kit,
            errors: refused.errors,
            project: kind == ClientKind::Project,
            action,
            back,
            fixed_code,
            meanwhile: refused.meanwhile,
            areas,
            scales: ScaleClass::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            lists: StatutoryList::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            levels: ProjectLevel::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            industry: refused.industry,
            typed: refused.typed,
        })
    }
}

async fn new_enterprise(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
) -> Result<Html<FormPage>, Refusal> {
    let typed = Typed { as_of: app.today().to_string(), ..Typed::default() };
    let fresh = Refused::fresh(typed);
    Ok(Html(FormPage::new(&app, &guard, kit, (ClientKind::Enterprise, None), fresh).await?))
}

async fn new_project(guard: Guard<WriteRegistry>, State(app): State<App>, kit: Kit) -> Result<Html<FormPage>, Refusal> {
    let typed = Typed { as_of: app.today().to_string(), ..Typed::default() };
    let fresh = Refused::fresh(typed);
    Ok(Html(FormPage::new(&app, &guard, kit, (ClientKind::Project, None), fresh).await?))
}

async fn enter_enterprise(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let mut industry = Picker::sent(typed.industry.as_str(), &typed.industry_text);
    let done = entered_enterprise(&app, &guard, &typed, &mut industry).await;
    answer_entry(&app, &guard, kit, ClientKind::Enterprise, (typed, industry, done)).await
}

async fn entered_enterprise(
    app: &App,
    guard: &Guard<WriteRegistry>,
    typed: &Typed,
    industry: &mut Picker,
) -> Result<ClientId, Problem> {
    let class = registry::industry(industry, "industry");
    let credit_code = CreditCode::parse(&typed.credit_code).map_err(|told| Problem::field("credit_code", told));
    let scale = ScaleClass::parse(&typed.scale).ok_or_else(|| Problem::field("scale", "请选择企业规模。"));
    let new = NewEnterprise {
        common: typed.common()?,
        credit_code: credit_code?,
        industry: class?,
        scale: scale?,
        list: StatutoryList::parse(&typed.list),
    };
    let tx = app.store.begin().await?;
    let id = registry::enter_enterprise(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(id)
}

async fn enter_project(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let done = entered_project(&app, &guard, &typed).await;
    answer_entry(&app, &guard, kit, ClientKind::Project, (typed, Picker::default(), done)).await
}

async fn entered_project(app: &App, guard: &Guard<WriteRegistry>, typed: &Typed) -> Result<ClientId, Problem> {
    let new = NewProject {
        common: typed.common()?,
        code: typed.code.clone(),
        level: ProjectLevel::parse(&typed.level).ok_or_else(|| Problem::field("level", "请选择项目级别。"))?,
        builder: typed.builder.clone(),
        investment: typed.investment.clone(),
    };
    let tx = app.store.begin().await?;
    let id = registry::enter_project(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(id)
}

async fn answer_entry(
    app: &App,
    guard: &Guard<WriteRegistry>,
    kit: Kit,
    kind: ClientKind,
    (typed, industry, done): (Typed, Picker, Result<ClientId, Problem>),
) -> Result<Response, Refusal> {
    match done {
        Ok(id) => {
            let told = Flash::success(format!("已录入“{}”。请接着登记联络员，安排服务专员。", typed.name.trim()));
            Ok(see_other(&format!("{}/{id}", above(kind).0), told))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let shown = Refused { typed, industry, errors, meanwhile: Vec::new() };
            let page = FormPage::new(app, guard, kit, (kind, None), shown).await?;
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn edit(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<FormPage>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let fresh = Refused::fresh(Typed::of(&client, &app));
    Ok(Html(FormPage::new(&app, &guard, kit, (client.kind, Some(&client)), fresh).await?))
}

async fn change(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Form(mut typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let mut industry = Picker::sent(typed.industry.as_str(), &typed.industry_text);
    let problem = match changed(&app, &guard, &client, &typed, &mut industry).await {
        Ok(()) => {
            return Ok(see_other(&href(&client), Flash::success("信息已更正，原来的内容仍可在“来源和变更”中查到。")));
        }
        Err(problem) => problem,
    };
    let mut meanwhile = Vec::new();
    if matches!(problem, Problem::Stale(_)) {
        // What was decided on an older version is shown with what changed since; the next sending decides on this one.
        typed.industry = industry.chosen.clone();
        meanwhile = catch_up(&app, &client, &mut typed).await?;
        let name = Industry::parse(&typed.industry).map(Industry::name).unwrap_or_default();
        industry = Picker::sent(typed.industry.as_str(), name);
    }
    let (status, errors) = Errors::refused(problem)?;
    let shown = Refused { typed, industry, errors, meanwhile };
    let page = FormPage::new(&app, &guard, kit, (client.kind, Some(&client)), shown).await?;
    Ok((status, Html(page)).into_response())
}

async fn changed(
    app: &App,
    guard: &Guard<WriteRegistry>,
    client: &Client,
    typed: &Typed,
    industry: &mut Picker,
) -> Result<(), Problem> {
    let of = |kind| client.kind == kind;
    let enterprise = of(ClientKind::Enterprise);
    let class = if enterprise { Some(registry::industry(industry, "industry")?) } else { None };
    let change = Change {
        name: Some(typed.name.clone()),
        address: Some(typed.address.clone()),
        area: Some(typed.area()?),
        industry: class,
        scale: ScaleClass::parse(&typed.scale).filter(|_| enterprise),
        list: enterprise.then(|| StatutoryList::parse(&typed.list)),
        level: ProjectLevel::parse(&typed.level).filter(|_| !enterprise),
        builder: filled(&typed.builder).filter(|_| !enterprise),
        investment: filled(&typed.investment).filter(|_| !enterprise),
        known: typed.known()?,
    };
    let tx = app.store.begin().await?;
    let client = registry::client(&tx, &guard.scope, client.id).await?;
    client.read_as(typed.version)?;
    registry::change(&tx, &guard.actor, &guard.scope, client, change).await?;
    tx.commit().await
}

/// Tells what somebody else changed since the form was opened. A field that this person left as it was takes the new
/// value; one that both changed keeps what was typed.
async fn catch_up(app: &App, client: &Client, typed: &mut Typed) -> Result<Vec<String>, Problem> {
    let history = registry::history(&app.store, client).await?;
    let names = fields::places(app, &history).await?;
    let changed = conflict::since(&history, client.version - typed.version);
    typed.version = client.version;
    let as_typed = |field: &str, value: &str, names: &Places| match field {
        "investment" => fields::said(field, value, names),
        _ => value.to_owned(),
    };
    let mut told = Vec::new();
    for one in changed {
        let now = fields::said(&one.field, &one.now, &names);
        let at = app.site.say(one.at, app.now());
        let mut line = format!("{}：{} {at} 改为“{now}”", fields::label(&one.field), one.by);
        if let Some(place) = typed.field(&one.field) {
            if *place == as_typed(&one.field, &one.before, &names) {
                *place = as_typed(&one.field, &one.now, &names);
            } else if *place != as_typed(&one.field, &one.now, &names) {
                let mine = fields::said(&one.field, place, &names);
                line = format!("{line}，您填的是“{mine}”");
            }
        }
        told.push(line);
    }
    Ok(told)
}
