//! What speaks against an act although its state would admit it: too early, too late, not by this person, not like this.

use crate::act::Act;
use crate::clock::{Limit, Running, Site, days};
use crate::lifecycle::{Doer, Turn};
use crate::refusal::Refusal;
use crate::standing::Standing;
use chrono::Days;
use kernel::Instant;
use kernel::id::UnitId;
use kernel::words::{ClockKind, DemandAct, DemandState, Outcome, Part, Rung, TaskRole, TaskState};

/// Whether the act may be done by this person at this time, whatever exactly it says.
pub(crate) fn timely(
    site: &Site<'_>,
    standing: &Standing,
    doer: &Doer,
    turn: Turn,
    act: DemandAct,
    at: Instant,
) -> Result<(), Refusal> {
    if asks_the_client(act, turn.part) && standing.hands.contains(&doer.account) {
        return Err(Refusal::OwnWork { act });
    }
    match act {
        DemandAct::Close => standing
            .clock(ClockKind::Confirm)
            .filter(|clock| !clock.is_over(at))
            .map_or(Ok(()), |clock| Err(Refusal::StillTheirs { until: clock.due.map(|due| site.on_the_wall(due)) })),
        DemandAct::Contest => contest(site, standing, at),
        DemandAct::Object => object(site, standing, turn.unit, at),
        DemandAct::Rule if standing.is_for_arbiter() != (turn.part == Part::Arbiter) => {
            Err(Refusal::RuledBy { part: if standing.is_for_arbiter() { Part::Arbiter } else { Part::Desk } })
        }
        DemandAct::RequestExtension => ahead(site, standing, turn.unit, at),
        DemandAct::Reply if turn.part == Part::Unit => helpers_answered(standing, at),
        DemandAct::CheckWithdrawal => cooled(site, standing, at),
        DemandAct::Resume | DemandAct::Wake if turn.part == Part::Platform => come(site, standing, turn, act, at),
        DemandAct::Rate | DemandAct::Reopen if standing.state == DemandState::Closed => {
            afterwards(site, standing, act, at)
        }
        DemandAct::Recheck => recheck(site, standing, at),
        DemandAct::Archive => archive(site, standing, at),
        DemandAct::Escalate if standing.rung == Rung::Executive => Err(Refusal::Highest),
        _ => Ok(()),
    }
}

/// Whether what the act says can be.
pub(crate) fn fits(site: &Site<'_>, standing: &Standing, turn: Turn, act: &Act, at: Instant) -> Result<(), Refusal> {
    match act {
        Act::Dispatch { unit, helpers, .. } => {
            let mut met = vec![*unit];
            for helper in helpers {
                if met.contains(&helper.unit) || standing.task(helper.unit).is_some() {
                    return Err(Refusal::Twice);
                }
                met.push(helper.unit);
            }
            freed(standing, &met)
        }
        Act::Involve { helper } if standing.task(helper.unit).is_some() => Err(Refusal::Twice),
        Act::Involve { helper } => freed(standing, &[helper.unit]),
        Act::RequestExtension { days: more, .. } => {
            let clock = turn.unit.and_then(|unit| of_unit(standing, unit));
            match clock.map(|clock| clock.limit) {
                Some(Limit::Days(given)) if given + more.get() > crate::WorkDays::MOST => {
                    Err(Refusal::TooLong { left: crate::WorkDays::MOST.saturating_sub(given) })
                }
                _ => Ok(()),
            }
        }
        Act::Shelve { shelf, .. } | Act::RequestShelving { shelf, .. } => {
            let today = site.hours.day(at);
            if shelf.review_on > today && shelf.review_on <= today + Days::new(366) {
                Ok(())
            } else {
                Err(Refusal::ReviewDay)
            }
        }
        Act::Reply { outcome: Outcome::Shelved, .. } => Err(Refusal::ShelveInstead),
        Act::Escalate { to, .. } if *to <= standing.rung => Err(Refusal::AlreadyThere { rung: standing.rung }),
        Act::Approve { granted: false, reason: None } => Err(Refusal::SayWhy),
        _ => Ok(()),
    }
}

/// The clock of a unit's own part.
pub(crate) fn of_unit(standing: &Standing, unit: UnitId) -> Option<&Running> {
    let own =
        |clock: &&Running| matches!(clock.kind, ClockKind::Handling | ClockKind::Assist) && clock.unit == Some(unit);
    standing.clocks.iter().find(own)
}

/// Whether with this act somebody finds out how the client feels: never by whoever handled the demand.
fn asks_the_client(act: DemandAct, part: Part) -> bool {
    part == Part::Desk
        && matches!(
            act,
            DemandAct::Rate | DemandAct::Close | DemandAct::Reopen | DemandAct::CheckWithdrawal | DemandAct::Recheck
        )
}

