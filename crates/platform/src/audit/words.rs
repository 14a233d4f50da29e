//! The trail in the words of its reader: acts, kinds of things and particulars by their Chinese names.
//!
//! The audit administrator reads who did what to what, and not the business itself: what people wrote to one another is told
//! by its length, a telephone number is masked, in a login too, and ids are left out.

use crate::Site;
use kernel::words::{
    BarKind, BarState, Channel, ClientKind, Complexity, ContactKind, ContactState, DemandAct, DemandState, EntryKind,
    Outcome, ProjectLevel, Rank, Rating, ScaleClass, StatutoryList, UnitKind,
};
use kernel::{Day, Instant, Login, Phone, Role};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// What is done, but for demands, whose acts are [`DemandAct`]s. A test finds every act that is recorded here.
const ACTS: &[(&str, &str)] = &[
    ("session.begin", "登录"),
    ("session.refuse", "登录被拒绝"),
    ("account.open", "开通账号"),
    ("account.close", "停用账号"),
    ("account.reopen", "恢复账号"),
    ("account.unlock", "解除锁定"),
    ("account.reset_password", "重置密码"),
    ("account.change_password", "修改密码"),
    ("keys.rotate", "轮换密钥"),
    ("look.take", "查看完整信息"),
    ("account.second_factor_on", "开启两步验证"),
    ("account.second_factor_off", "关闭两步验证"),
    ("account.second_factor_drop", "代为关闭两步验证"),
    ("grant.give", "授予角色"),
    ("grant.take", "收回角色"),
    ("token.issue", "发放令牌"),
    ("token.revoke", "吊销令牌"),
    ("invitation.issue", "邀请联络员"),
    ("invitation.revoke", "作废邀请"),
    ("invitation.accept", "接受邀请加入"),
    ("area.enter", "录入区域"),
    ("area.rename", "区域更名"),
    ("unit.found", "设立单位"),
    ("unit.change", "变更单位"),
    ("unit.close", "撤销单位"),
    ("official.enter", "录入干部"),
    ("official.correct", "更正干部信息"),
    ("official.move", "干部调动"),
    ("official.leave", "干部离任"),
    ("group.join", "加入领导小组或工作组"),
    ("group.leave", "退出领导小组或工作组"),
    ("client.enter", "登记企业（项目）"),
    ("client.change", "变更企业（项目）信息"),
    ("client.close", "注销企业（项目）"),
    ("client.reopen", "恢复企业（项目）"),
    ("liaison.name", "登记联络员"),
    ("liaison.change", "更正联络员信息"),
    ("liaison.end", "联络员卸任"),
    ("demand.learn", "重新学习办理建议"),
    ("pairing.begin", "建立联系包靠"),
    ("pairing.end", "结束联系包靠"),
    ("round.draft", "建立包靠批次"),
    ("round.change", "修改包靠批次"),
    ("round.plan", "规划包靠批次"),
    ("round.adjust", "手工调整安排"),
    ("round.undo", "撤销手工调整"),
    ("round.publish", "公布包靠批次"),
    ("round.drop", "作废包靠批次"),
    ("round.archive", "归档包靠批次"),
    ("pairing_bar.enter", "登记回避与意愿"),
    ("pairing_bar.ask", "企业申请调整服务专员"),
    ("pairing_bar.withdraw", "企业撤回申请"),
    ("pairing_bar.answer", "处理企业的申请"),
    ("entry.announce", "登记入企调研或检查"),
    ("entry.consent", "企业同意入企"),
    ("entry.refuse", "企业谢绝入企"),
    ("entry.drop", "取消入企"),
    ("message.wish", "调整消息接收方式"),
    ("message.email_set", "确认接收邮箱"),
    ("message.email_drop", "删除接收邮箱"),
    ("message.email_stop", "停收邮件"),
    ("wording.change", "修改消息措辞"),
    ("delivery.retry", "重发消息"),
    ("delivery.retry_all", "全部重发失败的消息"),
    ("delivery.give_up", "放弃发送消息"),
    ("quiet.declare", "公布静默期"),
    ("quiet.end", "提前结束静默期"),
    ("contact.plan", "约定联系"),
    ("contact.log", "补记联系"),
    ("contact.agree", "同意联系"),
    ("contact.propose", "另提联系时间或方式"),
    ("contact.decline", "谢绝联系"),
    ("contact.cancel", "取消联系"),
    ("contact.hold", "已联系"),
    ("contact.record", "记录联系"),
    ("contact.confirm", "确认联系"),
    ("contact.deny", "企业称没有这次联系"),
    ("contact.yield", "联系中提出诉求"),
    ("rhythm.wish", "记下走访意愿"),
    ("rhythm.excuse", "记下暂不走访的原因"),
    ("rhythm.resume", "恢复走访"),
    ("silence.tell", "填写静默回访结果"),
    ("calendar.make", "生成日历链接"),
    ("calendar.revoke", "停用日历链接"),
    ("stand_in.enter", "登记替岗"),
    ("stand_in.end", "提前结束替岗"),
    ("absence.enter", "登记请假与代管"),
    ("absence.end", "提前结束代管"),
    ("handover.write", "填写交接"),
    ("handover.prepare", "移交"),
    ("handover.receive", "接收交接"),
    ("handover.confirm", "企业确认交接"),
    ("handover.not_met", "企业还没见到新专员"),
    ("pairing_bar.end", "结束回避与意愿登记"),
    ("pairing_rules.adopt", "启用新一版包靠规则"),
    ("category.add", "增加问题类别"),
    ("category.rename", "问题类别更名"),
    ("category.close", "停用问题类别"),
    ("category.reopen", "恢复问题类别"),
    ("duty.enter", "录入职责清单"),
    ("duty.change", "调整职责清单"),
    ("duty.end", "停用职责"),
    ("precedent.record", "形成判例"),
    ("precedent.withdraw", "停用判例"),
    ("limits.adopt", "启用新一版办理时限"),
    ("phrase.keep", "保存常用语"),
    ("phrase.change", "修改常用语"),
    ("phrase.remove", "删去常用语"),
    ("import.write", "批量导入"),
    ("export.take", "导出清单"),
    ("audit.verify", "核验审计链"),
    ("demo.load", "装入演示数据"),
];

