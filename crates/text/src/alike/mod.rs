//! How alike texts are: the cosine of their runs of two and three characters, weighed by rarity among the texts at hand.
//!
//! Rarity is counted where one looks: among the demands of one county about one subject "用电增容" tells nothing, the name
//! of a line or a village tells much. So few hundred candidates are enough, nothing is kept between two questions, and
//! nothing can be out of date.

use crate::grams::{self, Counted};
use std::collections::HashMap;

/// From here on two texts are likely about the same matter. Chosen on pairs of real letters that were looked at one by
/// one: see docs/benchmarks.md.
pub const SAME_MATTER: f64 = 0.30;

/// As many texts are thought to stand beside the candidates, so that a rarity is not made of two or three.
const OTHERS: f64 = 50.0;

/// A text that others are compared with, and those others.
#[derive(Debug)]
pub struct Likeness {
    candidates: Vec<Counted>,
    in_texts: HashMap<u64, u32>,
}

impl Likeness {
    /// Compares among these texts.
    #[must_use]
    pub fn among<'a>(candidates: impl IntoIterator<Item = &'a str>) -> Self {
        let candidates: Vec<Counted> = candidates.into_iter().map(grams::for_likeness).collect();
        let mut in_texts: HashMap<u64, u32> = HashMap::new();
        for (run, _) in candidates.iter().flatten() {
            *in_texts.entry(*run).or_default() += 1;
        }
        Self { candidates, in_texts }
    }

    /// How alike each candidate is to the text, in their order: from 0, nothing in common, to 1, the same.
    #[must_use]
    pub fn to(&self, text: &str) -> Vec<f64> {
        let own = grams::for_likeness(text);
        let length = self.length(&own);
        let alike = |candidate: &Counted| {
            let lengths = length * self.length(candidate);
            if lengths > 0.0 { (self.common(&own, candidate) / lengths).min(1.0) } else { 0.0 }
        };
        self.candidates.iter().map(alike).collect()
    }

    /// The places of the candidates that are at least so much alike, the most alike first, at most `most`.
    #[must_use]
    pub fn most_alike(&self, text: &str, least: f64, most: usize) -> Vec<(usize, f64)> {
        let mut alike: Vec<(usize, f64)> =
            self.to(text).into_iter().enumerate().filter(|(_, alike)| *alike >= least).collect();
        alike.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        alike.truncate(most);
        alike
    }

    fn weight(&self, run: u64, count: u32) -> f64 {
        let all = self.candidates.len() as f64 + OTHERS;
        let rarity = ((1.0 + all) / (1.0 + f64::from(self.in_texts.get(&run).copied().unwrap_or(0)))).ln();
        (1.0 + f64::from(count).ln()) * rarity
    }

    fn length(&self, counted: &Counted) -> f64 {
        counted.iter().map(|(run, count)| self.weight(*run, *count).powi(2)).sum::<f64>().sqrt()
    }

    /// The product over the runs that both have; both ascend.
    fn common(&self, one: &Counted, other: &Counted) -> f64 {
        let mut others = other.iter().peekable();
        let mut sum = 0.0;
        for (run, count) in one {
            while others.next_if(|(other, _)| other < run).is_some() {}
            if let Some((_, times)) = others.next_if(|(other, _)| other == run) {
                sum += self.weight(*run, *count) * self.weight(*run, *times);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests;
