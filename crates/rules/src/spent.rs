//! Where the time went: how long each of those who serve, and the client itself, held a demand. In open minutes, from the
//! moment it was raised; nothing is left out, so the parts come to the whole.

use crate::clock::Site;
use kernel::hours::open_minutes;
use kernel::words::{DemandState, Part};
use kernel::{Instant, UnknownYear};

/// Who held a demand for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// The desk.
    Desk,
    /// A unit, by the name it had then.
    Unit(String),
    /// A unit that could not go on: suspended or shelved.
    Held(String),
    /// The client: its answer was waited for.
    Client,
    /// The establishment office.
    Arbiter,
    /// It followed another demand.
    Main,
}

/// What one holder took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// Who.
    pub holder: Holder,
    /// How long, in open minutes.
    pub minutes: u64,
}

/// A moment from which on a demand stood somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// Since when.
    pub since: Instant,
    /// Where.
    pub state: DemandState,
    /// The lead unit's name.
    pub unit: Option<String>,
}

/// Who holds a demand that stands there; nobody once it has ended.
#[must_use]
pub fn holder(stand: &Stand) -> Option<Holder> {
    let unit = || stand.unit.clone().unwrap_or_else(|| Part::Unit.label().to_owned());
    Some(match crate::waiting_on(stand.state)? {
        Part::Client => Holder::Client,
        Part::Arbiter => Holder::Arbiter,
        Part::Platform => Holder::Main,
        Part::Unit if matches!(stand.state, DemandState::Suspended | DemandState::Shelved) => Holder::Held(unit()),
        Part::Unit | Part::Co | Part::Head => Holder::Unit(unit()),
        Part::Desk | Part::Commissioner => Holder::Desk,
    })
}

/// What each holder took until `now`, in the order in which they first held it.
///
/// # Errors
/// [`UnknownYear`] when the life reaches into one.
pub fn spent(site: &Site<'_>, stands: &[Stand], now: Instant) -> Result<Vec<Spent>, UnknownYear> {
    let mut sums: Vec<Spent> = Vec::new();
    for (place, stand) in stands.iter().enumerate() {
        let until = stands.get(place + 1).map_or(now, |next| next.since);
        let Some(holder) = holder(stand) else { continue };
        let minutes = open_minutes(site.calendar, site.hours, stand.since, until)?;
        match sums.iter_mut().find(|sum| sum.holder == holder) {
            Some(sum) => sum.minutes += minutes,
            None => sums.push(Spent { holder, minutes }),
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::tests::China;

    #[test]
    fn a_client_reads_who_had_its_demand_for_how_long() {
        let china = China::new();
        let stand = |since: &str, state, unit: &str| Stand {
            since: China::at(since),
            state,
            unit: (!unit.is_empty()).then(|| unit.to_owned()),
        };
        let stands = [
            stand("2026-11-02T09:00", DemandState::Raised, ""),
            stand("2026-11-02T11:00", DemandState::Dispatched, "住建局"),
            stand("2026-11-03T11:00", DemandState::Accepted, ""),
            stand("2026-11-03T12:00", DemandState::Handling, "供电公司"),
            stand("2026-11-06T17:00", DemandState::Replied, "供电公司"),
            stand("2026-11-09T10:00", DemandState::Closed, "供电公司"),
        ];
        let spent = spent(&china.site(), &stands, China::at("2026-12-01T10:00")).unwrap();
        let read: Vec<(Holder, u64)> = spent.into_iter().map(|it| (it.holder, it.minutes)).collect();
        assert_eq!(
            read,
            [
                (Holder::Desk, 180),
                (Holder::Unit("住建局".into()), 390),
                (Holder::Unit("供电公司".into()), 210 + 3 * 390),
                (Holder::Client, 60),
            ]
        );
    }
}
