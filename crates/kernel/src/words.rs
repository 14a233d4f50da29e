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

mod coming;

pub use crate::news::{DeliveryState, MessageChannel, NewsKind, Pace};
pub use coming::{
    ClientClass, ComplaintKind, EntryAct, EntryDraw, EntryKind, InspectionGround, SilenceResult, TieKind, YieldKind,
};

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
    /// By which way somebody is in touch with a client (联系).
    ContactKind {
        Onsite = "onsite" "现场办公",
        Phone = "phone" "电话",
        Wechat = "wechat" "微信",
        Video = "video" "视频",
        Message = "message" "留言",
    }
    /// How far a contact has come.
    ContactState {
        Planned = "planned" "待约定",
        Agreed = "agreed" "已约定",
        /// It was; nothing is written down yet.
        Held = "held" "待记录",
        Recorded = "recorded" "已记录",
        Declined = "declined" "已谢绝",
        Cancelled = "cancelled" "已取消",
    }
    /// The two sides of a contact.
    ContactSide {
        Client = "client" "企业",
        Commissioner = "commissioner" "服务专员",
    }
    /// What somebody does to a contact.
    ContactAct {
        Agree = "agree" "同意",
        Propose = "propose" "另提时间或方式",
        Decline = "decline" "谢绝",
        Cancel = "cancel" "取消",
        Hold = "hold" "已联系，稍后记录",
        Record = "record" "记录",
        Confirm = "confirm" "确认",
        Deny = "deny" "没有这次联系",
        Yield = "yield" "补充成果",
    }
    /// Why nobody goes to a client for some time.
    VisitExcuse {
        AskedNot = "asked_not" "企业请我们暂不上门",
        Busy = "busy" "企业生产经营正忙",
        Idle = "idle" "企业停产歇业",
        Hazard = "hazard" "天气、灾害等不便前往",
        Official = "official" "专员近期无法前往",
        Other = "other" "其他原因",
    }
    /// What is said about how a client is visited.
    RhythmAct {
        Wish = "wish" "走访意愿",
        Excuse = "excuse" "暂不走访",
        Resume = "resume" "恢复走访",
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
        /// Follows another demand of the same matter (并单).
        Merged = "merged" "已并单",
        Dispatched = "dispatched" "待签收",
        Handling = "handling" "办理中",
        /// The lead unit says that this is not its duty; the desk rules the same day.
        Objected = "objected" "异议待裁",
        /// Third disagreement: the establishment office (编办) rules.
        Arbitration = "arbitration" "待编办裁定",
        Suspended = "suspended" "已挂起",
        /// An answer waits for the head of the unit.
        Proposed = "proposed" "答复待审",
        Replied = "replied" "待确认",
        /// Open, with an owner, a date of review and the event that wakes it up (挂账).
        Shelved = "shelved" "挂账",
        /// The client takes it back; cooled off, then checked by the desk.
        Withdrawing = "withdrawing" "撤回待核",
        Rejected = "rejected" "不予受理",
        Withdrawn = "withdrawn" "已撤回",
        Closed = "closed" "已办结",
        Archived = "archived" "已归档",
    }
    /// What a unit is to a demand.
    TaskRole {
        Lead = "lead" "主办",
        Co = "co" "协办",
    }
    /// How far a unit is with its part of a demand.
    TaskState {
        Dispatched = "dispatched" "待签收",
        Handling = "handling" "办理中",
        Objected = "objected" "异议待裁",
        Suspended = "suspended" "已挂起",
        Shelved = "shelved" "挂账",
        Proposed = "proposed" "答复待审",
        Answered = "answered" "已答复",
        /// A ruling or a new dispatch freed it.
        Relieved = "relieved" "已免办",
        /// It had not answered when the demand was.
        Lapsed = "lapsed" "未答复",
    }
    /// Why a desk does not take a demand on.
    RejectGround {
        OutOfScope = "out_of_scope" "不属于涉企服务范围",
        /// 诉讼、仲裁、行政复议、信访 have roads of their own.
        OtherProcedure = "other_procedure" "已进入诉讼、仲裁、复议或信访程序",
        PrivateDispute = "private_dispute" "企业之间的民事纠纷",
        Unlawful = "unlawful" "要求的事项违反法律法规",
        Unclear = "unclear" "内容不清且无法联系补充",
    }
    /// Why a unit objects to a dispatch (派单异议).
    ObjectionGround {
        NotDuty = "not_duty" "不属于本单位职责",
        OtherArea = "other_area" "不属于本区域管辖",
        OtherLead = "other_lead" "应由其他单位主办",
        Unclear = "unclear" "情况不明，无法办理",
    }
    /// Why a unit's clock may pause.
    SuspensionGround {
        Material = "material" "等企业补充材料",
        Procedure = "procedure" "等检测、鉴定、公示等法定程序",
        Superior = "superior" "等上级答复",
        ForceMajeure = "force_majeure" "不可抗力",
    }
    /// How high a demand has been brought (M9).
    Rung {
        Unit = "unit" "承办单位",
        CountyGroup = "county_group" "县级专项小组",
        CityGroup = "city_group" "市级专项小组",
        Executive = "executive" "政府常务会议或党委常委会会议",
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
        /// The client does not accept the rejection, once.
        Contest = "contest" "申请复核",
        Reclassify = "reclassify" "调整类别",
        Split = "split" "拆单",
        Merge = "merge" "并单",
        Unmerge = "unmerge" "取消并单",
        Dispatch = "dispatch" "交办",
        Involve = "involve" "增加协办",
        Sign = "sign" "签收",
        Object = "object" "派单异议",
        Rule = "rule" "裁定异议",
        RequestExtension = "request-extension" "申请延期",
        RequestSuspension = "request-suspension" "申请挂起",
        RequestShelving = "request-shelving" "申请挂账",
        /// Decides whatever the unit has asked for.
        DecideExtension = "decide-extension" "批复申请",
        Suspend = "suspend" "挂起",
        Resume = "resume" "恢复办理",
        AssistReply = "assist-reply" "协办答复",
        /// What has been done so far; the clocks go on.
        InterimReply = "interim-reply" "阶段答复",
        Reply = "reply" "答复",
        Approve = "approve" "审批答复",
        Shelve = "shelve" "挂账",
        Wake = "wake" "重新启动",
        Escalate = "escalate" "上报",
        Note = "note" "记录联系",
        Withdraw = "withdraw" "撤回",
        KeepOn = "keep-on" "不撤回了",
        CheckWithdrawal = "check-withdrawal" "核实撤回",
        Confirm = "confirm" "确认",
        /// The client's word afterwards, or what it said when the desk called back.
        Rate = "rate" "评价",
        /// The client is not content: the next round.
        Reopen = "reopen" "要求重办",
        /// The client did not answer in time.
        Close = "close" "办结",
        /// Whether it still holds after 30 and 90 days.
        Recheck = "recheck" "复查",
        Archive = "archive" "归档",
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
        /// Works for a unit that helps.
        Co = "co" "协办单位",
        /// The head of the lead unit.
        Head = "head" "单位负责人",
        /// 机构编制委员会办公室, which says whose duty it is when nobody agrees.
        Arbiter = "arbiter" "编办",
        /// What the platform does by itself when a day has come.
        Platform = "platform" "系统",
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
        /// From dispatch to opinion: the co-unit's own.
        Assist = "assist" "协办",
        /// From objection to ruling: the desk's.
        Ruling = "ruling" "裁定异议",
        /// From a unit's request to its decision: the desk's.
        Decision = "decision" "批复申请",
        /// Until a suspension ends.
        Pause = "pause" "挂起到期",
        /// Until what is shelved is looked at again.
        Review = "review" "挂账复核",
        /// From taking back to the desk's check.
        Check = "check" "核实撤回",
        /// From reply to the client's answer: nobody is judged by it.
        Confirm = "confirm" "企业确认",
        /// Until it is seen whether the result holds.
        Recheck = "recheck" "复查",
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
    /// What somebody looked at.
    LookSubject {
        Liaison = "liaison" "联络员",
        Official = "official" "干部",
        Demand = "demand" "诉求",
    }
    /// Which part of it.
    LookField {
        Phone = "phone" "电话",
        /// Which client a demand of a sealed identity comes from.
        Client = "client" "企业名称",
        /// Whom to talk to.
        Contact = "contact" "联系人",
    }
    /// Why somebody looks at what is masked.
    LookReason {
        Contact = "contact" "联系企业",
        Verify = "verify" "核实诉求",
        Visit = "visit" "约定走访",
        Register = "register" "核对登记",
        /// Told in words.
        Other = "other" "其他",
    }
    /// How it was shown.
    LookWay {
        Screen = "screen" "查看",
        Export = "export" "导出",
    }
    /// The warning that a running clock shows.
    Card {
        None = "none" "无",
        Yellow = "yellow" "黄牌",
        Red = "red" "红牌",
    }
}

impl ContactSide {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Commissioner,
            Self::Commissioner => Self::Client,
        }
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
