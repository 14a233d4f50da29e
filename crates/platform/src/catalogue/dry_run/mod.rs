//! What a change of duties or limits would come to, tried on the demands that are open now, before anybody adopts it. Trying
//! changes nothing. A change itself leaves alone what is dispatched already or was given to a unit by hand, and the limits
//! of everything that was raised before its first day.

mod rows;

use super::duties::{Begin, Turn, in_force_near};
use super::limits::LimitTable;
use super::limits::table::Case;
use super::precedents::in_use_near;
use crate::Site;
use kernel::authz::ReadDemands;
use kernel::id::DemandId;
use kernel::{Actor, AreaPath, Day, Problem};
use rules::duty::{Candidate, Duty, Matter};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use store::Db;

/// What held until now, and what would hold, in words.
type Differing = (String, String);

/// How many of the demands that would be affected are named.
const NAMED: usize = 50;

/// What a change would come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DryRun {
    /// How many open demands it was tried on.
    pub tried: u64,
    /// How many would be affected.
    pub affected: u64,
    /// How many open demands of the kind are with a unit already, and stay there.
    pub untouched: u64,
    /// How many would be affected in which way, the most first.
    pub shifts: Vec<Shift>,
    /// The first of those that would be affected, at most 50.
    pub demands: Vec<Affected>,
}

/// Demands that would be affected in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shift {
    /// The unit that has them now, for a change of limits.
    pub unit: Option<String>,
    /// What is proposed, or holds, now.
    pub from: String,
    /// What would be.
    pub to: String,
    /// How many.
    pub count: u64,
}

/// A demand that would be affected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Affected {
    /// Which demand.
    pub id: DemandId,
    /// The number people call it by.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Its category's name.
    pub category: String,
    /// What is proposed, or holds, now.
    pub from: String,
    /// What would be.
    pub to: String,
}

/// What nobody is named by.
const NOBODY: &str = "（没有建议单位）";
/// Where a demand lies that no unit has.
const NO_UNIT: &str = "尚未交办";

impl DryRun {
    fn count(&mut self, demand: &rows::Open, (unit, from, to): (Option<&str>, &str, &str)) {
        self.affected += 1;
        let same = |shift: &&mut Shift| shift.unit.as_deref() == unit && shift.from == from && shift.to == to;
        match self.shifts.iter_mut().find(same) {
            Some(shift) => shift.count += 1,
            None => {
                let unit = unit.map(str::to_owned);
                self.shifts.push(Shift { unit, from: from.to_owned(), to: to.to_owned(), count: 1 });
            }
        }
        if self.demands.len() < NAMED {
            self.demands.push(Affected {
                id: demand.id,
                number: demand.number.clone(),
                title: demand.title.clone(),
                category: demand.category_name.clone(),
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
    }

    fn sorted(mut self) -> Self {
        self.shifts.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.from.cmp(&other.from)));
        self
    }
}

/// To which other unit the demands that wait for dispatch would be proposed first, as far as the actor may see them.
///
/// # Errors
/// When the database fails.
pub async fn of_duties(db: &impl Db, site: &Site, actor: &Actor, turn: &Turn) -> Result<DryRun, Problem> {
    let Some((category, area, day)) = turn.place() else { return Ok(DryRun::default()) };
    let scope = actor.scope::<ReadDemands>().ok_or(Problem::NotFound)?;
    let open = rows::open(db, site.area, &scope, Some((category, area))).await?;
    let now = in_force_near(db, site.area, (category, area), day).await?;
    let rulings = in_use_near(db, (category, area)).await?;
    let ends = |id| turn.ends.iter().any(|(duty, _)| duty.id == id);
    let stays = now.iter().filter(|(id, _)| !ends(*id)).map(|(_, duty)| duty.clone());
    let then: Vec<Duty> = stays.chain(turn.begins.iter().map(Duty::from)).collect();
    let now: Vec<Duty> = now.into_iter().map(|(_, duty)| duty).collect();
    let mut told = DryRun::default();
    let mut known: HashMap<(&str, &AreaPath), (String, String)> = HashMap::new();
    for demand in &open {
        if demand.lead_unit_name.is_some() {
            told.untouched += 1;
            continue;
        }
        told.tried += 1;
        let matter = Matter { category: &demand.category_id, area: &demand.area_path };
        let first = |duties: &[Duty]| {
            let first = rules::duty::propose(matter, duties, &rulings).into_iter().next();
            first.map_or_else(|| NOBODY.to_owned(), |proposal| proposal.name)
        };
        let (from, to) =
            known.entry((&demand.category_id, &demand.area_path)).or_insert_with(|| (first(&now), first(&then)));
        if from != to {
            told.count(demand, (None, from, to));
        }
    }
    Ok(told.sorted())
}

/// Which open demands would have other limits if they were raised under the new table, as far as the actor may see them.
///
/// # Errors
/// When the database fails.
pub async fn of_limits(
    db: &impl Db,
    site: &Site,
    actor: &Actor,
    (old, new): (&LimitTable, &LimitTable),
) -> Result<DryRun, Problem> {
    let scope = actor.scope::<ReadDemands>().ok_or(Problem::NotFound)?;
    let open = rows::open(db, site.area, &scope, None).await?;
    let mut told = DryRun { tried: open.len() as u64, ..DryRun::default() };
    let mut known: BTreeMap<(&str, &str, &str), Option<Differing>> = BTreeMap::new();
    for demand in &open {
        let differs = || {
            let case = Case { category: &demand.category_id, urgency: demand.urgency, channel: demand.channel };
            old.row_for(case).zip(new.row_for(case)).and_then(|(old, new)| old.differences(new))
        };
        let differs =
            known.entry((&demand.category_id, demand.urgency.code(), demand.channel.code())).or_insert_with(differs);
        if let Some((from, to)) = differs {
            let unit = demand.lead_unit_name.as_deref().unwrap_or(NO_UNIT);
            told.count(demand, (Some(unit), from, to));
        }
    }
    told.untouched = told.affected;
    Ok(told.sorted())
}

impl Turn {
    /// What it is about, and the first day on which all of it holds.
    fn place(&self) -> Option<(&str, &AreaPath, Day)> {
        let begins = self.begins.iter().map(|begin| (begin.category.0.as_str(), &begin.area.path, begin.from));
        let ends = self.ends.iter().filter_map(|(duty, last)| {
            Some((duty.category_id.as_str(), &duty.area_path, last.succ_opt()?.max(duty.from_day)))
        });
        begins.chain(ends).max_by_key(|(_, _, day)| *day)
    }
}

impl From<&Begin> for Duty {
    fn from(begin: &Begin) -> Self {
        let (id, name, kind) = (begin.unit.id, begin.unit.name.clone(), begin.unit.kind);
        Self {
            category: begin.category.0.clone(),
            category_name: begin.category.1.clone(),
            area: begin.area.path.clone(),
            area_name: begin.area.name.clone(),
            unit: Candidate { id, name, kind, open: true },
            reserved: begin.reserved,
            basis: begin.basis.clone(),
        }
    }
}
