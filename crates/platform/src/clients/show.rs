//! The page of one client.

use super::fields::{self, Group};
use super::{above, card, href, look};
use crate::App;
use crate::app::say_day;
use crate::contacts::{self, ContactFilter};
use crate::demands::{self, DemandFilter};
use crate::looks::{self, LookFilter};
use crate::pairing::absences::{self, Substitute};
use crate::pairing::bars::{self, BarFilter};
use crate::pairing::handovers::{self, Handover};
use crate::pairing::{self, Commissioner, Pairing, PairingFilter};
use crate::registry::{self, Client, Liaison};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::authz::{
    AskPairings, InviteLiaisons, RaiseDemands, ReadContacts, ReadDemands, ReadLooks, ReadOrg, ReadPairings,
    ReadRegistry, WritePairings, WriteRegistry,
};
use kernel::id::{BarId, ClientId, LiaisonId, OfficialId};
use kernel::words::{BarKind, BarState, ClientKind, PairingPart};
use kernel::{Actor, Limit, Problem, Reach, Right, Role, Scope};
use shell::{Guard, Html, Kit, Path, Refusal, Routes};
use store::Private;
use store::private::OfficialMobile;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/enterprises/{id}", enterprise).get("/projects/{id}", project).get("/clients/{id}", anywhere)
}

/// How many demands are shown.
const RECENT: u32 = 5;

/// A telephone number: masked, and where it is asked for by who may look.
pub(super) struct Number {
    pub shown: String,
    pub look: String,
}

/// A liaison of today.
pub(super) struct Speaker {
    id: LiaisonId,
    pub name: String,
    pub position: String,
    pub number: Number,
    since: String,
}

impl Speaker {
    pub fn of(liaison: &Liaison, may_look: bool) -> Self {
        Self {
            id: liaison.id,
            name: liaison.name.clone(),
            position: liaison.position.clone(),
            number: Number {
                shown: liaison.phone.masked(),
                look: if may_look { look::liaison_href(liaison.id) } else { String::new() },
            },
            since: say_day(liaison.from_day),
        }
    }
}

/// Whoever looks after the client today.
struct Card {
    pairing: String,
    /// Where the card to be hung up is.
    board: String,
    official: String,
    name: String,
    post: String,
    number: Option<Number>,
    assists: bool,
    since: String,
    /// Who stands in while they are away: name, unit and until when, with the number.
    substitute: Option<(String, Option<Number>)>,
}

impl Card {
    fn of(one: &Commissioner, substitutes: &[Substitute], open: bool) -> Self {
        let number = |official: OfficialId, mobile: &Option<Private<OfficialMobile>>| {
            let look = if open { look::commissioner_href(official, one.client_id) } else { String::new() };
            mobile.as_ref().map(|mobile| Number { shown: mobile.masked(), look })
        };
        let stands_in = substitutes.iter().find(|other| other.official_id == one.official_id);
        let substitute = stands_in.map(|other| {
            let until = other.until_day.map_or_else(|| "回岗为止".to_owned(), say_day);
            let told = format!("代管：{}（{}，至{until}）", other.name, other.unit_name);
            (told, number(other.substitute_id, &other.mobile))
        });
        Self {
            substitute,
            pairing: one.pairing_id.to_string(),
            board: card::card_href(one.pairing_id),
            official: one.official_id.to_string(),
            name: one.name.clone(),
            post: format!("{} {}", one.unit_name, one.title.as_deref().unwrap_or_default()).trim().to_owned(),
            number: number(one.official_id, &one.mobile),
            assists: one.part == PairingPart::Assist,
            since: say_day(one.from_day),
        }
    }
}

/// What a client's own people last asked of who looks after it.
struct Asked {
    told: Option<String>,
    answer: String,
    /// What may be taken back: its id and version.
    open: Option<(BarId, i64)>,
    /// Whether something may be asked now.
    may_ask: bool,
}

/// What may be done here by this reader.
struct May {
    raise: bool,
    change: bool,
    pair: bool,
    invite: bool,
    /// Plan a contact, or ask for one.
    touch: bool,
    /// Whether officials have pages for them.
    consult: bool,
}

#[derive(Template)]
#[template(path = "clients/show.html")]
struct ShowPage {
    kit: Kit,
    client: Client,
    badge: Option<(&'static str, &'static str)>,
    /// Whether it is the reader's own.
    own: bool,
    may: May,
    groups: Vec<Group>,
    /// `None` when the reader has nothing to do with pairings.
    cards: Option<Vec<Card>>,
    /// Who looked after it before, or will later, in a line each.
    others: Vec<String>,
    /// What its own people asked of who looks after it, or `None` when the reader is not one of them.
    asked: Option<Asked>,
    /// A handover that waits for the word of the client's own people.
    handover: Option<Handover>,
    /// A request that waits for who pairs: its page.
    waiting: Option<String>,
    speakers: Vec<Speaker>,
    former: Vec<String>,
    /// Who looked at its people's numbers lately, for its own people.
    looks: Option<Vec<looks::Line>>,
    /// `None` when the reader has nothing to do with demands.
    demands: Option<Vec<demands::Line>>,
    /// `None` when the reader has nothing to do with contacts.
    contacts: Option<Vec<contacts::Line>>,
}

