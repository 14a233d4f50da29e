//! What an allowed act brings about.

use crate::act::{Act, Ask, Helper};
use crate::clock::{Limit, Running, Site, Stopped, days};
use crate::lifecycle::{Step, Turn};
use crate::standing::{Proposed, Standing, Task, Withdrawing, total, waiting_on};
use crate::table::{To, Transition};
use chrono::Days;
use kernel::Instant;
use kernel::id::{AccountId, UnitId};
use kernel::words::{ClockKind, Complexity, DemandAct, DemandState, Outcome, Part, Rung, TaskRole, TaskState};

/// Follows a line of the table.
pub(crate) fn follow(
    site: &Site<'_>,
    standing: Option<&Standing>,
    (line, turn, account): (&Transition, Turn, AccountId),
    act: &Act,
    at: Instant,
) -> Step {
    let mut next = standing.cloned().unwrap_or_else(|| fresh(act));
    let mut stopped = stop(&mut next, line, turn, at);
    said(&mut next, act, turn, at);
    hand(&mut next, act, at, &mut stopped);
    relimit(site, &mut next, act, turn);
    lead_to(&mut next, line, turn, at);
    hold(site, &mut next, at);
    let started = start(site, &next, line, turn, act, at);
    next.clocks.extend(started.iter().cloned());
    if matches!(act, Act::DecideExtension { .. } | Act::Suspend { .. } | Act::Shelve { .. } | Act::AssistReply { .. }) {
        on_task(&mut next, turn, |task| task.asked = None);
    }
    if matches!(turn.part, Part::Unit | Part::Co | Part::Head) && !next.hands.contains(&account) {
        next.hands.push(account);
    }
    let moved = standing.map_or_else(Vec::new, |before| moved(before, &next));
    Step { standing: next, acted_as: turn.part, unit: turn.unit, started, moved, stopped }
}

fn fresh(act: &Act) -> Standing {
    let terms = if let Act::Raise { terms, .. } = act { *terms } else { crate::Terms::USUAL };
    Standing {
        state: DemandState::Raised,
        round: 1,
        complexity: Complexity::Ordinary,
        terms,
        tasks: Vec::new(),
        clocks: Vec::new(),
        proposed: None,
        withdrawing: None,
        outcome: None,
        contested: false,
        objected: Vec::new(),
        freed: Vec::new(),
        hands: Vec::new(),
        rung: Rung::Unit,
        ended_at: None,
        rechecks: 0,
    }
}

/// Stops the clocks that the line meets or ends. Of a unit's clocks it meets just those of the unit it is about.
fn stop(next: &mut Standing, line: &Transition, turn: Turn, at: Instant) -> Vec<Stopped> {
    let mut stopped = Vec::new();
    // What is about one unit ends what that unit has running; the lead's answer, and what is about the demand, ends all.
    let of_all =
        turn.unit.is_none() || (line.to == To::Task(TaskState::Answered) && line.act != DemandAct::AssistReply);
    let own = |clock: &Running| clock.unit.is_none() || clock.unit == turn.unit;
    for clock in std::mem::take(&mut next.clocks) {
        if line.meets.contains(&clock.kind) && own(&clock) {
            stopped.push(clock.met(at));
        } else if line.ends.contains(&clock.kind) && (of_all || own(&clock)) {
            stopped.push(clock.ended(at));
        } else {
            next.clocks.push(clock);
        }
    }
    stopped
}

/// What an act says about the demand itself.
fn said(next: &mut Standing, act: &Act, turn: Turn, at: Instant) {
    match act {
        Act::Accept { complexity } => next.complexity = *complexity,
        Act::Contest { .. } => next.contested = true,
        Act::Reclassify { terms, .. } => next.terms = *terms,
        Act::Sign => on_task(next, turn, |task| task.signed = true),
        Act::Object { .. } => next.objected.extend(turn.unit),
        Act::Rule { upheld: true, unit, .. } => next.freed.push(*unit),
        Act::RequestExtension { .. } | Act::RequestSuspension { .. } | Act::RequestShelving { .. } => {
            let ask = act.ask();
            on_task(next, turn, |task| task.asked = ask);
        }
        Act::Reply { outcome, text } if next.terms.approval && turn.part == Part::Unit => {
            next.proposed = Some(Proposed { outcome: *outcome, text: text.clone() });
        }
        Act::Reply { outcome, .. } => answered(next, *outcome),
        Act::Approve { granted, .. } => {
            let proposed = next.proposed.take().filter(|_| *granted);
            if let Some(proposed) = proposed {
                answered(next, proposed.outcome);
            }
        }
        Act::Shelve { .. } => next.outcome = Some(Outcome::Shelved),
        Act::DecideExtension { granted: true, .. } => {
            if matches!(asked(next, turn), Some(Ask::Shelving { .. })) {
                next.outcome = Some(Outcome::Shelved);
            }
        }
        Act::Wake { .. } => next.outcome = None,
        Act::Escalate { to, .. } => next.rung = *to,
        Act::Withdraw { .. } => next.withdrawing = Some(Withdrawing { from: next.state, at }),
        Act::Recheck { holds: true, .. } => next.rechecks += 1,
        _ => {}
    }
}

