//! An act with all it needs. What exists is well formed: texts and limits are parsed before an act can be made.

use crate::clock::Terms;
use kernel::id::{DemandId, UnitId};
use kernel::words::{
    Complexity, DemandAct, ObjectionGround, Outcome, Rating, RejectGround, Rung, SuspensionGround, Urgency,
};
use kernel::{Day, Instant};
use serde::{Deserialize, Serialize};

/// Something a person wrote: trimmed, never empty, at most `MOST` characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Written<const MOST: usize>(String);

/// A description, a reply or a reason: at most 4,000 characters.
pub type Text = Written<4000>;
/// What a demand is about, in a line: at most 80 characters.
pub type Title = Written<80>;

impl<const MOST: usize> Written<MOST> {
    /// The most characters (not bytes) it may have.
    pub const MOST: usize = MOST;

    /// Reads what was typed.
    ///
    /// # Errors
    /// A Chinese sentence when nothing or too much was typed.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let text = typed.trim();
        let length = text.chars().count();
        if length == 0 {
            return Err("请填写内容，不能为空。".into());
        }
        if length > MOST {
            return Err(format!("最多填写 {MOST} 字，现在有 {length} 字，请精简后再提交。"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> TryFrom<String> for Written<MOST> {
    type Error = String;
    fn try_from(typed: String) -> Result<Self, String> {
        Self::parse(&typed)
    }
}

impl<const MOST: usize> From<Written<MOST>> for String {
    fn from(text: Written<MOST>) -> Self {
        text.0
    }
}

impl<const MOST: usize> std::fmt::Display for Written<MOST> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A limit that the desk sets a unit, in working days: 1 to 30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct WorkDays(u32);

impl WorkDays {
    /// The longest limit: what 2115 gives a complex demand in all.
    pub const MOST: u32 = 30;

    /// Reads a number of working days.
    ///
    /// # Errors
    /// A Chinese sentence when it is 0 or above [`Self::MOST`].
    pub fn parse(days: u32) -> Result<Self, String> {
        if (1..=Self::MOST).contains(&days) {
            Ok(Self(days))
        } else {
            Err(format!("办理期限应为 1 至 {} 个工作日，请重新填写。", Self::MOST))
        }
    }

    /// The number of working days.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for WorkDays {
    type Error = String;
    fn try_from(days: u32) -> Result<Self, String> {
        Self::parse(days)
    }
}

impl From<WorkDays> for u32 {
    fn from(days: WorkDays) -> Self {
        days.0
    }
}

/// What shelving takes (挂账): open, with an owner, a date of review and the event that wakes it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Who keeps an eye on it.
    pub owner: Title,
    /// When it is looked at again at the latest.
    pub review_on: Day,
    /// What has to happen before it can be solved.
    pub event: Title,
}

/// What a unit asks the desk for. One shape for all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Ask {
    /// More time.
    Extension {
        /// How much more.
        days: WorkDays,
        /// Why.
        reason: Text,
    },
    /// That its clock pauses.
    Suspension {
        /// On which ground.
        ground: SuspensionGround,
        /// For how long at most.
        days: WorkDays,
        /// What exactly is waited for.
        reason: Text,
    },
    /// That the demand is shelved.
    Shelving {
        /// On which terms.
        shelf: Shelf,
        /// Why.
        reason: Text,
    },
}

impl Ask {
    /// The act by which it is asked for.
    #[must_use]
    pub const fn act(&self) -> DemandAct {
        match self {
            Self::Extension { .. } => DemandAct::RequestExtension,
            Self::Suspension { .. } => DemandAct::RequestSuspension,
            Self::Shelving { .. } => DemandAct::RequestShelving,
        }
    }
}

/// A unit that is to help, and how many working days it has for its opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helper {
    /// Which unit.
    pub unit: UnitId,
    /// Its own limit.
    pub days: WorkDays,
}

/// One act upon a demand. Its JSON form, tagged by the code of [`DemandAct`], is what a history keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// Somebody brings it in.
    Raise {
        /// What it is about.
        title: Title,
        /// What the client asks for.
        text: Text,
        /// Since when its clocks run, when that is earlier: a part that was split off has waited as long as the whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Instant>,
        /// What it is held to.
        terms: Terms,
    },
    /// The desk has spoken with the client and takes it on.
    Accept {
        /// Decides how long solving may take, counted from when it was raised.
        complexity: Complexity,
    },
    /// The desk does not take it on.
    Reject {
        /// On which ground.
        ground: RejectGround,
        /// Why, as the client will read it.
        reason: Text,
    },
    /// The client does not accept that, once.
    Contest {
        /// Why it should be taken on.
        reason: Text,
    },
    /// The desk finds that it is another matter, or in greater haste.
    Reclassify {
        /// The category's code.
        category: String,
        /// How much haste it has.
        urgency: Urgency,
        /// What it is held to from now on.
        terms: Terms,
    },
    /// The desk makes a demand of its own of one of several matters.
    Split {
        /// What that one is about.
        title: Title,
        /// What the client asks for there.
        text: Text,
        /// The code of its category.
        category: String,
    },
    /// The desk lets it follow another demand of the same matter.
    Merge {
        /// Which.
        into: DemandId,
        /// The number that people call that one by.
        number: String,
    },
    /// It follows no longer.
    Unmerge {
        /// Why.
        reason: Text,
    },
    /// The desk hands it to a lead unit, and to others who help.
    Dispatch {
        /// The lead unit.
        unit: UnitId,
        /// Until when the unit is to reply. What solving leaves is advised ([`crate::days_left`]), not enforced.
        days: WorkDays,
        /// Those who help.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        helpers: Vec<Helper>,
    },
    /// The desk asks one more unit to help.
    Involve {
        /// Which, and its limit.
        helper: Helper,
    },
    /// The unit has read it and begins.
    Sign,
    /// The unit says that it is not its duty.
    Object {
        /// On which ground.
        ground: ObjectionGround,
        /// The basis and the evidence.
        reason: Text,
        /// Whose duty it is instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        suggested: Option<UnitId>,
    },
    /// The desk, or the establishment office, rules on an objection. Final.
    Rule {
        /// The unit that objected.
        unit: UnitId,
        /// Whether it is right.
        upheld: bool,
        /// Why; what the precedent will say.
        reason: Text,
        /// Whose duty it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duty_of: Option<UnitId>,
    },
    /// The unit asks for more time.
    RequestExtension {
        /// How much more.
        days: WorkDays,
        /// Why.
        reason: Text,
    },
    /// The unit asks that its clock pauses.
    RequestSuspension {
        /// On which ground.
        ground: SuspensionGround,
        /// For how long at most.
        days: WorkDays,
        /// What exactly is waited for.
        reason: Text,
    },
    /// The unit asks that the demand is shelved.
    RequestShelving {
        /// On which terms.
        shelf: Shelf,
        /// Why.
        reason: Text,
    },
    /// The desk decides what a unit has asked for.
    DecideExtension {
        /// The unit that asked.
        unit: UnitId,
        /// Whether it is given.
        granted: bool,
        /// Why.
        reason: Text,
    },
    /// The desk lets the lead unit's clock pause.
    Suspend {
        /// On which ground.
        ground: SuspensionGround,
        /// For how long at most.
        days: WorkDays,
        /// What exactly is waited for.
        reason: Text,
    },
    /// What was waited for is there.
    Resume,
    /// A unit that helps gives its opinion.
    AssistReply {
        /// The opinion.
        text: Text,
    },
    /// The unit tells the client how far it is.
    InterimReply {
        /// What has been done, and what comes next.
        text: Text,
    },
    /// The unit answers the client.
    Reply {
        /// What became of it.
        outcome: Outcome,
        /// The answer.
        text: Text,
    },
    /// The head of the unit lets the answer go out, or not.
    Approve {
        /// Whether it goes out.
        granted: bool,
        /// What is still wanting.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    /// The desk shelves what cannot be solved yet.
    Shelve {
        /// On which terms.
        shelf: Shelf,
        /// Why, as the client will read it.
        reason: Text,
    },
    /// The event has come, or the day of review.
    Wake {
        /// What has happened.
        reason: Text,
    },
    /// It is brought before those who can do more.
    Escalate {
        /// Before whom.
        to: Rung,
        /// What could not be solved, and what is asked of them.
        reason: Text,
    },
    /// Somebody spoke with the client about it.
    Note {
        /// How, with whom, what was said.
        text: Text,
    },
    /// The client takes the demand back, and only the client.
    Withdraw {
        /// Why; every withdrawal is checked.
        reason: Text,
    },
    /// The client has thought better of it.
    KeepOn,
    /// The desk has asked the client whether that was its own will.
    CheckWithdrawal {
        /// Whether it was.
        genuine: bool,
        /// Whom it asked, and what was said.
        reason: Text,
    },
    /// The client takes the answer, content or not.
    Confirm {
        /// How satisfied it is with the result.
        rating: Rating,
        /// How satisfied it is with how it was treated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        process: Option<Rating>,
        /// What it wishes to add.
        comment: Option<Text>,
    },
    /// What the client said when the desk called back, or adds afterwards. Never written over what was said before.
    Rate {
        /// How satisfied it is with the result.
        rating: Rating,
        /// How satisfied it is with how it was treated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        process: Option<Rating>,
        /// In its own words.
        comment: Option<Text>,
    },
    /// The client does not take the answer.
    Reopen {
        /// What is still wanting.
        reason: Text,
    },
    /// The desk closes what the client did not answer in time.
    Close {
        /// How it tried to reach the client.
        reason: Text,
    },
    /// The desk has looked whether the result holds.
    Recheck {
        /// Whether it does; if not, the next round begins.
        holds: bool,
        /// What it found.
        text: Text,
    },
    /// Nothing more will come of it.
    Archive,
}

impl Act {
    /// Which act it is.
    #[must_use]
    pub const fn kind(&self) -> DemandAct {
        match self {
            Self::Raise { .. } => DemandAct::Raise,
            Self::Accept { .. } => DemandAct::Accept,
            Self::Reject { .. } => DemandAct::Reject,
            Self::Contest { .. } => DemandAct::Contest,
            Self::Reclassify { .. } => DemandAct::Reclassify,
            Self::Split { .. } => DemandAct::Split,
            Self::Merge { .. } => DemandAct::Merge,
            Self::Unmerge { .. } => DemandAct::Unmerge,
            Self::Dispatch { .. } => DemandAct::Dispatch,
            Self::Involve { .. } => DemandAct::Involve,
            Self::Sign => DemandAct::Sign,
            Self::Object { .. } => DemandAct::Object,
            Self::Rule { .. } => DemandAct::Rule,
            Self::RequestExtension { .. } => DemandAct::RequestExtension,
            Self::RequestSuspension { .. } => DemandAct::RequestSuspension,
            Self::RequestShelving { .. } => DemandAct::RequestShelving,
            Self::DecideExtension { .. } => DemandAct::DecideExtension,
            Self::Suspend { .. } => DemandAct::Suspend,
            Self::Resume => DemandAct::Resume,
            Self::AssistReply { .. } => DemandAct::AssistReply,
            Self::InterimReply { .. } => DemandAct::InterimReply,
            Self::Reply { .. } => DemandAct::Reply,
            Self::Approve { .. } => DemandAct::Approve,
            Self::Shelve { .. } => DemandAct::Shelve,
            Self::Wake { .. } => DemandAct::Wake,
            Self::Escalate { .. } => DemandAct::Escalate,
            Self::Note { .. } => DemandAct::Note,
            Self::Withdraw { .. } => DemandAct::Withdraw,
            Self::KeepOn => DemandAct::KeepOn,
            Self::CheckWithdrawal { .. } => DemandAct::CheckWithdrawal,
            Self::Confirm { .. } => DemandAct::Confirm,
            Self::Rate { .. } => DemandAct::Rate,
            Self::Reopen { .. } => DemandAct::Reopen,
            Self::Close { .. } => DemandAct::Close,
            Self::Recheck { .. } => DemandAct::Recheck,
            Self::Archive => DemandAct::Archive,
        }
    }

