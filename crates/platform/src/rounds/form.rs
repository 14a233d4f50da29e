//! The form of a draft: name, kind, area, first day, rules.

use super::{DraftChange, NewRound, Round};
use crate::pairing::rules;
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{Datelike, Months};
use kernel::authz::WritePairings;
use kernel::id::RoundId;
use kernel::words::{AreaLevel, RoundKind};
use kernel::{AreaCode, Day, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/pairing-rounds/new", new)
        .post("/pairing-rounds", draft)
        .get("/pairing-rounds/{id}/edit", edit)
        .post("/pairing-rounds/{id}/edit", alter)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    name: String,
    kind: String,
    area: String,
    first_day: String,
    rules: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "rounds/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    action: String,
    back: String,
    /// Whether a round is begun: then its kind and area are chosen.
    fresh: bool,
    kinds: Vec<Choice>,
    areas: Vec<Choice>,
    versions: Vec<Choice>,
    typed: Typed,
}

impl FormPage {
    async fn new(kit: Kit, app: &App, guard: &Guard<WritePairings>, typed: Typed) -> Result<Self, Problem> {
        let mut areas = org::areas_within(&app.store, &guard.scope).await?;
        areas.retain(|area| matches!(area.level, AreaLevel::City | AreaLevel::County));
        Ok(Self {
            kit: kit.titled("新建包靠批次").under("/pairing-rounds", "包靠批次"),
            errors: Errors::none(),
            action: "/pairing-rounds".into(),
            back: "/pairing-rounds".into(),
            fresh: true,
            kinds: vec![
                Choice::new(RoundKind::Full.code(), RoundKind::Full.label())
                    .hint("区域内所有企业和项目统一安排，尽量保留合适的现任专员"),
                Choice::new(RoundKind::Adjustment.code(), RoundKind::Adjustment.label())
                    .hint("只动受影响的：专员离任、调动、请假，企业新增、变更、要求更换"),
            ],
            areas: areas.iter().map(|area| Choice::new(area.id.to_string(), area.name.as_str())).collect(),
            versions: versions(app).await?,
            typed,
        })
    }

    async fn of(kit: Kit, app: &App, round: &Round, typed: Typed) -> Result<Self, Problem> {
        Ok(Self {
            kit: kit.titled("修改批次").under(round.path(), round.name.as_str()),
            errors: Errors::none(),
            action: format!("{}/edit", round.path()),
            back: round.path(),
            fresh: false,
            kinds: Vec::new(),
            areas: Vec::new(),
            versions: versions(app).await?,
            typed,
        })
    }

    fn refused(mut self, problem: Problem) -> Result<Response, Refusal> {
        let (status, errors) = Errors::refused(problem)?;
        self.errors = errors;
        Ok((status, Html(self)).into_response())
    }
}

/// The versions of the rules, the latest first.
async fn versions(app: &App) -> Result<Vec<Choice>, Problem> {
    let lines = rules::versions(&app.store, &app.site).await?;
    let said = |place: usize| if place == 0 { "（现行）" } else { "" };
    let choice =
        |(place, number): (usize, i64)| Choice::new(number.to_string(), format!("第 {number} 版{}", said(place)));
    Ok(lines.iter().map(|line| line.number).enumerate().map(choice).collect())
}

/// The version of the rules that was chosen; none for the one in force.
fn typed_rules(typed: &Typed) -> Result<Option<i64>, Problem> {
    let chosen = typed.rules.trim();
    if chosen.is_empty() {
        return Ok(None);
    }
    chosen.parse().map(Some).map_err(|_| Problem::field("rules", "请选择规则版本。"))
}

/// The first day of the next month: when rounds usually begin.
fn next_month(today: Day) -> Day {
    today.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).unwrap_or(today)
}

async fn new(guard: Guard<WritePairings>, State(app): State<App>, kit: Kit) -> Result<Html<FormPage>, Refusal> {
    let first = next_month(app.today());
    let typed = Typed {
        name: format!("{}年{}月联系包靠", first.year(), first.month()),
        kind: RoundKind::Full.code().into(),
        first_day: first.to_string(),
        ..Typed::default()
    };
    let mut page = FormPage::new(kit, &app, &guard, typed).await?;
    page.typed.area = page.areas.first().map(|area| area.value.clone()).unwrap_or_default();
    Ok(Html(page))
}

async fn draft(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let page = FormPage::new(kit, &app, &guard, typed).await?;
    match drafted(&app, &guard, &page.typed).await {
        Ok(id) => Ok(see_other(&format!("/pairing-rounds/{id}"), Flash::success("已建立草稿，可以开始规划。"))),
        Err(problem) => page.refused(problem),
    }
}

async fn drafted(app: &App, guard: &Guard<WritePairings>, typed: &Typed) -> Result<RoundId, Problem> {
    let new = NewRound {
        name: org::named(&typed.name, "name", "批次名称")?,
        kind: RoundKind::parse(&typed.kind).ok_or_else(|| Problem::field("kind", "请选择怎样安排。"))?,
        area: AreaCode::parse(&typed.area).map_err(|_| Problem::field("area", "请选择区域。"))?,
        first_day: typed_day(&typed.first_day, "first_day")?,
        rules: typed_rules(typed)?,
    };
    let tx = app.store.begin().await?;
    let id = super::draft(app, &tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(id)
}

async fn edit(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
) -> Result<Html<FormPage>, Refusal> {
    let round = super::own_round(&app, &app.store, &guard.scope, id).await?;
    let typed = Typed {
        name: round.name.clone(),
        first_day: round.first_day.to_string(),
        rules: round.rules.to_string(),
        version: round.version,
        ..Typed::default()
    };
    Ok(Html(FormPage::of(kit, &app, &round, typed).await?))
}

async fn alter(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let round = super::own_round(&app, &app.store, &guard.scope, id).await?;
    let page = FormPage::of(kit, &app, &round, typed).await?;
    match altered(&app, &guard, id, &page.typed).await {
        Ok(()) => Ok(see_other(&round.path(), Flash::success("已修改。"))),
        Err(problem) => page.refused(problem),
    }
}

async fn altered(app: &App, guard: &Guard<WritePairings>, id: RoundId, typed: &Typed) -> Result<(), Problem> {
    let change = DraftChange {
        name: Some(typed.name.clone()),
        first_day: Some(typed_day(&typed.first_day, "first_day")?),
        rules: typed_rules(typed)?,
    };
    let tx = app.store.begin().await?;
    let round = super::own_round(app, &tx, &guard.scope, id).await?;
    round.read_as(typed.version)?;
    super::alter(app, &tx, &guard.actor, &round, change).await?;
    tx.commit().await
}
