//! Where a term stands within a slice of time: seconds from its beginning, ascending, each kept as its distance from the one
//! before in as many bytes of seven bits as it takes.

/// How many seconds a slice of time has: twelve days.
pub(super) const SLICE: i64 = 1 << 20;

/// The slice of a moment, in seconds since 1970, and the place within it.
pub(super) fn place(second: i64) -> (i64, u32) {
    (second.div_euclid(SLICE), u32::try_from(second.rem_euclid(SLICE)).unwrap_or(0))
}

/// The moment at a place.
pub(super) fn second(slice: i64, place: u32) -> i64 {
    slice * SLICE + i64::from(place)
}

/// Packs places that ascend.
pub(super) fn pack(places: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 * places.len());
    let mut last = 0;
    for place in places {
        let mut step = place - last;
        last = *place;
        while step > 127 {
            bytes.push((step & 127) as u8 | 128);
            step >>= 7;
        }
        bytes.push(step as u8);
    }
    bytes
}

/// Unpacks places. What is cut off is left out.
pub(super) fn unpack(bytes: &[u8]) -> Vec<u32> {
    let mut places = Vec::with_capacity(bytes.len());
    let (mut last, mut step, mut shift) = (0_u32, 0_u32, 0);
    for byte in bytes {
        step |= u32::from(byte & 127).wrapping_shl(shift);
        shift += 7;
        if byte & 128 == 0 {
            last = last.wrapping_add(step);
            places.push(last);
            (step, shift) = (0, 0);
        }
    }
    places
}

/// What stands in both; both ascend. The shorter one leads, so that a rare term makes short work of a common one.
pub(super) fn both(left: &[u32], right: &[u32]) -> Vec<u32> {
    let (few, mut many) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let mut shared = Vec::with_capacity(few.len());
    for place in few {
        // Doubling steps, then halving ones: as many as the distance has digits.
        let mut step = 1;
        while step < many.len() && many[step] < *place {
            step *= 2;
        }
        let from = step / 2;
        let to = (step + 1).min(many.len());
        let skip = from + many[from.min(to)..to].partition_point(|other| other < place);
        many = &many[skip.min(many.len())..];
        match many.first() {
            Some(other) if other == place => shared.push(*place),
            Some(_) => {}
            None => break,
        }
    }
    shared
}

/// What stands in any of them, ascending.
pub(super) fn either(lists: impl IntoIterator<Item = Vec<u32>>) -> Vec<u32> {
    let mut lists = lists.into_iter();
    let mut all = lists.next().unwrap_or_default();
    let mut more = false;
    for list in lists {
        more |= !list.is_empty();
        all.extend(list);
    }
    if more {
        all.sort_unstable();
        all.dedup();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn some() -> impl Strategy<Value = BTreeSet<u32>> {
        proptest::collection::btree_set(0..u32::try_from(SLICE).unwrap(), 0..200)
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(places in some()) {
            let places: Vec<u32> = places.into_iter().collect();
            prop_assert_eq!(unpack(&pack(&places)), places);
        }

        #[test]
        fn both_and_either_are_those_of_sets(left in some(), right in some(), near in proptest::collection::btree_set(0_u32..300, 0..200)) {
            let list = |set: &BTreeSet<u32>| set.iter().copied().collect::<Vec<u32>>();
            for (left, right) in [(&left, &right), (&left, &near), (&near, &near)] {
                let shared: Vec<u32> = left.intersection(right).copied().collect();
                prop_assert_eq!(both(&list(left), &list(right)), shared);
                let all: Vec<u32> = left.union(right).copied().collect();
                prop_assert_eq!(either([list(left), list(right)]), all);
            }
            let low: BTreeSet<u32> = left.iter().map(|place| place % 300).collect();
            let shared: Vec<u32> = low.intersection(&near).copied().collect();
            prop_assert_eq!(both(&list(&low), &list(&near)), shared);
        }

        #[test]
        fn a_moment_is_found_again(second in -10_000_000_000_i64..10_000_000_000) {
            let (slice, place) = place(second);
            prop_assert_eq!(super::second(slice, place), second);
        }

        #[test]
        fn bytes_that_nobody_packed_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            unpack(&bytes);
        }
    }
}
