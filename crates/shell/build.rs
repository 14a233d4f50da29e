//! Lists what `npm run build` left in web/dist, so that `src/assets.rs` can embed it. It never runs npm itself: where
//! nothing was built (a plain `cargo check` on a new clone), the list is empty and pages go without style and script.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Field of `AssetUrls`, first part and ending of the file's name, its media type.
const KINDS: [(&str, &str, &str, &str); 7] = [
    ("style", "app-", ".css", "text/css; charset=utf-8"),
    ("script", "app-", ".js", "text/javascript; charset=utf-8"),
    ("icons", "icons-", ".svg", "image/svg+xml"),
    ("worker", "worker-", ".js", "text/javascript; charset=utf-8"),
    ("sign", "sign-", ".png", "image/png"),
    ("sign_large", "sign-large-", ".png", "image/png"),
    ("sign_cut", "sign-cut-", ".png", "image/png"),
];

fn main() -> io::Result<()> {
    let variable = |name| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name));
    let dist = variable("CARGO_MANIFEST_DIR")?.join("../../web/dist");
    // Cargo runs this again at every build while a watched path is missing; an empty folder is there.
    if fs::create_dir_all(&dist).is_ok() {
        println!("cargo:rerun-if-changed={}", dist.display());
    }
    let built = names(&dist);
    let (mut urls, mut files) = (String::new(), String::new());
    for (field, start, end, kind) in KINDS {
        // Between the two stands the hash alone: `sign-` is not `sign-large-`.
        let hash = |name: &String| name.strip_prefix(start)?.strip_suffix(end).map(|hash| !hash.contains('-'));
        let name = built.iter().find(|name| hash(name) == Some(true));
        let url = name.map_or_else(|| format!("{start}unbuilt{end}"), Clone::clone);
        writeln!(urls, "    {field}: {:?},", format!("/assets/{url}")).map_err(io::Error::other)?;
        if let Some(name) = name {
            // A picture is as small as it gets, and has no other forms.
            let bytes = |ending: &str| match dist.join(format!("{name}{ending}")) {
                path if path.exists() => format!("include_bytes!({path:?})"),
                _ => "&[]".to_owned(),
            };
            let (plain, gzip, brotli) = (bytes(""), bytes(".gz"), bytes(".br"));
            let file = format!(
                "    File {{ name: {name:?}, kind: {kind:?}, plain: {plain}, gzip: {gzip}, brotli: {brotli} }},"
            );
            files.push_str(&file);
            files.push('\n');
        }
    }
    let doc = "/// Where this build's assets are.";
    let text =
        format!("{doc}\npub const URLS: AssetUrls = AssetUrls {{\n{urls}}};\nconst FILES: &[File] = &[\n{files}];\n");
    fs::write(variable("OUT_DIR")?.join("assets.rs"), text)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}