async fn enterprise(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<ShowPage>, Refusal> {
    shown(&app, &guard, ClientKind::Enterprise, kit, id).await
}

async fn project(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
) -> Result<Html<ShowPage>, Refusal> {
    shown(&app, &guard, ClientKind::Project, kit, id).await
}

async fn anywhere(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    Ok(Redirect::to(&href(&client)).into_response())
}

async fn shown(
    app: &App,
    guard: &Guard<ReadRegistry>,
    kind: ClientKind,
    kit: Kit,
    id: ClientId,
) -> Result<Html<ShowPage>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    if client.kind != kind {
        return Err(Problem::NotFound.into());
    }
    Ok(Html(page(app, &guard.actor, kit, client).await?))
}

async fn page(app: &App, actor: &Actor, kit: Kit, client: Client) -> Result<ShowPage, Problem> {
    let today = app.today();
    let serves = registry::serves(actor, &client);
    let history = registry::history(&app.store, &client).await?;
    let places = fields::places(app, &history).await?;
    let liaisons = registry::liaison_history(&app.store, &client).await?;
    let may_look = registry::may_look(actor, &client);
    let holds = |one: &&Liaison| one.until_day.is_none_or(|last| last >= today);
    let former = liaisons.iter().filter(|one| !holds(one)).map(|one| {
        let until = one.until_day.unwrap_or(today);
        if until < one.from_day {
            format!("{}：{} 登记，当天更正", one.name, say_day(one.from_day))
        } else {
            format!("{}：{} 至 {}", one.name, say_day(one.from_day), say_day(until))
        }
    });
    let (cards, others) = looked_after(app, actor, &client, may_look).await?;
    let own = actor.grants.iter().any(|grant| grant.role == Role::Liaison && covers(&grant.reach, client.id));
    let (list, label) = above(client.kind);
    let kit = if actor.grants.iter().any(|grant| grant.role == Role::Commissioner) {
        kit.under("/my-clients", "我服务的企业")
    } else if own {
        kit
    } else {
        kit.under(list, label)
    };
    Ok(ShowPage {
        kit: kit.titled(client.name.as_str()),
        badge: client.closed_on.map(|_| match client.kind {
            ClientKind::Enterprise => ("已注销或迁出", "grey"),
            ClientKind::Project => ("已退出", "grey"),
        }),
        own,
        may: May {
            raise: serves && client.closed_on.is_none() && actor.holds(RaiseDemands::NAME),
            change: actor.scope::<WriteRegistry>().is_some_and(|scope| reaches(&scope, &client)),
            pair: actor.scope::<WritePairings>().is_some_and(|scope| reaches(&scope, &client)),
            invite: client.closed_on.is_none()
                && actor.scope::<InviteLiaisons>().is_some_and(|scope| reaches(&scope, &client)),
            touch: client.closed_on.is_none() && contacts::side(actor, client.id).is_some(),
            consult: actor.holds(ReadOrg::NAME),
        },
        groups: fields::groups(app, &client, &history, &places),
        cards,
        others,
        asked: asked(app, actor, &client).await?,
        handover: to_confirm(app, actor, &client).await?,
        waiting: waiting(app, actor, &client).await?,
        speakers: liaisons.iter().rev().filter(holds).map(|one| Speaker::of(one, may_look)).collect(),
        looks: looked(app, actor, &client, own).await?,
        former: former.collect(),
        demands: recent(app, actor, &client).await?,
        contacts: in_touch(app, actor, &client).await?,
        client,
    })
}

/// Whether the client lies within the scope.
pub(super) fn reaches<R: Right>(scope: &Scope<R>, client: &Client) -> bool {
    scope.covers(&Reach::Area(client.area_path.clone())) || scope.covers(&Reach::Clients(vec![client.id]))
}

fn covers(reach: &Reach, client: ClientId) -> bool {
    reach.covers(&Reach::Clients(vec![client]))
}

