//! Signing in and out, and who is behind a request.

use super::{password, rows};
use crate::App;
use crate::audit::{self, Deed};
use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use kernel::{Actor, Instant, Problem, Reach, Role};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::Tx;

/// The cookie that carries a browser session's secret.
pub(super) const COOKIE: &str = "wqt_session";
/// How long a session holds.
const LIFE: Duration = Duration::hours(12);
/// Wrong passwords in a row that lock an account, and for how long.
const FAILURES: i64 = 5;
const LOCK: Duration = Duration::minutes(15);
/// Tries from one address in a quarter of an hour.
const TRIES: i64 = 100;

/// What a session is used by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A person's browser.
    Browser,
    /// A program, on a person's behalf.
    Api,
}

impl SessionKind {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }
}

/// The wish to sign in.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct SignIn {
    /// The login.
    pub login: String,
    /// The password, as typed.
    pub password: String,
}

/// A session that has just begun.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret: shown once, kept only as a hash.
    pub token: String,
    /// Until when it holds.
    pub expires_at: Instant,
}

/// Begins a session. `source` is the address the wish came from.
///
/// # Errors
/// [`Problem::Invalid`] when login and password do not fit (it is not said which), [`Problem::TooOften`] while the account is
/// locked or its address has tried too often. Failures are counted and recorded even so.
pub async fn sign_in(app: &App, wish: SignIn, kind: SessionKind, source: &str) -> Result<SignedIn, Problem> {
    let login = wish.login.trim().to_lowercase();
    let known = rows::account_by_login(&app.store, app.site.area, &login).await?;
    let hash = known.as_ref().map(|account| account.password.clone());
    let fits = password::matches(wish.password, hash).await?;

    let tx = app.store.begin().await?;
    let tries = rows::count_try(&tx, source, tx.now() - LOCK).await?;
    // Read again: another try may have been counted while the password was being checked.
    let account = rows::account_by_login(&tx, app.site.area, &login).await?;
    let outcome = match judge(account.as_ref(), fits, tries, tx.now()) {
        Ok(account) => Ok(begin(&tx, account, kind).await?),
        Err(problem) => {
            if let (Some(account), Problem::Invalid { .. }) = (&account, &problem) {
                let failures = account.failures + 1;
                let locked = (failures >= FAILURES).then(|| tx.now() + LOCK);
                rows::note_failure(&tx, account, if locked.is_some() { 0 } else { failures }, locked).await?;
            }
            refused(&tx, app, &login, source, &problem).await?;
            Err(problem)
        }
    };
    tx.commit().await?;
    outcome
}

/// Whether the wish may be granted to this account now.
fn judge(account: Option<&rows::Account>, fits: bool, tries: i64, now: Instant) -> Result<&rows::Account, Problem> {
    let seconds = |left: Duration| u64::try_from(left.num_seconds()).unwrap_or(0).max(1);
    if tries > TRIES {
        return Err(Problem::TooOften(seconds(LOCK)));
    }
    if let Some(until) = account.and_then(|account| account.locked_until).filter(|until| *until > now) {
        return Err(Problem::TooOften(seconds(until - now)));
    }
    let told = "账号或密码不正确。请检查大小写后重试；连续输错 5 次，账号将锁定 15 分钟。";
    account.filter(|_| fits).ok_or_else(|| Problem::field("password", told))
}

async fn refused(tx: &Tx, app: &App, login: &str, source: &str, problem: &Problem) -> Result<(), Problem> {
    let county = app.site.area;
    let deed = Deed { account: None, name: "", act: "session.refuse", subject: "account", subject_id: None, county };
    audit::record(tx, &deed, &json!({ "login": login, "source": source, "why": problem.title() })).await
}

async fn begin(tx: &Tx, account: &rows::Account, kind: SessionKind) -> Result<SignedIn, Problem> {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let expires_at = tx.now() + LIFE;
    let secret_hash = digest(&token);
    let session = rows::NewSession { account, kind, secret_hash: &secret_hash, label: "", expires_at };
    let id = rows::insert_session(tx, &session).await?;
    if account.failures > 0 || account.locked_until.is_some() {
        rows::note_failure(tx, account, 0, None).await?;
    }
    let deed = Deed {
        account: Some(account.id),
        name: &account.name,
        act: "session.begin",
        subject: "session",
        subject_id: Some(id.0),
        county: account.county_id,
    };
    audit::record(tx, &deed, &json!({ "kind": kind.code() })).await?;
    Ok(SignedIn { token, expires_at })
}

/// Ends the session behind the request, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(token) = token(headers) else { return Ok(()) };
    let tx = app.store.begin().await?;
    rows::end_session(&tx, app.site.area, &digest(&token)).await?;
    tx.commit().await
}

/// Who is behind a request: the holder of the session whose secret it carries, with what they may do today.
///
/// # Errors
/// When the database fails.
pub async fn actor(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Actor>>, Problem> {
    let Some(token) = token(headers) else { return Ok(None) };
    let now = app.now();
    let Some(holder) = rows::holder(&app.store, app.site.area, &digest(&token), now).await? else { return Ok(None) };
    let today = app.site.hours.day(now);
    let mut grants = rows::grants(&app.store, holder.account_id, today).await?;
    if let (Some(official), Some(grant)) =
        (holder.official_id, grants.iter_mut().find(|grant| grant.role == Role::Commissioner))
    {
        grant.reach = Reach::Clients(rows::looked_after(&app.store, official, today).await?);
    }
    let actor = Actor { account: holder.account_id, name: holder.name, official: holder.official_id, grants };
    Ok(Some(Arc::new(actor)))
}

fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// The secret that a request carries: as a bearer token, or in the cookie.
fn token(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(bearer) = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
        return Some(bearer.trim().to_owned());
    }
    let cookies = text(header::COOKIE)?.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    cookies.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, token)| token.to_owned())
}
