//! A command that is done once however often it is sent: `Idempotency-Key`.
//!
//! The key is claimed first in the transaction of the command, and the answer is kept in the same one. So either both are
//! there or neither: after a crash, a caller who sends the command again gets the answer of then, or has it done now. Two who
//! send the same key at the same moment queue for it. An answer is kept for a day.
//!
//! A form may come with a key, too: a telephone gives one to what was typed on it, and sends it until it knows that it
//! arrived, perhaps after a long holiday. So the answers to forms are kept for a month. See web/src/drafts.

use crate::App;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use kernel::id::AccountId;
use kernel::{Actor, BugExt, Instant, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shell::document::{Argument, Description};
use shell::{Flash, Form, Json, Made, Refusal, Reply, elsewhere, idempotency_key, reply, see_other};
use store::{Db, Sql, Store, Tx};

/// How long an answer is kept.
const KEPT: Duration = Duration::hours(24);
/// How long an answer to a form is kept.
const FORM_KEPT: Duration = Duration::days(30);
/// The field of a form that brings its key, where no script could send it as a header.
pub(crate) const FIELD: &str = "once";
/// Fields that differ from one sending of a form to the next: the files that were taken in before are known by new ids.
const FLEETING: [&str; 2] = [FIELD, "kept"];

/// What a program wants done, and the proof that it is done once. A body that is empty counts as `{}`.
#[derive(Debug)]
pub struct Command<T>(pub T, pub Once);

/// What an act wants that needs no more than its name.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Nothing {}

/// The way of a command: [`Once::begin`], do it, [`Once::end`]. Without a key it is done as often as it is sent.
#[derive(Debug, Default)]
pub struct Once(Option<Claim>);

/// A key, and what it was sent with.
#[derive(Debug)]
struct Claim {
    key: String,
    fingerprint: String,
    /// How the caller is answered.
    caller: Caller,
}

/// Who sends a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// A program, with a command.
    Program,
    /// A telephone that sends what was typed before.
    Telephone,
    /// A page that sends its form itself.
    Page,
}

/// Where what a form asked for is found.
#[derive(Debug, Clone, Serialize)]
struct Landed {
    href: String,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Command<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let key = idempotency_key(request.headers())?;
        let (mut parts, body) = request.into_parts();
        let asked = format!("{} {}\n", parts.method, parts.uri);
        let body = Bytes::from_request(Request::new(body), state).await.map_err(unread)?;
        let claim = key.map(|key| {
            let fingerprint = Sha256::new_with_prefix(asked.as_bytes()).chain_update(&body);
            Claim { key, fingerprint: hex::encode(fingerprint.finalize()), caller: Caller::Program }
        });
        let body = if body.is_empty() {
            parts.headers.insert(header::CONTENT_TYPE, const { HeaderValue::from_static("application/json") });
            Body::from("{}")
        } else {
            Body::from(body)
        };
        let Json(wish) = Json::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self(wish, Once(claim)))
    }
}

fn unread(rejection: axum::extract::rejection::BytesRejection) -> Problem {
    match rejection.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge("提交的内容过大，请减少内容或分次提交。".into()),
        _ => Problem::Malformed("请求没有完整送达，请重新提交。".into()),
    }
}

impl<T: JsonSchema> Argument for Command<T> {
    fn describe(to: &mut Description<'_>) {
        to.takes::<T>();
        to.header("Idempotency-Key", false, "同一个键和内容在 24 小时内只办一次，重发得到同样的答复");
    }
}

