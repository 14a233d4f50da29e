//! What was typed as words, and where they stand in a text: how a text is read by the index, by the exact look at a row and
//! by the mark that shows the reader why a row was found. All three read it alike.
//!
//! Letters and digits count, of whatever script; capitals are small letters, full width is half width. All else parts.

use std::ops::Range;

/// The most characters of a question that are read.
const MOST: usize = 100;
/// How much of a long text is shown before and after the word that was found.
const BEFORE: usize = 12;
const AFTER: usize = 48;

/// What stands between runs of characters that count.
pub(super) const GAP: char = ' ';

/// The words of a question, each a run without gaps; all of them must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

/// A part of a text, and whether it is what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it was looked for.
    pub hit: bool,
}

impl Words {
    /// The words of what was typed; none when there is no letter and no digit in it.
    #[must_use]
    pub fn of(typed: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let typed: String = typed.chars().take(MOST).collect();
        for word in folded(&typed).split(GAP).filter(|word| !word.is_empty()) {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        Self(words)
    }

    /// Each of them.
    pub(super) fn each(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Those of which this does not hold.
    pub(super) fn but(&self, holds: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|word| !holds(word)).cloned().collect())
    }

    /// Whether nothing can be found by them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text in pieces, with what was looked for as pieces of their own.
    #[must_use]
    pub fn mark(&self, text: &str) -> Vec<Piece> {
        let letters = letters(text);
        pieces(text, &self.hits(&letters))
    }

    /// The part of a long text around the first word that stands in it, marked; empty when none does.
    #[must_use]
    pub fn excerpt(&self, text: &str) -> Vec<Piece> {
        let letters = letters(text);
        let hits = self.hits(&letters);
        let Some(first) = hits.first() else { return Vec::new() };
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let place = starts.partition_point(|start| *start < first.start);
        let (from, to) = (place.saturating_sub(BEFORE), (place + AFTER).min(starts.len() - 1));
        let (from, to) = (starts[from], starts[to].max(first.end));
        let shown: Vec<Range<usize>> =
            hits.iter().filter(|hit| hit.end <= to).map(|hit| hit.start - from..hit.end - from).collect();
        let mut pieces = pieces(&text[from..to], &shown);
        if from > 0 {
            pieces.insert(0, Piece { text: "…".into(), hit: false });
        }
        if to < text.len() {
            pieces.push(Piece { text: "…".into(), hit: false });
        }
        pieces
    }

    /// Where the words stand: places in the text that do not overlap, in order.
    fn hits(&self, letters: &[(char, Range<usize>)]) -> Vec<Range<usize>> {
        let mut hits: Vec<Range<usize>> = Vec::new();
        for word in &self.0 {
            let word: Vec<char> = word.chars().collect();
            let found =
                letters.windows(word.len()).filter(|window| window.iter().map(|(c, _)| *c).eq(word.iter().copied()));
            hits.extend(found.map(|window| window[0].1.start..window[window.len() - 1].1.end));
        }
        hits.sort_by_key(|hit| (hit.start, hit.end));
        let mut apart: Vec<Range<usize>> = Vec::new();
        for hit in hits {
            match apart.last_mut() {
                Some(last) if hit.start <= last.end => last.end = last.end.max(hit.end),
                _ => apart.push(hit),
            }
        }
        apart
    }
}

/// A text as it is compared: what counts, and one gap for all between.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            folded.extend(small(letter));
        } else if !folded.ends_with(GAP) {
            folded.push(GAP);
        }
    }
    folded
}

/// Each letter as it is compared, with its place in the text.
fn letters(text: &str) -> Vec<(char, Range<usize>)> {
    let mut letters = Vec::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let place = at..at + letter.len_utf8();
        if letter.is_alphanumeric() {
            letters.extend(small(letter).map(|small| (small, place.clone())));
        } else {
            letters.push((GAP, place));
        }
    }
    letters
}

/// A letter in half width and small.
fn small(letter: char) -> impl Iterator<Item = char> {
    let half = match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    };
    half.to_lowercase().filter(|small| small.is_alphanumeric())
}

fn pieces(text: &str, hits: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(2 * hits.len() + 1);
    let mut add = |range: Range<usize>, hit: bool| {
        if !range.is_empty() {
            pieces.push(Piece { text: text[range].to_owned(), hit });
        }
    };
    let mut at = 0;
    for hit in hits {
        add(at..hit.start, false);
        add(hit.clone(), true);
        at = hit.end;
    }
    add(at..text.len(), false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pieces: &[Piece]) -> String {
        let told = |piece: &Piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() };
        pieces.iter().map(told).collect()
    }

    #[test]
    fn words_are_read_alike_however_they_are_typed() {
        assert_eq!(Words::of(" ５G  基站，5g").each().collect::<Vec<_>>(), ["5g", "基站"]);
        assert_eq!(Words::of("。，%_").each().count(), 0);
        assert_eq!(folded("Ｅ RP（二期）"), "e rp 二期 ");
    }

    #[test]
    fn what_was_looked_for_is_marked_where_it_stands() {
        let words = Words::of("erp 用电增容 增容");
        assert_eq!(told(&words.mark("ＥＲＰ上线与用电增容、再增容")), "[ＥＲＰ]上线与[用电增容]、再[增容]");
        assert_eq!(told(&words.mark("无关")), "无关");
        assert_eq!(told(&Words::of("电电").mark("电电电")), "[电电电]");
        assert!(Words::of("用电").mark("用，电").iter().all(|piece| !piece.hit), "a gap parts");
    }

    #[test]
    fn a_long_text_is_shown_around_the_first_word() {
        let long = format!("{}变压器{}", "前".repeat(40), "后".repeat(80));
        let shown = told(&Words::of("变压器").excerpt(&long));
        assert_eq!(shown, format!("…{}[变压器]{}…", "前".repeat(12), "后".repeat(45)));
        assert!(Words::of("水").excerpt(&long).is_empty());
        let very_long = "容".repeat(90);
        assert_eq!(told(&Words::of(&very_long).excerpt(&very_long)), format!("[{very_long}]"));
    }
}
