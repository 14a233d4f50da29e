//! How a liaison comes in: whoever keeps the register for a client, or looks after it, sends the liaison named there a link
//! that works once and for seven days. It opens an account that reaches this client, for as long as the liaison is one.
//!
//! The link's secret is shown once and kept as a hash. A new link for the same liaison revokes the one before.

mod api;
mod pages;
mod rows;

use crate::audit::{self, Deed};
use crate::identity::{self, NewAccount, Password, SignedIn, Whence};
use crate::registry::{self, Client, Liaison};
use crate::{App, Site};
use chrono::Duration;
use kernel::authz::OwnAccount;
use kernel::id::{AccountId, ClientId, InvitationId, LiaisonId};
use kernel::{Actor, AreaCode, Instant, Problem, Right, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::json;
use shell::Routes;
use store::{Db, Tx};

/// How long a link works.
const LIFE: Duration = Duration::days(7);

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// A link that was made, without its secret.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Invitation {
    /// Which one.
    pub id: InvitationId,
    /// The client's county.
    pub county_id: AreaCode,
    /// For which client.
    pub client_id: ClientId,
    /// For which liaison.
    pub liaison_id: LiaisonId,
    /// The liaison's name.
    pub liaison_name: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    /// Until when it works.
    pub expires_at: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}

/// How a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It works.
    Open,
    /// Somebody joined by it.
    Used,
    /// It was revoked, or the liaison is one no more.
    Revoked,
    /// Seven days are over.
    Expired,
}

impl Standing {
    /// The form on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "等待加入",
            Self::Used => "已加入",
            Self::Revoked => "已作废",
            Self::Expired => "已过期",
        }
    }

    /// Its colour.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Open => "blue",
            Self::Used => "green",
            Self::Revoked | Self::Expired => "grey",
        }
    }
}

impl Invitation {
    /// How it stands at a moment.
    #[must_use]
    pub fn standing(&self, now: Instant) -> Standing {
        match self {
            Self { used_at: Some(_), .. } => Standing::Used,
            Self { revoked_at: Some(_), .. } => Standing::Revoked,
            Self { expires_at, .. } if *expires_at <= now => Standing::Expired,
            _ => Standing::Open,
        }
    }
}

/// A link that has just been made: the one moment its secret is known.
#[derive(Clone)]
pub struct Invited {
    /// Which one.
    pub id: InvitationId,
    /// The secret: the last part of `/join/…`.
    pub secret: String,
    /// Until when it works.
    pub expires_at: Instant,
}

/// The links made for a client, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn invitations(db: &impl Db, client: &Client) -> Result<Vec<Invitation>, Problem> {
    rows::of_client(db, client).await
}

