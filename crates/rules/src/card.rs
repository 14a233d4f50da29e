//! The cards that a running clock shows: yellow one working day before its limit, red on the first working day after it.

use crate::clock::{Running, Site};
use chrono::Days;
use kernel::words::{Card, ClockKind};
use kernel::{Day, Instant, UnknownYear};
use serde::{Deserialize, Serialize};

/// Whether a clock of this kind shows cards: not where nobody who serves is judged by it.
#[must_use]
pub const fn shows_cards(kind: ClockKind) -> bool {
    !matches!(kind, ClockKind::Confirm | ClockKind::Pause | ClockKind::Recheck)
}

/// From which days on a clock shows a card, where the site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardDays {
    /// Yellow from this day on: one working day before the limit, but never on the day the clock started.
    pub yellow: Day,
    /// Red from this day on: the first working day after the limit.
    pub red: Day,
}

/// When a clock that started at `started_at` and is due at `due` shows its cards.
///
/// # Errors
/// [`UnknownYear`] when the working day before the limit lies in such a year.
pub fn card_days(site: &Site<'_>, started_at: Instant, due: Instant) -> Result<CardDays, UnknownYear> {
    let (started, due) = (site.hours.day(started_at), site.hours.day(due));
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
    Ok(CardDays { yellow: yellow.max(next), red })
}

/// The card that `clock` shows at `now`. Those of [`shows_cards`] alone show any.
///
/// # Errors
/// [`UnknownYear`] as for [`card_days`].
pub fn card(site: &Site<'_>, clock: &Running, now: Instant) -> Result<Card, UnknownYear> {
    if shows_cards(clock.kind) { card_until(site, clock.started_at, clock.due, now) } else { Ok(Card::None) }
}

/// The card at `now` of what has been owed since `started_at` until `due`; none while that is unknown.
///
/// # Errors
/// [`UnknownYear`] as for [`card_days`].
pub fn card_until(
    site: &Site<'_>,
    started_at: Instant,
    due: Option<Instant>,
    now: Instant,
) -> Result<Card, UnknownYear> {
    let Some(due) = due else { return Ok(Card::None) };
    let days = card_days(site, started_at, due)?;
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
mod tests {
    use super::*;
    use crate::clock::tests::{China, running};

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
                let listed = if due < bounds.red_before {
                    Card::Red
                } else if due < bounds.yellow_before && started_at < bounds.today {
                    Card::Yellow
                } else {
                    Card::None
                };
                assert_eq!(card_until(&site, started_at, Some(due), now), Ok(listed), "{start} + {limit} at {today}");
                shown[listed as usize] += 1;
            }
        }
        assert!(shown.iter().all(|count| *count > 20), "{shown:?}");
    }

    #[test]
    fn a_handler_sees_yellow_a_working_day_before_the_limit_and_red_the_working_day_after_it() {
        let china = China::new();
        let friday = running(ClockKind::Solve, "2026-11-02T10:00", "2026-11-20T17:00");
        let monday = running(ClockKind::Solve, "2026-11-02T10:00", "2026-11-23T17:00");
        let holiday = running(ClockKind::Solve, "2026-09-10T10:00", "2026-09-30T17:00");
        for (clock, now, expected) in [
            (&friday, "2026-11-18T17:00", Card::None),
            (&friday, "2026-11-19T00:00", Card::Yellow),
            (&friday, "2026-11-20T23:59", Card::Yellow),
            (&friday, "2026-11-22T10:00", Card::Yellow), // a Sunday: late, and red from Monday
            (&friday, "2026-11-23T00:00", Card::Red),
            (&monday, "2026-11-19T12:00", Card::None),
            (&monday, "2026-11-20T12:00", Card::Yellow), // the Friday before
            (&holiday, "2026-10-07T12:00", Card::Yellow),
            (&holiday, "2026-10-08T12:00", Card::Red),
        ] {
            assert_eq!(card(&china.site(), clock, China::at(now)), Ok(expected), "{clock:?} at {now}");
        }
    }

    #[test]
    fn nobody_is_warned_on_the_day_a_clock_starts_and_no_client_is_warned_at_all() {
        let china = China::new();
        let today = running(ClockKind::Contact, "2026-11-23T10:00", "2026-11-23T12:00");
        let tomorrow = running(ClockKind::Opinion, "2026-11-23T16:00", "2026-11-24T17:00");
        let client = running(ClockKind::Confirm, "2026-11-02T10:00", "2026-11-09T17:00");
        for (clock, now, expected) in [
            (&today, "2026-11-23T11:59", Card::None),
            (&today, "2026-11-24T09:00", Card::Red),
            (&tomorrow, "2026-11-23T16:30", Card::None),
            (&tomorrow, "2026-11-24T09:00", Card::Yellow),
            (&client, "2026-11-20T09:00", Card::None),
        ] {
            assert_eq!(card(&china.site(), clock, China::at(now)), Ok(expected), "{clock:?} at {now}");
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
