//! The words of messages: what a notice is to its reader, by which road it leaves, how soon, and where it stands.

crate::words::word! {
    /// What a notice is about, as its reader sorts them.
    NewsKind {
        Task = "task" "要我办理的事",
        Deadline = "deadline" "快到期和已超时",
        Progress = "progress" "事情的进展",
        Visit = "visit" "联系和走访",
        Other = "other" "包靠、替岗等其他消息",
    }
    /// A road by which a message leaves the platform.
    MessageChannel {
        Work = "work" "政务微信",
        Sms = "sms" "短信",
        Email = "email" "电子邮件",
    }
    /// How soon somebody wants to be told outside the platform.
    Pace {
        AtOnce = "at_once" "马上发",
        Digest = "digest" "工作日早上汇总发",
        Inbox = "inbox" "不发，只在网站消息里",
    }
    /// Where a message stands on its way out.
    DeliveryState {
        Waiting = "waiting" "等待发送",
        Gathered = "gathered" "等待汇总",
        Sent = "sent" "已发出",
        Dropped = "dropped" "不再发送",
        Dead = "dead" "发送失败",
    }
}
