//! Rulings on whose duty a matter is (判例), numbered per site and year. Each was made on a unit's objection to a dispatch, in the
//! transaction that decided it; it routes the next demand of the same category in the same area, the newest first, until the
//! coordination group takes it out of use with a reason. A ruling names no enterprise: every official reads it.

mod api;
mod pages;
mod rows;

pub use rows::Precedent;
pub(super) use rows::{in_use, in_use_near};

use super::written;
use crate::audit::{self, Deed};
use crate::org::{self, Unit};
use crate::{App, Site};
use chrono::Datelike;
use kernel::authz::{ReadDemands, ReadOrg, RuleCatalogue};
use kernel::id::{DemandId, PrecedentId, UnitId};
use kernel::words::AreaLevel;
use kernel::{Actor, AreaCode, AreaPath, Limit, Page, Problem, Reach, Scope, still_as_read};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// A ruling as whoever decides an objection makes it.
#[derive(Debug, Clone, Copy)]
pub struct NewPrecedent<'a> {
    /// The county of the demand.
    pub county: AreaCode,
    /// The demand's category.
    pub category: &'a str,
    /// Where the demand arose.
    pub area: &'a AreaPath,
    /// The demand.
    pub demand: DemandId,
    /// The number people call it by.
    pub demand_number: &'a str,
    /// Whose the demand is: the ruling must not name it.
    pub client_name: &'a str,
    /// The unit that objected.
    pub objector: UnitId,
    /// Its name.
    pub objector_name: &'a str,
    /// Its ground, in words.
    pub ground: &'a str,
    /// The unit that is responsible.
    pub unit: &'a Unit,
    /// Why: 1 to 1,000 characters, for every official to read.
    pub reasoning: &'a str,
    /// What the matter is found by.
    pub keywords: &'a [String],
}

/// Which rulings to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct PrecedentFilter {
    /// About this category or one below.
    pub category: Option<String>,
    /// That matter in this area: of it, of one above, or inside.
    pub area: Option<AreaCode>,
    /// That found this unit responsible.
    pub unit: Option<UnitId>,
    /// With this text in keywords, reasoning, ground, unit or number.
    pub q: Option<String>,
    /// Those out of use too.
    #[serde(default)]
    pub withdrawn: bool,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// Keeps a ruling as a precedent, in the transaction that decides the objection. It holds in the county of the demand; in the
/// town, when a town's office was found responsible. Gives the number.
///
/// # Errors
/// [`Problem::Invalid`] on `reasoning` when it is empty, too long, or names the enterprise.
pub async fn record_precedent(tx: &Tx, site: &Site, actor: &Actor, new: NewPrecedent<'_>) -> Result<String, Problem> {
    written(new.reasoning, "reasoning", "裁定理由", 1_000)?;
    let named = |text: &str| !new.client_name.is_empty() && text.contains(new.client_name);
    if named(new.reasoning) || named(new.ground) {
        let told = "裁定理由会作为判例供各单位查阅，请不要写企业名称，改写为“该企业”。";
        return Err(Problem::field("reasoning", told));
    }
    let year = i64::from(site.hours.day(tx.now()).year());
    let number = rows::next_number(tx, site.area, year).await?;
    let id = PrecedentId::mint(tx.now());
    let area = holds_in(new.area, new.unit);
    rows::insert(tx, (id, &number), &new, (&area, &actor.name)).await?;
    let detail = serde_json::json!({ "number": number, "demand": new.demand_number, "unit": new.unit.name,
        "objector": new.objector_name, "reason": new.reasoning });
    audit::record(tx, &Deed::of(actor, "precedent.record", "precedent", id.0, new.county), &detail).await?;
    Ok(number)
}

/// Where a ruling holds.
fn holds_in(area: &AreaPath, unit: &Unit) -> AreaPath {
    if unit.level == AreaLevel::Town && unit.area_path.contains(area) {
        return unit.area_path.clone();
    }
    let above_towns = |path: &AreaPath| path.code().is_some_and(|code| code.level() != AreaLevel::Town);
    area.lineage().find(above_towns).unwrap_or_else(|| area.clone())
}

/// Rulings, the newest first.
///
/// # Errors
/// [`Problem::Invalid`] for an area that is none; when the database fails or the cursor is forged.
pub async fn precedents(
    db: &impl Db,
    site: &Site,
    (scope, actor): (&Scope<ReadOrg>, &Actor),
    filter: &PrecedentFilter,
    limit: Limit,
) -> Result<Page<Precedent>, Problem> {
    let area = match filter.area {
        Some(code) => Some(org::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?),
        None => None,
    };
    let found = rows::precedents(db, site.area, scope, (filter, area.as_ref()), limit).await?;
    let mut page = Page::cut(found, limit, |precedent| (precedent.ruled_at, precedent.number.clone()));
    hide_demands(db, actor, &mut page.items).await?;
    Ok(page)
}

/// One ruling.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn precedent(
    db: &impl Db,
    site: &Site,
    (scope, actor): (&Scope<ReadOrg>, &Actor),
    id: PrecedentId,
) -> Result<Precedent, Problem> {
    let mut found = [rows::precedent(db, site.area, scope, id).await?.ok_or(Problem::NotFound)?];
    hide_demands(db, actor, &mut found).await?;
    let [precedent] = found;
    Ok(precedent)
}

/// Takes the demand out of those rulings whose demand the reader may not see.
async fn hide_demands(db: &impl Db, actor: &Actor, precedents: &mut [Precedent]) -> Result<(), Problem> {
    let all: Vec<DemandId> = precedents.iter().filter_map(|precedent| precedent.demand_id).collect();
    let seen = match actor.scope::<ReadDemands>() {
        Some(scope) if !all.is_empty() => rows::seen(db, &scope, &all).await?,
        _ => Vec::new(),
    };
    for precedent in precedents {
        if !precedent.demand_id.is_some_and(|demand| seen.contains(&demand)) {
            (precedent.demand_id, precedent.demand_number) = (None, None);
        }
    }
    Ok(())
}

/// Whether this scope may take a ruling out of use.
#[must_use]
pub fn may_withdraw(scope: &Scope<RuleCatalogue>, precedent: &Precedent) -> bool {
    scope.covers(&Reach::Area(precedent.area_path.clone()))
}

/// Takes a ruling out of use: it routes nothing from now on, and stays readable.
///
/// # Errors
/// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] when it is out of use; [`Problem::Invalid`] without a reason;
/// [`Problem::Stale`] when somebody changed it since it was read.
pub async fn withdraw_precedent(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<RuleCatalogue>,
    precedent: &Precedent,
    reason: &str,
) -> Result<(), Problem> {
    if !may_withdraw(scope, precedent) {
        return Err(Problem::NotFound);
    }
    if precedent.withdrawn_at.is_some() {
        return Err(Problem::Conflict(format!("判例 {} 已经停用。", precedent.number)));
    }
    let reason = written(reason, "reason", "停用的原因", 300)?;
    rows::withdraw(tx, precedent, (&actor.name, &reason)).await?;
    let detail = serde_json::json!({ "number": precedent.number, "unit": precedent.unit_name, "reason": reason });
    let deed = Deed::of(actor, "precedent.withdraw", "precedent", precedent.id.0, precedent.county_id);
    audit::record(tx, &deed, &detail).await
}

impl Precedent {
    /// Refuses what was decided on an older version.
    ///
    /// # Errors
    /// [`Problem::Stale`].
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("判例 {}", self.number))
    }
}
