//! When the next visit is due (到期走访): so many months after the last one that counted, or after the commissioner began. A
//! principle and no quota: the client may ask for less, for calls, or for none, and a reason not to go moves the day.

use super::Quiet;
use chrono::{Days, Months};
use kernel::{Day, WorkCalendar};

/// What the client itself asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wish {
    /// Once in so many months, instead of what is usual.
    pub months: Option<u32>,
    /// Rather by a call than by a visit: then a call counts.
    pub calls: bool,
}

/// What the next visit is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// Since when the commissioner looks after the client: a new one starts the count.
    pub since: Day,
    /// The last contact that counted.
    pub last: Option<Day>,
    /// Once in so many months.
    pub months: u32,
    /// There is a reason not to go until this day, it included.
    pub excused: Option<Day>,
}

/// When a visit is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The day.
    pub day: Day,
    /// Whether holidays are reckoned with: false where the year's notice is not out.
    pub sure: bool,
}

impl Due {
    /// How many days are left; below zero once it has passed.
    #[must_use]
    pub fn left(&self, today: Day) -> i64 {
        (self.day - today).num_days()
    }
}

/// The day by which the next visit is due. It falls on a working day outside quiet days: what would fall into the Spring Festival
/// is due on the first working day after it. A year whose holidays are not announced leaves the day as the months give it,
/// and says so.
#[must_use]
pub fn due(calendar: &WorkCalendar, rhythm: &Rhythm, quiet: &[Quiet]) -> Due {
    let base = rhythm.last.map_or(rhythm.since, |last| last.max(rhythm.since));
    let mut day = base.checked_add_months(Months::new(rhythm.months.max(1))).unwrap_or(base);
    if let Some(excused) = rhythm.excused {
        day = day.max(next(excused));
    }
    // Each round leaves at least one quiet span behind, or ends.
    for _ in 0..=quiet.len() {
        let Ok(worked) = calendar.on_or_after(day) else { return Due { day, sure: false } };
        day = worked;
        match quiet.iter().find(|quiet| quiet.from <= day && day <= quiet.until) {
            Some(quiet) => day = next(quiet.until),
            None => return Due { day, sure: true },
        }
    }
    Due { day, sure: calendar.is_workday(day).is_ok() }
}

fn next(day: Day) -> Day {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}
