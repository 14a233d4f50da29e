//! Whose duty what is (职责清单): a category in an area is a unit's, from a day to a day, by a document. A line is never
//! altered: a change ends it and begins another that names it, so that the list of any day can be read later.

mod api;
mod forms;
mod pages;
mod rows;

pub(super) use rows::in_force_near;
pub use rows::{Duty, DutyFilter};

use super::{precedents, written};
use crate::audit::{self, Deed};
use crate::org::{self, Area, Unit};
use crate::{App, Site};
use kernel::authz::{ReadOrg, RuleCatalogue};
use kernel::id::{DutyId, UnitId};
use kernel::words::UnitKind;
use kernel::{Actor, AreaCode, AreaPath, Day, Limit, Page, Problem, Reach, Scope, still_as_read};
use rules::duty::{Matter, Proposal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes()).merge(forms::routes())
}

/// A line to be entered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct NewDuty {
    /// The category, with all below that have no line of their own.
    pub category: String,
    /// Where it holds.
    pub area: AreaCode,
    /// Whose duty it is: a unit of that area, of one above, or inside it.
    pub unit: UnitId,
    /// Whether it is a department's and cannot be passed down to a town (不得下交镇街).
    #[serde(default)]
    pub reserved: bool,
    /// The number of the document that says so: 1 to 100 characters.
    pub basis: String,
    /// The first day: today or later.
    pub from: Day,
}

/// What is to be said instead, from a day on; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct DutyChange {
    /// Whose duty it is then.
    pub unit: Option<UnitId>,
    /// Whether it cannot be passed down to a town.
    pub reserved: Option<bool>,
    /// The number of the document that says so.
    pub basis: Option<String>,
    /// The first day: today or later.
    pub from: Day,
    /// Why: 1 to 200 characters.
    pub reason: String,
}

/// The end of a line that nothing follows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct DutyEnd {
    /// The last day: yesterday or later.
    pub last_day: Day,
    /// Why: 1 to 200 characters.
    pub reason: String,
}

/// What becomes of the list: lines that end, each on a day, and lines that begin.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    pub(super) ends: Vec<(Duty, Day)>,
    pub(super) begins: Vec<Begin>,
}

/// A line that begins.
#[derive(Debug, Clone)]
pub struct Begin {
    pub(super) category: (String, String),
    pub(super) area: Area,
    pub(super) unit: Unit,
    pub(super) reserved: bool,
    pub(super) basis: String,
    pub(super) from: Day,
    pub(super) replaces: Option<DutyId>,
}

/// The units that may be meant by a demand of this category that arose in this area, the likeliest first, at most
/// [`rules::duty::MOST`]: by rulings, then by the list of that day. Two queries.
///
/// # Errors
/// When the database fails.
pub async fn propose(
    db: &impl Db,
    site: &Site,
    category: &str,
    area: &AreaPath,
    today: Day,
) -> Result<Vec<Proposal>, Problem> {
    let matter = Matter { category, area };
    let duties = rows::in_force(db, site.area, matter, today).await?;
    let rulings = precedents::in_use(db, matter).await?;
    Ok(rules::duty::propose(matter, &duties, &rulings))
}

/// Whether a unit of this kind may be given a demand of this category that arose in this area: what is a department's is not
/// passed down to a town.
///
/// # Errors
/// [`Problem::Invalid`] on `unit` that says why not, and to whom instead; when the database fails.
pub async fn may_be_dispatched(
    db: &impl Db,
    site: &Site,
    (category, area): (&str, &AreaPath),
    kind: UnitKind,
    today: Day,
) -> Result<(), Problem> {
    if kind != UnitKind::TownOffice {
        return Ok(());
    }
    let matter = Matter { category, area };
    let duties = rows::in_force(db, site.area, matter, today).await?;
    rules::duty::may_be_dispatched(matter, kind, &duties).map_err(|told| Problem::field("unit", told))
}

/// The lines of the list, by category and area.
///
/// # Errors
/// [`Problem::Invalid`] for an area that is none; when the database fails or the cursor is forged.
pub async fn duties(
    db: &impl Db,
    site: &Site,
    scope: &Scope<ReadOrg>,
    filter: &DutyFilter,
    limit: Limit,
) -> Result<Page<Duty>, Problem> {
    let area = match filter.area {
        Some(code) => Some(org::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?),
        None => None,
    };
    let found = rows::duties(db, site.area, scope, (filter, area.as_ref()), limit).await?;
    Ok(Page::cut(found, limit, |duty| (duty.category_id.clone(), duty.area_path.clone(), duty.id)))
}

