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
    /// The worker behind the pages; browsers fetch it as `/sw.js`.
    pub worker: &'static str,
    /// The sign of the app, 192 pixels wide.
    pub sign: &'static str,
    /// The sign, 512 pixels wide.
    pub sign_large: &'static str,
    /// The sign, 512 pixels wide, with room around it to be cut into any shape.
    pub sign_cut: &'static str,
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
    let mut response = sent(&name, &headers).ok_or(Problem::NotFound)?;
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    Ok(response)
}

/// The file of this name, in the smallest form that the caller takes; none when there is none.
pub(crate) fn sent(name: &str, headers: &HeaderMap) -> Option<Response> {
    let file = FILES.iter().find(|file| file.name == name)?;
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let takes = |coding: &str| accepts.split(',').any(|taken| taken.trim() == coding);
    let (coding, bytes) = match () {
        () if takes("br") && !file.brotli.is_empty() => (Some("br"), file.brotli),
        () if takes("gzip") && !file.gzip.is_empty() => (Some("gzip"), file.gzip),
        () => (None, file.plain),
    };
    let mut response = bytes.into_response();
    let told = response.headers_mut();
    told.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    told.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        told.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}
