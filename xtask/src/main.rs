//! Chores of the workspace, run as `cargo xtask CHORE`. Needs nothing but the standard library, so it builds at once.

mod tidy;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let chore = std::env::args().nth(1);
    match chore.as_deref() {
        Some("tidy") => tidy_up(),
        _ => {
            eprintln!("usage: cargo xtask tidy    checks the house rules that no compiler checks");
            ExitCode::from(2)
        }
    }
}

fn tidy_up() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    match tidy::check_tree(root) {
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
