//! Areas: the tree of city, counties and towns, by official code. Development zones that have no official code are counties
//! or towns with a code of the site's own, of the same length.

mod api;
mod pages;
mod rows;

pub use rows::Area;

use super::named;
use super::names::{self, FormerName, Named};
use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::words::AreaLevel;
use kernel::{Actor, AreaCode, AreaPath, Day, Problem, Reach, Right, Scope, still_as_read};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Choice, Routes};
use store::{Db, Store, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// An area to be added.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewArea {
    /// Its code; a zone without an official one gets a free one of the same length.
    pub code: AreaCode,
    /// The area above.
    pub parent: AreaCode,
    /// Its name.
    pub name: String,
}

/// A new name for an area.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AreaChange {
    /// The name.
    pub name: String,
    /// The first day it is borne; today when left out.
    pub since: Option<Day>,
}

/// Adds an area below `parent`, or the site's top area, as it is: for who loads a world.
///
/// # Errors
/// [`Problem::Conflict`] when the code is taken, [`Problem::Invalid`] when the parent is not there.
pub async fn add_area(tx: &Tx, code: AreaCode, parent: Option<AreaCode>, name: &str) -> Result<AreaPath, Problem> {
    let path = match parent {
        None => AreaPath::root(code),
        Some(parent) => match rows::area(tx, parent).await? {
            Some(above) => above.path.child(code),
            None => return Err(Problem::field("parent", format!("没有代码为 {parent} 的上级区域，请先录入上级。"))),
        },
    };
    let county = path.county().ok_or_else(|| Problem::field("code", "区划代码无法识别。"))?;
    let name = name.trim().into();
    let area = Area { id: code, county_id: county, parent_id: parent, level: code.level(), name, path, version: 1 };
    rows::insert(tx, &area).await?;
    Ok(area.path)
}

/// Adds an area below one within the scope.
///
/// # Errors
/// [`Problem::Invalid`] for a parent out of reach, a code that is taken or of another level, or an empty name.
pub async fn enter_area(tx: &Tx, actor: &Actor, scope: &Scope<WriteOrg>, new: NewArea) -> Result<Area, Problem> {
    let above = rows::area(tx, new.parent).await?.filter(|above| scope.covers(&Reach::Area(above.path.clone())));
    let above = above.ok_or_else(|| Problem::field("parent", "没有这个上级区域，或者不在您的管理范围内。"))?;
    directly_below(&above, new.code)?;
    let name = named(&new.name, "name", "区域名称")?;
    if let Some(taken) = rows::area(tx, new.code).await? {
        return Err(Problem::field("code", format!("代码 {} 已由“{}”使用，请换一个。", taken.id, taken.name)));
    }
    add_area(tx, new.code, Some(above.id), &name).await?;
    let area = rows::area(tx, new.code).await?.ok_or(Problem::NotFound)?;
    audit::record(tx, &deed(actor, "area.enter", &area), &area).await?;
    Ok(area)
}

/// Renames an area from a day on; the name until then is kept.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed the area since it was read; [`Problem::Invalid`] for an empty name, the
/// present one, or a day that is ahead or before the last renaming.
pub async fn change_area(tx: &Tx, actor: &Actor, area: Area, change: AreaChange, today: Day) -> Result<(), Problem> {
    let name = named(&change.name, "name", "区域名称")?;
    if name == area.name {
        return Err(Problem::field("name", "新名称与现在的名称相同。"));
    }
    let since = change.since.unwrap_or(today);
    names::renamed(tx, Named::Area(area.id), area.county_id, &area.name, since, today).await?;
    rows::rename(tx, &area, &name).await?;
    let detail = serde_json::json!({ "area": area.id, "from": area.name, "to": name, "since": since });
    audit::record(tx, &deed(actor, "area.rename", &area), &detail).await
}

