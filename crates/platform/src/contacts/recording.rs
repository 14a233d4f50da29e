//! Writing down in under a minute: a contact that was not planned, and a demand that came of one. What is known already is not
//! asked again: who, whose, when and by which way stand there.

use super::form::{self, ActForm};
use super::{Contact, NewContact, RaisedThere};
use crate::{App, Once, catalogue, demands, once, registry};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::{PlanContacts, RaiseDemands, ReadContacts};
use kernel::id::ContactId;
use kernel::words::{ContactAct, ContactKind};
use serde::Deserialize;
use shell::{
    Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes, see_other, typed_day,
};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/contacts/log", logging)
        .post("/contacts/log", log)
        .get("/contacts/{id}/demand", raising)
        .post("/contacts/{id}/demand", raise)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    client: String,
    client_text: String,
    kind: String,
    day: String,
    note: String,
    answer: String,
    policy: String,
    correction: String,
    colleague: String,
    colleague_text: String,
    once: String,
}

#[derive(Template)]
#[template(path = "contacts/log.html")]
struct LogPage {
    kit: Kit,
    errors: Errors,
    only: Option<Choice>,
    few: Vec<Choice>,
    client: Picker,
    colleague: Picker,
    kinds: Vec<Choice>,
    typed: ActForm,
    /// The key under which a telephone keeps what was typed.
    once: String,
}

impl LogPage {
    async fn new(
        app: &App,
        guard: &Guard<ReadContacts>,
        kit: Kit,
        client: (&str, &str),
        typed: ActForm,
    ) -> Result<Self, Problem> {
        guard.actor.scope::<PlanContacts>().ok_or(Problem::NotFound)?;
        let form::Whom { only, few, client } = form::whom(app, guard, client).await?;
        Ok(Self {
            kit: kit.titled("补记一次联系").under("/contacts", "联系"),
            errors: Errors::none(),
            only,
            few,
            client,
            colleague: Picker::sent(&typed.colleague, &typed.colleague_text),
            kinds: form::kinds(),
            typed,
            once: String::new(),
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct For {
    client: String,
    kind: String,
}

async fn logging(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Query(wished): Query<For>,
) -> Result<Html<LogPage>, Refusal> {
    let kind = ContactKind::parse(&wished.kind).unwrap_or(ContactKind::Phone);
    let typed = ActForm { kind: kind.code().to_owned(), day: app.today().to_string(), ..ActForm::default() };
    Ok(Html(LogPage::new(&app, &guard, kit, (&wished.client, ""), typed).await?))
}

async fn log(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    once::Typed(sent, once): once::Typed<Typed>,
) -> Result<Response, Refusal> {
    let Typed {
        client,
        client_text,
        kind,
        day,
        note,
        answer,
        policy,
        correction,
        colleague,
        colleague_text,
        once: key,
    } = sent;
    let act = ActForm { kind, day, note, answer, policy, correction, colleague, colleague_text, ..ActForm::default() };
    let by_telephone = once.by_telephone();
    match logged(&app, &guard, (&client, &client_text), &act, once).await {
        Err(Refusal::Problem(problem)) if !by_telephone => {
            let (status, errors) = Errors::refused(problem)?;
            let page = LogPage::new(&app, &guard, kit, (&client, &client_text), act).await?;
            Ok((status, Html(LogPage { errors, once: key, ..page })).into_response())
        }
        answered => answered,
    }
}

async fn logged(
    app: &App,
    guard: &Guard<ReadContacts>,
    (chosen, typed_client): (&str, &str),
    typed: &ActForm,
    once: Once,
) -> Result<Response, Refusal> {
    let mut client = Picker::sent(chosen, typed_client);
    let client = registry::picked(&app.store, &guard.scope, &mut client, "client").await?;
    let mut colleague = Picker::sent(&typed.colleague, &typed.colleague_text);
    let new = NewContact {
        client,
        kind: form::typed_kind(&typed.kind)?,
        day: typed_day(&typed.day, "day")?,
        hour: String::new(),
        purpose: String::new(),
        consent: false,
        record: Some(form::notes(app, guard, typed, &mut colleague).await?),
    };
    let tx = once.begin(app, &guard.actor).await?;
    let contact = super::make(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    let told = Flash::success("已记录，企业会收到消息并确认。");
    once.land(tx, app, &guard.actor, &contact.path(), told).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DemandTyped {
    category: String,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "contacts/demand.html")]
struct DemandPage {
    kit: Kit,
    errors: Errors,
    contact: Contact,
    categories: Vec<Choice>,
    typed: DemandTyped,
}

impl DemandPage {
    async fn new(
        app: &App,
        guard: &Guard<RaiseDemands>,
        kit: Kit,
        id: ContactId,
        typed: DemandTyped,
    ) -> Result<Self, Problem> {
        let contact = super::contact(&app.store, &guard.scope, id).await?;
        super::party(&guard.actor, &contact)?;
        if !super::acts(&guard.actor, &contact, app.today()).contains(&ContactAct::Yield) {
            return Err(Problem::Conflict("记录了这次联系，才能从中提出诉求。".into()));
        }
        Ok(Self {
            kit: kit.titled("提出诉求").under(contact.path(), contact.client_name.as_str()),
            errors: Errors::none(),
            categories: catalogue::open_choices(&demands::categories(&app.store, &app.site).await?),
            contact,
            typed,
        })
    }
}

async fn raising(
    guard: Guard<RaiseDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ContactId>,
) -> Result<Html<DemandPage>, Refusal> {
    Ok(Html(DemandPage::new(&app, &guard, kit, id, DemandTyped::default()).await?))
}

async fn raise(
    guard: Guard<RaiseDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ContactId>,
    Form(typed): Form<DemandTyped>,
) -> Result<Response, Refusal> {
    match raised(&app, &guard, id, &typed).await {
        Ok((contact, number)) => {
            let told = format!("诉求已提交，编号 {number}。服务台会在 2 个工作小时内联系企业。");
            Ok(see_other(&contact.path(), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = DemandPage::new(&app, &guard, kit, id, typed).await?;
            Ok((status, Html(DemandPage { errors, ..page })).into_response())
        }
    }
}

async fn raised(
    app: &App,
    guard: &Guard<RaiseDemands>,
    id: ContactId,
    typed: &DemandTyped,
) -> Result<(Contact, String), Problem> {
    let tx = app.store.begin().await?;
    let contact = super::contact(&tx, &guard.scope, id).await?;
    let (category, title, text) = (typed.category.clone(), typed.title.clone(), typed.text.clone());
    let new = RaisedThere { category, title, text };
    let (contact, demand) = super::raise(&tx, &app.site, (&guard.actor, &guard.scope), contact, new).await?;
    tx.commit().await?;
    Ok((contact, demand.number))
}
