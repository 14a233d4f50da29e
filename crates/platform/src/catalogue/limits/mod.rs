//! How long things may take (办理时限), in versions, each from a day on: a row for everything and rows for what a category, an
//! urgency or a channel makes different. A version never changes, and none begins before tomorrow: what holds for a demand
//! that was raised is what held at that moment, for good.

mod api;
mod form;
mod pages;
mod rows;
pub(super) mod table;

pub use rows::LimitVersion;
pub use table::{LimitRow, LimitTable};

use super::{categories, may_rule_site, written};
use crate::audit::{self, Deed};
use crate::{App, Site};
use kernel::authz::RuleCatalogue;
use kernel::id::LimitsId;
use kernel::words::{Channel, Urgency};
use kernel::{Actor, Day, Instant, Problem, Scope};
use rules::Limits;
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Tx};
use table::Case;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// A version to be adopted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewLimits {
    /// The number of the version that was changed: it must still be the latest.
    pub base: i64,
    /// The first day on which what is raised falls under it: tomorrow or later.
    pub from: Day,
    /// Why they change: 1 to 500 characters.
    pub reason: String,
    /// What it says.
    pub table: LimitTable,
}

/// How long things may take for a demand that was raised at `at`: by the version in force at that moment, the row that says most
/// of what the demand is. One query by index.
///
/// # Errors
/// When the database fails.
pub async fn limits_for(
    db: &impl Db,
    site: &Site,
    category: &str,
    urgency: Urgency,
    channel: Channel,
    at: Instant,
) -> Result<Limits, Problem> {
    let version = limits_on(db, site, site.hours.day(at)).await?;
    let row = version.table.row_for(Case { category, urgency, channel }).map(LimitRow::limits);
    Ok(row.unwrap_or(site.limits))
}

/// The version under which falls what is raised on a day.
///
/// # Errors
/// When the database fails.
pub async fn limits_on(db: &impl Db, site: &Site, day: Day) -> Result<LimitVersion, Problem> {
    Ok(rows::on(db, site.area, day).await?.unwrap_or_else(|| shipped(site)))
}

/// Every version, the latest first; the last is number 1, which comes with the platform.
///
/// # Errors
/// When the database fails.
pub async fn limit_versions(db: &impl Db, site: &Site) -> Result<Vec<LimitVersion>, Problem> {
    let mut versions = rows::versions(db, site.area).await?;
    versions.push(shipped(site));
    Ok(versions)
}

/// One version.
///
/// # Errors
/// [`Problem::NotFound`] when there is none of this number.
pub async fn limit_version(db: &impl Db, site: &Site, number: i64) -> Result<LimitVersion, Problem> {
    let versions = limit_versions(db, site).await?;
    versions.into_iter().find(|version| version.number == number).ok_or(Problem::NotFound)
}

/// What the platform comes with: the site's configured limits, which are 2115 unless it says otherwise.
fn shipped(site: &Site) -> LimitVersion {
    LimitVersion {
        number: 1,
        from_day: None,
        reason: "平台自带：山东省企业诉求“2115”办理要求。".to_owned(),
        made_by: String::new(),
        made_at: None,
        table: LimitTable::of(site.limits),
    }
}

/// Whether a version can be adopted as it is.
///
/// # Errors
/// As [`adopt_limits`].
pub async fn weighed(db: &impl Db, site: &Site, new: &NewLimits, today: Day) -> Result<LimitVersion, Problem> {
    let base = rows::latest(db, site.area).await?.unwrap_or_else(|| shipped(site));
    kernel::still_as_read(base.number, new.base, "办理时限")?;
    let categories = categories(db, site).await?;
    let mistakes = new.table.check(&categories);
    if let [first, ..] = mistakes.as_slice() {
        let detail = if mistakes.len() > 1 {
            format!("有 {} 处需要修改。", mistakes.len())
        } else {
            first.detail.clone()
        };
        return Err(Problem::Invalid { detail, errors: mistakes });
    }
    if new.from <= today {
        return Err(Problem::field("from", "启用日期最早是明天：已经提交的诉求按提交时的规定办理。"));
    }
    if base.from_day.is_some_and(|planned| new.from < planned) {
        return Err(Problem::field("from", "启用日期不能早于最近一版的启用日期。"));
    }
    if new.table == base.table {
        return Err(Problem::field("rows", format!("与第 {} 版完全相同，没有需要启用的修改。", base.number)));
    }
    Ok(base)
}

/// Adopts a new version, for what is raised from its first day on.
///
/// # Errors
/// [`Problem::NotFound`] for who does not reach the whole site; [`Problem::Stale`] when the base is not the latest any
/// more; [`Problem::Invalid`] for limits that cannot be meant, that say the same as the base, begin before tomorrow, or come
/// without a reason.
pub async fn adopt_limits(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<RuleCatalogue>,
    site: &Site,
    new: NewLimits,
) -> Result<i64, Problem> {
    if !may_rule_site(scope, site) {
        return Err(Problem::NotFound);
    }
    let base = weighed(tx, site, &new, site.hours.day(tx.now())).await?;
    let reason = written(&new.reason, "reason", "调整的原因", 500)?;
    let (number, from_day, made_by) = (base.number + 1, Some(new.from), actor.name.clone());
    let version = LimitVersion { number, from_day, reason, made_by, made_at: Some(tx.now()), table: new.table };
    let id = LimitsId::mint(tx.now());
    rows::insert(tx, id, site.area, &version).await?;
    let differences = LimitTable::differences(&base.table, &version.table, &categories(tx, site).await?);
    let changed: Vec<String> =
        differences.into_iter().map(|told| format!("{}：{} → {}", told.label, told.old, told.new)).collect();
    let detail =
        serde_json::json!({ "number": version.number, "reason": version.reason, "from": new.from, "what": changed });
    audit::record(tx, &Deed::of(actor, "limits.adopt", "limits", id.0, site.area), &detail).await?;
    Ok(number)
}
