//! Problems turned into answers, at one place that sees both the problem and who asked.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Problem;
use serde_json::json;
use std::sync::Arc;

/// A problem on its way out of a handler: `Result<T, Refusal>`. It gets its form in [`answering`].
#[derive(Debug)]
pub struct Refusal(Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(self.0));
        response
    }
}

/// The router whose refusals, its own (no such path, wrong method) included, are answered in the caller's form.
pub(crate) fn answering<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(|| async { Refusal(Problem::NotFound) })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(from_fn(answer))
}

async fn answer(request: Request, next: Next) -> Response {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let response = next.run(request).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let mut told = program(405, "不支持这种操作", "这个地址不支持该请求方法。", &json!([]));
        if let Some(allow) = response.headers().get(header::ALLOW) {
            told.headers_mut().insert(header::ALLOW, allow.clone());
        }
        return told;
    }
    let Some(problem) = response.extensions().get::<Arc<Problem>>().cloned() else { return response };
    if let Problem::Bug { .. } = *problem {
        tracing::error!(%method, path = uri.path(), %problem, "a request failed");
    }
    form(&problem, &method, &uri, &headers)
}

fn form(problem: &Problem, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let wants_page = !uri.path().starts_with("/api/")
        && headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
    if !wants_page {
        let errors = if let Problem::Invalid { errors, .. } = problem { json!(errors) } else { json!([]) };
        let mut told = program(problem.status(), problem.title(), &problem.detail(), &errors);
        if let Problem::TooOften(seconds) = problem {
            told.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        return told;
    }
    if matches!(problem, Problem::Unauthorized) {
        // After signing in, a reader comes back; a write is not repeated behind anybody's back.
        let back = if method == Method::GET { uri.path_and_query().map_or("/", |path| path.as_str()) } else { "/" };
        return Redirect::to(&format!("/login?next={}", escape(back))).into_response();
    }
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = format!("{}\n\n{}\n", problem.title(), problem.detail());
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], page).into_response()
}

/// RFC 9457.
fn program(status: u16, title: &str, detail: &str, errors: &serde_json::Value) -> Response {
    let body = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// Percent-encodes what may not stand in a query value.
fn escape(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::{Guard, Identify, Public, Refusal, Routes};
    use axum::body::Body;
    use axum::http::request::Parts;
    use axum::http::{Request, header};
    use chrono::DateTime;
    use http_body_util::BodyExt;
    use kernel::authz::{ReadAudit, ReadDemands};
    use kernel::id::AccountId;
    use kernel::{Actor, Grant, Problem, Reach, Role};
    use std::sync::Arc;
    use tower::ServiceExt;

    /// Takes the word of a header, as no real state would.
    #[derive(Clone)]
    struct Trusting;

    impl Identify for Trusting {
        async fn actor(&self, parts: &Parts) -> Result<Option<Arc<Actor>>, Problem> {
            let Some(role) = parts.headers.get("x-role").and_then(|role| Role::parse(role.to_str().ok()?)) else {
                return Ok(None);
            };
            let account = AccountId::mint(DateTime::from_timestamp_millis(1_790_000_000_000).unwrap());
            let grants = vec![Grant { role, reach: Reach::Everything }];
            Ok(Some(Arc::new(Actor { account, name: "甲".into(), official: None, grants })))
        }
    }

    async fn demands(guard: Guard<ReadDemands>) -> String {
        format!("{} sees {}", guard.actor.name, guard.scope.reaches().len())
    }
    async fn trail(_: Guard<ReadAudit>) -> &'static str {
        "trail"
    }
    async fn broken(_: Public) -> Result<(), Refusal> {
        Err(Problem::bug("opening", "password=hunter2").into())
    }
    async fn picky(_: Public) -> Result<(), Refusal> {
        Err(Problem::field("title", "请填写标题。").into())
    }

    /// Status, redirect and body of what this person gets.
    async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
        let routes = Routes::new()
            .get("/demands", demands)
            .get("/audit", trail)
            .post("/broken", broken)
            .get("/broken", broken)
            .get("/picky", picky);
        let (router, _) = routes.get("/api/v1/demands", demands).finish(Trusting);
        let request = headers.iter().fold(Request::builder().method(method).uri(path), |b, (k, v)| b.header(*k, *v));
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let place = response.headers().get(header::LOCATION).map(|place| place.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, place.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
    }

    const BROWSER: (&str, &str) = ("accept", "text/html,*/*");

    #[tokio::test]
    async fn a_stranger_with_a_browser_signs_in_and_comes_back_and_a_program_is_told() {
        let (status, place, _) = ask("GET", "/demands?state=open&q=a%26b", &[BROWSER]).await;
        assert_eq!((status, place.as_str()), (303, "/login?next=/demands%3Fstate%3Dopen%26q%3Da%2526b"));
        let (status, _, body) = ask("GET", "/api/v1/demands", &[BROWSER]).await;
        assert_eq!(status, 401);
        assert!(body.contains(r#""detail":"请先登录。""#), "{body}");
    }

    #[tokio::test]
    async fn what_is_hidden_and_what_is_not_there_answer_alike() {
        let desk = ("x-role", "area_desk");
        let hidden = ask("GET", "/audit", &[desk]).await;
        assert_eq!(hidden, ask("GET", "/nowhere", &[desk]).await);
        assert_eq!(hidden.0, 404);
        assert_eq!(ask("GET", "/demands", &[desk]).await.2, "甲 sees 1");
    }

    #[tokio::test]
    async fn the_cause_of_a_bug_is_shown_to_nobody() {
        for headers in [&[BROWSER][..], &[]] {
            let (status, _, body) = ask("GET", "/broken", headers).await;
            assert_eq!(status, 500);
            assert!(!body.contains("hunter2") && body.contains("系统出"), "{body}");
        }
    }

    #[tokio::test]
    async fn a_field_that_needs_mending_is_named_and_a_wrong_method_is_told_so() {
        let (status, _, body) = ask("GET", "/picky", &[]).await;
        assert_eq!(status, 422);
        assert!(body.contains(r#""errors":[{"detail":"请填写标题。","field":"title"}]"#), "{body}");
        let (status, _, body) = ask("DELETE", "/picky", &[]).await;
        assert!(status == 405 && body.contains("不支持"), "{status} {body}");
    }

    #[test]
    fn the_routes_remember_which_right_opens_them() {
        let (_, entries) = Routes::new().get("/audit", trail).post("/broken", broken).finish(Trusting);
        let rights: Vec<_> = entries.iter().map(|entry| (entry.method, entry.path, entry.right)).collect();
        assert_eq!(rights, [("GET", "/audit", "audit.read"), ("POST", "/broken", "public")]);
    }
}
