//! Which runs of characters count, and for how much.
//!
//! A run's weight is its rarity (inverse document frequency) times its partiality: by how much more often or
//! seldom it comes in the texts of one label than in those of all others (the log-count ratio of naive Bayes; over all labels
//! the root of the mean square). What stands in every
//! letter ("您好", "希望") is partial to nobody and weighs next to nothing; and of the rest only the best are kept.

use super::vocabulary::{Vocabulary, normed, often};
use super::{Example, LEAD};
use crate::grams::{self, Counted};

/// The most runs that are kept.
const MOST_RUNS: usize = 120_000;
/// Added to what was counted, so that nothing is taken for impossible.
const SMOOTH: f64 = 0.1;

/// Examples as rows of a matrix, and the columns they are made of.
pub(super) struct Weighed {
    pub vocabulary: Vocabulary,
    pub rows: Rows,
}

/// Rows of places and values, one after the other.
#[derive(Default)]
pub(super) struct Rows {
    places: Vec<u32>,
    values: Vec<f32>,
    ends: Vec<usize>,
}

impl Rows {
    fn push(&mut self, row: &[(u32, f32)]) {
        self.places.extend(row.iter().map(|(place, _)| *place));
        self.values.extend(row.iter().map(|(_, value)| *value));
        self.ends.push(self.places.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The places and values of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let from = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        let range = from..self.ends[row];
        self.places[range.clone()].iter().zip(&self.values[range]).map(|(place, value)| (*place as usize, *value))
    }
}

/// Weighs the examples, whose labels are `of` among `labels`.
pub(super) fn weigh(examples: &[Example<'_>], of: &[u32], labels: usize) -> Weighed {
    let counted: Vec<Counted> = examples.iter().map(|example| grams::for_subject(example.text, LEAD)).collect();
    let (runs, rarity) = frequent(&counted);
    let wide = Vocabulary::new(runs, rarity);
    let plain: Vec<Vec<(u32, f32)>> = counted.into_iter().map(|counted| row(&wide, counted)).collect();

    let mut sums = vec![0.0_f64; wide.len() * labels];
    for (row, label) in plain.iter().zip(of) {
        for (place, value) in row {
            sums[*place as usize * labels + *label as usize] += f64::from(*value);
        }
    }
    let (partial, worth) = partiality(&sums, labels);
    drop(sums);
    let mut kept: Vec<usize> = (0..wide.len()).collect();
    if kept.len() > MOST_RUNS {
        kept.sort_by(|one, other| worth[*other].total_cmp(&worth[*one]).then(one.cmp(other)));
        kept.truncate(MOST_RUNS);
        kept.sort_unstable();
    }
    let mut moved = vec![None; wide.len()];
    kept.iter().zip(0_u32..).for_each(|(place, now)| moved[*place] = Some(now));
    let mut rows = Rows::default();
    for row in plain {
        let row = row
            .into_iter()
            .filter_map(|(place, value)| moved[place as usize].map(|now| (now, value * partial[place as usize])));
        rows.push(&normed(row.collect()));
    }
    let weights = kept.iter().map(|place| wide.weights()[*place] * partial[*place]).collect();
    let runs = kept.iter().map(|place| wide.runs()[*place]).collect();
    Weighed { vocabulary: Vocabulary::new(runs, weights), rows }
}

/// The runs that come in enough texts, ascending, with their rarity.
fn frequent(counted: &[Counted]) -> (Vec<u64>, Vec<f32>) {
    let texts = counted.len();
    let least = match texts {
        0..50 => 1,
        50..1000 => 2,
        _ => 3,
    };
    let mut all: Vec<u64> = counted.iter().flatten().map(|(run, _)| *run).collect();
    all.sort_unstable();
    let rarity = |in_texts: usize| ((1.0 + texts as f64) / (1.0 + in_texts as f64)).ln() + 1.0;
    let frequent = all.chunk_by(|one, other| one == other).filter(|same| same.len() >= least);
    frequent.map(|same| (same[0], rarity(same.len()) as f32)).unzip()
}

fn row(vocabulary: &Vocabulary, counted: Counted) -> Vec<(u32, f32)> {
    let known = counted.into_iter().filter_map(|(run, count)| {
        vocabulary.place(run).map(|place| (place, often(count) * vocabulary.weights()[place as usize]))
    });
    normed(known.collect())
}

/// How partial each run is, and what it is worth to keep it: partial and frequent. `sums` has what each run comes to in
/// the texts of each label.
fn partiality(sums: &[f64], labels: usize) -> (Vec<f32>, Vec<f64>) {
    let runs = sums.len() / labels;
    let mut of_label = vec![0.0; labels];
    for of_run in sums.chunks_exact(labels) {
        of_label.iter_mut().zip(of_run).for_each(|(total, sum)| *total += sum);
    }
    let smooth = SMOOTH * runs as f64;
    let all: f64 = of_label.iter().sum();
    let weigh = |of_run: &[f64]| {
        let total: f64 = of_run.iter().sum();
        let ratio = |(own, label): (&f64, &f64)| {
            let (here, elsewhere) =
                ((own + SMOOTH) / (label + smooth), (total - own + SMOOTH) / (all - label + smooth));
            (here / elsewhere).ln().powi(2)
        };
        let partial = (of_run.iter().zip(&of_label).map(ratio).sum::<f64>() / labels as f64).sqrt();
        (partial as f32, partial * total)
    };
    sums.chunks_exact(labels).map(weigh).unzip()
}