fn contest(site: &Site<'_>, standing: &Standing, at: Instant) -> Result<(), Refusal> {
    if standing.contested {
        return Err(Refusal::Once { act: DemandAct::Contest });
    }
    let until = standing.ended_at.and_then(|ended| site.after_days(ended, days::CONTEST).ok());
    too_late(site, DemandAct::Contest, until, at)
}

fn object(site: &Site<'_>, standing: &Standing, unit: Option<UnitId>, at: Instant) -> Result<(), Refusal> {
    let Some(task) = unit.and_then(|unit| standing.task(unit)) else { return Ok(()) };
    if standing.objected.contains(&task.unit) {
        return Err(Refusal::Once { act: DemandAct::Object });
    }
    too_late(site, DemandAct::Object, site.after_days(task.since, days::OBJECT).ok(), at)
}

fn too_late(site: &Site<'_>, act: DemandAct, until: Option<Instant>, at: Instant) -> Result<(), Refusal> {
    match until.filter(|until| at > *until) {
        Some(until) => Err(Refusal::TooLate { act, until: site.on_the_wall(until) }),
        None => Ok(()),
    }
}

/// An extension is asked for a working day before the limit at the latest.
fn ahead(site: &Site<'_>, standing: &Standing, unit: Option<UnitId>, at: Instant) -> Result<(), Refusal> {
    let due = unit.and_then(|unit| of_unit(standing, unit)).and_then(|clock| clock.due);
    let Some(due) = due else { return Ok(()) };
    let left = if at > due { Ok(0) } else { site.days_between(at, due) };
    if left.is_ok_and(|left| left < days::AHEAD) {
        Err(Refusal::NotAhead { due: site.on_the_wall(due) })
    } else {
        Ok(())
    }
}

/// Those who help have answered, or are late.
fn helpers_answered(standing: &Standing, at: Instant) -> Result<(), Refusal> {
    let owes = |unit: UnitId| of_unit(standing, unit).is_some_and(|clock| !clock.is_over(at));
    let waiting = standing.tasks.iter().filter(|task| {
        task.role == TaskRole::Co && task.is_live() && task.state != TaskState::Answered && owes(task.unit)
    });
    match waiting.count() {
        0 => Ok(()),
        owing => Err(Refusal::HelpersOwe { owing }),
    }
}

fn cooled(site: &Site<'_>, standing: &Standing, at: Instant) -> Result<(), Refusal> {
    let Some(asked) = standing.withdrawing else { return Ok(()) };
    let Ok(day) = site.calendar.after(site.hours.day(asked.at), days::COOL) else { return Ok(()) };
    if site.hours.day(at) < day { Err(Refusal::NotCooled { from: day }) } else { Ok(()) }
}

/// What the platform does by itself, it does when the day has come.
fn come(site: &Site<'_>, standing: &Standing, turn: Turn, act: DemandAct, at: Instant) -> Result<(), Refusal> {
    let kind = if act == DemandAct::Wake { ClockKind::Review } else { ClockKind::Pause };
    let clock = standing.clocks.iter().find(|clock| clock.kind == kind && clock.unit == turn.unit);
    let due = clock.and_then(|clock| clock.due);
    if due.is_some_and(|due| at >= due) {
        return Ok(());
    }
    Err(Refusal::NotYet { act, from: due.map(|due| site.hours.day(due)) })
}

/// How long after its end a demand may still be spoken of.
fn afterwards(site: &Site<'_>, standing: &Standing, act: DemandAct, at: Instant) -> Result<(), Refusal> {
    let until = standing.ended_at.map(|ended| ended + chrono::Duration::days(days::AFTERWARDS.cast_signed()));
    too_late(site, act, until, at)
}

/// From ten days before the day on.
fn recheck(site: &Site<'_>, standing: &Standing, at: Instant) -> Result<(), Refusal> {
    let act = DemandAct::Recheck;
    match standing.clock(ClockKind::Recheck).map(|clock| clock.limit) {
        Some(Limit::Day(day)) if site.hours.day(at) + Days::new(10) < day => {
            Err(Refusal::NotYet { act, from: Some(day - Days::new(10)) })
        }
        Some(_) => Ok(()),
        None => Err(Refusal::NotNow { act, state: Some(standing.state) }),
    }
}

/// Not before the client has had its time to come back.
fn archive(site: &Site<'_>, standing: &Standing, at: Instant) -> Result<(), Refusal> {
    let Some(ended) = standing.ended_at else { return Ok(()) };
    let from = site.hours.day(ended) + Days::new(days::AFTERWARDS + 1);
    if site.hours.day(at) < from { Err(Refusal::NotYet { act: DemandAct::Archive, from: Some(from) }) } else { Ok(()) }
}

/// A ruling is final: what a unit was freed of does not come back to it.
fn freed(standing: &Standing, units: &[UnitId]) -> Result<(), Refusal> {
    if units.iter().any(|unit| standing.freed.contains(unit)) { Err(Refusal::Freed) } else { Ok(()) }
}
