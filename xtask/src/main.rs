//! Chores of the workspace, run as `cargo xtask CHORE`. Needs nothing but the standard library, so it builds at once.

mod licences;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let chore = std::env::args().nth(1);
    match chore.as_deref() {
        Some("tidy") => tidy_up(),
        Some("licences") => look_at_licences(),
        _ => {
            eprintln!("usage: cargo xtask tidy        checks the house rules that no compiler checks");
            eprintln!("       cargo xtask licences    checks what is linked in against the list in deny.toml");
            ExitCode::from(2)
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

fn look_at_licences() -> ExitCode {
    match licences::check_tree(root()) {
        Ok(found) if found.is_empty() => ExitCode::SUCCESS,
        Ok(found) => {
            eprintln!("licences not in the list of deny.toml:\n{}", found.join("\n"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("licences: {error}");
            ExitCode::FAILURE
        }
    }
}

fn tidy_up() -> ExitCode {
    match tidy::check_tree(root()) {
        Ok(findings) if findings.is_empty() => ExitCode::SUCCESS,
        Ok(findings) => {
            for finding in &findings {
                eprintln!("{finding}");
            }
            eprintln!("tidy: {} to mend (why each rule is there: CONTRIBUTING.md)", findings.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("tidy: cannot read the tree: {error}");
            ExitCode::FAILURE
        }
    }
}
