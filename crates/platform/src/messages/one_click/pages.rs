//! What a link would do, and the press that does it.

use super::{follow, said};
use crate::App;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use shell::{Html, Kit, Path, Public, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/do/{secret}", show).post("/do/{secret}", press)
}

#[derive(Template)]
#[template(path = "messages/one_click/show.html")]
struct LinkPage {
    kit: Kit,
    /// What is told.
    told: String,
    /// Where the press goes; empty when there is nothing to press.
    action: String,
}

const OVER: &str = "链接已经用过，或者已经过期。需要办理的，请登录后在网站上办。";

async fn show(_: Public, State(app): State<App>, kit: Kit, Path(secret): Path<String>) -> Result<Response, Refusal> {
    match said(&app, &secret).await {
        Ok(told) => {
            let page = LinkPage { kit: kit.titled("请您确认"), told, action: format!("/do/{secret}") };
            Ok(Html(page).into_response())
        }
        Err(Problem::NotFound) => Ok(over(kit)),
        Err(other) => Err(other.into()),
    }
}

async fn press(_: Public, State(app): State<App>, kit: Kit, Path(secret): Path<String>) -> Result<Response, Refusal> {
    match follow(&app, &secret).await {
        Ok(told) => {
            Ok(Html(LinkPage { kit: kit.titled("办好了"), told: told.into(), action: String::new() }).into_response())
        }
        Err(Problem::NotFound | Problem::Conflict(_) | Problem::Stale(_)) => Ok(over(kit)),
        Err(other) => Err(other.into()),
    }
}

fn over(kit: Kit) -> Response {
    let page = LinkPage { kit: kit.titled("链接已失效"), told: OVER.into(), action: String::new() };
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}
