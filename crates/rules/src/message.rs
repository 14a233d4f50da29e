//! When a message may leave the platform: at once, gathered into a digest, or not at all; how quiet hours and caps shift it,
//! and when one that failed is tried again. Quiet hours and caps make a message later; they never lose it.

use crate::Site;
use chrono::{Datelike, Duration, NaiveTime, Timelike, Weekday};
use kernel::words::{NewsKind, Pace};
use kernel::{Day, Instant};

/// As far ahead as a moment is looked for. The longest holiday is far shorter.
const AHEAD: usize = 60;
/// The first pause after a failure; each later one is twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::minutes(1);
/// The longest pause.
const LONGEST: Duration = Duration::hours(6);

/// Hours in which nobody is written to, but for what is urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// From this time of day.
    pub from: NaiveTime,
    /// Until this time of day; earlier than `from` when it is the next day's. The same: no such hours.
    pub until: NaiveTime,
    /// Whether days on which nobody works are quiet altogether.
    pub off_days: bool,
}

impl Quiet {
    /// Reads `21:00-08:00`.
    ///
    /// # Errors
    /// A Chinese sentence with the form.
    pub fn parse(hours: &str, off_days: bool) -> Result<Self, String> {
        let form = || format!("免打扰时间应写成 21:00-08:00 的形式，收到“{}”。", hours.trim());
        let (from, until) = hours.split_once(['-', '–', '—']).ok_or_else(form)?;
        let time = |text: &str| time_of_day(text).ok_or_else(form);
        Ok(Self { from: time(from)?, until: time(until)?, off_days })
    }

    /// The hours as they are read and written.
    #[must_use]
    pub fn hours(&self) -> String {
        format!("{}-{}", self.from.format("%H:%M"), self.until.format("%H:%M"))
    }

    /// Whether `at` is quiet where the site is.
    #[must_use]
    pub fn holds(&self, site: &Site<'_>, at: Instant) -> bool {
        let local = at.with_timezone(&site.hours.zone());
        let time = local.time();
        let within = if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        };
        within || (self.off_days && !is_worked(site, local.date_naive()))
    }

    /// The first moment at or after `at` that is not quiet.
    #[must_use]
    pub fn over(&self, site: &Site<'_>, at: Instant) -> Instant {
        let ends = days_from(site, at).flat_map(|day| {
            let midnight = site.hours.begin(day);
            [midnight, midnight + since_midnight(self.until)]
        });
        std::iter::once(at).chain(ends).find(|moment| *moment >= at && !self.holds(site, *moment)).unwrap_or(at)
    }
}

/// How a site writes to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// When nobody is written to, unless they chose other hours.
    pub quiet: Quiet,
    /// When digests go out on a working day.
    pub digest: NaiveTime,
    /// So many messages reach one person in an hour; what is more goes into the digest.
    pub an_hour: u32,
    /// So many in a day.
    pub a_day: u32,
    /// A message is tried so often.
    pub tries: u32,
}

impl Terms {
    /// Quiet from nine to eight and on days off, a digest at half past eight, five an hour and twenty a day, eight tries.
    pub const USUAL: Self = Self {
        quiet: Quiet { from: at(21, 0), until: at(8, 0), off_days: true },
        digest: at(8, 30),
        an_hour: 5,
        a_day: 20,
        tries: 8,
    };
}

const fn at(hour: u32, minute: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, minute, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

/// Reads a time of day such as `08:30`.
#[must_use]
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

/// How many messages somebody gets around a moment, without what is gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Within an hour of it.
    pub hour: u32,
    /// Within a day of it.
    pub day: u32,
}

/// How a message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By itself, not before this moment.
    Alone(Instant),
    /// With others, not before this moment.
    Gathered(Instant),
    /// Not at all: it is read on the platform.
    Inbox,
}

/// Whether news of this kind leaves by night, too.
#[must_use]
pub fn is_urgent(kind: NewsKind) -> bool {
    kind == NewsKind::Deadline
}

/// How soon news of a kind is told to who has chosen nothing: what asks something of them at once, the rest in the morning.
#[must_use]
pub fn usual_pace(kind: NewsKind) -> Pace {
    match kind {
        NewsKind::Task | NewsKind::Deadline | NewsKind::Visit => Pace::AtOnce,
        NewsKind::Progress | NewsKind::Other => Pace::Digest,
    }
}

