//! The list of duties for people: what is said of which category where, who may be meant by a demand, and one line with all that
//! was said of the same matter before.

use super::{Duty, DutyFilter, may_rule};
use crate::app::say_day;
use crate::catalogue::{Category, Keeper, categories, category_choices};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use kernel::authz::{ReadOrg, RuleCatalogue};
use kernel::id::DutyId;
use kernel::{AreaCode, Cursor, Day, Limit, Problem, Right};
use rules::duty::Proposal;
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Path, Query, Refusal, Routes};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new().get("/duties", list).get("/duties/{id}", show)
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    category: String,
    area: String,
    q: String,
    reserved: String,
    all: String,
    cursor: Option<String>,
}

/// A line as the table shows it.
struct Line {
    id: DutyId,
    category: String,
    area: String,
    unit: String,
    gone: bool,
    reserved: bool,
    basis: String,
    period: String,
}

impl Line {
    fn of(duty: Duty) -> Self {
        Self {
            period: period(duty.from_day, duty.until_day),
            id: duty.id,
            category: duty.category_name,
            area: duty.area_name,
            unit: duty.unit_name,
            gone: duty.unit_closed_on.is_some(),
            reserved: duty.reserved,
            basis: duty.basis,
        }
    }
}

/// From a day to a day, as people say it.
pub(super) fn period(from: Day, until: Option<Day>) -> String {
    match until {
        None => format!("{}起", say_day(from)),
        Some(last) if last < from => "未启用即撤回".to_owned(),
        Some(last) => format!("{}至{}", say_day(from), say_day(last)),
    }
}

#[derive(Template)]
#[template(path = "catalogue/duties/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    asked: Asked,
    keeps: bool,
    may_enter: bool,
    categories: Vec<Choice>,
    areas: Vec<Choice>,
    reserves: Vec<Choice>,
    states: Vec<Choice>,
    /// Who may be meant, once a category and an area are chosen.
    proposals: Option<Vec<Proposal>>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let all: Vec<Category> = categories(&app.store, &app.site).await?;
    let today = app.today();
    let some = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
    let filter = DutyFilter {
        category: some(&asked.category),
        area: AreaCode::parse(&asked.area).ok(),
        q: some(&asked.q),
        reserved: match asked.reserved.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        on: asked.all.is_empty().then_some(today),
        cursor: asked.cursor.clone(),
        ..DutyFilter::default()
    };
    let mut page = ListPage {
        kit: kit.titled("职责清单"),
        errors: Errors::none(),
        keeps: Keeper::of(&app.site, &guard.actor).is_some(),
        may_enter: guard.actor.holds(RuleCatalogue::NAME),
        categories: category_choices(&all),
        areas: org::area_choices(&app.store, &guard.scope).await?,
        reserves: vec![Choice::new("yes", "不得下交"), Choice::new("no", "可以交办")],
        states: vec![Choice::new("", "现行"), Choice::new("all", "全部，含已停用和将启用")],
        proposals: None,
        lines: Vec::new(),
        next: None,
        asked,
    };
    if let (Some(category), Some(code)) = (&filter.category, filter.area)
        && let Some(area) = org::area(&app.store, code).await?
    {
        page.proposals = Some(super::propose(&app.store, &app.site, category, &area.path, today).await?);
    }
    match super::duties(&app.store, &app.site, &guard.scope, &filter, Limit::USUAL).await {
        Ok(found) => {
            page.lines = found.items.into_iter().map(Line::of).collect();
            page.next = found.next;
        }
        Err(problem) => page.errors = Errors::take(problem)?,
    }
    Ok(Html(page))
}

/// What was said once, for the timeline.
struct Past {
    title: String,
    who: String,
    when: String,
    text: String,
    tone: &'static str,
}

impl Past {
    fn of(app: &App, duty: &Duty) -> Self {
        let (state, tone) = standing(duty, app.today());
        let reserved = if duty.reserved { "，不得下交镇街" } else { "" };
        let ended = duty.ended_by.as_ref().map(|by| format!("\n{by}停用：{}", duty.end_reason)).unwrap_or_default();
        Self {
            title: format!("{}（{state}）", duty.unit_name),
            who: format!("{}录入于{}", duty.made_by, app.site.say(duty.made_at, app.now())),
            when: period(duty.from_day, duty.until_day),
            text: format!("依据：{}{reserved}{ended}", duty.basis),
            tone,
        }
    }
}

/// Where a line stands on a day, and in which colour.
fn standing(duty: &Duty, today: Day) -> (&'static str, &'static str) {
    match (duty.on(today), duty.from_day > today && duty.until_day.is_none_or(|last| last >= duty.from_day)) {
        (true, _) => ("现行", "green"),
        (false, true) => ("将启用", "blue"),
        (false, false) => ("已停用", "grey"),
    }
}

#[derive(Template)]
#[template(path = "catalogue/duties/show.html")]
struct ShowPage {
    kit: Kit,
    period: String,
    state: (&'static str, &'static str),
    history: Vec<Past>,
    may_change: bool,
    duty: Duty,
}

async fn show(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DutyId>,
) -> Result<Html<ShowPage>, Refusal> {
    let duty = super::duty(&app.store, &app.site, &guard.scope, id).await?;
    let history = super::history(&app.store, &app.site, &guard.scope, &duty).await?;
    let rules = guard.actor.scope::<RuleCatalogue>().is_some_and(|scope| may_rule(&scope, &duty.area_path));
    let today = app.today();
    Ok(Html(ShowPage {
        kit: kit.titled(format!("{} · {}", duty.area_name, duty.category_name)).under("/duties", "职责清单"),
        period: period(duty.from_day, duty.until_day),
        state: standing(&duty, today),
        history: history.iter().map(|past| Past::of(&app, past)).collect(),
        may_change: rules && !duty.ended(today),
        duty,
    }))
}

/// The line, when whoever asks may change it.
///
/// # Errors
/// [`Problem::NotFound`] when not.
pub(super) async fn to_change(app: &App, guard: &Guard<RuleCatalogue>, id: DutyId) -> Result<Duty, Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let duty = super::duty(&app.store, &app.site, &consulted, id).await?;
    if may_rule(&guard.scope, &duty.area_path) { Ok(duty) } else { Err(Problem::NotFound) }
}