impl Once {
    /// The key of a form, and what it says: the header of a telephone or the field of a page.
    ///
    /// # Errors
    /// [`Problem::Malformed`] for a key that is none.
    pub fn of_form(asked: &Parts, texts: &[(String, String)]) -> Result<Self, Problem> {
        let field = || texts.iter().find(|(name, key)| name == FIELD && !key.is_empty()).map(|(_, key)| key.clone());
        let (key, caller) = match idempotency_key(&asked.headers)? {
            Some(key) => (key, Caller::Telephone),
            None => match field() {
                Some(key) if key.len() <= 200 => (key, Caller::Page),
                Some(_) => return Err(Problem::Malformed("提交的内容无法识别，请返回页面重新填写。".into())),
                None => return Ok(Self(None)),
            },
        };
        let mut fingerprint = Sha256::new_with_prefix(format!("FORM {}\n", asked.uri.path()).as_bytes());
        for (name, text) in texts.iter().filter(|(name, _)| !FLEETING.contains(&name.as_str())) {
            // Pages end lines otherwise than scripts do.
            fingerprint.update(format!("{name}={}\n", shell::escape(&text.replace('\r', ""))));
        }
        Ok(Self(Some(Claim { key, fingerprint: hex::encode(fingerprint.finalize()), caller })))
    }

    /// Whether a telephone sends the form: it wants a program's answers, and shows them itself.
    #[must_use]
    pub fn by_telephone(&self) -> bool {
        self.0.as_ref().is_some_and(|claim| claim.caller == Caller::Telephone)
    }

    /// Goes on when the command was not done before. Cheaper than [`Once::begin`]: for what is looked at before the
    /// transaction, and would look otherwise once it was done.
    ///
    /// # Errors
    /// As [`Once::begin`].
    pub async fn not_before(&self, app: &App, actor: &Actor) -> Result<(), Refusal> {
        let Some(claim) = &self.0 else { return Ok(()) };
        match answer_kept(&app.store, app, actor.account, &claim.key).await? {
            Some(kept) if kept.status != 0 => Err(claim.before(kept)),
            _ => Ok(()),
        }
    }

    /// Begins the transaction in which the command is done.
    ///
    /// # Errors
    /// [`Refusal::Before`] with the answer of then when it was done already; [`Problem::Invalid`] when the key was sent
    /// with another command.
    pub async fn begin(&self, app: &App, actor: &Actor) -> Result<Tx, Refusal> {
        let tx = app.store.begin().await?;
        let Some(claim) = &self.0 else { return Ok(tx) };
        let claimed = "INSERT INTO done_once (account_id, county_id, key, fingerprint, status, at, kept_until)
                       VALUES ($1, $2, $3, $4, 0, $5, $7)
                       ON CONFLICT (account_id, key, county_id) DO UPDATE SET fingerprint = $4, at = $5, kept_until = $7
                       WHERE done_once.at < $6 AND (done_once.kept_until IS NULL OR done_once.kept_until < $5)";
        let claimed = Sql::text(claimed).bind(actor.account).bind(app.site.area).bind(claim.key.as_str());
        let claimed = claimed.bind(claim.fingerprint.as_str()).bind(tx.now()).bind(tx.now() - KEPT);
        let longer = (claim.caller != Caller::Program).then(|| tx.now() + FORM_KEPT);
        if tx.run(claimed.bind(longer)).await? == 1 {
            return Ok(tx);
        }
        let kept = kept(&tx, app, actor.account, &claim.key).await?;
        Err(claim.before(kept))
    }

    /// Keeps where the form has led beside what was done, makes both durable, and leads there.
    ///
    /// # Errors
    /// When the database fails: then nothing was done.
    pub async fn land(self, tx: Tx, app: &App, actor: &Actor, path: &str, flash: Flash) -> Result<Response, Refusal> {
        let by_telephone = self.by_telephone();
        let landed = Made { version: None, body: Landed { href: path.to_owned() } };
        let landed = self.end(tx, app, actor, landed).await?;
        Ok(if by_telephone { landed.into_response() } else { see_other(path, flash) })
    }

