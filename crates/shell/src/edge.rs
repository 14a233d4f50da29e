//! What stands between the network and every handler: limits, headers, and the refusal of forged writes.

use crate::answer::Refusal;
use crate::watch::panicked;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;

/// Bytes a request may bring where a route does not say otherwise.
const BODY_LIMIT: usize = 1024 * 1024;
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// No foreign script, style, frame or form; `data:` images are the ones Tabler's styles carry.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; worker-src 'self'; manifest-src 'self'; object-src 'none'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Puts limits and checks around the router. What they refuse is given its form by the layer outside this one.
pub(crate) fn around<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let router = router.layer(CatchPanicLayer::custom(panicked));
    router.layer(from_fn(patiently)).layer(from_fn(no_forged_writes)).layer(DefaultBodyLimit::max(BODY_LIMIT))
}

/// Headers on every answer.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let asked = request.headers().clone();
    let mut response = next.run(request).await;
    crate::flash::forget(&asked, &mut response);
    let headers = response.headers_mut();
    let set: [(HeaderName, &str); 4] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in set {
        // A file brings a stricter policy of its own.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn patiently(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::from(Problem::Unavailable("处理时间过长，已停止。请稍后再试。".into())).into_response(),
    }
}

/// A write that carries a cookie must come from a page of this site: browsers say so in `Sec-Fetch-Site`, older ones in
/// `Origin`. A bearer token is never sent by a browser on its own, so it needs no such proof.
async fn no_forged_writes(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !reads && request.headers().contains_key(header::COOKIE) && !from_here(request.headers()) {
        let told = "这个请求不是从本系统的页面发出的，已拒绝。请回到本系统页面重新操作。";
        return Refusal::from(Problem::Forbidden(told.into())).into_response();
    }
    next.run(request).await
}

fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    origin.is_some() && origin == text(header::HOST)
}
