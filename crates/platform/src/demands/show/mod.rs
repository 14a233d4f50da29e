//! One demand as its page shows it: what is asked, who has it and until when, where the time went, what happened, and what
//! its reader may do now. What usually comes next stands open; every other act has a page of its own.

mod acts;
mod form;
mod print;
mod told;

pub(super) use acts::ActForm;
pub(super) use form::{mains_of, outcomes};
pub(super) use print::routes as print_routes;

use super::alike::{HelpedCard, Lent};
use super::suggest::Card;
use super::{Clocked, Demand, DemandFilter, Happened, Line, Part, discreet, line, look, registry, steps};
use crate::App;
use crate::files::{ACCEPT, Sent};
use askama::Template;
use form::Form;
use kernel::authz::{ReadContacts, ReadDemands};
use kernel::id::ContactId;
use kernel::words::{DemandAct, LookField};
use kernel::{Actor, Instant, Limit, Problem, Reach};
use rules::Standing;
use shell::{Errors, Guard, Kit};
use told::{CardLine, ClockLine, EventLine, RatedLine, ShareLine, SpentLine};

/// An act that was refused: which, what was sent, and why.
pub(super) type Refused = (DemandAct, Sent<ActForm>, Errors);

/// Who speaks for the client.
struct Contact {
    name: String,
    position: String,
    phone: String,
}

/// An act with a page of its own.
struct Other {
    href: String,
    label: &'static str,
}

