//! Business hours of a site, and limits that run within them.
//!
//! Day-unit limits: the day of start is day 0; due at close of business of the Nth working day after it. Hour-unit
//! limits count open minutes; one that runs out exactly at closing time is due then, not the next morning.

use crate::calendar::{UnknownYear, WorkCalendar};
use crate::clock::{Day, Instant};
use chrono::{DateTime, Duration, FixedOffset, NaiveTime, TimeZone, Utc};

/// When a site is open on a working day, in its own zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessHours {
    /// Open from, open until; in order, apart, never empty.
    spans: Vec<(NaiveTime, NaiveTime)>,
    zone: FixedOffset,
}

impl BusinessHours {
    /// Reads spans such as `09:00-12:00,13:30-17:00` in the zone `+08:00` (China keeps one, without summer time).
    ///
    /// # Errors
    /// A Chinese sentence when a span is not of that form, is empty, or does not follow the one before.
    pub fn parse(spans: &str, zone: &str) -> Result<Self, String> {
        let zone: FixedOffset = zone.parse().map_err(|_| format!("时区应写成 +08:00 的形式，收到“{zone}”。"))?;
        let form = || format!("办公时间应写成 09:00-12:00,13:30-17:00 的形式，各段先后有序、互不重叠，收到“{spans}”。");
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| form());
        let mut read: Vec<(NaiveTime, NaiveTime)> = Vec::new();
        for span in spans.split(',') {
            let (open, close) = span.split_once(['-', '–']).ok_or_else(form)?;
            let (open, close) = (time(open)?, time(close)?);
            if open >= close || read.last().is_some_and(|(_, before)| open <= *before) {
                return Err(form());
            }
            read.push((open, close));
        }
        Ok(Self { spans: read, zone })
    }

    /// The site's zone.
    #[must_use]
    pub fn zone(&self) -> FixedOffset {
        self.zone
    }

    /// The civil date at `at` where the site is.
    #[must_use]
    pub fn day(&self, at: Instant) -> Day {
        at.with_timezone(&self.zone).date_naive()
    }

    fn at(&self, day: Day, time: NaiveTime) -> Instant {
        let local: Option<DateTime<FixedOffset>> = self.zone.from_local_datetime(&day.and_time(time)).single();
        // A fixed offset maps every local time to one instant; the fallback is never taken.
        local.map_or_else(|| day.and_time(time).and_utc(), |local| local.with_timezone(&Utc))
    }

    /// The first moment of `day`.
    #[must_use]
    pub fn begin(&self, day: Day) -> Instant {
        self.at(day, NaiveTime::MIN)
    }

    /// How many minutes of a working day the site is open.
    #[must_use]
    pub fn minutes_a_day(&self) -> u64 {
        let minutes = self.spans.iter().map(|(open, close)| (*close - *open).num_minutes());
        u64::try_from(minutes.sum::<i64>()).unwrap_or(0)
    }

    /// When business closes on `day`, whether it is worked or not.
    #[must_use]
    pub fn close(&self, day: Day) -> Instant {
        let last = self.spans.last().map_or(NaiveTime::MIN, |(_, close)| *close);
        self.at(day, last)
    }
}

/// When a limit of `days` working days that starts at `start` is due.
///
/// # Errors
/// [`UnknownYear`] when it reaches into one.
pub fn due_after_days(
    calendar: &WorkCalendar,
    hours: &BusinessHours,
    start: Instant,
    days: u32,
) -> Result<Instant, UnknownYear> {
    let day = calendar.after(hours.day(start), days)?;
    Ok(hours.close(calendar.on_or_after(day)?))
}

/// When a limit of `minutes` open minutes that starts at `start` is due. A limit of no minutes is due at once, or at
/// the next opening.
///
/// # Errors
/// [`UnknownYear`] when it reaches into one.
pub fn due_after_minutes(
    calendar: &WorkCalendar,
    hours: &BusinessHours,
    start: Instant,
    minutes: u32,
) -> Result<Instant, UnknownYear> {
    let mut left = Duration::minutes(i64::from(minutes));
    let mut day = hours.day(start);
    loop {
        day = calendar.on_or_after(day)?;
        for (open, close) in &hours.spans {
            let (open, close) = (hours.at(day, *open).max(start), hours.at(day, *close));
            if open < close && open + left <= close {
                return Ok(open + left);
            }
            left -= (close - open).max(Duration::zero());
        }
        day = calendar.after(day, 1)?;
    }
}

