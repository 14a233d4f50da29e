//! Areas, units and officials by the hundred, as a file brings them: found again by what people call them, held to the rules
//! of one that is typed by hand, and written where something differs.

mod officials;
mod rows;

pub use officials::{
    Held, OfficialRef, OfficialWish, OfficialWrite, find_officials, hold_officials, officials_held, weigh_officials,
    write_officials,
};

use super::areas::directly_below;
use super::units::{name_taken, office};
use super::{Area, AreaChange, NewUnit, Unit, UnitChange, change_area, change_unit, named};
use crate::audit;
use crate::many::{Difference, Lined, Mistakes, Verdict};
use kernel::authz::WriteOrg;
use kernel::id::UnitId;
use kernel::problem::FieldError;
use kernel::{Actor, AreaCode, AreaPath, BugExt, Day, Instant, OfficePhone, Problem, Reach, Right, Scope};
use std::collections::HashMap;
use store::{Db, Tx};

const OUTSIDE: &str = "没有这个区域，或者不在您的管理范围内。";

/// An area as a file names it.
#[derive(Debug, Clone)]
pub struct AreaWish {
    /// Its official code, by which it is found again.
    pub code: AreaCode,
    /// Its name.
    pub name: String,
    /// The area above; the one that the code is composed of when nothing is said.
    pub parent: Option<AreaCode>,
}

/// What is to be written for an area.
#[derive(Debug, Clone)]
pub enum AreaWrite {
    /// It comes into being.
    Add(Area),
    /// It gets another name.
    Rename(Area, String),
}

/// What is to be written for a unit.
#[derive(Debug, Clone)]
pub enum UnitWrite {
    /// It is founded.
    Found(Unit),
    /// It changes.
    Change(Unit, UnitChange),
}

/// The areas with these codes.
///
/// # Errors
/// When the database fails.
pub async fn areas(db: &impl Db, codes: &[AreaCode]) -> Result<HashMap<AreaCode, Area>, Problem> {
    rows::areas(db, codes).await
}

/// The units with these ids.
///
/// # Errors
/// When the database fails.
pub async fn units(db: &impl Db, ids: &[UnitId]) -> Result<HashMap<UnitId, Unit>, Problem> {
    Ok(rows::units_by_id(db, ids).await?.into_iter().map(|unit| (unit.id, unit)).collect())
}

/// The area with this code when it lies within the scope.
///
/// # Errors
/// [`Problem::Invalid`] when it does not.
pub fn within<'a, R: Right>(
    areas: &'a HashMap<AreaCode, Area>,
    scope: &Scope<R>,
    code: AreaCode,
) -> Result<&'a Area, Problem> {
    let area = areas.get(&code).filter(|area| scope.covers(&Reach::Area(area.path.clone())));
    area.ok_or_else(|| Problem::field("area", OUTSIDE))
}

/// Weighs areas. An area may stand above another of the same file, in any order. `top` is the one that has none above.
///
/// # Errors
/// When the database fails.
pub async fn weigh_areas(
    db: &impl Db,
    scope: &Scope<WriteOrg>,
    top: AreaCode,
    wishes: &[Lined<AreaWish>],
) -> Result<Vec<Verdict<AreaWrite>>, Problem> {
    let above = |wish: &AreaWish| wish.parent.or_else(|| wish.code.parent());
    let codes = wishes.iter().flat_map(|Lined { wish, .. }| [Some(wish.code), above(wish)]).flatten();
    let mut codes: Vec<AreaCode> = codes.collect();
    codes.sort();
    codes.dedup();
    let there = rows::areas(db, &codes).await?;
    let mut known = there.clone();
    let mut lines: HashMap<AreaCode, u32> = HashMap::new();
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_key(|place| wishes[*place].wish.code.level());
    let mut verdicts: Vec<Verdict<AreaWrite>> = wishes.iter().map(|_| Verdict::Same).collect();
    for place in order {
        let Lined { line, wish } = &wishes[place];
        verdicts[place] = match lines.insert(wish.code, *line) {
            Some(before) => Verdict::wrong("code", format!("区划代码与第 {before} 行重复。")),
            None => match weigh_area(scope, top, there.get(&wish.code), &known, above(wish), wish) {
                Ok(verdict) => verdict,
                Err(Problem::Invalid { errors, .. }) => Verdict::Wrong(errors),
                Err(other) => return Err(other),
            },
        };
        if let Verdict::New(AreaWrite::Add(area)) = &verdicts[place] {
            known.insert(area.id, area.clone());
        }
    }
    Ok(verdicts)
}