/// One invitation within a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn invitation<R: Right>(db: &impl Db, scope: &Scope<R>, id: InvitationId) -> Result<Invitation, Problem> {
    rows::one(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// Whether this liaison has joined.
///
/// # Errors
/// When the database fails.
pub async fn has_joined(db: &impl Db, liaison: LiaisonId) -> Result<bool, Problem> {
    rows::has_joined(db, liaison).await
}

/// The liaison of this client with this id, today.
///
/// # Errors
/// [`Problem::Invalid`] when the client has no such liaison.
pub async fn liaison(db: &impl Db, client: &Client, id: LiaisonId) -> Result<Liaison, Problem> {
    let found = registry::liaisons(db, client).await?.into_iter().find(|liaison| liaison.id == id);
    found.ok_or_else(|| Problem::field("liaison", "这家企业（项目）没有这名联络员，请先登记联络员。"))
}

/// Invites a liaison of a client that the actor reaches.
///
/// # Errors
/// [`Problem::Conflict`] when the liaison has an account already.
pub async fn invite(tx: &Tx, actor: &Actor, client: &Client, liaison: &Liaison) -> Result<Invited, Problem> {
    registry::hold(tx, client).await?;
    if rows::has_joined(tx, liaison.id).await? {
        let told = format!("{}已经开通账号，不需要再邀请。忘记密码请联系系统管理员重置。", liaison.name);
        return Err(Problem::Conflict(told));
    }
    rows::revoke_open(tx, liaison.id).await?;
    let secret = identity::sessions::secret();
    let expires_at = tx.now() + LIFE;
    let id = rows::insert(tx, client, liaison, &identity::digest(&secret), &actor.name, expires_at).await?;
    let deed = Deed::of(actor, "invitation.issue", "client", client.id.0, client.county_id);
    let detail = json!({ "client": client.name, "liaison": liaison.name, "expires_at": expires_at });
    audit::record(tx, &deed, &detail).await?;
    Ok(Invited { id, secret, expires_at })
}

/// Revokes an invitation.
///
/// # Errors
/// [`Problem::Conflict`] when it was used or revoked already.
pub async fn revoke(tx: &Tx, actor: &Actor, invitation: &Invitation) -> Result<(), Problem> {
    if rows::revoke(tx, invitation).await? == 0 {
        return Err(Problem::Conflict("这个邀请已经用过或作废，不需要再作废。".into()));
    }
    let deed = Deed::of(actor, "invitation.revoke", "client", invitation.client_id.0, invitation.county_id);
    audit::record(tx, &deed, &json!({ "liaison": invitation.liaison_name })).await
}

/// The invitation behind a link, when it still works.
///
/// # Errors
/// [`Problem::NotFound`] for an unknown secret; [`Problem::Conflict`] with what to do when it works no more.
async fn opened(db: &impl Db, site: &Site, secret: &str, now: Instant) -> Result<rows::Opened, Problem> {
    let opened = rows::opened(db, &identity::digest(secret)).await?.ok_or(Problem::NotFound)?;
    let by = &opened.invitation.made_by;
    let in_office = opened.until_day.is_none_or(|last| last >= site.hours.day(now));
    let told = match opened.invitation.standing(now) {
        Standing::Open if in_office => return Ok(opened),
        Standing::Open | Standing::Revoked => {
            format!("这个邀请已经作废。需要加入时，请联系{by}重新发一个邀请链接。")
        }
        Standing::Expired => format!("这个邀请已经过期（邀请链接 7 天内有效）。请联系{by}重新发一个。"),
        Standing::Used => {
            format!("这个邀请已经用过了。如果您就是加入的人，请直接登录；如果不是，请联系{by}重新发一个。")
        }
    };
    Err(Problem::Conflict(told))
}

/// What a liaison chooses when joining.
struct Choice {
    /// Empty for the telephone number in the register.
    login: String,
    password: String,
}

/// Joins with a new account, and signs its holder in.
async fn join(app: &App, secret: &str, choice: &Choice, whence: &Whence) -> Result<(rows::Opened, SignedIn), Problem> {
    let seen = opened(&app.store, &app.site, secret, app.now()).await?;
    let (typed, by_phone) = match choice.login.trim() {
        "" => (seen.phone.in_full().as_str(), true),
        typed => (typed, false),
    };
    let login = identity::accounts::parse_login(typed)?;
    let password =
        Password::parse(&choice.password, login.in_full()).map_err(|told| Problem::field("password", told))?;
    let hash = password.hash().await?;
    let tx = app.store.begin().await?;
    let seen = opened(&tx, &app.site, secret, tx.now()).await?;
    if identity::accounts::login_taken(&tx, app.site.area, &login).await? {
        let told = if by_phone {
            "您的手机号已经有账号。如果是您本人的，请先登录，再打开这个链接加入；也可以另起一个账号名。"
        } else {
            "这个账号名已被使用，请换一个。"
        };
        return Err(Problem::field("login", told));
    }
    let new = NewAccount {
        login: login.in_full().to_owned(),
        name: seen.invitation.liaison_name.clone(),
        password_hash: hash,
        official: None,
        grants: Vec::new(),
        from: app.site.hours.day(tx.now()),
    };
    let account = identity::accounts::open_at(&tx, app.site.area, &new, seen.client_path.clone()).await?;
    take(&tx, app, &seen, account, &new.name).await?;
    let session = identity::begin_session(&tx, &app.site, account, whence).await?;
    tx.commit().await?;
    Ok((seen, session))
}

/// Joins with the account that one is signed in with.
async fn join_as(app: &App, secret: &str, actor: &Actor, _own: &Scope<OwnAccount>) -> Result<rows::Opened, Problem> {
    let tx = app.store.begin().await?;
    let seen = opened(&tx, &app.site, secret, tx.now()).await?;
    take(&tx, app, &seen, actor.account, &actor.name).await?;
    tx.commit().await?;
    Ok(seen)
}

/// Uses the invitation up and gives the account its reach.
async fn take(tx: &Tx, app: &App, seen: &rows::Opened, account: AccountId, name: &str) -> Result<(), Problem> {
    let invitation = &seen.invitation;
    if rows::set_used(tx, invitation, account).await? == 0 {
        return Err(Problem::Conflict("这个邀请刚刚被用过或作废，请联系邀请您的人。".into()));
    }
    let given = (invitation.made_by.as_str(), app.site.hours.day(tx.now()));
    let holder = (account, app.site.area);
    identity::grants::make_liaison(tx, holder, invitation.client_id, invitation.liaison_id, given).await?;
    let deed = Deed {
        account: Some(account),
        name,
        act: "invitation.accept",
        subject: "client",
        subject_id: Some(invitation.client_id.0),
        county: invitation.county_id,
    };
    let detail =
        json!({ "client": seen.client_name, "liaison": invitation.liaison_name, "invited_by": invitation.made_by });
    audit::record(tx, &deed, &detail).await
}
