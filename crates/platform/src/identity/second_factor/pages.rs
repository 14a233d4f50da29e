//! Turning one's second factor on and off.

use crate::App;
use crate::identity::qr_image;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::OwnAccount;
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Refusal, Routes, see_other};

pub(in crate::identity) fn routes() -> Routes<App> {
    Routes::new()
        .get("/account/second-factor", show)
        .post("/account/second-factor", confirm)
        .post("/account/second-factor/off", turn_off)
}

#[derive(Template)]
#[template(path = "identity/second_factor/show.html")]
struct ShowPage {
    kit: Kit,
    errors: Errors,
    /// How many recovery codes are left; none while it is off.
    codes_left: Option<i64>,
    /// The secret, in groups of four, and its picture; while it is off.
    secret: String,
    picture: String,
}

#[derive(Template)]
#[template(path = "identity/second_factor/codes.html")]
struct CodesPage {
    kit: Kit,
    codes: Vec<String>,
}

async fn page(app: &App, guard: &Guard<OwnAccount>, kit: Kit, errors: Errors) -> Result<ShowPage, Problem> {
    let kit = kit.titled("两步验证").under("/account", "我的账号");
    let standing = super::standing(app, &guard.actor).await?;
    if standing.on {
        let codes_left = Some(standing.codes_left);
        return Ok(ShowPage { kit, errors, codes_left, secret: String::new(), picture: String::new() });
    }
    let enrolment = super::enrol(app, &guard.actor, &guard.scope).await?;
    let letters: Vec<char> = enrolment.secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(ShowPage { kit, errors, codes_left: None, secret: groups.join(" "), picture: qr_image(&enrolment.url)? })
}

async fn show(guard: Guard<OwnAccount>, State(app): State<App>, kit: Kit) -> Result<Html<ShowPage>, Refusal> {
    Ok(Html(page(&app, &guard, kit, Errors::none()).await?))
}

#[derive(Deserialize)]
struct Confirm {
    code: String,
}

async fn confirm(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Confirm>,
) -> Result<Response, Refusal> {
    match super::confirm(&app, &guard.actor, &guard.scope, &typed.code).await {
        Ok(codes) => {
            let kit = kit.titled("请保存恢复码").under("/account", "我的账号");
            Ok(Html(CodesPage { kit, codes }).into_response())
        }
        Err(Problem::Conflict(told)) => Ok(see_other("/account/second-factor", Flash::warning(told))),
        Err(problem) => refused(&app, &guard, kit, problem).await,
    }
}

#[derive(Deserialize)]
struct TurnOff {
    password: String,
}

async fn turn_off(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<TurnOff>,
) -> Result<Response, Refusal> {
    match super::turn_off(&app, &guard.actor, &guard.scope, typed.password).await {
        Ok(()) => Ok(see_other("/account", Flash::success("两步验证已关闭，原来的恢复码全部作废。"))),
        Err(Problem::Conflict(told)) => Ok(see_other("/account", Flash::warning(told))),
        Err(problem) => refused(&app, &guard, kit, problem).await,
    }
}

async fn refused(app: &App, guard: &Guard<OwnAccount>, kit: Kit, problem: Problem) -> Result<Response, Refusal> {
    let page = page(app, guard, kit, Errors::take(problem)?).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}
