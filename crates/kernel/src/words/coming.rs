//! The words of coming to a client and of calling it: what for, what it draws on the budget, what came of it, and what speaks of
//! retaliation or of a tie.

crate::words::word! {
    /// What somebody comes to a client for (入企).
    EntryKind {
        Contact = "contact" "走访",
        Survey = "survey" "调研",
        Inspection = "inspection" "检查",
    }
    /// Why an inspection is made.
    InspectionGround {
        Planned = "planned" "计划检查",
        /// A complaint, a transfer, a danger: it asks for no consent.
        Clue = "clue" "线索核查",
    }
    /// What somebody does to an entry.
    EntryAct {
        Consent = "consent" "同意入企",
        Refuse = "refuse" "谢绝入企",
        Drop = "drop" "取消入企",
    }
    /// What somebody's coming draws on the client's budget.
    EntryDraw {
        Day = "day" "计一天",
        /// Somebody comes on the same day anyway.
        Shared = "shared" "与同日合并",
        /// It does not take place, or waits for consent.
        Nothing = "none" "不计",
    }
    /// What a client is, for drawing a sample: its statutory list, or none, or a project.
    ClientClass {
        Industry = "industry" "规上工业",
        Construction = "construction" "建筑业",
        Trade = "trade" "限上批零住餐",
        Service = "service" "重点服务业",
        Other = "other" "其他企业",
        Project = "project" "项目",
    }
    /// What came of a call to a client from whom nothing was heard.
    SilenceResult {
        Well = "well" "一切正常",
        Need = "need" "有困难，已提诉求",
        Missed = "missed" "没有联系上",
        Unwanted = "unwanted" "不希望联系",
        Gone = "gone" "已停业或注销",
    }
    /// By what a client complained about a unit.
    ComplaintKind {
        Rating = "rating" "评价不满意",
        /// The unit had said that it is not its duty.
        Ruling = "ruling" "单位的派单异议被驳回",
        Reopen = "reopen" "不认可答复，要求重新办理",
    }
    /// What speaks of a tie between a commissioner and a client.
    TieKind {
        Recused = "recused" "本人登记过回避，仍在服务",
        Builder = "builder" "回避过该项目的建设单位，或其建设的项目",
        /// Perhaps another person: to be looked into.
        Namesake = "namesake" "与企业联络员同名，请核实是否同一人",
    }
    /// What came of a contact.
    YieldKind {
        Demand = "demand" "提出诉求",
        Answer = "answer" "当场解答",
        Policy = "policy" "讲解政策",
        Correction = "correction" "信息更正",
    }
}