    /// Keeps the answer beside what was done, and makes both durable.
    ///
    /// # Errors
    /// When the database fails: then nothing was done.
    pub async fn end<R: Reply>(self, tx: Tx, app: &App, actor: &Actor, reply: R) -> Result<R, Refusal> {
        if let Some(claim) = &self.0 {
            let body = reply.body().bug("keeping an answer")?;
            let keep = "UPDATE done_once SET status = $4, version = $5, body = $6
                        WHERE account_id = $1 AND county_id = $2 AND key = $3";
            let keep = Sql::text(keep).bind(actor.account).bind(app.site.area).bind(claim.key.as_str());
            tx.run(keep.bind(i64::from(R::STATUS.as_u16())).bind(reply.version()).bind(body)).await?;
        }
        tx.commit().await?;
        Ok(reply)
    }
}

impl Claim {
    /// What is answered where the key was used before.
    fn before(&self, kept: Kept) -> Refusal {
        if kept.fingerprint != self.fingerprint {
            let told = "这个 Idempotency-Key 已用于另一个请求，请换一个新的键再提交。";
            return Problem::field("Idempotency-Key", told).into();
        }
        let href = kept.body.as_ref().and_then(|body| body["href"].as_str());
        if let (Caller::Page, Some(href)) = (self.caller, href) {
            return Refusal::Before(Box::new(elsewhere(href)));
        }
        let status = u16::try_from(kept.status).unwrap_or(200);
        Refusal::Before(Box::new(reply::again(status, kept.version, kept.body)))
    }
}

/// A form and its key. What it says is read as any other form is.
#[derive(Debug)]
pub struct Typed<T>(pub T, pub Once);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Typed<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let (asked, texts, request) = texts(request, state).await?;
        let once = Once::of_form(&asked, &texts)?;
        let Form(typed) = Form::from_request(request, state).await?;
        Ok(Self(typed, once))
    }
}

/// The fields of a form that came without files, and the request to be read again.
pub(crate) async fn texts<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<(Parts, Vec<(String, String)>, Request), Refusal> {
    let (asked, body) = request.into_parts();
    let body = Bytes::from_request(Request::new(body), state).await.map_err(unread)?;
    let again = || Request::from_parts(asked.clone(), Body::from(body.clone()));
    let Form(texts) = Form::from_request(again(), state).await?;
    let request = again();
    Ok((asked, texts, request))
}

/// Where a form led that the actor sent under this key; none when it did not arrive.
///
/// # Errors
/// When the database fails.
pub async fn landed(app: &App, actor: &Actor, key: &str) -> Result<Option<String>, Problem> {
    let kept = answer_kept(&app.store, app, actor.account, key).await?;
    Ok(kept.and_then(|kept| Some(kept.body?["href"].as_str()?.to_owned())))
}

#[derive(FromQueryResult)]
struct Kept {
    fingerprint: String,
    status: i64,
    version: Option<i64>,
    body: Option<Value>,
}

async fn kept(tx: &Tx, app: &App, account: AccountId, key: &str) -> Result<Kept, Problem> {
    let kept = answer_kept(tx, app, account, key).await?;
    kept.ok_or_else(|| Problem::Unavailable("同一个请求正在处理，请稍后再试。".into()))
}

async fn answer_kept(db: &impl Db, app: &App, account: AccountId, key: &str) -> Result<Option<Kept>, Problem> {
    let kept = "SELECT fingerprint, status, version, body FROM done_once WHERE account_id = $1 AND county_id = $2 AND key = $3";
    db.one(Sql::text(kept).bind(account).bind(app.site.area).bind(key)).await
}

/// Forgets the answers that were kept long enough. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn forget(store: &Store, now: Instant) -> Result<u64, Problem> {
    let tx = store.begin().await?;
    let old = "DELETE FROM done_once WHERE at < $1 AND (kept_until IS NULL OR kept_until < $2)";
    let forgotten = tx.run(Sql::text(old).bind(now - KEPT).bind(now)).await?;
    tx.commit().await?;
    Ok(forgotten)
}
