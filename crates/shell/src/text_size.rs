//! Large text (适老): a choice the browser keeps for a year. The script does the same at once, without a new page.

use crate::extract::cookie;
use crate::{Form, Public, Routes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

const COOKIE: &str = "wqt_text";

pub(crate) fn is_large(headers: &HeaderMap) -> bool {
    cookie(headers, COOKIE) == Some("large")
}

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    Routes::new().post("/text-size", toggle)
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

async fn toggle(_: Public, headers: HeaderMap, Form(Back { back }): Form<Back>) -> Response {
    let local = back.starts_with('/')
        && !back.starts_with("//")
        && back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let mut response = Redirect::to(if local { &back } else { "/" }).into_response();
    let value = if is_large(&headers) {
        const { HeaderValue::from_static("wqt_text=; Path=/; Max-Age=0; SameSite=Lax") }
    } else {
        const { HeaderValue::from_static("wqt_text=large; Path=/; Max-Age=31536000; SameSite=Lax") }
    };
    response.headers_mut().append(header::SET_COOKIE, value);
    response
}
