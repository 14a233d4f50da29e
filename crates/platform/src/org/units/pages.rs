//! Units for people: the list, one unit with who holds which post today or on a past day.

use super::{Unit, UnitFilter, UnitSort, former, forms};
use crate::App;
use crate::app::say_day;
use crate::org::form::{may_change, on_day, period};
use crate::org::{areas, in_office, names, officials};
use askama::Template;
use axum::extract::State;
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::UnitId;
use kernel::words::{AreaLevel, UnitKind};
use kernel::{AreaCode, Cursor, Day, Limit, Problem, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Path, Query, Refusal, Routes};
use store::Store;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/org/units", list).get("/org/units/{id}", show).merge(forms::routes())
}

/// A unit as a line of a list, with who heads it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Whether it is closed.
    pub closed: bool,
    /// Who heads it: page, name, title.
    pub head: Option<(String, String, String)>,
    /// The number under which it answers.
    pub phone: Option<String>,
    /// The area it serves.
    pub area: String,
    /// What it is.
    pub kind: &'static str,
}

/// Units as lines, each with who heads it on `day`.
pub(in crate::org) async fn lines(store: &Store, units: Vec<Unit>, day: Day) -> Result<Vec<Line>, Problem> {
    let heads = officials::heads(store, &units, day).await?;
    let line = |unit: Unit| Line {
        href: format!("/org/units/{}", unit.id),
        closed: unit.closed_on.is_some(),
        head: heads.iter().find(|post| post.unit_id == unit.id).map(|post| {
            (format!("/org/officials/{}", post.official_id), post.official_name.clone(), post.title.clone())
        }),
        phone: unit.phone.map(String::from),
        area: unit.area_name,
        kind: unit.kind.label(),
        name: unit.name,
    };
    Ok(units.into_iter().map(line).collect())
}

/// The kinds of units, to choose from.
pub(super) fn kinds() -> Vec<Choice> {
    UnitKind::ALL.iter().map(|kind| Choice::new(kind.code(), kind.label())).collect()
}

#[derive(Template)]
#[template(path = "org/units/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    may_found: bool,
    areas: Vec<Choice>,
    kinds: Vec<Choice>,
    levels: Vec<Choice>,
    sorts: Vec<Choice>,
    asked: Asked,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    area: String,
    kind: String,
    level: String,
    q: String,
    closed: String,
    sort: String,
    cursor: Option<String>,
}

async fn list(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let filter = UnitFilter {
        area: asked.area.parse().ok().map(AreaCode),
        kind: UnitKind::parse(&asked.kind),
        level: AreaLevel::parse(&asked.level),
        q: Some(asked.q.clone()),
        closed: asked.closed == "true",
        sort: if asked.sort == "name" { UnitSort::Name } else { UnitSort::Area },
        cursor: asked.cursor.clone(),
        limit: None,
    };
    let found = super::units(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    Ok(Html(ListPage {
        kit: kit.titled("单位"),
        errors: Errors::none(),
        may_found: guard.actor.holds(WriteOrg::NAME),
        areas: areas::choices(&app.store, &guard.scope).await?,
        kinds: kinds(),
        levels: AreaLevel::ALL[1..].iter().map(|level| Choice::new(level.code(), level.label())).collect(),
        sorts: vec![Choice::new("area", "按区域"), Choice::new("name", "按名称")],
        asked,
        lines: lines(&app.store, found.items, app.today()).await?,
        next: found.next,
    }))
}

/// A post as a line of a unit's page.
struct Held {
    href: String,
    name: String,
    title: String,
    rank: &'static str,
    period: String,
}

#[derive(Template)]
#[template(path = "org/units/unit.html")]
struct UnitPage {
    kit: Kit,
    errors: Errors,
    unit: Unit,
    area_href: String,
    closed: Option<String>,
    former: Vec<(String, String)>,
    /// What was typed as the day to look back to.
    on: String,
    /// That day as people say it, when it is not today.
    then: Option<String>,
    /// What the unit was called then, when it is called otherwise today.
    called: Option<String>,
    held: Vec<Held>,
    ended: Vec<Held>,
    next: Option<Cursor>,
    may_change: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Looking {
    on: String,
    cursor: Option<String>,
}

async fn show(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<UnitId>,
    Query(looking): Query<Looking>,
) -> Result<Html<UnitPage>, Refusal> {
    let unit = super::unit(&app.store, &guard.scope, id).await?;
    let today = app.today();
    let (day, errors) = on_day(&looking.on, today);
    let former = former(&app.store, &unit).await?;
    let held = in_office(&app.store, &unit, day).await?;
    let ended = officials::ended(&app.store, &unit, day, looking.cursor.as_deref(), Limit::USUAL).await?;
    let line = |post: officials::Post| Held {
        href: format!("/org/officials/{}", post.official_id),
        name: post.official_name,
        title: post.title,
        rank: post.rank.map_or("—", |rank| rank.label()),
        period: period(post.from_day, post.until_day),
    };
    Ok(Html(UnitPage {
        kit: kit.titled(unit.name.as_str()).under("/org/units", "单位"),
        errors,
        area_href: format!("/org/areas/{}", unit.area_id),
        closed: unit.closed_on.map(say_day),
        then: (day != today).then(|| say_day(day)),
        called: Some(names::on(&former, &unit.name, day).to_owned()).filter(|name| *name != unit.name),
        former: former.into_iter().map(|name| (name.name, say_day(name.until_day))).collect(),
        on: looking.on,
        held: held.into_iter().map(line).collect(),
        ended: ended.items.into_iter().map(line).collect(),
        next: ended.next,
        may_change: unit.closed_on.is_none() && may_change(&guard.actor, &unit.area_path),
        unit,
    }))
}
