//! From notices to deliveries: by which roads somebody hears of one, and when.

use super::addresses;
use super::rows::{self, NewDelivery, Told};
use super::wishes::{self, Wishes};
use crate::App;
use chrono::Duration;
use kernel::words::{DeliveryState, MessageChannel};
use kernel::{Day, Problem};
use rules::message::{Way, capped, way};
use store::Tx;

/// How many notices are looked at in one transaction.
const AT_ONCE: i64 = 100;
/// What is older is no news outside: after a long pause nobody's telephone rings all day.
const FRESH: Duration = Duration::days(2);

/// Makes deliveries of the next notices; tells how many notices it looked at.
///
/// # Errors
/// When the database fails.
pub async fn carry(app: &App) -> Result<usize, Problem> {
    if !rows::has_notices(&app.store).await? {
        return Ok(0);
    }
    let tx = app.store.begin().await?;
    let today = app.site.hours.day(tx.now());
    let taken = rows::take_notices(&tx, AT_ONCE).await?;
    let mut known: Option<Reader> = None;
    for told in &taken {
        if told.at + FRESH < tx.now() || told.read_at.is_some() {
            continue;
        }
        let reader = match known.take().filter(|reader| reader.account == told.account_id) {
            Some(reader) => reader,
            None => Reader::of(app, &tx, told, today).await?,
        };
        for channel in &reader.channels {
            send(app, &tx, (told, *channel), &reader.wishes).await?;
        }
        known = Some(reader);
    }
    tx.commit().await?;
    Ok(taken.len())
}

/// Somebody with what they want and where they can be reached.
struct Reader {
    account: kernel::id::AccountId,
    wishes: Wishes,
    channels: Vec<MessageChannel>,
}

impl Reader {
    async fn of(app: &App, tx: &Tx, told: &Told, today: Day) -> Result<Self, Problem> {
        let wishes = wishes::wishes(tx, told.account_id, app.site.area).await?;
        let mut reached = Vec::new();
        let mut mobile = None;
        for channel in app.post.channels() {
            let there = match channel {
                MessageChannel::Email => wishes.email.is_some(),
                MessageChannel::Sms | MessageChannel::Work => match mobile {
                    Some(there) => there,
                    None => *mobile.insert(addresses::mobile(tx, told.account_id, today).await?.is_some()),
                },
            };
            if there {
                reached.push(channel);
            }
        }
        let channels = wishes.chosen(&reached);
        Ok(Self { account: told.account_id, wishes, channels })
    }
}

async fn send(app: &App, tx: &Tx, (told, channel): (&Told, MessageChannel), wishes: &Wishes) -> Result<(), Problem> {
    let (time, terms, now) = (app.site.time(), &app.post.terms, tx.now());
    let quiet = wishes.quiet(terms);
    let mut found = way(&time, terms, (told.kind, wishes.pace(told.kind)), &quiet, now);
    if let Way::Alone(at) = found {
        let sent = rows::sent(tx, told.account_id, channel, at).await?;
        found = capped(found, (&time, terms, &quiet), sent, now);
    }
    let (state, due_at) = match found {
        Way::Alone(at) => (DeliveryState::Waiting, at),
        Way::Gathered(at) => (DeliveryState::Gathered, at),
        Way::Inbox => return Ok(()),
    };
    let (county, account, kind) = (told.county_id, told.account_id, told.kind);
    let new = NewDelivery { county, account, channel, kind, notice: Some(told.id), state, due_at };
    rows::insert(tx, new).await.map(drop)
}
