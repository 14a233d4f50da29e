//! A sentence for the next page: what was done, told once.
//!
//! It travels in a short-lived cookie that scripts cannot read. Whoever forges one talks only to himself: its text is
//! escaped like any other.

use crate::extract::cookie;
use crate::page::to_be_kept;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

const COOKIE: &str = "wqt_flash";

/// How a sentence is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Success,
    /// For your information.
    Info,
    /// Done, but mind this.
    Warning,
    /// Not done.
    Error,
}

/// A sentence for the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence, in Chinese.
    pub text: String,
}

impl Tone {
    /// Its name in classes.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The icon beside it.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self {
            Self::Success => "circle-check",
            Self::Info => "info-circle",
            Self::Warning => "alert-triangle",
            Self::Error => "circle-x",
        }
    }
}

impl Flash {
    /// It was done.
    pub fn success(text: impl Into<String>) -> Self {
        Self { tone: Tone::Success, text: text.into() }
    }

    /// It was done, but mind this.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { tone: Tone::Warning, text: text.into() }
    }

    /// It was not done.
    pub fn error(text: impl Into<String>) -> Self {
        Self { tone: Tone::Error, text: text.into() }
    }

    /// The sentence this request brings from the page before.
    pub(crate) fn brought(headers: &HeaderMap) -> Option<Self> {
        let (tone, text) = cookie(headers, COOKIE)?.split_once('.')?;
        let tones = [Tone::Success, Tone::Info, Tone::Warning, Tone::Error];
        let tone = tones.into_iter().find(|known| known.name() == tone)?;
        let text = unescape(text).filter(|text| !text.is_empty())?;
        Some(Self { tone, text })
    }

    fn cookie(&self) -> Option<HeaderValue> {
        let text: String = self.text.chars().take(300).collect();
        let value =
            format!("{COOKIE}={}.{}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", self.tone.name(), escape(&text));
        HeaderValue::from_str(&value).ok()
    }
}

/// Sends the browser on to `path` (303), where `flash` is shown.
#[must_use]
pub fn see_other(path: &str, flash: Flash) -> Response {
    let mut response = elsewhere(path);
    if let Some(cookie) = flash.cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Sends the browser on to `path` (303), where it was told already.
#[must_use]
pub fn elsewhere(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let place = HeaderValue::from_str(path).unwrap_or(const { HeaderValue::from_static("/") });
    response.headers_mut().insert(header::LOCATION, place);
    response
}

/// Once a page has gone out, the sentence has been told.
pub(crate) fn forget(asked: &HeaderMap, response: &mut Response) {
    let page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if page && cookie(asked, COOKIE).is_some() && !to_be_kept(asked) {
        let value = const { HeaderValue::from_static("wqt_flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax") };
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Percent-encodes what may not stand in a query value or a cookie.
#[must_use]
pub fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}
