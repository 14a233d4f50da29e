//! The disturbance budget (扰企预算): one for a client and quarter, drawn on by whoever comes, of whatever unit and for whatever
//! reason. It counts days, not visits: who comes together comes once, so that going jointly is worth it.

use chrono::{Datelike, Days};
use kernel::Day;
use std::collections::BTreeSet;

/// So many days before and after a visit another one is near enough to go together.
pub const NEAR: i64 = 14;

/// Three months of a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl Quarter {
    /// The quarter of a day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let month = (day.month0() / 3) * 3 + 1;
        let first = day.with_day(1).and_then(|day| day.with_month(month)).unwrap_or(day);
        let last = first.checked_add_months(chrono::Months::new(3)).and_then(|next| next.pred_opt()).unwrap_or(day);
        Self { first, last }
    }

    /// As people say it: `2026年第四季度`.
    #[must_use]
    pub fn said(&self) -> String {
        let which = ["一", "二", "三", "四"][(self.first.month0() / 3) as usize % 4];
        format!("{}年第{which}季度", self.first.year())
    }
}

/// Days on which nobody comes uninvited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiet {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
    /// Why, in the area's words.
    pub reason: String,
}

/// Why the client must consent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The quarter's days are used up.
    Over {
        /// On so many days somebody has come or will.
        used: u32,
        /// So many there are.
        budget: u32,
    },
    /// An area declared these days quiet.
    Quiet(Quiet),
    /// The end of a month.
    MonthEnd {
        /// So many days before its end.
        days: u32,
    },
}

impl Why {
    /// The sentence.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Over { used, budget } => format!("本季度各单位入企已有 {used} 天，达到每季度 {budget} 天的上限"),
            Self::Quiet(quiet) => format!("这天在静默期内（{} 至 {}，{}）", quiet.from, quiet.until, quiet.reason),
            Self::MonthEnd { days } => format!("这天在月末 {days} 天内，企业正在结账"),
        }
    }
}

/// What a visit means for the client's budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be planned; so many days are left after it.
    Free {
        /// Days left in the quarter.
        left: u32,
    },
    /// The client must consent first.
    Consent(Vec<Why>),
}

/// On how many days somebody comes.
#[must_use]
pub fn used(days: &[Day]) -> u32 {
    days.iter().collect::<BTreeSet<_>>().len().try_into().unwrap_or(u32::MAX)
}

/// Whether a day is among the last `days` of its month.
#[must_use]
pub fn at_month_end(day: Day, days: u32) -> bool {
    day.checked_add_days(Days::new(u64::from(days))).is_some_and(|later| later.month() != day.month())
}

/// Weighs a visit on `day` against the days of the same quarter on which anybody comes, and against quiet days.
#[must_use]
pub fn weigh(day: Day, others: &[Day], terms: &super::Terms, quiet: &[Quiet]) -> Verdict {
    let mut why = Vec::new();
    let there = used(others);
    let with_others = others.contains(&day);
    if !with_others && there >= terms.budget {
        why.push(Why::Over { used: there, budget: terms.budget });
    }
    why.extend(quiet.iter().find(|quiet| quiet.from <= day && day <= quiet.until).cloned().map(Why::Quiet));
    if at_month_end(day, terms.month_end) {
        why.push(Why::MonthEnd { days: terms.month_end });
    }
    if why.is_empty() {
        Verdict::Free { left: terms.budget.saturating_sub(there + u32::from(!with_others)) }
    } else {
        Verdict::Consent(why)
    }
}

/// Whether a visit on one day and one on the other might as well be made together.
#[must_use]
pub fn near(one: Day, other: Day) -> bool {
    (one - other).num_days().abs() <= NEAR
}