/// What it is done to.
const SUBJECTS: &[(&str, &str)] = &[
    ("session", "登录"),
    ("account", "账号"),
    ("area", "区域"),
    ("unit", "单位"),
    ("official", "干部"),
    ("group_member", "工作组成员"),
    ("client", "企业（项目）"),
    ("liaison", "联络员"),
    ("pairing", "联系包靠"),
    ("round", "包靠批次"),
    ("contact", "联系"),
    ("entry", "入企"),
    ("quiet", "静默期"),
    ("silence", "静默回访"),
    ("delivery", "对外消息"),
    ("wording", "消息措辞"),
    ("absence", "请假与代管"),
    ("handover", "交接"),
    ("pairing_bar", "回避与意愿"),
    ("pairing_rules", "包靠规则"),
    ("category", "问题类别"),
    ("duty", "职责清单"),
    ("precedent", "判例"),
    ("limits", "办理时限"),
    ("phrase", "常用语"),
    ("demand", "诉求"),
    ("import", "导入"),
    ("sheet", "清单"),
    ("audit", "审计链"),
    ("site", "站点"),
];

/// The names of particulars.
const KEYS: &[(&str, &str)] = &[
    ("login", "账号"),
    ("name", "姓名（名称）"),
    ("role", "角色"),
    ("roles", "角色"),
    ("reach", "范围"),
    ("from", "从"),
    ("to", "到"),
    ("told", "内容"),
    ("until", "截止"),
    ("since", "起始"),
    ("last_day", "最后一天"),
    ("as_of", "截至"),
    ("expires_at", "有效期至"),
    ("source", "来源"),
    ("why", "原因"),
    ("reason", "理由"),
    ("kind", "类型"),
    ("label", "用途"),
    ("client", "企业（项目）"),
    ("client_name", "企业（项目）"),
    ("liaison", "联络员"),
    ("official", "干部"),
    ("official_name", "干部"),
    ("substitute", "代管人"),
    ("invited_by", "邀请人"),
    ("unit", "单位"),
    ("unit_name", "单位"),
    ("area", "区域"),
    ("area_name", "区域"),
    ("group", "工作组"),
    ("title", "标题（职务）"),
    ("position", "职务"),
    ("rank", "职级"),
    ("sessions_ended", "退出的登录数"),
    ("file", "文件"),
    ("filters", "筛选条件"),
    ("counts", "行数"),
    ("before", "之前"),
    ("after", "之后"),
    ("changed", "改动"),
    ("address", "地址"),
    ("credit_code", "统一社会信用代码"),
    ("industry", "行业代码"),
    ("scale", "规模"),
    ("list", "法定名录"),
    ("project_code", "项目代码"),
    ("project_level", "项目级别"),
    ("builder", "建设单位"),
    ("investment", "总投资（元）"),
    ("phone", "电话"),
    ("mobile", "手机"),
    ("level", "级别"),
    ("closed_on", "注销日期"),
    ("category", "问题类别"),
    ("basis", "依据"),
    ("reserved", "不得下交镇街"),
    ("objector", "提出异议的单位"),
    ("demand", "诉求编号"),
    ("what", "改动"),
    ("complexity", "复杂程度"),
    ("days", "办理期限（工作日）"),
    ("outcome", "办理结果"),
    ("rating", "满意度"),
    ("channel", "来源渠道"),
    ("state", "状态"),
    ("text", "正文"),
    ("note", "事由（答复）"),
    ("body", "正文"),
    ("number", "编号"),
    ("rows", "记录数"),
    ("broken", "断裂处"),
    ("rules", "规则版本"),
    ("kept", "专员不变"),
    ("changed_clients", "换专员"),
    ("begun", "新安排"),
    ("unpaired", "未安排"),
    ("count", "数量"),
    ("files", "附件"),
    ("url", "地址"),
    ("clients", "企业和项目数"),
    ("officials", "干部数"),
    ("units", "单位数"),
    ("demands", "诉求数"),
    ("look_field", "查看内容"),
    ("look_reason", "查看理由"),
    ("numbers", "完整号码"),
    ("key", "密钥"),
    ("values", "条数"),
    ("seed", "随机种子"),
    ("channels", "接收方式"),
    ("quiet", "免打扰时间"),
    ("email", "邮箱"),
];

