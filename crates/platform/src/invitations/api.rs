//! Invitations for programs.

use super::{Choice, Invitation};
use crate::identity::{SessionKind, Whence, device};
use crate::registry;
use crate::{App, Command, Nothing};
use axum::extract::State;
use axum::http::HeaderMap;
use kernel::authz::InviteLiaisons;
use kernel::id::{ClientId, InvitationId, LiaisonId};
use kernel::{Page, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Json, Made, NoContent, Path, Public, Refusal, Routes, Source};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/enterprises/{id}/invitations", "企业联络员的邀请", list)
        .api_post("/api/v1/enterprises/{id}/invitations", "邀请企业联络员；链接只给出这一次", invite)
        .api_get("/api/v1/projects/{id}/invitations", "项目联络员的邀请", list)
        .api_post("/api/v1/projects/{id}/invitations", "邀请项目联络员；链接只给出这一次", invite)
        .api_post("/api/v1/invitations/{id}/acts/revoke", "作废一个邀请", revoke)
        .api_post("/api/v1/invitations/acts/join", "凭邀请链接加入并登录", join)
}

async fn list(
    guard: Guard<InviteLiaisons>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
) -> Result<Json<Page<Invitation>>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    Ok(Json(Page { items: super::invitations(&app.store, &client).await?, next: None }))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewInvitation")]
struct Wish {
    liaison: LiaisonId,
}

/// A link, told once.
#[derive(Serialize, JsonSchema)]
struct Link {
    id: InvitationId,
    /// What the liaison's telephone opens: the site's address followed by this.
    path: String,
    expires_at: String,
}

async fn invite(
    guard: Guard<InviteLiaisons>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    // Not a `Command`: its answer would be kept, and the secret in it must not be.
    Json(wish): Json<Wish>,
) -> Result<Made<Link>, Refusal> {
    let tx = app.store.begin().await?;
    let client = registry::client(&tx, &guard.scope, id).await?;
    let liaison = super::liaison(&tx, &client, wish.liaison).await?;
    let invited = super::invite(&tx, &guard.actor, &client, &liaison).await?;
    tx.commit().await?;
    let expires_at = invited.expires_at.with_timezone(&app.site.hours.zone()).to_rfc3339();
    let body = Link { id: invited.id, path: format!("/join/{}", invited.secret), expires_at };
    Ok(Made { version: None, body })
}

async fn revoke(
    guard: Guard<InviteLiaisons>,
    State(app): State<App>,
    Path(id): Path<InvitationId>,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let invitation = super::invitation(&tx, &guard.scope, id).await?;
    super::revoke(&tx, &guard.actor, &invitation).await?;
    once.end(tx, &app, &guard.actor, NoContent::default()).await
}

/// Who joins by a link.
#[derive(Deserialize, JsonSchema)]
struct Join {
    /// The last part of the link.
    secret: String,
    /// The login to be; without one, the telephone number in the register.
    #[serde(default)]
    login: String,
    password: String,
}

/// The session that joining begins.
#[derive(Serialize, JsonSchema)]
struct Joined {
    token: String,
    expires_at: String,
}

async fn join(
    _: Public,
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    Json(wish): Json<Join>,
) -> Result<Made<Joined>, Refusal> {
    let whence = Whence { kind: SessionKind::Api, source: source.0, device: device(&headers) };
    let choice = Choice { login: wish.login, password: wish.password };
    let joined = super::join(&app, &wish.secret, &choice, &whence).await;
    let (_, session) = joined.map_err(|problem| match problem {
        Problem::NotFound => Problem::field("secret", "这个邀请链接不完整或不正确，请联系邀请您的人重新发一个。"),
        other => other,
    })?;
    let expires_at = session.expires_at.with_timezone(&app.site.hours.zone()).to_rfc3339();
    Ok(Made { version: None, body: Joined { token: session.token, expires_at } })
}
