//! An act as a program or a form asks for it, before it is known to be well formed.

use kernel::id::{DemandId, FileId, UnitId};
use kernel::words::{
    Complexity, DemandAct, ObjectionGround, Outcome, Rating, RejectGround, Rung, SuspensionGround, Urgency,
};
use kernel::{Day, Problem};
use rules::Terms;
use rules::act::{Act, Helper, Shelf, Text, Title, WorkDays};
use schemars::JsonSchema;
use serde::Deserialize;

/// A unit that is to help.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct HelperWish {
    /// Which unit.
    pub unit: UnitId,
    /// Its own limit, in working days.
    pub days: u32,
}

/// Everything an act may need; each act takes its own.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct ActWish {
    /// The reply, the reason, or what the client says with its rating.
    #[serde(default)]
    pub text: String,
    /// The unit to dispatch to, to involve, or whose objection or request is decided.
    pub unit: Option<UnitId>,
    /// The limit in working days: of the unit, of an extension, of a suspension.
    pub days: Option<u32>,
    /// Those who help, with their own limits.
    #[serde(default)]
    pub helpers: Vec<HelperWish>,
    /// The unit whose duty it is instead: suggested with an objection, found with a ruling.
    pub duty_of: Option<UnitId>,
    /// The ground: of a rejection, an objection or a suspension; one of that act's own codes.
    #[serde(default)]
    pub ground: String,
    /// Yes or no: upheld, granted, genuine, it holds.
    pub granted: Option<bool>,
    /// Whether a demand that is taken on is complex; ordinary unless said.
    pub complexity: Option<Complexity>,
    /// The code of the category: where it belongs, or what is split off.
    #[serde(default)]
    pub category: String,
    /// How much haste it has.
    pub urgency: Option<Urgency>,
    /// What the part that is split off is about.
    #[serde(default)]
    pub title: String,
    /// The demand that this one follows from now on.
    pub main: Option<DemandId>,
    /// Who keeps an eye on what is shelved.
    #[serde(default)]
    pub owner: String,
    /// When it is looked at again at the latest.
    pub review_on: Option<Day>,
    /// What has to happen before it can be solved.
    #[serde(default)]
    pub wake_event: String,
    /// Before whom it is brought.
    pub rung: Option<Rung>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// How satisfied the client is with the result.
    pub rating: Option<Rating>,
    /// How satisfied the client is with how it was treated.
    pub process: Option<Rating>,
    /// The files that come with a reply, an objection or a reopening, brought before.
    #[serde(default)]
    pub files: Vec<FileId>,
}

