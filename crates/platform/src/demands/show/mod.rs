//! One demand as its page shows it: what is asked, who has it and until when, what happened, and what its reader may do now.

mod acts;
mod told;

pub(super) use acts::ActForm;

use super::{ActWish, Demand, DemandFilter, Line, Part, line, org, registry, rows, steps};
use crate::App;
use crate::files::{ACCEPT, Sent};
use acts::Asks;
use askama::Template;
use kernel::authz::{ReadDemands, ReadOrg};
use kernel::words::{ClockKind, Complexity, DemandAct, Outcome, Rating};
use kernel::{Instant, Limit, Problem};
use rules::Running;
use shell::{Choice, Errors, Guard, Kit, Picker};
use told::{ClockLine, EventLine};

/// An act that was refused: which, what was sent, and why.
pub(super) type Refused = (DemandAct, Sent<ActForm>, Errors);

/// Who speaks for the client.
struct Contact {
    name: String,
    position: String,
    phone: String,
}

/// The page of one demand.
#[derive(Template)]
#[template(path = "demands/show/show.html")]
pub(super) struct ShowPage {
    kit: Kit,
    errors: Errors,
    demand: Demand,
    line: Line,
    /// What the reader may do first, and what else.
    first: Vec<Asks>,
    others: Vec<Asks>,
    /// What was typed for an act that is no longer possible.
    lost: String,
    typed: ActForm,
    complexities: Vec<Choice>,
    /// The units that most often have such demands.
    suggested: Vec<Choice>,
    unit: Picker,
    days_hint: String,
    outcomes: Vec<Choice>,
    ratings: Vec<Choice>,
    clocks: Vec<ClockLine>,
    events: Vec<EventLine>,
    contacts: Vec<Contact>,
    related: Vec<Line>,
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
        let clocks = super::clocks(&app.store, &demand).await?;
        let events = super::timeline(&app.store, actor, &demand).await?;
        let acts = super::acts(actor, &demand, &clocks, now);
        let mut forms: Vec<Asks> = acts.into_iter().map(Asks::of).collect();
        let mut page = Self {
            kit: kit.titled(demand.title.as_str()).under("/demands", "企业诉求"),
            errors: Errors::none(),
            line: Line::of(&app.site, &demand, now),
            first: Vec::new(),
            others: Vec::new(),
            lost: String::new(),
            typed: ActForm::default(),
            complexities: choices(Complexity::ALL, |word| (word.code(), word.label())),
            suggested: Vec::new(),
            unit: Picker::default(),
            days_hint: String::new(),
            outcomes: choices(Outcome::ALL, |word| (word.code(), word.label())),
            ratings: choices(Rating::ALL, |word| (word.code(), word.label())),
            clocks: clocks.iter().map(|clock| ClockLine::of(&app.site, clock, now)).collect(),
            events: events.iter().rev().map(|event| EventLine::of(&app.site, event, now)).collect(),
            contacts: contacts(app, guard, &demand, now).await?,
            related: related(app, guard, &demand, now).await?,
            demand,
        };
        if let Some((act, sent, told)) = refused {
            page.take_back(act, sent, told, &mut forms);
        }
        if forms.iter().any(|asks| asks.unit) {
            page.suggested = rows::usual_units(&app.store, &page.demand).await?;
            page.days_hint = days_hint(app, &clocks, now);
            page.settle_unit(app, guard).await?;
        }
        (page.first, page.others) = forms.into_iter().partition(|asks| asks.first);
        Ok(page)
    }

    /// Puts what was typed for a refused act back into its form.
    fn take_back(&mut self, act: DemandAct, sent: Sent<ActForm>, told: Errors, forms: &mut [Asks]) {
        (self.typed, self.errors) = (sent.typed, told);
        for error in self.errors.items.iter_mut().filter(|error| ["text", "files"].contains(&error.field.as_str())) {
            error.field = acts::own_name(&error.field, act);
        }
        match forms.iter_mut().find(|asks| asks.act == act) {
            Some(asks) => asks.take_back(&self.typed.text, sent.files),
            None => self.lost.clone_from(&self.typed.text),
        }
    }

    /// What stands in the picker of units after a refusal.
    async fn settle_unit(&mut self, app: &App, guard: &Guard<ReadDemands>) -> Result<(), Problem> {
        self.unit = Picker::sent(&self.typed.unit, &self.typed.unit_text);
        let Some(consulted) = guard.actor.scope::<ReadOrg>().filter(|_| !self.unit.is_empty()) else { return Ok(()) };
        // What it means was told already, when the form was read.
        match org::picked_unit(&app.store, &consulted, &mut self.unit, "unit").await {
            Ok(_) | Err(Problem::Invalid { .. }) => Ok(()),
            Err(other) => Err(other),
        }
    }
}

fn choices<W: Copy>(words: &[W], of: impl Fn(W) -> (&'static str, &'static str)) -> Vec<Choice> {
    let choice = |word: &W| {
        let (value, label) = of(*word);
        Choice::new(value, label)
    };
    words.iter().map(choice).collect()
}

/// How many working days the city still has, so that a desk gives a unit no more.
fn days_hint(app: &App, clocks: &[super::Clocked], now: Instant) -> String {
    let solving: Option<Running> =
        clocks.iter().filter_map(super::Clocked::running).find(|clock| clock.kind == ClockKind::Solve);
    match solving.and_then(|clock| rules::days_left(&app.site.time(), &clock, now).ok().flatten()) {
        Some(0) => "办结时限已到，请尽量缩短。".into(),
        Some(left) => format!("距办结时限还有 {left} 个工作日。"),
        None => "1 至 30 个工作日。".into(),
    }
}

/// The client's liaisons, for those who serve it or watch over it; their numbers only for those who serve.
async fn contacts(
    app: &App,
    guard: &Guard<ReadDemands>,
    demand: &Demand,
    now: Instant,
) -> Result<Vec<Contact>, Problem> {
    let parts = steps::parts(&guard.actor, demand);
    if parts == [Part::Client] {
        return Ok(Vec::new());
    }
    let today = app.site.hours.day(now);
    let liaisons = registry::liaisons_of(&app.store, &[demand.client_id], today).await?;
    let contact = |liaison: registry::Liaison| Contact {
        phone: if parts.is_empty() { liaison.phone.masked() } else { liaison.phone.in_full().to_string() },
        name: liaison.name,
        position: liaison.position,
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
