//! Who hears of a contact, and in which words: the other side of it, and the desk when the registers have something wrong. A
//! subscriber of the outbox that writes notices, never to who took the step.

use super::cadence::RhythmMoved;
use super::entries::{self, EntryMoved};
use super::rows::{self, Contact};
use super::silence::{self, SilenceTold};
use super::{ContactMoved, line};
use crate::identity::holders::{self, Addressee};
use crate::notify::{self, News};
use crate::{Site, registry};
use chrono::Duration;
use kernel::id::AccountId;
use kernel::words::{ContactAct, ContactSide, ContactState, EntryAct, NewsKind, RhythmAct, SilenceResult};
use kernel::{Day, Problem};
use store::{Envelope, Subscriber, Tx};

/// What happened longer ago is no news: after a long pause nobody finds an inbox full of the past.
const FRESH: Duration = Duration::days(7);

/// Carries what happened to contacts into the inboxes.
#[derive(Debug)]
pub struct Herald<'a>(pub &'a Site);

impl Subscriber for Herald<'_> {
    const NAME: &'static str = "contacts.news";

    async fn hear(&self, tx: &Tx, event: &Envelope) -> Result<(), Problem> {
        if event.at + FRESH < tx.now() {
            return Ok(());
        }
        if let Some(moved) = event.open::<EntryMoved>()? {
            return announced(tx, event, &moved, self.0.hours.day(tx.now())).await;
        }
        if let Some(moved) = event.open::<RhythmMoved>()? {
            return said(tx, event, &moved, self.0.hours.day(tx.now())).await;
        }
        if let Some(told) = event.open::<SilenceTold>()? {
            return gone(tx, event, &told, self.0.hours.day(tx.now())).await;
        }
        let Some(moved) = event.open::<ContactMoved>()? else { return Ok(()) };
        let Some(contact) = rows::told(tx, event.county_id, moved.contact).await? else { return Ok(()) };
        let today = self.0.hours.day(tx.now());
        if let Some(title) = title(&contact, &moved, today) {
            let text = match moved.act {
                Some(ContactAct::Propose | ContactAct::Decline | ContactAct::Cancel) => &contact.said,
                _ => &contact.purpose,
            };
            let news = News {
                title,
                text: text.clone(),
                link: contact.path(),
                at: event.at,
                kind: NewsKind::Visit,
                number: String::new(),
            };
            let readers = match moved.side.other() {
                ContactSide::Client => holders::liaisons_of(tx, contact.client_id, today).await?,
                ContactSide::Commissioner => holders::commissioners_of(tx, contact.client_id, today).await?,
            };
            tell(tx, readers, moved.by, &news).await?;
        }
        if let Some(text) = moved.correction.clone() {
            let title = format!("“{}”的登记信息请核对更正", contact.client_name);
            let news = News {
                title,
                text,
                link: format!("/clients/{}", contact.client_id),
                at: event.at,
                kind: NewsKind::Task,
                number: String::new(),
            };
            let desks = holders::desks_near(tx, &contact.area_path, today).await?;
            tell(tx, desks, moved.by, &news).await?;
        }
        Ok(())
    }
}

async fn tell(tx: &Tx, readers: Vec<Addressee>, by: AccountId, news: &News) -> Result<(), Problem> {
    for reader in readers.into_iter().filter(|reader| reader.id != by) {
        notify::tell(tx, reader.id, reader.county_id, news).await?;
    }
    Ok(())
}

/// A client hears who comes and whether it is asked; a unit hears the client's word.
async fn announced(tx: &Tx, event: &Envelope, moved: &EntryMoved, today: Day) -> Result<(), Problem> {
    let Some(entry) = entries::told(tx, event.county_id, moved.entry).await? else { return Ok(()) };
    let (unit, kind, when) = (&entry.unit_name, entry.kind.label(), line::when(entry.day, "", today));
    let client = &entry.client_name;
    let (title, readers) = match moved.act {
        None if entry.wants_consent => {
            let liaisons = holders::liaisons_of(tx, entry.client_id, today).await?;
            (format!("{unit}想在{when}入企{kind}，须您同意，请答复"), liaisons)
        }
        None => (format!("{unit}将在{when}入企{kind}"), holders::liaisons_of(tx, entry.client_id, today).await?),
        Some(EntryAct::Drop) => {
            (format!("{unit}取消了{when}的入企{kind}"), holders::liaisons_of(tx, entry.client_id, today).await?)
        }
        Some(EntryAct::Consent) => {
            (format!("“{client}”同意{when}的入企{kind}"), holders::workers_of(tx, entry.unit_id, today).await?)
        }
        Some(EntryAct::Refuse) => {
            (format!("“{client}”谢绝了{when}的入企{kind}"), holders::workers_of(tx, entry.unit_id, today).await?)
        }
    };
    let news = News {
        title,
        text: entry.title.clone(),
        link: "/entries".into(),
        at: event.at,
        kind: NewsKind::Visit,
        number: String::new(),
    };
    tell(tx, readers, moved.by, &news).await
}

