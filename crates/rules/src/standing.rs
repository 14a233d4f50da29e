//! Where a demand stands: its state, the part of each unit in it, and the clocks that run. Nothing else decides what may
//! come next.

use crate::act::{Ask, Text};
use crate::clock::{Running, Site, Terms};
use kernel::Instant;
use kernel::id::{AccountId, UnitId};
use kernel::words::{ClockKind, Complexity, DemandState, Outcome, Part, Rung, TaskRole, TaskState};
use serde::{Deserialize, Serialize};

/// One unit's part in a demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Whose.
    pub unit: UnitId,
    /// What it is to the demand.
    pub role: TaskRole,
    /// How far it is.
    pub state: TaskState,
    /// When it was dispatched to.
    pub since: Instant,
    /// Whether it has signed: where an objection that fails leads back to.
    pub signed: bool,
    /// What it has asked the desk for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Ask>,
}

impl Task {
    /// Whether the unit still has something to do with the demand.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        !matches!(self.state, TaskState::Relieved | TaskState::Lapsed)
    }
}

/// An answer that waits for the head of the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// What became of it.
    pub outcome: Outcome,
    /// The answer.
    pub text: Text,
}

/// What a withdrawal or a return goes back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawing {
    /// Where the demand stood.
    pub from: DemandState,
    /// When it was taken back.
    pub at: Instant,
}

/// Where a demand stands: all that decides what may come next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Its state.
    pub state: DemandState,
    /// The round, from 1; each reopening opens the next.
    pub round: u32,
    /// Whether the desk found it complex.
    pub complexity: Complexity,
    /// What it is held to.
    pub terms: Terms,
    /// The parts of units in this round, in the order of dispatch. At most one lead is live.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// The clocks that run; each kind at most once, of a unit's kinds each unit's once.
    pub clocks: Vec<Running>,
    /// The answer that waits for the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Proposed>,
    /// While it is being taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawing: Option<Withdrawing>,
    /// What the last answer made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Whether the client has contested a rejection: it may once.
    #[serde(default)]
    pub contested: bool,
    /// The units that have objected: each may once.
    #[serde(default)]
    pub objected: Vec<UnitId>,
    /// The units that a ruling has freed: it does not come back to them.
    #[serde(default)]
    pub freed: Vec<UnitId>,
    /// Those who handled it: they never ask the client how satisfied it is.
    #[serde(default)]
    pub hands: Vec<AccountId>,
    /// How high it has been brought.
    pub rung: Rung,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// How often it was looked at again since.
    #[serde(default)]
    pub rechecks: u32,
}

impl Standing {
    /// The running clock of a kind; of a unit's kinds, the first.
    #[must_use]
    pub fn clock(&self, kind: ClockKind) -> Option<&Running> {
        self.clocks.iter().find(|clock| clock.kind == kind)
    }

    /// The lead unit's part.
    #[must_use]
    pub fn lead(&self) -> Option<&Task> {
        self.tasks.iter().find(|task| task.role == TaskRole::Lead && task.is_live())
    }

    /// The lead unit.
    #[must_use]
    pub fn lead_unit(&self) -> Option<UnitId> {
        self.lead().map(|task| task.unit)
    }

    /// The parts of the units that help.
    pub fn helpers(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.role == TaskRole::Co && task.is_live())
    }

    /// The live part of a unit.
    #[must_use]
    pub fn task(&self, unit: UnitId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.unit == unit && task.is_live())
    }

    pub(crate) fn task_mut(&mut self, unit: UnitId) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.unit == unit && task.is_live())
    }

    /// Whether the next ruling is the establishment office's: at the third disagreement.
    #[must_use]
    pub fn is_for_arbiter(&self) -> bool {
        self.objected.len() >= ARBITER_FROM
    }

    /// Gives the clocks whose limit was unknown the one that is known by now, because the holidays of another year were
    /// announced. Gives those that were.
    pub fn recount(&mut self, site: &Site<'_>) -> Vec<Running> {
        let mut known = Vec::new();
        for clock in self.clocks.iter_mut().filter(|clock| clock.due.is_none() && !clock.paused()) {
            clock.due = clock.reckon(site);
            known.extend(clock.due.is_some().then(|| clock.clone()));
        }
        known
    }

    /// The clock whose limit counts most: the earliest that somebody who serves has to keep. What is shelved is looked at
    /// again at its review, though the client's own clock runs on.
    #[must_use]
    pub fn pressing(&self) -> Option<&Running> {
        let owed = |clock: &&Running| match self.state {
            DemandState::Shelved => clock.kind == ClockKind::Review,
            DemandState::Replied => false,
            _ => crate::card::shows_cards(clock.kind) && clock.kind != ClockKind::Review,
        };
        self.clocks.iter().filter(owed).filter(|clock| clock.due.is_some()).min_by_key(|clock| clock.due)
    }
}

