//! What a reader may do, as forms: each asks for what the table of the rules says it takes.

use crate::demands::alike::Lent;
use crate::demands::attachments::may_come_with;
use crate::demands::{ActWish, HelperWish};
use kernel::Day;
use kernel::words::{Complexity, DemandAct, DemandState, Outcome, Rating, Rung, Urgency};
use rules::{Need, TRANSITIONS};
use serde::Deserialize;

/// What a form of an act sends; what it does not have is empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    /// The version the person read.
    pub version: i64,
    /// As in [`ActWish`].
    pub text: String,
    /// One of the units that were suggested.
    pub suggested: String,
    /// As in [`ActWish`].
    pub unit: String,
    /// What was typed to find a unit.
    pub unit_text: String,
    /// As in [`ActWish`].
    pub days: String,
    /// Units that help, with what was typed to find them and their limits.
    pub helper1: String,
    #[doc(hidden)]
    pub helper1_text: String,
    #[doc(hidden)]
    pub helper1_days: String,
    #[doc(hidden)]
    pub helper2: String,
    #[doc(hidden)]
    pub helper2_text: String,
    #[doc(hidden)]
    pub helper2_days: String,
    #[doc(hidden)]
    pub helper3: String,
    #[doc(hidden)]
    pub helper3_text: String,
    #[doc(hidden)]
    pub helper3_days: String,
    /// As in [`ActWish`].
    pub duty_of: String,
    /// What was typed to find it.
    pub duty_of_text: String,
    /// As in [`ActWish`].
    pub ground: String,
    /// As in [`ActWish`]: `yes` or `no`.
    pub granted: String,
    /// As in [`ActWish`].
    pub complexity: String,
    /// As in [`ActWish`].
    pub category: String,
    /// As in [`ActWish`].
    pub urgency: String,
    /// As in [`ActWish`].
    pub title: String,
    /// The number of the main demand, as it was typed.
    pub main: String,
    /// The number of one of the likely main demands.
    pub likely: String,
    /// As in [`ActWish`].
    pub owner: String,
    /// As in [`ActWish`].
    pub review_on: String,
    /// As in [`ActWish`].
    pub wake_event: String,
    /// As in [`ActWish`].
    pub rung: String,
    /// As in [`ActWish`].
    pub outcome: String,
    /// As in [`ActWish`].
    pub rating: String,
    /// As in [`ActWish`].
    pub process: String,
}

impl ActForm {
    /// An act with what another demand lends to it.
    pub(in crate::demands) fn lent(act: DemandAct, lent: &Lent) -> Self {
        let mut form = Self::default();
        match act {
            DemandAct::Reply => {
                form.text.clone_from(&lent.text);
                lent.outcome.map_or("", Outcome::code).clone_into(&mut form.outcome);
            }
            DemandAct::InterimReply | DemandAct::AssistReply => form.text.clone_from(&lent.text),
            DemandAct::Dispatch => form.unit = lent.unit.map_or_else(String::new, |unit| unit.to_string()),
            DemandAct::Merge => form.likely.clone_from(&lent.number),
            DemandAct::Wake | DemandAct::Reopen if lent.outcome == Some(Outcome::Solved) => {
                Lent::reason(act).clone_into(&mut form.text);
            }
            _ => {}
        }
        form
    }

    /// The helpers as they were typed: what was chosen, what was typed to find it, the limit.
    pub fn helpers(&self) -> [(&str, &str, &str); 3] {
        [
            (&self.helper1, &self.helper1_text, &self.helper1_days),
            (&self.helper2, &self.helper2_text, &self.helper2_days),
            (&self.helper3, &self.helper3_text, &self.helper3_days),
        ]
    }
}

