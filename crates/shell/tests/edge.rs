//! What the edge lets in, as seen by those who knock.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt;
use kernel::{Actor, Problem};
use serde::{Deserialize, Serialize};
use shell::{Form, Identify, IfMatch, Json, Path, Public, Query, Refusal, Routes, Version, idempotency_key};
use std::sync::Arc;
use tower::ServiceExt;

#[derive(Clone)]
struct Nobody;

impl Identify for Nobody {
    async fn actor(&self, _: &Parts) -> Result<Option<Arc<Actor>>, Problem> {
        Ok(None)
    }
}

#[derive(Serialize, Deserialize)]
struct Note {
    lines: u32,
}

async fn keep(_: Public, Json(note): Json<Note>) -> (Version, Json<Note>) {
    (Version(7), Json(note))
}
async fn fill(_: Public, Form(note): Form<Note>) -> Json<Note> {
    Json(note)
}
async fn find(_: Public, Path(id): Path<u32>, Query(note): Query<Note>) -> String {
    format!("{id} {}", note.lines)
}
async fn change(_: Public, IfMatch(version): IfMatch) -> String {
    version.to_string()
}
async fn once(_: Public, headers: HeaderMap) -> Result<String, Refusal> {
    Ok(idempotency_key(&headers)?.unwrap_or_default())
}

async fn stumble(_: Public, Path(lines): Path<usize>) -> String {
    format!("{}", [1, 2, 3][lines])
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

async fn send(method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let routes = Routes::new().post("/keep", keep).post("/fill", fill).get("/find/{id}", find);
    let (router, _) =
        routes.patch("/change", change).post("/once", once).get("/stumble/{lines}", stumble).finish(Nobody);
    let request = Request::builder().method(method).uri(path).header("host", "qiye.example");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = router.oneshot(request.body(body.into()).expect("a request")).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const SIGNED_IN: (&str, &str) = ("cookie", "wqt_session=x");

#[tokio::test]
async fn a_body_that_cannot_be_read_is_the_callers_to_mend() {
    for (headers, body, status, told) in [
        (&[JSON][..], Body::from("{\"lines\":3}"), 200, "3"),
        (&[JSON], Body::from("{\"lines\":"), 400, "不是有效的 JSON"),
        (&[JSON], Body::from("{\"lines\":\"three\"}"), 400, "不符合要求"),
        (&[JSON], Body::from(vec![b'"', 0xff, b'"']), 400, "UTF-8"),
        (&[], Body::from("{}"), 400, "application/json"),
        (&[JSON], Body::from(vec![b' '; 2 << 20]), 413, "过大"),
    ] {
        let answer = send("POST", "/keep", headers, body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(told), "{}", answer.body);
    }
    let answer = send("POST", "/fill", &[FORM], "lines=many").await;
    assert_eq!((answer.status, answer.body.contains("提交的内容无法识别")), (400, true), "{}", answer.body);
}

#[tokio::test]
async fn an_address_that_means_nothing_is_not_found_and_a_bad_filter_is_told() {
    assert_eq!(send("GET", "/find/3?lines=4", &[], "").await.body, "3 4");
    assert_eq!(send("GET", "/find/three?lines=4", &[], "").await.status, 404);
    assert_eq!(send("GET", "/find/3?lines=x", &[], "").await.status, 400);
    assert_eq!(send("GET", "/find/3", &[], "").await.status, 400);
}

#[tokio::test]
async fn an_update_names_the_version_it_was_made_on() {
    let kept = send("POST", "/keep", &[JSON], "{\"lines\":3}").await;
    assert_eq!(kept.headers["etag"], "\"7\"");
    assert_eq!(send("PATCH", "/change", &[("if-match", "\"7\"")], "").await.body, "7");
    assert_eq!(send("PATCH", "/change", &[], "").await.status, 428);
    assert_eq!(send("PATCH", "/change", &[("if-match", "W/x")], "").await.status, 412);
}

#[tokio::test]
async fn an_idempotency_key_is_short_plain_text() {
    assert_eq!(send("POST", "/once", &[("idempotency-key", "k1")], "").await.body, "k1");
    assert_eq!(send("POST", "/once", &[], "").await.body, "");
    let long = "k".repeat(201);
    assert_eq!(send("POST", "/once", &[("idempotency-key", &long)], "").await.status, 400);
}

#[tokio::test]
async fn a_write_forged_on_another_site_is_refused_and_one_from_here_is_not() {
    for (headers, status) in [
        (vec![("sec-fetch-site", "same-origin")], 200),
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (vec![("origin", "http://qiye.example")], 200),
        (vec![("origin", "http://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![], 403),
    ] {
        let headers = [vec![SIGNED_IN, FORM], headers].concat();
        assert_eq!(send("POST", "/fill", &headers, "lines=1").await.status, status, "{headers:?}");
    }
    assert_eq!(
        send("POST", "/fill", &[FORM], "lines=1").await.status,
        200,
        "without a cookie there is nothing to forge"
    );
    assert_eq!(send("GET", "/find/1?lines=1", &[SIGNED_IN], "").await.status, 200, "reading is always possible");
}

#[tokio::test]
async fn a_handler_that_panics_is_answered_in_the_callers_form_and_the_next_caller_is_served() {
    let answer = send("GET", "/stumble/9", &[], "").await;
    assert_eq!(
        (answer.status, &answer.headers["content-type"]),
        (500, &"application/problem+json".parse().expect("a type"))
    );
    assert!(answer.body.contains("系统出") && !answer.body.contains("index out of bounds"), "{}", answer.body);
    let page = send("GET", "/stumble/9", &[("accept", "text/html")], "").await;
    assert!(page.status == 500 && page.body.contains("<html") && page.body.contains("系统出"), "{}", page.body);
    assert_eq!(send("GET", "/stumble/1", &[], "").await.body, "2");
}

#[tokio::test]
async fn a_request_keeps_the_id_it_was_given_and_gets_one_when_it_has_none() {
    let given = send("GET", "/stumble/1", &[("x-request-id", "proxy-7.a_b")], "").await;
    assert_eq!(given.headers["x-request-id"], "proxy-7.a_b");
    let long = "k".repeat(65);
    for bad in ["", "two words", "<script>", long.as_str()] {
        let fresh = send("GET", "/nowhere", &[("x-request-id", bad)], "").await;
        assert_eq!(fresh.headers["x-request-id"].len(), 36, "{bad}");
    }
}

#[tokio::test]
async fn every_answer_forbids_frames_foreign_scripts_and_caching() {
    for answer in [send("GET", "/find/1?lines=1", &[], "").await, send("GET", "/nowhere", &[], "").await] {
        let policy = answer.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
}
