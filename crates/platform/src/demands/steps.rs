//! What an act makes of a demand, without a database: the people's own road and a history that is written down at once
//! both go this way.

use super::rows::Demand;
use crate::Site;
use crate::catalogue::Category;
use crate::registry::Client;
use kernel::authz::{ApproveAnswers, ArbitrateDemands, HandleDemands, RaiseDemands, RateDemands, TriageDemands};
use kernel::id::{AccountId, ClientId, DemandId, UnitId};
use kernel::words::{Channel, Complexity, DemandAct, DemandState, Part, Rung, Urgency};
use kernel::{Actor, Instant, Problem, Reach, Right};
use rules::act::{Act, Text, Title};
use rules::{Ask, Doer, Shelf, Standing, Step, Terms};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a demand begins with.
pub(super) struct Raised<'a> {
    pub number: String,
    pub client: &'a Client,
    pub category: &'a Category,
    pub title: Title,
    pub text: Text,
    /// Whence it came.
    pub channel: Channel,
    /// Whether who raised it is kept from those who serve.
    pub sealed: bool,
    /// How much haste it has.
    pub urgency: Urgency,
    /// What it is held to.
    pub terms: Terms,
    /// Of which demand it was a part until now, and since when that one has waited.
    pub split_from: Option<(&'a Demand, Instant)>,
}

/// A demand as it is raised.
pub(super) fn begin(
    site: &Site,
    actor: &Actor,
    raised: Raised<'_>,
    now: Instant,
) -> Result<(Demand, Act, Step), Problem> {
    let Raised { number, client, category, title, text, channel, sealed, urgency, terms, split_from } = raised;
    let mut demand = Demand {
        id: DemandId::mint(now),
        county_id: client.county_id,
        number,
        client_id: client.id,
        client_name: client.name.clone(),
        area_path: client.area_path.clone(),
        category_id: category.id.clone(),
        category_name: category.name.clone(),
        channel,
        title: title.as_str().to_owned(),
        body: text.as_str().to_owned(),
        state: DemandState::Raised,
        round: 1,
        complexity: Complexity::Ordinary,
        urgency,
        sealed,
        rung: Rung::Unit,
        lead_unit_id: None,
        lead_unit_name: None,
        outcome: None,
        rating: None,
        merged_into: None,
        merged_number: None,
        split_from: split_from.map(|(whole, _)| whole.id),
        split_number: split_from.map(|(whole, _)| whole.number.clone()),
        shelf_owner: None,
        review_on: None,
        wake_event: None,
        contact_id: None,
        raised_at: split_from.map_or(now, |(_, since)| since),
        due_at: None,
        due_since: None,
        ended_at: None,
        version: 1,
    };
    let act = Act::Raise { title, text, since: split_from.map(|(_, since)| since), terms };
    let step = rules::decide(&site.time(), None, &doer(actor, &demand, None), &act, now)?;
    (demand.due_at, demand.due_since) = pressing(&step.standing);
    Ok((demand, act, step))
}

/// Whence a demand of the client comes when the actor raises it: a desk says so, for others it follows from who they are.
pub(super) fn channel(actor: &Actor, client: ClientId, said: Option<Channel>) -> Channel {
    let client = Reach::Clients(vec![client]);
    if covers::<RateDemands>(actor, &client) {
        Channel::Enterprise
    } else if covers::<RaiseDemands>(actor, &client) {
        Channel::Commissioner
    } else {
        said.unwrap_or(Channel::Hotline)
    }
}

fn covers<R: Right>(actor: &Actor, place: &Reach) -> bool {
    actor.scope::<R>().is_some_and(|scope| scope.covers(place))
}

/// The names of the units that an act names.
pub(super) type Names = BTreeMap<UnitId, String>;

/// Makes of the demand what the step says; all but its version. `names` holds the units that the act names.
pub(super) fn follow(demand: &mut Demand, (before, act): (&Standing, &Act), step: &Step, names: &Names) {
    let next = &step.standing;
    if next.lead_unit() != demand.lead_unit_id {
        demand.lead_unit_id = next.lead_unit();
        demand.lead_unit_name = next.lead_unit().and_then(|unit| names.get(&unit).cloned());
    }
    match act {
        Act::Confirm { rating, .. } => demand.rating = Some(*rating),
        // What the client said first is what counts; what it adds later is kept beside it.
        Act::Rate { rating, .. } if before.state == DemandState::Replied => demand.rating = Some(*rating),
        Act::Shelve { shelf, .. } => shelve(demand, Some(shelf)),
        Act::DecideExtension { unit, granted: true, .. } => {
            let asked = before.task(*unit).and_then(|task| task.asked.as_ref());
            if let Some(Ask::Shelving { shelf, .. }) = asked {
                shelve(demand, Some(shelf));
            }
        }
        Act::Wake { .. } => shelve(demand, None),
        Act::Merge { into, number } => {
            (demand.merged_into, demand.merged_number) = (Some(*into), Some(number.clone()));
        }
        Act::Unmerge { .. } => (demand.merged_into, demand.merged_number) = (None, None),
        Act::Reclassify { category, urgency, .. } => {
            (demand.category_id, demand.urgency) = (category.clone(), *urgency);
        }
        _ => {}
    }
    if next.round > before.round {
        demand.rating = None;
    }
    demand.outcome = next.outcome;
    demand.state = next.state;
    demand.round = i64::from(next.round);
    demand.complexity = next.complexity;
    demand.rung = next.rung;
    (demand.due_at, demand.due_since) = pressing(next);
    demand.ended_at = next.ended_at;
}

