//! Areas, the units that serve them, and the officials of those units with the posts they held, day by day.
//!
//! Nothing is deleted: a unit closes, an official leaves, a post ends. Whoever held a post on a day is found later.

mod api;
mod rows;

pub use rows::{Area, Official, OfficialFilter, Post, Unit, UnitFilter};

use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::{OfficialId, UnitId};
use kernel::words::{Rank, UnitKind};
use kernel::{Actor, AreaCode, AreaPath, Day, Limit, Page, Phone, Problem, Reach, Right, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Store, Tx};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes()
}

/// A unit to be founded.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewUnit {
    /// The area it serves.
    pub area: AreaCode,
    /// What it is.
    pub kind: UnitKind,
    /// Its name, unique in the county.
    pub name: String,
}

/// An official to be entered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewOfficial {
    /// Who employs them.
    pub unit: UnitId,
    /// Their name.
    pub name: String,
    /// Their rank.
    pub rank: Rank,
    /// Their post's title.
    pub title: String,
    /// Since when they hold it.
    pub since: Day,
    /// Their mobile.
    pub mobile: Option<Phone>,
}

/// A move to another post.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Move {
    /// The unit to work for from then on.
    pub unit: UnitId,
    /// The new post's title.
    pub title: String,
    /// The new rank.
    pub rank: Rank,
    /// The first day in the new post.
    pub since: Day,
}

/// Adds an area below `parent`, or the site's top area.
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
    let area =
        Area { id: code, county_id: county, parent_id: parent, level: code.level(), name: name.trim().into(), path };
    rows::insert_area(tx, &area).await?;
    Ok(area.path)
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

/// The area with this code, when it lies within the scope.
///
/// # Errors
/// [`Problem::Invalid`] when it does not.
pub async fn area_within<R: Right>(db: &impl Db, scope: &Scope<R>, code: AreaCode) -> Result<Area, Problem> {
    let area = rows::area(db, code).await?.filter(|area| scope.covers(&Reach::Area(area.path.clone())));
    area.ok_or_else(|| Problem::field("area", "没有这个区域，或者不在您的管理范围内。"))
}

/// Units by name, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn units(
    store: &Store,
    scope: &Scope<ReadOrg>,
    filter: &UnitFilter,
    limit: Limit,
) -> Result<Page<Unit>, Problem> {
    let rows = rows::units(store, scope, filter, limit).await?;
    Ok(Page::cut(rows, limit, |unit| (unit.name.clone(), unit.id)))
}

/// Officials by name, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn officials(
    store: &Store,
    scope: &Scope<ReadOrg>,
    filter: &OfficialFilter,
    limit: Limit,
) -> Result<Page<Official>, Problem> {
    let rows = rows::officials(store, scope, filter, limit).await?;
    Ok(Page::cut(rows, limit, |official| (official.name.clone(), official.id)))
}

/// A unit that is not closed.
///
/// # Errors
/// [`Problem::Invalid`] when there is none within the scope.
pub async fn open_unit<R: Right>(db: &impl Db, scope: &Scope<R>, id: UnitId) -> Result<Unit, Problem> {
    let unit = rows::unit(db, scope, id).await?;
    unit.ok_or_else(|| Problem::field("unit", "没有这个单位，或者不在您的管理范围内。"))
}

/// The units that a desk of `county` may turn to: the county's own first, then those of the `top` area.
///
/// # Errors
/// When the database fails.
pub async fn units_at_hand(
    db: &impl Db,
    scope: &Scope<ReadOrg>,
    county: AreaCode,
    top: AreaCode,
) -> Result<Vec<Unit>, Problem> {
    rows::units_at_hand(db, scope, county, top).await
}

/// One official.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn official<R: Right>(db: &impl Db, scope: &Scope<R>, id: OfficialId) -> Result<Official, Problem> {
    rows::official(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// The posts an official has held, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn posts(db: &impl Db, official: &Official) -> Result<Vec<Post>, Problem> {
    rows::posts(db, official).await
}

/// Who held a post in a unit on a day.
///
/// # Errors
/// When the database fails.
pub async fn in_office(db: &impl Db, unit: UnitId, day: Day) -> Result<Vec<Post>, Problem> {
    rows::in_office(db, unit, day).await
}

/// Founds a unit in an area within the scope.
///
/// # Errors
/// [`Problem::Invalid`] for an area out of reach or a name that is empty or taken.
pub async fn found_unit(tx: &Tx, actor: &Actor, scope: &Scope<WriteOrg>, new: NewUnit) -> Result<UnitId, Problem> {
    let area = area_within(tx, scope, new.area).await?;
    let name = named(&new.name, "name", "单位名称")?;
    if rows::name_taken(tx, &area, &name).await? {
        return Err(Problem::field("name", format!("{}已有名为“{name}”的单位。", area.name)));
    }
    let unit = Unit {
        id: UnitId::mint(tx.now()),
        county_id: area.county_id,
        area_id: area.id,
        area_path: area.path,
        area_name: area.name,
        level: area.level,
        kind: new.kind,
        name,
        closed_on: None,
        version: 1,
    };
    rows::insert_units(tx, std::slice::from_ref(&unit)).await?;
    audit::record(tx, &Deed::of(actor, "unit.found", "unit", unit.id.0, unit.county_id), &unit).await?;
    Ok(unit.id)
}

