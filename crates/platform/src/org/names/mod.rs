//! The names that areas and units bore before: what was called how on a day is found later.

mod rows;

pub use rows::FormerName;
pub(super) use rows::{Named, former};

use super::not_ahead;
use kernel::{AreaCode, Day, Problem};
use store::Tx;

/// Keeps `old`, the name borne until now, because a new one is borne from `since` on.
///
/// # Errors
/// [`Problem::Invalid`] for a day ahead of `today`, or not after the day of the renaming before.
pub(super) async fn renamed(
    tx: &Tx,
    named: Named,
    county: AreaCode,
    old: &str,
    since: Day,
    today: Day,
) -> Result<(), Problem> {
    not_ahead(since, today, "since", "启用日期")?;
    let last = since.pred_opt().ok_or_else(|| Problem::field("since", "启用日期超出了日历的范围。"))?;
    let before = former(tx, named).await?;
    if before.last().is_some_and(|former| former.until_day >= last) {
        return Err(Problem::field("since", "启用日期应晚于上一次更名的日期。"));
    }
    rows::insert(tx, named, county, old, last).await
}

/// The name that was borne on `day` by what is now called `name`.
pub(super) fn on<'a>(former: &'a [FormerName], name: &'a str, day: Day) -> &'a str {
    former.iter().find(|former| former.until_day >= day).map_or(name, |former| former.name.as_str())
}
