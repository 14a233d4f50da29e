//! What happened to a demand, how its clocks stand and where the time went, in words.

use super::line::late;
use super::{Clocked, Demand, Happened};
use crate::Site;
use crate::demands::{Attachment, Rated, Share, ShownCard};
use kernel::Instant;
use kernel::hours::open_minutes;
use kernel::words::{Card, ClockKind, DemandAct, Part, Rating, TaskRole, TaskState, Verdict};
use rules::spent::{Holder, Stand};

/// A clock: what it measures, until when, and how it stands or ended.
pub(super) struct ClockLine {
    pub label: String,
    pub due: String,
    pub verdict: String,
    pub tone: &'static str,
}

impl ClockLine {
    pub fn of(site: &Site, clock: &Clocked, now: Instant) -> Self {
        let judged = rules::shows_cards(clock.kind);
        let (verdict, tone) = match (clock.verdict, clock.due_at) {
            (Some(verdict @ Verdict::OnTime), _) => (verdict.label().into(), "green"),
            (Some(verdict @ Verdict::Late), _) => (verdict.label().into(), "red"),
            (Some(verdict @ Verdict::Void), _) => (verdict.label().into(), "grey"),
            (None, _) if clock.paused_at.is_some() => ("暂停中".into(), "grey"),
            (None, Some(due)) if due < now && judged => (late(site, due, now), "red"),
            (None, Some(due)) if due < now => ("已到期".into(), "grey"),
            (None, _) => ("计时中".into(), "blue"),
        };
        let whose = match (&clock.unit_name, clock.kind) {
            (Some(unit), ClockKind::Handling) => format!("{unit}办理"),
            (Some(unit), kind) => format!("{unit}：{kind}"),
            (None, kind) => kind.label().to_owned(),
        };
        let label = if clock.round > 1 { format!("{whose}（第 {} 轮）", clock.round) } else { whose };
        let due = match (clock.due_at, clock.paused_at) {
            (Some(due), _) => site.say(due, now),
            (None, Some(since)) => format!("{} 起暂停", site.say(since, now)),
            (None, None) => "待放假安排公布".to_owned(),
        };
        Self { label, due, verdict, tone }
    }
}

/// A card that was shown.
pub(super) struct CardLine {
    pub card: &'static str,
    pub tone: &'static str,
    pub whose: String,
    pub when: String,
}

impl CardLine {
    pub fn of(site: &Site, card: &ShownCard, now: Instant) -> Self {
        let whose =
            card.unit_name.as_ref().map_or_else(|| card.kind.label().to_owned(), |unit| format!("{unit}{}", card.kind));
        let when = match card.withdrawn_at {
            Some(at) => format!("{} 发出，期限调整后于 {} 收回", site.say(card.shown_at, now), site.say(at, now)),
            None => format!("{} 发出", site.say(card.shown_at, now)),
        };
        let tone = match (card.withdrawn_at, card.card) {
            (Some(_), _) => "grey",
            (None, Card::Red) => "red",
            (None, _) => "yellow",
        };
        Self { card: card.card.label(), tone, whose, when }
    }
}

/// A unit's part.
pub(super) struct ShareLine {
    pub unit: String,
    pub role: &'static str,
    pub state: &'static str,
    pub tone: &'static str,
    pub due: String,
}

impl ShareLine {
    pub fn of(site: &Site, share: &Share, now: Instant) -> Self {
        let tone = match share.state {
            TaskState::Dispatched | TaskState::Objected | TaskState::Proposed => "yellow",
            TaskState::Handling => "blue",
            TaskState::Answered => "green",
            TaskState::Suspended | TaskState::Shelved | TaskState::Relieved => "grey",
            TaskState::Lapsed => "red",
        };
        let waits = matches!(share.state, TaskState::Dispatched | TaskState::Handling | TaskState::Proposed);
        let due = match share.due_at.filter(|_| waits) {
            Some(due) if due < now => late(site, due, now),
            Some(due) => format!("{} 到期", site.say(due, now)),
            None => String::new(),
        };
        let role = if share.role == TaskRole::Lead { "主办" } else { "协办" };
        Self { unit: share.unit_name.clone(), role, state: share.state.label(), tone, due }
    }
}

/// What one holder took of the time.
pub(super) struct SpentLine {
    pub who: String,
    pub time: String,
    /// Of all time, in hundredths: the width of its bar.
    pub share: u64,
}

/// How long the client has waited, or did wait, in working hours; its clock never stops.
pub(super) fn waited(site: &Site, demand: &Demand, now: Instant) -> String {
    let until = demand.ended_at.unwrap_or(now);
    match open_minutes(&site.calendar, &site.hours, demand.raised_at, until) {
        Ok(minutes) => worked(site, minutes),
        Err(_) => "待放假安排公布".into(),
    }
}

/// Where the time went.
pub(super) fn spent(site: &Site, events: &[Happened], now: Instant) -> Vec<SpentLine> {
    let stand =
        |event: &Happened| event.state.map(|state| Stand { since: event.at, state, unit: event.unit_name.clone() });
    let stands: Vec<Stand> = events.iter().filter_map(stand).collect();
    let Ok(spent) = rules::spent(&site.time(), &stands, now) else { return Vec::new() };
    let all: u64 = spent.iter().map(|part| part.minutes).sum();
    let line = |part: rules::Spent| {
        let who = match part.holder {
            Holder::Desk => "企业服务台".to_owned(),
            Holder::Unit(unit) => unit,
            Holder::Held(unit) => format!("{unit}（挂起、挂账）"),
            Holder::Client => "等企业确认".to_owned(),
            Holder::Arbiter => Part::Arbiter.label().to_owned(),
            Holder::Main => "随主件办理".to_owned(),
        };
        SpentLine { who, time: worked(site, part.minutes), share: part.minutes * 100 / all.max(1) }
    };
    spent.into_iter().map(line).collect()
}

