//! Why an act was refused, as a Chinese sentence that says what the person can do instead.

use crate::standing::waiting_on;
use crate::table::TRANSITIONS;
use chrono::NaiveDateTime;
use kernel::words::{DemandAct, DemandState, Part, Rung};
use kernel::{Day, Problem};
use std::fmt;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The act belongs to others.
    NotYours {
        /// What was tried.
        act: DemandAct,
    },
    /// The state does not admit the act; `None` when there is no demand yet.
    NotNow {
        /// What was tried.
        act: DemandAct,
        /// Where the demand stands.
        state: Option<DemandState>,
    },
    /// Who handled a demand does not ask the client how it went.
    OwnWork {
        /// What was tried.
        act: DemandAct,
    },
    /// The client may still answer.
    StillTheirs {
        /// Until then, in the site's zone; `None` while next year's holidays are not announced.
        until: Option<NaiveDateTime>,
    },
    /// It may be done once, and was.
    Once {
        /// What was tried.
        act: DemandAct,
    },
    /// Its time has passed.
    TooLate {
        /// What was tried.
        act: DemandAct,
        /// Until when it could be done, in the site's zone.
        until: NaiveDateTime,
    },
    /// Its time has not come.
    NotYet {
        /// What was tried.
        act: DemandAct,
        /// From when on it can be done, where that is known.
        from: Option<Day>,
    },
    /// Somebody else rules on this objection.
    RuledBy {
        /// Who.
        part: Part,
    },
    /// An extension was not asked for early enough.
    NotAhead {
        /// The limit, in the site's zone.
        due: NaiveDateTime,
    },
    /// Units that help have not answered.
    HelpersOwe {
        /// How many.
        owing: usize,
    },
    /// A withdrawal is not checked on the day it was made.
    NotCooled {
        /// From this day on.
        from: Day,
    },
    /// There is nobody higher to bring it before.
    Highest,
    /// It has been brought there, or higher.
    AlreadyThere {
        /// How high.
        rung: Rung,
    },
    /// A unit would have two parts in one demand.
    Twice,
    /// A ruling freed the unit.
    Freed,
    /// The limit would grow beyond the longest there is.
    TooLong {
        /// How many working days may still be added.
        left: u32,
    },
    /// The day of review is past, or too far away.
    ReviewDay,
    /// Shelving is an act of its own.
    ShelveInstead,
    /// A refusal without a reason.
    SayWhy,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute = "%Y-%m-%d %H:%M";
        match self {
            Self::NotYours { act } => {
                let who: Vec<&str> = doers(*act).iter().map(|part| part.label()).collect();
                let who = who.join("、");
                write!(f, "“{act}”由{who}操作，您在这件诉求中没有这个身份。请联系{who}。")
            }
            Self::NotNow { act, state: None } => write!(f, "诉求还没有提交，不能“{act}”。请先提交诉求。"),
            Self::NotNow { act, state: Some(state) } => match waiting_on(*state) {
                Some(Part::Platform) => write!(f, "诉求已并入另一件办理，不能“{act}”。请到主件上操作，或先取消并单。"),
                Some(part) => {
                    write!(f, "诉求现在是“{state}”，正等{part}处理，不能“{act}”。请刷新页面，按最新进展操作。")
                }
                None => write!(f, "诉求{}，不能再“{act}”。如仍需帮助，请另提一件诉求。", ended(*state)),
            },
            Self::OwnWork { act } => {
                write!(f, "您参与过这件诉求的办理，不能再“{act}”。请由没有经手的同事与企业联系。")
            }
            Self::StillTheirs { until: None } => f.write_str("企业仍可确认或要求重办。请先联系企业，由企业确认。"),
            Self::StillTheirs { until: Some(until) } => {
                write!(f, "企业在 {} 前仍可确认或要求重办。请先联系企业，到期仍无回应再办结。", until.format(minute))
            }
            Self::Once { act } => write!(f, "“{act}”只能提一次，已经提过了。请按裁定的结果办理。"),
            Self::TooLate { act, until } => {
                write!(f, "“{act}”应在 {} 前提出，现在已经过期。如有特殊情况，请联系企业服务台。", until.format(minute))
            }
            Self::NotYet { act, from: Some(from) } => write!(f, "{from} 起才可以“{act}”，请到时再操作。"),
            Self::NotYet { act, from: None } => write!(f, "还没有到可以“{act}”的日子，请到时再操作。"),
            Self::RuledBy { part } => write!(f, "这次异议由{part}裁定，请等待裁定结果。"),
            Self::NotAhead { due } => write!(
                f,
                "延期应至少在到期前 1 个工作日申请，这件诉求 {} 到期。请抓紧办理，或先作阶段答复。",
                due.format(minute)
            ),
            Self::HelpersOwe { owing } => {
                write!(f, "还有 {owing} 个协办单位在期限内没有答复。请等协办单位答复或逾期后，再答复企业。")
            }
            Self::NotCooled { from } => write!(f, "撤回有一个工作日的冷静期，{from} 起再向企业核实。"),
            Self::Highest => f.write_str("诉求已经上报到最高一级，请等待会议议定。"),
            Self::AlreadyThere { rung } => write!(f, "诉求已经上报到{rung}，请选择更高的一级。"),
            Self::Twice => f.write_str("同一个单位在一件诉求里只能有一份任务，请去掉重复的单位。"),
            Self::Freed => f.write_str("裁定已明确这不是该单位的职责，不能再交给它。请选择其他单位。"),
            Self::TooLong { left: 0 } => {
                f.write_str("办理期限已到最长的 30 个工作日，不能再延期。可以申请挂起或挂账。")
            }
            Self::TooLong { left } => write!(f, "办理期限最长 30 个工作日，最多还能延 {left} 个工作日，请改小。"),
            Self::ReviewDay => f.write_str("复核日期应在明天到一年之内，请重新填写。"),
            Self::ShelveInstead => f.write_str("暂时解决不了的，请用“申请挂账”，写明责任人、复核日期和启动条件。"),
            Self::SayWhy => f.write_str("不同意答复时请写明理由，承办人才知道怎样修改。"),
        }
    }
}

