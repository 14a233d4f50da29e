//! Sessions: who is behind a request, what an account is signed in to, and the tokens that administrators issue.
//!
//! A session holds for twelve hours from sign-in, however much it is used: a working day, and no shared computer stays open
//! overnight. A token holds as long as the administrator said, at most a year.

mod known;
pub(super) mod rows;

use known::Asked;
pub use known::Known;

use super::accounts::Listed;
use super::grants;
use crate::App;
use crate::audit::{self, Deed};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use kernel::authz::{ManageGrants, OwnAccount};
use kernel::id::{AccountId, OfficialId, SessionId};
use kernel::{Actor, AreaCode, AreaPath, Day, Instant, Limit, Page, Problem, Reach, Right, Role, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::{Db, Kept, Tx};

/// The cookie that carries a browser session's secret.
pub(super) const COOKIE: &str = "wqt_session";
/// How long a session holds.
pub(super) const LIFE: Duration = Duration::hours(12);

/// What a session is used by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A person's browser.
    Browser,
    /// A program, on a person's behalf.
    Api,
    /// Another platform.
    Peer,
}

impl SessionKind {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
            Self::Peer => "peer",
        }
    }
}

/// A session to be begun.
#[derive(Debug)]
pub(super) struct NewSession<'a> {
    pub account: AccountId,
    pub county: AreaCode,
    pub kind: SessionKind,
    pub secret_hash: &'a str,
    /// The device, or what an administrator called the token.
    pub label: &'a str,
    /// The address it began from.
    pub source: &'a str,
    pub issued_by: Option<&'a str>,
    pub expires_at: Instant,
}

/// A session or a token, without its secret.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Session {
    /// Which one.
    pub id: SessionId,
    /// The site's top area.
    pub county_id: AreaCode,
    /// Whose it is.
    pub account_id: AccountId,
    /// The account's holder.
    pub account_name: String,
    /// The account's login, as others are shown it: a number in it is masked.
    pub login: String,
    /// Where the account is administered.
    #[serde(skip)]
    pub area_path: AreaPath,
    /// `browser`, `api` or `peer`.
    pub kind: String,
    /// The device, or what the token is called.
    pub label: String,
    /// The address it began from.
    pub source: String,
    /// Who issued the token; none for a sign-in.
    pub issued_by: Option<String>,
    /// Since when.
    pub made_at: Instant,
    /// Until when.
    pub expires_at: Instant,
    /// When it was ended before its time.
    pub ended_at: Option<Instant>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A secret that has just been made: shown once, kept only as a hash.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret.
    pub token: String,
    /// Until when it holds.
    pub expires_at: Instant,
}

/// A secret of 256 bits.
#[must_use]
pub fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// The form in which a secret is kept.
#[must_use]
pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// What an account is signed in to, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn own_sessions(
    app: &App,
    actor: &Actor,
    _own: &Scope<OwnAccount>,
    headers: &HeaderMap,
) -> Result<Vec<Session>, Problem> {
    let current = token(headers).map(|token| digest(&token)).unwrap_or_default();
    rows::own(&app.store, actor.account, &current, app.now()).await
}

/// Ends one of one's own sessions.
///
/// # Errors
/// [`Problem::NotFound`] when it is not one's own, or over.
pub async fn end_own_session(tx: &Tx, actor: &Actor, _own: &Scope<OwnAccount>, id: SessionId) -> Result<(), Problem> {
    match rows::end_own(tx, actor.account, id).await? {
        0 => Err(Problem::NotFound),
        _ => Ok(()),
    }
}

/// Ends every session of the account but the one that asks.
///
/// # Errors
/// When the database fails.
pub async fn end_other_sessions(
    tx: &Tx,
    actor: &Actor,
    _own: &Scope<OwnAccount>,
    headers: &HeaderMap,
) -> Result<u64, Problem> {
    let current = token(headers).map(|token| digest(&token)).unwrap_or_default();
    rows::end_others(tx, actor.account, &current).await
}

/// Ends the session behind the request, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(token) = token(headers) else { return Ok(()) };
    let tx = app.store.begin().await?;
    rows::end_by_secret(&tx, app.site.area, &digest(&token)).await?;
    tx.commit().await
}