/// Refuses a code whose length does not say "directly below this area".
///
/// # Errors
/// [`Problem::Invalid`] on `code`, or on `parent` when nothing lies below it.
pub(super) fn directly_below(above: &Area, code: AreaCode) -> Result<(), Problem> {
    let (below, digits) = match above.level {
        AreaLevel::Province => (AreaLevel::City, 4),
        AreaLevel::City => (AreaLevel::County, 6),
        AreaLevel::County => (AreaLevel::Town, 9),
        AreaLevel::Town => return Err(Problem::field("parent", "镇街以下不再设区域。")),
    };
    if code.level() == below {
        return Ok(());
    }
    Err(Problem::field("code", format!("{}的下级区域，代码应为 {digits} 位数字。", above.name)))
}

fn deed<'a>(actor: &'a Actor, act: &'a str, area: &Area) -> Deed<'a> {
    Deed {
        account: Some(actor.account),
        name: &actor.name,
        act,
        subject: "area",
        subject_id: None,
        county: area.county_id,
    }
}

/// The area tree, top first, in order of code.
///
/// # Errors
/// When the database fails.
pub async fn areas(store: &Store, _scope: &Scope<ReadOrg>) -> Result<Vec<Area>, Problem> {
    rows::areas(store).await
}

/// The area with this code.
///
/// # Errors
/// When the database fails.
pub async fn area(db: &impl Db, code: AreaCode) -> Result<Option<Area>, Problem> {
    rows::area(db, code).await
}

/// The areas that lie within the scope, top first, in order of code.
///
/// # Errors
/// When the database fails.
pub async fn areas_within<R: Right>(store: &Store, scope: &Scope<R>) -> Result<Vec<Area>, Problem> {
    let all = rows::areas(store).await?;
    Ok(all.into_iter().filter(|area| scope.covers(&Reach::Area(area.path.clone()))).collect())
}

/// One area for whoever may consult, or change, it.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub(super) async fn area_in<R: Right>(db: &impl Db, scope: &Scope<R>, code: AreaCode) -> Result<Area, Problem> {
    let area = rows::area(db, code).await?.filter(|area| scope.covers(&Reach::Area(area.path.clone())));
    area.ok_or(Problem::NotFound)
}

/// The area with this code, when it lies within the scope.
///
/// # Errors
/// [`Problem::Invalid`] when it does not.
pub async fn area_within<R: Right>(db: &impl Db, scope: &Scope<R>, code: AreaCode) -> Result<Area, Problem> {
    let area = rows::area(db, code).await?.filter(|area| scope.covers(&Reach::Area(area.path.clone())));
    area.ok_or_else(|| Problem::field("area", "没有这个区域，或者不在您的管理范围内。"))
}

/// The areas directly below, in order of code.
///
/// # Errors
/// When the database fails.
pub(super) async fn below(store: &Store, area: &Area) -> Result<Vec<Area>, Problem> {
    rows::below(store, area).await
}

/// How many areas a list to choose from holds; beyond that it leaves the towns out.
const MOST_CHOICES: usize = 500;

/// The areas within the scope to choose from, each set in under the one above.
///
/// # Errors
/// When the database fails.
pub async fn choices<R: Right>(store: &Store, scope: &Scope<R>) -> Result<Vec<Choice>, Problem> {
    let mut areas = areas_within(store, scope).await?;
    if areas.len() > MOST_CHOICES {
        areas.retain(|area| area.level != AreaLevel::Town);
    }
    Ok(set_in(&areas))
}

/// Areas as choices, each set in under the one above.
#[must_use]
pub fn set_in(areas: &[Area]) -> Vec<Choice> {
    let depth = |area: &Area| area.path.0.matches('/').count();
    let top = areas.iter().map(depth).min().unwrap_or(0);
    let named = |area: &Area| format!("{}{}", "　".repeat(depth(area) - top), area.name);
    areas.iter().map(|area| Choice::new(area.id.to_string(), named(area))).collect()
}

/// The names an area bore before, the oldest first.
async fn former(db: &impl Db, area: &Area) -> Result<Vec<FormerName>, Problem> {
    names::former(db, Named::Area(area.id)).await
}

impl Area {
    /// The area, if still as the caller read it.
    fn unchanged_since(self, version: i64) -> Result<Self, Problem> {
        still_as_read(self.version, version, format_args!("{}的信息", self.name))?;
        Ok(self)
    }
}