/// Enters an official with the post they hold.
///
/// # Errors
/// [`Problem::Invalid`] for a unit out of reach or an empty name or title.
pub async fn enter_official(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteOrg>,
    new: NewOfficial,
) -> Result<OfficialId, Problem> {
    let unit = open_unit(tx, scope, new.unit).await?;
    let (name, title) = (named(&new.name, "name", "姓名")?, named(&new.title, "title", "职务")?);
    let official = Official {
        id: OfficialId::mint(tx.now()),
        county_id: unit.county_id,
        unit_id: unit.id,
        unit_name: unit.name,
        name,
        rank: new.rank,
        mobile: new.mobile,
        left_on: None,
        version: 1,
    };
    rows::insert_officials(tx, &[&official]).await?;
    rows::insert_posts(tx, &[(&official, title.as_str(), new.since)]).await?;
    let detail = serde_json::json!({ "unit": official.unit_name, "name": official.name, "rank": new.rank, "title": title,
        "since": new.since });
    let deed = Deed::of(actor, "official.enter", "official", official.id.0, official.county_id);
    audit::record(tx, &deed, &detail).await?;
    Ok(official.id)
}

/// Enters units, and officials each with the title and first day of their post, as a whole and without an audit line
/// each: for who loads a world and records that in one line. They are taken as they are.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load(tx: &Tx, units: &[Unit], officials: &[(Official, &str, Day)]) -> Result<(), Problem> {
    rows::insert_units(tx, units).await?;
    let people: Vec<&Official> = officials.iter().map(|(official, ..)| official).collect();
    rows::insert_officials(tx, &people).await?;
    let posts: Vec<_> = officials.iter().map(|(official, title, since)| (official, *title, *since)).collect();
    rows::insert_posts(tx, &posts).await
}

/// Moves an official to another post: the posts held until now end the day before.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed the official since they were read; [`Problem::Invalid`] for a unit out of
/// reach, of another county (their file moves with them, by leaving and entering), or a day before the present post began.
pub async fn move_official(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteOrg>,
    official: Official,
    to: Move,
) -> Result<(), Problem> {
    let unit = open_unit(tx, scope, to.unit).await?;
    if unit.county_id != official.county_id {
        return Err(Problem::field("unit", "跨县调动请先在原单位办理离任，再在新单位录入。"));
    }
    let title = named(&to.title, "title", "职务")?;
    let held = rows::posts(tx, &official).await?;
    if held.iter().any(|post| post.until_day.is_none() && post.from_day >= to.since) {
        return Err(Problem::field("since", "任职日期应晚于现任职务的任职日期。"));
    }
    let last = to.since.pred_opt().ok_or_else(|| Problem::field("since", "任职日期超出了日历的范围。"))?;
    rows::change_official(tx, &official, &unit, to.rank, None).await?;
    rows::end_posts(tx, &official, last).await?;
    let moved = Official { unit_id: unit.id, ..official.clone() };
    rows::insert_posts(tx, &[(&moved, title.as_str(), to.since)]).await?;
    let detail = serde_json::json!({ "from": official.unit_name, "to": unit.name, "title": title, "since": to.since });
    audit::record(tx, &Deed::of(actor, "official.move", "official", official.id.0, official.county_id), &detail).await
}

/// An official leaves (retires, dies, moves out of the county): `last` is their last day in office.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed the official since they were read; [`Problem::Invalid`] for a day before the
/// present post began.
pub async fn leave(tx: &Tx, actor: &Actor, official: Official, last: Day) -> Result<(), Problem> {
    let held = rows::posts(tx, &official).await?;
    if held.iter().any(|post| post.until_day.is_none() && post.from_day > last) {
        return Err(Problem::field("last_day", "离任日期不能早于现任职务的任职日期。"));
    }
    let unit = rows::unit_of(tx, &official).await?;
    rows::change_official(tx, &official, &unit, official.rank, Some(last)).await?;
    rows::end_posts(tx, &official, last).await?;
    let detail = serde_json::json!({ "unit": unit.name, "last_day": last });
    audit::record(tx, &Deed::of(actor, "official.leave", "official", official.id.0, official.county_id), &detail).await
}

/// Text that must not be empty, trimmed, at most 100 characters.
///
/// # Errors
/// [`Problem::Invalid`] naming `field` and, for people, `label`.
pub fn named(text: &str, field: &str, label: &str) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        1..=100 => Ok(text.to_owned()),
        0 => Err(Problem::field(field, format!("请填写{label}。"))),
        _ => Err(Problem::field(field, format!("{label}不能超过 100 个字。"))),
    }
}
