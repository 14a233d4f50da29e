//! Why an act was refused, as a Chinese sentence that says what the person can do instead.

use crate::lifecycle::waiting_on;
use crate::table::TRANSITIONS;
use chrono::NaiveDateTime;
use kernel::Problem;
use kernel::words::{DemandAct, DemandState, Part};
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
    /// The client may still answer.
    TooEarly {
        /// Until then, in the site's zone; `None` while next year's holidays are not announced.
        until: Option<NaiveDateTime>,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYours { act } => {
                let who: Vec<&str> = doers(*act).iter().map(|part| part.label()).collect();
                let who = who.join("、");
                write!(f, "“{act}”由{who}操作，您在这件诉求中没有这个身份。请联系{who}。")
            }
            Self::NotNow { act, state: None } => write!(f, "诉求还没有提交，不能“{act}”。请先提交诉求。"),
            Self::NotNow { act, state: Some(state) } => match waiting_on(*state) {
                Some(part) => {
                    write!(f, "诉求现在是“{state}”，正等{part}处理，不能“{act}”。请刷新页面，按最新进展操作。")
                }
                None => write!(f, "诉求{}，不能再“{act}”。如仍需帮助，请另提一件诉求。", ended(*state)),
            },
            Self::TooEarly { until: None } => f.write_str("企业仍可确认或要求重办。请先联系企业，由企业确认。"),
            Self::TooEarly { until: Some(until) } => write!(
                f,
                "企业在 {} 前仍可确认或要求重办。请先联系企业，到期仍无回应再办结。",
                until.format("%Y-%m-%d %H:%M")
            ),
        }
    }
}

fn doers(act: DemandAct) -> &'static [Part] {
    TRANSITIONS.iter().find(|line| line.act == act).map_or(&[], |line| line.who)
}

fn ended(state: DemandState) -> &'static str {
    if state == DemandState::Rejected { "未被受理，已经结束" } else { state.label() }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let told = refusal.to_string();
        match refusal {
            Refusal::NotYours { .. } => Self::Forbidden(told),
            Refusal::NotNow { .. } | Refusal::TooEarly { .. } => Self::Conflict(told),
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
                Refusal::NotNow { act: DemandAct::Withdraw, state: Some(DemandState::Closed) },
                409,
                "诉求已办结，不能再“撤回”。如仍需帮助，请另提一件诉求。",
            ),
            (
                Refusal::TooEarly { until: "2026-11-24T17:00:00".parse().ok() },
                409,
                "企业在 2026-11-24 17:00 前仍可确认或要求重办。请先联系企业，到期仍无回应再办结。",
            ),
        ] {
            assert_eq!(refusal.to_string(), told);
            assert_eq!(Problem::from(refusal).status(), status);
        }
    }
}
