//! The arrows between crates, and what the pure ones must not know.

use super::Finding;
use super::text::numbered;

/// One crate of the workspace: whom it may use, whom only its tests may use.
struct Place {
    name: &'static str,
    may: &'static [&'static str],
    tests_may: &'static [&'static str],
    never: &'static [&'static str],
}

const IO: &[&str] = &["tokio", "axum", "sea-orm", "reqwest", "object_store", "tower-http"];
const DATABASE: &[&str] = &["sea-orm", "sqlx"];
const WEB: &[&str] = &["axum", "askama", "tower-http"];

/// A new crate gets its line here.
const PLACES: &[Place] = &[
    // Ids and words may be columns, behind the feature `rows`; so sea-orm is not among what the kernel never knows.
    Place { name: "kernel", may: &[], tests_may: &[], never: &["tokio", "axum", "reqwest"] },
    Place { name: "rules", may: &["kernel"], tests_may: &[], never: IO },
    Place { name: "pairing", may: &["kernel"], tests_may: &["demo"], never: IO },
    Place { name: "text", may: &["kernel"], tests_may: &[], never: IO },
    Place { name: "seal", may: &[], tests_may: &[], never: IO },
    Place { name: "store", may: &["kernel", "seal"], tests_may: &[], never: WEB },
    Place { name: "shell", may: &["kernel"], tests_may: &[], never: DATABASE },
    Place {
        name: "platform",
        may: &["kernel", "rules", "pairing", "text", "store", "shell"],
        tests_may: &["testkit"],
        never: &[],
    },
    Place { name: "demo", may: &["kernel", "rules"], tests_may: &[], never: IO },
    Place { name: "testkit", may: &["kernel", "rules", "store", "shell", "platform"], tests_may: &[], never: &[] },
    Place {
        name: "weiqitong",
        may: &["kernel", "rules", "pairing", "text", "store", "shell", "platform", "demo"],
        tests_may: &["testkit"],
        never: &[],
    },
];

/// Checks one `Cargo.toml` of the workspace.
pub(crate) fn check(path: &str, content: &str) -> Vec<Finding> {
    let folder = path.strip_suffix("/Cargo.toml").unwrap_or("");
    let Some(name) = folder.strip_prefix("crates/") else {
        return if folder == "xtask" { check_xtask(path, content) } else { Vec::new() };
    };
    let Some(place) = PLACES.iter().find(|place| place.name == name) else {
        let message = format!("crate `{name}` has no place: give it one in xtask/src/tidy/crates.rs");
        return vec![Finding::new(path, 1, message)];
    };
    let mut findings = Vec::new();
    for dependency in dependencies(content) {
        let Dependency { line, name: used, for_tests } = &dependency;
        let ours = PLACES.iter().any(|place| place.name == used);
        let allowed = place.may.contains(&used.as_str()) || *for_tests && place.tests_may.contains(&used.as_str());
        if ours && !allowed {
            let whom = if place.may.is_empty() { "none of ours".to_owned() } else { place.may.join(", ") };
            findings.push(Finding::new(path, *line, format!("`{name}` may not use `{used}`; it may use: {whom}")));
        }
        if !for_tests && place.never.contains(&used.as_str()) {
            findings.push(Finding::new(path, *line, format!("`{name}` must not know `{used}` (ARCHITECTURE.md)")));
        }
    }
    findings
}

fn check_xtask(path: &str, content: &str) -> Vec<Finding> {
    let message = "xtask uses nothing but the standard library, so that it builds at once";
    dependencies(content).iter().map(|dependency| Finding::new(path, dependency.line, message)).collect()
}

struct Dependency {
    line: usize,
    name: String,
    for_tests: bool,
}

/// The names in `[dependencies]` and its kin, in both notations (`a = …` and `[dependencies.a]`).
fn dependencies(content: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut section = None;
    for (line, text) in numbered(content) {
        let text = text.trim();
        if let Some(header) = text.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            let (before, after) = header.split_once("dependencies").unwrap_or(("", "-"));
            let here = header.contains("dependencies") && before != "workspace.";
            let for_tests = before.ends_with("dev-");
            section = (here && after.is_empty()).then_some(for_tests);
            if let Some(name) = after.strip_prefix('.').filter(|_| here) {
                found.push(Dependency { line, name: name.to_owned(), for_tests });
            }
        } else if let Some(for_tests) = section
            && let name = text.split(['.', '=', ' ']).next().unwrap_or("")
            && !name.is_empty()
            && !name.starts_with('#')
        {
            found.push(Dependency { line, name: name.trim_matches('"').to_owned(), for_tests });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::said;
    use super::*;

    #[track_caller]
    fn check_crate(path: &str, content: &str, expect: &[&str]) {
        assert_eq!(said(&check(path, content)), expect);
    }

    #[test]
    fn arrows_point_one_way() {
        check_crate("crates/store/Cargo.toml", "[dependencies]\nkernel.workspace = true\ntokio = \"1\"\n", &[]);
        check_crate(
            "crates/store/Cargo.toml",
            "[package]\nname = \"store\"\n\n[dependencies]\nkernel.workspace = true\nshell = { path = \"../shell\" }\n",
            &["6: `store` may not use `shell`; it may use: kernel, seal"],
        );
        check_crate(
            "crates/kernel/Cargo.toml",
            "[dependencies.rules]\npath = \"../rules\"\n",
            &["1: `kernel` may not use `rules`; it may use: none of ours"],
        );
    }

    #[test]
    fn the_pure_stay_pure() {
        check_crate(
            "crates/rules/Cargo.toml",
            "[dependencies]\n# a note\nsea-orm = { workspace = true }\n",
            &["3: `rules` must not know `sea-orm` (ARCHITECTURE.md)"],
        );
        check_crate("crates/shell/Cargo.toml", "[dev-dependencies]\nsea-orm.workspace = true\n", &[]);
    }

    #[test]
    fn the_test_kit_is_for_tests() {
        check_crate("crates/platform/Cargo.toml", "[dev-dependencies]\ntestkit.workspace = true\n", &[]);
        check_crate(
            "crates/platform/Cargo.toml",
            "[dependencies]\ntestkit.workspace = true\n",
            &["2: `platform` may not use `testkit`; it may use: kernel, rules, pairing, text, store, shell"],
        );
    }

    #[test]
    fn a_new_crate_must_take_its_place_and_xtask_stays_bare() {
        check_crate(
            "crates/weather/Cargo.toml",
            "",
            &["1: crate `weather` has no place: give it one in xtask/src/tidy/crates.rs"],
        );
        let bare = "xtask uses nothing but the standard library, so that it builds at once";
        check_crate("xtask/Cargo.toml", "[dependencies]\nclap = \"4\"\n", &[&format!("2: {bare}")]);
        check_crate("Cargo.toml", "[workspace.dependencies]\nkernel = { path = \"crates/kernel\" }\n", &[]);
    }
}