/// How news of a kind leaves: by the reader's pace, their quiet hours and the site's caps.
#[must_use]
pub fn way(site: &Site<'_>, terms: &Terms, (kind, pace): (NewsKind, Pace), quiet: &Quiet, now: Instant) -> Way {
    match pace {
        Pace::Inbox => Way::Inbox,
        Pace::Digest => Way::Gathered(next_digest(site, terms, quiet, now)),
        Pace::AtOnce if is_urgent(kind) => Way::Alone(now),
        Pace::AtOnce => Way::Alone(quiet.over(site, now)),
    }
}

/// The same way, once it is known how many messages reach the person around that moment: what is too much is gathered.
#[must_use]
pub fn capped(way: Way, (site, terms, quiet): (&Site<'_>, &Terms, &Quiet), sent: Sent, now: Instant) -> Way {
    match way {
        Way::Alone(_) if sent.hour >= terms.an_hour || sent.day >= terms.a_day => {
            Way::Gathered(next_digest(site, terms, quiet, now))
        }
        way => way,
    }
}

/// When the next digest goes out, for who has these quiet hours.
#[must_use]
pub fn next_digest(site: &Site<'_>, terms: &Terms, quiet: &Quiet, now: Instant) -> Instant {
    let mornings = days_from(site, now)
        .filter(|day| is_worked(site, *day))
        .map(|day| site.hours.begin(day) + since_midnight(terms.digest));
    let morning = mornings.into_iter().find(|moment| *moment >= now).unwrap_or(now);
    quiet.over(site, morning)
}

/// How long to wait after `tries` failures; none when it was the last.
#[must_use]
pub fn pause(tries: u32, most: u32) -> Option<Duration> {
    (tries < most).then(|| {
        let doublings = tries.saturating_sub(1).min(16);
        LONGEST.min(FIRST * 2_i32.pow(doublings))
    })
}

fn days_from(site: &Site<'_>, at: Instant) -> impl Iterator<Item = Day> {
    site.hours.day(at).iter_days().take(AHEAD)
}

fn since_midnight(time: NaiveTime) -> Duration {
    Duration::seconds(i64::from(time.num_seconds_from_midnight()))
}

/// Whether a day is worked. In a year whose notice is not out, weekdays are: messages do not wait for a notice.
fn is_worked(site: &Site<'_>, day: Day) -> bool {
    let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    site.calendar.is_workday(day).unwrap_or(weekday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use kernel::{BusinessHours, WorkCalendar};
    use proptest::prelude::*;

    struct Place {
        calendar: WorkCalendar,
        hours: BusinessHours,
    }

    impl Place {
        fn new() -> Self {
            let hours = BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").unwrap();
            Self { calendar: WorkCalendar::state_council().unwrap(), hours }
        }
        fn site(&self) -> Site<'_> {
            Site { calendar: &self.calendar, hours: &self.hours }
        }
    }

    fn at(text: &str) -> Instant {
        DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().to_utc()
    }

    const USUAL: Terms = Terms::USUAL;

    #[test]
    fn news_waits_for_the_morning_of_a_working_day_and_what_is_urgent_does_not() {
        let place = Place::new();
        for (kind, now, leaves) in [
            (NewsKind::Task, "2026-11-23T10:00", "2026-11-23T10:00"),
            (NewsKind::Task, "2026-11-23T22:00", "2026-11-24T08:00"),
            (NewsKind::Task, "2026-11-24T07:59", "2026-11-24T08:00"),
            (NewsKind::Task, "2026-11-28T10:00", "2026-11-30T08:00"),
            (NewsKind::Task, "2026-10-01T10:00", "2026-10-08T08:00"),
            (NewsKind::Deadline, "2026-11-28T23:00", "2026-11-28T23:00"),
        ] {
            let leaves = Way::Alone(at(leaves));
            assert_eq!(way(&place.site(), &USUAL, (kind, Pace::AtOnce), &USUAL.quiet, at(now)), leaves, "{now}");
        }
    }

    #[test]
    fn a_digest_goes_out_in_the_morning_of_a_working_day_and_after_ones_own_quiet_hours() {
        let place = Place::new();
        let late = Quiet::parse("18:00-09:30", true).unwrap();
        for (quiet, now, leaves) in [
            (&USUAL.quiet, "2026-11-23T08:00", "2026-11-23T08:30"),
            (&USUAL.quiet, "2026-11-23T10:00", "2026-11-24T08:30"),
            (&USUAL.quiet, "2026-11-27T10:00", "2026-11-30T08:30"),
            (&late, "2026-11-23T10:00", "2026-11-24T09:30"),
        ] {
            let told = way(&place.site(), &USUAL, (NewsKind::Progress, Pace::Digest), quiet, at(now));
            assert_eq!(told, Way::Gathered(at(leaves)), "{now}");
        }
    }

    #[test]
    fn a_year_whose_notice_is_not_out_stops_no_message() {
        let place = Place::new();
        let told = way(&place.site(), &USUAL, (NewsKind::Task, Pace::AtOnce), &USUAL.quiet, at("2041-06-01T12:00"));
        assert_eq!(told, Way::Alone(at("2041-06-03T08:00")), "a Saturday: Monday morning");
        assert_eq!(next_digest(&place.site(), &USUAL, &USUAL.quiet, at("2041-06-03T12:00")), at("2041-06-04T08:30"));
    }

    #[test]
    fn hours_that_never_are_and_hours_that_never_end_lose_nothing() {
        let place = Place::new();
        let none = Quiet::parse("08:00-08:00", false).unwrap();
        let now = at("2026-11-28T23:00");
        assert_eq!(none.over(&place.site(), now), now);
        assert!(Quiet::parse("21:00", true).unwrap_err().contains("21:00-08:00"));
        assert!(Quiet::parse("25:00-08:00", true).is_err());
        assert_eq!(USUAL.quiet.hours(), "21:00-08:00");
    }

    #[test]
    fn too_much_is_gathered() {
        let place = Place::new();
        let (site, now) = (place.site(), at("2026-11-23T10:00"));
        let alone = Way::Alone(now);
        let told = |hour, day| capped(alone, (&site, &USUAL, &USUAL.quiet), Sent { hour, day }, now);
        assert_eq!(told(4, 19), alone);
        assert_eq!(told(5, 5), Way::Gathered(at("2026-11-24T08:30")));
        assert_eq!(told(0, 20), Way::Gathered(at("2026-11-24T08:30")));
    }

    #[test]
    fn pauses_grow_and_end() {
        let minutes: Vec<_> = (1..=8).map(|tries| pause(tries, 8).map(|pause| pause.num_minutes())).collect();
        assert_eq!(minutes, [Some(1), Some(2), Some(4), Some(8), Some(16), Some(32), Some(64), None]);
        assert_eq!(pause(30, 99), Some(LONGEST));
    }

    fn moments() -> impl Strategy<Value = Instant> {
        (1_760_000_000_i64..2_300_000_000).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
    }

    fn quiets() -> impl Strategy<Value = Quiet> {
        (0_u32..96, 0_u32..96, any::<bool>()).prop_map(|(from, until, off_days)| Quiet {
            from: super::at(from / 4, from % 4 * 15),
            until: super::at(until / 4, until % 4 * 15),
            off_days,
        })
    }

    proptest! {
        #[test]
        fn nothing_is_lost_nothing_goes_back_in_time_and_quiet_hours_hold(
            now in moments(),
            quiet in quiets(),
            kind in proptest::sample::select(NewsKind::ALL),
            pace in proptest::sample::select(Pace::ALL),
            (hour, day) in (0_u32..8, 0_u32..30),
        ) {
            let place = Place::new();
            let site = place.site();
            let found = way(&site, &USUAL, (kind, pace), &quiet, now);
            let found = capped(found, (&site, &USUAL, &quiet), Sent { hour, day }, now);
            match found {
                Way::Inbox => prop_assert_eq!(pace, Pace::Inbox),
                Way::Alone(at) => {
                    prop_assert!(pace == Pace::AtOnce && at >= now && hour < USUAL.an_hour && day < USUAL.a_day);
                    prop_assert!(is_urgent(kind) || !quiet.holds(&site, at));
                    prop_assert!(at - now < Duration::days(15), "{now} {at}");
                }
                Way::Gathered(at) => {
                    prop_assert!(at >= now && !quiet.holds(&site, at));
                    prop_assert!(at - now < Duration::days(16), "{now} {at}");
                }
            }
        }

        #[test]
        fn quiet_hours_end_as_soon_as_they_can(now in moments(), quiet in quiets()) {
            let place = Place::new();
            let site = place.site();
            let over = quiet.over(&site, now);
            let mut step = now;
            while step < over {
                prop_assert!(quiet.holds(&site, step), "{step} is free before {over}");
                step += Duration::minutes(15);
            }
        }
    }
}
