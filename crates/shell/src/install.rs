//! What makes the site an app on a telephone: the manifest with its name and signs, the worker that keeps a few pages for
//! times without a line, and the page that says that there is none.

use crate::assets::{self, URLS};
use crate::guard::{Identify, Public};
use crate::page::{Html, Kit};
use crate::{Refusal, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use serde_json::json;

pub(crate) fn routes<S: Identify>() -> Routes<S> {
    Routes::new().get("/manifest.webmanifest", manifest::<S>).get("/sw.js", worker).get("/offline", offline)
}

async fn manifest<S: Identify>(_: Public, State(state): State<S>) -> Response {
    let sign = |src: &str, size: &str, purpose: &str| json!({ "src": src, "sizes": size, "type": "image/png", "purpose": purpose });
    let shortcut = |name: &str, url: &str| json!({ "name": name, "url": url });
    let text = json!({
        "id": "/",
        "name": state.site(),
        "short_name": state.site(),
        "description": "有需必应，无事不扰：企业和服务专员的工作台",
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f9",
        "theme_color": "#ffffff",
        "icons": [
            sign(URLS.sign, "192x192", "any"),
            sign(URLS.sign_large, "512x512", "any"),
            sign(URLS.sign_cut, "512x512", "maskable"),
        ],
        "shortcuts": [shortcut("提交诉求", "/demands/new"), shortcut("联系", "/contacts"), shortcut("还没送出", "/drafts")],
    });
    let kind = HeaderValue::from_static("application/manifest+json");
    let kept = HeaderValue::from_static("public, max-age=3600");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], text.to_string()).into_response()
}

/// The worker at an address that stays, from where it sees every page. The browser asks each time whether it changed.
async fn worker(_: Public, headers: HeaderMap) -> Result<Response, Refusal> {
    let name = URLS.worker.trim_start_matches("/assets/");
    let mut response = assets::sent(name, &headers).ok_or(Problem::NotFound)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    kit: Kit,
}

async fn offline(_: Public, kit: Kit) -> Html<OfflinePage> {
    Html(OfflinePage { kit: Kit { desk: None, flash: None, ..kit.titled("现在没有网络") } })
}
