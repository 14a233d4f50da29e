//! Text with separators (CSV) as offices open it: UTF-8 with its mark, cells quoted where they must be, nothing that Excel would
//! take for a formula.

use kernel::{BugExt, Problem};

/// What a file begins with, so that Excel and WPS read it as UTF-8.
pub const MARK: &[u8] = "\u{feff}".as_bytes();

/// Lines as text with commas; what Excel would take for a formula is defused.
///
/// # Errors
/// A bug when they cannot be written.
pub fn csv_lines<'a>(lines: impl Iterator<Item = Vec<&'a str>>) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    for line in lines {
        writer.write_record(line.iter().map(|cell| defused(cell))).bug("writing text")?;
    }
    writer.into_inner().bug("writing text")
}

/// Whether Excel would take a text for a formula.
fn acts(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A text as it is written, so that Excel does not take it for a formula: with an apostrophe before it.
#[must_use]
pub fn defused(text: &str) -> String {
    if acts(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text that was [`defused`].
#[must_use]
pub fn armed(text: &str) -> &str {
    if acts(text) { text.strip_prefix('\'').unwrap_or(text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_defused_comes_back_and_never_acts() {
        let signs = ["", "'", "=", "+", "-", "@", "a"];
        for text in signs.iter().flat_map(|a| signs.iter().flat_map(move |b| signs.map(|c| format!("{a}{b}{c}")))) {
            let written = defused(&text);
            assert!(!written.starts_with(['=', '+', '-', '@']), "{text}");
            assert_eq!(armed(&written), text);
        }
    }
}
