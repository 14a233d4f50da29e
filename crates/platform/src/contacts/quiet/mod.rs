//! Quiet periods (静默期): days that an area declares, on which nobody comes to its clients uninvited.

mod api;
mod pages;
mod rows;

pub use rows::QuietPeriod;

use crate::audit::{self, Deed};
use crate::{App, org};
use kernel::authz::DeclareQuiet;
use kernel::id::QuietId;
use kernel::{Actor, AreaCode, AreaPath, Day, Problem, Scope};
use rules::contact::Quiet;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use shell::Routes;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// The longest that an area may be quiet, in days.
const LONGEST: i64 = 60;

/// Days to be declared quiet.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewQuiet {
    /// Where.
    pub area: AreaCode,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
    /// Why, in a few words.
    pub reason: String,
}

/// The quiet periods within the scope that are not over before `day`, the soonest first.
///
/// # Errors
/// When the database fails.
pub async fn periods(db: &impl Db, scope: &Scope<DeclareQuiet>, day: Day) -> Result<Vec<QuietPeriod>, Problem> {
    rows::periods(db, scope, day).await
}

/// One of them.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn period(db: &impl Db, scope: &Scope<DeclareQuiet>, id: QuietId) -> Result<QuietPeriod, Problem> {
    rows::period(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// The quiet days at a place that hold `day`.
pub(super) async fn over(db: &impl Db, place: &AreaPath, day: Day) -> Result<Vec<Quiet>, Problem> {
    rows::at(db, place, (day, day)).await
}

/// Declares days quiet.
///
/// # Errors
/// [`Problem::Invalid`] for an area out of reach, days that have passed or are too many, or no reason.
pub async fn declare(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<DeclareQuiet>,
    new: NewQuiet,
    today: Day,
) -> Result<QuietId, Problem> {
    let area = org::area_within(tx, scope, new.area).await?;
    let reason = org::named(&new.reason, "reason", "原因")?;
    if new.until < new.from || new.until < today {
        return Err(Problem::field("until", "截止日期不能早于开始日期，也不能早于今天。"));
    }
    if (new.until - new.from).num_days() >= LONGEST {
        return Err(Problem::field("until", format!("静默期一次不超过 {LONGEST} 天。")));
    }
    let id = rows::insert(tx, &area, (new.from, new.until), (&reason, &actor.name)).await?;
    let detail = json!({ "area": area.name, "from": new.from, "until": new.until, "reason": reason });
    audit::record(tx, &Deed::of(actor, "quiet.declare", "quiet", id.0, area.county_id), &detail).await?;
    Ok(id)
}

/// Ends a quiet period early: `last` is its last day; the day before its first means that it never was.
///
/// # Errors
/// [`Problem::Conflict`] when it is over by then; [`Problem::Stale`] when somebody else was first.
pub async fn end(tx: &Tx, actor: &Actor, period: &QuietPeriod, last: Day) -> Result<(), Problem> {
    if last >= period.until_day {
        return Err(Problem::Conflict("到那天之前已经结束，不需要再办。".into()));
    }
    if last < period.from_day {
        return Err(Problem::field("last_day", "最后一天不能早于开始的日期。"));
    }
    rows::end(tx, period, last).await?;
    let detail = json!({ "area": period.area_name, "from": period.from_day, "last_day": last });
    audit::record(tx, &Deed::of(actor, "quiet.end", "quiet", period.id.0, period.county_id), &detail).await
}