/// One line.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn duty(db: &impl Db, site: &Site, scope: &Scope<ReadOrg>, id: DutyId) -> Result<Duty, Problem> {
    rows::duty(db, site.area, scope, id).await?.ok_or(Problem::NotFound)
}

/// What was said before this line and after it, of the same matter: the line with those that it replaced and that replaced it,
/// the latest first.
///
/// # Errors
/// When the database fails.
pub async fn history(db: &impl Db, site: &Site, scope: &Scope<ReadOrg>, duty: &Duty) -> Result<Vec<Duty>, Problem> {
    rows::of_matter(db, site.area, scope, duty).await
}

impl Duty {
    /// Refuses what was decided on an older version.
    ///
    /// # Errors
    /// [`Problem::Stale`].
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, "这条职责")
    }

    /// Whether it is in force on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> bool {
        self.from_day <= day && self.until_day.is_none_or(|last| last >= day)
    }

    fn ended(&self, today: Day) -> bool {
        self.until_day.is_some_and(|last| last < today.max(self.from_day))
    }
}

/// Who changes the list: where they may, and which units they find.
pub type Ruler<'a> = (&'a Scope<RuleCatalogue>, &'a Scope<ReadOrg>);

/// Whether this scope may change what the list says of an area.
#[must_use]
pub fn may_rule(scope: &Scope<RuleCatalogue>, area: &AreaPath) -> bool {
    scope.covers(&Reach::Area(area.clone()))
}

/// What entering a line would come to.
///
/// # Errors
/// [`Problem::Invalid`] for an area out of reach, a category that is none or closed, a unit that does not serve the area, a
/// day that has passed, or a line that is there already.
pub async fn entering(
    db: &impl Db,
    site: &Site,
    (scope, consulted): Ruler<'_>,
    new: &NewDuty,
    today: Day,
) -> Result<Turn, Problem> {
    let area = org::area(db, new.area).await?.filter(|area| may_rule(scope, &area.path));
    let area = area.ok_or_else(|| Problem::field("area", "没有这个区域，或者不在您的管理范围内。"))?;
    let category = super::category(db, site, &new.category).await?;
    let category = category.ok_or_else(|| Problem::field("category", "没有这个问题类别，请从列表中选择。"))?;
    let begin = Begin {
        unit: serving(db, consulted, new.unit, &area).await?,
        category: (category.id, category.name),
        area,
        reserved: new.reserved,
        basis: written(&new.basis, "basis", "依据文号", 100)?,
        from: new.from,
        replaces: None,
    };
    fitting(db, &begin, today).await?;
    Ok(Turn { ends: Vec::new(), begins: vec![begin] })
}

/// What changing a line would come to.
///
/// # Errors
/// As [`entering`]; [`Problem::NotFound`] out of reach; [`Problem::Conflict`] when the line has ended; [`Problem::Invalid`]
/// when nothing would change.
pub async fn changing(
    db: &impl Db,
    site: &Site,
    (scope, consulted): Ruler<'_>,
    duty: &Duty,
    change: &DutyChange,
    today: Day,
) -> Result<Turn, Problem> {
    still_running(scope, duty, today)?;
    written(&change.reason, "reason", "调整的原因", 200)?;
    let area = org::area(db, duty.area_id).await?.ok_or(Problem::NotFound)?;
    let category = super::category(db, site, &duty.category_id).await?.ok_or(Problem::NotFound)?;
    let begin = Begin {
        unit: serving(db, consulted, change.unit.unwrap_or(duty.unit_id), &area).await?,
        category: (category.id, category.name),
        area,
        reserved: change.reserved.unwrap_or(duty.reserved),
        basis: match &change.basis {
            Some(basis) => written(basis, "basis", "依据文号", 100)?,
            None => duty.basis.clone(),
        },
        from: change.from,
        replaces: Some(duty.id),
    };
    if (begin.unit.id, begin.reserved, &begin.basis) == (duty.unit_id, duty.reserved, &duty.basis) {
        return Err(Problem::field("unit", "与现在的规定相同，没有需要调整的内容。"));
    }
    fitting(db, &begin, today).await?;
    let last = begin.from.pred_opt().ok_or(Problem::NotFound)?;
    Ok(Turn { ends: vec![(duty.clone(), last)], begins: vec![begin] })
}

/// What ending a line would come to.
///
/// # Errors
/// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] when it has ended; [`Problem::Invalid`] for a day before
/// yesterday, or without a reason.
pub fn ending(scope: &Scope<RuleCatalogue>, duty: &Duty, end: &DutyEnd, today: Day) -> Result<Turn, Problem> {
    still_running(scope, duty, today)?;
    written(&end.reason, "reason", "原因", 200)?;
    if today.pred_opt().is_some_and(|yesterday| end.last_day < yesterday) {
        return Err(Problem::field("last_day", "最后一天不能早于昨天：已经按它交办的，不能当作没有。"));
    }
    Ok(Turn { ends: vec![(duty.clone(), end.last_day)], begins: Vec::new() })
}

