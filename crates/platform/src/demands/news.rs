//! Who hears of a step, and in which words. A subscriber of the outbox: after the step is durable, it writes notices to
//! just the people whom the step concerns, never to who took it, and never about what the reader may not open now.

use super::{Demand, DemandMoved, rows};
use crate::Site;
use crate::identity::holders::{self, Addressee};
use crate::notify::{self, News};
use chrono::Duration;
use kernel::words::{DemandAct, Part, Rating};
use kernel::{Day, Problem};
use store::{Envelope, Subscriber, Tx};

/// What happened longer ago is no news: after a long pause nobody finds an inbox full of the past.
const FRESH: Duration = Duration::days(7);

/// Carries what happened to demands into the inboxes.
#[derive(Debug)]
pub struct Herald<'a>(pub &'a Site);

impl Subscriber for Herald<'_> {
    const NAME: &'static str = "demands.news";

    async fn hear(&self, tx: &Tx, event: &Envelope) -> Result<(), Problem> {
        let Some(moved) = event.open::<DemandMoved>()? else { return Ok(()) };
        if event.at + FRESH < tx.now() {
            return Ok(());
        }
        let Some(demand) = rows::demand_of(tx, event.county_id, moved.demand).await? else { return Ok(()) };
        let today = self.0.hours.day(tx.now());
        let mut told = vec![moved.by];
        for part in Part::ALL.iter().copied() {
            let Some(title) = title(&moved, part) else { continue };
            let text = match part {
                Part::Client => format!("{}（{}）", demand.title, demand.number),
                _ => format!("{} · {}（{}）", demand.client_name, demand.title, demand.number),
            };
            let news = News { title, text, link: demand.path(), at: event.at };
            for reader in players(tx, part, &moved, &demand, today).await? {
                if !told.contains(&reader.id) {
                    notify::tell(tx, reader.id, reader.county_id, &news).await?;
                    told.push(reader.id);
                }
            }
        }
        Ok(())
    }
}

/// Those who play a part towards the demand today. A unit that has lost it since then is not told of it.
async fn players(
    tx: &Tx,
    part: Part,
    moved: &DemandMoved,
    demand: &Demand,
    today: Day,
) -> Result<Vec<Addressee>, Problem> {
    match part {
        Part::Client => holders::liaisons_of(tx, demand.client_id, today).await,
        Part::Commissioner => holders::commissioners_of(tx, demand.client_id, today).await,
        Part::Desk => holders::desks_near(tx, &demand.area_path, today).await,
        Part::Unit => match moved.unit.filter(|unit| demand.lead_unit_id == Some(*unit)) {
            Some(unit) => holders::workers_of(tx, unit, today).await,
            None => Ok(Vec::new()),
        },
    }
}

/// What those of a part are told of a step; nothing when it does not concern them. What passes between unit and desk
/// (signing, giving back) is not brought before the client: it disturbs without cause.
fn title(moved: &DemandMoved, part: Part) -> Option<String> {
    use DemandAct::{Accept, Close, Confirm, Dispatch, Raise, Reject, Reopen, Reply, Return, Sign, Withdraw};
    let unit = moved.unit_name.as_deref().unwrap_or("承办单位");
    let rating = moved.rating.map_or("", Rating::label);
    Some(match (moved.act, part) {
        (Raise, Part::Desk) => "新诉求，等您受理".into(),
        (Raise, Part::Client) => "已代您提交诉求".into(),
        (Raise, Part::Commissioner) => "您服务的企业提交了诉求".into(),
        (Accept, Part::Client | Part::Commissioner) => "诉求已受理".into(),
        (Reject, Part::Client | Part::Commissioner) => "诉求不予受理，请看理由".into(),
        (Dispatch, Part::Unit) => "新交办的诉求，等您签收".into(),
        (Dispatch, Part::Client | Part::Commissioner) => format!("诉求已交{unit}办理"),
        (Return, Part::Desk) => format!("{unit}退回诉求，等您重新交办"),
        (Reply, Part::Client) => "诉求已有答复，请您确认".into(),
        (Reply, Part::Commissioner) => "诉求已有答复，等企业确认".into(),
        (Confirm, Part::Unit | Part::Commissioner) => format!("企业已确认答复：{rating}"),
        (Confirm, Part::Desk) if moved.rating == Some(Rating::Dissatisfied) => "企业对办理结果不满意".into(),
        (Reopen, Part::Desk) => "企业要求重办，等您重新交办".into(),
        (Reopen, Part::Commissioner) => "企业要求重办".into(),
        (Withdraw, Part::Desk | Part::Unit | Part::Commissioner) => "企业撤回了诉求，不再办理".into(),
        (Close, Part::Client | Part::Commissioner | Part::Unit) => "诉求已办结（逾期未确认）".into(),
        (Raise | Accept | Reject | Dispatch | Sign | Return | Reply | Confirm | Reopen | Withdraw | Close, _) => {
            return None;
        }
    })
}
