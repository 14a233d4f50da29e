//! The house rules that no compiler checks. Each part looks at one kind of rule and reports `file:line: what to do`.

mod crates;
mod levels;
mod lexer;
mod sql;
mod text;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One broken rule, at one place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Folders that hold what was built, fetched or recorded, not what we wrote.
const PASSED_OVER: &[&str] = &["target", "node_modules", "dist", "snapshots", "tests/data", "e2e/results"];

/// Checks every file below `root`; the findings come in the order of the paths.
pub(crate) fn check_tree(root: &Path) -> io::Result<Vec<Finding>> {
    let mut paths = Vec::new();
    walk(root, &mut paths)?;
    let mut findings = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if is_ours(&name) {
            findings.extend(check_file(&name, &fs::read_to_string(&path)?));
        }
    }
    findings.sort();
    Ok(findings)
}

fn check_file(path: &str, content: &str) -> Vec<Finding> {
    let mut findings = text::check(path, content);
    if path.ends_with(".rs") {
        let source = lexer::split(content);
        findings.extend(text::check_rust(path, content, &source));
        findings.extend(sql::check(path, &source));
        findings.extend(levels::check(path, &source));
    }
    if path.ends_with("Cargo.toml") {
        findings.extend(crates::check(path, content));
    }
    findings
}

fn is_ours(path: &str) -> bool {
    path == "ARCHITECTURE.md" || [".rs", ".html", ".ts", "Cargo.toml"].iter().any(|end| path.ends_with(end))
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            let path = entry.path();
            if !name.starts_with('.') && !PASSED_OVER.iter().any(|end| path.ends_with(end)) {
                walk(&path, paths)?;
            }
        } else {
            paths.push(entry.path());
        }
    }
    Ok(())
}

/// What a test of a check compares: the lines found and the beginning of what is said.
#[cfg(test)]
fn said(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{}: {}", finding.line, finding.message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_a_place_an_editor_can_jump_to() {
        let findings = check_file("crates/rules/src/lib.rs", "fn main() {}\n");
        assert_eq!(
            findings[0].to_string(),
            "crates/rules/src/lib.rs:1: begin the file with a `//!` that says what it is and what always holds"
        );
    }

    #[test]
    fn only_what_we_wrote_is_read() {
        assert!(is_ours("crates/platform/src/demands/list.html"));
        assert!(is_ours("ARCHITECTURE.md"));
        assert!(!is_ours("CHANGELOG.md"));
    }
}
