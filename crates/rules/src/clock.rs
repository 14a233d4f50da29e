//! The clocks of a demand: when each is due, how it ended, and which card it shows on the way.
//!
//! The client's clocks follow Shandong's 2115 (2023-05) and never pause. A verdict is written when its clock stops
//! and is never computed again. A clock that reaches into a year without a holiday notice is refused, not guessed.

use chrono::{Days, NaiveDateTime};
use kernel::hours::{due_after_days, due_after_minutes};
use kernel::words::{Card, ClockKind, Complexity, Verdict};
use kernel::{BusinessHours, Day, Instant, UnknownYear, WorkCalendar};
use serde::{Deserialize, Serialize};

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// To contact the client, in open minutes.
    pub contact_minutes: u32,
    /// To give an opinion, in working days.
    pub opinion_days: u32,
    /// To solve an ordinary demand, in working days.
    pub solve_days: u32,
    /// To solve a complex demand, in working days.
    pub complex_days: u32,
    /// For the client to answer a reply before the desk may close, in working days. Ours; 2115 is silent on it.
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

/// How the site counts time.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Its working days.
    pub calendar: &'a WorkCalendar,
    /// Its business hours.
    pub hours: &'a BusinessHours,
    /// Its limits.
    pub limits: Limits,
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

    /// The moment as a clock on the site's wall shows it.
    #[must_use]
    pub fn on_the_wall(&self, at: Instant) -> NaiveDateTime {
        at.with_timezone(&self.hours.zone()).naive_local()
    }
}

/// A clock that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// What it measures.
    pub kind: ClockKind,
    /// The round it belongs to.
    pub round: u32,
    /// When it started.
    pub started_at: Instant,
    /// The last moment that is on time; `None` while it lies in a year whose holidays are not announced yet.
    pub due: Option<Instant>,
}

/// A clock that has stopped, with its verdict, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// The clock as it ran.
    pub clock: Running,
    /// When it stopped.
    pub stopped_at: Instant,
    /// How it ended.
    pub verdict: Verdict,
}

impl Running {
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

/// From which days on a clock shows a card, where the site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardDays {
    /// Yellow from this day on: one working day before the limit, but never on the day the clock started.
    pub yellow: Day,
    /// Red from this day on: the first working day after the limit.
    pub red: Day,
}

/// When `clock` will show its cards; `None` while its limit is unknown.
///
/// # Errors
/// [`UnknownYear`] when the working day before the limit lies in such a year.
pub fn card_days(site: &Site<'_>, clock: &Running) -> Result<Option<CardDays>, UnknownYear> {
    let Some(due) = clock.due else { return Ok(None) };
    let (started, due) = (site.hours.day(clock.started_at), site.hours.day(due));
    // The first working day of a year nobody knows yet is later than any day that is known.
    let red = site.calendar.after(due, 1).unwrap_or(Day::MAX);
    let next = started + Days::new(1);
    // Also looked for no further back than the start, so that a short limit needs no calendar of the year before.
    let mut yellow = due;
    while yellow > next {
        yellow = yellow - Days::new(1);
        if site.calendar.is_workday(yellow)? {
            break;
        }
    }
    Ok(Some(CardDays { yellow: yellow.max(next), red }))
}

/// The card that `clock` shows at `now`. The client's own time to answer shows none: nobody is judged by it.
///
/// # Errors
/// [`UnknownYear`] as for [`card_days`].
pub fn card(site: &Site<'_>, clock: &Running, now: Instant) -> Result<Card, UnknownYear> {
    if clock.kind == ClockKind::Confirm {
        return Ok(Card::None);
    }
    let Some(days) = card_days(site, clock)? else { return Ok(Card::None) };
    let today = site.hours.day(now);
    Ok(if today >= days.red {
        Card::Red
    } else if today >= days.yellow {
        Card::Yellow
    } else {
        Card::None
    })
}

/// The cards of a whole list at one moment: what is due before `red_before` shows a red card; what is due before
/// `yellow_before`, and was started before `today`, a yellow one. [`card`] says the same of each clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardBounds {
    /// The first moment of today.
    pub today: Instant,
    /// The first moment of the last working day there was, today included.
    pub red_before: Instant,
    /// The end of the next working day after today.
    pub yellow_before: Instant,
}

/// The bounds of the cards at `now`.
#[must_use]
pub fn card_bounds(site: &Site<'_>, now: Instant) -> CardBounds {
    let today = site.hours.day(now);
    let worked = |day: &Day| site.calendar.is_workday(*day).unwrap_or(true);
    let last = today.iter_days().rev().find(worked).unwrap_or(today);
    // Nothing is due in a year that nobody knows: any day after its eve will do.
    let next = site.calendar.after(today, 1).unwrap_or(today + Days::new(31));
    let begin = |day: Day| site.hours.begin(day);
    CardBounds { today: begin(today), red_before: begin(last), yellow_before: begin(next + Days::new(1)) }
}

