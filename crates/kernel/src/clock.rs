//! The only place that asks what time it is. Everything else is told.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use std::sync::{Arc, Mutex, PoisonError};

/// A moment in UTC, to the microsecond (what both databases keep).
pub type Instant = DateTime<Utc>;
/// A civil date in the site's zone.
pub type Day = NaiveDate;

/// Where the time comes from: the machine, or a hand that a test moves.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    Machine,
    Hand(Arc<Mutex<Instant>>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands still at `now` until it is set again. Clones share the hand.
    #[must_use]
    pub fn standing(now: Instant) -> Self {
        Self(Source::Hand(Arc::new(Mutex::new(now.trunc_subsecs(6)))))
    }

    /// This moment, truncated to microseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    #[must_use]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Source::Machine => Utc::now().trunc_subsecs(6),
            Source::Hand(hand) => *hand.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a standing clock to `now`; the machine's clock cannot be moved and stays.
    pub fn set(&self, now: Instant) {
        if let Source::Hand(hand) = &self.0 {
            *hand.lock().unwrap_or_else(PoisonError::into_inner) = now.trunc_subsecs(6);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_by_hand_and_for_all_its_holders() {
        let at = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        let clock = Clock::standing(at(5));
        let held = clock.clone();
        clock.set(at(9));
        assert_eq!(held.now(), at(9));
    }
}
