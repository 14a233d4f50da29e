//! Naming, replacing and releasing a client's liaisons, for people.

use super::href;
use crate::App;
use crate::registry::{self, Client, Liaison, NewLiaison};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::WriteRegistry;
use kernel::id::{ClientId, LiaisonId};
use kernel::{Phone, Problem};
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/clients/{id}/liaisons/new", new)
        .post("/clients/{id}/liaisons/new", name)
        .get("/liaisons/{id}/replace", replacement)
        .post("/liaisons/{id}/replace", replace)
        .get("/liaisons/{id}/end", ending)
        .post("/liaisons/{id}/end", end)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    name: String,
    position: String,
    phone: String,
    last_day: String,
    version: i64,
}

impl Typed {
    fn liaison(&self) -> Result<NewLiaison, Problem> {
        let phone = Phone::parse(&self.phone).map_err(|told| Problem::field("phone", told))?;
        Ok(NewLiaison { name: self.name.clone(), position: self.position.clone(), phone })
    }
}

#[derive(Template)]
#[template(path = "clients/liaison.html")]
struct LiaisonPage {
    kit: Kit,
    errors: Errors,
    action: String,
    back: String,
    /// Who is replaced or released.
    old: Option<Liaison>,
    ends: bool,
    typed: Typed,
}

impl LiaisonPage {
    fn new(kit: Kit, client: &Client, old: Option<Liaison>, ends: bool, typed: Typed) -> Self {
        let (title, action) = match &old {
            None => ("登记联络员", format!("/clients/{}/liaisons/new", client.id)),
            Some(old) if ends => ("不再担任联络员", format!("/liaisons/{}/end", old.id)),
            Some(old) => ("更换联络员", format!("/liaisons/{}/replace", old.id)),
        };
        let back = href(client);
        let kit = kit.titled(title).under(back.as_str(), client.name.as_str());
        Self { kit, errors: Errors::none(), action, back, old, ends, typed }
    }

    /// The page as an answer to a refused form.
    fn refused(mut self, problem: Problem) -> Result<Response, Refusal> {
        let (status, errors) = Errors::refused(problem)?;
        self.errors = errors;
        Ok((status, Html(self)).into_response())
    }
}

async fn new(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<LiaisonPage>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    Ok(Html(LiaisonPage::new(kit, &client, None, false, Typed::default())))
}

async fn name(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    match named(&app, &guard, &client, &typed).await {
        Ok(()) => Ok(done(&client, format!("{}已登记为联络员。可以发邀请，请其开通账号。", typed.name.trim()))),
        Err(problem) => LiaisonPage::new(kit, &client, None, false, typed).refused(problem),
    }
}

async fn named(app: &App, guard: &Guard<WriteRegistry>, client: &Client, typed: &Typed) -> Result<(), Problem> {
    let new = typed.liaison()?;
    let tx = app.store.begin().await?;
    registry::name_liaison(&tx, &guard.actor, client, new, app.site.hours.day(tx.now())).await?;
    tx.commit().await
}

async fn replacement(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<LiaisonId>,
) -> Result<Html<LiaisonPage>, Refusal> {
    let (client, old) = found(&app, &guard, id).await?;
    let typed = Typed { version: old.version, ..Typed::default() };
    Ok(Html(LiaisonPage::new(kit, &client, Some(old), false, typed)))
}

async fn found(app: &App, guard: &Guard<WriteRegistry>, id: LiaisonId) -> Result<(Client, Liaison), Problem> {
    let liaison = registry::liaison(&app.store, &guard.scope, id).await?;
    let client = registry::client(&app.store, &guard.scope, liaison.client_id).await?;
    Ok((client, liaison))
}

async fn replace(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<LiaisonId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let (client, old) = found(&app, &guard, id).await?;
    match replaced(&app, &guard, &client, id, &typed).await {
        Ok(()) => Ok(done(&client, format!("从今天起，{}接替{}担任联络员。", typed.name.trim(), old.name))),
        Err(problem) => LiaisonPage::new(kit, &client, Some(old), false, typed).refused(problem),
    }
}

async fn replaced(
    app: &App,
    guard: &Guard<WriteRegistry>,
    client: &Client,
    id: LiaisonId,
    typed: &Typed,
) -> Result<(), Problem> {
    let new = typed.liaison()?;
    let tx = app.store.begin().await?;
    let old = registry::liaison(&tx, &guard.scope, id).await?;
    old.read_as(typed.version)?;
    registry::replace_liaison(&tx, &guard.actor, client, &old, new, app.site.hours.day(tx.now())).await?;
    tx.commit().await
}

async fn ending(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<LiaisonId>,
) -> Result<Html<LiaisonPage>, Refusal> {
    let (client, old) = found(&app, &guard, id).await?;
    let typed = Typed { last_day: app.today().to_string(), version: old.version, ..Typed::default() };
    Ok(Html(LiaisonPage::new(kit, &client, Some(old), true, typed)))
}

async fn end(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<LiaisonId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let (client, old) = found(&app, &guard, id).await?;
    match ended(&app, &guard, &client, id, &typed).await {
        Ok(()) => Ok(done(&client, format!("{}不再担任联络员。", old.name))),
        Err(problem) => LiaisonPage::new(kit, &client, Some(old), true, typed).refused(problem),
    }
}

async fn ended(
    app: &App,
    guard: &Guard<WriteRegistry>,
    client: &Client,
    id: LiaisonId,
    typed: &Typed,
) -> Result<(), Problem> {
    let last = typed_day(&typed.last_day, "last_day")?;
    let tx = app.store.begin().await?;
    let old = registry::liaison(&tx, &guard.scope, id).await?;
    old.read_as(typed.version)?;
    registry::end_liaison(&tx, &guard.actor, client, &old, last).await?;
    tx.commit().await
}

fn done(client: &Client, told: String) -> Response {
    see_other(&href(client), Flash::success(told))
}
