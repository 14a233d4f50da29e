//! The security administrator's second work: tokens for programs and peers, and the rules of signing in.

mod api;
mod pages;

use crate::App;
use crate::identity::sessions::Session;
use kernel::Instant;
use kernel::id::SessionId;
use shell::Routes;

pub(super) use pages::TokenLine;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// How a token stands, and its colour.
fn standing(token: &Session, now: Instant) -> (&'static str, &'static str) {
    match token {
        Session { ended_at: Some(_), .. } => ("已吊销", "grey"),
        Session { expires_at, .. } if *expires_at <= now => ("已过期", "red"),
        Session { expires_at, .. } if *expires_at <= now + chrono::Duration::days(7) => ("即将过期", "yellow"),
        _ => ("有效", "green"),
    }
}

/// Which token, for a page.
type TokenId = SessionId;