impl From<&ActForm> for ActWish {
    fn from(form: &ActForm) -> Self {
        Self {
            text: form.text.clone(),
            unit: form.unit.parse().ok(),
            days: form.days.trim().parse().ok(),
            helpers: Vec::<HelperWish>::new(),
            duty_of: form.duty_of.parse().ok(),
            ground: form.ground.clone(),
            granted: match form.granted.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            complexity: Complexity::parse(&form.complexity),
            category: form.category.clone(),
            urgency: Urgency::parse(&form.urgency),
            title: form.title.clone(),
            main: None,
            owner: form.owner.clone(),
            review_on: form.review_on.trim().parse::<Day>().ok(),
            wake_event: form.wake_event.clone(),
            rung: Rung::parse(&form.rung),
            outcome: Outcome::parse(&form.outcome),
            rating: Rating::parse(&form.rating),
            process: Rating::parse(&form.process),
            files: Vec::new(),
        }
    }
}

/// What an act's form asks for.
pub(super) struct Asks {
    pub act: DemandAct,
    needs: Vec<Need>,
    /// The label of the text, where there is one.
    pub text: Option<&'static str>,
    pub text_needed: bool,
    pub hint: &'static str,
    pub files: bool,
    /// What yes and no mean.
    pub answers: (&'static str, &'static str),
    pub question: &'static str,
    pub tone: &'static str,
}

impl Asks {
    pub fn of(act: DemandAct) -> Self {
        let mut needs: Vec<Need> = Vec::new();
        for line in TRANSITIONS.iter().filter(|line| line.act == act) {
            needs.extend(line.needs.iter().filter(|need| !needs.contains(need)).copied().collect::<Vec<_>>());
        }
        let text = label_of_text(act, &needs);
        Self {
            act,
            text,
            text_needed: !matches!(act, DemandAct::Confirm | DemandAct::Rate | DemandAct::Approve),
            hint: hint(act),
            files: may_come_with(act),
            answers: answers(act),
            question: question(act),
            tone: match act {
                DemandAct::Reject | DemandAct::Withdraw => "danger",
                _ => "primary",
            },
            needs,
        }
    }

    /// Whether the form has this field: `unit`, `days`, and so on.
    pub fn takes(&self, field: &str) -> bool {
        let need = match field {
            "complexity" => Need::Complexity,
            "unit" => Need::Unit,
            "days" => Need::Days,
            "category" => Need::Category,
            "urgency" => Need::Urgency,
            "title" => Need::Title,
            "main" => Need::Main,
            "shelf" => Need::Shelf,
            "rung" => Need::Rung,
            "outcome" => Need::Outcome,
            "rating" => Need::Rating,
            "ground" => Need::Ground,
            "granted" => Need::Verdict,
            _ => return false,
        };
        self.needs.contains(&need)
    }

    /// Whether a dispatch, which may name helpers too.
    pub fn dispatches(&self) -> bool {
        self.act == DemandAct::Dispatch
    }

    /// Whether it may say whose duty it is instead.
    pub fn points_elsewhere(&self) -> bool {
        matches!(self.act, DemandAct::Object | DemandAct::Rule)
    }

    /// Whether it is about what one of the units has said: which one is chosen, not searched.
    pub fn about_a_unit(&self) -> bool {
        matches!(self.act, DemandAct::Rule | DemandAct::DecideExtension)
    }

    /// How the limit is called.
    pub fn days_label(&self) -> &'static str {
        match self.act {
            DemandAct::Dispatch => "办理期限（工作日）",
            DemandAct::Involve => "协办期限（工作日）",
            DemandAct::RequestExtension => "延长几个工作日",
            _ => "最多挂起几个工作日",
        }
    }
}

fn label_of_text(act: DemandAct, needs: &[Need]) -> Option<&'static str> {
    match act {
        DemandAct::Split => Some("这一部分的具体内容"),
        DemandAct::Reply | DemandAct::InterimReply => Some("答复内容"),
        DemandAct::AssistReply => Some("协办意见"),
        DemandAct::Note => Some("怎样联系的，谈了什么"),
        DemandAct::Confirm | DemandAct::Rate => Some("想说的话（可不填）"),
        DemandAct::Approve => Some("意见（不同意时必填）"),
        DemandAct::Reopen => Some("还有什么没有解决"),
        DemandAct::Contest => Some("为什么应当受理"),
        DemandAct::Object => Some("依据和证据"),
        DemandAct::Wake => Some("出现了什么新情况"),
        DemandAct::Recheck => Some("复查情况"),
        DemandAct::CheckWithdrawal => Some("向谁核实，企业怎么说"),
        DemandAct::Escalate => Some("哪里解决不了，请求什么支持"),
        _ => needs.contains(&Need::Reason).then_some("理由"),
    }
}