/// The disagreement from which on the establishment office rules.
pub const ARBITER_FROM: usize = 3;

/// The state of a demand that lies with units: a total function of the lead's state and those of its helpers. `arbiter` is
/// whether the next ruling is the establishment office's.
#[must_use]
pub fn total(lead: Option<TaskState>, helpers: &[TaskState], arbiter: bool) -> DemandState {
    use TaskState::{Answered, Dispatched, Handling, Lapsed, Objected, Proposed, Relieved, Shelved, Suspended};
    let begun = |task: &TaskState| matches!(task, Handling | Suspended | Shelved | Proposed | Answered);
    match lead {
        None | Some(Relieved | Lapsed) => DemandState::Accepted,
        Some(Dispatched) if helpers.iter().any(begun) => DemandState::Handling,
        Some(Dispatched) => DemandState::Dispatched,
        Some(Handling) => DemandState::Handling,
        Some(Objected) if arbiter => DemandState::Arbitration,
        Some(Objected) => DemandState::Objected,
        Some(Suspended) => DemandState::Suspended,
        Some(Shelved) => DemandState::Shelved,
        Some(Proposed) => DemandState::Proposed,
        Some(Answered) => DemandState::Replied,
    }
}

/// Whose turn it is; nobody's once a demand has ended. When a client lets its time to answer pass, the desk may close
/// in its stead.
#[must_use]
pub const fn waiting_on(state: DemandState) -> Option<Part> {
    use DemandState::{
        Accepted, Arbitration, Archived, Closed, Dispatched, Handling, Merged, Objected, Proposed, Raised, Rejected,
        Replied, Shelved, Suspended, Withdrawing, Withdrawn,
    };
    match state {
        Raised | Accepted | Objected | Withdrawing => Some(Part::Desk),
        Dispatched | Handling | Suspended | Shelved => Some(Part::Unit),
        Proposed => Some(Part::Head),
        Arbitration => Some(Part::Arbiter),
        Replied => Some(Part::Client),
        Merged => Some(Part::Platform),
        Rejected | Withdrawn | Closed | Archived => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_nobody_knew_is_known_once_the_holidays_are_announced() {
        let china = crate::clock::tests::China::new();
        let raise = crate::Act::Raise {
            title: crate::Title::parse("用电").unwrap(),
            text: crate::Text::parse("增容").unwrap(),
            since: None,
            terms: Terms::USUAL,
        };
        let doer = crate::Doer {
            account: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            parts: vec![Part::Client],
            units: vec![],
        };
        let at = crate::clock::tests::China::at("2025-12-20T10:00");
        let mut standing = crate::decide(&china.site(), None, &doer, &raise, at).unwrap().standing;
        assert!(standing.recount(&china.site()).is_empty(), "2026 is announced");
        let solve = standing.clocks.iter_mut().find(|clock| clock.kind == ClockKind::Solve).unwrap();
        let due = solve.due.take();
        assert_eq!(standing.recount(&china.site())[0].due, due);
        assert!(standing.recount(&china.site()).is_empty(), "once");
    }

    #[test]
    fn every_mixture_of_units_gives_one_state_and_a_helper_never_speaks_for_the_lead() {
        use TaskState::{Answered, Dispatched, Handling, Objected, Proposed, Relieved, Shelved, Suspended};
        // Lead, then the state for helpers that have not begun, and for helpers of whom one has.
        for (lead, quiet, begun) in [
            (None, DemandState::Accepted, DemandState::Accepted),
            (Some(Relieved), DemandState::Accepted, DemandState::Accepted),
            (Some(TaskState::Lapsed), DemandState::Accepted, DemandState::Accepted),
            (Some(Dispatched), DemandState::Dispatched, DemandState::Handling),
            (Some(Handling), DemandState::Handling, DemandState::Handling),
            (Some(Objected), DemandState::Objected, DemandState::Objected),
            (Some(Suspended), DemandState::Suspended, DemandState::Suspended),
            (Some(Shelved), DemandState::Shelved, DemandState::Shelved),
            (Some(Proposed), DemandState::Proposed, DemandState::Proposed),
            (Some(Answered), DemandState::Replied, DemandState::Replied),
        ] {
            for one in TaskState::ALL {
                for other in TaskState::ALL {
                    let works = |task: &TaskState| matches!(task, Handling | Suspended | Shelved | Proposed | Answered);
                    let expected = if works(one) || works(other) { begun } else { quiet };
                    assert_eq!(total(lead, &[*one, *other], false), expected, "{lead:?} with {one} and {other}");
                }
            }
            assert_eq!(total(lead, &[], false), quiet);
        }
        assert_eq!(total(Some(Objected), &[], true), DemandState::Arbitration);
    }
}
