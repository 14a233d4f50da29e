//! What becomes of pairings when people and clients move: a subscriber of the outbox. Who leaves office looks after nobody from
//! the day after their last; a client that is gone has no commissioner. A move ends nothing: where a commissioner of a town no
//! longer fits the place, those who pair are told, and hand over without a day between.

mod rows;

use super::absences;
use crate::Site;
use crate::app::say_day;
use crate::identity::holders::{self, Addressee};
use crate::notify::{self, News};
use crate::org::{OfficialLeft, OfficialMoved};
use crate::registry::{ClientClosed, ClientMoved};
use chrono::Duration;
use kernel::id::AccountId;
use kernel::words::NewsKind;
use kernel::{Day, Instant, Problem};
use rows::Kept;
use std::collections::BTreeMap;
use store::{Envelope, Subscriber, Tx};

/// What happened longer ago is acted on and told to nobody.
const FRESH: Duration = Duration::days(7);

/// Keeps pairings right when people and clients move.
#[derive(Debug)]
pub struct Steward<'a>(pub &'a Site);

impl Subscriber for Steward<'_> {
    const NAME: &'static str = "pairing.life";

    async fn hear(&self, tx: &Tx, event: &Envelope) -> Result<(), Problem> {
        let county = event.county_id;
        let (at, today) = (event.at, self.0.hours.day(tx.now()));
        let fresh = at + FRESH >= tx.now();
        if let Some(left) = event.open::<OfficialLeft>()? {
            let kept = rows::of_official(tx, (left.official, county), left.last).await?;
            end_all(tx, &kept, left.last).await?;
            absences::end_of(tx, (left.official, county), left.last).await?;
            if fresh {
                tell_of_leaving(tx, &kept, left.last, (at, today)).await?;
            }
        } else if let Some(closed) = event.open::<ClientClosed>()? {
            let kept = rows::of_client(tx, (closed.client, county), closed.last).await?;
            end_all(tx, &kept, closed.last).await?;
        } else if let Some(moved) = event.open::<OfficialMoved>()?.filter(|_| fresh) {
            let kept = rows::of_official(tx, (moved.official, county), today).await?;
            tell_of_move(tx, &kept, (at, today)).await?;
        } else if let Some(moved) = event.open::<ClientMoved>()?.filter(|_| fresh) {
            let kept = rows::of_client(tx, (moved.client, county), today).await?;
            tell_of_move(tx, &kept, (at, today)).await?;
        }
        Ok(())
    }
}

/// Ends these on `last`; what had not begun by then ends on its first day.
async fn end_all(tx: &Tx, kept: &[Kept], last: Day) -> Result<(), Problem> {
    for one in kept {
        super::ended(tx, None, &one.pairing, last.max(one.pairing.from_day)).await?;
    }
    Ok(())
}

/// Those who find somebody else hear how many clients they have to find one for; each enterprise hears that somebody will come.
async fn tell_of_leaving(tx: &Tx, kept: &[Kept], last: Day, (at, today): (Instant, Day)) -> Result<(), Problem> {
    let Some(name) = kept.first().map(|one| one.pairing.official_name.clone()) else { return Ok(()) };
    for (reader, clients) in by_who_pairs(tx, kept, today).await? {
        let title = format!("{name}已离任，{} 家企业（项目）待重新安排", clients.len());
        let text = format!("最后一天 {}：{}", say_day(last), named(&clients));
        let news =
            News { title, text, link: "/pairings/unpaired".into(), at, kind: NewsKind::Task, number: String::new() };
        notify::tell(tx, reader.id, reader.county_id, &news).await?;
    }
    for one in kept {
        let client = one.pairing.client_id;
        let title = format!("您的服务专员{name}已离任，正在安排新的专员");
        let text = "有事可直接提交诉求，由服务台办理。".to_owned();
        let news =
            News { title, text, link: format!("/clients/{client}"), at, kind: NewsKind::Other, number: String::new() };
        for reader in holders::liaisons_of(tx, client, today).await? {
            notify::tell(tx, reader.id, reader.county_id, &news).await?;
        }
    }
    Ok(())
}

/// Those who pair hear of clients that lie outside the town of their commissioner now. Any other move changes nothing.
async fn tell_of_move(tx: &Tx, kept: &[Kept], (at, today): (Instant, Day)) -> Result<(), Problem> {
    let outside: Vec<Kept> = kept.iter().filter(|one| one.is_outside()).cloned().collect();
    let Some(first) = outside.first().map(|one| &one.pairing) else { return Ok(()) };
    for (reader, clients) in by_who_pairs(tx, &outside, today).await? {
        let (name, unit) = (&first.official_name, &first.unit_name);
        let title = format!("{name}（{unit}）服务的 {} 家企业（项目）不在其镇街，请核对是否移交", clients.len());
        let link = format!("/pairings?official={}", first.official_id);
        let news = News { title, text: named(&clients), link, at, kind: NewsKind::Task, number: String::new() };
        notify::tell(tx, reader.id, reader.county_id, &news).await?;
    }
    Ok(())
}

/// The desks and coordination groups near these clients, each with the names of those near them.
async fn by_who_pairs(tx: &Tx, kept: &[Kept], today: Day) -> Result<Vec<(Addressee, Vec<String>)>, Problem> {
    let mut readers: BTreeMap<AccountId, (Addressee, Vec<String>)> = BTreeMap::new();
    for one in kept {
        let mut near = holders::desks_near(tx, &one.area_path, today).await?;
        near.extend(holders::coordination_near(tx, &one.area_path, today).await?);
        for reader in near {
            let (_, clients) = readers.entry(reader.id).or_insert((reader, Vec::new()));
            if !clients.contains(&one.pairing.client_name) {
                clients.push(one.pairing.client_name.clone());
            }
        }
    }
    Ok(readers.into_values().collect())
}

/// The first few by name.
fn named(clients: &[String]) -> String {
    let first: Vec<&str> = clients.iter().take(3).map(String::as_str).collect();
    let more = if clients.len() > first.len() { "等" } else { "" };
    format!("{}{more}", first.join("、"))
}