/// The page of one demand.
#[derive(Template)]
#[template(path = "demands/show/show.html")]
pub(super) struct ShowPage {
    kit: Kit,
    errors: Errors,
    demand: Demand,
    line: Line,
    /// What usually comes next for the reader.
    first: Option<Form>,
    /// What else they may do.
    others: Vec<Other>,
    /// What was typed for an act that is no longer possible.
    lost: String,
    shares: Vec<ShareLine>,
    clocks: Vec<ClockLine>,
    /// How long the client has waited in all, and who held the demand meanwhile.
    waited: String,
    spent: Vec<SpentLine>,
    ratings: Vec<RatedLine>,
    cards: Vec<CardLine>,
    events: Vec<EventLine>,
    contacts: Vec<Contact>,
    /// What may be asked for of them, with its address.
    asks: Vec<(&'static str, String)>,
    related: Vec<Line>,
    /// What the desk is proposed.
    card: Option<Card>,
    /// The contact that it came of, for who may read that.
    origin: Option<ContactId>,
    /// Whom the answer may help, too.
    helped: Option<HelpedCard>,
}

impl ShowPage {
    pub async fn new(
        app: &App,
        guard: &Guard<ReadDemands>,
        kit: Kit,
        demand: Demand,
        refused: Option<Refused>,
    ) -> Result<Self, Problem> {
        let (actor, now) = (&guard.actor, app.now());
        let opened = look::opened(&app.store, actor, &demand).await?;
        let standing = super::standing(&app.store, &demand).await?;
        let clocks = super::clocks(&app.store, &demand).await?;
        let shares = super::shares(&app.store, &demand).await?;
        let events = super::timeline(&app.store, actor, &demand).await?;
        let ratings = super::ratings(&app.store, actor, &demand).await?;
        let cards = super::cards(&app.store, &demand).await?;
        let acts = super::acts(&app.site, actor, &demand, &standing, now);
        let (mut errors, mut lost, mut sent) = (Errors::none(), String::new(), (ActForm::default(), Vec::new()));
        let mut first = acts::first(demand.state, &acts);
        if let Some((act, typed, told)) = refused {
            errors = told;
            if acts.contains(&act) {
                (first, sent) = (Some(act), (typed.typed, typed.files));
            } else {
                lost = typed.typed.text;
            }
        }
        let known = (&demand, &standing, shares.as_slice());
        let form = match first {
            Some(act) => Some(Form::new(app, guard, known, act, sent, now).await?),
            None => None,
        };
        let others = acts.iter().filter(|act| Some(**act) != first);
        let others = others.map(|act| Other { href: format!("{}/{}", demand.path(), act.code()), label: act.label() });
        Ok(Self {
            kit: kit.titled(demand.title.as_str()).under("/demands", "企业诉求"),
            errors,
            line: Line::of(&app.site, &demand, now),
            first: form,
            others: others.collect(),
            lost,
            waited: told::waited(&app.site, &demand, now),
            spent: told::spent(&app.site, &events, now),
            shares: shares.iter().map(|share| ShareLine::of(&app.site, share, now)).collect(),
            clocks: clocks.iter().map(|clock| ClockLine::of(&app.site, clock, now)).collect(),
            cards: cards.iter().map(|card| CardLine::of(&app.site, card, now)).collect(),
            ratings: told::ratings(&app.site, &ratings, now),
            events: told::events(&app.site, &events, now),
            asks: asks(actor, &demand, &standing, &opened),
            contacts: contacts(app, actor, (&demand, &standing), &opened, now).await?,
            related: if discreet::hides(actor, &demand, &opened, LookField::Client) {
                Vec::new()
            } else {
                related(app, guard, &demand, now).await?
            },
            // What is proposed would tell whose it is.
            card: if discreet::hides(actor, &demand, &opened, LookField::Client) {
                None
            } else {
                Card::of(app, actor, &demand, &acts).await?
            },
            origin: origin(actor, &demand),
            helped: HelpedCard::of(app, (actor, &guard.scope), (&demand, &standing)).await?,
            demand: discreet::seen(demand, actor, &opened),
        })
    }
}

/// The page of one act: its form beside what is asked.
#[derive(Template)]
#[template(path = "demands/show/act.html")]
pub(super) struct ActPage {
    kit: Kit,
    errors: Errors,
    demand: Demand,
    line: Line,
    form: Form,
}

impl ActPage {
    /// The page, when the reader may do so now, with what the demand of the number `from` lends to it.
    pub async fn new(
        app: &App,
        guard: &Guard<ReadDemands>,
        kit: Kit,
        (demand, act): (Demand, DemandAct),
        from: &str,
    ) -> Result<Option<Self>, Problem> {
        let now = app.now();
        let standing = super::standing(&app.store, &demand).await?;
        if !super::acts(&app.site, &guard.actor, &demand, &standing, now).contains(&act) {
            return Ok(None);
        }
        let shares = super::shares(&app.store, &demand).await?;
        let known = (&demand, &standing, shares.as_slice());
        let lent = Lent::by(app, &guard.scope, from, Some(&demand)).await?;
        let typed = lent.as_ref().map_or_else(ActForm::default, |lent| ActForm::lent(act, lent));
        let mut form = Form::new(app, guard, known, act, (typed, Vec::new()), now).await?;
        form.lent = lent.map_or_else(String::new, |lent| lent.notice(act));
        if form.lent.is_empty() && !from.trim().is_empty() {
            "没有可以带过来的内容，请自行填写。".clone_into(&mut form.lent);
        }
        let opened = discreet::opened(&app.store, &guard.actor, &demand).await?;
        let demand = discreet::seen(demand, &guard.actor, &opened);
        Ok(Some(Self {
            kit: kit.titled(act.label()).under(demand.path(), demand.title.as_str()),
            errors: Errors::none(),
            line: Line::of(&app.site, &demand, now),
            form,
            demand,
        }))
    }
}

/// What the reader may still ask for of the client's people, with its address.
fn asks(actor: &Actor, demand: &Demand, standing: &Standing, opened: &[LookField]) -> Vec<(&'static str, String)> {
    if !look::may_look(actor, demand, standing) {
        return Vec::new();
    }
    let fields = look::fields(demand).iter().filter(|field| !opened.contains(field));
    fields.map(|field| (field.label(), look::href(demand, *field))).collect()
}

/// The client's liaisons, for those who serve it or watch over it; their numbers masked until they are asked for.
async fn contacts(
    app: &App,
    actor: &Actor,
    (demand, standing): (&Demand, &Standing),
    opened: &[LookField],
    now: Instant,
) -> Result<Vec<Contact>, Problem> {
    let parts = steps::doer(actor, demand, Some(standing)).parts;
    let hidden = |field| discreet::hides(actor, demand, opened, field);
    let (nameless, numberless) = (hidden(LookField::Contact), hidden(LookField::Phone));
    if parts == [Part::Client] || (nameless && numberless) {
        return Ok(Vec::new());
    }
    let open = opened.contains(&LookField::Phone);
    let today = app.site.hours.day(now);
    let liaisons = registry::liaisons_of(&app.store, &[demand.client_id], today).await?;
    let contact = |liaison: registry::Liaison| Contact {
        phone: match (open, numberless) {
            (true, _) => liaison.phone.in_full().to_string(),
            (_, true) => look::HIDDEN.into(),
            _ => liaison.phone.masked(),
        },
        name: if nameless { "联络员".into() } else { liaison.name },
        position: if nameless { String::new() } else { liaison.position },
    };
    Ok(liaisons.into_iter().map(contact).collect())
}

/// Other demands of the same client, as far as the reader sees them.
async fn related(app: &App, guard: &Guard<ReadDemands>, demand: &Demand, now: Instant) -> Result<Vec<Line>, Problem> {
    let filter = DemandFilter { client: Some(demand.client_id), ..DemandFilter::default() };
    let found = super::demands(app, &guard.actor, &guard.scope, &filter, Limit::parse(Some(6))?).await?;
    let others = found.items.iter().filter(|other| other.id != demand.id).take(5);
    Ok(others.map(|other| Line::of(&app.site, other, now)).collect())
}

/// The contact that the demand came of, as far as the reader reaches it.
fn origin(actor: &Actor, demand: &Demand) -> Option<ContactId> {
    let places = [Reach::Clients(vec![demand.client_id]), Reach::Area(demand.area_path.clone())];
    let reads = actor.scope::<ReadContacts>().is_some_and(|scope| places.iter().any(|place| scope.covers(place)));
    demand.contact_id.filter(|_| reads)
}
