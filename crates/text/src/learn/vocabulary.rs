//! The runs of characters that a classifier knows, with their weights, found fast.

use super::LEAD;
use crate::grams;

/// Runs in ascending order, each with the weight that its occurrence has.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vocabulary {
    runs: Vec<u64>,
    weights: Vec<f32>,
    /// Where a run may stand: its place plus one, 0 for nowhere. At most half full, a power of two long.
    slots: Vec<u32>,
}

impl Vocabulary {
    /// `runs` ascend, and every one has its weight.
    pub fn new(runs: Vec<u64>, weights: Vec<f32>) -> Self {
        let mut slots = vec![0_u32; (runs.len() * 2).next_power_of_two().max(2)];
        for (run, place) in runs.iter().zip(1..) {
            let mut slot = home(*run, slots.len());
            while slots[slot] != 0 {
                slot = (slot + 1) % slots.len();
            }
            slots[slot] = place;
        }
        Self { runs, weights, slots }
    }

    pub fn len(&self) -> usize {
        self.runs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub fn runs(&self) -> &[u64] {
        &self.runs
    }

    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// The place of a run.
    pub fn place(&self, run: u64) -> Option<u32> {
        let mut slot = home(run, self.slots.len());
        loop {
            let place = self.slots[slot].checked_sub(1)?;
            if self.runs[place as usize] == run {
                return Some(place);
            }
            slot = (slot + 1) % self.slots.len();
        }
    }

    /// A text as the places of its known runs and their values; the squares of the values come to 1.
    pub fn row(&self, text: &str) -> Vec<(u32, f32)> {
        let known = grams::for_subject(text, LEAD).into_iter().filter_map(|(run, count)| {
            self.place(run).map(|place| (place, often(count) * self.weights[place as usize]))
        });
        normed(known.collect())
    }
}

/// What it counts for that a run comes so often: ten times is not ten times as much.
pub(super) fn often(count: u32) -> f32 {
    1.0 + (count as f32).ln()
}

/// The row with its length made 1.
pub(super) fn normed(mut row: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    let length = row.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        row.iter_mut().for_each(|(_, value)| *value /= length);
    }
    row
}

/// Where a run is looked for first.
fn home(run: u64, slots: usize) -> usize {
    let mixed = (run ^ (run >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as usize & (slots - 1)
}
