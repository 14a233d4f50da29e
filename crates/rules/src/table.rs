//! The life of a demand as a table. Nothing else says who may do what when.

use kernel::words::{ClockKind, DemandAct, DemandState, Part, TaskState};

use ClockKind::{
    Assist, Check, Confirm as Confirming, Contact, Decision, Handling as UnitTime, Opinion, Pause,
    Recheck as Rechecking, Review, Ruling, Solve,
};
use DemandAct::{
    Accept, Approve, Archive, AssistReply, CheckWithdrawal, Close, Confirm, Contest, DecideExtension, Dispatch,
    Escalate, InterimReply, Involve, KeepOn, Merge, Note, Object, Raise, Rate, Recheck, Reclassify, Reject, Reopen,
    Reply, RequestExtension, RequestShelving, RequestSuspension, Resume, Rule, Shelve, Sign, Split, Suspend, Unmerge,
    Wake, Withdraw,
};
use DemandState::{
    Accepted, Arbitration, Archived, Closed, Dispatched, Handling, Merged, Objected, Proposed, Raised, Rejected,
    Replied, Shelved, Suspended, Withdrawing, Withdrawn,
};

pub use crate::line::{Need, To, Transition, When};

/// The states in which a demand is open.
pub const OPEN: &[DemandState] = &[
    Raised,
    Accepted,
    Merged,
    Dispatched,
    Handling,
    Objected,
    Arbitration,
    Suspended,
    Proposed,
    Replied,
    Shelved,
    Withdrawing,
];

/// The states in which units have a part in it; also while a new lead is sought, since helpers go on.
const WITH_UNITS: &[DemandState] =
    &[Accepted, Dispatched, Handling, Objected, Arbitration, Suspended, Proposed, Shelved];

const ALL_CLOCKS: &[ClockKind] = ClockKind::ALL;
const ALL_UNIT_CLOCKS: &[ClockKind] = &[UnitTime, Assist, Ruling, Decision, Pause, Review];

const LINE: Transition = Transition {
    from: &[],
    task: &[],
    act: Raise,
    when: When::Always,
    to: To::Stay,
    who: &[],
    needs: &[],
    starts: &[],
    meets: &[],
    ends: &[],
};

