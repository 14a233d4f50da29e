//! What a file may be: its head, its length, and the words that mean unfinished work.

use super::Finding;
use super::lexer::Source;

const LONGEST_FILE: usize = 600;
const LONGEST_ARCHITECTURE: usize = 250;

/// Written apart, so that this file may name them.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Macros and attributes that are never right, with what to do instead.
const NEVER: &[(&str, &str)] = &[
    ("todo!", "finish it, or leave it out"),
    ("unimplemented!", "finish it, or leave it out"),
    ("#[ignore", "a test runs or goes away; a slow one asks an environment variable"),
    ("#[allow(", "use #[expect(…, reason = \"…\")], which complains when it is no longer needed"),
    ("#![allow(", "use #![expect(…, reason = \"…\")], which complains when it is no longer needed"),
];

const CLOCK: &str = "crates/kernel/src/clock.rs";

/// Checks that hold for every text we write.
pub(crate) fn check(path: &str, content: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = content.lines().count();
    if path == "ARCHITECTURE.md" && lines > LONGEST_ARCHITECTURE {
        let message =
            format!("{lines} lines; {LONGEST_ARCHITECTURE} is what a newcomer reads: keep what rarely changes");
        findings.push(Finding::new(path, LONGEST_ARCHITECTURE + 1, message));
    }
    if [".rs", ".html", ".ts"].iter().any(|end| path.ends_with(end)) {
        if lines > LONGEST_FILE {
            let message = format!("{lines} lines; at {LONGEST_FILE} split the file by what it can do");
            findings.push(Finding::new(path, LONGEST_FILE + 1, message));
        }
        for (number, line) in numbered(content) {
            for word in UNFINISHED {
                if has_word(line, word) {
                    findings.push(Finding::new(path, number, format!("{word}: finish it, or open an issue")));
                }
            }
        }
    }
    findings
}

/// Checks that hold for Rust alone.
pub(crate) fn check_rust(path: &str, content: &str, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !content.trim_start().starts_with("//!") {
        let message = "begin the file with a `//!` that says what it is and what always holds";
        findings.push(Finding::new(path, 1, message));
    }
    for (number, line) in numbered(&source.code) {
        for (needle, instead) in NEVER {
            if let Some(at) = line.find(needle)
                && !line[..at].ends_with(is_of_a_word)
            {
                findings.push(Finding::new(path, number, format!("`{needle}`: {instead}")));
            }
        }
        if path != CLOCK {
            for call in ["Utc::now(", "SystemTime::now("] {
                if line.contains(call) {
                    findings.push(Finding::new(
                        path,
                        number,
                        format!("`{call})`: time is an argument, ask kernel::Clock"),
                    ));
                }
            }
        }
    }
    findings
}

/// The lines with their numbers, from 1.
pub(crate) fn numbered(content: &str) -> impl Iterator<Item = (usize, &str)> {
    content.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// Whether `word` stands in `line` by itself, not as part of a longer name.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let ends_open = word.ends_with(is_of_a_word) && line[at + word.len()..].starts_with(is_of_a_word);
        !line[..at].ends_with(is_of_a_word) && !ends_open
    })
}

fn is_of_a_word(here: char) -> bool {
    here.is_ascii_alphanumeric() || here == '_'
}

#[cfg(test)]
mod tests {
    use super::super::{lexer, said};
    use super::*;

    #[track_caller]
    fn check_line(line: &str, expect: &[&str]) {
        let content = format!("//! A file.\n{line}\n");
        let found = check_rust("crates/rules/src/a.rs", &content, &lexer::split(&content));
        assert_eq!(said(&found), expect);
    }

    #[test]
    fn a_module_says_what_it_is() {
        let content = "use std::fmt;\n";
        let found = check_rust("a.rs", content, &lexer::split(content));
        assert_eq!(said(&found).len(), 1);
        assert!(check_rust("a.rs", "\n//! A.\n", &lexer::split("\n//! A.\n")).is_empty());
    }

    #[test]
    fn a_file_fits_a_reader() {
        let lines = |count| "x\n".repeat(count);
        assert!(check("a/b.rs", &lines(600)).is_empty());
        assert_eq!(said(&check("a/b.html", &lines(601))), ["601: 601 lines; at 600 split the file by what it can do"]);
        assert!(check("ARCHITECTURE.md", &lines(250)).is_empty());
        assert_eq!(check("ARCHITECTURE.md", &lines(251)).len(), 1);
    }

    #[test]
    fn unfinished_work_is_not_kept_in_the_text() {
        let [later, broken] = UNFINISHED else { panic!("two words") };
        let page = format!("<p>\n<!-- {later}: more -->\n<b>{broken}</b> {later}S\n");
        assert_eq!(
            said(&check("a.html", &page)),
            [format!("2: {later}: finish it, or open an issue"), format!("3: {broken}: finish it, or open an issue")]
        );
        check_line("fn f() { todo!() }", &["2: `todo!`: finish it, or leave it out"]);
        check_line("fn f() { unimplemented!() }", &["2: `unimplemented!`: finish it, or leave it out"]);
        check_line("not_todo!(\"todo!\") // todo!", &[]);
    }

    #[test]
    fn no_test_sleeps_and_no_lint_is_silenced() {
        check_line("#[ignore]", &["2: `#[ignore`: a test runs or goes away; a slow one asks an environment variable"]);
        check_line(
            "#[allow(dead_code)]",
            &["2: `#[allow(`: use #[expect(…, reason = \"…\")], which complains when it is no longer needed"],
        );
        check_line("#[expect(dead_code, reason = \"soon\")]", &[]);
    }

    #[test]
    fn only_the_clock_asks_the_time() {
        let line = "let now = Utc::now();";
        check_line(line, &["2: `Utc::now()`: time is an argument, ask kernel::Clock"]);
        check_line("std::time::SystemTime::now()", &["2: `SystemTime::now()`: time is an argument, ask kernel::Clock"]);
        let content = format!("//! The clock.\n{line}\n");
        assert!(check_rust(CLOCK, &content, &lexer::split(&content)).is_empty());
    }
}
