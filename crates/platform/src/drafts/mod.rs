//! What a telephone keeps until there is a line: the page that lists it, the key that seals it there, and the question whether
//! something arrived. The drafts themselves never come here: web/src/drafts has them.

use crate::{App, once};
use askama::Template;
use axum::extract::State;
use axum::http::request::Parts;
use kernel::authz::{OwnAccount, PlanContacts, RaiseDemands};
use kernel::id::AccountId;
use kernel::{Actor, Right};
use serde::Serialize;
use sha2::{Digest, Sha256};
use shell::{Guard, Html, Json, Kit, Path, Refusal, Routes};
use store::Db;

/// The header in which a telephone says whose draft it sends.
const WHOSE: &str = "draft-of";

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    Routes::new().get("/drafts", list).get("/drafts/key", key).get("/drafts/sent/{key}", sent)
}

/// Whether a request may be made by this account. One that sends a draft says whose it is: two may share a telephone, and
/// whoever signed in last does not speak for the other.
#[must_use]
pub fn speaks_for(parts: &Parts, account: AccountId) -> bool {
    parts.headers.get(WHOSE).is_none_or(|whose| whose.as_bytes() == account.to_string().as_bytes())
}

/// The pages that a telephone keeps for this person, to be filled in without a line.
#[must_use]
pub fn pages_to_keep(actor: &Actor) -> Vec<&'static str> {
    let mut pages = Vec::new();
    if actor.holds(PlanContacts::NAME) {
        pages.push("/contacts/log");
    }
    if actor.holds(RaiseDemands::NAME) {
        pages.push("/demands/new");
    }
    if !pages.is_empty() {
        pages.push("/drafts");
    }
    pages
}

#[derive(Template)]
#[template(path = "drafts/list.html")]
struct ListPage {
    kit: Kit,
}

async fn list(_: Guard<OwnAccount>, kit: Kit) -> Html<ListPage> {
    Html(ListPage { kit: kit.titled("还没送出") })
}

#[derive(Serialize)]
struct Key {
    key: String,
}

/// The key that seals the drafts of this account on every telephone: the same each time, so that a draft that stayed behind
/// opens when its writer signs in again.
async fn key(guard: Guard<OwnAccount>, State(app): State<App>) -> Result<Json<Key>, Refusal> {
    let own = app.store.keys().ring()?.index("draft.key", &guard.actor.account.to_string());
    Ok(Json(Key { key: hex::encode(Sha256::digest(own.as_bytes())) }))
}

#[derive(Serialize)]
struct Sent {
    /// Where it is now; none when it did not arrive.
    href: Option<String>,
}

async fn sent(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<Json<Sent>, Refusal> {
    Ok(Json(Sent { href: once::landed(&app, &guard.actor, &key).await? }))
}
