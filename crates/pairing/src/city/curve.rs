//! Change fewer, or fit better: the plans between "only whoever is touched" and "everybody anew".
//!
//! Each point is an exact optimum: no plan that changes as few other pairs fits better. A change is given a price; the higher
//! it is, the fewer there are. Between two plans the price at which they would be equal finds a third below the line from one
//! to the other, or proves that there is none: so the points are the corners of the lower hull.

use super::network::Terms;
use super::optimum::{Optimum, optimum};
use super::people::City;
use super::plan::{CityPlan, Pair, Refused, check, read};
use super::sight::Sight;
use super::weights::Weights;
use crate::flow::{Certificate, Plan};

/// How many points at most.
const MOST: usize = 12;

/// A plan on the curve.
#[derive(Debug)]
pub struct Point {
    /// How many pairs of untouched clients end.
    pub changed: usize,
    /// How well everything fits then, changes not counted: [`super::Cost::total`] without [`super::Cost::change`].
    pub fit: i64,
    /// The plan.
    pub plan: CityPlan,
}

/// The curve when these clients have to be looked at anew, fewest changes first. Whose pair must not be any more
/// ([`super::upset`]) is touched without being named.
///
/// # Errors
/// As [`super::plan()`].
pub fn curve(city: &City, touched: &[usize]) -> Result<Vec<Point>, Refused> {
    check(city)?;
    let mut free = vec![false; city.clients.len()];
    if let Some(stranger) = touched.iter().find(|client| **client >= free.len()) {
        return Err(Refused::Unknown(*stranger));
    }
    let upset = super::moves::upset(city);
    touched.iter().chain(upset.iter().map(|(client, _)| client)).for_each(|client| free[*client] = true);
    let sight = Sight::of(city);
    let at = |scale, change, near: Option<&Corner>| corner(&sight, &free, (scale, change), near);
    // So dear that one change less is worth any fit; so cheap that it decides only between equal fits.
    let first = at(1, dearest(&sight), None)?;
    let last = at(pairs_now(city, &free) as i64 + 1, 1, Some(&first))?;
    let mut corners = vec![first, last];
    let mut done: Vec<(usize, usize)> = Vec::new();
    while corners.len() < MOST {
        let gaps =
            corners.windows(2).enumerate().filter(|(_, pair)| !done.contains(&(pair[0].changed, pair[1].changed)));
        let widest = gaps.max_by_key(|(_, pair)| pair[0].width(&pair[1]));
        let Some((place, (changes, gain))) = widest.map(|(place, pair)| (place, pair[0].to(&pair[1]))) else { break };
        if changes <= 0 || gain <= 0 {
            break;
        }
        let found = at(changes, gain, Some(&corners[place]))?;
        if found.value(changes, gain) < corners[place].value(changes, gain) {
            corners.insert(place + 1, found);
        } else {
            done.push((corners[place].changed, corners[place + 1].changed));
        }
    }
    // When the ends are one plan, or fit alike, the one with fewer changes is all there is.
    corners.dedup_by(|later, earlier| later.fit >= earlier.fit);
    let point = |corner: Corner| Point { changed: corner.changed, fit: corner.fit, plan: corner.plan };
    Ok(corners.into_iter().map(point).collect())
}

/// An optimum under some price of a change.
struct Corner {
    changed: usize,
    fit: i64,
    plan: CityPlan,
}

impl Corner {
    /// How many more change, and how much better it fits.
    fn to(&self, other: &Self) -> (i64, i64) {
        (other.changed as i64 - self.changed as i64, self.fit - other.fit)
    }

    fn width(&self, other: &Self) -> i128 {
        let (changes, gain) = self.to(other);
        i128::from(changes) * i128::from(gain)
    }

    fn value(&self, scale: i64, change: i64) -> i128 {
        i128::from(scale) * i128::from(self.fit) + i128::from(change) * self.changed as i128
    }
}

fn corner(
    sight: &Sight<'_>,
    free: &[bool],
    (scale, change): (i64, i64),
    near: Option<&Corner>,
) -> Result<Corner, Refused> {
    let terms = Terms { scale, change, free: Some(free), counts_empty: true };
    let begin = near.map(|near| {
        let Optimum { scale: old, plan, .. } = &near.plan.proof;
        let prices = plan.certificate.prices.iter().map(|price| price / old * scale).collect();
        Plan { certificate: Certificate { prices }, ..plan.clone() }
    });
    let plan = read(sight, optimum(sight, &terms, begin.as_ref())?);
    let stays = |pair: &&Pair| !free[pair.client] && sight.city.clients[pair.client].now.contains(&pair.official);
    let changed = pairs_now(sight.city, free) - plan.pairs.iter().filter(stays).count();
    Ok(Corner { changed, fit: plan.cost.total() - plan.cost.change, plan })
}

/// How many pairs untouched clients have now.
fn pairs_now(city: &City, free: &[bool]) -> usize {
    let clients = city.clients.iter().zip(free).filter(|(_, free)| !**free);
    let pairs = clients.map(|(client, _)| {
        let again = |place: &usize| client.now[..*place].contains(&client.now[*place]);
        (0..client.now.len()).filter(|place| !again(place)).count()
    });
    pairs.sum()
}

/// More than any plan can cost.
fn dearest(sight: &Sight<'_>) -> i64 {
    let weights = &sight.city.rules.weights;
    let all: i64 = Weights::ALL.iter().map(|weight| i64::from((weight.get)(weights)) * 6).sum();
    let most_held = sight.rooms.iter().map(|room| room.held[0] + room.held[1] + room.all).max().unwrap_or(0);
    let seats: i64 = sight.seats.iter().map(|seats| i64::from(seats.extra) + 1).sum();
    seats * (all + weights.load(most_held)) + 1
}
