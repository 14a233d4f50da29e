//! Units: the bodies that employ officials and handle demands. A unit is founded in an area, may be renamed, and closes when
//! nobody holds a post in it any more.

mod api;
mod forms;
mod pages;
mod rows;

pub use pages::Line;
pub(super) use pages::lines;
pub(super) use rows::{PLACE, in_area, insert, picks, unit as find};
pub use rows::{Unit, UnitFilter, UnitSort};

use super::names::{self, FormerName, Named};
use super::{area_within, named, not_ahead};
use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::UnitId;
use kernel::words::UnitKind;
use kernel::{Actor, AreaCode, Day, Limit, OfficePhone, Page, Phone, Problem, Right, Scope, still_as_read};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use shell::Routes;
use store::{Db, Store, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
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
    /// The number under which it answers.
    pub phone: Option<Phone>,
}

/// What is to change of a unit; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct UnitChange {
    /// A new name.
    pub name: Option<String>,
    /// The first day the new name is borne; today when left out.
    pub since: Option<Day>,
    /// What it is.
    pub kind: Option<UnitKind>,
    /// The number under which it answers; `null` takes it away.
    #[serde(default, deserialize_with = "given")]
    pub phone: Option<Option<Phone>>,
}

/// A field that was sent, even as `null`.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Units in the order of `filter`, and where the next page starts.
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
    Ok(match filter.sort {
        UnitSort::Name => Page::cut(rows, limit, |unit| (unit.name.clone(), unit.id)),
        UnitSort::Area => Page::cut(rows, limit, |unit| (unit.area_path.clone(), unit.name.clone(), unit.id)),
    })
}

/// One unit, open or closed.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn unit<R: Right>(db: &impl Db, scope: &Scope<R>, id: UnitId) -> Result<Unit, Problem> {
    rows::unit(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// A unit that is not closed.
///
/// # Errors
/// [`Problem::Invalid`] when there is none within the scope.
pub async fn open_unit<R: Right>(db: &impl Db, scope: &Scope<R>, id: UnitId) -> Result<Unit, Problem> {
    let unit = rows::unit(db, scope, id).await?.filter(|unit| unit.closed_on.is_none());
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

/// The names a unit bore before, the oldest first.
async fn former(db: &impl Db, unit: &Unit) -> Result<Vec<FormerName>, Problem> {
    names::former(db, Named::Unit(unit.id)).await
}

/// Founds a unit in an area within the scope.
///
/// # Errors
/// [`Problem::Invalid`] for an area out of reach or a name that is empty or taken.
pub async fn found_unit(tx: &Tx, actor: &Actor, scope: &Scope<WriteOrg>, new: NewUnit) -> Result<UnitId, Problem> {
    let area = area_within(tx, scope, new.area).await?;
    let name = named(&new.name, "name", "单位名称")?;
    if rows::name_taken(tx, area.county_id, &name).await? {
        return Err(name_taken(&name));
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
        phone: new.phone.map(office).transpose()?,
        closed_on: None,
        version: 1,
    };
    rows::insert(tx, std::slice::from_ref(&unit)).await?;
    audit::record(tx, &Deed::of(actor, "unit.found", "unit", unit.id.0, unit.county_id), &unit).await?;
    Ok(unit.id)
}

/// The telephone of an office: everybody reads it, so it is nobody's own.
pub(super) fn office(phone: Phone) -> Result<OfficePhone, Problem> {
    if phone.is_mobile() {
        return Err(Problem::field("phone", "这里填单位的办公电话（座机），不要填个人手机。"));
    }
    Ok(phone.into())
}

pub(super) fn name_taken(name: &str) -> Problem {
    Problem::field("name", format!("本县市区（市直）已有名为“{name}”的单位，请核对。"))
}

/// Renames a unit, or corrects what it is and how it is called by telephone. A former name is kept.
///
/// # Errors
/// [`Problem::Conflict`] when it is closed, [`Problem::Stale`] when somebody changed it since it was read;
/// [`Problem::Invalid`] for a name that is empty or taken, or a day that is ahead or before the last renaming.
pub async fn change_unit(tx: &Tx, actor: &Actor, unit: Unit, change: UnitChange, today: Day) -> Result<(), Problem> {
    still_open(&unit)?;
    let mut after = unit.clone();
    if let Some(name) = &change.name {
        after.name = named(name, "name", "单位名称")?;
    }
    if after.name != unit.name {
        if rows::name_taken(tx, unit.county_id, &after.name).await? {
            return Err(name_taken(&after.name));
        }
        let since = change.since.unwrap_or(today);
        names::renamed(tx, Named::Unit(unit.id), unit.county_id, &unit.name, since, today).await?;
    }
    after.kind = change.kind.unwrap_or(unit.kind);
    if let Some(phone) = change.phone {
        after.phone = phone.map(office).transpose()?;
    }
    rows::change(tx, &after).await?;
    let detail = serde_json::json!({ "before": unit, "after": after, "since": change.since });
    audit::record(tx, &Deed::of(actor, "unit.change", "unit", unit.id.0, unit.county_id), &detail).await
}

/// Closes a unit: `last` is its last day.
///
/// # Errors
/// [`Problem::Conflict`] when it is closed already or somebody still holds a post in it after that day,
/// [`Problem::Stale`] when somebody changed it since it was read, [`Problem::Invalid`] for a day ahead of `today`.
pub async fn close_unit(tx: &Tx, actor: &Actor, unit: Unit, last: Day, today: Day) -> Result<(), Problem> {
    still_open(&unit)?;
    not_ahead(last, today, "last_day", "撤销日期")?;
    let held = rows::holders_after(tx, &unit, last).await?;
    if held > 0 {
        let told = format!("{}在这一天之后还有 {held} 名干部任职，请先为他们办理调任或离任。", unit.name);
        return Err(Problem::Conflict(told));
    }
    rows::change(tx, &Unit { closed_on: Some(last), ..unit.clone() }).await?;
    let detail = serde_json::json!({ "unit": unit.name, "last_day": last });
    audit::record(tx, &Deed::of(actor, "unit.close", "unit", unit.id.0, unit.county_id), &detail).await
}

fn still_open(unit: &Unit) -> Result<(), Problem> {
    match unit.closed_on {
        None => Ok(()),
        Some(last) => Err(Problem::Conflict(format!("{}已于 {last} 撤销，不能再修改。", unit.name))),
    }
}

impl Unit {
    /// The unit, if still as the caller read it.
    fn unchanged_since(self, version: i64) -> Result<Self, Problem> {
        still_as_read(self.version, version, format_args!("{}的信息", self.name))?;
        Ok(self)
    }
}
