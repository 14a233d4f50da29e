//! A client's own people ask for another commissioner, or for none: from the card of the one they have.

use super::Ask;
use crate::{App, pairing, registry};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::{AskPairings, ReadPairings};
use kernel::id::{BarId, ClientId};
use kernel::words::{BarKind, PairingPart};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/clients/{id}/commissioner-request", asking)
        .post("/clients/{id}/commissioner-request", ask)
        .post("/pairing-requests/{id}/withdraw", withdraw)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    kind: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "pairing/bars/asking.html")]
struct AskPage {
    kit: Kit,
    errors: Errors,
    action: String,
    back: String,
    name: Option<String>,
    kinds: Vec<Choice>,
    typed: Typed,
}

impl AskPage {
    async fn new(
        app: &App,
        guard: &Guard<AskPairings>,
        kit: Kit,
        (id, typed): (ClientId, Typed),
        errors: Errors,
    ) -> Result<Self, Problem> {
        let client = registry::client(&app.store, &guard.scope, id).await?;
        let read = guard.actor.scope::<ReadPairings>().ok_or(Problem::NotFound)?;
        let now = pairing::commissioners(&app.store, &read, &[client.id], app.today()).await?;
        let lead = now.iter().find(|one| one.part == PairingPart::Lead).or(now.first());
        let name = lead.map(|one| one.name.clone());
        let mut kinds = Vec::new();
        if name.is_some() {
            kinds.push(Choice::new(BarKind::Change.code(), "换一名服务专员").hint("服务台会另作安排"));
        }
        let hint = "无事不扰；有困难时仍可随时提交诉求，需要专员时再提出";
        kinds.push(Choice::new(BarKind::Unwanted.code(), "暂不需要服务专员").hint(hint));
        let back = format!("/clients/{id}");
        Ok(Self {
            kit: kit.titled("调整服务专员").under(back.as_str(), client.name.as_str()),
            errors,
            action: format!("/clients/{id}/commissioner-request"),
            back,
            name,
            kinds,
            typed,
        })
    }
}

async fn asking(
    guard: Guard<AskPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<AskPage>, Refusal> {
    Ok(Html(AskPage::new(&app, &guard, kit, (id, Typed::default()), Errors::none()).await?))
}

async fn ask(
    guard: Guard<AskPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    match asked(&app, &guard, id, &typed).await {
        Ok(()) => {
            let told = "申请已送达服务台，有了结果会告诉您。原因不会让服务专员看到。";
            Ok(see_other(&format!("/clients/{id}"), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(AskPage::new(&app, &guard, kit, (id, typed), errors).await?)).into_response())
        }
    }
}

async fn asked(app: &App, guard: &Guard<AskPairings>, id: ClientId, typed: &Typed) -> Result<(), Problem> {
    let kind = BarKind::parse(&typed.kind)
        .ok_or_else(|| Problem::field("kind", "请选择换一名服务专员，或者暂不需要服务专员。"))?;
    let ask = Ask { kind, reason: typed.reason.clone() };
    let tx = app.store.begin().await?;
    super::ask(&tx, &guard.actor, &guard.scope, id, (ask, app.today())).await?;
    tx.commit().await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Read {
    version: i64,
}

async fn withdraw(
    guard: Guard<AskPairings>,
    State(app): State<App>,
    Path(id): Path<BarId>,
    Form(read): Form<Read>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let bar = super::own(&tx, &guard.scope, id, app.today()).await?;
    bar.read_as(read.version)?;
    super::withdraw(&tx, &guard.actor, &bar, app.today()).await?;
    tx.commit().await?;
    let place = bar.client_id.map_or_else(|| "/".to_owned(), |client| format!("/clients/{client}"));
    Ok(see_other(&place, Flash::success("已撤回。")))
}
