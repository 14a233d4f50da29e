//! Pages, as seen by people with a browser.

use askama::Template;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use chrono::DateTime;
use http_body_util::BodyExt;
use kernel::id::AccountId;
use kernel::{Actor, Cursor, Grant, Problem, Reach, Role};
use shell::{Desk, Errors, Flash, Html, Identify, Kit, NavItem, Public, Refusal, Routes, see_other};
use std::sync::Arc;
use tower::ServiceExt;

/// Ann is always signed in.
#[derive(Clone)]
struct Ann;

impl Identify for Ann {
    async fn actor(&self, _: &Parts) -> Result<Option<Arc<Actor>>, Problem> {
        let grants = vec![Grant { role: Role::AreaDesk, reach: Reach::Everything }];
        let account = AccountId::mint(DateTime::UNIX_EPOCH);
        Ok(Some(Arc::new(Actor { account, name: "安宁".into(), official: None, grants, stands_in: Vec::new() })))
    }

    async fn desk(&self, _: &Arc<Actor>) -> Result<Desk, Problem> {
        Ok(Desk {
            nav: vec![NavItem::new("/", "home", "工作台"), NavItem::new("/notes", "book", "便笺")],
            ..Desk::default()
        })
    }
}

#[derive(Template)]
#[template(
    source = r#"{% extends "layout.html" %}{% import "components.html" as ui %}{% block content %}
{{ ui::errors_summary(errors) }}{{ ui::field("title", "标题", title, errors, required=true) }}{{ ui::pager(kit, next) }}{% endblock %}"#,
    ext = "html"
)]
struct NotePage {
    kit: Kit,
    errors: Errors,
    title: &'static str,
    next: Option<Cursor>,
}

async fn note(_: Public, kit: Kit) -> Result<Html<NotePage>, Refusal> {
    let errors = Errors::take(Problem::field("title", "标题太长。"))?;
    Ok(Html(NotePage { kit: kit.titled("便笺"), errors, title: "<b>甲", next: Some(Cursor("xyz".into())) }))
}
async fn keep(_: Public) -> Response {
    see_other("/notes/1", Flash::success("已保存 100%；完成"))
}
async fn broken(_: Public) -> Result<(), Refusal> {
    Err(Problem::bug("opening", "password=hunter2").into())
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("plain text"))
    }
}

async fn ask(method: &str, path: &str, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let routes = Routes::new().get("/notes/{id}", note).post("/notes", keep).get("/broken", broken);
    let (router, _) = routes.merge(shell::kit_routes()).finish(Ann);
    let request = Request::builder().method(method).uri(path).header("accept", "text/html");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = router.oneshot(request.body(Body::from(body)).expect("a request")).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}

#[tokio::test]
async fn a_person_sees_a_problem_in_the_frame_with_its_title_and_without_its_cause() {
    let lost = ask("GET", "/nowhere", &[], "").await;
    assert_eq!(lost.status, 404);
    for part in ["<h1>没有找到</h1>", "便笺", "回到首页", "<title>没有找到 · 潍企通</title>"] {
        assert!(lost.body.contains(part), "{part}: {}", lost.body);
    }
    let broken = ask("GET", "/broken", &[], "").await;
    assert_eq!(broken.status, 500);
    assert!(broken.body.contains("<h1>系统出错</h1>") && !broken.body.contains("hunter2"), "{}", broken.body);
    let wrong = ask("DELETE", "/broken", &[], "").await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, "GET,HEAD"));
    assert!(wrong.body.contains("<h1>不支持这种操作</h1>"), "{}", wrong.body);
}

