//! What is seen of every request from outside its handler: an id that its answer carries too, one line in the log, and
//! its measures. Of what was asked only the method and the route's pattern are kept: no query, no body, no name.

use crate::answer::Refusal;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::id::AccountId;
use kernel::{Clock, Problem};
use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// The header that carries a request's id, in both directions.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What asks so often that its lines would hide the others.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// Where whoever finds out who acts leaves word of it, for the log.
#[derive(Clone, Default)]
pub(crate) struct Caller(Arc<OnceLock<AccountId>>);

impl Caller {
    pub(crate) fn is(&self, account: AccountId) {
        // Asked twice, the same person is found.
        let _ = self.0.set(account);
    }
}

/// The layer outside all others.
pub(crate) async fn watch(mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let caller = Caller::default();
    request.extensions_mut().insert(caller.clone());
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let mut response = next.run(request).await;
    let (took, status) = (began.elapsed(), response.status().as_u16());
    let labels =
        [("method", method.to_owned()), ("route", route.to_owned()), ("status", response.status().as_str().to_owned())];
    metrics::histogram!("weiqitong_request_seconds", &labels).record(took);
    let (ms, account) = (took.as_secs_f64() * 1000.0, caller.0.get().map(ToString::to_string));
    let (request, account) = (id.to_str().unwrap_or(""), account.as_deref());
    if PROBES.contains(&route) {
        tracing::debug!(target: "request", method, route, status, ms, request, "answered");
    } else {
        tracing::info!(target: "request", method, route, status, ms, account, request, "answered");
    }
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The id that a proxy or a program gave the request, when it is one that a log can bear; else a fresh one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let given = headers.get(&REQUEST_ID).filter(|id| (1..=64).contains(&id.len()) && id.as_bytes().iter().all(plain));
    let fresh = || HeaderValue::from_str(&kernel::id::mint(Clock::machine().now()).to_string()).ok();
    given.cloned().or_else(fresh).unwrap_or(HeaderValue::from_static("-"))
}

/// A method by its name; what no route knows is one of many.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// A handler that panicked: our own fault, told like any other, and the server lives on.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(crate) fn panicked(what: Box<dyn Any + Send>) -> Response<Body> {
    let text = what.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| what.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".into());
    Refusal::from(Problem::bug("a handler panicked", text)).into_response()
}