/// What people wrote to one another: told by its length.
const WRITTEN: &[&str] = &["text", "body", "reason", "opinion", "note"];
/// What the machine needs and nobody reads.
const INNER: &[&str] = &["id", "version", "county_id", "area_id", "area_path", "parent_id", "path", "act"];

fn find(table: &'static [(&'static str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, label)| *label)
}

/// Every act with its name, for a list of choices.
pub fn acts() -> Vec<(String, String)> {
    let demands = DemandAct::ALL.iter().map(|act| (format!("demand.{}", act.code()), format!("诉求：{}", act.label())));
    ACTS.iter().map(|(code, label)| ((*code).to_owned(), (*label).to_owned())).chain(demands).collect()
}

/// Every kind of thing with its name, for a list of choices.
pub fn subjects() -> &'static [(&'static str, &'static str)] {
    SUBJECTS
}

/// An act by its name; its code when it has none.
#[must_use]
pub fn act(code: &str) -> String {
    let of_a_demand = || code.strip_prefix("demand.").and_then(DemandAct::parse);
    match find(ACTS, code) {
        Some(label) => label.to_owned(),
        None => of_a_demand().map_or_else(|| code.to_owned(), |act| format!("诉求：{}", act.label())),
    }
}

/// A kind of thing by its name; its code when it has none.
#[must_use]
pub fn subject(code: &str) -> &str {
    find(SUBJECTS, code).unwrap_or(code)
}

/// One particular.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pair {
    /// Its name.
    pub label: String,
    /// Its value, as people say it.
    pub value: String,
}

/// The particulars of a deed, for a reader.
#[must_use]
pub fn pairs(detail: &Value, site: &Site, now: Instant) -> Vec<Pair> {
    let mut pairs = Vec::new();
    gather(&mut pairs, "", detail, &Reading { site, now });
    pairs
}