/// The client is answered: who helped and has not answered is let go.
fn answered(next: &mut Standing, outcome: Outcome) {
    next.outcome = Some(outcome);
    for task in next.tasks.iter_mut().filter(|task| task.is_live()) {
        task.asked = None;
        if task.role == TaskRole::Co && task.state != TaskState::Answered {
            task.state = TaskState::Lapsed;
        }
    }
}

/// Hands the demand to units.
fn hand(next: &mut Standing, act: &Act, at: Instant, stopped: &mut Vec<Stopped>) {
    match act {
        Act::Dispatch { unit, helpers, .. } => {
            // Who helped until now and is to lead from now on has one part, not two.
            if let Some(helped) = next.task_mut(*unit) {
                helped.state = TaskState::Relieved;
                for clock in std::mem::take(&mut next.clocks) {
                    if clock.unit == Some(*unit) { stopped.push(clock.ended(at)) } else { next.clocks.push(clock) }
                }
            }
            next.tasks.push(task(*unit, TaskRole::Lead, at));
            next.tasks.extend(helpers.iter().map(|helper| task(helper.unit, TaskRole::Co, at)));
        }
        Act::Involve { helper } => next.tasks.push(task(helper.unit, TaskRole::Co, at)),
        Act::Merge { .. } => {
            for task in next.tasks.iter_mut().filter(|task| task.is_live()) {
                task.state = TaskState::Relieved;
            }
        }
        _ => {}
    }
}

fn task(unit: UnitId, role: TaskRole, since: Instant) -> Task {
    Task { unit, role, state: TaskState::Dispatched, since, signed: false, asked: None }
}

/// A unit's own clock runs just while it can work: not while its part is suspended or shelved, nor while the client takes
/// the demand back.
fn hold(site: &Site<'_>, next: &mut Standing, at: Instant) {
    let mut clocks = std::mem::take(&mut next.clocks);
    for clock in clocks.iter_mut().filter(|clock| is_units_own(clock.kind)) {
        let task = clock.unit.and_then(|unit| next.task(unit));
        let idle = task.is_some_and(|task| matches!(task.state, TaskState::Suspended | TaskState::Shelved));
        if idle || next.state == DemandState::Withdrawing { clock.pause(at) } else { clock.run_on(site, at) }
    }
    next.clocks = clocks;
}

/// Whether a unit is judged by it, and may be held up.
const fn is_units_own(kind: ClockKind) -> bool {
    matches!(kind, ClockKind::Handling | ClockKind::Assist)
}

/// Gives running clocks the limits that the act brings with it.
fn relimit(site: &Site<'_>, next: &mut Standing, act: &Act, turn: Turn) {
    match act {
        Act::Accept { .. } | Act::Reclassify { .. } => {
            let (limits, complexity) = (next.terms.limits, next.complexity);
            for clock in &mut next.clocks {
                let limit = match clock.kind {
                    ClockKind::Contact => Limit::Minutes(limits.contact_minutes),
                    ClockKind::Opinion => Limit::Days(limits.opinion_days),
                    ClockKind::Solve => Limit::Days(limits.solve(complexity)),
                    _ => continue,
                };
                clock.limit(site, limit);
            }
        }
        Act::DecideExtension { granted: true, .. } => {
            let Some(Ask::Extension { days, .. }) = asked(next, turn) else { return };
            let of = |clock: &&mut Running| is_units_own(clock.kind) && clock.unit == turn.unit;
            for clock in next.clocks.iter_mut().filter(of) {
                if let Limit::Days(given) = clock.limit {
                    clock.limit(site, Limit::Days(given + days.get()));
                }
            }
        }
        _ => {}
    }
}

/// Moves the demand, and the unit's part in it, to where the line leads.
fn lead_to(next: &mut Standing, line: &Transition, turn: Turn, at: Instant) {
    match line.to {
        To::State(state) => next.state = state,
        To::Stay => {}
        To::Before => {
            if let Some(withdrawing) = next.withdrawing.take() {
                next.state = withdrawing.from;
            }
        }
        To::NextRound(state) => {
            next.state = state;
            next.round += 1;
            next.tasks.clear();
            (next.outcome, next.proposed, next.rechecks) = (None, None, 0);
        }
        To::Task(state) => put_task(next, turn, state),
        To::TaskBefore => {
            let signed = turn.unit.and_then(|unit| next.task(unit)).is_some_and(|task| task.signed);
            put_task(next, turn, if signed { TaskState::Handling } else { TaskState::Dispatched });
        }
        To::Asked => match asked(next, turn) {
            Some(Ask::Suspension { .. }) => put_task(next, turn, TaskState::Suspended),
            Some(Ask::Shelving { .. }) => put_task(next, turn, TaskState::Shelved),
            _ => {}
        },
    }
    let ends_now = waiting_on(next.state).is_none();
    next.ended_at = if ends_now { next.ended_at.or(Some(at)) } else { None };
    if ends_now {
        next.withdrawing = None;
    }
}