/// Open minutes as people say them.
fn worked(site: &Site, minutes: u64) -> String {
    let day = site.hours.minutes_a_day().max(1);
    match (minutes / day, minutes % day) {
        (0, minutes) if minutes < 60 => format!("{minutes} 分钟"),
        (0, minutes) => format!("{} 小时 {} 分", minutes / 60, minutes % 60),
        (days, rest) => format!("{days} 个工作日 {} 小时", rest / 60),
    }
}

/// What the client said of how it was served.
pub(super) struct RatedLine {
    pub rating: &'static str,
    pub tone: &'static str,
    pub process: &'static str,
    pub comment: String,
    pub who: String,
    pub when: String,
    /// What it is: the one that counts, or an addition.
    pub kind: &'static str,
}

pub(super) fn ratings(site: &Site, ratings: &[Rated], now: Instant) -> Vec<RatedLine> {
    let mut rounds = Vec::new();
    let line = |rated: &Rated| {
        let sealed = !rounds.contains(&rated.round);
        rounds.push(rated.round);
        RatedLine {
            rating: rated.rating.label(),
            tone: match rated.rating {
                Rating::Satisfied => "green",
                Rating::Fairly => "blue",
                Rating::Dissatisfied => "red",
            },
            process: rated.process.map_or("", Rating::label),
            comment: rated.comment.clone(),
            who: match rated.part {
                Part::Client => rated.name.clone(),
                _ => format!("{}回访记录", rated.name),
            },
            when: site.say(rated.at, now),
            kind: if sealed { "已封存" } else { "补充评价" },
        }
    };
    ratings.iter().map(line).collect()
}

/// A line of the timeline.
pub(super) struct EventLine {
    pub icon: &'static str,
    pub title: String,
    pub who: String,
    pub when: String,
    pub text: String,
    pub tone: &'static str,
    pub files: Vec<Attachment>,
    /// Something that everybody should notice; else empty.
    pub notice: &'static str,
}

/// The timeline, the last first.
pub(super) fn events(site: &Site, events: &[Happened], now: Instant) -> Vec<EventLine> {
    let mut unhappy = false;
    let mut lines = Vec::with_capacity(events.len());
    for event in events {
        let by_unit = matches!(event.part, Part::Unit | Part::Co | Part::Head);
        let mut line = EventLine::of(site, event, now);
        if unhappy && by_unit && matches!(event.act, DemandAct::Note | DemandAct::InterimReply) {
            line.notice = "企业评价不满意之后的联系";
        }
        unhappy |= event.rating == Some(Rating::Dissatisfied);
        lines.push(line);
    }
    lines.reverse();
    lines
}

impl EventLine {
    fn of(site: &Site, event: &Happened, now: Instant) -> Self {
        let unit = event.unit_name.as_deref().unwrap_or("");
        let title = match (event.act, event.outcome, event.rating, event.part) {
            (DemandAct::Dispatch, ..) => format!("交办{unit}"),
            (DemandAct::Involve, ..) => format!("请{unit}协办"),
            (DemandAct::Reply | DemandAct::Approve, Some(outcome), ..) => format!("答复：{outcome}"),
            (DemandAct::Confirm, _, Some(rating), _) => format!("确认：{rating}"),
            (DemandAct::Rate, _, Some(rating), Part::Desk) => format!("回访：{rating}"),
            (DemandAct::Rate, _, Some(rating), _) => format!("补充评价：{rating}"),
            (act, ..) => act.label().to_owned(),
        };
        let (icon, tone) = picture(event.act);
        let served = matches!(event.part, Part::Unit | Part::Co | Part::Head);
        let part = if served && !unit.is_empty() { unit } else { event.part.label() };
        let who = if event.part == Part::Platform { part.to_owned() } else { format!("{part} · {}", event.name) };
        let (text, files) = (event.text.clone(), event.files.clone());
        Self { icon, title, who, when: site.say(event.at, now), text, tone, files, notice: "" }
    }
}

const fn picture(act: DemandAct) -> (&'static str, &'static str) {
    use DemandAct::{
        Accept, Approve, Archive, AssistReply, CheckWithdrawal, Close, Confirm, Contest, DecideExtension, Dispatch,
        Escalate, InterimReply, Involve, KeepOn, Merge, Note, Object, Raise, Rate, Recheck, Reclassify, Reject, Reopen,
        Reply, RequestExtension, RequestShelving, RequestSuspension, Resume, Rule, Shelve, Sign, Split, Suspend,
        Unmerge, Wake, Withdraw,
    };
    match act {
        Raise | Split => ("plus", "blue"),
        Accept | Sign | Approve | DecideExtension | Resume | Wake | KeepOn | Unmerge | Reclassify => ("check", "blue"),
        Dispatch | Involve | Merge | Escalate => ("send", "blue"),
        Reply | InterimReply | AssistReply | Note => ("message-circle", "blue"),
        Confirm | Rate | Close | Recheck | CheckWithdrawal | Archive | Rule => ("circle-check", "green"),
        Reopen | Object | Contest => ("arrow-back-up", "yellow"),
        RequestExtension | RequestSuspension | RequestShelving | Suspend | Shelve => ("clock", "yellow"),
        Reject | Withdraw => ("x", "red"),
    }
}
