//! A text as its runs of characters: each run is packed into a number without loss, so that no two are ever taken for
//! one another.

use crate::normal::normal;

/// The most characters of a text that are read; what a person writes beyond that says the same again.
const MOST: usize = 3000;
/// The bits a character takes: all of Unicode fits.
const BITS: u32 = 21;
/// Marks a run among the first characters of a text: there people say what it is about.
const LEADING: u64 = 1 << 63;

/// The runs of a text with how often each comes, by number.
pub(crate) type Counted = Vec<(u64, u32)>;

/// Runs of one to three characters of the whole text, and of its first `lead` characters once more as runs of their own.
/// Figures all look alike: a demand about 300 and one about 5,000 mu are about the same.
pub(crate) fn for_subject(text: &str, lead: usize) -> Counted {
    let mut signs: Vec<char> = Vec::with_capacity(text.len() / 3);
    for sign in normal(text).chars().take(MOST) {
        let sign = if sign.is_ascii_digit() { '0' } else { sign };
        if sign != '0' || signs.last() != Some(&'0') {
            signs.push(sign);
        }
    }
    let mut runs = Vec::with_capacity(signs.len() * 3 + lead * 3);
    runs.extend((1..=3).flat_map(|length| signs.windows(length)).map(pack));
    let lead = &signs[..signs.len().min(lead)];
    runs.extend((1..=3).flat_map(|length| lead.windows(length)).map(|run| pack(run) | LEADING));
    counted(runs)
}

/// Runs of two and three letters, ideographs and figures: signs and blanks differ from hand to hand, figures count.
pub(crate) fn for_likeness(text: &str) -> Counted {
    let signs: Vec<char> = normal(text).chars().filter(|sign| sign.is_alphanumeric()).take(MOST).collect();
    counted((2..=3).flat_map(|length| signs.windows(length)).map(pack).collect())
}

fn pack(run: &[char]) -> u64 {
    run.iter().fold(0, |packed, sign| packed << BITS | u64::from(u32::from(*sign)))
}

fn counted(mut runs: Vec<u64>) -> Counted {
    runs.sort_unstable();
    let mut counted: Counted = Vec::with_capacity(runs.len());
    for run in runs {
        match counted.last_mut() {
            Some((last, count)) if *last == run => *count += 1,
            _ => counted.push((run, 1)),
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_runs_and_its_beginning_once_more() {
        assert_eq!(for_subject("用电", 0).len(), 3, "用, 电, 用电");
        assert_eq!(for_subject("用电用", 0).iter().map(|(_, count)| count).sum::<u32>(), 6);
        assert_eq!(for_subject("用电", 9).len(), 6);
        assert_eq!(for_subject("", 9), vec![]);
    }

    #[test]
    fn figures_are_alike_for_a_subject_but_not_for_likeness() {
        assert_eq!(for_subject("缺地300亩", 9), for_subject("缺地５０００亩", 9));
        assert_ne!(for_likeness("缺地300亩"), for_likeness("缺地5000亩"));
        assert_eq!(for_likeness("缺地，300 亩！"), for_likeness("缺地300亩"));
    }
}
