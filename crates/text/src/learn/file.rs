//! A classifier as bytes: small, with the version of their form, and a sum over all of them, so that what was damaged is
//! told and not believed.
//!
//! After the mark and the version: labels, texts, how many were checked and right, sharpness, units, biases; the runs as differences in groups of seven bits,
//! their weights, then the labels' weights. Numbers are little-endian. The last eight bytes are the sum (FNV-1a, 64 bits).

use super::calibration::Sharpness;
use super::vocabulary::Vocabulary;
use super::{Checked, Classifier};
use thiserror::Error;

const MARK: &[u8; 8] = b"wqt-text";
const VERSION: u16 = 1;

/// Why bytes are no classifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Damaged {
    /// It is something else.
    #[error("这不是分类模型文件")]
    Foreign,
    /// It was written in another form.
    #[error("模型文件的版本是 {0}，本程序只认识版本 {VERSION}，请重新学习")]
    Version(u16),
    /// Bytes are missing or changed.
    #[error("模型文件已损坏，请重新学习")]
    Broken,
}

impl Classifier {
    /// The classifier as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + self.vocabulary.len() * (8 + self.labels.len() * 2));
        bytes.extend(MARK);
        bytes.extend(VERSION.to_le_bytes());
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
        bytes.extend(count(self.labels.len()));
        for label in &self.labels {
            bytes.extend(count(label.len()));
            bytes.extend(label.as_bytes());
        }
        bytes.extend(self.texts.to_le_bytes());
        bytes.extend(self.checked.texts.to_le_bytes());
        bytes.extend(self.checked.right.to_le_bytes());
        bytes.extend(self.sharpness.0.to_le_bytes());
        self.units.iter().chain(&self.biases).for_each(|number| bytes.extend(number.to_le_bytes()));
        bytes.extend(count(self.vocabulary.len()));
        let mut before = 0;
        for run in self.vocabulary.runs() {
            grouped(run - before, &mut bytes);
            before = *run;
        }
        self.vocabulary.weights().iter().for_each(|weight| bytes.extend(weight.to_le_bytes()));
        self.weights.iter().for_each(|weight| bytes.extend(weight.to_le_bytes()));
        bytes.extend(sum(&bytes).to_le_bytes());
        bytes
    }

    /// The classifier that was written as these bytes.
    ///
    /// # Errors
    /// [`Damaged`] when it is none, of another version, or changed since.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Damaged> {
        let rest = bytes.strip_prefix(MARK.as_slice()).ok_or(Damaged::Foreign)?;
        let version = rest.first_chunk().map(|two| u16::from_le_bytes(*two)).ok_or(Damaged::Broken)?;
        if version != VERSION {
            return Err(Damaged::Version(version));
        }
        let (body, told) = bytes.split_last_chunk().ok_or(Damaged::Broken)?;
        if sum(body) != u64::from_le_bytes(*told) {
            return Err(Damaged::Broken);
        }
        let mut reader = Reader(body.get(MARK.len() + 2..).unwrap_or(&[]));
        let classifier = reader.classifier().ok_or(Damaged::Broken)?;
        if reader.0.is_empty() { Ok(classifier) } else { Err(Damaged::Broken) }
    }
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*chunk)
    }

    fn count(&mut self) -> Option<usize> {
        let count = u32::from_le_bytes(self.chunk()?) as usize;
        // Whatever is counted takes at least a byte: a count beyond the file is none.
        (count <= self.0.len()).then_some(count)
    }

    fn number(&mut self) -> Option<f32> {
        self.chunk().map(f32::from_le_bytes).filter(|number| number.is_finite())
    }

    fn grouped(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.chunk()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn classifier(&mut self) -> Option<Classifier> {
        let count = self.count().filter(|count| *count >= 2)?;
        let mut labels = Vec::with_capacity(count);
        for _ in 0..count {
            let length = self.count()?;
            let (label, rest) = self.0.split_at_checked(length)?;
            self.0 = rest;
            labels.push(String::from_utf8(label.to_vec()).ok()?);
        }
        let texts = u32::from_le_bytes(self.chunk()?);
        let checked = Checked { texts: u32::from_le_bytes(self.chunk()?), right: u32::from_le_bytes(self.chunk()?) };
        let sharpness = Sharpness(self.number()?);
        let units = (0..count).map(|_| self.number()).collect::<Option<_>>()?;
        let biases = (0..count).map(|_| self.number()).collect::<Option<_>>()?;
        let size = self.count()?;
        let mut runs = Vec::with_capacity(size);
        let mut before = 0_u64;
        for _ in 0..size {
            before = before.checked_add(self.grouped()?)?;
            runs.push(before);
        }
        let weights_of_runs = (0..size).map(|_| self.number()).collect::<Option<_>>()?;
        let weights = (0..size.checked_mul(count)?).map(|_| self.chunk().map(i16::from_le_bytes));
        let weights = weights.collect::<Option<_>>()?;
        Some(Classifier {
            labels,
            vocabulary: Vocabulary::new(runs, weights_of_runs),
            weights,
            units,
            biases,
            sharpness,
            texts,
            checked,
        })
    }
}

/// Writes a number in groups of seven bits, the lowest first; the eighth bit says that more follow.
fn grouped(mut number: u64, bytes: &mut Vec<u8>) {
    while number > 0x7F {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}
