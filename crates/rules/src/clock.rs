//! The clocks of a demand: when each is due, how it ended.
//!
//! The client's clocks follow Shandong's 2115 (2023-05) and never pause; a unit's own may, and its pauses are intervals
//! that belong to it: whatever moves its limit counts them in again. A verdict is written when its clock stops and is
//! never computed again. A limit that reaches into a year without a holiday notice is unknown, not guessed.

use chrono::{Days, NaiveDateTime};
use kernel::hours::{due_after_days, due_after_minutes};
use kernel::id::UnitId;
use kernel::words::{ClockKind, Complexity, Verdict};
use kernel::{BusinessHours, Day, Instant, UnknownYear, WorkCalendar};
use serde::{Deserialize, Serialize};

/// How long things may take. Days are working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// To contact the client, in open minutes.
    pub contact_minutes: u32,
    /// To give an opinion.
    pub opinion_days: u32,
    /// To solve an ordinary demand.
    pub solve_days: u32,
    /// To solve a complex demand.
    pub complex_days: u32,
    /// For the client to answer a reply before the desk may close. Ours; 2115 is silent on it.
    pub confirm_days: u32,
}

impl Limits {
    /// 2115: 2 hours, 1 working day, 15 working days; complex demands 30.
    pub const SHANDONG_2115: Self =
        Self { contact_minutes: 120, opinion_days: 1, solve_days: 15, complex_days: 30, confirm_days: 5 };

    /// The working days that solving may take.
    #[must_use]
    pub const fn solve(&self, complexity: Complexity) -> u32 {
        match complexity {
            Complexity::Ordinary => self.solve_days,
            Complexity::Complex => self.complex_days,
        }
    }
}

/// What a demand is held to. It is kept with the demand: a table of limits that changes later moves nothing by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How long things may take.
    pub limits: Limits,
    /// Whether the head of the lead unit has to approve the answer.
    pub approval: bool,
}

impl Terms {
    /// 2115, and answers go out without a head's approval.
    pub const USUAL: Self = Self { limits: Limits::SHANDONG_2115, approval: false };
}

/// Working days that are the same for every demand.
pub mod days {
    /// For a unit to object to a dispatch (泉州).
    pub const OBJECT: u32 = 1;
    /// For the desk to rule on an objection: the same day, at close of business.
    pub const RULE: u32 = 0;
    /// For the desk to decide what a unit asks for.
    pub const DECIDE: u32 = 1;
    /// Before the limit, at the latest, an extension is asked for (泉州).
    pub const AHEAD: u32 = 1;
    /// A withdrawal cools off until the next working day …
    pub const COOL: u32 = 1;
    /// … and is checked by the one after it.
    pub const CHECK: u32 = 2;
    /// For the client to contest a rejection.
    pub const CONTEST: u32 = 5;
    /// Calendar days after which a result is looked at again.
    pub const RECHECKS: [u64; 2] = [30, 90];
    /// Calendar days after its end in which a client may still reopen a demand or add to its rating.
    pub const AFTERWARDS: u64 = 90;
}

/// How the site counts time.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Its working days.
    pub calendar: &'a WorkCalendar,
    /// Its business hours.
    pub hours: &'a BusinessHours,
}

impl Site<'_> {
    /// When a limit of `days` working days that starts at `start` is due.
    ///
    /// # Errors
    /// [`UnknownYear`] when it reaches into one.
    pub fn after_days(&self, start: Instant, days: u32) -> Result<Instant, UnknownYear> {
        due_after_days(self.calendar, self.hours, start, days)
    }

    /// When a limit of `minutes` open minutes that starts at `start` is due.
    ///
    /// # Errors
    /// [`UnknownYear`] when it reaches into one.
    pub fn after_minutes(&self, start: Instant, minutes: u32) -> Result<Instant, UnknownYear> {
        due_after_minutes(self.calendar, self.hours, start, minutes)
    }

    /// The working days in (the day of `from`, the day of `to`]: what a pause gives back to the unit that was held up.
    ///
    /// # Errors
    /// [`UnknownYear`] when one of them lies in such a year.
    pub fn days_between(&self, from: Instant, to: Instant) -> Result<u32, UnknownYear> {
        let (from, to) = (self.hours.day(from), self.hours.day(to));
        if to <= from {
            return Ok(0);
        }
        self.calendar.count(from + Days::new(1), to).map(|days| u32::try_from(days).unwrap_or(u32::MAX))
    }

    /// The moment as a clock on the site's wall shows it.
    #[must_use]
    pub fn on_the_wall(&self, at: Instant) -> NaiveDateTime {
        at.with_timezone(&self.hours.zone()).naive_local()
    }
}

/// How far a clock may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Open minutes.
    Minutes(u32),
    /// Working days.
    Days(u32),
    /// Until close of business of this day, or of the next working day after it.
    Day(Day),
}

/// A time in which a unit's clock does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub from: Instant,
    /// Until when; none while it lasts.
    pub to: Option<Instant>,
}

/// A clock that runs, or pauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// What it measures.
    pub kind: ClockKind,
    /// The round it belongs to.
    pub round: u32,
    /// Whose it is, when it is one unit's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// When it started.
    pub started_at: Instant,
    /// How far it may run.
    pub limit: Limit,
    /// When it did not run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// The last moment that is on time; `None` while it pauses, or lies in a year whose holidays are not announced yet.
    pub due: Option<Instant>,
}

/// A clock that has stopped, with its verdict, for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// The clock as it ran.
    pub clock: Running,
    /// When it stopped.
    pub stopped_at: Instant,
    /// How it ended.
    pub verdict: Verdict,
}

