//! The forms: planning a contact or asking for one, and the acts that need a word: another time, a reason, how it was.

use super::entries::{self, Check};
use super::{Contact, ContactWish, NewContact, Notes, line, side};
use crate::{App, org, registry};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{AnswerContacts, PlanContacts, ReadContacts, ReadOrg};
use kernel::id::ClientId;
use kernel::words::{ContactAct, ContactKind, ContactSide};
use kernel::{Day, Problem, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Picker, Query, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/contacts/new", new).post("/contacts", make)
}

/// The ways as large choices.
pub(super) fn kinds() -> Vec<Choice> {
    let hint = |kind: ContactKind| match kind {
        ContactKind::Onsite => "到企业去",
        ContactKind::Phone => "打个电话",
        ContactKind::Wechat => "微信沟通",
        ContactKind::Video => "视频见面",
        ContactKind::Message => "发条消息",
    };
    ContactKind::ALL.iter().map(|kind| Choice::new(kind.code(), kind.label()).hint(hint(*kind))).collect()
}

/// The way that was chosen.
pub(super) fn typed_kind(text: &str) -> Result<ContactKind, Problem> {
    ContactKind::parse(text).ok_or_else(|| Problem::field("kind", "请选择联系方式。"))
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Typed {
    pub client: String,
    pub client_text: String,
    pub kind: String,
    pub day: String,
    pub hour: String,
    pub purpose: String,
    pub consent: String,
}

#[derive(Template)]
#[template(path = "contacts/new.html")]
struct NewPage {
    kit: Kit,
    errors: Errors,
    /// Whether the reader asks for it, instead of planning it.
    asks: bool,
    /// The only client there is to choose.
    only: Option<Choice>,
    /// A handful to choose from, without typing.
    few: Vec<Choice>,
    client: Picker,
    kinds: Vec<Choice>,
    /// What a visit on the day would mean, once both are known.
    check: Option<Check>,
    typed: Typed,
}

impl NewPage {
    async fn new(app: &App, guard: &Guard<ReadContacts>, kit: Kit, typed: Typed) -> Result<Self, Problem> {
        let asks = guard.actor.holds(AnswerContacts::NAME);
        if !asks && !guard.actor.holds(PlanContacts::NAME) {
            return Err(Problem::NotFound);
        }
        let Whom { only, few, client } = whom(app, guard, (&typed.client, &typed.client_text)).await?;
        let title = if asks { "请服务专员联系我们" } else { "约企业" };
        Ok(Self {
            kit: kit.titled(title).under("/contacts", "联系"),
            errors: Errors::none(),
            asks,
            only,
            few,
            client,
            kinds: kinds(),
            check: known(app, guard, &typed).await?,
            typed,
        })
    }
}

/// What the visit that is typed would mean, for a commissioner.
async fn known(app: &App, guard: &Guard<ReadContacts>, typed: &Typed) -> Result<Option<Check>, Problem> {
    let onsite = ContactKind::parse(&typed.kind) == Some(ContactKind::Onsite);
    let (Ok(client), Ok(day), true) = (typed.client.parse::<ClientId>(), typed.day.parse::<Day>(), onsite) else {
        return Ok(None);
    };
    match registry::client(&app.store, &guard.scope, client).await {
        Ok(client) => entries::check(app, (client.id, &client.area_path), day, None).await.map(Some),
        Err(Problem::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// With whom: what there is to choose from, and what was chosen.
pub(super) struct Whom {
    pub only: Option<Choice>,
    pub few: Vec<Choice>,
    pub client: Picker,
}

/// What there is to choose from, and what was picked.
pub(super) async fn whom(
    app: &App,
    guard: &Guard<ReadContacts>,
    (chosen, typed): (&str, &str),
) -> Result<Whom, Problem> {
    let few = registry::few(&app.store, &guard.scope).await?;
    let only = if let [only] = few.as_slice() { Some(only.clone()) } else { None };
    let mut client = Picker::sent(chosen, typed);
    if only.is_none() && !client.is_empty() {
        // What it means was told already, when the form was read.
        match registry::picked(&app.store, &guard.scope, &mut client, "client").await {
            Ok(_) | Err(Problem::Invalid { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(Whom { only, few, client })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct For {
    client: String,
    day: String,
    kind: String,
}

async fn new(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Query(wished): Query<For>,
) -> Result<Html<NewPage>, Refusal> {
    let typed = Typed { client: wished.client, day: wished.day, kind: wished.kind, ..Typed::default() };
    Ok(Html(NewPage::new(&app, &guard, kit, typed).await?))
}

async fn make(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    match made(&app, &guard, &typed).await {
        Ok(contact) => {
            let told = match contact.opened_by {
                ContactSide::Client => format!("已告诉{}，等他（她）答复。", contact.official_name),
                ContactSide::Commissioner if contact.wants_consent => "已发给企业联络员，企业同意后才能去。".to_owned(),
                ContactSide::Commissioner => "已发给企业联络员，等企业答复。".to_owned(),
            };
            Ok(see_other(&contact.path(), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = NewPage::new(&app, &guard, kit, typed).await?;
            Ok((status, Html(NewPage { errors, ..page })).into_response())
        }
    }
}

async fn made(app: &App, guard: &Guard<ReadContacts>, typed: &Typed) -> Result<Contact, Problem> {
    let mut client = Picker::sent(&typed.client, &typed.client_text);
    let client = registry::picked(&app.store, &guard.scope, &mut client, "client").await?;
    let new = NewContact {
        client,
        kind: typed_kind(&typed.kind)?,
        day: typed_day(&typed.day, "day")?,
        hour: typed.hour.clone(),
        purpose: typed.purpose.clone(),
        consent: typed.consent == "true",
        record: None,
    };
    let tx = app.store.begin().await?;
    let contact = super::make(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(contact)
}

/// What a form of an act sends.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct ActForm {
    pub kind: String,
    pub day: String,
    pub hour: String,
    pub reason: String,
    pub note: String,
    pub answer: String,
    pub policy: String,
    pub correction: String,
    pub colleague: String,
    pub colleague_text: String,
    pub consent: String,
    pub version: i64,
}

/// The form of an act that needs more than a tap.
#[derive(Template)]
#[template(path = "contacts/act.html")]
pub(super) struct ActPage {
    pub kit: Kit,
    pub errors: Errors,
    pub contact: Contact,
    pub act: ContactAct,
    /// When it stands, in words.
    pub when: String,
    /// Whether the reader stands on the client's side.
    pub asks: bool,
    pub kinds: Vec<Choice>,
    pub colleague: Picker,
    pub typed: ActForm,
}

impl ActPage {
    /// The form of an act; none for one that is a tap.
    pub(super) fn new(
        app: &App,
        guard: &Guard<ReadContacts>,
        kit: Kit,
        contact: Contact,
        act: ContactAct,
    ) -> Option<Self> {
        let title = match act {
            ContactAct::Propose => "另提时间或方式",
            ContactAct::Decline => "谢绝这次联系",
            ContactAct::Cancel => "取消这次联系",
            ContactAct::Record => "记录这次联系",
            _ => return None,
        };
        let today = app.today();
        let day = if act == ContactAct::Record { contact.day.min(today) } else { contact.day.max(today) };
        let typed = ActForm {
            kind: contact.kind.code().to_owned(),
            day: day.to_string(),
            hour: contact.hour.clone(),
            version: contact.version,
            ..ActForm::default()
        };
        Some(Self {
            kit: kit.titled(title).under(contact.path(), contact.client_name.as_str()),
            errors: Errors::none(),
            when: line::when(contact.day, &contact.hour, today),
            asks: side(&guard.actor, contact.client_id) == Some(ContactSide::Client),
            kinds: kinds(),
            colleague: Picker::default(),
            typed,
            contact,
            act,
        })
    }

    /// The form with a call proposed.
    pub(super) fn by_call(mut self) -> Self {
        ContactKind::Phone.code().clone_into(&mut self.typed.kind);
        self
    }

    /// What was typed, understood.
    pub(super) async fn wish(
        &mut self,
        app: &App,
        guard: &Guard<ReadContacts>,
        typed: ActForm,
    ) -> Result<ContactWish, Problem> {
        self.colleague = Picker::sent(&typed.colleague, &typed.colleague_text);
        self.typed = typed;
        let typed = &self.typed;
        let mut wish = ContactWish { reason: typed.reason.clone(), ..ContactWish::default() };
        if matches!(self.act, ContactAct::Propose | ContactAct::Record) {
            wish.kind = Some(typed_kind(&typed.kind)?);
            wish.day = Some(typed_day(&typed.day, "day")?);
            wish.hour.clone_from(&typed.hour);
            wish.consent = typed.consent == "true";
        }
        if self.act == ContactAct::Record {
            wish.notes = notes(app, guard, typed, &mut self.colleague).await?;
        }
        Ok(wish)
    }
}

/// How it was, as it was typed.
pub(super) async fn notes(
    app: &App,
    guard: &Guard<ReadContacts>,
    typed: &ActForm,
    colleague: &mut Picker,
) -> Result<Notes, Problem> {
    let mut with = Vec::new();
    if !colleague.is_empty() {
        let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
        with.push(org::picked_official(&app.store, &consulted, colleague, "colleague").await?);
    }
    Ok(Notes {
        note: typed.note.clone(),
        answer: typed.answer.clone(),
        policy: typed.policy.clone(),
        correction: typed.correction.clone(),
        with,
    })
}
