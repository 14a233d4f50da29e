//! A classifier of texts, learnt from texts with labels.
//!
//! A text becomes the weighted runs of its characters ([`weighing`]): rare runs count more than frequent ones, runs that
//! stand for one label more than those that stand for none. One support vector machine per label ([`descent`]) finds the
//! weights that set it apart from the others. How sure the winner is, is learnt on texts that were held back
//! ([`calibration`]), so that of the guesses told with 80 % about four in five hold.

mod calibration;
mod descent;
mod file;
mod score;
mod vocabulary;
mod weighing;

pub use file::Damaged;
pub use score::{LabelScore, Report, compare, cross_validate};

use crate::chance::Chance;
use calibration::Sharpness;
use std::collections::BTreeMap;
use thiserror::Error;
use vocabulary::Vocabulary;
use weighing::Weighed;

/// How many characters at the beginning of a text count once more.
const LEAD: usize = 30;
/// Every how manieth text of a label is held back while learning how sure a guess is.
const HELD_BACK: usize = 5;

/// A text with the label that people gave it.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    /// The text.
    pub text: &'a str,
    /// Its label.
    pub label: &'a str,
}

/// Why nothing can be learnt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TooLittle {
    /// There is no text.
    #[error("没有可供学习的文本")]
    NoTexts,
    /// All texts have one label.
    #[error("所有文本都是同一个标签“{0}”，至少要有两个不同的标签才能学习")]
    OneLabel(String),
    /// The texts have nothing in common.
    #[error("文本太少或太短，找不到可供学习的共同用语")]
    NothingCommon,
    /// There are more labels than can be told apart.
    #[error("标签有 {0} 个，最多 4096 个")]
    TooManyLabels(usize),
}

/// A label that a text may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess<'a> {
    /// Which label.
    pub label: &'a str,
    /// How sure that is, from 0 to 1; over all labels it comes to 1.
    pub confidence: f64,
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Classifier {
    labels: Vec<String>,
    vocabulary: Vocabulary,
    /// The weights of the labels, run after run, in parts of the label's own unit.
    weights: Vec<i16>,
    units: Vec<f32>,
    biases: Vec<f32>,
    sharpness: Sharpness,
    texts: u32,
    checked: Checked,
}

/// How the classifier did on texts that were held back from a trial before it learnt from all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checked {
    /// How many were held back.
    pub texts: u32,
    /// How many of them it guessed right.
    pub right: u32,
}

impl Classifier {
    /// Learns from examples. The same examples in the same order always give the same classifier.
    ///
    /// # Errors
    /// [`TooLittle`] when there is nothing to be told apart.
    pub fn learn(examples: &[Example<'_>]) -> Result<Self, TooLittle> {
        let (kept, held) = hold_back(examples);
        let (sharpness, checked) = match Self::learn_plainly(&kept) {
            Ok(trial) if !held.is_empty() => calibration::fit(&trial, &held),
            _ => (Sharpness::UNKNOWN, Checked::default()),
        };
        Ok(Self { sharpness, checked, ..Self::learn_plainly(examples)? })
    }

    /// Learns without knowing how sure a guess will be.
    fn learn_plainly(examples: &[Example<'_>]) -> Result<Self, TooLittle> {
        let mut places: BTreeMap<&str, u32> = examples.iter().map(|example| (example.label, 0)).collect();
        let labels: Vec<String> = places.keys().map(|label| (*label).to_owned()).collect();
        match labels.as_slice() {
            [] => return Err(TooLittle::NoTexts),
            [only] => return Err(TooLittle::OneLabel(only.clone())),
            many if many.len() > 4096 => return Err(TooLittle::TooManyLabels(many.len())),
            _ => {}
        }
        places.values_mut().zip(0..).for_each(|(place, next)| *place = next);
        let of: Vec<u32> = examples.iter().map(|example| places[example.label]).collect();
        let Weighed { vocabulary, rows } = weighing::weigh(examples, &of, labels.len());
        if vocabulary.is_empty() {
            return Err(TooLittle::NothingCommon);
        }
        let machines: Vec<descent::Machine> =
            (0..labels.len()).map(|label| descent::fit(&rows, &of, label as u32, vocabulary.len())).collect();
        let units: Vec<f32> = machines.iter().map(|machine| unit(&machine.weights)).collect();
        let mut weights = Vec::with_capacity(vocabulary.len() * labels.len());
        for run in 0..vocabulary.len() {
            // A weight never exceeds 32,767 of its label's units, by what a unit is.
            weights.extend(
                machines.iter().zip(&units).map(|(machine, unit)| (machine.weights[run] / unit).round() as i16),
            );
        }
        let biases = machines.iter().map(|machine| machine.bias).collect();
        let texts = u32::try_from(examples.len()).unwrap_or(u32::MAX);
        let (sharpness, checked) = (Sharpness::UNKNOWN, Checked::default());
        Ok(Self { labels, vocabulary, weights, units, biases, sharpness, texts, checked })
    }

    /// The labels it knows, in order.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// From how many texts it was learnt.
    #[must_use]
    pub fn texts(&self) -> u32 {
        self.texts
    }

    /// How it did on texts that it had not seen.
    #[must_use]
    pub fn checked(&self) -> Checked {
        self.checked
    }

    /// The likeliest labels of a text, the likeliest first, at most `most`. A text of which nothing is known gets them,
    /// too: with little confidence.
    #[must_use]
    pub fn guess(&self, text: &str, most: usize) -> Vec<Guess<'_>> {
        let confidences = self.sharpness.confidences(&self.scores(text));
        let mut guesses: Vec<Guess<'_>> =
            self.labels.iter().zip(confidences).map(|(label, confidence)| Guess { label, confidence }).collect();
        guesses.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
        guesses.truncate(most);
        guesses
    }

    /// How far the text lies on each label's side.
    fn scores(&self, text: &str) -> Vec<f32> {
        let count = self.labels.len();
        let mut scores = vec![0.0_f32; count];
        for (run, value) in self.vocabulary.row(text) {
            let weights = &self.weights[run as usize * count..][..count];
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * f32::from(*weight));
        }
        let scaled = scores.iter().zip(&self.units).zip(&self.biases);
        scaled.map(|((score, unit), bias)| score * unit + bias).collect()
    }
}

/// The unit in which the largest weight is 32,767.
fn unit(weights: &[f32]) -> f32 {
    let largest = weights.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
    if largest > 0.0 { largest / f32::from(i16::MAX) } else { 1.0 }
}

/// Splits the examples: of each label one in [`HELD_BACK`] is held back.
fn hold_back<'a>(examples: &[Example<'a>]) -> (Vec<Example<'a>>, Vec<Example<'a>>) {
    let parts = score::parts(examples, HELD_BACK, &mut Chance::new(7));
    let of = |held: bool| {
        let pairs = examples.iter().zip(&parts);
        pairs.filter(move |(_, part)| (**part == 0) == held).map(|(example, _)| *example).collect()
    };
    (of(false), of(true))
}

#[cfg(test)]
mod tests;