fn still_running(scope: &Scope<RuleCatalogue>, duty: &Duty, today: Day) -> Result<(), Problem> {
    if !may_rule(scope, &duty.area_path) {
        return Err(Problem::NotFound);
    }
    if duty.ended(today) {
        return Err(Problem::Conflict("这条职责已经停用，请看现行的清单。".into()));
    }
    Ok(())
}

/// The unit, when it can have a duty in the area: one of that area, of one above, or inside it.
async fn serving(db: &impl Db, consulted: &Scope<ReadOrg>, id: UnitId, area: &Area) -> Result<Unit, Problem> {
    let unit = org::open_unit(db, consulted, id).await?;
    if unit.area_path.contains(&area.path) || area.path.contains(&unit.area_path) {
        return Ok(unit);
    }
    Err(Problem::field("unit", format!("{}不在{}，也不是它的上级单位，请另选一个。", unit.name, area.name)))
}

/// Refuses what contradicts itself, begins in the past, or is there already.
async fn fitting(db: &impl Db, begin: &Begin, today: Day) -> Result<(), Problem> {
    if begin.from < today {
        return Err(Problem::field("from", "启用日期不能早于今天。"));
    }
    if begin.reserved && begin.unit.kind == UnitKind::TownOffice {
        return Err(Problem::field("reserved", "镇街承担的事项，不能标为“不得下交镇街”。"));
    }
    if rows::overlaps(db, begin).await? {
        let (area, unit) = (&begin.area.name, &begin.unit.name);
        return Err(Problem::field(
            "unit",
            format!("清单中已有{area} · {} → {unit}，请在那一条上调整。", begin.category.1),
        ));
    }
    Ok(())
}

/// Writes what a turn comes to. `reason` is empty for a line that only begins. Gives the ids of the lines that begin.
///
/// # Errors
/// [`Problem::Stale`] when a line that ends was changed meanwhile.
pub async fn take(tx: &Tx, actor: &Actor, turn: &Turn, reason: &str) -> Result<Vec<DutyId>, Problem> {
    for (duty, last) in &turn.ends {
        rows::end(tx, duty, *last, (&actor.name, reason)).await?;
        if turn.begins.is_empty() {
            let detail = Told { reason, ..Told::of(&duty.category_name, &duty.area_name, &duty.unit_name) };
            let deed = Deed::of(actor, "duty.end", "duty", duty.id.0, duty.county_id);
            audit::record(tx, &deed, &Told { last_day: Some(*last), ..detail }).await?;
        }
    }
    let mut ids = Vec::new();
    for begin in &turn.begins {
        let id = rows::insert(tx, begin, &actor.name).await?;
        let act = if begin.replaces.is_some() { "duty.change" } else { "duty.enter" };
        let told = Told::of(&begin.category.1, &begin.area.name, &begin.unit.name);
        let told = Told { reason, basis: &begin.basis, reserved: Some(begin.reserved), from: Some(begin.from), ..told };
        audit::record(tx, &Deed::of(actor, act, "duty", id.0, begin.area.county_id), &told).await?;
        ids.push(id);
    }
    Ok(ids)
}

/// A line as a world holds it.
#[derive(Debug, Clone)]
pub struct LoadedDuty {
    /// The category's code.
    pub category: String,
    /// Where it holds.
    pub area: Area,
    /// Whose duty it is.
    pub unit: Unit,
    /// Whether it cannot be passed down to a town.
    pub reserved: bool,
    /// The number of the document that says so.
    pub basis: String,
    /// The first day.
    pub from: Day,
}

/// Enters lines as they are, without an audit line each: for who loads a world and records that in one line.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load(tx: &Tx, duties: &[LoadedDuty], by: &str) -> Result<(), Problem> {
    rows::insert_many(tx, duties, by).await
}

/// A line as the trail tells of it.
#[derive(Serialize)]
struct Told<'a> {
    category: &'a str,
    area: &'a str,
    unit: &'a str,
    basis: &'a str,
    reserved: Option<bool>,
    from: Option<Day>,
    last_day: Option<Day>,
    reason: &'a str,
}

impl<'a> Told<'a> {
    fn of(category: &'a str, area: &'a str, unit: &'a str) -> Self {
        Self { category, area, unit, basis: "", reserved: None, from: None, last_day: None, reason: "" }
    }
}
