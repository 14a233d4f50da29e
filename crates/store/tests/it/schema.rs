//! The schema can be spread over machines by county: what `docs/sql.md` promises is read off the migrations and the
//! statements of the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Tables of the house, which hold nobody's business: each node group has its own.
const HOUSE: [&str; 5] = ["migration", "outbox", "outbox_reader", "stamp", "throttle"];
/// Unique keys that span counties on purpose: the audit trail is one chain for the whole site.
const ACROSS_COUNTIES: [&str; 1] = ["audit_seals"];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The statements of all migrations, in order, without comments, in one line each.
fn statements() -> Vec<String> {
    let folder = crates().join("store/migrations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let without_comments = |text: String| {
        let lines = text.lines().map(|line| line.split("--").next().unwrap_or(""));
        lines.collect::<Vec<_>>().join("\n")
    };
    let texts = files.iter().map(|file| without_comments(fs::read_to_string(file).unwrap()));
    texts.flat_map(|text| text.split(";\n").map(one_line).collect::<Vec<_>>()).filter(|text| !text.is_empty()).collect()
}

/// What stands in the brackets that open right after `text[at..]`, and where they close.
fn bracketed(text: &str, at: usize) -> &str {
    let start = at + text[at..].find('(').unwrap_or_else(|| panic!("no bracket in {text}"));
    let mut depth = 0;
    for (offset, here) in text[start..].char_indices() {
        depth += i32::from(here == '(') - i32::from(here == ')');
        if depth == 0 {
            return &text[start + 1..start + offset];
        }
    }
    panic!("an open bracket in {text}")
}

fn columns(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).collect()
}

/// Each table with what stands between its outer brackets.
fn tables(statements: &[String]) -> BTreeMap<&str, &str> {
    let created = statements.iter().filter_map(|text| text.strip_prefix("CREATE TABLE "));
    let split = created.map(|text| (text.split([' ', '(']).next().unwrap(), bracketed(text, 0)));
    split.filter(|(name, _)| !HOUSE.contains(name)).collect()
}

/// Every `word (columns)` in a text.
fn keys<'a>(text: &'a str, word: &str) -> Vec<Vec<&'a str>> {
    text.match_indices(word).map(|(at, _)| columns(bracketed(text, at + word.len()))).collect()
}

#[test]
fn every_table_of_business_belongs_to_a_county_and_so_do_its_keys() {
    let statements = statements();
    let tables = tables(&statements);
    assert!(tables.len() > 15, "{tables:?}");
    for (name, body) in &tables {
        assert!(body.contains("county_id BIGINT NOT NULL"), "{name} has no county_id");
        let primary = keys(body, "PRIMARY KEY");
        assert!(primary.len() == 1 && primary[0].contains(&"county_id"), "{name}: primary key {primary:?}");
        for unique in keys(body, "UNIQUE") {
            assert!(unique.contains(&"county_id"), "{name}: unique {unique:?}");
        }
        for (here, there) in keys(body, "FOREIGN KEY").iter().zip(keys(body, "REFERENCES")) {
            let placed = here.iter().any(|column| column.ends_with("county_id")) && there.contains(&"county_id");
            assert!(placed, "{name}: {here:?} references {there:?}");
        }
        let (named, all) = (body.matches("FOREIGN KEY").count(), body.matches("REFERENCES").count());
        assert_eq!(named, all, "{name}: write REFERENCES as a named FOREIGN KEY over county_id");
    }
}

#[test]
fn an_index_that_forbids_doubles_does_so_within_a_county() {
    let statements = statements();
    for index in statements.iter().filter_map(|text| text.strip_prefix("CREATE UNIQUE INDEX ")) {
        let (name, table) = index.split_once(" ON ").unwrap();
        let table_name = table.split([' ', '(']).next().unwrap();
        let free = HOUSE.contains(&table_name) || ACROSS_COUNTIES.contains(&name);
        assert!(free || columns(bracketed(table, 0)).contains(&"county_id"), "{index}");
    }
}

#[test]
fn nothing_in_the_schema_ties_it_to_one_machine() {
    for statement in statements() {
        let upper = statement.to_uppercase();
        for word in
            ["SET NULL", "SET DEFAULT", "TRIGGER", "CREATE SEQUENCE", "NEXTVAL", "SERIAL", "ON DELETE", "ON UPDATE"]
        {
            assert!(!upper.contains(word), "{word} in: {statement}");
        }
        if upper.starts_with("ALTER TABLE") {
            assert!(upper.contains(" ADD COLUMN "), "a table only grows: {statement}");
            assert!(!upper.contains("REFERENCES"), "a column added later references nothing: {statement}");
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_statement_says_which_key_a_conflict_is_about_and_none_needs_more_than_a_row_lock() {
    let mut files = Vec::new();
    for name in ["store", "platform", "weiqitong"] {
        sources(&crates().join(name).join("src"), &mut files);
    }
    let mut conflicts = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        for (at, words) in text.match_indices("ON CONFLICT") {
            let after = text[at + words.len()..].trim_start_matches([' ', '\\']);
            assert!(after.starts_with('('), "{}: ON CONFLICT without its target", file.display());
            conflicts += 1;
        }
        for word in ["MERGE INTO", "pg_advisory", "nextval("] {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
    assert!(conflicts >= 3, "the statements were not found");
}
