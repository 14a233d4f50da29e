//! Reckons when the next visit to a client is due, and keeps it.

use super::rows::{self, Before, Known};
use crate::Site;
use chrono::Days;
use kernel::id::ClientId;
use kernel::{AreaPath, Day, Problem};
use rules::contact::{self, Quiet, Rhythm};
use store::Tx;

/// So many days before a visit is due its commissioner is reminded.
pub(super) const NOTICE: Days = Days::new(7);
/// Quiet days that ended longer ago move no day any more that is still due.
const PAST: Days = Days::new(400);

/// Reckons the days of these clients anew and keeps what changed.
///
/// # Errors
/// When the database fails.
pub(in crate::contacts) async fn reckon(tx: &Tx, site: &Site, clients: &[ClientId]) -> Result<(), Problem> {
    if clients.is_empty() {
        return Ok(());
    }
    let today = site.hours.day(tx.now());
    rows::hold(tx, clients, today).await?;
    let quiet = rows::quiet(tx, today.checked_sub_days(PAST).unwrap_or(today)).await?;
    for known in rows::known(tx, clients, today).await? {
        let next = weighed(site, &known, &quiet);
        if next != known.before {
            rows::put(tx, &known, &next, today).await?;
        }
    }
    Ok(())
}

fn weighed(site: &Site, known: &Known, quiet: &[(AreaPath, Quiet)]) -> Before {
    let months = known.wish_months.unwrap_or_else(|| i64::from(site.touch.months(known.kind)));
    let calls = known.wish_calls.unwrap_or_default();
    let (last, planned) =
        if calls { (known.last_touch, known.next_touch) } else { (known.last_visit, known.next_visit) };
    let since = known.since_day.filter(|_| known.closed_on.is_none());
    let here: Vec<Quiet> =
        quiet.iter().filter(|(place, _)| place.contains(&known.area_path)).map(|(_, days)| days.clone()).collect();
    let due = since.map(|since| {
        let months = u32::try_from(months).unwrap_or(1);
        contact::due(&site.calendar, &Rhythm { since, last, months, excused: known.excuse_until }, &here)
    });
    let before = &known.before;
    let mut next = Before {
        kept_path: Some(known.area_path.clone()),
        kept_official: known.official_id.filter(|_| since.is_some()),
        kept_unit: known.unit_id.filter(|_| since.is_some()),
        kept_since: since,
        kept_last: last,
        kept_planned: planned,
        kept_months: Some(months),
        kept_due: due.map(|due| due.day),
        kept_sure: Some(due.is_some_and(|due| due.sure)),
        kept_remind: before.kept_remind,
    };
    // Who was reminded of this very day is not reminded again before the time that was set then.
    if (next.kept_official, next.kept_due, planned) != (before.kept_official, before.kept_due, before.kept_planned) {
        next.kept_remind = due.map(|due| remind_on(due.day, planned));
    }
    next
}

/// A week before it is due; where something is planned, not before that day has passed.
fn remind_on(due: Day, planned: Option<Day>) -> Day {
    let early = due.checked_sub_days(NOTICE).unwrap_or(due);
    planned.and_then(|day| day.succ_opt()).map_or(early, |after| early.max(after))
}