fn weigh_area(
    scope: &Scope<WriteOrg>,
    top: AreaCode,
    there: Option<&Area>,
    known: &HashMap<AreaCode, Area>,
    above: Option<AreaCode>,
    wish: &AreaWish,
) -> Result<Verdict<AreaWrite>, Problem> {
    let name = named(&wish.name, "name", "区域名称")?;
    if let Some(area) = there {
        if !scope.covers(&Reach::Area(area.path.clone())) {
            return Err(Problem::field("code", OUTSIDE));
        }
        if wish.parent.is_some_and(|parent| area.parent_id != Some(parent)) {
            return Err(Problem::field("parent", "已有区域的上级不能通过导入更改，请留空或填写现在的上级。"));
        }
        let differences = Difference::of("name", &area.name, &name).into_iter().collect();
        return Ok(Verdict::against(differences, || AreaWrite::Rename(area.clone(), name)));
    }
    let parent = above.filter(|_| wish.code != top);
    let path = match parent {
        Some(parent) => match known.get(&parent) {
            Some(above) => {
                directly_below(above, wish.code)?;
                above.path.child(wish.code)
            }
            None => return Err(Problem::field("parent", format!("没有代码为 {parent} 的上级区域，请先录入上级。"))),
        },
        None if wish.code == top => AreaPath::root(wish.code),
        None => return Err(Problem::field("parent", "请填写上级区划代码。")),
    };
    if !scope.covers(&Reach::Area(path.clone())) {
        return Err(Problem::field("code", OUTSIDE));
    }
    let county_id = path.county().ok_or_else(|| Problem::field("code", "区划代码无法识别。"))?;
    let area = Area { id: wish.code, county_id, parent_id: parent, level: wish.code.level(), name, path, version: 1 };
    Ok(Verdict::New(AreaWrite::Add(area)))
}

/// Writes what was weighed.
///
/// # Errors
/// [`Problem::Stale`] or [`Problem::Conflict`] when somebody else was first; then the transaction is to be dropped.
pub async fn write_areas(tx: &Tx, actor: &Actor, writes: Vec<AreaWrite>, today: Day) -> Result<(), Problem> {
    let mut added = Vec::new();
    for write in writes {
        match write {
            AreaWrite::Add(area) => added.push(area),
            AreaWrite::Rename(area, name) => {
                change_area(tx, actor, area, AreaChange { name, since: None }, today).await?;
            }
        }
    }
    rows::insert_areas(tx, &added).await?;
    let done = added.iter().map(|area| Ok((None, area.county_id, detail(area)?)));
    audit::record_all(tx, actor, ("area.enter", "area"), done.collect::<Result<_, Problem>>()?).await
}

fn detail(of: &impl serde::Serialize) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(of).bug("writing an audit detail")
}

