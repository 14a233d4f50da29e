//! What a reader may do, as forms: each with its own fields, and the one that usually comes next in front.

use super::super::attachments::may_come_with;
use super::ActWish;
use crate::files::Kept;
use kernel::words::{Complexity, DemandAct, Outcome, Rating};
use serde::Deserialize;

/// What a form of an act sends; what it does not have is empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    /// The version the person read.
    pub version: i64,
    /// As in [`ActWish`]; each act's form has its own name for it, so that no two fields of the page are one.
    #[serde(alias = "text-reject", alias = "text-return", alias = "text-reply", alias = "text-confirm")]
    #[serde(alias = "text-reopen", alias = "text-withdraw", alias = "text-close")]
    pub text: String,
    /// One of the units that were suggested.
    pub suggested: String,
    /// As in [`ActWish`].
    pub unit: String,
    /// What was typed to find a unit.
    pub unit_text: String,
    /// As in [`ActWish`].
    pub days: String,
    /// As in [`ActWish`].
    pub complexity: String,
    /// As in [`ActWish`].
    pub outcome: String,
    /// As in [`ActWish`].
    pub rating: String,
}

impl From<&ActForm> for ActWish {
    fn from(form: &ActForm) -> Self {
        Self {
            text: form.text.clone(),
            unit: form.unit.parse().ok(),
            days: form.days.trim().parse().ok(),
            complexity: Complexity::parse(&form.complexity),
            outcome: Outcome::parse(&form.outcome),
            rating: Rating::parse(&form.rating),
            files: Vec::new(),
        }
    }
}

/// What an act's form asks for.
pub(super) struct Asks {
    pub act: DemandAct,
    /// Whether it is what usually comes next; the others lie folded.
    pub first: bool,
    /// Whether it comes unfolded, because it was just refused.
    pub open: bool,
    pub complexity: bool,
    pub unit: bool,
    pub outcome: bool,
    pub rating: bool,
    pub text: Option<&'static str>,
    pub text_name: String,
    pub text_needed: bool,
    pub hint: &'static str,
    /// The name of the field for files, where files may come along.
    pub files_name: Option<String>,
    /// The files that came with the refused act and need not come again.
    pub kept: Vec<Kept>,
    /// What was typed, when this is the act that was refused.
    pub typed: String,
    pub question: &'static str,
    pub tone: &'static str,
}

impl Asks {
    pub fn of(act: DemandAct) -> Self {
        use DemandAct::{Accept, Close, Confirm, Dispatch, Raise, Reject, Reopen, Reply, Return, Sign, Withdraw};
        let text = match act {
            Raise | Accept | Dispatch | Sign => None,
            Reply => Some("答复内容"),
            Confirm => Some("想说的话（可不填）"),
            Reject | Return | Withdraw | Close => Some("理由"),
            Reopen => Some("还有什么没有解决"),
        };
        Self {
            act,
            first: matches!(act, Accept | Dispatch | Sign | Reply | Confirm | Close),
            open: false,
            complexity: act == Accept,
            unit: act == Dispatch,
            outcome: act == Reply,
            rating: act == Confirm,
            text,
            text_name: own_name("text", act),
            text_needed: act != Confirm,
            hint: match act {
                Accept => "受理表示已经与企业联系过，并收下这件诉求。",
                Reject => "理由会告知企业，请写明依据和可以找谁。",
                Return => "写明为什么不属于本单位职责，应由谁办。企业看不到这里的内容。",
                Reply => "企业会看到全文。写明办了什么、结果怎样、还有事找谁。",
                _ => "",
            },
            files_name: (may_come_with(act)).then(|| own_name("files", act)),
            kept: Vec::new(),
            typed: String::new(),
            question: match act {
                Reject => "确定不予受理吗？理由会告知企业。",
                Withdraw => "确定撤回这件诉求吗？撤回后不再办理。",
                Return => "确定退回服务台吗？",
                _ => "",
            },
            tone: match act {
                Reject | Withdraw => "danger",
                Return | Reopen | Close => "",
                _ => "primary",
            },
        }
    }

    /// What was typed and brought, when this act was refused.
    pub fn take_back(&mut self, typed: &str, kept: Vec<Kept>) {
        typed.clone_into(&mut self.typed);
        (self.kept, self.open) = (kept, true);
    }
}

/// The name of a field that several forms of the page have.
pub(super) fn own_name(field: &str, act: DemandAct) -> String {
    format!("{field}-{}", act.code())
}
