//! The silence radar: low demand is not happiness, so each month a few clients from whom nothing was heard are called. Who is
//! called is drawn, not chosen: by strata (county and class), in proportion, at least one of each, and the same month and site
//! draw the same clients, whoever draws and in whatever order they are read.

use super::Month;
use chrono::Datelike;
use kernel::AreaCode;
use std::collections::BTreeMap;

/// How many to draw of each stratum, given how many are silent there: `wanted` in all, in proportion, but at least one of each that
/// has any, and never more than there are. With more strata than `wanted`, one of each.
#[must_use]
pub fn allot(silent: &[u32], wanted: u32) -> Vec<u32> {
    let all: u64 = silent.iter().copied().map(u64::from).sum();
    let strata = silent.iter().filter(|there| **there > 0).count() as u64;
    let target = u64::from(wanted).max(strata).min(all);
    if all == 0 {
        return vec![0; silent.len()];
    }
    // In units of one `all`th of a client, so that nothing is rounded.
    let fair = |there: u32| target * u64::from(there);
    let mut given: Vec<u64> = silent.iter().map(|there| (fair(*there) / all).max(1).min(u64::from(*there))).collect();
    loop {
        let sum: u64 = given.iter().sum();
        let lacking = |place: &usize| i128::from(fair(silent[*place])) - i128::from(given[*place] * all);
        let places = 0..silent.len();
        let changed = match sum.cmp(&target) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Less => {
                let open = places.filter(|place| given[*place] < u64::from(silent[*place]));
                open.max_by_key(|place| (lacking(place), std::cmp::Reverse(*place))).map(|place| (place, true))
            }
            std::cmp::Ordering::Greater => {
                let many = places.filter(|place| given[*place] > 1);
                many.min_by_key(|place| (lacking(place), *place)).map(|place| (place, false))
            }
        };
        match changed {
            Some((place, true)) => given[place] += 1,
            Some((place, false)) => given[place] -= 1,
            None => return given.into_iter().map(|given| u32::try_from(given).unwrap_or(u32::MAX)).collect(),
        }
    }
}

/// Draws clients to be called: each given by its stratum and its id as a number. Gives their places in `silent`, in order.
#[must_use]
pub fn draw<S: Ord>(silent: &[(S, u128)], (month, site): (Month, AreaCode), wanted: u32) -> Vec<usize> {
    let seed = mix(u64::from_be_bytes(site.0.to_be_bytes()) ^ mix(month_number(month)));
    let mut strata: BTreeMap<&S, Vec<(u64, u128, usize)>> = BTreeMap::new();
    for (place, (stratum, id)) in silent.iter().enumerate() {
        let [high, low] = [(id >> 64) as u64, *id as u64];
        let lot = mix(mix(seed ^ high) ^ low);
        strata.entry(stratum).or_default().push((lot, *id, place));
    }
    let sizes: Vec<u32> = strata.values().map(|there| u32::try_from(there.len()).unwrap_or(u32::MAX)).collect();
    let mut drawn = Vec::new();
    for (mut lots, many) in strata.into_values().zip(allot(&sizes, wanted)) {
        lots.sort_unstable();
        drawn.extend(lots.into_iter().take(many as usize).map(|(_, _, place)| place));
    }
    drawn.sort_unstable();
    drawn
}

fn month_number(month: Month) -> u64 {
    u64::try_from(month.first.year()).unwrap_or(0) * 12 + u64::from(month.first.month0())
}

