//! Demands from before where they stand was kept with them: told from their row and clocks, once, until the next act writes
//! it down.

use super::rows::{Clocked, Demand};
use kernel::words::{ClockKind, Complexity, DemandState, TaskRole, TaskState};
use rules::{Limit, Limits, Running, Standing, Task, Terms};

/// The limit of a clock whose day nobody knew.
const fn usual(kind: ClockKind, complexity: Complexity) -> Limit {
    let limits = Limits::SHANDONG_2115;
    match kind {
        ClockKind::Contact => Limit::Minutes(limits.contact_minutes),
        ClockKind::Opinion => Limit::Days(limits.opinion_days),
        ClockKind::Confirm => Limit::Days(limits.confirm_days),
        _ => Limit::Days(limits.solve(complexity)),
    }
}

/// Where such a demand stands.
pub(super) fn standing(demand: &Demand, clocks: &[Clocked]) -> Standing {
    let running = |clock: &&Clocked| clock.stopped_at.is_none();
    let clock = |clock: &Clocked| Running {
        kind: clock.kind,
        round: u32::try_from(clock.round).unwrap_or(u32::MAX),
        unit: demand.lead_unit_id.filter(|_| clock.kind == ClockKind::Handling),
        started_at: clock.started_at,
        limit: clock.due_at.map_or_else(|| usual(clock.kind, demand.complexity), |due| Limit::Day(due.date_naive())),
        pauses: Vec::new(),
        due: clock.due_at,
    };
    let state = match demand.state {
        DemandState::Dispatched => TaskState::Dispatched,
        DemandState::Handling => TaskState::Handling,
        _ => TaskState::Answered,
    };
    let task = demand.lead_unit_id.map(|unit| Task {
        unit,
        role: TaskRole::Lead,
        state,
        since: demand.raised_at,
        signed: state != TaskState::Dispatched,
        asked: None,
    });
    Standing {
        state: demand.state,
        round: u32::try_from(demand.round).unwrap_or(u32::MAX),
        complexity: demand.complexity,
        terms: Terms::USUAL,
        tasks: task.into_iter().collect(),
        clocks: clocks.iter().filter(running).map(clock).collect(),
        proposed: None,
        withdrawing: None,
        outcome: demand.outcome,
        contested: false,
        objected: Vec::new(),
        freed: Vec::new(),
        hands: Vec::new(),
        rung: demand.rung,
        ended_at: demand.ended_at,
        rechecks: 0,
    }
}