/// Whoever looks after the client today, and in words who else did or will.
async fn looked_after(
    app: &App,
    actor: &Actor,
    client: &Client,
    open: bool,
) -> Result<(Option<Vec<Card>>, Vec<String>), Problem> {
    let Some(scope) = actor.scope::<ReadPairings>() else { return Ok((None, Vec::new())) };
    let today = app.today();
    let now = pairing::commissioners(&app.store, &scope, &[client.id], today).await?;
    let substitutes = absences::substitutes(&app.store, &scope, &[client.id], today).await?;
    let filter = PairingFilter { client: Some(client.id), ..PairingFilter::default() };
    let all = pairing::pairings(&app.store, &scope, &filter, Limit::USUAL).await?;
    let others = all.items.iter().filter(|pairing| now.iter().all(|one| one.pairing_id != pairing.id));
    let told = |pairing: &Pairing| {
        let until = pairing.until_day.map_or_else(|| "起".to_owned(), |last| format!(" 至 {}", say_day(last)));
        format!("{}（{}）：{}{until}", pairing.official_name, pairing.unit_name, say_day(pairing.from_day))
    };
    Ok((Some(now.iter().map(|one| Card::of(one, &substitutes, open)).collect()), others.map(told).collect()))
}

/// What the client's own people last asked of who looks after it, and how that stands.
async fn asked(app: &App, actor: &Actor, client: &Client) -> Result<Option<Asked>, Problem> {
    let Some(scope) = actor.scope::<AskPairings>().filter(|scope| reaches(scope, client)) else { return Ok(None) };
    let today = app.today();
    let all = bars::asked(&app.store, &scope, client, today).await?;
    let pending = all.iter().any(|bar| bar.state == BarState::Pending);
    let mut asked =
        Asked { told: None, answer: String::new(), open: None, may_ask: client.closed_on.is_none() && !pending };
    if let Some(bar) = all.first().filter(|bar| bar.state != BarState::Withdrawn && bar.until_day.is_none()) {
        let wish = if bar.kind == BarKind::Unwanted { "暂不需要服务专员" } else { "换一名服务专员" };
        let state = match bar.state {
            BarState::Pending => "服务台正在处理",
            BarState::Held => "已同意",
            _ => "服务台已答复",
        };
        asked.told = Some(format!("{} 您提出{wish}：{state}", app.site.say(bar.made_at, app.now())));
        asked.answer.clone_from(&bar.answer);
        let open = bar.state == BarState::Pending || (bar.kind == BarKind::Unwanted && bar.on(today));
        asked.open = open.then_some((bar.id, bar.version));
    }
    Ok(Some(asked))
}

/// What waits for the word of the client's own people: whether they have met the next commissioner.
async fn to_confirm(app: &App, actor: &Actor, client: &Client) -> Result<Option<Handover>, Problem> {
    match actor.scope::<AskPairings>().filter(|scope| reaches(scope, client)) {
        Some(scope) => handovers::to_confirm(&app.store, &scope, client.id).await,
        None => Ok(None),
    }
}

/// The page of a request that waits, for who pairs.
async fn waiting(app: &App, actor: &Actor, client: &Client) -> Result<Option<String>, Problem> {
    let Some(scope) = actor.scope::<WritePairings>() else { return Ok(None) };
    let filter = BarFilter { client: Some(client.id), state: Some(BarState::Pending), ..BarFilter::default() };
    let found = bars::bars(&app.store, (&scope, actor), &filter, app.today(), Limit::USUAL).await?;
    Ok(found.items.first().map(|bar| format!("/pairing-bars/{}", bar.id)))
}

/// Who looked lately, for the client's own people.
async fn looked(app: &App, actor: &Actor, client: &Client, own: bool) -> Result<Option<Vec<looks::Line>>, Problem> {
    let Some(scope) = actor.scope::<ReadLooks>().filter(|_| own) else { return Ok(None) };
    let filter = LookFilter { client: Some(client.id), ..LookFilter::default() };
    let found = looks::looks(&app.store, &scope, &filter, Limit::parse(Some(3))?).await?;
    let now = app.now();
    Ok(Some(found.items.iter().map(|look| looks::Line::of(&app.site, look, now)).collect()))
}

async fn recent(app: &App, actor: &Actor, client: &Client) -> Result<Option<Vec<demands::Line>>, Problem> {
    let Some(scope) = actor.scope::<ReadDemands>() else { return Ok(None) };
    let filter = DemandFilter { client: Some(client.id), ..DemandFilter::default() };
    let found = demands::demands(app, actor, &scope, &filter, Limit::parse(Some(RECENT))?).await?;
    let now = app.now();
    Ok(Some(found.items.iter().map(|demand| demands::Line::of(&app.site, demand, now)).collect()))
}

/// The latest contacts, planned and held.
async fn in_touch(app: &App, actor: &Actor, client: &Client) -> Result<Option<Vec<contacts::Line>>, Problem> {
    let Some(scope) = actor.scope::<ReadContacts>() else { return Ok(None) };
    let (filter, today) = (ContactFilter { client: Some(client.id), ..ContactFilter::default() }, app.today());
    let found = contacts::contacts(&app.store, actor, &scope, &filter, today, Limit::parse(Some(RECENT))?).await?;
    Ok(Some(found.items.iter().map(|contact| contacts::Line::of(contact, today)).collect()))
}