const fn hint(act: DemandAct) -> &'static str {
    match act {
        DemandAct::Accept => "受理表示已经与企业联系过，并收下这件诉求。",
        DemandAct::Reject => "理由会告知企业，请写明依据和可以找谁。企业可以申请复核一次。",
        DemandAct::Contest => "只能申请一次，服务台会重新研究。",
        DemandAct::Split => "一件诉求里有几件事时，把其中一件单独立件。原提交时间不变，时限照样计算。",
        DemandAct::Merge => "同一件事由主件一并办理；答复时每家企业都会收到，各自评价。",
        DemandAct::Object => "每个单位对一件诉求只能提一次，当日裁定，裁定即为最终结果。企业看不到这里的内容。",
        DemandAct::Rule => "裁定是最终结果，并成为以后同类诉求的判例。",
        DemandAct::RequestExtension => "至少在到期前 1 个工作日提出。企业的时限不会因此改变。",
        DemandAct::RequestSuspension => "挂起期间本单位的时限暂停，企业的时限照常计算。",
        DemandAct::RequestShelving | DemandAct::Shelve => "写清谁盯着、什么时候再看、等什么条件。条件成熟就重新启动。",
        DemandAct::InterimReply => "告诉企业已经做了什么、下一步做什么。时限照常计算。",
        DemandAct::Reply => "企业会看到全文。写明办了什么、结果怎样、还有事找谁。",
        DemandAct::Withdraw => "撤回后有一个工作日可以反悔，服务台会向您核实是否自愿。",
        DemandAct::CheckWithdrawal => "直接问企业，不通过承办单位。",
        DemandAct::Rate => "按企业的原话填写。第一次评价即封存，以后只能补充。",
        DemandAct::Confirm => "评价提交后即封存，任何人都不能改。",
        DemandAct::Note => "与企业就这件诉求联系过，记在这里，企业也能看到。",
        DemandAct::Close => "企业没有回应，按“未评价”办结。请写明怎样联系过企业。",
        _ => "",
    }
}

const fn question(act: DemandAct) -> &'static str {
    match act {
        DemandAct::Reject => "确定不予受理吗？理由会告知企业。",
        DemandAct::Withdraw => "确定撤回这件诉求吗？",
        DemandAct::Object => "确定提出异议吗？每个单位只有一次机会。",
        DemandAct::Rule => "裁定不能更改，确定吗？",
        DemandAct::Archive => "归档后不能再有任何操作，确定吗？",
        _ => "",
    }
}

const fn answers(act: DemandAct) -> (&'static str, &'static str) {
    match act {
        DemandAct::Rule => ("支持异议，不由该单位办理", "不支持，仍由该单位办理"),
        DemandAct::CheckWithdrawal => ("是企业自愿撤回", "不是，继续办理"),
        DemandAct::Recheck => ("已经真正解决，没有反复", "没有真正解决，重新办理"),
        DemandAct::Approve => ("同意，答复企业", "不同意，退回修改"),
        _ => ("同意", "不同意"),
    }
}

/// The act whose form stands open on the demand's page: what usually comes next for this reader.
pub(super) fn first(state: DemandState, acts: &[DemandAct]) -> Option<DemandAct> {
    use DemandAct::{
        Accept, Approve, AssistReply, CheckWithdrawal, Close, Confirm, DecideExtension, Dispatch, KeepOn, Rate,
        Recheck, Reply, Resume, Rule, Sign, Wake,
    };
    let usual = [
        Rule,
        DecideExtension,
        CheckWithdrawal,
        Accept,
        Dispatch,
        Sign,
        Approve,
        Reply,
        AssistReply,
        KeepOn,
        Confirm,
        Rate,
        Close,
        Recheck,
        Resume,
        Wake,
    ];
    let ended = rules::waiting_on(state).is_none();
    usual.into_iter().filter(|act| !ended || *act == Recheck).find(|act| acts.contains(act))
}
