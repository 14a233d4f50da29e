//! One step in the life of a demand: who may take it, where it leads, which clocks it starts and stops.
//!
//! Always: an open demand has somebody whose turn it is and a clock that runs; an ended one admits nothing;
//! rounds only grow; what a step says of a stopped clock is final.

use crate::act::Act;
use crate::clock::{Running, Site, Stopped};
use crate::refusal::Refusal;
use crate::table::{TRANSITIONS, Transition};
use kernel::id::UnitId;
use kernel::words::{ClockKind, Complexity, DemandAct, DemandState, Part};
use kernel::{Instant, UnknownYear};
use serde::{Deserialize, Serialize};

/// Where a demand stands: all that decides what may come next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Its state.
    pub state: DemandState,
    /// The round, from 1; each reopening opens the next.
    pub round: u32,
    /// Whether the desk found it complex.
    pub complexity: Complexity,
    /// The lead unit of the last dispatch, unless it gave the demand back or the client reopened it.
    pub unit: Option<UnitId>,
    /// The clocks that run, each kind at most once.
    pub clocks: Vec<Running>,
}

impl Standing {
    /// The running clock of a kind.
    #[must_use]
    pub fn clock(&self, kind: ClockKind) -> Option<&Running> {
        self.clocks.iter().find(|clock| clock.kind == kind)
    }
}

/// What an allowed act brings about. To be kept as it is: nothing in it is computed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where the demand stands afterwards.
    pub standing: Standing,
    /// The part that the person acted in.
    pub acted_as: Part,
    /// The clocks that start.
    pub started: Vec<Running>,
    /// The clock whose due moment moves, because the demand turned out to be complex; with the new one.
    pub moved: Option<Running>,
    /// The clocks that stop, with their verdicts.
    pub stopped: Vec<Stopped>,
}

/// An act that was taken, as a history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The act.
    #[serde(flatten)]
    pub act: Act,
    /// The part of the person who took it.
    pub acted_as: Part,
    /// When.
    pub at: Instant,
}

/// What comes of `act` by a person who plays `parts`. No standing means there is no demand yet: only raising may come.
///
/// # Errors
/// [`Refusal`], with what to do instead.
pub fn decide(
    site: &Site<'_>,
    standing: Option<&Standing>,
    parts: &[Part],
    act: &Act,
    at: Instant,
) -> Result<Step, Refusal> {
    let (line, acted_as) = allowed(standing, parts, act.kind())?;
    if let Some(until) = still_open_to_client(standing, act.kind(), at) {
        return Err(Refusal::TooEarly { until: site.on_the_wall(until) });
    }
    let mut next = entered(line, standing, act);
    let mut stopped = Vec::new();
    next.clocks.retain(|clock| {
        let stop = if line.meets.contains(&clock.kind) {
            clock.met(at)
        } else if line.ends.contains(&clock.kind) {
            clock.ended(at)
        } else {
            return true;
        };
        stopped.push(stop);
        false
    });
    let moved = match act {
        Act::Accept { .. } => move_solving(site, &mut next)?,
        _ => None,
    };
    let started = start(site, line, &next, act, at)?;
    next.clocks.extend(&started);
    Ok(Step { standing: next, acted_as, started, moved, stopped })
}

/// What a person who plays `parts` may do at `now`, in the order of the table. [`decide`] agrees.
#[must_use]
pub fn acts_now(standing: Option<&Standing>, parts: &[Part], now: Instant) -> Vec<DemandAct> {
    let may =
        |act: &DemandAct| allowed(standing, parts, *act).is_ok() && still_open_to_client(standing, *act, now).is_none();
    DemandAct::ALL.iter().copied().filter(may).collect()
}

/// Whose turn it is; nobody's once a demand has ended. When a client lets its time to answer pass, the desk may close
/// in its stead.
#[must_use]
pub const fn waiting_on(state: DemandState) -> Option<Part> {
    match state {
        DemandState::Raised | DemandState::Accepted => Some(Part::Desk),
        DemandState::Dispatched | DemandState::Handling => Some(Part::Unit),
        DemandState::Replied => Some(Part::Client),
        DemandState::Rejected | DemandState::Withdrawn | DemandState::Closed => None,
    }
}

