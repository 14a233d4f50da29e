//! A file on its way out: as a download, or, when it is an image, to be looked at in a page that may do nothing.

use super::{Files, Kept};
use crate::App;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{BugExt, Problem};
use object_store::ObjectStoreExt;
use std::fmt::Write;

/// A page drawn from such an answer may load nothing, run nothing and send nothing.
const POLICY: HeaderValue =
    HeaderValue::from_static("sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'");

/// The bytes of a file. `look` asks to see it in the browser, which only images are allowed.
///
/// # Errors
/// [`Problem::NotFound`] when its bytes are gone.
pub async fn answer(app: &App, file: &Kept, look: bool) -> Result<Response, Problem> {
    let found = match app.files.0.get(&Files::place(file.id)).await {
        Ok(found) => found,
        Err(object_store::Error::NotFound { .. }) => return Err(Problem::NotFound),
        Err(error) => return Err(Problem::bug("reading a file", error)),
    };
    let way = if look && file.media.starts_with("image/") { "inline" } else { "attachment" };
    let named = format!("{way}; filename=\"{}\"; filename*=UTF-8''{}", ascii(&file.name), encoded(&file.name));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_str(&file.media).bug("naming a media type")?),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&named).bug("naming a file")?),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    Ok((headers, Body::from_stream(found.into_stream())).into_response())
}

/// The name for readers that know no other signs.
fn ascii(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' };
    name.chars().map(plain).collect()
}

/// RFC 5987.
fn encoded(name: &str) -> String {
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