/// Everybody who may do the act in some state, as people know them.
fn doers(act: DemandAct) -> Vec<Part> {
    let all = TRANSITIONS.iter().filter(|line| line.act == act).flat_map(|line| line.who);
    let mut known: Vec<Part> = Vec::new();
    for part in all.filter(|part| **part != Part::Platform) {
        if !known.contains(part) {
            known.push(*part);
        }
    }
    known
}

fn ended(state: DemandState) -> &'static str {
    if state == DemandState::Rejected { "未被受理，已经结束" } else { state.label() }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let told = refusal.to_string();
        match refusal {
            Refusal::NotYours { .. } | Refusal::OwnWork { .. } | Refusal::RuledBy { .. } => Self::Forbidden(told),
            Refusal::TooLong { .. } => Self::field("days", told),
            Refusal::ReviewDay => Self::field("review_on", told),
            Refusal::ShelveInstead => Self::field("outcome", told),
            Refusal::AlreadyThere { .. } => Self::field("rung", told),
            Refusal::SayWhy => Self::field("text", told),
            Refusal::Twice => Self::field("helpers", told),
            Refusal::Freed => Self::field("unit", told),
            _ => Self::Conflict(told),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_person_reads_what_to_do_instead() {
        for (refusal, status, told) in [
            (
                Refusal::NotYours { act: DemandAct::Raise },
                403,
                "“提交”由企业、服务专员、企业服务台操作，您在这件诉求中没有这个身份。请联系企业、服务专员、企业服务台。",
            ),
            (
                Refusal::NotNow { act: DemandAct::Reply, state: Some(DemandState::Dispatched) },
                409,
                "诉求现在是“待签收”，正等承办单位处理，不能“答复”。请刷新页面，按最新进展操作。",
            ),
            (
                Refusal::NotYours { act: DemandAct::Resume },
                403,
                "“恢复办理”由承办单位、协办单位、企业服务台操作，您在这件诉求中没有这个身份。请联系承办单位、协办单位、企业服务台。",
            ),
            (
                Refusal::NotNow { act: DemandAct::Withdraw, state: Some(DemandState::Closed) },
                409,
                "诉求已办结，不能再“撤回”。如仍需帮助，请另提一件诉求。",
            ),
            (
                Refusal::StillTheirs { until: "2026-11-24T17:00:00".parse().ok() },
                409,
                "企业在 2026-11-24 17:00 前仍可确认或要求重办。请先联系企业，到期仍无回应再办结。",
            ),
        ] {
            assert_eq!(refusal.to_string(), told);
            assert_eq!(Problem::from(refusal).status(), status);
        }
    }
}
