//! Closing a client, and taking a closing back, for people.

use super::href;
use crate::App;
use crate::app::say_day;
use crate::registry::{self, Client, Source};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::WriteRegistry;
use kernel::id::ClientId;
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/clients/{id}/close", close_form)
        .post("/clients/{id}/close", close)
        .get("/clients/{id}/reopen", reopen_form)
        .post("/clients/{id}/reopen", reopen)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    last_day: String,
    into: String,
    into_text: String,
    source: String,
    as_of: String,
    version: i64,
}

impl Typed {
    fn today(app: &App, client: &Client) -> Self {
        let today = app.today().to_string();
        Self { last_day: today.clone(), as_of: today, version: client.version, ..Self::default() }
    }

    fn known(&self) -> Result<Source, Problem> {
        Ok(Source { source: self.source.clone(), as_of: typed_day(&self.as_of, "as_of")? })
    }
}

#[derive(Template)]
#[template(path = "clients/closing.html")]
struct ClosingPage {
    kit: Kit,
    errors: Errors,
    client: Client,
    action: &'static str,
    into: Picker,
    typed: Typed,
    back: String,
}

impl ClosingPage {
    fn new(kit: Kit, client: Client, action: &'static str, typed: Typed, errors: Errors) -> Self {
        let title = if action == "close" { "注销或退出" } else { "恢复在册" };
        let back = href(&client);
        let kit = kit.titled(title).under(back.as_str(), client.name.as_str());
        Self { kit, errors, client, action, into: Picker::default(), typed, back }
    }

    /// The form as it is first shown.
    async fn first(
        app: &App,
        guard: &Guard<WriteRegistry>,
        kit: Kit,
        id: ClientId,
        action: &'static str,
    ) -> Result<Html<Self>, Refusal> {
        let client = registry::client(&app.store, &guard.scope, id).await?;
        let typed = Typed::today(app, &client);
        Ok(Html(Self::new(kit, client, action, typed, Errors::none())))
    }
}

async fn close_form(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<ClosingPage>, Refusal> {
    ClosingPage::first(&app, &guard, kit, id, "close").await
}

async fn reopen_form(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<ClosingPage>, Refusal> {
    ClosingPage::first(&app, &guard, kit, id, "reopen").await
}

async fn close(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let mut into = Picker::sent(typed.into.as_str(), &typed.into_text);
    let done = closed(&app, &guard, &client, &typed, &mut into).await;
    answer(kit, client, "close", (typed, into), done)
}

async fn closed(
    app: &App,
    guard: &Guard<WriteRegistry>,
    client: &Client,
    typed: &Typed,
    into: &mut Picker,
) -> Result<String, Problem> {
    let (known, last) = (typed.known()?, typed_day(&typed.last_day, "last_day")?);
    let into = match into.is_empty() {
        true => None,
        false => Some(registry::picked(&app.store, &guard.scope, into, "into").await?),
    };
    let tx = app.store.begin().await?;
    let client = registry::client(&tx, &guard.scope, client.id).await?;
    client.read_as(typed.version)?;
    let into = super::successor(&tx, &guard.scope, into).await?;
    super::close(&tx, &guard.actor, &guard.scope, &client, (last, into.as_ref()), &known).await?;
    tx.commit().await?;
    Ok(format!("“{}”的最后一天是 {}，包靠关系同时结束。", client.name, say_day(last)))
}

async fn reopen(
    guard: Guard<WriteRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let done = reopened(&app, &guard, &client, &typed).await;
    answer(kit, client, "reopen", (typed, Picker::default()), done)
}

async fn reopened(app: &App, guard: &Guard<WriteRegistry>, client: &Client, typed: &Typed) -> Result<String, Problem> {
    let known = typed.known()?;
    let tx = app.store.begin().await?;
    let client = registry::client(&tx, &guard.scope, client.id).await?;
    client.read_as(typed.version)?;
    registry::reopen(&tx, &guard.actor, &client, &known).await?;
    tx.commit().await?;
    Ok(format!("“{}”已恢复在册。请检查是否需要重新安排服务专员。", client.name))
}

fn answer(
    kit: Kit,
    client: Client,
    action: &'static str,
    (mut typed, into): (Typed, Picker),
    done: Result<String, Problem>,
) -> Result<Response, Refusal> {
    match done {
        Ok(told) => Ok(see_other(&href(&client), Flash::success(told))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            typed.version = client.version;
            let page = ClosingPage { into, ..ClosingPage::new(kit, client, action, typed, errors) };
            Ok((status, Html(page)).into_response())
        }
    }
}
