//! One step in the life of a demand: who may take it, where it leads, which clocks it starts and stops.
//!
//! Always: an open demand has somebody whose turn it is and a clock that runs; an ended one admits nothing but what the table
//! says of it; rounds only grow; what a step says of a stopped clock is final.

use crate::act::Act;
use crate::clock::{Running, Site, Stopped};
use crate::refusal::Refusal;
use crate::standing::{Standing, Task};
use crate::table::{TRANSITIONS, Transition, When};
use crate::{effects, guards};
use kernel::Instant;
use kernel::id::{AccountId, UnitId};
use kernel::words::{DemandAct, Part, TaskRole};
use serde::{Deserialize, Serialize};

/// Who acts: an account, the parts that it plays towards the demand, and for which units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doer {
    /// The account.
    pub account: AccountId,
    /// What it is to the demand.
    pub parts: Vec<Part>,
    /// The units for which it works, among those that have a part in the demand.
    pub units: Vec<UnitId>,
}

impl Doer {
    /// Whether it plays the part.
    #[must_use]
    pub fn plays(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }
}

/// As what an act is done, and about which unit's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// The part of the person.
    pub part: Part,
    /// The unit whose part in the demand it is about.
    pub unit: Option<UnitId>,
}

/// What an allowed act brings about. To be kept as it is: nothing in it is computed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where the demand stands afterwards.
    pub standing: Standing,
    /// The part that the person acted in.
    pub acted_as: Part,
    /// The unit whose part it was about.
    pub unit: Option<UnitId>,
    /// The clocks that start.
    pub started: Vec<Running>,
    /// The clocks whose limit moves or that pause, as they run now.
    pub moved: Vec<Running>,
    /// The clocks that stop, with their verdicts.
    pub stopped: Vec<Stopped>,
}

/// An act that was taken, as a history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The act.
    #[serde(flatten)]
    pub act: Act,
    /// By whom.
    pub by: AccountId,
    /// In which part.
    pub acted_as: Part,
    /// For which unit, or about which unit's part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<UnitId>,
    /// When.
    pub at: Instant,
}

/// What comes of `act` by `doer`. No standing means there is no demand yet: only raising may come.
///
/// # Errors
/// [`Refusal`], with what to do instead.
pub fn decide(
    site: &Site<'_>,
    standing: Option<&Standing>,
    doer: &Doer,
    act: &Act,
    at: Instant,
) -> Result<Step, Refusal> {
    let kind = act.kind();
    let turn = turn(standing, doer, kind, Meant::by(act))?;
    let line = line(standing, act).ok_or(Refusal::NotNow { act: kind, state: standing.map(|it| it.state) })?;
    if let Some(standing) = standing {
        guards::timely(site, standing, doer, turn, kind, at)?;
        guards::fits(site, standing, turn, act, at)?;
    }
    Ok(effects::follow(site, standing, (line, turn, doer.account), act, at))
}

/// What `doer` may do at `now`, in the order of the words. [`decide`] agrees.
#[must_use]
pub fn acts_now(site: &Site<'_>, standing: Option<&Standing>, doer: &Doer, now: Instant) -> Vec<DemandAct> {
    let may = |act: &DemandAct| {
        let Ok(turn) = turn(standing, doer, *act, Meant::of_any(*act)) else { return false };
        standing.is_none_or(|standing| guards::timely(site, standing, doer, turn, *act, now).is_ok())
    };
    DemandAct::ALL.iter().copied().filter(may).collect()
}

/// Whether what is said with an act stays among those who serve: what passes between units and desk is settled there. The
/// client sees that it happened, and who holds its demand now.
#[must_use]
pub const fn is_internal(act: DemandAct) -> bool {
    use DemandAct::{
        Approve, AssistReply, DecideExtension, Escalate, Object, RequestExtension, RequestShelving, RequestSuspension,
        Rule,
    };
    matches!(
        act,
        Approve
            | AssistReply
            | DecideExtension
            | Escalate
            | Object
            | RequestExtension
            | RequestShelving
            | RequestSuspension
            | Rule
    )
}