/// A desk hears that a client seems to be gone, to mend the registers.
async fn gone(tx: &Tx, event: &Envelope, told: &SilenceTold, today: Day) -> Result<(), Problem> {
    if told.result != SilenceResult::Gone {
        return Ok(());
    }
    let Some(call) = silence::heard(tx, event.county_id, told.call).await? else { return Ok(()) };
    let title = format!("“{}”可能已停业，请核对登记信息", call.client_name);
    let text = if call.note.is_empty() { "电话回访时得知。".to_owned() } else { call.note.clone() };
    let news = News {
        title,
        text,
        link: format!("/clients/{}", call.client_id),
        at: event.at,
        kind: NewsKind::Visit,
        number: String::new(),
    };
    tell(tx, holders::desks_near(tx, &call.area_path, today).await?, told.by, &news).await
}

/// Each side hears what the other said about how the client is visited.
async fn said(tx: &Tx, event: &Envelope, moved: &RhythmMoved, today: Day) -> Result<(), Problem> {
    let Some(client) = registry::many::clients(tx, &[moved.client]).await?.remove(&moved.client) else { return Ok(()) };
    let (by, name, told) = (&moved.name, &client.name, &moved.told);
    let what = match moved.act {
        RhythmAct::Wish => "走访意愿",
        RhythmAct::Excuse => "近期不走访",
        RhythmAct::Resume => "走访安排",
    };
    let (title, readers) = match moved.side {
        ContactSide::Client => {
            (format!("“{name}”的{what}：{told}"), holders::commissioners_of(tx, moved.client, today).await?)
        }
        ContactSide::Commissioner => {
            let whose = if moved.act == RhythmAct::Wish { "您的" } else { "" };
            (format!("{by}记下{whose}{what}：{told}"), holders::liaisons_of(tx, moved.client, today).await?)
        }
    };
    let text = match moved.side {
        ContactSide::Client => String::new(),
        ContactSide::Commissioner => "如有出入，您可以直接更改。".to_owned(),
    };
    let news = News {
        title,
        text,
        link: format!("/clients/{}/visits", moved.client),
        at: event.at,
        kind: NewsKind::Visit,
        number: String::new(),
    };
    tell(tx, readers, moved.by, &news).await
}

/// What the other side is told; nothing when it is none of its business. A demand that was raised is told by itself.
fn title(contact: &Contact, moved: &ContactMoved, today: Day) -> Option<String> {
    let (client, official) = (&contact.client_name, &contact.official_name);
    let (kind, when) = (contact.kind.label(), line::when(contact.day, &contact.hour, today));
    let to_client = moved.side == ContactSide::Commissioner;
    Some(match (moved.act, to_client) {
        (None, true) if contact.state == ContactState::Recorded => {
            format!("{official}记录了{when}的{kind}，请您确认")
        }
        (None, true) if contact.wants_consent => format!("{official}想在{when}上门，须您同意，请答复"),
        (None, true) => format!("{official}想在{when}联系您（{kind}），请答复"),
        (None, false) => format!("“{client}”希望您{when}联系（{kind}），请答复"),
        (Some(ContactAct::Propose), true) => format!("{official}提议改为{when}{kind}，请答复"),
        (Some(ContactAct::Propose), false) => format!("“{client}”提议改为{when}{kind}，请答复"),
        (Some(ContactAct::Agree), true) => format!("{official}同意了{when}的{kind}"),
        (Some(ContactAct::Agree), false) => format!("“{client}”同意了{when}的{kind}"),
        (Some(ContactAct::Decline), true) => format!("{official}不能在{when}联系您，请看说明"),
        (Some(ContactAct::Decline), false) => format!("“{client}”谢绝了{when}的{kind}"),
        (Some(ContactAct::Cancel), true) => format!("{official}取消了{when}的{kind}"),
        (Some(ContactAct::Cancel), false) => format!("“{client}”不再需要{when}的{kind}"),
        (Some(ContactAct::Record | ContactAct::Hold), true) if contact.confirmed_at.is_none() => {
            format!("{official}记录了{when}的{kind}，请您确认")
        }
        (Some(ContactAct::Deny), false) => format!("“{client}”表示没有{when}的{kind}，请核对"),
        _ => return None,
    })
}