/// The working days that `clock` leaves after today, when its limit is known: what a desk is advised to give a unit at most.
///
/// # Errors
/// [`UnknownYear`] when one of the days lies in such a year.
pub fn days_left(site: &Site<'_>, clock: &Running, now: Instant) -> Result<Option<u64>, UnknownYear> {
    let Some(due) = clock.due else { return Ok(None) };
    site.calendar.count(site.hours.day(now) + Days::new(1), site.hours.day(due)).map(Some)
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
            Site { calendar: &self.calendar, hours: &self.hours, limits: Limits::SHANDONG_2115 }
        }

        pub(crate) fn at(text: &str) -> Instant {
            format!("{text}:00+08:00").parse().unwrap()
        }
    }

    fn running(kind: ClockKind, started: &str, due: &str) -> Running {
        Running { kind, round: 1, started_at: China::at(started), due: Some(China::at(due)) }
    }

    #[test]
    fn done_at_the_last_moment_is_on_time() {
        let clock = running(ClockKind::Solve, "2026-11-02T10:00", "2026-11-23T17:00");
        assert_eq!(clock.met(China::at("2026-11-23T17:00")).verdict, Verdict::OnTime);
        assert_eq!(clock.met(China::at("2026-11-23T17:01")).verdict, Verdict::Late);
    }

    #[test]
    fn a_list_shows_the_same_cards_as_each_of_its_demands() {
        let china = China::new();
        let site = china.site();
        let days: Vec<Day> = "2026-09-20".parse::<Day>().unwrap().iter_days().take(35).collect();
        let mut shown = [0; 3];
        for today in &days {
            let now = China::at(&format!("{today}T11:00"));
            let bounds = card_bounds(&site, now);
            for (start, limit) in days.iter().filter(|day| *day <= today).flat_map(|day| (0..4).map(move |n| (day, n)))
            {
                let started_at = China::at(&format!("{start}T10:00"));
                let due = site.after_days(started_at, limit).unwrap();
                let clock = Running { kind: ClockKind::Solve, round: 1, started_at, due: Some(due) };
                let listed = if due < bounds.red_before {
                    Card::Red
                } else if due < bounds.yellow_before && started_at < bounds.today {
                    Card::Yellow
                } else {
                    Card::None
                };
                assert_eq!(card(&site, &clock, now), Ok(listed), "{start} + {limit} at {today}");
                shown[listed as usize] += 1;
            }
        }
        assert!(shown.iter().all(|count| *count > 20), "{shown:?}");
    }

    #[test]
    fn a_unit_that_gives_a_demand_back_was_not_on_time_and_may_have_been_late() {
        let clock = running(ClockKind::Handling, "2026-11-02T10:00", "2026-11-04T17:00");
        assert_eq!(clock.ended(China::at("2026-11-04T17:00")).verdict, Verdict::Void);
        assert_eq!(clock.ended(China::at("2026-11-05T09:00")).verdict, Verdict::Late);
    }

    #[test]
    fn a_handler_sees_yellow_a_working_day_before_the_limit_and_red_the_working_day_after_it() {
        let china = China::new();
        let friday = running(ClockKind::Solve, "2026-11-02T10:00", "2026-11-20T17:00");
        let monday = running(ClockKind::Solve, "2026-11-02T10:00", "2026-11-23T17:00");
        let holiday = running(ClockKind::Solve, "2026-09-10T10:00", "2026-09-30T17:00");
        for (clock, now, expected) in [
            (friday, "2026-11-18T17:00", Card::None),
            (friday, "2026-11-19T00:00", Card::Yellow),
            (friday, "2026-11-20T23:59", Card::Yellow),
            (friday, "2026-11-22T10:00", Card::Yellow), // a Sunday: late, and red from Monday
            (friday, "2026-11-23T00:00", Card::Red),
            (monday, "2026-11-19T12:00", Card::None),
            (monday, "2026-11-20T12:00", Card::Yellow), // the Friday before
            (holiday, "2026-10-07T12:00", Card::Yellow),
            (holiday, "2026-10-08T12:00", Card::Red),
        ] {
            assert_eq!(card(&china.site(), &clock, China::at(now)), Ok(expected), "{clock:?} at {now}");
        }
    }

    #[test]
    fn nobody_is_warned_on_the_day_a_clock_starts_and_no_client_is_warned_at_all() {
        let china = China::new();
        let today = running(ClockKind::Contact, "2026-11-23T10:00", "2026-11-23T12:00");
        let tomorrow = running(ClockKind::Opinion, "2026-11-23T16:00", "2026-11-24T17:00");
        let client = running(ClockKind::Confirm, "2026-11-02T10:00", "2026-11-09T17:00");
        for (clock, now, expected) in [
            (today, "2026-11-23T11:59", Card::None),
            (today, "2026-11-24T09:00", Card::Red),
            (tomorrow, "2026-11-23T16:30", Card::None),
            (tomorrow, "2026-11-24T09:00", Card::Yellow),
            (client, "2026-11-20T09:00", Card::None),
        ] {
            assert_eq!(card(&china.site(), &clock, China::at(now)), Ok(expected), "{clock:?} at {now}");
        }
    }

    #[test]
    fn a_desk_is_told_how_many_working_days_solving_leaves() {
        let china = China::new();
        let clock = running(ClockKind::Solve, "2026-11-02T10:00", "2026-11-23T17:00");
        for (now, left) in [("2026-11-02T12:00", 15), ("2026-11-20T12:00", 1), ("2026-11-23T09:00", 0)] {
            assert_eq!(days_left(&china.site(), &clock, China::at(now)), Ok(Some(left)), "{now}");
        }
    }
}
