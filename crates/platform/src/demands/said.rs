//! What an act says, as its line of the timeline shows it: the words of whoever did it, after what they chose from a list.

use rules::act::Act;

/// The text of a line; empty when the act says nothing but that it was done.
pub(super) fn text_of(act: &Act) -> String {
    match act {
        Act::Raise { .. } | Act::Sign | Act::Resume | Act::KeepOn | Act::Archive => String::new(),
        Act::Accept { complexity } => format!("按{complexity}诉求办理。"),
        Act::Reject { ground, reason } => format!("{ground}：{reason}"),
        Act::Reclassify { urgency, .. } => format!("紧急程度：{urgency}。"),
        Act::Split { title, .. } => format!("另立一件：{title}"),
        Act::Merge { number, .. } => format!("并入 {number} 一并办理，答复时一起告知企业。"),
        Act::Dispatch { days, helpers, .. } => match helpers.len() {
            0 => format!("{} 个工作日内答复。", days.get()),
            more => format!("{} 个工作日内答复，{more} 个单位协办。", days.get()),
        },
        Act::Involve { helper } => format!("{} 个工作日内提出意见。", helper.days.get()),
        Act::Object { ground, reason, .. } => format!("{ground}。{reason}"),
        Act::Rule { upheld, reason, .. } => {
            format!(
                "{}。{reason}",
                if *upheld {
                    "支持异议，不由该单位办理"
                } else {
                    "不支持异议，仍由该单位办理"
                }
            )
        }
        Act::RequestExtension { days, reason } => format!("延长 {} 个工作日。{reason}", days.get()),
        Act::RequestSuspension { ground, days, reason } | Act::Suspend { ground, days, reason } => {
            format!("{ground}，最多 {} 个工作日。{reason}", days.get())
        }
        Act::RequestShelving { shelf, reason } | Act::Shelve { shelf, reason } => {
            format!("{reason}\n责任人：{}；{} 前复核；启动条件：{}", shelf.owner, shelf.review_on, shelf.event)
        }
        Act::DecideExtension { granted, reason, .. } => {
            format!("{}。{reason}", if *granted { "同意" } else { "不同意" })
        }
        Act::Approve { granted, reason } => {
            let told = if *granted { "同意答复。" } else { "退回修改。" };
            format!("{told}{}", reason.as_ref().map_or("", rules::Text::as_str))
        }
        Act::Escalate { to, reason } => format!("上报{to}。{reason}"),
        Act::CheckWithdrawal { genuine, reason } => {
            format!("{}。{reason}", if *genuine { "确属企业自愿" } else { "不是企业本意，继续办理" })
        }
        Act::Recheck { holds, text } => {
            format!("{}。{text}", if *holds { "问题没有反复" } else { "问题没有真正解决，重新办理" })
        }
        Act::Contest { reason: said }
        | Act::Unmerge { reason: said }
        | Act::Wake { reason: said }
        | Act::Withdraw { reason: said }
        | Act::Reopen { reason: said }
        | Act::Close { reason: said }
        | Act::AssistReply { text: said }
        | Act::InterimReply { text: said }
        | Act::Reply { text: said, .. }
        | Act::Note { text: said } => said.to_string(),
        Act::Confirm { comment, .. } | Act::Rate { comment, .. } => {
            comment.as_ref().map_or_else(String::new, ToString::to_string)
        }
    }
}