/// Scatters 64 bits: the last step of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// The interval in which a share lies with 95 % confidence, after Wilson (1927), as two numbers between 0 and 1: `hits` of `of`.
/// `None` of nothing.
#[must_use]
pub fn interval(hits: u32, of: u32) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_964;
    if of == 0 {
        return None;
    }
    let (n, share) = (f64::from(of), f64::from(hits.min(of)) / f64::from(of));
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let (middle, scale) = (share + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
    Some((((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    const SITE: AreaCode = AreaCode(3707);

    #[test]
    fn each_stratum_gives_at_least_one_and_the_rest_in_proportion() {
        assert_eq!(allot(&[100, 100], 10), [5, 5]);
        assert_eq!(allot(&[980, 10, 10], 20), [18, 1, 1]);
        assert_eq!(allot(&[5, 0, 3], 100), [5, 0, 3]);
        assert_eq!(allot(&[5, 9, 3], 2), [1, 1, 1]);
        assert_eq!(allot(&[0, 0], 7), [0, 0]);
        assert_eq!(allot(&[], 7), [0; 0]);
        assert_eq!(allot(&[9], 0), [1], "who is there is heard");
    }

    #[test]
    fn over_the_years_each_client_is_drawn_about_as_often_as_any_other() {
        let silent: Vec<((), u128)> = (0..100).map(|id| ((), id)).collect();
        let mut times = [0; 100];
        let mut at = month("2000-01");
        for _ in 0..600 {
            draw(&silent, (at, SITE), 10).into_iter().for_each(|place| times[place] += 1);
            at = at.next();
        }
        assert!(times.iter().all(|times| (30..=95).contains(times)), "60 each by chance: {times:?}");
    }

    #[test]
    fn a_share_of_few_lies_in_a_wide_interval_and_of_none_nowhere() {
        let (low, high) = interval(0, 10).unwrap();
        assert!(low.abs() < 1e-9 && (high - 0.2775).abs() < 1e-3, "{low} {high}");
        let (low, high) = interval(3, 8).unwrap();
        assert!((low - 0.1368).abs() < 1e-3 && (high - 0.6943).abs() < 1e-3, "{low} {high}");
        assert!((interval(8, 8).unwrap().1 - 1.0).abs() < 1e-9 && interval(0, 0).is_none());
    }

    proptest! {
        #[test]
        fn what_is_allotted_is_there_and_adds_up(
            silent in proptest::collection::vec(0_u32..400, 0..60), wanted in 0_u32..300
        ) {
            let given = allot(&silent, wanted);
            let strata = silent.iter().filter(|there| **there > 0).count() as u32;
            let all: u32 = silent.iter().sum();
            prop_assert_eq!(given.iter().sum::<u32>(), wanted.max(strata).min(all));
            for (there, given) in silent.iter().zip(&given) {
                prop_assert!(given <= there && (*there == 0 || *given >= 1));
                let fair = f64::from(wanted.max(strata).min(all)) * f64::from(*there) / f64::from(all.max(1));
                prop_assert!(*given <= 1 || f64::from(*given) < fair + 1.0, "{} of {} at {}", given, there, fair);
            }
        }

        #[test]
        fn the_same_are_drawn_in_whatever_order_they_are_read(
            ids in proptest::collection::btree_set(any::<u128>(), 0..200), wanted in 0_u32..60, turn in 0_usize..200
        ) {
            let silent: Vec<(u128, u128)> = ids.iter().map(|id| (id % 5, *id)).collect();
            let mut turned = silent.clone();
            turned.rotate_left(turn % silent.len().max(1));
            let named = |list: &[(u128, u128)]| -> BTreeSet<u128> {
                draw(list, (month("2026-11"), SITE), wanted).into_iter().map(|place| list[place].1).collect()
            };
            prop_assert_eq!(named(&silent), named(&turned));
            let strata: BTreeSet<u128> = silent.iter().map(|(stratum, _)| *stratum).collect();
            let heard: BTreeSet<u128> = named(&silent).into_iter().map(|id| id % 5).collect();
            prop_assert_eq!(strata, heard);
        }

        #[test]
        fn the_interval_holds_the_share_and_narrows_with_more(hits in 0_u32..50, more in 0_u32..50) {
            let of = hits + more;
            prop_assume!(of > 0);
            let (low, high) = interval(hits, of).unwrap();
            let share = f64::from(hits) / f64::from(of);
            prop_assert!(low <= share + 1e-9 && share <= high + 1e-9);
            let (lower, higher) = interval(hits * 4, of * 4).unwrap();
            prop_assert!(higher - lower < high - low);
        }
    }
}
