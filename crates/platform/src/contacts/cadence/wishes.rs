//! How one client is visited, for people: the client's wish, and why nobody goes for some time. Both sides read the same.

use super::{NewExcuse, NewWish, Rhythm, due};
use crate::registry::Client;
use crate::{App, contacts, registry};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::ReadContacts;
use kernel::id::ClientId;
use kernel::words::{ContactSide, VisitExcuse};
use kernel::{Day, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/clients/{id}/visits", show)
        .post("/clients/{id}/visits/wish", wish)
        .get("/clients/{id}/visits/excuse", excusing)
        .post("/clients/{id}/visits/excuse", excuse)
        .post("/clients/{id}/visits/resume", resume)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    months: String,
    calls: String,
    words: String,
    reason: String,
    until: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "contacts/cadence/visits.html")]
struct VisitsPage {
    kit: Kit,
    errors: Errors,
    rhythm: Rhythm,
    /// Whether the reader is of the client.
    own: bool,
    /// Whether the reader may say how often, and why not.
    wishes: bool,
    excuses: bool,
    resumes: bool,
    /// What resuming is called.
    again: &'static str,
    due: String,
    last: String,
    /// How often, in a sentence.
    often: String,
    /// Who said so.
    said: String,
    why: String,
    why_said: String,
    every: Vec<Choice>,
    typed: Typed,
}

#[derive(Template)]
#[template(path = "contacts/cadence/excuse.html")]
struct ExcusePage {
    kit: Kit,
    errors: Errors,
    client: Client,
    reasons: Vec<Choice>,
    typed: Typed,
}

impl ExcusePage {
    fn new(guard: &Guard<ReadContacts>, kit: Kit, client: Client, typed: Typed) -> Self {
        let own = contacts::side(&guard.actor, client.id) == Some(ContactSide::Client);
        let reasons = VisitExcuse::ALL.iter().filter(|reason| !own || **reason != VisitExcuse::Official);
        Self {
            kit: kit.titled("暂时不走访").under(format!("/clients/{}/visits", client.id), "走访意愿"),
            errors: Errors::none(),
            reasons: reasons.map(|reason| Choice::new(reason.code(), reason.label())).collect(),
            client,
            typed,
        }
    }
}

/// Who said it: the client itself, or a commissioner who noted it.
fn said_by(side: Option<ContactSide>, by: Option<&str>) -> String {
    match (side, by) {
        (Some(ContactSide::Client), Some(by)) => format!("企业提出（{by}）"),
        (Some(ContactSide::Commissioner), Some(by)) => format!("{by}记录"),
        _ => String::new(),
    }
}

async fn page(app: &App, guard: &Guard<ReadContacts>, kit: Kit, client: &Client) -> Result<VisitsPage, Problem> {
    let today = app.today();
    let rhythm = super::rhythm(&app.store, client).await?;
    let side = contacts::side(&guard.actor, client.id);
    let own = side == Some(ContactSide::Client);
    let may = |said: Option<ContactSide>| side.is_some() && (own || said != Some(ContactSide::Client));
    let usual = app.site.touch.months(client.kind);
    let wish = due::wish(&rhythm);
    let often = if wish.is_empty() { format!("按惯例，原则上每 {usual} 个月一次") } else { wish };
    let mut every = vec![Choice::new("", format!("按惯例（每 {usual} 个月一次）"))];
    let fewer = [3, 4, 6, 12].into_iter().filter(|months| *months > usual);
    every.extend(fewer.map(|months| Choice::new(months.to_string(), format!("每 {months} 个月一次"))));
    let excused = rhythm.excused(today).is_some();
    Ok(VisitsPage {
        kit: kit.titled("走访意愿").under(format!("/clients/{}", client.id), client.name.as_str()),
        errors: Errors::none(),
        own,
        wishes: may(rhythm.wish_side),
        excuses: !excused && may(None),
        again: if own { "可以照常走访了" } else { "恢复走访" },
        resumes: excused && may(rhythm.excuse_side),
        due: due::due(&rhythm, today),
        last: due::last(&rhythm, today),
        often,
        said: said_by(rhythm.wish_side, rhythm.wish_by.as_deref()),
        why: due::why(&rhythm, today),
        why_said: said_by(rhythm.excuse_side.filter(|_| excused), rhythm.excuse_by.as_deref()),
        every,
        typed: Typed {
            months: rhythm.wish_months.map(|months| months.to_string()).unwrap_or_default(),
            calls: rhythm.wish_calls.to_string(),
            words: rhythm.wish_words.clone(),
            version: rhythm.version,
            ..Typed::default()
        },
        rhythm,
    })
}

