//! An act with all it needs. What exists is well formed: texts and limits are parsed before an act can be made.

use kernel::id::UnitId;
use kernel::words::{Complexity, DemandAct, Outcome, Rating};
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

/// One act upon a demand. Its JSON form, tagged by the code of [`DemandAct`], is what a history keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Somebody brings it in.
    Raise {
        /// What it is about.
        title: Title,
        /// What the client asks for.
        text: Text,
    },
    /// The desk has spoken with the client and takes it on.
    Accept {
        /// Decides how long solving may take, counted from when it was raised.
        complexity: Complexity,
    },
    /// The desk does not take it on.
    Reject {
        /// Why, as the client will read it.
        reason: Text,
    },
    /// The desk hands it to a lead unit.
    Dispatch {
        /// The lead unit.
        unit: UnitId,
        /// Until when the unit is to reply. What solving leaves is advised ([`crate::days_left`]), not enforced.
        days: WorkDays,
    },
    /// The unit has read it and begins.
    Sign,
    /// The unit gives it back.
    Return {
        /// Why it is not its duty.
        reason: Text,
    },
    /// The unit answers the client.
    Reply {
        /// What became of it.
        outcome: Outcome,
        /// The answer.
        text: Text,
    },
    /// The client takes the answer, content or not.
    Confirm {
        /// How satisfied it is.
        rating: Rating,
        /// What it wishes to add.
        comment: Option<Text>,
    },
    /// The client does not take the answer.
    Reopen {
        /// What is still wanting.
        reason: Text,
    },
    /// The client takes the demand back, and only the client.
    Withdraw {
        /// Why; every withdrawal is checked.
        reason: Text,
    },
    /// The desk closes what the client did not answer in time.
    Close {
        /// How it tried to reach the client.
        reason: Text,
    },
}

impl Act {
    /// Which act it is.
    #[must_use]
    pub const fn kind(&self) -> DemandAct {
        match self {
            Self::Raise { .. } => DemandAct::Raise,
            Self::Accept { .. } => DemandAct::Accept,
            Self::Reject { .. } => DemandAct::Reject,
            Self::Dispatch { .. } => DemandAct::Dispatch,
            Self::Sign => DemandAct::Sign,
            Self::Return { .. } => DemandAct::Return,
            Self::Reply { .. } => DemandAct::Reply,
            Self::Confirm { .. } => DemandAct::Confirm,
            Self::Reopen { .. } => DemandAct::Reopen,
            Self::Withdraw { .. } => DemandAct::Withdraw,
            Self::Close { .. } => DemandAct::Close,
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
        for act in DemandAct::ALL {
            let json = serde_json::to_value(act).unwrap();
            assert_eq!(json, act.code());
        }
    }
}
