//! Problems turned into answers, at one place that sees both the problem and who asked: a program gets problem+json,
//! a browser a page, htmx a notice.

use crate::flash::{Flash, escape};
use crate::guard::Identify;
use crate::page::{Html, Kit, asked_by_htmx};
use crate::watch::REQUEST_ID;
use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Problem;
use kernel::problem::FieldError;
use serde_json::json;
use std::sync::Arc;

/// Why a handler goes no further: `Result<T, Refusal>`.
#[derive(Debug)]
pub enum Refusal {
    /// A problem. It gets its form in [`answering`].
    Problem(Problem),
    /// It was done before: the answer of then.
    Before(Box<Response>),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::Problem(problem) => problem,
            Self::Before(answer) => return *answer,
        };
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(problem));
        response
    }
}

/// The router whose refusals, its own (no such path, wrong method) included, are answered in the caller's form.
pub(crate) fn answering<S: Identify>(router: Router<S>, state: S) -> Router<S> {
    router
        .fallback(|| async { Refusal::from(Problem::NotFound) })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(from_fn_with_state(state, answer::<S>))
}

async fn answer<S: Identify>(State(state): State<S>, request: Request, next: Next) -> Response {
    let mut asked = Request::new(()).into_parts().0;
    (asked.method, asked.uri) = (request.method().clone(), request.uri().clone());
    asked.headers = request.headers().clone();
    let response = next.run(request).await;
    let told = if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        Told::wrong_method()
    } else {
        let Some(problem) = response.extensions().get::<Arc<Problem>>() else { return response };
        if let Problem::Bug { .. } = **problem {
            let request = asked.headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
            tracing::error!(method = %asked.method, path = asked.uri.path(), request, %problem, "a request failed");
        }
        Told::of(problem)
    };
    let mut answer = form(told, &mut asked, &state).await;
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

/// A problem in the words of whoever asked.
struct Told {
    status: StatusCode,
    title: &'static str,
    detail: String,
    /// What to do now.
    advice: &'static str,
    errors: Vec<FieldError>,
    /// Seconds to wait before trying again.
    wait: Option<u64>,
    /// Whether a page of its own asks for a new password.
    password_due: bool,
}

impl Told {
    fn of(problem: &Problem) -> Self {
        let errors = if let Problem::Invalid { errors, .. } = problem { errors.clone() } else { Vec::new() };
        let advice = match problem {
            Problem::NotFound => {
                "请检查地址是否完整，或从首页重新进入。如果您认为自己应当能看到它，请联系本单位的管理员。"
            }
            Problem::Forbidden(_) => "如果您认为自己应当能这样做，请联系本单位的管理员。",
            Problem::Stale(_) => "请返回并刷新页面，看过最新内容后再操作。",
            Problem::Bug { .. } => "如果多次出现，请告诉系统管理员出现的时间和您正在做的事。",
            Problem::Unavailable(_) | Problem::TooOften(_) => "您填写的内容没有提交。稍等片刻，再返回重试。",
            _ => "请返回上一页更正后再提交，已填写的内容一般还在。",
        };
        Self {
            status: StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            title: problem.title(),
            detail: problem.detail(),
            advice,
            errors,
            wait: if let Problem::TooOften(seconds) = problem { Some(*seconds) } else { None },
            password_due: matches!(problem, Problem::PasswordDue),
        }
    }

    fn wrong_method() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            title: "不支持这种操作",
            detail: "这个地址不支持该请求方法。".into(),
            advice: "请从页面上的按钮或链接进入，不要直接输入地址。",
            errors: Vec::new(),
            wait: None,
            password_due: false,
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    kit: Kit,
    told: Told,
}

/// What htmx puts into the region of notices instead of where it meant to.
#[derive(Template)]
#[template(path = "notice.html")]
struct Notice {
    flash: Flash,
}

async fn form<S: Identify>(told: Told, asked: &mut Parts, state: &S) -> Response {
    let text = |name: &str| asked.headers.get(name).and_then(|value| value.to_str().ok());
    let htmx = asked_by_htmx(&asked.headers);
    let wants_page = htmx || text("accept").is_some_and(|accept| accept.contains("text/html"));
    let status = told.status;
    if asked.uri.path().starts_with("/api/") || !wants_page {
        return program(&told);
    }
    if status == StatusCode::UNAUTHORIZED {
        // After signing in, a reader comes back; a write is not repeated behind anybody's back.
        let here = asked.uri.path_and_query().map_or("/", |path| path.as_str());
        let back = if asked.method == Method::GET && !htmx { here } else { "/" };
        let login = format!("/login?next={}", escape(back));
        return if htmx {
            (status, [("hx-redirect", login)]).into_response()
        } else {
            Redirect::to(&login).into_response()
        };
    }
    if told.password_due {
        let page = "/account/password";
        return if htmx {
            (status, [("hx-redirect", page)]).into_response()
        } else {
            Redirect::to(page).into_response()
        };
    }
    let mut response = if htmx {
        let place = [("hx-retarget", "#notices"), ("hx-reswap", "innerHTML"), ("hx-reselect", ".wqt-flash")];
        let mend = told.errors.iter().map(|error| error.detail.as_str());
        let flash = Flash::error(std::iter::once(told.detail.as_str()).chain(mend).collect::<String>());
        (status, place, Html(Notice { flash })).into_response()
    } else {
        // When the house is on fire, nobody is asked who lives there.
        let kit = if status.is_server_error() { None } else { Kit::of(asked, state).await.ok() };
        let kit = kit.unwrap_or_else(|| Kit::alone(asked, state)).titled(told.title);
        let wait = told.wait;
        let mut page = (status, Html(ProblemPage { kit, told })).into_response();
        retry_after(&mut page, wait);
        page
    };
    // A page that cannot be drawn is a problem, too; here it ends.
    if response.extensions().get::<Arc<Problem>>().is_some() {
        tracing::error!("the page of a problem cannot be drawn");
        response = status.into_response();
    }
    response
}

fn retry_after(response: &mut Response, wait: Option<u64>) {
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// RFC 9457.
fn program(told: &Told) -> Response {
    let Told { status, title, detail, errors, wait, .. } = told;
    let body =
        json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail, "errors": errors });
    let kind = HeaderValue::from_static("application/problem+json");
    let mut response = (*status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response();
    retry_after(&mut response, *wait);
    response
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
            Ok(Some(Arc::new(Actor { account, name: "甲".into(), official: None, grants, stands_in: Vec::new() })))
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
