//! Signing in and out, and one's own account, for people.

use super::sessions::{self, COOKIE, SessionKind, sign_out};
use super::sign_in::{FirstStep, SignIn, Whence, first_step, second_step};
use super::{bring_cookie, device, grants, second_factor, set_cookie, stand_ins};
use crate::App;
use crate::app::say_day;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::authz::{OwnAccount, ReadLooks};
use kernel::id::SessionId;
use kernel::{Problem, Right, Role};
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Public, Query, Refusal, Routes, Source, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/login", login)
        .post("/login", begin)
        .post("/login/code", code)
        .post("/logout", end)
        .get("/account", account)
        .get("/account/password", password)
        .post("/account/password", change_password)
        .post("/account/sessions/end-others", end_others)
        .post("/account/sessions/{id}/end", end_one)
}

#[derive(Template)]
#[template(path = "identity/login.html")]
struct LoginPage {
    kit: Kit,
    errors: Errors,
    login: String,
    next: String,
}

#[derive(Template)]
#[template(path = "identity/code.html")]
struct CodePage {
    kit: Kit,
    errors: Errors,
    step: String,
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

fn whence(source: Source, headers: &HeaderMap) -> Whence {
    Whence { kind: SessionKind::Browser, source: source.0, device: device(headers) }
}

async fn begin(
    _: Public,
    State(app): State<App>,
    kit: Kit,
    source: Source,
    headers: HeaderMap,
    Form(typed): Form<Begin>,
) -> Result<Response, Refusal> {
    let wish = SignIn { login: typed.login.clone(), password: typed.password, totp: None };
    let problem = match first_step(&app, wish, &whence(source, &headers)).await {
        Ok(FirstStep::Done(session)) => {
            let mut response = Redirect::to(here(&typed.next)).into_response();
            bring_cookie(&mut response, &app.site, &session);
            return Ok(response);
        }
        Ok(FirstStep::Code(step)) => {
            let page = CodePage { kit: kit.titled("两步验证"), errors: Errors::none(), step, next: typed.next };
            return Ok(Html(page).into_response());
        }
        Err(problem) => problem,
    };
    let (status, errors) = refused(problem)?;
    let page = LoginPage { kit: kit.titled("登录"), errors, login: typed.login, next: typed.next };
    Ok((status, Html(page)).into_response())
}

fn refused(problem: Problem) -> Result<(StatusCode, Errors), Problem> {
    Ok(match problem {
        Problem::TooOften(_) => (StatusCode::TOO_MANY_REQUESTS, Errors { detail: problem.detail(), items: Vec::new() }),
        other => (StatusCode::UNPROCESSABLE_ENTITY, Errors::take(other)?),
    })
}

#[derive(Deserialize)]
struct Code {
    step: String,
    code: String,
    #[serde(default)]
    next: String,
}

async fn code(
    _: Public,
    State(app): State<App>,
    kit: Kit,
    source: Source,
    headers: HeaderMap,
    Form(typed): Form<Code>,
) -> Result<Response, Refusal> {
    match second_step(&app, &typed.step, &typed.code, &whence(source, &headers)).await {
        Ok(Some(session)) => {
            let mut response = Redirect::to(here(&typed.next)).into_response();
            bring_cookie(&mut response, &app.site, &session);
            Ok(response)
        }
        Ok(None) => Ok(see_other("/login", Flash::warning("验证超过了 5 分钟，请重新输入账号和密码。"))),
        Err(problem) => {
            let (status, errors) = refused(problem)?;
            let page = CodePage { kit: kit.titled("两步验证"), errors, step: typed.step, next: typed.next };
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn end(_: Guard<OwnAccount>, State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    sign_out(&app, &headers).await?;
    Ok(signed_out("您已退出登录。"))
}

/// A role as its holder reads it.
struct RoleLine {
    role: &'static str,
    reach: String,
    days: String,
    later: bool,
    /// For whom it is held; empty for one's own.
    stands_in: String,
}

/// A session as its owner reads it.
struct SessionLine {
    id: SessionId,
    device: String,
    source: String,
    since: String,
    until: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "identity/account.html")]
struct AccountPage {
    kit: Kit,
    name: String,
    login: String,
    roles: Vec<RoleLine>,
    factor: second_factor::Standing,
    sessions: Vec<SessionLine>,
    others: bool,
    /// Whether the person has a list of who looked at what is theirs.
    looks: bool,
    /// Who stands in for whom, as far as it concerns the person.
    stand_ins: Option<stand_ins::Card>,
}

async fn account(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    headers: HeaderMap,
) -> Result<Html<AccountPage>, Refusal> {
    let now = app.now();
    let today = app.site.hours.day(now);
    let held = grants::grants(&app.store, guard.actor.account).await?;
    let looked_after =
        guard.actor.grants.iter().find(|grant| grant.role == Role::Commissioner).map(|grant| &grant.reach);
    let roles = held.iter().filter(|held| !held.over(today)).map(|held| RoleLine {
        role: held.role.label(),
        reach: match (held.role, looked_after) {
            (Role::Commissioner, Some(kernel::Reach::Clients(clients))) => {
                format!("所联系包靠的 {} 家企业（项目）", clients.len())
            }
            _ => held.reach_words(),
        },
        days: match held.until_day {
            Some(last) => format!("{}至{}", say_day(held.from_day), say_day(last)),
            None => format!("{}起", say_day(held.from_day)),
        },
        later: held.from_day > today,
        stands_in: held.stands_in_name.as_ref().map(|name| format!("代{name}")).unwrap_or_default(),
    });
    let roles = roles.collect();
    let found = sessions::own_sessions(&app, &guard.actor, &guard.scope, &headers).await?;
    let sessions: Vec<_> = found
        .iter()
        .map(|session| SessionLine {
            id: session.id,
            device: match session.kind.as_str() {
                "browser" if !session.label.is_empty() => session.label.clone(),
                "browser" => "浏览器".into(),
                _ => format!(
                    "程序接口{}",
                    if session.label.is_empty() { String::new() } else { format!(" · {}", session.label) }
                ),
            },
            source: match session.source.as_str() {
                "" | "local" | "127.0.0.1" | "::1" => "本机".into(),
                other => other.to_owned(),
            },
            since: app.site.say(session.made_at, now),
            until: app.site.say(session.expires_at, now),
            current: session.current,
        })
        .collect();
    let own = super::accounts::account(&app.store, &guard.scope, guard.actor.account).await?;
    Ok(Html(AccountPage {
        kit: kit.titled("我的账号"),
        name: own.name,
        login: super::accounts::own_login(&app, &guard.actor).await?,
        roles,
        looks: guard.actor.holds(ReadLooks::NAME),
        stand_ins: stand_ins::card(&app, &guard.actor).await?,
        factor: second_factor::standing(&app, &guard.actor).await?,
        others: sessions.iter().any(|session| !session.current),
        sessions,
    }))
}

async fn end_one(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(id): Path<SessionId>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    sessions::end_own_session(&tx, &guard.actor, &guard.scope, id).await?;
    tx.commit().await?;
    Ok(see_other("/account", Flash::success("已退出该设备上的登录。")))
}

async fn end_others(guard: Guard<OwnAccount>, State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let ended = sessions::end_other_sessions(&tx, &guard.actor, &guard.scope, &headers).await?;
    tx.commit().await?;
    let told = match ended {
        0 => "没有其他登录。".to_owned(),
        ended => format!("已退出其他 {ended} 处登录，只保留本次登录。"),
    };
    Ok(see_other("/account", Flash::success(told)))
}

#[derive(Template)]
#[template(path = "identity/password.html")]
struct PasswordPage {
    kit: Kit,
    errors: Errors,
    /// Whether this is a first password, which must be changed.
    due: bool,
}

async fn password(guard: Guard<OwnAccount>, State(app): State<App>, kit: Kit) -> Result<Html<PasswordPage>, Refusal> {
    Ok(Html(password_page(&app, &guard, kit, Errors::none()).await?))
}

async fn password_page(
    app: &App,
    guard: &Guard<OwnAccount>,
    kit: Kit,
    errors: Errors,
) -> Result<PasswordPage, Problem> {
    let due = super::accounts::account(&app.store, &guard.scope, guard.actor.account).await?.must_change;
    let title = if due { "请先修改密码" } else { "修改密码" };
    Ok(PasswordPage { kit: kit.titled(title), errors, due })
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
            let page = password_page(&app, &guard, kit, Errors::take(problem)?).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

fn signed_out(told: &str) -> Response {
    let mut response = see_other("/login", Flash::success(told));
    set_cookie(&mut response, &format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    response
}

/// A place in this site to go on to, whatever the address said.
fn here(next: &str) -> &str {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if local { next } else { "/" }
}
