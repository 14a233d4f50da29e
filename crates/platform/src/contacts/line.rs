//! A contact in the words people use: when, how far it has come, and what it waits for.

use super::{Contact, Yielded};
use crate::Site;
use chrono::{Datelike, Weekday};
use kernel::Day;
use kernel::words::{ContactSide, ContactState, YieldKind};

/// A contact as a line of a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its page.
    pub href: String,
    /// With whom.
    pub client: String,
    /// By which way.
    pub kind: &'static str,
    /// Its sign.
    pub icon: &'static str,
    /// On which day, and at what time.
    pub when: String,
    /// Who goes, of which unit.
    pub who: String,
    /// What it is about.
    pub purpose: String,
    /// What it is about, in any case: who it is of when nothing was said.
    pub topic: String,
    /// How far it has come.
    pub state: &'static str,
    /// In which colour.
    pub tone: &'static str,
}

impl Line {
    /// The contact as a line, for somebody who reads it today.
    #[must_use]
    pub fn of(contact: &Contact, today: Day) -> Self {
        let (state, tone) = state(contact, today);
        Self {
            href: contact.path(),
            client: contact.client_name.clone(),
            kind: contact.kind.label(),
            icon: icon(contact.kind),
            when: when(contact.day, &contact.hour, today),
            who: format!("{}（{}）", contact.official_name, contact.unit_name),
            purpose: contact.purpose.clone(),
            topic: if contact.purpose.is_empty() {
                format!("{}的{}", contact.official_name, contact.kind.label())
            } else {
                contact.purpose.clone()
            },
            state,
            tone,
        }
    }
}

/// The sign of a way.
pub(super) fn icon(kind: kernel::words::ContactKind) -> &'static str {
    use kernel::words::ContactKind::{Message, Onsite, Phone, Video, Wechat};
    match kind {
        Onsite => "building-factory-2",
        Phone => "phone",
        Wechat => "message-circle",
        Video => "device-mobile",
        Message => "send",
    }
}

/// How far it has come, and in which colour.
pub(super) fn state(contact: &Contact, today: Day) -> (&'static str, &'static str) {
    match (contact.state, contact.turn) {
        (ContactState::Planned, _) if contact.day < today => ("已过期未约定", "grey"),
        (ContactState::Planned, Some(ContactSide::Client)) if contact.wants_consent => ("待企业同意", "yellow"),
        (ContactState::Planned, Some(ContactSide::Client)) => ("待企业答复", "yellow"),
        (ContactState::Planned, _) => ("待专员答复", "yellow"),
        (ContactState::Agreed, _) if contact.day < today => ("待记录", "yellow"),
        (ContactState::Agreed, _) => ("已约定", "blue"),
        (ContactState::Held, _) => ("待记录", "yellow"),
        (ContactState::Recorded, _) if contact.denied_at.is_some() => ("企业称没有", "red"),
        (ContactState::Recorded, _) if contact.confirmed_at.is_some() => ("企业已确认", "green"),
        (ContactState::Recorded, _) if contact.counted_on.is_some() => ("已记录", "green"),
        (ContactState::Recorded, _) => ("待企业确认", "yellow"),
        (ContactState::Declined, _) => ("已谢绝", "grey"),
        (ContactState::Cancelled, _) => ("已取消", "grey"),
    }
}

/// A day near to today as people say it, with its weekday: `明天（周二）09:30`.
pub(super) fn when(day: Day, hour: &str, today: Day) -> String {
    let name = match (day - today).num_days() {
        0 => "今天".to_owned(),
        1 => "明天".to_owned(),
        2 => "后天".to_owned(),
        -1 => "昨天".to_owned(),
        _ if day.year() == today.year() => format!("{}月{}日", day.month(), day.day()),
        _ => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
    };
    let weekday = match day.weekday() {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    };
    format!("{name}（{weekday}）{hour}")
}

/// Something that came of a contact, as a line.
pub(super) struct Gain {
    pub what: &'static str,
    pub text: String,
    /// The demand's page, when it is one.
    pub href: Option<String>,
    pub at: String,
}

impl Gain {
    pub fn of(site: &Site, one: &Yielded, now: kernel::Instant) -> Self {
        let number = one.demand_number.as_deref().unwrap_or_default();
        let text = match one.kind {
            YieldKind::Demand => format!("{}（{number}）", one.text),
            _ => one.text.clone(),
        };
        let href = one.demand_id.map(|id| format!("/demands/{id}"));
        Self { what: one.kind.label(), text, href, at: site.say(one.at, now) }
    }
}
