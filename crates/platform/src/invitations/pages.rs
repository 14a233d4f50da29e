//! Inviting a client's liaisons, and joining by a link on a telephone.

use super::{Choice, Invitation, Standing};
use crate::App;
use crate::app::asked_host;
use crate::identity::{SessionKind, Whence, bring_cookie, device, qr_image};
use crate::registry::{self, Client};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::authz::{InviteLiaisons, OwnAccount};
use kernel::id::{ClientId, InvitationId, LiaisonId};
use kernel::{Instant, Problem};
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Public, Refusal, Routes, Source, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/clients/{id}/invitations", list)
        .post("/clients/{id}/invitations", invite)
        .post("/clients/{id}/invitations/{invitation}/revoke", revoke)
        .get("/join/{secret}", open)
        .post("/join/{secret}", join)
        .post("/join/{secret}/as-me", join_as_me)
}

/// A liaison with how far they have come.
struct LiaisonLine {
    id: LiaisonId,
    name: String,
    position: String,
    phone: String,
    joined: bool,
    /// The link that works now, and until when.
    open: Option<(InvitationId, String)>,
}

/// A link that was made.
struct Line {
    name: String,
    by: String,
    when: String,
    standing: Standing,
    until: String,
}

#[derive(Template)]
#[template(path = "invitations/list.html")]
struct ListPage {
    kit: Kit,
    client: Client,
    liaisons: Vec<LiaisonLine>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "invitations/link.html")]
struct LinkPage {
    kit: Kit,
    client: Client,
    name: String,
    link: String,
    picture: String,
    until: String,
}

async fn list(
    guard: Guard<InviteLiaisons>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<ListPage>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let now = app.now();
    let made = super::invitations(&app.store, &client).await?;
    let mut liaisons = Vec::new();
    for liaison in registry::liaisons(&app.store, &client).await? {
        let open = |made: &&Invitation| made.liaison_id == liaison.id && made.standing(now) == Standing::Open;
        liaisons.push(LiaisonLine {
            id: liaison.id,
            joined: super::has_joined(&app.store, liaison.id).await?,
            open: made.iter().find(open).map(|made| (made.id, app.site.say(made.expires_at, now))),
            name: liaison.name,
            position: liaison.position,
            phone: liaison.phone.masked(),
        });
    }
    let line = |made: Invitation| Line {
        standing: made.standing(now),
        when: app.site.say(made.made_at, now),
        until: app.site.say(made.expires_at, now),
        name: made.liaison_name,
        by: made.made_by,
    };
    let lines = made.into_iter().map(line).collect();
    let kit = kit.titled(format!("邀请联络员：{}", client.name));
    Ok(Html(ListPage { kit: above(kit, &client), client, liaisons, lines }))
}

fn above(kit: Kit, client: &Client) -> Kit {
    kit.under(format!("/clients/{}", client.id), client.name.as_str())
}

#[derive(Deserialize)]
struct Wish {
    liaison: LiaisonId,
}

async fn invite(
    guard: Guard<InviteLiaisons>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    headers: HeaderMap,
    Form(wish): Form<Wish>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let client = registry::client(&tx, &guard.scope, id).await?;
    let liaison = super::liaison(&tx, &client, wish.liaison).await?;
    let invited = match super::invite(&tx, &guard.actor, &client, &liaison).await {
        Ok(invited) => invited,
        Err(Problem::Conflict(told)) => {
            return Ok(see_other(&format!("/clients/{id}/invitations"), Flash::warning(told)));
        }
        Err(problem) => return Err(problem.into()),
    };
    tx.commit().await?;
    let link = link(&app, &headers, &invited.secret);
    let kit = kit.titled(format!("邀请{}加入", liaison.name));
    Ok(Html(LinkPage {
        kit: kit.under(format!("/clients/{id}/invitations"), "邀请联络员"),
        picture: qr_image(&link)?,
        until: app.site.say(invited.expires_at, app.now()),
        name: liaison.name,
        client,
        link,
    })
    .into_response())
}

/// The address that a telephone opens.
fn link(app: &App, headers: &HeaderMap, secret: &str) -> String {
    format!("{}/join/{secret}", app.site.address(asked_host(headers)))
}