/// A token to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What it is called, such as `12345 热线平台正式环境`.
    pub label: String,
    /// How many days it holds.
    pub days: i64,
}

/// Issues a token for an account. The secret is told once.
///
/// # Errors
/// [`Problem::Invalid`] for an empty label or a term outside 1–366 days; [`Problem::Conflict`] for one's own account, a closed
/// one, one without a role, or an administrator's.
pub async fn issue_token(tx: &Tx, actor: &Actor, account: &Listed, new: &NewToken) -> Result<SignedIn, Problem> {
    let label = new.label.trim();
    if !(1..=60).contains(&label.chars().count()) {
        return Err(Problem::field("label", "请写明令牌的用途，60 个字以内，如“12345 热线平台正式环境”。"));
    }
    if !(1..=366).contains(&new.days) {
        return Err(Problem::field("days", "有效期应在 1 到 366 天之间。"));
    }
    if actor.account == account.id {
        return Err(Problem::Conflict("不能给自己的账号发令牌。".into()));
    }
    if account.closed_at.is_some() {
        return Err(Problem::Conflict("这个账号已经停用，不能发令牌。".into()));
    }
    let held = grants::grants(tx, account.id).await?;
    let now: Vec<_> =
        held.iter().filter(|held| held.until_day.is_none_or(|last| last >= tx.now().date_naive())).collect();
    if now.is_empty() {
        return Err(Problem::Conflict("这个账号还没有角色，请先授权再发令牌。".into()));
    }
    if now.iter().any(|held| grants::is_admin(held.role)) {
        return Err(Problem::Conflict("管理员账号不发令牌，请用业务账号或对接平台账号。".into()));
    }
    // Whoever holds a token holds the account's roles: it may be given no further than they could be.
    if !now.iter().all(|held| actor.may_grant(&held.grant(), held.lies())) {
        return Err(Problem::Conflict("这个账号的权限超出了您自己的管理范围，请由上级安全管理员办理。".into()));
    }
    let kind = if now.iter().any(|held| held.role == Role::Peer) { SessionKind::Peer } else { SessionKind::Api };
    let token = secret();
    let expires_at = tx.now() + Duration::days(new.days);
    let session = NewSession {
        account: account.id,
        county: account.county_id,
        kind,
        secret_hash: &digest(&token),
        label,
        source: "",
        issued_by: Some(&actor.name),
        expires_at,
    };
    rows::insert(tx, &session).await?;
    let deed = Deed::of(actor, "token.issue", "account", account.id.0, account.county());
    audit::record(tx, &deed, &json!({ "login": account.login, "label": label, "expires_at": expires_at })).await?;
    Ok(SignedIn { token, expires_at })
}

/// Tokens that administrators issued, the latest first; those of one account, when it is given.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn tokens(
    db: &impl Db,
    scope: &Scope<ManageGrants>,
    account: Option<AccountId>,
    cursor: Option<&str>,
    limit: Limit,
) -> Result<Page<Session>, Problem> {
    let rows = rows::issued(db, scope, account, cursor, limit).await?;
    Ok(Page::cut(rows, limit, |token| (token.made_at, token.id)))
}