impl ActWish {
    /// The act, with all it needs. What only the platform knows (the number of a main demand, what a category is held to) is
    /// filled in when the act is done.
    ///
    /// # Errors
    /// [`Problem::Invalid`] naming the field that is missing or unfit.
    pub fn parse(&self, act: DemandAct) -> Result<Act, Problem> {
        let reason = || self.text();
        Ok(match act {
            DemandAct::Raise => return Err(Problem::NotFound),
            DemandAct::Accept => Act::Accept { complexity: self.complexity.unwrap_or(Complexity::Ordinary) },
            DemandAct::Reject => Act::Reject { ground: self.ground(RejectGround::parse)?, reason: reason()? },
            DemandAct::Contest => Act::Contest { reason: reason()? },
            DemandAct::Reclassify => Act::Reclassify {
                category: self.category()?,
                urgency: self.urgency.ok_or_else(|| Problem::field("urgency", "请选择紧急程度。"))?,
                terms: Terms::USUAL,
            },
            DemandAct::Split => {
                Act::Split { title: title("title", &self.title)?, text: self.text()?, category: self.category()? }
            }
            DemandAct::Merge => Act::Merge {
                into: self.main.ok_or_else(|| Problem::field("main", "请填写主件的编号。"))?,
                number: String::new(),
            },
            DemandAct::Unmerge => Act::Unmerge { reason: reason()? },
            DemandAct::Dispatch => Act::Dispatch {
                unit: self.unit.ok_or_else(|| Problem::field("unit", "请选择承办单位。"))?,
                days: self.days("请填写办理期限（工作日）。")?,
                helpers: self.helpers.iter().map(helper).collect::<Result<_, _>>()?,
            },
            DemandAct::Involve => Act::Involve {
                helper: Helper {
                    unit: self.unit.ok_or_else(|| Problem::field("unit", "请选择协办单位。"))?,
                    days: self.days("请填写协办期限（工作日）。")?,
                },
            },
            DemandAct::Sign => Act::Sign,
            DemandAct::Object => {
                Act::Object { ground: self.ground(ObjectionGround::parse)?, reason: reason()?, suggested: self.duty_of }
            }
            DemandAct::Rule => Act::Rule {
                unit: self.about()?,
                upheld: self.granted("请选择是否支持这次异议。")?,
                reason: reason()?,
                duty_of: self.duty_of,
            },
            DemandAct::RequestExtension => {
                Act::RequestExtension { days: self.days("请填写需要延长几个工作日。")?, reason: reason()? }
            }
            DemandAct::RequestSuspension => Act::RequestSuspension {
                ground: self.ground(SuspensionGround::parse)?,
                days: self.days("请填写最多挂起几个工作日。")?,
                reason: reason()?,
            },
            DemandAct::RequestShelving => Act::RequestShelving { shelf: self.shelf()?, reason: reason()? },
            DemandAct::DecideExtension => Act::DecideExtension {
                unit: self.about()?,
                granted: self.granted("请选择是否同意。")?,
                reason: reason()?,
            },
            DemandAct::Suspend => Act::Suspend {
                ground: self.ground(SuspensionGround::parse)?,
                days: self.days("请填写最多挂起几个工作日。")?,
                reason: reason()?,
            },
            DemandAct::Resume => Act::Resume,
            DemandAct::AssistReply => Act::AssistReply { text: self.text()? },
            DemandAct::InterimReply => Act::InterimReply { text: self.text()? },
            DemandAct::Reply => Act::Reply {
                outcome: self.outcome.ok_or_else(|| Problem::field("outcome", "请选择办理结果。"))?,
                text: self.text()?,
            },
            DemandAct::Approve => {
                Act::Approve { granted: self.granted("请选择是否同意答复。")?, reason: self.comment()? }
            }
            DemandAct::Shelve => Act::Shelve { shelf: self.shelf()?, reason: reason()? },
            DemandAct::Wake => Act::Wake { reason: reason()? },
            DemandAct::Escalate => Act::Escalate {
                to: self.rung.ok_or_else(|| Problem::field("rung", "请选择上报到哪一级。"))?,
                reason: reason()?,
            },
            DemandAct::Note => Act::Note { text: self.text()? },
            DemandAct::Withdraw => Act::Withdraw { reason: reason()? },
            DemandAct::KeepOn => Act::KeepOn,
            DemandAct::CheckWithdrawal => Act::CheckWithdrawal {
                genuine: self.granted("请选择撤回是否出于企业自愿。")?,
                reason: reason()?,
            },
            DemandAct::Confirm => {
                Act::Confirm { rating: self.rating()?, process: self.process, comment: self.comment()? }
            }
            DemandAct::Rate => Act::Rate { rating: self.rating()?, process: self.process, comment: self.comment()? },
            DemandAct::Reopen => Act::Reopen { reason: reason()? },
            DemandAct::Close => Act::Close { reason: reason()? },
            DemandAct::Recheck => {
                Act::Recheck { holds: self.granted("请选择问题是否已经真正解决。")?, text: self.text()? }
            }
            DemandAct::Archive => Act::Archive,
        })
    }

    fn text(&self) -> Result<Text, Problem> {
        Text::parse(&self.text).map_err(|told| Problem::field("text", told))
    }

    /// What may be left unsaid.
    fn comment(&self) -> Result<Option<Text>, Problem> {
        if self.text.trim().is_empty() { Ok(None) } else { self.text().map(Some) }
    }

    fn ground<G>(&self, parse: fn(&str) -> Option<G>) -> Result<G, Problem> {
        parse(&self.ground).ok_or_else(|| Problem::field("ground", "请选择依据的情形。"))
    }

    fn granted(&self, asked: &str) -> Result<bool, Problem> {
        self.granted.ok_or_else(|| Problem::field("granted", asked))
    }

    fn rating(&self) -> Result<Rating, Problem> {
        self.rating.ok_or_else(|| Problem::field("rating", "请选择满意程度。"))
    }

    fn category(&self) -> Result<String, Problem> {
        let code = self.category.trim();
        if code.is_empty() { Err(Problem::field("category", "请选择问题类别。")) } else { Ok(code.to_owned()) }
    }

    fn days(&self, asked: &str) -> Result<WorkDays, Problem> {
        let days = self.days.ok_or_else(|| asked.to_owned()).and_then(WorkDays::parse);
        days.map_err(|told| Problem::field("days", told))
    }

    /// The unit whose objection or request is decided.
    fn about(&self) -> Result<UnitId, Problem> {
        self.unit.ok_or_else(|| Problem::field("unit", "请选择是哪个单位提出的。"))
    }

    fn shelf(&self) -> Result<Shelf, Problem> {
        Ok(Shelf {
            owner: title("owner", &self.owner)?,
            review_on: self.review_on.ok_or_else(|| Problem::field("review_on", "请填写复核日期。"))?,
            event: title("wake_event", &self.wake_event)?,
        })
    }
}

fn title(field: &str, typed: &str) -> Result<Title, Problem> {
    Title::parse(typed).map_err(|told| Problem::field(field, told))
}

fn helper(wish: &HelperWish) -> Result<Helper, Problem> {
    let days = WorkDays::parse(wish.days).map_err(|told| Problem::field("helpers", told))?;
    Ok(Helper { unit: wish.unit, days })
}
