//! An act as a program or a form asks for it, before it is known to be well formed.

use kernel::Problem;
use kernel::id::{FileId, UnitId};
use kernel::words::{Complexity, DemandAct, Outcome, Rating};
use rules::act::{Act, Text, WorkDays};
use schemars::JsonSchema;
use serde::Deserialize;

/// Everything an act may need; each act takes its own.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct ActWish {
    /// The reply, the reason, or what the client says with its rating.
    #[serde(default)]
    pub text: String,
    /// The unit to dispatch to.
    pub unit: Option<UnitId>,
    /// The unit's limit, in working days.
    pub days: Option<u32>,
    /// Whether a demand that is taken on is complex; ordinary unless said.
    pub complexity: Option<Complexity>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// How satisfied the client is.
    pub rating: Option<Rating>,
    /// The files that come with a reply, a return or a reopening, brought before.
    #[serde(default)]
    pub files: Vec<FileId>,
}

impl ActWish {
    /// The act, with all it needs.
    ///
    /// # Errors
    /// [`Problem::Invalid`] naming the field that is missing or unfit.
    pub fn parse(&self, act: DemandAct) -> Result<Act, Problem> {
        let text = || Text::parse(&self.text).map_err(|told| Problem::field("text", told));
        Ok(match act {
            DemandAct::Raise => return Err(Problem::NotFound),
            DemandAct::Accept => Act::Accept { complexity: self.complexity.unwrap_or(Complexity::Ordinary) },
            DemandAct::Reject => Act::Reject { reason: text()? },
            DemandAct::Dispatch => Act::Dispatch {
                unit: self.unit.ok_or_else(|| Problem::field("unit", "请选择承办单位。"))?,
                days: self
                    .days
                    .ok_or_else(|| "请填写办理期限（工作日）。".to_owned())
                    .and_then(WorkDays::parse)
                    .map_err(|told| Problem::field("days", told))?,
            },
            DemandAct::Sign => Act::Sign,
            DemandAct::Return => Act::Return { reason: text()? },
            DemandAct::Reply => Act::Reply {
                outcome: self.outcome.ok_or_else(|| Problem::field("outcome", "请选择办理结果。"))?,
                text: text()?,
            },
            DemandAct::Confirm => Act::Confirm {
                rating: self.rating.ok_or_else(|| Problem::field("rating", "请选择满意程度。"))?,
                comment: if self.text.trim().is_empty() { None } else { Some(text()?) },
            },
            DemandAct::Reopen => Act::Reopen { reason: text()? },
            DemandAct::Withdraw => Act::Withdraw { reason: text()? },
            DemandAct::Close => Act::Close { reason: text()? },
        })
    }
}
