//! The lists of enterprises and of projects.

use super::{filled, href, places};
use crate::App;
use crate::pairing::{self, Commissioner};
use crate::registry::{self, Client, ClientFilter, ClientSort, spoken};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::authz::{ReadPairings, ReadRegistry, WriteRegistry};
use kernel::industry::Section;
use kernel::words::{ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{AreaCode, Cursor, Industry, Limit, Problem, Reach, Right, Scope};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/enterprises", enterprises).get("/projects", projects)
}

/// Counted up to here.
const COUNTED: i64 = 1000;

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    area: String,
    list: String,
    section: String,
    scale: String,
    level: String,
    paired: String,
    closed: String,
    sort: String,
    q: String,
    cursor: Option<String>,
}

impl Asked {
    fn filter(&self, app: &App, kind: ClientKind) -> ClientFilter {
        ClientFilter {
            kind: Some(kind),
            area: AreaCode::parse(&self.area).ok(),
            list: StatutoryList::parse(&self.list),
            section: Section::parse(&self.section).map(|section| section.code.to_owned()),
            scale: ScaleClass::parse(&self.scale),
            level: ProjectLevel::parse(&self.level),
            paired: match self.paired.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            on: Some(app.today()),
            closed: self.closed == "yes",
            q: filled(&self.q),
            sort: if self.sort == "newest" { ClientSort::Newest } else { ClientSort::Name },
            cursor: self.cursor.clone(),
            ..ClientFilter::default()
        }
    }

    /// Whether one of the filters is set that lie behind 更多条件.
    fn further(&self) -> bool {
        [&self.section, &self.scale, &self.closed, &self.sort].into_iter().any(|asked| !asked.is_empty())
    }
}

/// A client as a line.
struct Line {
    href: String,
    name: String,
    code: String,
    area: String,
    /// Industry, or builder.
    what: String,
    /// Size, or level.
    size: &'static str,
    list: &'static str,
    investment: String,
    /// Who looks after it; empty when nobody does.
    commissioner: String,
    unit: String,
}

impl Line {
    fn of(client: &Client, commissioners: &[Commissioner]) -> Self {
        let held = commissioners.iter().find(|one| one.client_id == client.id);
        let industry = client.industry.as_deref().and_then(|code| Industry::parse(code).ok());
        let code = client.credit_code.clone().map(String::from).or_else(|| client.project_code.clone());
        let size = client.scale.map(ScaleClass::label).or_else(|| client.project_level.map(ProjectLevel::label));
        Self {
            href: href(client),
            name: client.name.clone(),
            code: code.unwrap_or_default(),
            area: client.area_name.clone(),
            what: industry.map_or_else(|| client.builder.clone().unwrap_or_default(), |one| one.name().to_owned()),
            size: size.unwrap_or("—"),
            list: client.list.map_or("—", StatutoryList::label),
            investment: client.investment.map(spoken).unwrap_or_default(),
            commissioner: held.map(|one| one.name.clone()).unwrap_or_default(),
            unit: held.map(|one| one.unit_name.clone()).unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "clients/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    path: &'static str,
    projects: bool,
    may_enter: bool,
    asked: Asked,
    areas: Vec<Choice>,
    lists: Vec<Choice>,
    sections: Vec<Choice>,
    scales: Vec<Choice>,
    levels: Vec<Choice>,
    paired: Vec<Choice>,
    gone: Vec<Choice>,
    sorts: Vec<Choice>,
    count: String,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn enterprises(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    // Whoever speaks for one enterprise alone wants that one.
    if let [Reach::Clients(only)] = guard.scope.reaches()
        && let [only] = only.as_slice()
        && kit.uri.query().is_none()
    {
        let client = registry::client(&app.store, &guard.scope, *only).await?;
        return Ok(Redirect::to(&href(&client)).into_response());
    }
    Ok(Html(page(&app, &guard, ClientKind::Enterprise, kit, asked).await?).into_response())
}

async fn projects(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    Ok(Html(page(&app, &guard, ClientKind::Project, kit, asked).await?))
}

async fn page(
    app: &App,
    guard: &Guard<ReadRegistry>,
    kind: ClientKind,
    kit: Kit,
    asked: Asked,
) -> Result<ListPage, Problem> {
    let filter = asked.filter(app, kind);
    let found = registry::clients(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    let count =
        registry::count(&app.store, &guard.scope, &ClientFilter { cursor: None, ..filter }, COUNTED + 1).await?;
    let ids: Vec<_> = found.items.iter().map(|client| client.id).collect();
    let commissioners = match guard.actor.scope::<ReadPairings>() {
        Some(scope) => pairing::commissioners(&app.store, &scope, &ids, app.today()).await?,
        None => Vec::new(),
    };
    let projects = kind == ClientKind::Project;
    let (what, all) = if projects { ("个", "项目") } else { ("家", "企业") };
    let more = if count > COUNTED { "超过 1000" } else { &count.to_string() };
    let count = match filter.paired {
        Some(false) => format!("{more} {what}{all}还没有服务专员"),
        _ => format!("共 {more} {what}"),
    };
    Ok(ListPage {
        kit: kit.titled(all),
        errors: Errors::none(),
        path: if projects { "/projects" } else { "/enterprises" },
        projects,
        may_enter: guard.actor.holds(WriteRegistry::NAME),
        areas: areas(app, &guard.scope).await?,
        lists: StatutoryList::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        sections: Section::all().iter().map(|section| Choice::new(section.code, section.name)).collect(),
        scales: ScaleClass::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        levels: ProjectLevel::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        paired: vec![Choice::new("yes", "已安排"), Choice::new("no", "未安排")],
        gone: vec![Choice::new("yes", if projects { "已退出" } else { "已注销或迁出" })],
        sorts: vec![Choice::new("newest", "最近录入在前")],
        count,
        lines: found.items.iter().map(|client| Line::of(client, &commissioners)).collect(),
        next: found.next,
        asked,
    })
}

/// Where one may look; none for whoever reaches but one place, or clients one by one.
async fn areas(app: &App, scope: &Scope<ReadRegistry>) -> Result<Vec<Choice>, Problem> {
    let areas = places(&app.store, scope).await?;
    Ok(if areas.len() > 1 { areas } else { Vec::new() })
}
