//! What speaks of retaliation or of a tie (核查线索): a unit that comes to a client soon after the client complained about it, and a
//! commissioner with a tie to whom they look after. For the audit administrator alone; nothing here is kept, it is derived anew from
//! what is there each time it is looked at, and no list, count, notice or file of anybody else knows of it.
//!
//! A line is no finding: it says where to look. The matter of a demand and who raised it are not shown.

mod api;
mod pages;
mod rows;

pub use rows::{Return, Tie};

use crate::{App, Site};
use chrono::{Days, Duration};
use kernel::authz::ReadSignals;
use kernel::{Day, Problem, Scope};
use rules::contact::Month;
use schemars::JsonSchema;
use serde::Serialize;
use shell::Routes;
use store::Db;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// As many lines as are shown of each kind.
const MOST: i64 = 200;
/// Nobody announces that they come further ahead than this, in days; so far back a complaint is looked for.
const AHEAD: u64 = 184;

/// What speaks of it in a month, within the reader's reach.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Signals {
    /// The month in which somebody comes, such as `2026-11`.
    pub month: String,
    /// Within so many days after a complaint.
    pub days: u32,
    /// Who comes after a complaint about them, the latest day first.
    pub returns: Vec<Return>,
    /// Whether there are more than are shown.
    pub more: bool,
    /// Commissioners of today with a tie to whom they look after, as far as the registers tell.
    pub ties: Vec<Tie>,
    /// Whether there are more than are shown.
    pub more_ties: bool,
}

/// What speaks of it.
///
/// # Errors
/// When the database fails.
pub async fn signals(
    db: &impl Db,
    site: &Site,
    scope: &Scope<ReadSignals>,
    (month, today): (Month, Day),
) -> Result<Signals, Problem> {
    let days = site.touch.signal_days;
    let since = month.first.checked_sub_days(Days::new(AHEAD + u64::from(days))).unwrap_or(month.first);
    let until = month.last.succ_opt().unwrap_or(month.last);
    let window = (site.hours.begin(since), site.hours.begin(until));
    let found = rows::returns(db, scope, (month.first, month.last), window).await?;
    let span = Duration::days(i64::from(days));
    let mut returns: Vec<Return> = Vec::new();
    for one in found.into_iter().filter(|one| one.made_at - one.complained_at <= span) {
        // Of several complaints before it, the last is told.
        if returns.last().is_none_or(|last| last.entry_id != one.entry_id) {
            returns.push(one);
        }
    }
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = returns.len() > most;
    returns.truncate(most);
    let mut ties = rows::ties(db, scope, today, MOST + 1).await?;
    let more_ties = ties.len() > most;
    ties.truncate(most);
    Ok(Signals { month: month.code(), days, returns, more, ties, more_ties })
}