    /// What the unit asks for with it.
    #[must_use]
    pub fn ask(&self) -> Option<Ask> {
        Some(match self.clone() {
            Self::RequestExtension { days, reason } => Ask::Extension { days, reason },
            Self::RequestSuspension { ground, days, reason } => Ask::Suspension { ground, days, reason },
            Self::RequestShelving { shelf, reason } => Ask::Shelving { shelf, reason },
            _ => return None,
        })
    }

    /// The unit whose part it is about, when it names one.
    #[must_use]
    pub const fn names(&self) -> Option<UnitId> {
        match self {
            Self::Rule { unit, .. } | Self::DecideExtension { unit, .. } => Some(*unit),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clerk_who_types_nothing_or_too_much_is_told_what_to_do() {
        assert_eq!(Text::parse("  已办 \n").unwrap().as_str(), "已办");
        assert!(Text::parse(" \n\t　").unwrap_err().contains("请填写"));
        assert!(Title::parse(&"潍".repeat(80)).is_ok());
        assert!(Title::parse(&"潍".repeat(81)).unwrap_err().contains("最多填写 80 字，现在有 81 字"));
    }

    #[test]
    fn a_desk_sets_between_one_and_thirty_working_days() {
        assert!(WorkDays::parse(0).is_err());
        assert_eq!(WorkDays::parse(30).unwrap().get(), 30);
        assert!(WorkDays::parse(31).is_err());
    }

    #[test]
    fn a_history_names_each_act_by_its_code_and_takes_no_malformed_one() {
        let reply = Act::Reply { outcome: Outcome::Solved, text: Text::parse("已通水").unwrap() };
        let json = serde_json::to_string(&reply).unwrap();
        assert_eq!(json, r#"{"act":"reply","outcome":"solved","text":"已通水"}"#);
        assert_eq!(serde_json::from_str::<Act>(&json).unwrap(), reply);
        assert!(serde_json::from_str::<Act>(r#"{"act":"withdraw","reason":" "}"#).is_err());
        let kept = Act::KeepOn;
        assert_eq!(serde_json::to_string(&kept).unwrap(), format!(r#"{{"act":"{}"}}"#, kept.kind().code()));
    }
}
