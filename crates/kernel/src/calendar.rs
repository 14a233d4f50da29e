//! Working days (工作日) by the State Council's yearly holiday notices, days moved by 调休 included.
//!
//! A year whose notice is not out is **unknown**: it has neither holidays nor ordinary days, and whoever asks is
//! told so. Data: `data/holidays`, one file a year, each naming its notices.

use crate::clock::Day;
use chrono::{Datelike, Days, Weekday};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const NOTICES: [&str; 7] = [
    include_str!("../data/holidays/holiday-cn_2020.json"),
    include_str!("../data/holidays/holiday-cn_2021.json"),
    include_str!("../data/holidays/holiday-cn_2022.json"),
    include_str!("../data/holidays/holiday-cn_2023.json"),
    include_str!("../data/holidays/holiday-cn_2024.json"),
    include_str!("../data/holidays/holiday-cn_2025.json"),
    include_str!("../data/holidays/holiday-cn_2026.json"),
];

/// A year whose holiday notice the calendar does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "工作日历中没有 {year} 年的放假安排（国务院办公厅尚未公布，或者尚未录入），无法推算。请在放假通知公布后更新工作日历再试。"
)]
pub struct UnknownYear {
    /// The year.
    pub year: i32,
}

/// Which days are worked, for the years whose notices are out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    known: BTreeSet<i32>,
    /// Days that are not as their weekday is: true where worked.
    moved: BTreeMap<Day, bool>,
}

#[derive(Deserialize)]
struct Notice {
    year: i32,
    papers: Vec<String>,
    days: Vec<NoticeDay>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NoticeDay {
    date: Day,
    is_off_day: bool,
}

impl WorkCalendar {
    /// The calendar of the notices for 2020 to 2026.
    ///
    /// # Errors
    /// Never with the files shipped; a text when one of them is damaged.
    pub fn state_council() -> Result<Self, String> {
        let empty = Self { known: BTreeSet::new(), moved: BTreeMap::new() };
        NOTICES.iter().try_fold(empty, |calendar, notice| calendar.with_notice(notice))
    }

    /// The calendar with one more year. A file that names no notice leaves its year unknown.
    ///
    /// # Errors
    /// A Chinese sentence when the text is not of the notices' form.
    pub fn with_notice(mut self, json: &str) -> Result<Self, String> {
        let notice: Notice = serde_json::from_str(json).map_err(|error| format!("放假安排文件无法识别：{error}"))?;
        if !notice.papers.is_empty() {
            self.known.insert(notice.year);
            self.moved.extend(notice.days.iter().map(|day| (day.date, !day.is_off_day)));
        }
        Ok(self)
    }

    /// Whether the day is worked.
    ///
    /// # Errors
    /// [`UnknownYear`] when its year's notice is not out.
    pub fn is_workday(&self, day: Day) -> Result<bool, UnknownYear> {
        if !self.known.contains(&day.year()) {
            return Err(UnknownYear { year: day.year() });
        }
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        Ok(self.moved.get(&day).copied().unwrap_or(weekday))
    }

    /// How many working days lie in the days from `from` to `to`, both included; 0 when `to` is earlier.
    ///
    /// # Errors
    /// [`UnknownYear`] when one of the days lies in such a year.
    pub fn count(&self, from: Day, to: Day) -> Result<u64, UnknownYear> {
        let mut worked = 0;
        for day in from.iter_days().take_while(|day| *day <= to) {
            worked += u64::from(self.is_workday(day)?);
        }
        Ok(worked)
    }

    /// The `days`th working day after `start`, which itself is day 0 whether worked or not.
    ///
    /// # Errors
    /// [`UnknownYear`] when the way there leads through such a year.
    pub fn after(&self, start: Day, days: u32) -> Result<Day, UnknownYear> {
        let mut day = start;
        let mut left = days;
        while left > 0 {
            day = self.next_day(day)?;
            left -= u32::from(self.is_workday(day)?);
        }
        Ok(day)
    }

    /// The first working day that is `day` or comes after it.
    ///
    /// # Errors
    /// [`UnknownYear`] when the way there leads through such a year.
    pub fn on_or_after(&self, mut day: Day) -> Result<Day, UnknownYear> {
        while !self.is_workday(day)? {
            day = self.next_day(day)?;
        }
        Ok(day)
    }

    fn next_day(&self, day: Day) -> Result<Day, UnknownYear> {
        day.checked_add_days(Days::new(1)).ok_or(UnknownYear { year: day.year() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calendar() -> WorkCalendar {
        WorkCalendar::state_council().unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_of_2020_to_2026_is_as_the_notices_say() {
        let calendar = calendar();
        let mut moved = BTreeMap::new();
        for notice in NOTICES {
            let notice: Notice = serde_json::from_str(notice).unwrap();
            moved.extend(notice.days.into_iter().map(|day| (day.date, !day.is_off_day)));
        }
        let mut seen = 0;
        for day in day("2020-01-01").iter_days().take_while(|day| day.year() <= 2026) {
            let expected = moved.get(&day).copied().unwrap_or(day.weekday().number_from_monday() <= 5);
            assert_eq!(calendar.is_workday(day), Ok(expected), "{day}");
            seen += 1;
        }
        assert_eq!(seen, 2557);
    }

    #[test]
    fn known_days_are_as_people_remember_them() {
        for (date, worked) in [
            ("2020-01-31", false), // the Spring Festival that was prolonged
            ("2023-10-07", true),  // a Saturday worked for the National Day
            ("2024-02-09", true),  // New Year's Eve, not given off that year
            ("2025-01-26", true),  // a Sunday worked before the Spring Festival
            ("2025-10-08", false),
            ("2026-11-23", true),
        ] {
            assert_eq!(calendar().is_workday(day(date)), Ok(worked), "{date}");
        }
    }

    #[test]
    fn a_year_without_a_notice_is_unknown_and_says_so() {
        let refused = calendar().is_workday(day("2027-01-04")).unwrap_err();
        assert_eq!(refused.year, 2027);
        assert!(refused.to_string().contains("2027 年"));
        assert_eq!(calendar().after(day("2026-12-31"), 1), Err(UnknownYear { year: 2027 }));
        assert_eq!(calendar().is_workday(day("2019-12-31")), Err(UnknownYear { year: 2019 }));
        let placeholder = r#"{"year": 2027, "papers": [], "days": []}"#;
        assert!(calendar().with_notice(placeholder).unwrap().is_workday(day("2027-01-04")).is_err());
    }

    #[test]
    fn a_new_notice_makes_its_year_known() {
        let notice =
            r#"{"year": 2027, "papers": ["x"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}"#;
        let calendar = calendar().with_notice(notice).unwrap();
        assert_eq!(calendar.after(day("2026-12-31"), 1), Ok(day("2027-01-04")));
        assert!(calendar.with_notice("{").is_err());
    }

    proptest! {
        #[test]
        fn as_many_working_days_lie_behind_a_limit_as_were_asked_for(offset in 0u64..2300, days in 0u32..60) {
            let calendar = calendar();
            let start = day("2020-01-01") + Days::new(offset);
            let due = calendar.after(start, days).unwrap();
            prop_assert_eq!(calendar.count(start + Days::new(1), due).unwrap(), u64::from(days));
            prop_assert!(days == 0 || calendar.is_workday(due).unwrap());
        }
    }
}