/// The life of a demand. A state, an act and an answer stand in it together at most once.
pub const TRANSITIONS: &[Transition] = &[
    Transition {
        to: To::State(Raised),
        who: &[Part::Client, Part::Commissioner, Part::Desk],
        needs: &[Need::Title, Need::Text],
        starts: &[Contact, Opinion, Solve],
        ..LINE
    },
    Transition {
        from: &[Raised],
        act: Accept,
        to: To::State(Accepted),
        who: &[Part::Desk],
        needs: &[Need::Complexity],
        meets: &[Contact],
        ..LINE
    },
    Transition {
        from: &[Raised],
        act: Reject,
        to: To::State(Rejected),
        who: &[Part::Desk],
        needs: &[Need::Ground, Need::Reason],
        meets: &[Contact, Opinion],
        ends: &[Solve],
        ..LINE
    },
    Transition {
        from: &[Rejected],
        act: Contest,
        to: To::NextRound(Raised),
        who: &[Part::Client],
        needs: &[Need::Reason],
        starts: &[Contact, Opinion, Solve],
        ..LINE
    },
    Transition {
        from: &[Raised, Accepted, Dispatched, Handling, Objected, Suspended, Shelved],
        act: Reclassify,
        who: &[Part::Desk],
        needs: &[Need::Category, Need::Urgency],
        ..LINE
    },
    Transition {
        from: &[Raised, Accepted],
        act: Split,
        who: &[Part::Desk],
        needs: &[Need::Title, Need::Text, Need::Category],
        ..LINE
    },
    Transition {
        from: &[Raised, Accepted],
        act: Merge,
        to: To::State(Merged),
        who: &[Part::Desk],
        needs: &[Need::Main],
        meets: &[Contact, Opinion],
        ends: ALL_UNIT_CLOCKS,
        ..LINE
    },
    Transition {
        from: &[Merged],
        act: Unmerge,
        to: To::State(Accepted),
        who: &[Part::Desk, Part::Platform],
        needs: &[Need::Reason],
        ..LINE
    },
    Transition {
        from: &[Accepted],
        act: Dispatch,
        to: To::Task(TaskState::Dispatched),
        who: &[Part::Desk],
        needs: &[Need::Unit, Need::Days],
        starts: &[UnitTime, Assist],
        meets: &[Opinion],
        ..LINE
    },
    Transition {
        from: &[Dispatched, Handling, Objected, Suspended, Shelved],
        act: Involve,
        who: &[Part::Desk],
        needs: &[Need::Unit, Need::Days],
        starts: &[Assist],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Dispatched],
        act: Sign,
        to: To::Task(TaskState::Handling),
        who: &[Part::Unit, Part::Co],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Dispatched, TaskState::Handling],
        act: Object,
        to: To::Task(TaskState::Objected),
        who: &[Part::Unit, Part::Co],
        needs: &[Need::Ground, Need::Reason],
        starts: &[Ruling],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Objected],
        act: Rule,
        when: When::Yes,
        to: To::Task(TaskState::Relieved),
        who: &[Part::Desk, Part::Arbiter],
        needs: &[Need::Verdict, Need::Reason],
        meets: &[Ruling],
        ends: &[UnitTime, Assist, Decision],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Objected],
        act: Rule,
        when: When::No,
        to: To::TaskBefore,
        who: &[Part::Desk, Part::Arbiter],
        needs: &[Need::Verdict, Need::Reason],
        meets: &[Ruling],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Handling],
        act: RequestExtension,
        who: &[Part::Unit, Part::Co],
        needs: &[Need::Days, Need::Reason],
        starts: &[Decision],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Handling],
        act: RequestSuspension,
        who: &[Part::Unit, Part::Co],
        needs: &[Need::Ground, Need::Days, Need::Reason],
        starts: &[Decision],
        ..LINE
    },
    Transition {
        from: &[Handling],
        task: &[TaskState::Handling],
        act: RequestShelving,
        who: &[Part::Unit],
        needs: &[Need::Shelf, Need::Reason],
        starts: &[Decision],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Handling],
        act: DecideExtension,
        when: When::Yes,
        to: To::Asked,
        who: &[Part::Desk],
        needs: &[Need::Verdict, Need::Reason],
        starts: &[Pause, Review],
        meets: &[Decision],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Handling],
        act: DecideExtension,
        when: When::No,
        who: &[Part::Desk],
        needs: &[Need::Verdict, Need::Reason],
        meets: &[Decision],
        ..LINE
    },
    Transition {
        from: &[Handling],
        task: &[TaskState::Handling],
        act: Suspend,
        to: To::Task(TaskState::Suspended),
        who: &[Part::Desk],
        needs: &[Need::Ground, Need::Days, Need::Reason],
        starts: &[Pause],
        ends: &[Decision],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Suspended],
        act: Resume,
        to: To::Task(TaskState::Handling),
        who: &[Part::Unit, Part::Co, Part::Desk, Part::Platform],
        meets: &[Pause],
        ..LINE
    },
    Transition {
        from: WITH_UNITS,
        task: &[TaskState::Handling],
        act: AssistReply,
        to: To::Task(TaskState::Answered),
        who: &[Part::Co],
        needs: &[Need::Text],
        meets: &[Assist],
        ends: &[Decision],
        ..LINE
    },
    Transition {
        from: &[Handling, Suspended, Shelved],
        task: &[TaskState::Handling, TaskState::Suspended, TaskState::Shelved],
        act: InterimReply,
        who: &[Part::Unit],
        needs: &[Need::Text],
        ..LINE
    },
    Transition {
        from: &[Handling],
        task: &[TaskState::Handling],
        act: Reply,
        when: When::Yes,
        to: To::Task(TaskState::Answered),
        who: &[Part::Unit],
        needs: &[Need::Outcome, Need::Text],
        starts: &[Confirming],
        meets: &[UnitTime, Solve],
        ends: &[Assist, Ruling, Decision, Pause],
    },
    Transition {
        from: &[Handling],
        task: &[TaskState::Handling],
        act: Reply,
        when: When::No,
        to: To::Task(TaskState::Proposed),
        who: &[Part::Unit],
        needs: &[Need::Outcome, Need::Text],
        ..LINE
    },
    Transition {
        from: &[Merged],
        act: Reply,
        to: To::State(Replied),
        who: &[Part::Platform],
        needs: &[Need::Outcome, Need::Text],
        starts: &[Confirming],
        meets: &[Solve],
        ..LINE
    },
    Transition {
        from: &[Proposed],
        task: &[TaskState::Proposed],
        act: Approve,
        when: When::Yes,
        to: To::Task(TaskState::Answered),
        who: &[Part::Head],
        needs: &[Need::Verdict],
        starts: &[Confirming],
        meets: &[UnitTime, Solve],
        ends: &[Assist, Ruling, Decision, Pause],
    },
    Transition {
        from: &[Proposed],
        task: &[TaskState::Proposed],
        act: Approve,
        when: When::No,
        to: To::Task(TaskState::Handling),
        who: &[Part::Head],
        needs: &[Need::Verdict, Need::Reason],
        ..LINE
    },
    Transition {
        from: &[Handling, Suspended],
        task: &[TaskState::Handling, TaskState::Suspended],
        act: Shelve,
        to: To::Task(TaskState::Shelved),
        who: &[Part::Desk],
        needs: &[Need::Shelf, Need::Reason],
        starts: &[Review],
        ends: &[Decision, Pause],
        ..LINE
    },
    Transition {
        from: &[Shelved],
        task: &[TaskState::Shelved],
        act: Wake,
        to: To::Task(TaskState::Handling),
        who: &[Part::Unit, Part::Commissioner, Part::Desk, Part::Platform],
        needs: &[Need::Reason],
        meets: &[Review],
        ..LINE
    },
    Transition {
        from: &[Raised, Accepted, Dispatched, Handling, Objected, Arbitration, Suspended, Shelved],
        act: Escalate,
        who: &[Part::Commissioner, Part::Desk, Part::Unit, Part::Platform],
        needs: &[Need::Rung, Need::Reason],
        ..LINE
    },
    Transition {
        from: &[
            Raised,
            Accepted,
            Merged,
            Dispatched,
            Handling,
            Objected,
            Arbitration,
            Suspended,
            Proposed,
            Replied,
            Shelved,
            Withdrawing,
            Rejected,
            Withdrawn,
            Closed,
        ],
        act: Note,
        who: &[Part::Commissioner, Part::Desk, Part::Unit, Part::Co, Part::Head],
        needs: &[Need::Text],
        ..LINE
    },
    Transition {
        from: &[
            Raised,
            Accepted,
            Merged,
            Dispatched,
            Handling,
            Objected,
            Arbitration,
            Suspended,
            Proposed,
            Replied,
            Shelved,
        ],
        act: Withdraw,
        to: To::State(Withdrawing),
        who: &[Part::Client],
        needs: &[Need::Reason],
        starts: &[Check],
        ..LINE
    },
    Transition { from: &[Withdrawing], act: KeepOn, to: To::Before, who: &[Part::Client], ends: &[Check], ..LINE },
    Transition {
        from: &[Withdrawing],
        act: CheckWithdrawal,
        when: When::Yes,
        to: To::State(Withdrawn),
        who: &[Part::Desk],
        needs: &[Need::Verdict, Need::Reason],
        meets: &[Check],
        ends: ALL_CLOCKS,
        ..LINE
    },
    Transition {
        from: &[Withdrawing],
        act: CheckWithdrawal,
        when: When::No,
        to: To::Before,
        who: &[Part::Desk],
        needs: &[Need::Verdict, Need::Reason],
        meets: &[Check],
        ..LINE
    },
    Transition {
        from: &[Replied],
        act: Confirm,
        to: To::State(Closed),
        who: &[Part::Client],
        needs: &[Need::Rating],
        starts: &[Rechecking],
        meets: &[Confirming],
        ..LINE
    },
    Transition {
        from: &[Replied],
        act: Rate,
        to: To::State(Closed),
        who: &[Part::Desk],
        needs: &[Need::Rating],
        starts: &[Rechecking],
        meets: &[Confirming],
        ..LINE
    },
    Transition { from: &[Closed], act: Rate, who: &[Part::Client], needs: &[Need::Rating], ..LINE },
    Transition {
        from: &[Replied, Closed],
        act: Reopen,
        to: To::NextRound(Accepted),
        who: &[Part::Client, Part::Desk],
        needs: &[Need::Reason],
        starts: &[Solve],
        meets: &[Confirming],
        ends: &[Rechecking],
        ..LINE
    },
    Transition {
        from: &[Replied],
        act: Close,
        to: To::State(Closed),
        who: &[Part::Desk],
        needs: &[Need::NoAnswer, Need::Reason],
        starts: &[Rechecking],
        ends: &[Confirming],
        ..LINE
    },
    Transition {
        from: &[Closed],
        act: Recheck,
        when: When::Yes,
        who: &[Part::Desk],
        needs: &[Need::Verdict, Need::Text],
        starts: &[Rechecking],
        meets: &[Rechecking],
        ..LINE
    },
    Transition {
        from: &[Closed],
        act: Recheck,
        when: When::No,
        to: To::NextRound(Accepted),
        who: &[Part::Desk],
        needs: &[Need::Verdict, Need::Text],
        starts: &[Solve],
        meets: &[Rechecking],
        ..LINE
    },
    Transition {
        from: &[Rejected, Withdrawn, Closed],
        act: Archive,
        to: To::State(Archived),
        who: &[Part::Desk, Part::Platform],
        ends: &[Rechecking],
        ..LINE
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_finds_two_lines_for_the_same_act_and_answer_in_the_same_state() {
        for state in DemandState::ALL.iter().map(|state| Some(*state)).chain([None]) {
            for act in DemandAct::ALL {
                let lines: Vec<_> =
                    TRANSITIONS.iter().filter(|line| line.act == *act && line.leads_from(state)).collect();
                match lines[..] {
                    [] => {}
                    [line] => assert_eq!(line.when, When::Always, "{state:?} {act}"),
                    [yes, no] => {
                        assert_eq!((yes.when, no.when), (When::Yes, When::No), "{state:?} {act}");
                        assert_eq!((yes.who, yes.task, yes.from), (no.who, no.task, no.from), "{state:?} {act}");
                    }
                    _ => panic!("{state:?} {act}: {} lines", lines.len()),
                }
            }
        }
    }

    #[test]
    fn everybody_can_do_every_act_and_every_state_is_left_but_the_last() {
        for act in DemandAct::ALL {
            assert!(TRANSITIONS.iter().any(|line| line.act == *act), "{act}");
        }
        for state in DemandState::ALL {
            let left = TRANSITIONS.iter().any(|line| line.leads_from(Some(*state)) && line.to != To::Stay);
            assert_eq!(left, *state != Archived, "{state}");
        }
    }
}