/// Puts a unit's part into a state; the demand follows from all parts.
fn put_task(next: &mut Standing, turn: Turn, state: TaskState) {
    if let Some(task) = turn.unit.and_then(|unit| next.task_mut(unit)) {
        task.state = state;
    }
    let lead = next.lead().map(|task| task.state);
    let helpers: Vec<TaskState> = next.helpers().map(|task| task.state).collect();
    next.state = total(lead, &helpers, next.is_for_arbiter());
}

/// The clocks of the line that start: those to which the act gives a limit.
fn start(site: &Site<'_>, next: &Standing, line: &Transition, turn: Turn, act: &Act, at: Instant) -> Vec<Running> {
    let since = if let Act::Raise { since: Some(since), .. } = act { *since } else { at };
    let begin = |kind: ClockKind| {
        limits(site, next, kind, turn, act, at)
            .into_iter()
            .map(move |(unit, limit)| Running::start(site, kind, (next.round, unit), since, limit))
    };
    line.starts.iter().copied().flat_map(begin).collect()
}

/// For whom a clock of the kind starts with the act, and how far it may run.
fn limits(
    site: &Site<'_>,
    next: &Standing,
    kind: ClockKind,
    turn: Turn,
    act: &Act,
    at: Instant,
) -> Vec<(Option<UnitId>, Limit)> {
    let of_all = |limit: Limit| vec![(None, limit)];
    let of_unit = |limit: Limit| vec![(turn.unit, limit)];
    let given = &next.terms.limits;
    let helps = |helper: &Helper| (Some(helper.unit), Limit::Days(helper.days.get()));
    match (kind, act) {
        (ClockKind::Contact, _) => of_all(Limit::Minutes(given.contact_minutes)),
        (ClockKind::Opinion, _) => of_all(Limit::Days(given.opinion_days)),
        (ClockKind::Solve, _) => of_all(Limit::Days(given.solve(next.complexity))),
        (ClockKind::Handling, Act::Dispatch { unit, days, .. }) => vec![(Some(*unit), Limit::Days(days.get()))],
        (ClockKind::Assist, Act::Dispatch { helpers, .. }) => helpers.iter().map(helps).collect(),
        (ClockKind::Assist, Act::Involve { helper }) => vec![helps(helper)],
        (ClockKind::Ruling, _) => of_unit(Limit::Days(days::RULE)),
        (ClockKind::Decision, _) => of_unit(Limit::Days(days::DECIDE)),
        (ClockKind::Pause, Act::Suspend { days, .. }) => of_unit(Limit::Days(days.get())),
        (ClockKind::Pause, Act::DecideExtension { .. }) => match asked(next, turn) {
            Some(Ask::Suspension { days, .. }) => of_unit(Limit::Days(days.get())),
            _ => Vec::new(),
        },
        (ClockKind::Review, Act::Shelve { shelf, .. }) => of_unit(Limit::Day(shelf.review_on)),
        (ClockKind::Review, Act::DecideExtension { .. }) => match asked(next, turn) {
            Some(Ask::Shelving { shelf, .. }) => of_unit(Limit::Day(shelf.review_on)),
            _ => Vec::new(),
        },
        (ClockKind::Check, _) => of_all(Limit::Days(days::CHECK)),
        (ClockKind::Confirm, _) => of_all(Limit::Days(given.confirm_days)),
        (ClockKind::Recheck, _) => recheck(site, next, at).into_iter().map(|limit| (None, limit)).collect(),
        (ClockKind::Handling | ClockKind::Assist | ClockKind::Pause | ClockKind::Review, _) => Vec::new(),
    }
}

/// When the result is to be looked at again: only what was solved can have come undone.
fn recheck(site: &Site<'_>, next: &Standing, at: Instant) -> Option<Limit> {
    let worth = matches!(next.outcome, Some(Outcome::Solved | Outcome::Partly));
    let ended = site.hours.day(next.ended_at.unwrap_or(at));
    let after = days::RECHECKS.get(usize::try_from(next.rechecks).ok()?)?;
    worth.then(|| Limit::Day(ended + Days::new(*after)))
}

fn asked(next: &Standing, turn: Turn) -> Option<Ask> {
    turn.unit.and_then(|unit| next.task(unit)).and_then(|task| task.asked.clone())
}

fn on_task(next: &mut Standing, turn: Turn, change: impl FnOnce(&mut Task)) {
    if let Some(task) = turn.unit.and_then(|unit| next.task_mut(unit)) {
        change(task);
    }
}

/// The clocks that ran before and run otherwise now.
fn moved(before: &Standing, next: &Standing) -> Vec<Running> {
    let same = |one: &Running, other: &Running| {
        (one.kind, one.round, one.unit, one.started_at) == (other.kind, other.round, other.unit, other.started_at)
    };
    let otherwise = |clock: &&Running| before.clocks.iter().any(|old| same(old, clock) && old != *clock);
    next.clocks.iter().filter(otherwise).cloned().collect()
}
