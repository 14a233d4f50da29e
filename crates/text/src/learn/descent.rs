//! A linear support vector machine with squared hinge loss, by dual coordinate descent (Hsieh et al., ICML 2008): text by
//! text, each multiplier is moved to where it is best while the others stand still.
//!
//! Texts that lie safely on their side are set aside while the others are worked on; before it ends, all are looked at
//! once more.

use super::weighing::Rows;
use crate::chance::Chance;

/// What an error costs against a large margin.
const COST: f64 = 2.0;
/// How exact is exact enough: the gradient's spread.
const EXACT: f64 = 0.1;
/// The most rounds over the texts.
const MOST_ROUNDS: usize = 200;

/// What tells a label from all others.
pub(super) struct Machine {
    pub weights: Vec<f32>,
    pub bias: f32,
}

/// Finds the machine of a label; `of` has every row's label.
pub(super) fn fit(rows: &Rows, of: &[u32], label: u32, columns: usize) -> Machine {
    let count = rows.len() as f64;
    let own = of.iter().filter(|other| **other == label).count() as f64;
    // Both sides weigh the same, however few texts a label has.
    let soft = |mine: bool| {
        let side = if mine { own } else { count - own };
        1.0 / (2.0 * COST * count / (2.0 * side.max(1.0)))
    };
    let softness = [soft(false), soft(true)];
    let squares: Vec<f64> = (0..rows.len())
        .map(|row| 1.0 + rows.row(row).map(|(_, value)| f64::from(value * value)).sum::<f64>())
        .collect();
    let mut machine = Machine { weights: vec![0.0; columns], bias: 0.0 };
    let mut alphas = vec![0.0_f64; rows.len()];
    let mut active: Vec<usize> = (0..rows.len()).collect();
    let mut chance = Chance::new(u64::from(label) + 1);
    let mut safe = f64::INFINITY;
    for _ in 0..MOST_ROUNDS {
        chance.shuffle(&mut active);
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        active.retain(|row| {
            let row = *row;
            let mine = of[row] == label;
            let (side, soft) = if mine { (1.0, softness[1]) } else { (-1.0, softness[0]) };
            let score = rows.row(row).map(|(place, value)| machine.weights[place] * value).sum::<f32>() + machine.bias;
            let gradient = side * f64::from(score) - 1.0 + soft * alphas[row];
            let towards = if alphas[row] > 0.0 { gradient } else { gradient.min(0.0) };
            if alphas[row] == 0.0 && gradient > safe {
                return false;
            }
            (least, most) = (least.min(towards), most.max(towards));
            if towards.abs() > 1e-12 {
                let before = alphas[row];
                alphas[row] = (before - gradient / (squares[row] + soft)).max(0.0);
                let step = ((alphas[row] - before) * side) as f32;
                rows.row(row).for_each(|(place, value)| machine.weights[place] += step * value);
                machine.bias += step;
            }
            true
        });
        if most - least <= EXACT {
            if active.len() == rows.len() {
                break;
            }
            active = (0..rows.len()).collect();
            safe = f64::INFINITY;
        } else {
            safe = if most > 0.0 { most } else { f64::INFINITY };
        }
    }
    machine
}