/// Weighs units. A unit is found again by its name and area; a name is unique in its county.
///
/// # Errors
/// When the database fails.
pub async fn weigh_units(
    db: &impl Db,
    scope: &Scope<WriteOrg>,
    now: Instant,
    wishes: &[Lined<NewUnit>],
) -> Result<Vec<Verdict<UnitWrite>>, Problem> {
    let mut codes: Vec<AreaCode> = wishes.iter().map(|lined| lined.wish.area).collect();
    codes.sort();
    codes.dedup();
    let areas = rows::areas(db, &codes).await?;
    let mut names: Vec<String> = wishes.iter().map(|lined| lined.wish.name.trim().to_owned()).collect();
    names.sort();
    names.dedup();
    let there = rows::units(db, &names).await?;
    let there: HashMap<(&str, AreaCode), &Unit> =
        there.iter().map(|unit| ((unit.name.as_str(), unit.county_id), unit)).collect();
    let mut lines: HashMap<(String, AreaCode), u32> = HashMap::new();
    let mut verdicts = Vec::with_capacity(wishes.len());
    for Lined { line, wish } in wishes {
        let mut mistakes = Mistakes::none();
        let area = mistakes.note(within(&areas, scope, wish.area))?;
        let name = mistakes.note(named(&wish.name, "name", "单位名称"))?;
        let phone = mistakes.note(wish.phone.clone().map(office).transpose())?.flatten();
        if let (Some(area), Some(name)) = (area, &name)
            && let Some(before) = lines.insert((name.clone(), area.county_id), *line)
        {
            mistakes.say("name", format!("与第 {before} 行的单位重名；同一县内单位名称不能重复。"));
        }
        verdicts.push(match (mistakes.found(), area, name) {
            (None, Some(area), Some(name)) => {
                let there = there.get(&(name.as_str(), area.county_id)).copied();
                weigh_unit(there, area, (wish, name, phone), now)
            }
            (found, ..) => Verdict::Wrong(found.unwrap_or_default()),
        });
    }
    Ok(verdicts)
}

/// A unit that a file wishes for, with its name and number as they were weighed.
fn weigh_unit(
    there: Option<&Unit>,
    area: &Area,
    (wish, name, phone): (&NewUnit, String, Option<OfficePhone>),
    now: Instant,
) -> Verdict<UnitWrite> {
    let told = |phone: &Option<OfficePhone>| phone.as_ref().map(OfficePhone::to_string).unwrap_or_default();
    match there {
        Some(unit) if unit.area_id != area.id => Verdict::Wrong(errors(name_taken(&name))),
        Some(unit) if unit.closed_on.is_some() => Verdict::wrong("name", "同名单位已经撤销，请换一个名称。"),
        Some(unit) => {
            let phone = phone.or_else(|| unit.phone.clone());
            let differences = [
                Difference::of("kind", unit.kind.label(), wish.kind.label()),
                Difference::of("phone", told(&unit.phone), told(&phone)),
            ];
            Verdict::against(differences.into_iter().flatten().collect(), || {
                let phone = wish.phone.clone().map(Some);
                let change = UnitChange { kind: Some(wish.kind), phone, ..UnitChange::default() };
                UnitWrite::Change(unit.clone(), change)
            })
        }
        None => Verdict::New(UnitWrite::Found(Unit {
            id: UnitId::mint(now),
            county_id: area.county_id,
            area_id: area.id,
            area_path: area.path.clone(),
            area_name: area.name.clone(),
            level: area.level,
            kind: wish.kind,
            name,
            phone,
            closed_on: None,
            version: 1,
        })),
    }
}

fn errors(problem: Problem) -> Vec<FieldError> {
    if let Problem::Invalid { errors, .. } = problem { errors } else { Vec::new() }
}

/// Writes what was weighed.
///
/// # Errors
/// [`Problem::Stale`] or [`Problem::Conflict`] when somebody else was first; then the transaction is to be dropped.
pub async fn write_units(tx: &Tx, actor: &Actor, writes: Vec<UnitWrite>, today: Day) -> Result<(), Problem> {
    let mut founded = Vec::new();
    for write in writes {
        match write {
            UnitWrite::Found(unit) => founded.push(unit),
            UnitWrite::Change(unit, change) => change_unit(tx, actor, unit, change, today).await?,
        }
    }
    super::units::insert(tx, &founded).await?;
    let done = founded.iter().map(|unit| Ok((Some(unit.id.0), unit.county_id, detail(unit)?)));
    audit::record_all(tx, actor, ("unit.found", "unit"), done.collect::<Result<_, Problem>>()?).await
}
