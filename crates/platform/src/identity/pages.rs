//! Signing in and out, and one's own account, for people.

use super::sessions::{COOKIE, SessionKind, SignIn, sign_in, sign_out};
use crate::App;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Problem;
use kernel::authz::OwnAccount;
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Public, Query, Refusal, Routes, Source, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/login", login)
        .post("/login", begin)
        .post("/logout", end)
        .get("/account", account)
        .post("/account/password", change_password)
}

#[derive(Template)]
#[template(path = "identity/login.html")]
struct LoginPage {
    kit: Kit,
    errors: Errors,
    login: String,
    next: String,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

async fn login(_: Public, kit: Kit, Query(Next { next }): Query<Next>) -> Response {
    if kit.desk.is_some() {
        return Redirect::to(here(&next)).into_response();
    }
    Html(LoginPage { kit: kit.titled("登录"), errors: Errors::none(), login: String::new(), next }).into_response()
}

#[derive(Deserialize)]
struct Begin {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn begin(
    _: Public,
    State(app): State<App>,
    kit: Kit,
    source: Source,
    Form(typed): Form<Begin>,
) -> Result<Response, Refusal> {
    let wish = SignIn { login: typed.login.clone(), password: typed.password };
    let problem = match sign_in(&app, wish, SessionKind::Browser, &source.0).await {
        Ok(session) => {
            let mut response = Redirect::to(here(&typed.next)).into_response();
            let secure = if app.site.secure_cookies { "; Secure" } else { "" };
            let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax{secure}", session.token);
            set_cookie(&mut response, &cookie);
            return Ok(response);
        }
        Err(problem) => problem,
    };
    let (status, errors) = match problem {
        Problem::TooOften(_) => {
            let detail = problem.detail();
            (StatusCode::TOO_MANY_REQUESTS, Errors { detail, items: Vec::new() })
        }
        other => (StatusCode::UNPROCESSABLE_ENTITY, Errors::take(other)?),
    };
    let page = LoginPage { kit: kit.titled("登录"), errors, login: typed.login, next: typed.next };
    Ok((status, Html(page)).into_response())
}

async fn end(_: Guard<OwnAccount>, State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    sign_out(&app, &headers).await?;
    Ok(signed_out("您已退出登录。"))
}

#[derive(Template)]
#[template(path = "identity/account.html")]
struct AccountPage {
    kit: Kit,
    errors: Errors,
    name: String,
    roles: Vec<&'static str>,
}

impl AccountPage {
    fn new(guard: &Guard<OwnAccount>, kit: Kit, errors: Errors) -> Self {
        let roles = guard.actor.grants.iter().map(|grant| grant.role.label()).collect();
        Self { kit: kit.titled("我的账号"), errors, name: guard.actor.name.clone(), roles }
    }
}

async fn account(guard: Guard<OwnAccount>, kit: Kit) -> Html<AccountPage> {
    Html(AccountPage::new(&guard, kit, Errors::none()))
}

#[derive(Deserialize)]
struct ChangePassword {
    old: String,
    new: String,
    again: String,
}

async fn change_password(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<ChangePassword>,
) -> Result<Response, Refusal> {
    let done = if typed.new == typed.again {
        super::change_password(&app, &guard.actor, &guard.scope, typed.old, &typed.new).await
    } else {
        Err(Problem::field("again", "两次输入的新密码不一致，请重新输入。"))
    };
    match done {
        Ok(()) => Ok(signed_out("密码已修改，请用新密码重新登录。")),
        Err(problem) => {
            let page = AccountPage::new(&guard, kit, Errors::take(problem)?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

fn signed_out(told: &str) -> Response {
    let mut response = see_other("/login", Flash::success(told));
    set_cookie(&mut response, &format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    response
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// A place in this site to go on to, whatever the address said.
fn here(next: &str) -> &str {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if local { next } else { "/" }
}