/// Where a history leads; nowhere when it is empty.
///
/// # Errors
/// The [`Refusal`] of the first act that could not have been taken.
pub fn replay(site: &Site<'_>, history: &[Taken]) -> Result<Option<Standing>, Refusal> {
    history.iter().try_fold(None, |standing: Option<Standing>, taken| {
        let doer = Doer { account: taken.by, parts: vec![taken.acted_as], units: taken.of.into_iter().collect() };
        let step = decide(site, standing.as_ref(), &doer, &taken.act, taken.at)?;
        Ok(Some(step.standing))
    })
}

/// Which unit's part an act by somebody who is of no unit means.
#[derive(Debug, Clone, Copy)]
enum Meant {
    Lead,
    Any,
    Unit(UnitId),
}

impl Meant {
    fn by(act: &Act) -> Self {
        act.names().map_or(Self::of_any(act.kind()), Self::Unit)
    }

    const fn of_any(act: DemandAct) -> Self {
        match act {
            DemandAct::Rule | DemandAct::DecideExtension | DemandAct::Resume => Self::Any,
            _ => Self::Lead,
        }
    }
}

/// As what the doer may do it.
fn turn(standing: Option<&Standing>, doer: &Doer, act: DemandAct, meant: Meant) -> Result<Turn, Refusal> {
    let state = standing.map(|standing| standing.state);
    let mut lines = TRANSITIONS.iter().filter(|line| line.act == act);
    let plays = |line: &Transition| line.who.iter().any(|part| doer.plays(*part));
    if !lines.clone().any(plays) {
        return Err(Refusal::NotYours { act });
    }
    let not_now = Refusal::NotNow { act, state };
    let line = lines.find(|line| line.leads_from(state)).ok_or(not_now.clone())?;
    let mut played = line.who.iter().copied().filter(|part| doer.plays(*part)).peekable();
    if played.peek().is_none() {
        return Err(Refusal::NotYours { act });
    }
    if line.task.is_empty() {
        return played.next().map(|part| Turn { part, unit: None }).ok_or(Refusal::NotYours { act });
    }
    let parts = standing.map_or(&[][..], |standing| &standing.tasks);
    let about = |part: Part| {
        let task = parts.iter().find(|task| {
            task.is_live() && line.task.contains(&task.state) && is_about(task, part, doer, meant) && asks(task, act)
        });
        task.map(|task| Turn { part, unit: Some(task.unit) })
    };
    played.find_map(about).ok_or(not_now)
}

/// Whether whoever plays the part may mean this unit's share.
fn is_about(task: &Task, part: Part, doer: &Doer, meant: Meant) -> bool {
    let own = doer.units.contains(&task.unit);
    match part {
        Part::Unit | Part::Head => own && task.role == TaskRole::Lead,
        Part::Co => own && task.role == TaskRole::Co,
        Part::Client | Part::Commissioner | Part::Desk | Part::Arbiter | Part::Platform => match meant {
            Meant::Lead => task.role == TaskRole::Lead,
            Meant::Any => true,
            Meant::Unit(unit) => task.unit == unit,
        },
    }
}

/// Only one request at a time, and only what was asked can be decided.
const fn asks(task: &Task, act: DemandAct) -> bool {
    match act {
        DemandAct::RequestExtension | DemandAct::RequestSuspension | DemandAct::RequestShelving => task.asked.is_none(),
        DemandAct::DecideExtension => task.asked.is_some(),
        _ => true,
    }
}

/// The line of the table for the answer that the act gives.
fn line(standing: Option<&Standing>, act: &Act) -> Option<&'static Transition> {
    let state = standing.map(|standing| standing.state);
    let answer = match act {
        Act::Rule { upheld: yes, .. }
        | Act::DecideExtension { granted: yes, .. }
        | Act::Approve { granted: yes, .. }
        | Act::CheckWithdrawal { genuine: yes, .. }
        | Act::Recheck { holds: yes, .. } => Some(*yes),
        Act::Reply { .. } => standing.map(|standing| !standing.terms.approval),
        _ => None,
    };
    let gives = |when: When| match when {
        When::Always => true,
        When::Yes => answer == Some(true),
        When::No => answer == Some(false),
    };
    TRANSITIONS.iter().find(|line| line.act == act.kind() && line.leads_from(state) && gives(line.when))
}
