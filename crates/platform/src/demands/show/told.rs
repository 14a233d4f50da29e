//! What happened to a demand and how its clocks stand, in words.

use super::line::late;
use crate::Site;
use crate::demands::{Attachment, Clocked, Happened};
use kernel::Instant;
use kernel::words::{ClockKind, DemandAct, Part, Verdict};

/// A clock: what it measures, until when, and how it stands or ended.
pub(super) struct ClockLine {
    pub label: String,
    pub due: String,
    pub verdict: String,
    pub tone: &'static str,
}

impl ClockLine {
    pub fn of(site: &Site, clock: &Clocked, now: Instant) -> Self {
        let (verdict, tone) = match (clock.verdict, clock.due_at) {
            (Some(verdict @ Verdict::OnTime), _) => (verdict.label().into(), "green"),
            (Some(verdict @ Verdict::Late), _) => (verdict.label().into(), "red"),
            (Some(verdict @ Verdict::Void), _) => (verdict.label().into(), "grey"),
            (None, Some(due)) if due < now && clock.kind != ClockKind::Confirm => (late(site, due, now), "red"),
            (None, Some(due)) if due < now => ("已到期".into(), "grey"),
            (None, _) => ("计时中".into(), "blue"),
        };
        let whose = match (clock.kind, &clock.unit_name) {
            (ClockKind::Handling, Some(unit)) => format!("{unit}办理"),
            (kind, _) => kind.label().to_owned(),
        };
        let label = if clock.round > 1 { format!("{whose}（第 {} 轮）", clock.round) } else { whose };
        let due = clock.due_at.map_or_else(|| "待放假安排公布".to_owned(), |due| site.say(due, now));
        Self { label, due, verdict, tone }
    }
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
}

impl EventLine {
    pub fn of(site: &Site, event: &Happened, now: Instant) -> Self {
        use DemandAct::{Accept, Close, Confirm, Dispatch, Raise, Reject, Reopen, Reply, Return, Sign, Withdraw};
        let unit = event.unit_name.as_deref().unwrap_or("");
        let title = match (event.act, event.outcome, event.rating) {
            (Dispatch, ..) => format!("交办{unit}"),
            (Reply, Some(outcome), _) => format!("答复：{outcome}"),
            (Confirm, _, Some(rating)) => format!("确认：{rating}"),
            (act, ..) => act.label().to_owned(),
        };
        let (icon, tone) = match event.act {
            Raise => ("plus", "blue"),
            Accept | Sign => ("check", "blue"),
            Dispatch => ("send", "blue"),
            Reply => ("message-circle", "blue"),
            Confirm | Close => ("circle-check", "green"),
            Reopen | Return => ("arrow-back-up", "yellow"),
            Reject | Withdraw => ("x", "red"),
        };
        let part = if event.part == Part::Unit && !unit.is_empty() { unit } else { event.part.label() };
        let who = format!("{part} · {}", event.name);
        let (text, files) = (event.text.clone(), event.files.clone());
        Self { icon, title, who, when: site.say(event.at, now), text, tone, files }
    }
}