/// One token.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn issued_token<R: Right>(db: &impl Db, scope: &Scope<R>, id: SessionId) -> Result<Session, Problem> {
    rows::issued_one(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// Tokens that ended by themselves or will, in a span of time, the soonest first.
///
/// # Errors
/// When the database fails.
pub async fn tokens_running_out(
    db: &impl Db,
    scope: &Scope<ManageGrants>,
    span: (Instant, Instant),
    most: i64,
) -> Result<Vec<Session>, Problem> {
    rows::running_out(db, scope, span, most).await
}

/// Revokes a token.
///
/// # Errors
/// [`Problem::Conflict`] when it is revoked already.
pub async fn revoke_token(tx: &Tx, actor: &Actor, token: &Session) -> Result<(), Problem> {
    if rows::end_issued(tx, token).await? == 0 {
        return Err(Problem::Conflict("这个令牌已经吊销。".into()));
    }
    let county = token.area_path.county().unwrap_or(token.county_id);
    let deed = Deed::of(actor, "token.revoke", "account", token.account_id.0, county);
    audit::record(tx, &deed, &json!({ "login": token.login, "label": token.label })).await
}

/// What somebody may still do who must choose a password first.
fn open_while_due(method: &Method, path: &str) -> bool {
    match path {
        "/account/password" | "/api/v1/account/password" | "/logout" | "/text-size" => true,
        "/api/v1/account" => method == Method::GET,
        "/api/v1/sessions/current" => method == Method::DELETE,
        _ => false,
    }
}

/// Who is behind a request: the holder of the session whose secret it carries, with what they may do today.
///
/// # Errors
/// When the database fails.
pub async fn actor(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Actor>>, Problem> {
    Ok(seated(app, headers).await?.map(|(actor, _)| actor))
}

/// The same, for a request that wants something done.
///
/// # Errors
/// [`Problem::PasswordDue`] when a first password must be changed and the request is about something else.
pub async fn acting(app: &App, parts: &Parts) -> Result<Option<Arc<Actor>>, Problem> {
    match seated(app, &parts.headers).await? {
        Some((_, true)) if !open_while_due(&parts.method, parts.uri.path()) => Err(Problem::PasswordDue),
        seated => Ok(seated.map(|(actor, _)| actor)),
    }
}

/// The holder of an open account, with what they may do on a day; for what the platform looks up or does for them while they
/// are not there.
///
/// # Errors
/// When the database fails.
pub async fn holder_of(db: &impl Db, site: AreaCode, account: AccountId, today: Day) -> Result<Option<Actor>, Problem> {
    match rows::open_account(db, site, account).await? {
        Some((name, official)) => on_day(db, (account, name, official), today).await.map(Some),
        None => Ok(None),
    }
}

async fn on_day(
    db: &impl Db,
    (account, name, official): (AccountId, String, Option<OfficialId>),
    today: Day,
) -> Result<Actor, Problem> {
    let (mut grants, stands_in) = grants::rows::on_day(db, account, today).await?;
    if let (Some(official), Some(grant)) = (official, grants.iter_mut().find(|grant| grant.role == Role::Commissioner))
    {
        grant.reach = Reach::Clients(grants::rows::looked_after(db, official, today).await?);
    }
    Ok(Actor { account, name, official, grants, stands_in })
}

/// Who is behind a request, and whether they must choose a password first. Whom this node knows, it need not read again.
async fn seated(app: &App, headers: &HeaderMap) -> Result<Option<(Arc<Actor>, bool)>, Problem> {
    let Some(token) = token(headers) else { return Ok(None) };
    let now = app.now();
    let (secret, today) = (digest(&token), app.site.hours.day(now));
    let asked = Asked { stamp: app.store.stamp(Kept::People).await?, today };
    if let Some(known) = app.known.find(&asked, &secret, now) {
        return Ok(Some(known));
    }
    let Some(holder) = rows::holder(&app.store, app.site.area, &secret, now).await? else { return Ok(None) };
    let actor = on_day(&app.store, (holder.account_id, holder.name, holder.official_id), today).await?;
    let found = (Arc::new(actor), holder.password_due);
    app.known.keep(&asked, secret, found.clone(), holder.expires_at);
    Ok(Some(found))
}

/// The secret that a request carries: as a bearer token, or in the cookie.
fn token(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(bearer) = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
        return Some(bearer.trim().to_owned());
    }
    shell::cookie(headers, COOKIE).map(str::to_owned)
}

/// The device behind a request, as its owner would call it: `Windows · Edge`.
#[must_use]
pub fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map_or("", |(_, name)| *name)
    };
    let systems = [
        ("HarmonyOS", "鸿蒙"),
        ("Android", "安卓手机"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows 电脑"),
        ("Mac OS", "苹果电脑"),
        ("Linux", "Linux 电脑"),
    ];
    let browsers = [
        ("MicroMessenger", "微信"),
        ("DingTalk", "钉钉"),
        ("Edg", "Edge 浏览器"),
        ("Firefox", "Firefox 浏览器"),
        ("Chrome", "Chrome 浏览器"),
        ("Safari", "Safari 浏览器"),
    ];
    match (find(&systems), find(&browsers)) {
        ("", "") => "程序或其他设备".into(),
        ("", browser) => browser.into(),
        (system, "") => system.into(),
        (system, browser) => format!("{system} · {browser}"),
    }
}