impl Running {
    /// A clock that starts.
    #[must_use]
    pub fn start(
        site: &Site<'_>,
        kind: ClockKind,
        (round, unit): (u32, Option<UnitId>),
        started_at: Instant,
        limit: Limit,
    ) -> Self {
        let clock = Self { kind, round, unit, started_at, limit, pauses: Vec::new(), due: None };
        Self { due: clock.reckon(site), ..clock }
    }

    /// The one function that computes a deadline, pauses included.
    #[must_use]
    pub fn reckon(&self, site: &Site<'_>) -> Option<Instant> {
        let held_up = |pause: &Pause| site.days_between(pause.from, pause.to?).ok();
        let held_up: u32 = self.pauses.iter().map(held_up).sum::<Option<u32>>()?;
        let due = match self.limit {
            Limit::Minutes(minutes) => site.after_minutes(self.started_at, minutes),
            Limit::Days(days) => site.after_days(self.started_at, days.saturating_add(held_up)),
            Limit::Day(day) => site.after_days(site.hours.begin(day), 0),
        };
        due.ok()
    }

    /// Gives it another limit; what it paused stays counted in.
    pub fn limit(&mut self, site: &Site<'_>, limit: Limit) {
        self.limit = limit;
        self.due = self.reckon(site);
    }

    /// Whether it pauses now.
    #[must_use]
    pub fn paused(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.to.is_none())
    }

    /// It does not run from now on. What is late already stays so: no pause makes up for it.
    pub fn pause(&mut self, at: Instant) {
        if !self.paused() && !self.is_over(at) {
            self.pauses.push(Pause { from: at, to: None });
            self.due = None;
        }
    }

    /// It runs on from now on.
    pub fn run_on(&mut self, site: &Site<'_>, at: Instant) {
        if let Some(pause) = self.pauses.last_mut().filter(|pause| pause.to.is_none()) {
            pause.to = Some(at);
            self.due = self.reckon(site);
        }
    }

    /// Stops it because what it measured is done.
    #[must_use]
    pub fn met(self, at: Instant) -> Stopped {
        let verdict = if self.is_over(at) { Verdict::Late } else { Verdict::OnTime };
        Stopped { clock: self, stopped_at: at, verdict }
    }

    /// Whether the limit has passed at `now`. At the due moment itself it has not; an unknown one never has.
    #[must_use]
    pub fn is_over(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| now > due)
    }

    /// Stops it although what it measured is not done: late when the limit has passed, void before.
    #[must_use]
    pub fn ended(self, at: Instant) -> Stopped {
        let verdict = if self.is_over(at) { Verdict::Late } else { Verdict::Void };
        Stopped { clock: self, stopped_at: at, verdict }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The site of the tests: the State Council's calendar, 2115, the usual hours.
    pub(crate) struct China {
        calendar: WorkCalendar,
        hours: BusinessHours,
    }

    impl China {
        pub(crate) fn new() -> Self {
            Self {
                calendar: WorkCalendar::state_council().unwrap(),
                hours: BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").unwrap(),
            }
        }

        pub(crate) fn site(&self) -> Site<'_> {
            Site { calendar: &self.calendar, hours: &self.hours }
        }

        pub(crate) fn at(text: &str) -> Instant {
            format!("{text}:00+08:00").parse().unwrap()
        }
    }

    /// A clock that is due at a moment, however that came about.
    pub(crate) fn running(kind: ClockKind, started: &str, due: &str) -> Running {
        let limit = Limit::Days(1);
        let (started_at, due) = (China::at(started), Some(China::at(due)));
        Running { kind, round: 1, unit: None, started_at, limit, pauses: Vec::new(), due }
    }

    #[test]
    fn done_at_the_last_moment_is_on_time() {
        let clock = running(ClockKind::Solve, "2026-11-02T10:00", "2026-11-23T17:00");
        assert_eq!(clock.clone().met(China::at("2026-11-23T17:00")).verdict, Verdict::OnTime);
        assert_eq!(clock.met(China::at("2026-11-23T17:01")).verdict, Verdict::Late);
    }

    #[test]
    fn a_unit_that_gives_a_demand_back_was_not_on_time_and_may_have_been_late() {
        let clock = running(ClockKind::Handling, "2026-11-02T10:00", "2026-11-04T17:00");
        assert_eq!(clock.clone().ended(China::at("2026-11-04T17:00")).verdict, Verdict::Void);
        assert_eq!(clock.ended(China::at("2026-11-05T09:00")).verdict, Verdict::Late);
    }

    #[test]
    fn a_unit_gets_back_the_working_days_that_it_was_held_up_and_none_once_it_is_late() {
        let china = China::new();
        let site = china.site();
        let mut clock =
            Running::start(&site, ClockKind::Handling, (1, None), China::at("2026-11-02T10:00"), Limit::Days(5));
        assert_eq!(clock.due, Some(China::at("2026-11-09T17:00")));
        clock.pause(China::at("2026-11-04T10:00"));
        assert_eq!((clock.due, clock.paused()), (None, true));
        clock.run_on(&site, China::at("2026-11-09T10:00"));
        assert_eq!(clock.due, Some(China::at("2026-11-12T17:00")), "Thursday, Friday and Monday");
        clock.limit(&site, Limit::Days(6));
        assert_eq!(clock.due, Some(China::at("2026-11-13T17:00")), "a new limit does not forget the pause");
        clock.pause(China::at("2026-11-16T10:00"));
        assert!(!clock.paused(), "late already");
    }
}
