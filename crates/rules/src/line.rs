//! What a line of the table of life says.

use kernel::words::{ClockKind, DemandAct, DemandState, Part, TaskState};

/// What a person has to give with an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// A line that says what it is about.
    Title,
    /// A description or an answer.
    Text,
    /// Why.
    Reason,
    /// On which of the grounds listed.
    Ground,
    /// Whether it is complex.
    Complexity,
    /// What it is about.
    Category,
    /// How much haste it has.
    Urgency,
    /// The demand that it follows.
    Main,
    /// The lead unit, or the unit that is meant.
    Unit,
    /// A limit in working days.
    Days,
    /// Yes or no.
    Verdict,
    /// Owner, date of review, the event that wakes it up.
    Shelf,
    /// Before whom it is brought.
    Rung,
    /// What became of it.
    Outcome,
    /// How satisfied the client is, with the result and with how it was treated.
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
            Self::Ground => "依据的情形",
            Self::Complexity => "复杂程度",
            Self::Category => "问题类别",
            Self::Urgency => "紧急程度",
            Self::Main => "主件",
            Self::Unit => "单位",
            Self::Days => "期限（工作日）",
            Self::Verdict => "结论",
            Self::Shelf => "责任人、复核日期、启动条件",
            Self::Rung => "上报到哪一级",
            Self::Outcome => "办理结果",
            Self::Rating => "评价",
            Self::NoAnswer => "企业逾期未回应",
        }
    }
}

/// Where a line leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Into this state.
    State(DemandState),
    /// The unit's part into this state; the demand into what all parts come to ([`crate::standing::total`]).
    Task(TaskState),
    /// The unit's part to where it was before it objected.
    TaskBefore,
    /// The unit's part to what it has asked for.
    Asked,
    /// To where it was before it was taken back.
    Before,
    /// Into the next round.
    NextRound(DemandState),
    /// Nowhere.
    Stay,
}

/// Which answer a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The act has but one.
    Always,
    /// Yes: granted, upheld, genuine, it holds; a reply that goes out by itself.
    Yes,
    /// No; a reply that waits for the head.
    No,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The states it leads out of; none for the act that brings a demand into being.
    pub from: &'static [DemandState],
    /// The states of the part of a unit that it is about; none when it is about no unit's part.
    pub task: &'static [TaskState],
    /// The act.
    pub act: DemandAct,
    /// For which answer.
    pub when: When,
    /// Where it leads.
    pub to: To,
    /// Who may do it.
    pub who: &'static [Part],
    /// What it takes.
    pub needs: &'static [Need],
    /// The clocks it starts, as far as the act gives them a limit.
    pub starts: &'static [ClockKind],
    /// The clocks it meets: they stop, on time or late. Of a unit's clocks, just those of the unit it is about.
    pub meets: &'static [ClockKind],
    /// The clocks it ends without meeting them: they stop, void or late.
    pub ends: &'static [ClockKind],
}

impl Transition {
    /// Whether it leads out of `state`; `None` is before there is a demand.
    #[must_use]
    pub fn leads_from(&self, state: Option<DemandState>) -> bool {
        state.map_or(self.from.is_empty(), |state| self.from.contains(&state))
    }

    /// Whether it opens the next round.
    #[must_use]
    pub fn opens_round(&self) -> bool {
        matches!(self.to, To::NextRound(_))
    }
}
