//! The field's own words: a code for the database and the API, a Chinese label for the screen.

/// Declares closed vocabularies. Each word has a code (stored, exchanged) and a label (shown).
macro_rules! word {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal $label:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[doc = $label] $(#[$vdoc])* #[serde(rename = $code)] $variant),+ }
        impl $name {
            /// Every word, in the order of the field.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The stored and exchanged form.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            /// The form on screen.
            #[must_use]
            pub const fn label(self) -> &'static str { match self { $(Self::$variant => $label),+ } }
            /// Reads a code or a label; `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.trim();
                Self::ALL.iter().copied().find(|word| word.code() == text || word.label() == text)
            }
        }
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let codes: Vec<_> = Self::ALL.iter().map(|word| word.code()).collect();
                let told: Vec<_> = Self::ALL.iter().map(|word| format!("{} {}", word.code(), word.label())).collect();
                schemars::json_schema!({ "type": "string", "enum": codes, "description": told.join("，") })
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.label()) }
        }
        #[cfg(feature = "rows")]
        crate::words::column!($name);
    )+};
}

/// Lets a word be a TEXT column.
#[cfg(feature = "rows")]
macro_rules! column {
    ($name:ident) => {
        impl From<$name> for sea_orm::Value {
            fn from(word: $name) -> Self {
                word.code().into()
            }
        }
        impl sea_orm::TryGetable for $name {
            fn try_get_by<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                index: I,
            ) -> Result<Self, sea_orm::TryGetError> {
                let text = String::try_get_by(row, index)?;
                Self::parse(&text)
                    .ok_or_else(|| sea_orm::DbErr::Type(format!("{text} is no {}", stringify!($name))).into())
            }
        }
        impl sea_orm::sea_query::Nullable for $name {
            fn null() -> sea_orm::Value {
                sea_orm::Value::String(None)
            }
        }
    };
}
#[cfg(feature = "rows")]
pub(crate) use column;

pub(crate) use word;

