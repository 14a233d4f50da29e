//! What an act makes of a demand, without a database: the people's own road and a history that is written down at once
//! both go this way.

use super::Category;
use super::rows::{Clocked, Demand};
use crate::Site;
use crate::registry::Client;
use kernel::authz::{HandleDemands, RaiseDemands, RateDemands, TriageDemands};
use kernel::id::DemandId;
use kernel::words::{Channel, ClockKind, Complexity, DemandState, Part};
use kernel::{Actor, Instant, Problem, Reach, Right};
use rules::act::{Act, Text, Title};
use rules::{Standing, Step};

/// What a demand begins with.
pub(super) struct Raised<'a> {
    pub number: String,
    pub client: &'a Client,
    pub category: &'a Category,
    pub title: Title,
    pub text: Text,
    /// Whence a desk has it; for others it follows from who they are.
    pub channel: Option<Channel>,
}

/// A demand as it is raised.
pub(super) fn begin(
    site: &Site,
    actor: &Actor,
    raised: Raised<'_>,
    now: Instant,
) -> Result<(Demand, Act, Step), Problem> {
    let Raised { number, client, category, title, text, channel } = raised;
    let mut demand = Demand {
        id: DemandId::mint(now),
        county_id: client.county_id,
        number,
        client_id: client.id,
        client_name: client.name.clone(),
        area_path: client.area_path.clone(),
        category_id: category.id.clone(),
        category_name: category.name.clone(),
        channel: Channel::Enterprise,
        title: title.as_str().to_owned(),
        body: text.as_str().to_owned(),
        state: DemandState::Raised,
        round: 1,
        complexity: Complexity::Ordinary,
        lead_unit_id: None,
        lead_unit_name: None,
        outcome: None,
        rating: None,
        raised_at: now,
        due_at: None,
        due_since: None,
        ended_at: None,
        version: 1,
    };
    let act = Act::Raise { title, text };
    let step = rules::decide(&site.time(), None, &parts(actor, &demand), &act, now)?;
    demand.channel = match step.acted_as {
        Part::Client => Channel::Enterprise,
        Part::Commissioner => Channel::Commissioner,
        Part::Desk | Part::Unit => channel.unwrap_or(Channel::Hotline),
    };
    (demand.due_at, demand.due_since) = next_due(&step.standing);
    Ok((demand, act, step))
}

/// Makes of the demand what the step says; all but its version.
pub(super) fn follow(demand: &mut Demand, act: &Act, step: &Step, dispatched_to: Option<String>, now: Instant) {
    match act {
        Act::Dispatch { .. } => demand.lead_unit_name = dispatched_to,
        Act::Reply { outcome, .. } => demand.outcome = Some(*outcome),
        Act::Confirm { rating, .. } => demand.rating = Some(*rating),
        Act::Return { .. } | Act::Reopen { .. } => demand.lead_unit_name = None,
        _ => {}
    }
    demand.state = step.standing.state;
    demand.round = i64::from(step.standing.round);
    demand.complexity = step.standing.complexity;
    demand.lead_unit_id = step.standing.unit;
    (demand.due_at, demand.due_since) = next_due(&step.standing);
    demand.ended_at = rules::waiting_on(demand.state).is_none().then_some(now);
}

/// The demand as the timeline tells it: with the unit that held it until this act.
pub(super) fn as_told(demand: &Demand, held_by: Option<String>) -> Demand {
    Demand { lead_unit_name: demand.lead_unit_name.clone().or(held_by), ..demand.clone() }
}

/// The parts the actor plays towards a demand.
pub(super) fn parts(actor: &Actor, demand: &Demand) -> Vec<Part> {
    fn covers<R: Right>(actor: &Actor, place: &Reach) -> bool {
        actor.scope::<R>().is_some_and(|scope| scope.covers(place))
    }
    let client = Reach::Clients(vec![demand.client_id]);
    let mut parts = Vec::new();
    if covers::<RateDemands>(actor, &client) {
        parts.push(Part::Client);
    } else if covers::<RaiseDemands>(actor, &client) {
        parts.push(Part::Commissioner);
    }
    if covers::<TriageDemands>(actor, &Reach::Area(demand.area_path.clone())) {
        parts.push(Part::Desk);
    }
    if demand.lead_unit_id.is_some_and(|unit| covers::<HandleDemands>(actor, &Reach::Unit(unit))) {
        parts.push(Part::Unit);
    }
    parts
}

/// The earliest limit that somebody who serves the client has to keep, and since when it runs.
fn next_due(standing: &Standing) -> (Option<Instant>, Option<Instant>) {
    let owed = standing.clocks.iter().filter(|clock| clock.kind != ClockKind::Confirm);
    owed.filter_map(|clock| clock.due.map(|due| (due, clock.started_at))).min().unzip()
}

/// Where the demand stands, as the rules read it.
pub(super) fn standing(demand: &Demand, clocks: &[Clocked]) -> Standing {
    Standing {
        state: demand.state,
        round: u32::try_from(demand.round).unwrap_or(u32::MAX),
        complexity: demand.complexity,
        unit: demand.lead_unit_id,
        clocks: clocks.iter().filter_map(Clocked::running).collect(),
    }
}
