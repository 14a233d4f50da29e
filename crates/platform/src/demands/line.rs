//! A demand as a line of a list: where it stands, who holds it, and how long there is left, in the words people use.

use super::Demand;
use super::search::{Piece, Words};
use crate::Site;
use kernel::Instant;
use kernel::words::{Card, DemandState, Part};

/// A demand as a line of a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its page.
    pub href: String,
    /// The field by which it is chosen among others.
    pub field: String,
    /// The version that is seen.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub client: String,
    /// What it is about.
    pub category: String,
    /// Where it stands.
    pub state: &'static str,
    /// In which colour.
    pub tone: &'static str,
    /// The card it shows; empty for none.
    pub card: &'static str,
    /// Until when something is due, and whether that has passed.
    pub due: String,
    /// In which colour.
    pub due_tone: &'static str,
    /// Who holds it now.
    pub holder: String,
    /// When it was raised.
    pub raised: String,
    /// Its round, when it is not the first; else empty.
    pub round: String,
    /// Where the words stand by which it was found, when it was searched for.
    pub found: Option<Found>,
}

/// Where words stand in a demand.
#[derive(Debug, Clone)]
pub struct Found {
    /// The title, marked.
    pub title: Vec<Piece>,
    /// The client's name, marked.
    pub client: Vec<Piece>,
    /// The category, marked.
    pub category: Vec<Piece>,
    /// The part of the text around the first word, marked; empty when none stands there.
    pub excerpt: Vec<Piece>,
    /// The part of an answer around a word that stands nowhere else, marked; empty when there is none.
    pub answer: Vec<Piece>,
}

impl Found {
    fn by(words: &Words, demand: &Demand, answers: &[String]) -> Self {
        let missing = words.missing_in(demand);
        Self {
            title: words.mark(&demand.title),
            client: words.mark(&demand.client_name),
            category: words.mark(&demand.category_name),
            excerpt: words.excerpt(&demand.body),
            answer: answers
                .iter()
                .map(|said| missing.excerpt(said))
                .find(|shown| !shown.is_empty())
                .unwrap_or_default(),
        }
    }
}

impl Line {
    /// The line of a demand, read at `now`.
    #[must_use]
    pub fn of(site: &Site, demand: &Demand, now: Instant) -> Self {
        let (card, due_tone) = match shown_card(site, demand, now) {
            Card::Red => ("红牌", "red"),
            Card::Yellow => ("黄牌", "yellow"),
            Card::None => ("", "grey"),
        };
        let late = demand.due_at.is_some_and(|due| due < now);
        Self {
            href: demand.path(),
            field: format!("d-{}", demand.id),
            version: demand.version,
            number: demand.number.clone(),
            title: demand.title.clone(),
            client: demand.client_name.clone(),
            category: demand.category_name.clone(),
            state: demand.state.label(),
            tone: tone(demand.state),
            card,
            due: due(site, demand, now),
            due_tone: if late { "red" } else { due_tone },
            holder: holder(demand),
            raised: site.say(demand.raised_at, now),
            round: if demand.round > 1 { format!("第 {} 轮", demand.round) } else { String::new() },
            found: None,
        }
    }

    /// The line of a demand that was searched for by these words, and of what it was answered.
    #[must_use]
    pub fn found(site: &Site, demand: &Demand, (words, answers): (&Words, &[String]), now: Instant) -> Self {
        Self { found: Some(Found::by(words, demand, answers)), ..Self::of(site, demand, now) }
    }
}

/// Who has to move now.
pub(super) fn holder(demand: &Demand) -> String {
    match (rules::waiting_on(demand.state), &demand.lead_unit_name) {
        (Some(Part::Desk), _) => "企业服务台".into(),
        (Some(Part::Client), _) => "企业确认".into(),
        (Some(Part::Head), Some(unit)) => format!("{unit}负责人"),
        (Some(Part::Unit), Some(unit)) => unit.clone(),
        (Some(Part::Platform), _) => format!("随 {} 办理", demand.merged_number.as_deref().unwrap_or("主件")),
        (Some(part), _) => part.label().to_owned(),
        (None, _) => "—".into(),
    }
}

fn shown_card(site: &Site, demand: &Demand, now: Instant) -> Card {
    let started_at = demand.due_since.unwrap_or(demand.raised_at);
    rules::card_until(&site.time(), started_at, demand.due_at, now).unwrap_or(Card::None)
}

/// `明天 17:00 到期`, `已超时 2 个工作日`.
pub(super) fn due(site: &Site, demand: &Demand, now: Instant) -> String {
    match (demand.due_at, demand.ended_at) {
        (_, Some(ended)) => format!("{} 结束", site.say(ended, now)),
        (None, None) if demand.state == DemandState::Replied => "等企业确认".into(),
        (Some(due), None) if demand.state == DemandState::Shelved && due >= now => {
            format!("{} 复核", site.say(due, now))
        }
        (None, None) => "待放假安排公布".into(),
        (Some(due), None) if due < now => late(site, due, now),
        (Some(due), None) => format!("{} 到期", site.say(due, now)),
    }
}

/// How late it is: in working days, once one has passed.
pub(super) fn late(site: &Site, due: Instant, now: Instant) -> String {
    let (from, to) = (site.hours.day(due), site.hours.day(now));
    match from.succ_opt().map(|next| site.calendar.count(next, to)) {
        Some(Ok(days)) if days > 0 && to > from => format!("已超时 {days} 个工作日"),
        _ => format!("{} 已超时", site.say(due, now)),
    }
}

pub(super) fn tone(state: DemandState) -> &'static str {
    use DemandState::{
        Accepted, Arbitration, Archived, Closed, Dispatched, Handling, Merged, Objected, Proposed, Raised, Rejected,
        Replied, Shelved, Suspended, Withdrawing, Withdrawn,
    };
    match state {
        Raised | Accepted | Dispatched | Objected | Arbitration | Proposed | Replied | Withdrawing => "yellow",
        Handling => "blue",
        Closed => "green",
        Merged | Suspended | Shelved | Rejected | Withdrawn | Archived => "grey",
    }
}