word! {
    /// The level of an area, and of a unit by the area it serves.
    AreaLevel {
        Province = "province" "省级",
        City = "city" "市级",
        County = "county" "县级",
        Town = "town" "镇级",
    }
    /// What a unit is (单位性质).
    UnitKind {
        Department = "department" "政府部门",
        /// 经济部门: its 正科级 officials pair too (M2).
        EconomicDepartment = "economic_department" "经济部门",
        PartyBody = "party_body" "党委部门",
        Government = "government" "政府",
        TownOffice = "town_office" "镇街",
        University = "university" "高校",
        StateEnterprise = "state_enterprise" "国有企事业单位",
        DemandDesk = "demand_desk" "企业服务中心",
    }
    /// 职级: decides the quota of pairing (M2).
    Rank {
        Departmental = "departmental" "厅级",
        CountyHead = "county_head" "县级正职",
        CountyDeputy = "county_deputy" "副县级",
        SectionHead = "section_head" "正科级",
        SectionDeputy = "section_deputy" "副科级",
        Staff = "staff" "科员",
    }
    /// The bodies that steer the service of enterprises in a city or a county (M11).
    GroupKind {
        /// Under the Party secretary.
        Leading = "leading" "领导小组",
        Coordination = "coordination" "综合协调组",
        Solving = "solving" "问题解决组",
        Supervision = "supervision" "督办考核组",
    }
    /// A place in such a group.
    GroupPosition {
        Leader = "leader" "组长",
        Deputy = "deputy" "副组长",
        Member = "member" "成员",
        /// Whom to call.
        Contact = "contact" "联络人",
    }
    /// What a client is.
    ClientKind {
        Enterprise = "enterprise" "企业",
        Project = "project" "项目",
    }
    /// What a commissioner is to a client. The basic form is one to one; where several look after one client (M3), one of them
    /// leads.
    PairingPart {
        Lead = "lead" "主联系",
        Assist = "assist" "协助联系",
    }
    /// How far a client has gone over from one commissioner to the next (交接).
    HandoverState {
        /// The former one has still to write down what the next must know.
        Open = "open" "待移交",
        Prepared = "prepared" "待接收",
        /// The next one has it; the client has still to say that they have met.
        Received = "received" "待企业确认",
        Confirmed = "confirmed" "已完成",
        /// The client went on to somebody else before this was done.
        Replaced = "replaced" "已另行移交",
    }
    /// Why a commissioner is away (请假).
    AbsenceReason {
        Training = "training" "进修培训",
        Sickness = "sickness" "病假",
        Secondment = "secondment" "借调挂职",
        Other = "other" "其他",
    }
    /// What speaks against pairing (回避与意愿).
    BarKind {
        /// An official stands back from a client (亲清回避).
        Recusal = "recusal" "回避",
        /// A client asked for another commissioner than this one.
        Change = "change" "申请更换",
        /// A client asked to have none (无事不扰).
        Unwanted = "unwanted" "暂不需要专员",
        /// A unit asked to be left out.
        UnitOut = "unit_out" "单位不参加",
    }
    /// Why an official stands back.
    BarGround {
        Family = "family" "亲属任职或经营",
        Shareholding = "shareholding" "持股或投资",
        Enforcement = "enforcement" "正在对其执法检查",
        Other = "other" "其他利害关系",
    }
    /// Where it stands.
    BarState {
        /// A client asked, and nobody has settled it.
        Pending = "pending" "待处理",
        Held = "held" "已登记",
        /// A client asked, and was told why not.
        Declined = "declined" "已答复",
        /// A client asked, and thought better of it.
        Withdrawn = "withdrawn" "企业已撤回",
    }
    /// The statutory list an enterprise is on (M1).
    StatutoryList {
        Industry = "industry" "规上工业",
        Construction = "construction" "建筑业",
        Trade = "trade" "限上批零住餐",
        Service = "service" "重点服务业",
    }
    /// 企业规模, by 统计上大中小微型企业划分办法（国统字〔2017〕213号）.
    ScaleClass {
        Large = "large" "大型",
        Medium = "medium" "中型",
        Small = "small" "小型",
        Micro = "micro" "微型",
    }
    /// The level at which a project is major (M1).
    ProjectLevel {
        Province = "province" "省重点",
        City = "city" "市重点",
        County = "county" "县重点",
    }
    /// 来源渠道.
    Channel {
        Enterprise = "enterprise" "企业直报",
        Commissioner = "commissioner" "专员代报",
        Hotline = "hotline" "12345热线",
        Emergency = "emergency" "应急指挥中心",
    }
    /// How satisfied the client is: with the result.
    Rating {
        Satisfied = "satisfied" "满意",
        Fairly = "fairly" "基本满意",
        Dissatisfied = "dissatisfied" "不满意",
    }
    /// Where a demand stands. Who may move it where: docs/demand-lifecycle.md.
    DemandState {
        Raised = "raised" "待受理",
        Accepted = "accepted" "待交办",
        Dispatched = "dispatched" "待签收",
        Handling = "handling" "办理中",
        Replied = "replied" "待确认",
        Rejected = "rejected" "不予受理",
        Withdrawn = "withdrawn" "已撤回",
        Closed = "closed" "已办结",
    }
    /// What the system administrator does to an account.
    AccountAct {
        Close = "close" "停用",
        Reopen = "reopen" "恢复使用",
        Unlock = "unlock" "解除锁定",
        ResetPassword = "reset-password" "重置密码",
        /// For whoever lost the telephone and the recovery codes.
        DropSecondFactor = "drop-second-factor" "关闭两步验证",
    }
    /// What somebody does to a demand.
    DemandAct {
        Raise = "raise" "提交",
        Accept = "accept" "受理",
        Reject = "reject" "不予受理",
        Dispatch = "dispatch" "交办",
        Sign = "sign" "签收",
        /// The unit says before it replies that this is not its duty.
        Return = "return" "退回服务台",
        Reply = "reply" "答复",
        Confirm = "confirm" "确认",
        /// The client is not content: a second round.
        Reopen = "reopen" "要求重办",
        Withdraw = "withdraw" "撤回",
        /// The client did not answer in time.
        Close = "close" "办结",
    }
    /// What became of a demand, apart from its state.
    Outcome {
        Solved = "solved" "解决",
        Partly = "partly" "部分解决",
        Explained = "explained" "解释说明",
        Unlawful = "unlawful" "依法不能办",
        Shelved = "shelved" "挂账",
    }
    /// How long solving may take (2115: 15 working days, up to 30 when complex).
    Complexity {
        Ordinary = "ordinary" "一般",
        Complex = "complex" "复杂",
    }
    /// How soon a demand wants help.
    Urgency {
        Ordinary = "ordinary" "一般",
        Urgent = "urgent" "紧急",
        Critical = "critical" "特急",
    }
    /// The part a person plays towards one demand.
    Part {
        /// A liaison of the client.
        Client = "client" "企业",
        /// Pairs with the client.
        Commissioner = "commissioner" "服务专员",
        /// At the desk of an area that the demand lies in.
        Desk = "desk" "企业服务台",
        /// Works for the lead unit (主办单位).
        Unit = "unit" "承办单位",
    }
    /// What a clock of a demand measures.
    ClockKind {
        /// From raising to the first contact: owed to the client.
        Contact = "contact" "联系企业",
        /// From raising to an opinion on how it will be handled: owed to the client.
        Opinion = "opinion" "提出意见",
        /// From raising, or reopening, to the reply: owed to the client.
        Solve = "solve" "办结",
        /// From dispatch to reply: the lead unit's own.
        Handling = "handling" "办理",
        /// From reply to the client's answer: nobody is judged by it.
        Confirm = "confirm" "企业确认",
    }
    /// How a clock ended. Written once, when it stops.
    Verdict {
        OnTime = "on_time" "按时",
        Late = "late" "超时",
        /// Stopped before its limit without having been met: neither on time nor late.
        Void = "void" "未到期终止",
    }
    /// What a sheet to import or export holds.
    SheetKind {
        Areas = "areas" "区域",
        Units = "units" "单位",
        Officials = "officials" "干部",
        Enterprises = "enterprises" "企业",
        Projects = "projects" "项目",
        Liaisons = "liaisons" "联络员",
        Pairings = "pairings" "联系包靠",
    }
    /// How far an import is.
    ImportState {
        Checking = "checking" "核对中",
        Ready = "ready" "待确认",
        Wrong = "wrong" "有错误",
        Writing = "writing" "写入中",
        Done = "done" "已导入",
        Failed = "failed" "未导入",
        /// Nobody confirmed it within a day; its file is gone.
        Expired = "expired" "已过期",
    }
    /// What a round of pairings sets out to do.
    RoundKind {
        /// Everybody anew, kept together where that fits.
        Full = "full" "全面安排",
        /// Only whom something has upset, and those who must move for them.
        Adjustment = "adjustment" "局部调整",
    }
    /// How far a round is.
    RoundState {
        Draft = "draft" "草稿",
        Planning = "planning" "规划中",
        Review = "review" "复核中",
        Published = "published" "已公布",
        Archived = "archived" "已归档",
        Dropped = "dropped" "已作废",
    }
    /// What a round changes for a client.
    RoundChange {
        Kept = "kept" "不变",
        Changed = "changed" "换专员",
        /// Nobody looks after it now.
        Begun = "begun" "新安排",
        Unpaired = "unpaired" "未安排",
        /// It has its lead, and nobody yet in a place beside the lead.
        Short = "short" "协助空缺",
    }
    /// Whence a place in a round comes.
    RoundOrigin {
        Plan = "plan" "系统规划",
        Hand = "hand" "手工调整",
    }
    /// The warning that a running clock shows.
    Card {
        None = "none" "无",
        Yellow = "yellow" "黄牌",
        Red = "red" "红牌",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clerk_may_type_the_label_and_a_program_the_code() {
        assert_eq!(Rank::parse("厅级"), Some(Rank::Departmental));
        assert_eq!(Rank::parse(" departmental "), Some(Rank::Departmental));
        assert_eq!(Rank::parse("局级"), None);
    }

    #[test]
    fn the_json_form_is_the_code() {
        assert_eq!(serde_json::to_string(&StatutoryList::Trade).unwrap(), "\"trade\"");
    }
}