#[tokio::test]
async fn htmx_gets_the_inside_of_a_page_and_of_a_problem_a_notice() {
    let htmx = ("hx-request", "true");
    let part = ask("GET", "/notes/1", &[htmx], "").await;
    assert!(!part.body.contains("<html") && part.body.contains(r#"id="field-title""#), "{}", part.body);
    assert!(ask("GET", "/notes/1", &[htmx, ("hx-history-restore-request", "true")], "").await.body.contains("<html"));
    let problem = ask("GET", "/broken", &[htmx], "").await;
    assert_eq!((problem.status, problem.header("hx-retarget")), (500, "#notices"));
    assert!(problem.body.contains("wqt-flash-error") && !problem.body.contains("<html"), "{}", problem.body);
}

#[tokio::test]
async fn what_was_done_is_told_on_the_next_page_and_only_there() {
    let kept = ask("POST", "/notes", &[], "").await;
    assert_eq!((kept.status, kept.header("location")), (303, "/notes/1"));
    assert!(kept.header("set-cookie").contains("HttpOnly"));
    let cookie = kept.header("set-cookie").split(';').next().expect("a cookie");
    let next = ask("GET", "/notes/1", &[("cookie", cookie)], "").await;
    assert!(next.body.contains("已保存 100%；完成"), "{}", next.body);
    assert!(next.header("set-cookie").starts_with("wqt_flash=; Path=/; Max-Age=0"), "the browser forgets it");
    assert!(!ask("GET", "/notes/1", &[], "").await.body.contains("已保存"));
}

#[tokio::test]
async fn a_forged_or_broken_flash_is_shown_as_text_or_not_at_all() {
    let shown = ask("GET", "/notes/1", &[("cookie", "a=b; wqt_flash=error.%3Cscript%3E1")], "").await;
    assert!(!shown.body.contains("<script>1") && shown.body.contains("script"), "{}", shown.body);
    for cookie in ["wqt_flash=error.%", "wqt_flash=error.%FF", "wqt_flash=loud.a", "wqt_flash=error.", "wqt_flash="] {
        let page = ask("GET", "/notes/1", &[("cookie", cookie)], "").await;
        assert!(page.status == 200 && !page.body.contains(r#"role="status""#), "{cookie}: {}", page.body);
    }
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_names_what_to_mend() {
    let page = ask("GET", "/notes/1", &[], "").await.body;
    assert!(page.contains(r#"value="&#60;b&#62;甲""#), "{page}");
    assert!(page.contains(r#"aria-describedby="error-title""#) && page.contains("标题太长。"), "{page}");
    assert!(page.contains(r#"<a href="/notes" aria-current="page""#), "{page}");
}

#[tokio::test]
async fn turning_the_page_keeps_the_filters() {
    let page = ask("GET", "/notes/1?state=open&cursor=abc&q=%E7%94%B2", &[], "").await.body;
    assert!(page.contains("/notes/1?state=open&#38;q=%E7%94%B2&#38;cursor=xyz"), "{page}");
    assert!(page.contains(r#"href="/notes/1?state=open&#38;q=%E7%94%B2""#), "{page}");
    assert!(!ask("GET", "/notes/1", &[], "").await.body.contains("第一页"));
}

#[tokio::test]
async fn large_text_is_turned_on_without_script_and_stays() {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let on = ask("POST", "/text-size", &[form], "back=/notes/1").await;
    assert_eq!((on.status, on.header("location")), (303, "/notes/1"));
    assert!(on.header("set-cookie").starts_with("wqt_text=large;"));
    let page = ask("GET", "/notes/1", &[("cookie", "wqt_text=large")], "").await;
    assert!(page.body.contains(r#"<html lang="zh-CN" class="wqt-large">"#), "{}", page.body);
    for elsewhere in
        ["back=//evil.example", "back=/%5Cevil.example", "back=https://evil.example", "back=/%09/evil.example"]
    {
        assert_eq!(ask("POST", "/text-size", &[form], elsewhere).await.header("location"), "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_named_for_what_they_are() {
    let urls = shell::assets::URLS;
    for (url, kind) in [(urls.style, "text/css"), (urls.script, "text/javascript"), (urls.icons, "image/svg+xml")] {
        let plain = ask("GET", url, &[], "").await;
        if url.contains("unbuilt") {
            assert_eq!(plain.status, 404, "`make web` has not run here");
            continue;
        }
        assert_eq!((plain.status, plain.header("cache-control")), (200, "public, max-age=31536000, immutable"));
        assert!(plain.header("content-type").starts_with(kind) && plain.header("content-encoding").is_empty());
        let small = ask("GET", url, &[("accept-encoding", "gzip, deflate, br")], "").await;
        assert_eq!((small.header("content-encoding"), small.header("vary")), ("br", "accept-encoding"));
        assert!(small.body.len() < plain.body.len());
    }
    let missing = ask("GET", "/assets/..%2Fmanifest.json", &[], "").await;
    assert_eq!((missing.status, missing.header("cache-control")), (404, "no-store"));
}