/// Where a history leads; nowhere when it is empty.
///
/// # Errors
/// The [`Refusal`] of the first act that could not have been taken.
pub fn replay(site: &Site<'_>, history: &[Taken]) -> Result<Option<Standing>, Refusal> {
    history.iter().try_fold(None, |standing: Option<Standing>, taken| {
        let step = decide(site, standing.as_ref(), &[taken.acted_as], &taken.act, taken.at)?;
        Ok(Some(step.standing))
    })
}

/// The line of the table that admits the act, and the part it is done in.
fn allowed(
    standing: Option<&Standing>,
    parts: &[Part],
    act: DemandAct,
) -> Result<(&'static Transition, Part), Refusal> {
    let state = standing.map(|standing| standing.state);
    let mut lines = TRANSITIONS.iter().filter(|line| line.act == act);
    if !lines.clone().any(|line| line.played_by(parts).is_some()) {
        return Err(Refusal::NotYours { act });
    }
    let line = lines.find(|line| line.leads_from(state)).ok_or(Refusal::NotNow { act, state })?;
    line.played_by(parts).map(|part| (line, part)).ok_or(Refusal::NotYours { act })
}

/// Until when the client may still answer, where that keeps the desk from closing.
fn still_open_to_client(standing: Option<&Standing>, act: DemandAct, at: Instant) -> Option<Instant> {
    if act != DemandAct::Close {
        return None;
    }
    let due = standing?.clock(ClockKind::Confirm)?.due;
    (at <= due).then_some(due)
}

/// The standing in the state that the line leads to, with the clocks as they were.
fn entered(line: &Transition, before: Option<&Standing>, act: &Act) -> Standing {
    let mut next = before.cloned().unwrap_or(Standing {
        state: line.to,
        round: 1,
        complexity: Complexity::Ordinary,
        unit: None,
        clocks: Vec::new(),
    });
    next.state = line.to;
    next.round += u32::from(line.opens_round());
    match act {
        Act::Accept { complexity } => next.complexity = *complexity,
        Act::Dispatch { unit, .. } => next.unit = Some(*unit),
        Act::Return { .. } | Act::Reopen { .. } => next.unit = None,
        _ => {}
    }
    next
}

/// Gives solving the time that its complexity allows, still counted from the start.
fn move_solving(site: &Site<'_>, next: &mut Standing) -> Result<Option<Running>, UnknownYear> {
    let days = site.limits.solve(next.complexity);
    let Some(clock) = next.clocks.iter_mut().find(|clock| clock.kind == ClockKind::Solve) else { return Ok(None) };
    let due = site.after_days(clock.started_at, days)?;
    if due == clock.due {
        return Ok(None);
    }
    clock.due = due;
    Ok(Some(*clock))
}

fn start(
    site: &Site<'_>,
    line: &Transition,
    next: &Standing,
    act: &Act,
    at: Instant,
) -> Result<Vec<Running>, UnknownYear> {
    let clock = |kind: &ClockKind| {
        let limits = &site.limits;
        let due = match (kind, act) {
            (ClockKind::Contact, _) => site.after_minutes(at, limits.contact_minutes)?,
            (ClockKind::Opinion, _) => site.after_days(at, limits.opinion_days)?,
            (ClockKind::Handling, Act::Dispatch { days, .. }) => site.after_days(at, days.get())?,
            (ClockKind::Solve | ClockKind::Handling, _) => site.after_days(at, limits.solve(next.complexity))?,
            (ClockKind::Confirm, _) => site.after_days(at, limits.confirm_days)?,
        };
        Ok(Running { kind: *kind, round: next.round, started_at: at, due })
    };
    line.starts.iter().map(clock).collect()
}