async fn show(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<VisitsPage>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    Ok(Html(page(&app, &guard, kit, &client).await?))
}

/// The form of a reason.
async fn excusing(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<ExcusePage>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    contacts::side(&guard.actor, client.id).ok_or(Problem::NotFound)?;
    let rhythm = super::rhythm(&app.store, &client).await?;
    let typed = Typed { version: rhythm.version, ..Typed::default() };
    Ok(Html(ExcusePage::new(&guard, kit, client, typed)))
}

/// What was said in one of the forms.
enum Word {
    Wish(NewWish),
    Excuse(NewExcuse),
    Resume,
}

impl Typed {
    fn wish(&self) -> Result<Word, Problem> {
        let typed = self.months.trim();
        let wrong = |_| Problem::field("months", "请从列表中选择多久一次。");
        let months = if typed.is_empty() { None } else { Some(typed.parse::<u32>().map_err(wrong)?) };
        Ok(Word::Wish(NewWish { months, calls: self.calls == "true", words: self.words.clone() }))
    }

    fn excuse(&self) -> Result<Word, Problem> {
        let reason = VisitExcuse::parse(&self.reason).ok_or_else(|| Problem::field("reason", "请选择原因。"))?;
        let until: Day = typed_day(&self.until, "until")?;
        Ok(Word::Excuse(NewExcuse { reason, words: self.words.clone(), until }))
    }
}

/// Keeps a word of one of the sides; whatever cannot be done now comes back as what to tell.
async fn said(
    app: &App,
    guard: &Guard<ReadContacts>,
    (client, version): (&Client, i64),
    word: Result<Word, Problem>,
) -> Result<Flash, Problem> {
    contacts::side(&guard.actor, client.id).ok_or(Problem::NotFound)?;
    let done = async {
        let word = word?;
        let tx = app.store.begin().await?;
        let rhythm = super::rhythm(&tx, client).await?;
        rhythm.read_as(version)?;
        let of = (client, rhythm);
        match word {
            Word::Wish(new) => super::wish(&tx, &app.site, &guard.actor, of, new).await?,
            Word::Excuse(new) => super::excuse(&tx, &app.site, &guard.actor, of, new).await?,
            Word::Resume => super::resume(&tx, &app.site, &guard.actor, of).await?,
        }
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(Flash::success("已记下，对方会收到消息。")),
        Err(Problem::Conflict(told) | Problem::Stale(told)) => Ok(Flash::warning(told)),
        Err(problem) => Err(problem),
    }
}

async fn wish(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    match said(&app, &guard, (&client, typed.version), typed.wish()).await {
        Ok(told) => Ok(see_other(&format!("/clients/{id}/visits"), told)),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = page(&app, &guard, kit, &client).await?;
            Ok((status, Html(VisitsPage { errors, typed, ..page })).into_response())
        }
    }
}

async fn excuse(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    match said(&app, &guard, (&client, typed.version), typed.excuse()).await {
        Ok(told) => Ok(see_other(&format!("/clients/{id}/visits"), told)),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = ExcusePage::new(&guard, kit, client, typed);
            Ok((status, Html(ExcusePage { errors, ..page })).into_response())
        }
    }
}

async fn resume(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let told = said(&app, &guard, (&client, typed.version), Ok(Word::Resume)).await?;
    Ok(see_other(&format!("/clients/{id}/visits"), told))
}