/// How many open minutes lie between two moments, begun ones not counted; 0 when `to` is earlier.
///
/// # Errors
/// [`UnknownYear`] when one of the days lies in such a year.
pub fn open_minutes(
    calendar: &WorkCalendar,
    hours: &BusinessHours,
    from: Instant,
    to: Instant,
) -> Result<u64, UnknownYear> {
    let mut open_for = Duration::zero();
    let last = hours.day(to);
    for day in hours.day(from).iter_days().take_while(|day| *day <= last) {
        if calendar.is_workday(day)? {
            for (open, close) in &hours.spans {
                let (open, close) = (hours.at(day, *open).max(from), hours.at(day, *close).min(to));
                open_for += (close - open).max(Duration::zero());
            }
        }
    }
    Ok(u64::try_from(open_for.num_minutes()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn site() -> (WorkCalendar, BusinessHours) {
        (WorkCalendar::state_council().unwrap(), BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").unwrap())
    }

    fn at(text: &str) -> Instant {
        format!("{text}:00+08:00").parse().unwrap()
    }

    #[test]
    fn a_day_limit_is_due_at_close_of_business_and_holidays_do_not_count() {
        let (calendar, hours) = site();
        for (start, days, due) in [
            ("2026-11-23T10:00", 1, "2026-11-24T17:00"),
            ("2026-11-23T23:59", 1, "2026-11-24T17:00"),
            ("2026-11-20T10:00", 1, "2026-11-23T17:00"),
            ("2026-11-21T10:00", 1, "2026-11-23T17:00"), // starts on a Saturday
            ("2026-09-30T10:00", 1, "2026-10-08T17:00"), // over the National Day
            ("2026-11-22T10:00", 0, "2026-11-23T17:00"),
        ] {
            assert_eq!(due_after_days(&calendar, &hours, at(start), days), Ok(at(due)), "{start} + {days}");
        }
    }

    #[test]
    fn an_hour_limit_counts_open_minutes_and_may_end_at_closing_time() {
        let (calendar, hours) = site();
        for (start, minutes, due) in [
            ("2026-11-23T10:00", 120, "2026-11-23T12:00"), // just at the noon close: due then
            ("2026-11-23T11:00", 120, "2026-11-23T14:30"),
            ("2026-11-23T15:00", 120, "2026-11-23T17:00"), // just at the evening close: due then
            ("2026-11-23T16:00", 120, "2026-11-24T10:00"),
            ("2026-11-23T20:00", 120, "2026-11-24T11:00"),
            ("2026-11-23T12:30", 60, "2026-11-23T14:30"),
            ("2026-11-20T16:30", 60, "2026-11-23T09:30"), // over a weekend
        ] {
            assert_eq!(due_after_minutes(&calendar, &hours, at(start), minutes), Ok(at(due)), "{start} + {minutes}");
        }
    }

    #[test]
    fn a_limit_that_reaches_into_an_unknown_year_is_not_guessed() {
        let (calendar, hours) = site();
        assert_eq!(due_after_days(&calendar, &hours, at("2026-12-31T10:00"), 1), Err(UnknownYear { year: 2027 }));
        assert!(due_after_minutes(&calendar, &hours, at("2026-12-31T16:00"), 61).is_err());
        assert_eq!(due_after_minutes(&calendar, &hours, at("2026-12-31T16:00"), 60), Ok(at("2026-12-31T17:00")));
    }

    #[test]
    fn only_open_minutes_are_spent() {
        let (calendar, hours) = site();
        for (from, to, minutes) in [
            ("2026-11-23T11:00", "2026-11-23T14:00", 90),
            ("2026-11-20T16:00", "2026-11-23T09:30", 90), // over a weekend
            ("2026-11-23T12:15", "2026-11-23T13:15", 0),
            ("2026-11-23T14:00", "2026-11-23T11:00", 0),
            ("2026-11-23T00:00", "2026-11-23T23:59", 390),
        ] {
            assert_eq!(open_minutes(&calendar, &hours, at(from), at(to)), Ok(minutes), "{from} to {to}");
        }
        assert!(open_minutes(&calendar, &hours, at("2026-12-31T16:00"), at("2027-01-04T10:00")).is_err());
    }

    #[test]
    fn hours_that_make_no_sense_are_refused() {
        for spans in ["", "9-5", "12:00-09:00", "09:00-12:00,11:00-17:00", "09:00-09:00"] {
            assert!(BusinessHours::parse(spans, "+08:00").is_err(), "{spans}");
        }
        assert!(BusinessHours::parse("09:00-17:00", "Shanghai").is_err());
    }

    proptest! {
        #[test]
        fn a_limit_is_used_up_when_it_is_due(start in 0i64..1440 * 12, minutes in 0u32..900) {
            let (calendar, hours) = site();
            let start = at("2026-09-25T00:00") + Duration::minutes(start);
            let due = due_after_minutes(&calendar, &hours, start, minutes).unwrap();
            prop_assert_eq!(open_minutes(&calendar, &hours, start, due), Ok(u64::from(minutes)));
        }

        #[test]
        fn an_hour_limit_agrees_with_counting_minute_by_minute(start in 0i64..1440 * 12, minutes in 0u32..900) {
            let (calendar, hours) = site();
            let start = at("2026-09-25T00:00") + Duration::minutes(start);
            let open = |moment: Instant| {
                let time = moment.with_timezone(&hours.zone).time();
                calendar.is_workday(hours.day(moment)).unwrap() && hours.spans.iter().any(|(from, to)| time >= *from && time < *to)
            };
            let mut moment = start;
            while !open(moment) { moment += Duration::minutes(1); }
            let mut left = minutes;
            while left > 0 {
                left -= u32::from(open(moment));
                moment += Duration::minutes(1);
            }
            prop_assert_eq!(due_after_minutes(&calendar, &hours, start, minutes).unwrap(), moment);
        }
    }
}
