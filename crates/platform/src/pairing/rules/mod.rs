//! The rules by which pairings are made, in versions: quotas, weights, trades, who is kept apart. Everybody who may see
//! pairings may read them; the coordination group of the whole site adopts a new version, with a reason. A version never
//! changes: a plan says by which one it was made.

mod api;
mod form;
mod pages;
mod rows;

pub use rows::{RulesLine, RulesVersion};

use crate::audit::{self, Deed};
use crate::{App, Site};
use ::pairing::city::Rules;
use kernel::authz::RulePairings;
use kernel::id::RulesId;
use kernel::problem::FieldError;
use kernel::{Actor, Problem, Reach, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// Rules to be adopted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewRules {
    /// The number of the version that was changed: it must still be the latest.
    pub base: i64,
    /// Why they change, for whoever reads the history; 1 to 500 characters.
    pub reason: String,
    /// The rules.
    pub rules: Rules,
}

/// The rules in force: the latest version, or those that come with the platform, which are number 1.
///
/// # Errors
/// When the database fails.
pub async fn current(db: &impl Db, site: &Site) -> Result<RulesVersion, Problem> {
    Ok(rows::latest(db, site.area).await?.unwrap_or_else(RulesVersion::shipped))
}

/// One version.
///
/// # Errors
/// [`Problem::NotFound`] when there is none of this number.
pub async fn version(db: &impl Db, site: &Site, number: i64) -> Result<RulesVersion, Problem> {
    let found = rows::version(db, site.area, number).await?;
    found.or_else(|| (number == 1).then(RulesVersion::shipped)).ok_or(Problem::NotFound)
}

/// Every version, the latest first, without what it says.
///
/// # Errors
/// When the database fails.
pub async fn versions(db: &impl Db, site: &Site) -> Result<Vec<RulesLine>, Problem> {
    let mut lines = rows::lines(db, site.area).await?;
    lines.push(RulesVersion::shipped().line);
    Ok(lines)
}

/// Whether this scope may change the rules: they hold for the whole site, so it must be all of it.
#[must_use]
pub fn may_adopt(scope: &Scope<RulePairings>, site: &Site) -> bool {
    scope.covers(&Reach::Area(site.path()))
}

/// Adopts a new version; it is in force for every plan that is made from now on.
///
/// # Errors
/// [`Problem::NotFound`] for who does not reach the whole site; [`Problem::Stale`] when the base is not the latest any
/// more; [`Problem::Invalid`] for rules that cannot be meant, that say the same as the base, or without a reason.
pub async fn adopt(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<RulePairings>,
    site: &Site,
    new: NewRules,
) -> Result<i64, Problem> {
    if !may_adopt(scope, site) {
        return Err(Problem::NotFound);
    }
    let base = current(tx, site).await?;
    kernel::still_as_read(base.line.number, new.base, "包靠规则")?;
    let mut mistakes: Vec<FieldError> = new.rules.check().into_iter().map(told).collect();
    let reason = new.reason.trim();
    if !(1..=500).contains(&reason.chars().count()) {
        mistakes
            .push(FieldError { field: "reason".into(), detail: "请用 500 字以内写明为什么调整。".into() });
    }
    if !mistakes.is_empty() {
        return Err(wrong(mistakes));
    }
    let differences = Rules::differences(&base.rules, &new.rules);
    if differences.is_empty() {
        return Err(Problem::field("reason", format!("与第 {} 版完全相同，没有需要启用的修改。", base.line.number)));
    }
    let number = base.line.number + 1;
    let id = RulesId::mint(tx.now());
    rows::insert(tx, (id, site.area), number, &new.rules, reason, &actor.name).await?;
    let detail = serde_json::json!({ "number": number, "reason": reason, "differences": differences });
    audit::record(tx, &Deed::of(actor, "pairing_rules.adopt", "pairing_rules", id.0, site.area), &detail).await?;
    Ok(number)
}

fn wrong(errors: Vec<FieldError>) -> Problem {
    let detail = match errors.as_slice() {
        [only] => only.detail.clone(),
        several => format!("有 {} 处需要修改。", several.len()),
    };
    Problem::Invalid { detail, errors }
}

fn told(mistake: ::pairing::city::Mistake) -> FieldError {
    FieldError { field: mistake.field, detail: mistake.detail }
}
