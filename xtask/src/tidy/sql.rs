//! SQL is written once and runs on SQLite and on PostgreSQL: words that only one of them knows (docs/sql.md).

use super::Finding;
use super::lexer::Source;
use super::text::{has_word, numbered};

/// What is not portable, and what to write instead.
const NOT_PORTABLE: &[(&str, &str)] = &[
    ("LATERAL", "SQLite has none: use a window function or a second query"),
    ("DISTINCT ON", "SQLite has none: ROW_NUMBER() OVER (PARTITION BY …) = 1"),
    ("ILIKE", "SQLite has none: compare a name_key column folded in Rust"),
    ("GENERATE_SERIES", "SQLite has none: WITH RECURSIVE, or count in Rust"),
    ("DATE_TRUNC", "SQLite has none: compute the bounds in Rust and bind them"),
    ("STRFTIME", "PostgreSQL has none: compute the bounds in Rust and bind them"),
    ("GREATEST(", "SQLite has none: CASE WHEN … THEN … END"),
];

/// Locks belong to the one crate that knows which database it speaks to.
const LOCK: (&str, &str) = ("FOR UPDATE", "only crates/store locks rows: write with a version check");

/// Checks the string literals of a file that may hold SQL: `rows.rs` anywhere, and all of the platform.
pub(crate) fn check(path: &str, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !path.ends_with("/rows.rs") && !path.starts_with("crates/platform/") {
        return findings;
    }
    let in_store = path.starts_with("crates/store/");
    for (number, line) in numbered(&source.strings) {
        let line = line.to_ascii_uppercase();
        for (word, instead) in NOT_PORTABLE.iter().chain((!in_store).then_some(&LOCK)) {
            if has_word(&line, word) {
                findings.push(Finding::new(path, number, format!("SQL `{word}` is not portable: {instead}")));
            }
        }
        if has_cast(&line) {
            let message = "SQL `::type` is not portable: CAST(… AS TYPE)";
            findings.push(Finding::new(path, number, message));
        }
    }
    findings
}

/// The types a PostgreSQL cast would name. A Rust path in a message (`store::Tx`) is no cast.
const TYPES: &[&str] = &[
    "TEXT",
    "VARCHAR",
    "INT",
    "INT4",
    "INT8",
    "INTEGER",
    "BIGINT",
    "NUMERIC",
    "FLOAT8",
    "DOUBLE",
    "BOOL",
    "BOOLEAN",
    "DATE",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "INTERVAL",
    "JSON",
    "JSONB",
    "UUID",
    "BYTEA",
];

fn has_cast(line: &str) -> bool {
    line.match_indices("::").any(|(at, _)| {
        let rest = &line[at + 2..];
        let name = rest.split(|here: char| !here.is_ascii_alphanumeric() && here != '_').next().unwrap_or("");
        TYPES.contains(&name) && !rest[name.len()..].starts_with("::")
    })
}

#[cfg(test)]
mod tests {
    use super::super::{lexer, said};
    use super::*;

    const ROWS: &str = "crates/platform/src/demands/rows.rs";

    #[track_caller]
    fn check_sql(path: &str, sql: &str, expect: &[&str]) {
        let content = format!("//! Rows.\nconst QUERY: &str = \"{sql}\";\n");
        let words: Vec<_> = check(path, &lexer::split(&content))
            .iter()
            .map(|finding| finding.message.split('`').nth(1).unwrap_or("").to_owned())
            .collect();
        assert_eq!(words, expect);
    }

    #[test]
    fn words_of_one_database_are_found_in_any_case() {
        for (word, _) in NOT_PORTABLE {
            check_sql(ROWS, &format!("SELECT {word} 1)"), &[word]);
            check_sql(ROWS, &format!("SELECT {} 1)", word.to_lowercase()), &[word]);
        }
        check_sql(ROWS, "SELECT collateral, greatest FROM asset", &[]);
    }

    #[test]
    fn a_finding_names_the_line_inside_a_long_query() {
        let content = "//! Rows.\nconst QUERY: &str = r#\"\nSELECT 1\nFROM x ILIKE y\"#;\n";
        assert_eq!(
            said(&check(ROWS, &lexer::split(content))),
            ["4: SQL `ILIKE` is not portable: SQLite has none: compare a name_key column folded in Rust"]
        );
    }

    #[test]
    fn casts_are_spelled_out() {
        check_sql(ROWS, "SELECT id::text FROM demand", &["::type"]);
        check_sql(ROWS, "SELECT $1::BIGINT", &["::type"]);
        check_sql(ROWS, "SELECT CAST(SUM(x) AS BIGINT) FROM y", &[]);
        check_sql(ROWS, "see store::Tx and date::Date::of", &[]);
    }

    #[test]
    fn only_the_store_locks_rows() {
        check_sql(ROWS, "SELECT 1 FROM job FOR UPDATE SKIP LOCKED", &["FOR UPDATE"]);
        check_sql("crates/store/src/jobs/rows.rs", "SELECT 1 FROM job FOR UPDATE SKIP LOCKED", &[]);
    }

    #[test]
    fn code_and_other_crates_may_use_the_words() {
        check_sql("crates/shell/src/forms.rs", "SELECT ILIKE", &[]);
        let code = "//! Rows.\nfn lateral() { a::text(); } // ILIKE\n";
        assert!(check(ROWS, &lexer::split(code)).is_empty());
    }
}