async fn revoke(
    guard: Guard<InviteLiaisons>,
    State(app): State<App>,
    Path((client, id)): Path<(ClientId, InvitationId)>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let invitation = super::invitation(&tx, &guard.scope, id).await?;
    if invitation.client_id != client {
        return Err(Problem::NotFound.into());
    }
    let flash = match super::revoke(&tx, &guard.actor, &invitation).await {
        Ok(()) => Flash::success(format!("发给{}的邀请已作废，原来的链接不能再用。", invitation.liaison_name)),
        Err(Problem::Conflict(told)) => Flash::warning(told),
        Err(problem) => return Err(problem.into()),
    };
    tx.commit().await?;
    Ok(see_other(&format!("/clients/{client}/invitations"), flash))
}

#[derive(Template)]
#[template(path = "invitations/join.html")]
struct JoinPage {
    kit: Kit,
    errors: Errors,
    secret: String,
    client: String,
    name: String,
    /// What login it will be without a wish.
    hint: String,
    /// Who is signed in already.
    me: Option<String>,
    login: String,
}

#[derive(Template)]
#[template(path = "invitations/over.html")]
struct OverPage {
    kit: Kit,
    told: String,
}

impl JoinPage {
    async fn new(
        app: &App,
        kit: Kit,
        secret: String,
        login: String,
        errors: Errors,
        now: Instant,
    ) -> Result<Self, Problem> {
        let seen = super::opened(&app.store, &app.site, &secret, now).await?;
        Ok(Self {
            me: kit.desk.as_ref().map(|desk| desk.person.name.clone()),
            kit: kit.titled("加入潍企通"),
            errors,
            secret,
            client: seen.client_name,
            name: seen.invitation.liaison_name,
            hint: format!("不填就用您登记的手机号 {}。", seen.phone.masked()),
            login,
        })
    }
}

/// What is told when a link works no more, or never did.
fn over(kit: Kit, problem: Problem) -> Result<Response, Refusal> {
    let (status, told) = match problem {
        Problem::Conflict(told) => (StatusCode::GONE, told),
        Problem::NotFound => {
            let told = "这个邀请链接不完整或不正确。请检查是否复制完整，或者联系邀请您的人重新发一个。";
            (StatusCode::NOT_FOUND, told.to_owned())
        }
        other => return Err(other.into()),
    };
    Ok((status, Html(OverPage { kit: kit.titled("邀请链接不能使用"), told })).into_response())
}

async fn open(_: Public, State(app): State<App>, kit: Kit, Path(secret): Path<String>) -> Result<Response, Refusal> {
    match JoinPage::new(&app, kit.clone(), secret, String::new(), Errors::none(), app.now()).await {
        Ok(page) => Ok(Html(page).into_response()),
        Err(problem) => over(kit, problem),
    }
}

#[derive(Deserialize)]
struct Join {
    #[serde(default)]
    login: String,
    password: String,
    again: String,
}

async fn join(
    _: Public,
    State(app): State<App>,
    kit: Kit,
    Path(secret): Path<String>,
    from: From,
    Form(typed): Form<Join>,
) -> Result<Response, Refusal> {
    let whence = from.0;
    let outcome = if typed.password == typed.again {
        let choice = Choice { login: typed.login.clone(), password: typed.password };
        super::join(&app, &secret, &choice, &whence).await
    } else {
        Err(Problem::field("again", "两次输入的密码不一致，请重新输入。"))
    };
    match outcome {
        Ok((seen, session)) => {
            let mut response = see_other("/", greeting(&seen));
            bring_cookie(&mut response, &app.site, &session);
            Ok(response)
        }
        Err(problem @ Problem::Invalid { .. }) => {
            let errors = Errors::take(problem)?;
            match JoinPage::new(&app, kit.clone(), secret, typed.login, errors, app.now()).await {
                Ok(page) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()),
                Err(problem) => over(kit, problem),
            }
        }
        Err(problem) => over(kit, problem),
    }
}

fn greeting(seen: &super::rows::Opened) -> Flash {
    let (name, client) = (&seen.invitation.liaison_name, &seen.client_name);
    Flash::success(format!("{name}，欢迎您！您已是“{client}”的联络员，有问题和诉求，随时在这里提交。"))
}

async fn join_as_me(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Path(secret): Path<String>,
) -> Result<Response, Refusal> {
    match super::join_as(&app, &secret, &guard.actor, &guard.scope).await {
        Ok(seen) => Ok(see_other("/", greeting(&seen))),
        Err(problem) => over(kit, problem),
    }
}

/// Where a request to join comes from.
struct From(Whence);

impl axum::extract::FromRequestParts<App> for From {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        state: &App,
    ) -> Result<Self, std::convert::Infallible> {
        let device = device(&parts.headers);
        let Source(source) = Source::from_request_parts(parts, state).await?;
        Ok(Self(Whence { kind: SessionKind::Browser, source, device }))
    }
}
