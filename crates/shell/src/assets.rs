//! Script, style and icons: built by `make web` into web/dist, embedded when this crate is compiled, kept by browsers
//! for ever, since a changed file has another name.
//!
//! `build.rs` only lists what lies there. Where nothing was built, everything compiles and pages come without style.

use crate::{Path, Public, Refusal, Routes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::Problem;

/// Where a page finds its assets.
#[derive(Debug, Clone, Copy)]
pub struct AssetUrls {
    /// The style sheet.
    pub style: &'static str,
    /// The script.
    pub script: &'static str,
    /// The sheet of icons; `#name` picks one.
    pub icons: &'static str,
}

struct File {
    name: &'static str,
    kind: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// `/assets/{name}`, for everybody.
#[must_use]
pub fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    Routes::new().get("/assets/{name}", asset)
}

async fn asset(_: Public, Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Refusal> {
    let file = FILES.iter().find(|file| file.name == name).ok_or(Problem::NotFound)?;
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let takes = |coding: &str| accepts.split(',').any(|taken| taken.trim() == coding);
    let (coding, bytes) = match () {
        () if takes("br") => (Some("br"), file.brotli),
        () if takes("gzip") => (Some("gzip"), file.gzip),
        () => (None, file.plain),
    };
    let mut response = bytes.into_response();
    let told = response.headers_mut();
    told.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    told.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    told.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        told.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Ok(response)
}
