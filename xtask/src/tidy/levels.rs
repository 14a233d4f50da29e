//! Features of the platform stand on levels; a feature uses strictly lower ones. Sideways and upward talk is by event.

use super::Finding;
use super::lexer::Source;

/// A feature's level. A new folder in `crates/platform/src` gets its line here.
const LEVELS: &[(&str, u8)] = &[
    ("audit", 0),
    ("notify", 0),
    ("files", 0),
    ("drafts", 0),
    ("looks", 1),
    ("identity", 1),
    ("org", 1),
    ("registry", 2),
    ("catalogue", 2),
    ("access", 3),
    ("invitations", 3),
    ("pairing", 3),
    ("demands", 3),
    ("meetings", 3),
    ("policies", 3),
    ("contacts", 4),
    ("clients", 5),
    ("handovers", 5),
    ("rounds", 5),
    ("supervision", 5),
    ("exchange", 5),
    ("search", 5),
    ("cockpit", 5),
    ("console", 5),
    ("messages", 5),
    ("home", 6),
];

const HOME: &str = "crates/platform/src/";

/// Checks the `crate::feature` paths of one file of a feature. Files beside the features wire them and may use all.
pub(crate) fn check(path: &str, source: &Source) -> Vec<Finding> {
    let Some((feature, _)) = path.strip_prefix(HOME).and_then(|rest| rest.split_once('/')) else {
        return Vec::new();
    };
    let Some(own) = level(feature) else {
        let message = format!("feature `{feature}` has no level: give it one in xtask/src/tidy/levels.rs");
        return vec![Finding::new(path, 1, message)];
    };
    let mut findings = Vec::new();
    for (line, used) in uses(&source.code) {
        let Some(other) = level(&used) else { continue };
        if used != feature && other >= own {
            let message = format!(
                "`{feature}` (level {own}) uses `{used}` (level {other}): only lower levels; talk upward and sideways by event"
            );
            findings.push(Finding::new(path, line, message));
        }
    }
    findings
}

fn level(feature: &str) -> Option<u8> {
    LEVELS.iter().find(|(name, _)| *name == feature).map(|(_, level)| *level)
}

/// The modules named right after `crate::`, also in a group, with their lines.
fn uses(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|here: char| here.is_ascii_alphanumeric() || here == '_') {
            continue;
        }
        let start = at + "crate::".len();
        match code[start..].strip_prefix('{') {
            Some(group) => heads(group, |offset, name| found.push((line_of(code, start + 1 + offset), name))),
            None => found.push((line_of(code, at), word(&code[start..]).to_owned())),
        }
    }
    found
}

/// The first name of every item of a group, whose opening brace has been passed.
fn heads(group: &str, mut found: impl FnMut(usize, String)) {
    let mut depth = 0;
    let mut fresh = true;
    for (offset, here) in group.char_indices() {
        match here {
            '{' => depth += 1,
            '}' if depth == 0 => return,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if here.is_whitespace() => {}
            _ if fresh && depth == 0 => {
                fresh = false;
                found(offset, word(&group[offset..]).to_owned());
            }
            _ => {}
        }
    }
}

fn word(text: &str) -> &str {
    text.split(|here: char| !here.is_ascii_alphanumeric() && here != '_').next().unwrap_or("")
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::super::{lexer, said};
    use super::*;

    #[track_caller]
    fn check_uses(path: &str, content: &str, expect: &[&str]) {
        assert_eq!(said(&check(path, &lexer::split(content))), expect);
    }

    #[test]
    fn a_feature_uses_lower_levels_and_itself() {
        let content = "use crate::org::Unit;\nuse crate::{audit, demands::rules};\nuse crate::app::App;\n";
        check_uses("crates/platform/src/demands/mod.rs", content, &[]);
    }

    #[test]
    fn upward_and_sideways_are_found_alone_and_in_a_group() {
        let upward = "only lower levels; talk upward and sideways by event";
        check_uses(
            "crates/platform/src/org/pages.rs",
            "use kernel::Day;\nuse crate::{\n    audit::Entry,\n    demands::{Demand, meetings},\n};\nfn f() { crate::identity::f() }\n",
            &[
                &format!("4: `org` (level 1) uses `demands` (level 3): {upward}"),
                &format!("6: `org` (level 1) uses `identity` (level 1): {upward}"),
            ],
        );
    }

    #[test]
    fn comments_and_other_files_are_free() {
        check_uses("crates/platform/src/audit/mod.rs", "//! Read by [`crate::console`].\n", &[]);
        check_uses("crates/platform/src/routes.rs", "use crate::console;\n", &[]);
        check_uses("crates/shell/src/console/mod.rs", "use crate::console;\n", &[]);
    }

    #[test]
    fn a_new_feature_must_take_its_place() {
        check_uses(
            "crates/platform/src/weather/mod.rs",
            "",
            &["1: feature `weather` has no level: give it one in xtask/src/tidy/levels.rs"],
        );
    }
}
