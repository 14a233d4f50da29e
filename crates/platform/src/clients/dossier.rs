//! A client on one page (客户一页通), read on the way there: whom to call, what is open and who has it, what was said and explained
//! the last times, how the client wants to be visited, and what is known already and need not be asked again.

use super::fields::{self, Group};
use super::show::{Speaker, reaches};
use super::{filled, href};
use crate::App;
use crate::app::say_day;
use crate::contacts::{self, ContactFilter, cadence, entries};
use crate::demands::{self, DemandFilter, DemandSort};
use crate::registry::{self, Client};
use askama::Template;
use axum::extract::State;
use kernel::authz::{PlanContacts, ReadContacts, ReadDemands, ReadRegistry};
use kernel::id::ClientId;
use kernel::words::{ContactSide, ContactState};
use kernel::{Actor, Limit, Problem};
use shell::{Guard, Html, Kit, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/clients/{id}/dossier", dossier)
}

/// How many contacts are told.
const CONTACTS: usize = 4;

/// Where the page of a client is.
pub(super) fn dossier_href(client: ClientId) -> String {
    format!("/clients/{client}/dossier")
}

/// A contact that was, with what came of it.
struct Been {
    line: contacts::Line,
    note: String,
    /// What was answered, explained or corrected: the kind and the words.
    came: Vec<(&'static str, String)>,
}

/// How the client wants to be visited, and what the days allow.
struct Manners {
    /// Until when somebody should go; empty where nobody has to.
    due: String,
    last: String,
    wish: String,
    /// Why nobody goes now.
    excuse: String,
    budget: String,
    /// Why a visit today would need the client's consent; empty when it would not.
    why: String,
    /// Who else goes within two weeks.
    near: Vec<String>,
}

#[derive(Template)]
#[template(path = "clients/dossier.html")]
struct DossierPage {
    kit: Kit,
    client: Client,
    about: String,
    speakers: Vec<Speaker>,
    open: Vec<demands::Line>,
    ahead: Vec<contacts::Line>,
    been: Vec<Been>,
    manners: Manners,
    groups: Vec<Group>,
    may_plan: bool,
    printed: String,
}

async fn dossier(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<DossierPage>, Refusal> {
    let (client, actor) = (registry::client(&app.store, &guard.scope, id).await?, &guard.actor);
    // For those who go there or mind that somebody does; not for the client itself.
    let reads = actor.scope::<ReadContacts>().is_some_and(|scope| reaches(&scope, &client));
    if !reads || contacts::side(actor, client.id) == Some(ContactSide::Client) {
        return Err(Problem::NotFound.into());
    }
    let (ahead, been) = in_touch(&app, actor, &client).await?;
    let history = registry::history(&app.store, &client).await?;
    let places = fields::places(&app, &history).await?;
    let liaisons = registry::liaisons_of(&app.store, &[client.id], app.today()).await?;
    let may_look = registry::may_look(actor, &client);
    Ok(Html(DossierPage {
        kit: kit.titled(client.name.as_str()).under(href(&client), "企业（项目）页面"),
        about: format!("{} · {}", client.kind, client.area_name),
        speakers: liaisons.iter().map(|one| Speaker::of(one, may_look)).collect(),
        open: open(&app, actor, &client).await?,
        ahead,
        been,
        manners: manners(&app, &client).await?,
        groups: fields::groups(&app, &client, &history, &places),
        may_plan: client.closed_on.is_none()
            && actor.scope::<PlanContacts>().is_some_and(|scope| reaches(&scope, &client)),
        printed: app.site.write_out(app.now()),
        client,
    }))
}

/// What the client still waits for, the soonest due first.
async fn open(app: &App, actor: &Actor, client: &Client) -> Result<Vec<demands::Line>, Problem> {
    let Some(scope) = actor.scope::<ReadDemands>() else { return Ok(Vec::new()) };
    let sort = Some(DemandSort::DueSoonest);
    let filter = DemandFilter { client: Some(client.id), open: Some(true), sort, ..DemandFilter::default() };
    let found = demands::demands(app, actor, &scope, &filter, Limit::parse(Some(20))?).await?;
    let now = app.now();
    Ok(found.items.iter().map(|demand| demands::Line::of(&app.site, demand, now)).collect())
}

/// What is arranged, and the last times with what came of them.
async fn in_touch(app: &App, actor: &Actor, client: &Client) -> Result<(Vec<contacts::Line>, Vec<Been>), Problem> {
    let Some(scope) = actor.scope::<ReadContacts>() else { return Ok((Vec::new(), Vec::new())) };
    let (filter, today) = (ContactFilter { client: Some(client.id), ..ContactFilter::default() }, app.today());
    let found = contacts::contacts(&app.store, actor, &scope, &filter, today, Limit::parse(Some(20))?).await?;
    let (was, rest): (Vec<_>, Vec<_>) = found.items.iter().partition(|one| one.state == ContactState::Recorded);
    let coming = |state| matches!(state, ContactState::Planned | ContactState::Agreed);
    let ahead = rest.iter().filter(|one| coming(one.state) && one.day >= today);
    let ahead = ahead.map(|one| contacts::Line::of(one, today)).collect();
    let mut been = Vec::new();
    for contact in was.into_iter().take(CONTACTS) {
        let came = contacts::yielded(&app.store, contact).await?;
        been.push(Been {
            line: contacts::Line::of(contact, today),
            note: contact.note.clone(),
            came: came.into_iter().map(|one| (one.kind.label(), one.text)).collect(),
        });
    }
    Ok((ahead, been))
}

async fn manners(app: &App, client: &Client) -> Result<Manners, Problem> {
    let (rhythm, today) = (cadence::rhythm(&app.store, client).await?, app.today());
    let check = entries::check(app, (client.id, &client.area_path), today, None).await?;
    let mut wish: Vec<String> = rhythm.wish_months.map(|months| format!("{months} 个月走访一次")).into_iter().collect();
    wish.extend(rhythm.wish_calls.then(|| "以电话、微信联系为主，不必上门".to_owned()));
    wish.extend(filled(&rhythm.wish_words));
    let excused = rhythm.excuse.filter(|_| rhythm.excuse_until.is_none_or(|until| until >= today));
    let excuse = excused.map(|reason| {
        let words = filled(&rhythm.excuse_words).map(|words| format!("：{words}")).unwrap_or_default();
        let until = rhythm.excuse_until.map(|until| format!("，至{}", say_day(until))).unwrap_or_default();
        format!("{}{words}{until}", reason.label())
    });
    Ok(Manners {
        due: rhythm.due_day.map(say_day).unwrap_or_default(),
        last: rhythm.last_on.map_or_else(|| "还没有".to_owned(), say_day),
        wish: wish.join("；"),
        excuse: excuse.unwrap_or_default(),
        budget: check.budget,
        why: check.why,
        near: check.near.into_iter().map(|one| one.told).collect(),
    })
}
