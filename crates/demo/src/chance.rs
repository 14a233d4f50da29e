//! Chance that is the same for the same seed, on every machine and for ever: SplitMix64.

/// A source of chance.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The seed of a chance of its own, for one thing out of many.
    pub fn seed(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: u32, most: u32) -> u32 {
        let span = u64::from(most.saturating_sub(least)) + 1;
        least + u32::try_from(self.seed() % span).unwrap_or(0)
    }

    /// Whether something of so many in a hundred happens.
    pub fn happens(&mut self, percent: u32) -> bool {
        self.between(1, 100) <= percent
    }

    /// The place of one of so many.
    pub fn below(&mut self, count: usize) -> usize {
        let last = u32::try_from(count).unwrap_or(u32::MAX).saturating_sub(1);
        self.between(0, last) as usize
    }

    /// One of a list that is not empty.
    pub fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// The place of one of a list, as often as its weight says.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let all: u32 = weights.clone().sum();
        let mut drawn = self.between(1, all.max(1));
        for (place, weight) in weights.enumerate() {
            if drawn <= weight {
                return place;
            }
            drawn -= weight;
        }
        0
    }

    /// A list in another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..5).map(|_| chance.between(1, 1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn what_weighs_more_comes_more_often() {
        let mut chance = Chance::new(3);
        let mut drawn = [0; 3];
        for _ in 0..1000 {
            drawn[chance.weighted([1, 0, 9].into_iter())] += 1;
        }
        assert!(drawn[0] > 50 && drawn[1] == 0 && drawn[2] > 800, "{drawn:?}");
    }
}