/// By whose clock the particulars are read.
struct Reading<'a> {
    site: &'a Site,
    now: Instant,
}

fn gather(pairs: &mut Vec<Pair>, key: &str, value: &Value, reading: &Reading<'_>) {
    if INNER.contains(&key) || key.ends_with("_id") {
        return;
    }
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (inner, value) in fields {
                let inner = if matches!(key, "before" | "after") { format!("{key}.{inner}") } else { inner.clone() };
                gather(pairs, &inner, value, reading);
            }
        }
        // A list of changes: field and new value.
        Value::Array(items) if key == "changed" => {
            for item in items {
                match item.as_array().map(Vec::as_slice) {
                    Some([Value::String(field), new]) => gather(pairs, field, new, reading),
                    _ => gather(pairs, "", item, reading),
                }
            }
        }
        Value::Array(items) => {
            let said: Vec<String> = items.iter().filter_map(|item| say(key, item, reading)).collect();
            if !said.is_empty() {
                pairs.push(Pair { label: label(key), value: said.join("、") });
            }
        }
        plain => pairs.extend(say(key, plain, reading).map(|value| Pair { label: label(key), value })),
    }
}

fn label(key: &str) -> String {
    match key.split_once('.') {
        Some((side, inner)) => format!("{}{}", find(KEYS, side).unwrap_or(side), find(KEYS, inner).unwrap_or(inner)),
        None => find(KEYS, key).unwrap_or(key).to_owned(),
    }
}

/// One plain value; none for an id.
fn say(key: &str, value: &Value, reading: &Reading<'_>) -> Option<String> {
    let key = key.rsplit('.').next().unwrap_or(key);
    match value {
        Value::Bool(yes) => Some(if *yes { "是" } else { "否" }.into()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.parse::<Uuid>().is_ok() => None,
        Value::String(text) if WRITTEN.contains(&key) => {
            Some(format!("（共 {} 字，审计中不显示内容）", text.chars().count()))
        }
        Value::String(text) if matches!(key, "phone" | "mobile") => {
            Some(Phone::parse(text).map_or_else(|_| "已隐去".into(), |phone| phone.masked()))
        }
        Value::String(text) if key == "login" => Some(Login::typed(text).shown()),
        Value::String(text) => Some(word(key, text).map_or_else(|| moment(text, reading), str::to_owned)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A word of the field by its label.
fn word(key: &str, code: &str) -> Option<&'static str> {
    match key {
        "role" | "roles" => Role::parse(code).map(Role::label),
        "rank" => Rank::parse(code).map(Rank::label),
        "outcome" => Outcome::parse(code).map(Outcome::label),
        "rating" => Rating::parse(code).map(Rating::label),
        "complexity" => Complexity::parse(code).map(Complexity::label),
        "channel" => Channel::parse(code).map(Channel::label),
        "state" => DemandState::parse(code)
            .map(DemandState::label)
            .or(BarState::parse(code).map(BarState::label))
            .or(ContactState::parse(code).map(ContactState::label)),
        "scale" => ScaleClass::parse(code).map(ScaleClass::label),
        "list" => StatutoryList::parse(code).map(StatutoryList::label),
        "project_level" | "level" => ProjectLevel::parse(code).map(ProjectLevel::label),
        "kind" => match code {
            "browser" => Some("网页"),
            "api" => Some("程序接口"),
            "peer" => Some("对接平台"),
            code => UnitKind::parse(code)
                .map(UnitKind::label)
                .or(ClientKind::parse(code).map(ClientKind::label))
                .or(BarKind::parse(code).map(BarKind::label))
                .or(ContactKind::parse(code).map(ContactKind::label))
                .or(EntryKind::parse(code).map(EntryKind::label)),
        },
        _ => None,
    }
}

/// A day or an instant as people say it; any other text as it is.
fn moment(text: &str, reading: &Reading<'_>) -> String {
    if let Ok(day) = text.parse::<Day>() {
        return day.format("%Y年%-m月%-d日").to_string();
    }
    match text.parse::<Instant>() {
        Ok(at) => reading.site.say(at, reading.now),
        Err(_) => text.to_owned(),
    }
}
