//! Contacts for people: the list, one contact, and the acts that need no form.

use super::form::{ActForm, ActPage};
use super::show::ShowPage;
use super::{Contact, ContactFilter, ContactWish, Line};
use crate::{App, notify};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{AnswerContacts, CallSilent, PlanContacts, ReadContacts, ReadSilence, ReadVisits};
use kernel::id::ContactId;
use kernel::words::{ContactAct, ContactKind, ContactState};
use kernel::{Cursor, Limit, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/contacts", list)
        .get("/contacts/{id}", show)
        .get("/contacts/{id}/{act}", asking)
        .post("/contacts/{id}/{act}", act)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    view: String,
    kind: String,
    state: String,
    cursor: Option<String>,
}

/// What an address asks for beforehand: a call instead.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wished {
    call: bool,
}

#[derive(Template)]
#[template(path = "contacts/list.html")]
struct ListPage {
    kit: Kit,
    /// Whether the reader plans contacts, or asks for them.
    plans: bool,
    asks: bool,
    /// Whether the reader finds when visits are due.
    visits: bool,
    /// Whether the reader calls silent clients, or reads what came of it.
    calls: bool,
    silence: bool,
    view: String,
    views: Vec<Choice>,
    kind: String,
    kinds: Vec<Choice>,
    state: String,
    states: Vec<Choice>,
    /// What stands first in a line: to a client it is clear with whom.
    first: &'static str,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let (actor, today) = (&guard.actor, app.today());
    let (plans, asks) = (actor.holds(PlanContacts::NAME), actor.holds(AnswerContacts::NAME));
    let filter = ContactFilter {
        kind: ContactKind::parse(&asked.kind),
        state: ContactState::parse(&asked.state),
        waiting: asked.view == "waiting",
        ahead: asked.view == "ahead",
        cursor: asked.cursor,
        ..ContactFilter::default()
    };
    let found = super::contacts(&app.store, actor, &guard.scope, &filter, today, Limit::USUAL).await?;
    let mut views = vec![Choice::new("", "全部"), Choice::new("ahead", "将要联系的")];
    if plans || asks {
        views.insert(1, Choice::new("waiting", "等我处理的"));
    }
    Ok(Html(ListPage {
        kit: kit.titled("联系"),
        plans,
        asks,
        visits: actor.holds(ReadVisits::NAME),
        calls: actor.holds(CallSilent::NAME),
        silence: actor.holds(ReadSilence::NAME),
        view: asked.view,
        views,
        kind: asked.kind,
        kinds: ContactKind::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        state: asked.state,
        states: ContactState::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        first: if asks { "来意" } else { "企业（项目）" },
        lines: found.items.iter().map(|contact| Line::of(contact, today)).collect(),
        next: found.next,
    }))
}

async fn show(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ContactId>,
) -> Result<Html<ShowPage>, Refusal> {
    let contact = super::contact(&app.store, &guard.scope, id).await?;
    notify::seen(&app.store, &guard.actor, &contact.path()).await?;
    Ok(Html(ShowPage::new(&app, &guard, kit, contact, Errors::none()).await?))
}

/// The acts that ask for more than a tap.
async fn asking(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Path((id, act)): Path<(ContactId, ContactAct)>,
    Query(wished): Query<Wished>,
) -> Result<Response, Refusal> {
    let contact = super::contact(&app.store, &guard.scope, id).await?;
    super::party(&guard.actor, &contact)?;
    let path = contact.path();
    if !super::acts(&guard.actor, &contact, app.today()).contains(&act) {
        return Ok(see_other(&path, Flash::warning("现在不能这样办，请看最新情况。")));
    }
    match ActPage::new(&app, &guard, kit, contact, act) {
        Some(page) => Ok(Html(if wished.call { page.by_call() } else { page }).into_response()),
        None => Ok(see_other(&path, Flash::warning("请在本页直接点选。"))),
    }
}

async fn act(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Path((id, act)): Path<(ContactId, ContactAct)>,
    Form(typed): Form<ActForm>,
) -> Result<Response, Refusal> {
    let contact = super::contact(&app.store, &guard.scope, id).await?;
    super::party(&guard.actor, &contact)?;
    let path = contact.path();
    let mut page = ActPage::new(&app, &guard, kit.clone(), contact.clone(), act);
    let done = async {
        let wish = match &mut page {
            Some(page) => page.wish(&app, &guard, typed).await?,
            None => {
                contact.read_as(typed.version)?;
                ContactWish::default()
            }
        };
        let tx = app.store.begin().await?;
        let contact = super::contact(&tx, &guard.scope, id).await?;
        if let Some(page) = &page {
            contact.read_as(page.typed.version)?;
        }
        let contact = super::act(&tx, &app.site, &guard.actor, contact, act, &wish).await?;
        tx.commit().await?;
        Ok(contact)
    };
    match done.await {
        Ok(contact) => Ok(see_other(&path, Flash::success(told(act, &contact)))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = match page {
                Some(page) => Html(ActPage { errors, ..page }).into_response(),
                None => Html(ShowPage::new(&app, &guard, kit, contact, errors).await?).into_response(),
            };
            Ok((status, page).into_response())
        }
    }
}

fn told(act: ContactAct, contact: &Contact) -> String {
    match act {
        ContactAct::Agree => format!("已约定{}，对方会收到消息。", crate::app::say_day(contact.day)),
        ContactAct::Propose => "已提出，等对方答复。".into(),
        ContactAct::Decline => "已谢绝，对方会收到消息。".into(),
        ContactAct::Cancel => "已取消，对方会收到消息。".into(),
        ContactAct::Hold => "已记下，请有空时补充联系情况。".into(),
        ContactAct::Record => "已记录，企业会收到消息并确认。".into(),
        ContactAct::Confirm => "已确认，谢谢您。".into(),
        ContactAct::Deny => "已告诉服务专员核对。".into(),
        ContactAct::Yield => "已补充。".into(),
    }
}
