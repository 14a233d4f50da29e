//! Whether everything that is linked in is licensed as `deny.toml` allows. `cargo deny check` says more where it is installed;
//! this needs nothing but cargo.

use std::path::Path;
use std::process::Command;

/// What is linked in under no licence of the list, as `licence: package`.
pub(crate) fn check_tree(root: &Path) -> Result<Vec<String>, String> {
    let rules = std::fs::read_to_string(root.join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let allowed = allowed(&rules);
    if allowed.is_empty() {
        return Err("deny.toml allows no licence".into());
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let tree = Command::new(cargo)
        .args(["tree", "--locked", "--workspace", "--target", "all", "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{l}\t{p}"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo tree: {error}"))?;
    if !tree.status.success() {
        return Err(String::from_utf8_lossy(&tree.stderr).into_owned());
    }
    let mut found: Vec<String> = String::from_utf8_lossy(&tree.stdout)
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.trim_end_matches(" (*)").split_once('\t').unwrap_or(("", line)))
        .filter(|(licence, _)| !fits(licence, &allowed))
        .map(|(licence, package)| format!("{}: {package}", if licence.is_empty() { "no licence" } else { licence }))
        .collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// The quoted words of the list `allow`.
fn allowed(rules: &str) -> Vec<String> {
    let list = rules.split_once("\nallow = [").and_then(|(_, rest)| rest.split_once(']'));
    let words = list.map_or("", |(list, _)| list).split('"').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

/// Whether an SPDX expression can be kept with these licences: OR (formerly a stroke) offers a choice, AND wants both.
fn fits(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.trim();
    let (plain, inner) = (split(expression, &[" OR ", "/"]), expression.strip_prefix('('));
    if plain.len() > 1 {
        return plain.iter().any(|part| fits(part, allowed));
    }
    let both = split(expression, &[" AND "]);
    if both.len() > 1 {
        return both.iter().all(|part| fits(part, allowed));
    }
    match inner.and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => fits(inner, allowed),
        None => allowed.iter().any(|licence| licence == expression),
    }
}

/// The parts between these words, outside brackets.
fn split<'a>(expression: &'a str, words: &[&str]) -> Vec<&'a str> {
    let (mut parts, mut start, mut depth, mut at) = (Vec::new(), 0, 0, 0);
    while at < expression.len() {
        let rest = &expression[at..];
        if let Some(word) = words.iter().find(|word| depth == 0 && rest.starts_with(**word)) {
            parts.push(&expression[start..at]);
            at += word.len();
            start = at;
            continue;
        }
        depth += i32::from(rest.starts_with('(')) - i32::from(rest.starts_with(')'));
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    parts.push(&expression[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_needs_one_licence_of_the_list_and_a_sum_all() {
        let list = allowed(
            "[licenses]\nallow = [\n  \"MIT\",\n  \"Apache-2.0 WITH LLVM-exception\",\n  \"Unicode-3.0\",\n]\n",
        );
        assert_eq!(list.len(), 3);
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "Unlicense/MIT",
            "Apache-2.0 / MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0",
        ] {
            assert!(fits(good, &list), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND ISC", "Apache-2.0"] {
            assert!(!fits(bad, &list), "{bad}");
        }
    }
}
