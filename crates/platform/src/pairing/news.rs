//! Who hears of what happens around pairings, and in which words: a subscriber of the outbox that writes notices. The
//! commissioner hears nothing of what a client asked about them.

use super::absences::{self, AbsenceBegan};
use super::bars::{self, Bar, BarMoved};
use super::handovers::{self, Handover, HandoverMoved};
use crate::Site;
use crate::app::say_day;
use crate::identity::holders;
use crate::notify::{self, News};
use chrono::Duration;
use kernel::words::{BarKind, BarState, HandoverState, NewsKind};
use kernel::{Day, Problem};
use store::{Envelope, Subscriber, Tx};

/// What happened longer ago is no news: after a long pause nobody finds an inbox full of the past.
const FRESH: Duration = Duration::days(7);

/// Carries what happens around pairings into the inboxes.
#[derive(Debug)]
pub struct Herald<'a>(pub &'a Site);

impl Subscriber for Herald<'_> {
    const NAME: &'static str = "pairing.news";

    async fn hear(&self, tx: &Tx, event: &Envelope) -> Result<(), Problem> {
        if event.at + FRESH < tx.now() {
            return Ok(());
        }
        let today = self.0.hours.day(tx.now());
        if let Some(moved) = event.open::<BarMoved>()? {
            return match bars::told(tx, event.county_id, moved.bar, today).await? {
                Some(bar) => asked(tx, event, &bar, today).await,
                None => Ok(()),
            };
        }
        if let Some(began) = event.open::<AbsenceBegan>()? {
            for (title, link, readers) in absences::news(tx, (event.county_id, began), today).await? {
                let news = News {
                    title,
                    text: String::new(),
                    link,
                    at: event.at,
                    kind: NewsKind::Other,
                    number: String::new(),
                };
                for reader in readers {
                    notify::tell(tx, reader.id, reader.county_id, &news).await?;
                }
            }
            return Ok(());
        }
        let Some(moved) = event.open::<HandoverMoved>()? else { return Ok(()) };
        match handovers::told(tx, event.county_id, moved.handover).await? {
            Some(handover) => handed_over(tx, event, (&moved, &handover), today).await,
            None => Ok(()),
        }
    }
}

/// Each step of a handover goes to whoever takes the next one.
async fn handed_over(
    tx: &Tx,
    event: &Envelope,
    (moved, handover): (&HandoverMoved, &Handover),
    today: Day,
) -> Result<(), Problem> {
    let client = moved.state == HandoverState::Received && !moved.unmet;
    let link = if client { format!("/clients/{}", handover.client_id) } else { format!("/handovers/{}", handover.id) };
    for (title, readers) in handovers::news(tx, moved, handover, today).await? {
        let text = format!("{} → {}，{}起", handover.former_name, handover.next_name, say_day(handover.from_day));
        let news = News { title, text, link: link.clone(), at: event.at, kind: NewsKind::Other, number: String::new() };
        for reader in readers {
            notify::tell(tx, reader.id, reader.county_id, &news).await?;
        }
    }
    Ok(())
}

/// A request goes to the nearest desk, its answer to the client's own people.
async fn asked(tx: &Tx, event: &Envelope, bar: &Bar, today: Day) -> Result<(), Problem> {
    let (Some(client), Some(place)) = (bar.client_id, bar.client_path.as_ref()) else { return Ok(()) };
    let wish = if bar.kind == BarKind::Unwanted { "暂不需要服务专员" } else { "换一名服务专员" };
    let text = bar.client_name.clone().unwrap_or_default();
    let (title, link, readers) = match bar.state {
        BarState::Pending => {
            let desks = holders::desks_near(tx, place, today).await?;
            (format!("企业提出{wish}，等您处理"), format!("/pairing-bars/{}", bar.id), desks)
        }
        BarState::Held | BarState::Declined => {
            let liaisons = holders::liaisons_of(tx, client, today).await?;
            let outcome = if bar.state == BarState::Held { "已处理" } else { "已答复，请查看" };
            (format!("您提出的“{wish}”{outcome}"), format!("/clients/{client}"), liaisons)
        }
        BarState::Withdrawn => return Ok(()),
    };
    let news = News { title, text, link, at: event.at, kind: NewsKind::Other, number: String::new() };
    for reader in readers {
        notify::tell(tx, reader.id, reader.county_id, &news).await?;
    }
    Ok(())
}
