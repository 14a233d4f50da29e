//! How sure a guess is, learnt on texts that the classifier has not seen.

use super::{Checked, Classifier, Example};

/// How sharply confidence follows from the scores: the factor before they are made probabilities (softmax).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sharpness(pub f32);

impl Sharpness {
    /// Before anything was measured.
    pub const UNKNOWN: Self = Self(2.0);

    /// The confidences of the labels, in their order.
    pub fn confidences(self, scores: &[f32]) -> Vec<f64> {
        let scores = scores.iter().map(|score| f64::from(*score) * f64::from(self.0));
        let highest = scores.clone().fold(f64::NEG_INFINITY, f64::max);
        let raised: Vec<f64> = scores.map(|score| (score - highest).exp()).collect();
        let all: f64 = raised.iter().sum();
        raised.into_iter().map(|part| part / all).collect()
    }
}

/// The sharpness under which what was held back is least surprising, by golden section; and how much of it was guessed right.
pub(super) fn fit(classifier: &Classifier, held: &[Example<'_>]) -> (Sharpness, Checked) {
    let seen: Vec<(Vec<f32>, usize)> = held
        .iter()
        .filter_map(|example| {
            let own = classifier.labels.iter().position(|label| label == example.label)?;
            Some((classifier.scores(example.text), own))
        })
        .collect();
    if seen.is_empty() {
        return (Sharpness::UNKNOWN, Checked::default());
    }
    let right = seen.iter().filter(|(scores, own)| scores.iter().all(|score| *score <= scores[*own])).count();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let checked = Checked { texts: count(seen.len()), right: count(right) };
    // Few texts that were all guessed right prove no certainty (Platt's rule: as if one more had been wrong).
    let doubt = 1.0 / (seen.len() as f64 + 2.0);
    let surprise = |exponent: f64| {
        let sharpness = Sharpness(exponent.exp() as f32);
        let told = |(scores, own): &(Vec<f32>, usize)| {
            let mut costs = sharpness.confidences(scores).into_iter().map(|part| -part.max(1e-12).ln());
            let all: f64 = costs.clone().sum();
            let right = costs.nth(*own).unwrap_or(0.0);
            (1.0 - doubt) * right + doubt * (all - right) / (scores.len() - 1) as f64
        };
        seen.iter().map(told).sum::<f64>()
    };
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-3.0_f64, 4.0_f64);
    for _ in 0..30 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if surprise(left) < surprise(right) { high = right } else { low = left }
    }
    (Sharpness(f64::midpoint(low, high).exp() as f32), checked)
}
