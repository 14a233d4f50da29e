//! Who hears of a published round: commissioners for whom it changes something, heads of units once, and the liaisons of
//! clients that get somebody whom they did not have. Whoever keeps theirs is not disturbed.

use super::super::rows as rounds;
use super::{RoundPublished, rows};
use crate::Site;
use crate::app::say_day;
use crate::notify::{self, News};
use chrono::Duration;
use kernel::id::AccountId;
use kernel::words::NewsKind;
use kernel::{AreaCode, Problem};
use std::collections::BTreeMap;
use store::{Envelope, Subscriber, Tx};

/// What happened longer ago is no news: after a long pause nobody finds an inbox full of the past.
const FRESH: Duration = Duration::days(7);

/// Carries published rounds into the inboxes.
#[derive(Debug)]
pub struct Herald<'a>(pub &'a Site);

impl Subscriber for Herald<'_> {
    const NAME: &'static str = "rounds.news";

    async fn hear(&self, tx: &Tx, event: &Envelope) -> Result<(), Problem> {
        let Some(RoundPublished { round, by }) = event.open::<RoundPublished>()? else { return Ok(()) };
        if event.at + FRESH < tx.now() {
            return Ok(());
        }
        let Some(round) = rounds::round(tx, round).await? else { return Ok(()) };
        let (today, first) = (self.0.hours.day(tx.now()), say_day(round.first_day));
        let mut told = Vec::new();
        let mut changes: BTreeMap<(AccountId, AreaCode), (i64, i64, i64)> = BTreeMap::new();
        for one in rows::commissioners(tx, &round, today).await? {
            changes.insert((one.id, one.county_id), (one.clients, one.new, 0));
        }
        for one in rows::givers(tx, &round, today).await? {
            changes.entry((one.id, one.county_id)).or_default().2 = one.new;
        }
        for ((account, county), (clients, new, given)) in changes {
            if new == 0 && given == 0 {
                continue;
            }
            let mut parts = Vec::new();
            if new > 0 {
                parts.push(format!("新联系 {new} 家"));
            }
            if given > 0 {
                parts.push(format!("交出 {given} 家"));
            }
            let text = format!("{}，共联系 {clients} 家企业和项目。", parts.join("，"));
            let title = format!("您的联系包靠有调整，从{first}起");
            told.push((
                account,
                county,
                News {
                    title,
                    text,
                    link: "/my-clients".into(),
                    at: event.at,
                    kind: NewsKind::Other,
                    number: String::new(),
                },
            ));
        }
        for head in rows::heads(tx, &round, today).await? {
            let text = format!(
                "{}：{} 名干部联系 {} 家企业和项目，其中新安排 {} 家。",
                head.unit_name, head.officials, head.clients, head.new
            );
            let (title, link) =
                (format!("“{}”已公布", round.name), format!("{}?unit={}", round.public_path(), head.unit_id));
            told.push((
                head.id,
                head.county_id,
                News { title, text, link, at: event.at, kind: NewsKind::Other, number: String::new() },
            ));
        }
        for liaison in rows::liaisons(tx, &round, today).await? {
            let title = format!("您的服务专员：{}", liaison.official_name);
            let text =
                format!("从{first}起，由{}{}联系“{}”。", liaison.unit_name, liaison.official_name, liaison.client_name);
            let link = format!("/clients/{}", liaison.client_id);
            told.push((
                liaison.id,
                liaison.county_id,
                News { title, text, link, at: event.at, kind: NewsKind::Other, number: String::new() },
            ));
        }
        told.retain(|(account, ..)| *account != by);
        notify::tell_all(tx, told).await
    }
}
