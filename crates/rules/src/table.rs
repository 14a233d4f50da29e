//! The life of a demand as a table. Nothing else says who may do what when.

use kernel::words::{ClockKind, DemandAct, DemandState, Part};

use ClockKind::{Confirm as Confirming, Contact, Handling as UnitTime, Opinion, Solve};
use DemandAct::{Accept, Close, Confirm, Dispatch, Raise, Reject, Reopen, Reply, Return, Sign, Withdraw};
use DemandState::{Accepted, Closed, Dispatched, Handling, Raised, Rejected, Replied, Withdrawn};

/// What a person has to give with an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// A line that says what it is about.
    Title,
    /// A description or an answer.
    Text,
    /// Why.
    Reason,
    /// Whether it is complex.
    Complexity,
    /// The lead unit.
    Unit,
    /// A limit in working days.
    Days,
    /// What became of it.
    Outcome,
    /// How satisfied the client is.
    Rating,
    /// Nothing to type: the client's time to answer must have run out.
    NoAnswer,
}

impl Need {
    /// The form on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Title => "标题",
            Self::Text => "内容",
            Self::Reason => "理由",
            Self::Complexity => "复杂程度",
            Self::Unit => "承办单位",
            Self::Days => "办理期限",
            Self::Outcome => "办理结果",
            Self::Rating => "评价",
            Self::NoAnswer => "企业逾期未回应",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The states it leads out of; none for the act that brings a demand into being.
    pub from: &'static [DemandState],
    /// The act.
    pub act: DemandAct,
    /// The state it leads to.
    pub to: DemandState,
    /// Who may do it.
    pub who: &'static [Part],
    /// What it takes.
    pub needs: &'static [Need],
    /// The clocks it starts.
    pub starts: &'static [ClockKind],
    /// The clocks it meets: they stop, on time or late.
    pub meets: &'static [ClockKind],
    /// The clocks it ends without meeting them: they stop, void or late.
    pub ends: &'static [ClockKind],
}

/// The states in which a demand is open.
pub const OPEN: &[DemandState] = &[Raised, Accepted, Dispatched, Handling, Replied];

const NO_CLOCK: &[ClockKind] = &[];

/// The life of a demand. A pair of state and act stands in it at most once.
pub const TRANSITIONS: &[Transition] = &[
    Transition {
        from: &[],
        act: Raise,
        to: Raised,
        who: &[Part::Client, Part::Commissioner, Part::Desk],
        needs: &[Need::Title, Need::Text],
        starts: &[Contact, Opinion, Solve],
        meets: NO_CLOCK,
        ends: NO_CLOCK,
    },
    Transition {
        from: &[Raised],
        act: Accept,
        to: Accepted,
        who: &[Part::Desk],
        needs: &[Need::Complexity],
        starts: NO_CLOCK,
        meets: &[Contact],
        ends: NO_CLOCK,
    },
    Transition {
        from: &[Raised],
        act: Reject,
        to: Rejected,
        who: &[Part::Desk],
        needs: &[Need::Reason],
        starts: NO_CLOCK,
        meets: &[Contact, Opinion],
        ends: &[Solve],
    },
    Transition {
        from: &[Accepted],
        act: Dispatch,
        to: Dispatched,
        who: &[Part::Desk],
        needs: &[Need::Unit, Need::Days],
        starts: &[UnitTime],
        meets: &[Opinion],
        ends: NO_CLOCK,
    },
    Transition {
        from: &[Dispatched],
        act: Sign,
        to: Handling,
        who: &[Part::Unit],
        needs: &[],
        starts: NO_CLOCK,
        meets: NO_CLOCK,
        ends: NO_CLOCK,
    },
    Transition {
        from: &[Dispatched, Handling],
        act: Return,
        to: Accepted,
        who: &[Part::Unit],
        needs: &[Need::Reason],
        starts: NO_CLOCK,
        meets: NO_CLOCK,
        ends: &[UnitTime],
    },
    Transition {
        from: &[Handling],
        act: Reply,
        to: Replied,
        who: &[Part::Unit],
        needs: &[Need::Outcome, Need::Text],
        starts: &[Confirming],
        meets: &[UnitTime, Solve],
        ends: NO_CLOCK,
    },
    Transition {
        from: &[Replied],
        act: Confirm,
        to: Closed,
        who: &[Part::Client],
        needs: &[Need::Rating],
        starts: NO_CLOCK,
        meets: &[Confirming],
        ends: NO_CLOCK,
    },
    Transition {
        from: &[Replied],
        act: Reopen,
        to: Accepted,
        who: &[Part::Client],
        needs: &[Need::Reason],
        starts: &[Solve],
        meets: &[Confirming],
        ends: NO_CLOCK,
    },
    Transition {
        from: &[Replied],
        act: Close,
        to: Closed,
        who: &[Part::Desk],
        needs: &[Need::NoAnswer, Need::Reason],
        starts: NO_CLOCK,
        meets: NO_CLOCK,
        ends: &[Confirming],
    },
    Transition {
        from: OPEN,
        act: Withdraw,
        to: Withdrawn,
        who: &[Part::Client],
        needs: &[Need::Reason],
        starts: NO_CLOCK,
        meets: NO_CLOCK,
        ends: &[Contact, Opinion, Solve, UnitTime, Confirming],
    },
];

impl Transition {
    /// Whether it leads out of `state`; `None` is before there is a demand.
    #[must_use]
    pub fn leads_from(&self, state: Option<DemandState>) -> bool {
        state.map_or(self.from.is_empty(), |state| self.from.contains(&state))
    }

    /// Whether it opens the next round.
    #[must_use]
    pub fn opens_round(&self) -> bool {
        self.act == Reopen
    }

    /// The first of a person's parts that may do it.
    #[must_use]
    pub fn played_by(&self, parts: &[Part]) -> Option<Part> {
        self.who.iter().copied().find(|part| parts.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_finds_two_lines_for_the_same_act_in_the_same_state() {
        for state in DemandState::ALL.iter().map(|state| Some(*state)).chain([None]) {
            for act in DemandAct::ALL {
                let lines = TRANSITIONS.iter().filter(|line| line.act == *act && line.leads_from(state)).count();
                assert!(lines <= 1, "{state:?} {act}");
            }
        }
    }

    #[test]
    fn everybody_can_reach_every_state_and_do_every_act() {
        for state in DemandState::ALL {
            assert!(TRANSITIONS.iter().any(|line| line.to == *state), "{state}");
        }
        for act in DemandAct::ALL {
            assert!(TRANSITIONS.iter().any(|line| line.act == *act), "{act}");
        }
    }
}
