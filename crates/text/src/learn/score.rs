//! How good guesses are.

use super::{Classifier, Example, TooLittle};
use crate::chance::Chance;
use std::collections::BTreeMap;

/// Guesses against what people said.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How many texts were compared.
    pub texts: usize,
    /// The part of them that were guessed right, from 0 to 1.
    pub accuracy: f64,
    /// The mean of the labels' F1, each counting the same however few texts it has, from 0 to 1.
    pub macro_f1: f64,
    /// Label by label, in order.
    pub labels: Vec<LabelScore>,
}

/// How well one label is told.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelScore {
    /// Which.
    pub label: String,
    /// How many texts have it.
    pub texts: usize,
    /// The part of those guessed to have it that do.
    pub precision: f64,
    /// The part of those that have it which were guessed so.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// Compares pairs of what people said and what was guessed.
#[must_use]
pub fn compare<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Report {
    // For each label: told by people, guessed, both.
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let (mut texts, mut right) = (0, 0);
    for (said, guessed) in pairs {
        texts += 1;
        counts.entry(said).or_default()[0] += 1;
        counts.entry(guessed).or_default()[1] += 1;
        if said == guessed {
            right += 1;
            counts.entry(said).or_default()[2] += 1;
        }
    }
    let part = |some: usize, all: usize| if all == 0 { 0.0 } else { some as f64 / all as f64 };
    let labels: Vec<LabelScore> = counts
        .into_iter()
        .map(|(label, [said, guessed, both])| LabelScore {
            label: label.to_owned(),
            texts: said,
            precision: part(both, guessed),
            recall: part(both, said),
            f1: part(2 * both, said + guessed),
        })
        .collect();
    let macro_f1 = labels.iter().map(|label| label.f1).sum::<f64>() / (labels.len().max(1) as f64);
    Report { texts, accuracy: part(right, texts), macro_f1, labels }
}

/// Every text guessed by a classifier that learnt from the other parts out of `folds`, each part having its share of
/// every label; the split follows from `seed`.
///
/// # Errors
/// [`TooLittle`] when some part leaves nothing to learn from.
pub fn cross_validate(examples: &[Example<'_>], folds: usize, seed: u64) -> Result<Report, TooLittle> {
    let parts = parts(examples, folds, &mut Chance::new(seed));
    let mut pairs: Vec<(&str, String)> = Vec::with_capacity(examples.len());
    for fold in 0..folds {
        let others = examples.iter().zip(&parts).filter(|(_, part)| **part != fold);
        let learnt = Classifier::learn_plainly(&others.map(|(example, _)| *example).collect::<Vec<_>>())?;
        for (example, _) in examples.iter().zip(&parts).filter(|(_, part)| **part == fold) {
            let guess = learnt.guess(example.text, 1).first().map_or_else(String::new, |guess| guess.label.to_owned());
            pairs.push((example.label, guess));
        }
    }
    Ok(compare(pairs.iter().map(|(said, guessed)| (*said, guessed.as_str()))))
}

/// The part of each example: of every label each part gets its share.
pub(super) fn parts(examples: &[Example<'_>], count: usize, chance: &mut Chance) -> Vec<usize> {
    let mut of_label: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, example) in examples.iter().enumerate() {
        of_label.entry(example.label).or_default().push(place);
    }
    let mut parts = vec![0; examples.len()];
    for places in of_label.values_mut() {
        chance.shuffle(places);
        // From the last part down: a label with a single text is never in part 0, which is held back.
        places.iter().zip((0..count).rev().cycle()).for_each(|(place, part)| parts[*place] = part);
    }
    parts
}
