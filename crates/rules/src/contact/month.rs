//! A month of comings to a client: which of them draw on its budget, and which might as well be made together.

use super::near;
use chrono::{Datelike, Months};
use kernel::Day;
use kernel::words::EntryDraw;
use std::collections::BTreeSet;

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let first = day.with_day(1).unwrap_or(day);
        let last = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day);
        Self { first, last }
    }

    /// Reads `2026-11`; `None` for anything else, and outside 2000 to 2999.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.trim().split_once('-')?;
        let digits = |text: &str, most: usize| text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || !year.starts_with('2') || !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        Day::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Self::of)
    }

    /// `2026-11`.
    #[must_use]
    pub fn code(self) -> String {
        format!("{:04}-{:02}", self.first.year(), self.first.month())
    }

    /// As people say it: `2026年11月`.
    #[must_use]
    pub fn said(self) -> String {
        format!("{}年{}月", self.first.year(), self.first.month())
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.first.pred_opt().map_or(self, Self::of)
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        self.last.succ_opt().map_or(self, Self::of)
    }

    /// Whether it holds a day.
    #[must_use]
    pub fn holds(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

/// What each of these comings to one client draws on its budget: the first of a day draws the day, whoever comes on the same
/// day draws nothing more; what does not take place draws nothing. `live` says whether one takes place.
#[must_use]
pub fn draws(comings: &[(Day, bool)]) -> Vec<EntryDraw> {
    let mut taken = BTreeSet::new();
    let one = |(day, live): &(Day, bool)| match live {
        false => EntryDraw::Nothing,
        true if taken.insert(*day) => EntryDraw::Day,
        true => EntryDraw::Shared,
    };
    comings.iter().map(one).collect()
}

/// Which of these comings to one client, in the order of their days, might be made together: each with the nearest one before it
/// of somebody else, on another day and near enough. What is on one day is together already.
#[must_use]
pub fn together<W: PartialEq>(comings: &[(Day, W)]) -> Vec<(usize, usize)> {
    let before = |later: usize| {
        let (day, who) = &comings[later];
        (0..later).rev().find(|earlier| {
            let (other, whose) = &comings[*earlier];
            other != day && whose != who && near(*other, *day)
        })
    };
    (0..comings.len()).filter_map(|later| before(later).map(|earlier| (earlier, later))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_is_read_and_said_and_its_neighbours_touch_it() {
        let month = Month::parse("2026-12").unwrap();
        assert_eq!((month.code(), month.said()), ("2026-12".to_owned(), "2026年12月".to_owned()));
        assert_eq!(month.next().code(), "2027-01");
        assert_eq!(month.previous().next(), month);
        assert_eq!(Month::parse("2028-2").unwrap().last, day("2028-02-29"));
        for wrong in ["", "2026", "2026-13", "2026-00", "1999-01", "26-11", "2026-1a", "+026-11", "2026-11-01"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn who_comes_on_the_same_day_draws_one_day_and_what_is_off_draws_none() {
        let comings = [("2026-12-01", false), ("2026-12-01", true), ("2026-12-01", true), ("2026-12-08", true)];
        let comings = comings.map(|(on, live)| (day(on), live));
        use EntryDraw::{Day, Nothing, Shared};
        assert_eq!(draws(&comings), [Nothing, Day, Shared, Day]);
    }

    #[test]
    fn two_units_within_a_fortnight_might_go_together_and_one_unit_alone_might_not() {
        let of =
            |list: &[(&str, &'static str)]| together(&list.iter().map(|(on, who)| (day(on), *who)).collect::<Vec<_>>());
        assert_eq!(of(&[("2026-12-01", "税务"), ("2026-12-15", "工信")]), [(0, 1)]);
        assert_eq!(of(&[("2026-12-01", "税务"), ("2026-12-16", "工信")]), []);
        assert_eq!(of(&[("2026-12-01", "税务"), ("2026-12-08", "税务")]), []);
        assert_eq!(of(&[("2026-12-01", "税务"), ("2026-12-01", "工信")]), []);
        assert_eq!(of(&[("2026-12-01", "税务"), ("2026-12-08", "税务"), ("2026-12-09", "工信")]), [(1, 2)]);
    }

    proptest! {
        #[test]
        fn as_many_days_are_drawn_as_there_are_days_on_which_somebody_comes(
            offsets in proptest::collection::vec((0_i64..40, any::<bool>()), 0..30)
        ) {
            let comings: Vec<(Day, bool)> = offsets.iter()
                .map(|(offset, live)| (day("2026-11-01") + chrono::Duration::days(*offset), *live)).collect();
            let live: Vec<Day> = comings.iter().filter(|(_, live)| *live).map(|(on, _)| *on).collect();
            let drawn = draws(&comings).iter().filter(|draw| **draw == EntryDraw::Day).count();
            prop_assert_eq!(u32::try_from(drawn).unwrap(), super::super::used(&live));
        }
    }
}