fn shelve(demand: &mut Demand, shelf: Option<&Shelf>) {
    demand.shelf_owner = shelf.map(|shelf| shelf.owner.as_str().to_owned());
    demand.review_on = shelf.map(|shelf| shelf.review_on);
    demand.wake_event = shelf.map(|shelf| shelf.event.as_str().to_owned());
}

/// The unit that a line of the timeline is about, with its name: the one whose part the act meant, else who holds the demand
/// now, else who held it until then.
pub(super) fn concerned(
    (before, after): (&Demand, &Demand),
    act: &Act,
    step: &Step,
    names: &Names,
) -> Option<(UnitId, String)> {
    let meant = match act {
        Act::Involve { helper } => Some(helper.unit),
        _ => step.unit,
    };
    if let Some(unit) = meant
        && let Some(name) = names.get(&unit)
    {
        return Some((unit, name.clone()));
    }
    let holds = |demand: &Demand| demand.lead_unit_id.zip(demand.lead_unit_name.clone());
    holds(after).or_else(|| holds(before))
}

/// The actor as the rules see them: the parts they play towards a demand, and for which of its units.
pub(super) fn doer(actor: &Actor, demand: &Demand, standing: Option<&Standing>) -> Doer {
    let client = Reach::Clients(vec![demand.client_id]);
    let area = Reach::Area(demand.area_path.clone());
    let mut parts = Vec::new();
    if covers::<RateDemands>(actor, &client) {
        parts.push(Part::Client);
    } else if covers::<RaiseDemands>(actor, &client) {
        parts.push(Part::Commissioner);
    }
    if covers::<TriageDemands>(actor, &area) {
        parts.push(Part::Desk);
    }
    if covers::<ArbitrateDemands>(actor, &area) {
        parts.push(Part::Arbiter);
    }
    let mut units = Vec::new();
    for task in standing.iter().flat_map(|standing| &standing.tasks).filter(|task| task.is_live()) {
        let (unit, leads) = (Reach::Unit(task.unit), standing.and_then(Standing::lead_unit) == Some(task.unit));
        let handles = covers::<HandleDemands>(actor, &unit);
        let heads = leads && covers::<ApproveAnswers>(actor, &unit);
        if handles {
            parts.push(if leads { Part::Unit } else { Part::Co });
        }
        if heads {
            parts.push(Part::Head);
        }
        if handles || heads {
            units.push(task.unit);
        }
    }
    parts.sort();
    parts.dedup();
    Doer { account: actor.account, parts, units }
}

/// The actor as their step is signed: with the name of whoever is away as well, when it could be taken in their place alone.
pub(super) fn signing<'a>(
    actor: &'a Actor,
    demand: &Demand,
    standing: Option<&Standing>,
    step: &Step,
) -> Cow<'a, Actor> {
    let serves = matches!(step.acted_as, Part::Unit | Part::Co | Part::Head);
    let plays = |actor: &Actor| {
        let doer = doer(actor, demand, standing);
        doer.parts.contains(&step.acted_as)
            && step.unit.filter(|_| serves).is_none_or(|unit| doer.units.contains(&unit))
    };
    match actor.in_place_of(plays) {
        Some(away) => Cow::Owned(Actor { name: format!("{}（代{away}）", actor.name), ..actor.clone() }),
        None => Cow::Borrowed(actor),
    }
}

/// What the platform does by itself is done by nobody's account.
pub(super) fn platform() -> (Actor, Doer) {
    let account = AccountId(Default::default());
    let actor = Actor {
        account,
        name: Part::Platform.label().to_owned(),
        official: None,
        grants: Vec::new(),
        stands_in: Vec::new(),
    };
    (actor, Doer { account, parts: vec![Part::Platform], units: Vec::new() })
}

/// The limit that presses most, and since when it runs.
pub(super) fn pressing(standing: &Standing) -> (Option<Instant>, Option<Instant>) {
    standing.pressing().and_then(|clock| clock.due.map(|due| (due, clock.started_at))).unzip()
}

/// Whether the demand has just been answered, so that those which follow it are answered too.
pub(super) fn answers(before: &Standing, step: &Step, act: DemandAct) -> bool {
    before.state != DemandState::Replied && step.standing.state == DemandState::Replied && act != DemandAct::KeepOn
}
