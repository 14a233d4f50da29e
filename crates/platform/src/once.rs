//! A command that is done once however often it is sent: `Idempotency-Key`.
//!
//! The key is claimed first in the transaction of the command, and the answer is kept in the same one. So either both are
//! there or neither: after a crash, a caller who sends the command again gets the answer of then, or has it done now. Two who
//! send the same key at the same moment queue for it. An answer is kept for a day.

use crate::App;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, header};
use chrono::Duration;
use kernel::id::AccountId;
use kernel::{Actor, BugExt, Instant, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use shell::document::{Argument, Description};
use shell::{Json, Refusal, Reply, idempotency_key, reply};
use store::{Db, Sql, Store, Tx};

/// How long an answer is kept.
const KEPT: Duration = Duration::hours(24);

/// What a program wants done, and the proof that it is done once. A body that is empty counts as `{}`.
#[derive(Debug)]
pub struct Command<T>(pub T, pub Once);

/// What an act wants that needs no more than its name.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Nothing {}

/// The way of a command: [`Once::begin`], do it, [`Once::end`].
#[derive(Debug)]
pub struct Once(Option<Claim>);

/// A key, and what it was sent with.
#[derive(Debug)]
struct Claim {
    key: String,
    fingerprint: String,
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
            Claim { key, fingerprint: hex::encode(fingerprint.finalize()) }
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
    /// Begins the transaction in which the command is done.
    ///
    /// # Errors
    /// [`Refusal::Before`] with the answer of then when it was done already; [`Problem::Invalid`] when the key was sent
    /// with another command.
    pub async fn begin(&self, app: &App, actor: &Actor) -> Result<Tx, Refusal> {
        let tx = app.store.begin().await?;
        let Some(claim) = &self.0 else { return Ok(tx) };
        let claimed =
            "INSERT INTO done_once (account_id, county_id, key, fingerprint, status, at) VALUES ($1, $2, $3, $4, 0, $5)
                       ON CONFLICT (account_id, key, county_id) DO UPDATE SET fingerprint = $4, at = $5 WHERE done_once.at < $6";
        let claimed = Sql::text(claimed).bind(actor.account).bind(app.site.area).bind(claim.key.as_str());
        if tx.run(claimed.bind(claim.fingerprint.as_str()).bind(tx.now()).bind(tx.now() - KEPT)).await? == 1 {
            return Ok(tx);
        }
        let kept = kept(&tx, app, actor.account, &claim.key).await?;
        if kept.fingerprint != claim.fingerprint {
            let told = "这个 Idempotency-Key 已用于另一个请求，请换一个新的键再提交。";
            return Err(Problem::field("Idempotency-Key", told).into());
        }
        let status = u16::try_from(kept.status).unwrap_or(200);
        Err(Refusal::Before(Box::new(reply::again(status, kept.version, kept.body))))
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

#[derive(FromQueryResult)]
struct Kept {
    fingerprint: String,
    status: i64,
    version: Option<i64>,
    body: Option<Value>,
}

async fn kept(tx: &Tx, app: &App, account: AccountId, key: &str) -> Result<Kept, Problem> {
    let kept = "SELECT fingerprint, status, version, body FROM done_once WHERE account_id = $1 AND county_id = $2 AND key = $3";
    let kept = tx.one(Sql::text(kept).bind(account).bind(app.site.area).bind(key)).await?;
    kept.ok_or_else(|| Problem::Unavailable("同一个请求正在处理，请稍后再试。".into()))
}

/// Forgets the answers that were kept long enough. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn forget(store: &Store, now: Instant) -> Result<u64, Problem> {
    let tx = store.begin().await?;
    let forgotten = tx.run(Sql::text("DELETE FROM done_once WHERE at < $1").bind(now - KEPT)).await?;
    tx.commit().await?;
    Ok(forgotten)
}
