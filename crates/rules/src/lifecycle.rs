//! One step in the life of a demand: who may take it, where it leads, which clocks it starts and stops.
//!
//! Always: an open demand has somebody whose turn it is and a clock that runs; an ended one admits nothing;
//! rounds only grow; what a step says of a stopped clock is final.

use crate::act::Act;
use crate::clock::{Running, Site, Stopped};
use crate::refusal::Refusal;
use crate::table::{TRANSITIONS, Transition};
use kernel::Instant;
use kernel::id::UnitId;
use kernel::words::{ClockKind, Complexity, DemandAct, DemandState, Part};
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
    if still_open_to_client(standing, act.kind(), at) {
        let due = standing.and_then(|standing| standing.clock(ClockKind::Confirm)?.due);
        return Err(Refusal::TooEarly { until: due.map(|due| site.on_the_wall(due)) });
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
        Act::Accept { .. } => move_solving(site, &mut next),
        _ => None,
    };
    let started = start(site, line, &next, act, at);
    next.clocks.extend(&started);
    Ok(Step { standing: next, acted_as, started, moved, stopped })
}

/// What a person who plays `parts` may do at `now`, in the order of the table. [`decide`] agrees.
#[must_use]
pub fn acts_now(standing: Option<&Standing>, parts: &[Part], now: Instant) -> Vec<DemandAct> {
    let may = |act: &DemandAct| allowed(standing, parts, *act).is_ok() && !still_open_to_client(standing, *act, now);
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

/// Whether what is said with an act stays among those who serve: why a unit gives a demand back is settled between unit and
/// desk. The client sees that it happened, and who holds its demand now.
#[must_use]
pub const fn is_internal(act: DemandAct) -> bool {
    matches!(act, DemandAct::Return)
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

/// Whether the client may still answer, where that keeps the desk from closing.
fn still_open_to_client(standing: Option<&Standing>, act: DemandAct, at: Instant) -> bool {
    let running = standing.and_then(|standing| standing.clock(ClockKind::Confirm));
    act == DemandAct::Close && running.is_some_and(|clock| !clock.is_over(at))
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
fn move_solving(site: &Site<'_>, next: &mut Standing) -> Option<Running> {
    let days = site.limits.solve(next.complexity);
    let clock = next.clocks.iter_mut().find(|clock| clock.kind == ClockKind::Solve)?;
    let due = site.after_days(clock.started_at, days).ok();
    if due == clock.due {
        return None;
    }
    clock.due = due;
    Some(*clock)
}

fn start(site: &Site<'_>, line: &Transition, next: &Standing, act: &Act, at: Instant) -> Vec<Running> {
    let limits = &site.limits;
    let clock = |kind: &ClockKind| {
        let due = match (kind, act) {
            (ClockKind::Contact, _) => site.after_minutes(at, limits.contact_minutes),
            (ClockKind::Opinion, _) => site.after_days(at, limits.opinion_days),
            (ClockKind::Handling, Act::Dispatch { days, .. }) => site.after_days(at, days.get()),
            (ClockKind::Solve | ClockKind::Handling, _) => site.after_days(at, limits.solve(next.complexity)),
            (ClockKind::Confirm, _) => site.after_days(at, limits.confirm_days),
        };
        Running { kind: *kind, round: next.round, started_at: at, due: due.ok() }
    };
    line.starts.iter().map(clock).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::{Text, Title, WorkDays};
    use crate::clock::tests::China;
    use kernel::words::{Outcome, Rating, Verdict};

    fn text() -> Text {
        Text::parse("有话说").unwrap()
    }

    fn raise() -> Act {
        Act::Raise { title: Title::parse("用电").unwrap(), text: text() }
    }

    fn accept(complexity: Complexity) -> Act {
        Act::Accept { complexity }
    }

    fn dispatch(days: u32) -> Act {
        Act::Dispatch { unit: UnitId::mint(China::at("2026-01-01T00:00")), days: WorkDays::parse(days).unwrap() }
    }

    fn reply() -> Act {
        Act::Reply { outcome: Outcome::Explained, text: text() }
    }

    /// Everybody does their part at the times given; what the last of them brought about.
    fn after(acts: &[(Part, Act, &str)]) -> Result<Step, Refusal> {
        let china = China::new();
        let (last, before) = acts.split_last().unwrap();
        let before: Vec<Taken> = before
            .iter()
            .map(|(part, act, at)| Taken { act: act.clone(), acted_as: *part, at: China::at(at) })
            .collect();
        let standing = replay(&china.site(), &before).unwrap();
        decide(&china.site(), standing.as_ref(), &[last.0], &last.1, China::at(last.2))
    }

    fn replied() -> Vec<(Part, Act, &'static str)> {
        vec![
            (Part::Client, raise(), "2026-11-02T10:00"),
            (Part::Desk, accept(Complexity::Ordinary), "2026-11-02T14:00"),
            (Part::Desk, dispatch(3), "2026-11-03T09:00"),
            (Part::Unit, Act::Sign, "2026-11-03T10:00"),
            (Part::Unit, reply(), "2026-11-09T09:00"),
        ]
    }

    fn stops(step: &Step) -> Vec<(ClockKind, Verdict)> {
        step.stopped.iter().map(|stop| (stop.clock.kind, stop.verdict)).collect()
    }

    fn dues(clocks: &[Running]) -> Vec<(ClockKind, u32, Instant)> {
        clocks.iter().map(|clock| (clock.kind, clock.round, clock.due.unwrap())).collect()
    }

    #[test]
    fn a_client_who_raises_a_demand_is_owed_three_things() {
        let step = after(&replied()[..1]).unwrap();
        assert_eq!((step.standing.state, step.acted_as), (DemandState::Raised, Part::Client));
        assert_eq!(
            dues(&step.started),
            [
                (ClockKind::Contact, 1, China::at("2026-11-02T12:00")),
                (ClockKind::Opinion, 1, China::at("2026-11-03T17:00")),
                (ClockKind::Solve, 1, China::at("2026-11-23T17:00")),
            ]
        );
    }

    #[test]
    fn a_desk_that_finds_a_demand_complex_moves_its_limit_and_says_so() {
        let mut acts = replied();
        acts.truncate(2);
        let ordinary = after(&acts).unwrap();
        assert_eq!(ordinary.moved, None);
        assert_eq!(stops(&ordinary), [(ClockKind::Contact, Verdict::Late)]);
        acts[1].1 = accept(Complexity::Complex);
        let complex = after(&acts).unwrap();
        assert_eq!(complex.moved.unwrap().due, Some(China::at("2026-12-14T17:00")));
        assert_eq!(complex.standing.clock(ClockKind::Solve), complex.moved.as_ref());
    }

    #[test]
    fn a_unit_may_be_late_where_the_city_is_on_time() {
        let step = after(&replied()).unwrap();
        assert_eq!(stops(&step), [(ClockKind::Solve, Verdict::OnTime), (ClockKind::Handling, Verdict::Late)]);
        assert_eq!(dues(&step.started), [(ClockKind::Confirm, 1, China::at("2026-11-16T17:00"))]);
    }

    #[test]
    fn a_second_unit_never_inherits_the_time_that_the_first_spent() {
        let mut acts = replied();
        acts.truncate(3);
        acts.push((Part::Unit, Act::Return { reason: text() }, "2026-11-05T09:00"));
        let returned = after(&acts).unwrap();
        assert_eq!((returned.standing.state, returned.standing.unit), (DemandState::Accepted, None));
        assert_eq!(stops(&returned), [(ClockKind::Handling, Verdict::Void)]);
        acts.push((Part::Desk, dispatch(3), "2026-11-06T09:00"));
        let again = after(&acts).unwrap();
        assert_eq!(dues(&again.started), [(ClockKind::Handling, 1, China::at("2026-11-11T17:00"))]);
        assert!(again.stopped.is_empty(), "the opinion was given once");
    }

    #[test]
    fn a_client_who_is_not_content_begins_a_second_round_with_its_own_limit() {
        let mut acts = replied();
        acts.push((Part::Client, Act::Reopen { reason: text() }, "2026-11-10T09:00"));
        let step = after(&acts).unwrap();
        assert_eq!((step.standing.state, step.standing.round), (DemandState::Accepted, 2));
        assert_eq!(dues(&step.standing.clocks), [(ClockKind::Solve, 2, China::at("2026-12-01T17:00"))]);
        acts.push((Part::Desk, dispatch(3), "2026-11-10T10:00"));
        assert_eq!(after(&acts).unwrap().started[0].round, 2);
    }

    #[test]
    fn only_the_client_judges_and_the_desk_closes_only_when_its_time_has_passed() {
        let mut acts = replied();
        let rate = Act::Confirm { rating: Rating::Dissatisfied, comment: None };
        acts.push((Part::Unit, rate.clone(), "2026-11-10T09:00"));
        assert_eq!(after(&acts), Err(Refusal::NotYours { act: DemandAct::Confirm }));
        acts[5] = (Part::Client, rate, "2026-11-10T09:00");
        assert_eq!(after(&acts).unwrap().standing.state, DemandState::Closed);
        acts[5] = (Part::Desk, Act::Close { reason: text() }, "2026-11-16T17:00");
        assert!(after(&acts).unwrap_err().to_string().contains("2026-11-16 17:00"));
        acts[5].2 = "2026-11-16T17:01";
        assert_eq!(after(&acts).unwrap().standing.state, DemandState::Closed);
    }

    #[test]
    fn a_withdrawn_demand_keeps_what_was_late() {
        let mut acts = replied();
        acts.truncate(1);
        acts.push((Part::Client, Act::Withdraw { reason: text() }, "2026-11-02T16:00"));
        assert_eq!(
            stops(&after(&acts).unwrap()),
            [
                (ClockKind::Contact, Verdict::Late),
                (ClockKind::Opinion, Verdict::Void),
                (ClockKind::Solve, Verdict::Void)
            ]
        );
        acts[1].0 = Part::Desk;
        assert_eq!(after(&acts), Err(Refusal::NotYours { act: DemandAct::Withdraw }));
    }

    #[test]
    fn a_client_is_heard_even_when_nobody_knows_the_limit_yet() {
        let mut acts = vec![(Part::Client, raise(), "2026-12-20T10:00")];
        let raised = after(&acts).unwrap();
        assert_eq!(raised.standing.clock(ClockKind::Solve).unwrap().due, None, "2027 is not announced");
        assert!(raised.standing.clock(ClockKind::Opinion).unwrap().due.is_some());
        acts.push((Part::Desk, Act::Reject { reason: text() }, "2026-12-21T10:00"));
        assert_eq!(stops(&after(&acts).unwrap())[2], (ClockKind::Solve, Verdict::Void));
    }
}
