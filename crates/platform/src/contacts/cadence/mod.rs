//! When the next visit to a client is due (到期走访), and what the client itself asked for: less, or rather calls, or nobody for
//! some time. A principle and no quota (M4): nothing is scored, nobody is ranked, and an honest reason moves the day.
//!
//! `rules::contact::due` says the day. It is kept beside the client as it was reckoned: in the transaction of every contact and
//! word of the client, when pairings change, and each morning anew for what days alone bring about ([`keep_time`]).

mod api;
mod due;
mod keeper;
mod reckon;
mod reminders;
mod rows;
mod wishes;

pub use keeper::{Keeper, Kept, keep_time, settle};
pub(super) use reckon::reckon;
pub use rows::Rhythm;

use super::side;
use crate::audit::{self, Deed};
use crate::registry::Client;
use crate::{App, Site};
use chrono::Days;
use kernel::authz::ReadVisits;
use kernel::id::{AccountId, ClientId};
use kernel::words::{ContactSide, RhythmAct, VisitExcuse};
use kernel::{Actor, Day, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shell::Routes;
use store::{Db, Sql, Topic, Tx};

/// What is due within so many days is shown beside what is due.
const AHEAD: Days = Days::new(14);
/// The longest that a reason may hold, in days: half a year; the commissioner's own, a month.
const LONGEST: i64 = 184;
const LONGEST_OF_OFFICIAL: i64 = 31;
/// The fewest visits a client may ask for: one in so many months.
const FEWEST: i64 = 24;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(due::routes()).merge(wishes::routes())
}

/// Which part of the due list is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DueView {
    /// Due, or within two weeks.
    #[default]
    Now,
    /// Due, with nothing planned.
    Due,
    /// Nobody goes, for a reason.
    Excused,
    /// Every client that somebody looks after.
    All,
}

/// Which clients to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct DueFilter {
    /// Which part.
    #[serde(default)]
    pub view: DueView,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// What a client asks for. Neither less nor calls: as usual again.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct NewWish {
    /// Once in so many months: fewer visits than usual, at most 24 months apart.
    pub months: Option<u32>,
    /// Rather by a call than by a visit.
    #[serde(default)]
    pub calls: bool,
    /// In the client's own words. A commissioner who notes a wish owes them.
    #[serde(default)]
    pub words: String,
}

/// Why nobody goes for some time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewExcuse {
    /// Why.
    pub reason: VisitExcuse,
    /// In words. Owed for another reason, and by a commissioner whom the client asked.
    #[serde(default)]
    pub words: String,
    /// The last day, at most half a year ahead; a month when the commissioner cannot come.
    pub until: Day,
}

/// Somebody said how a client wants to be visited. Told through the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RhythmMoved {
    /// Of which client.
    pub client: ClientId,
    /// What was said.
    pub act: RhythmAct,
    /// By which side.
    pub side: ContactSide,
    /// By which account's holder.
    pub by: AccountId,
    /// Their name.
    pub name: String,
    /// In a few words.
    pub told: String,
}

impl Topic for RhythmMoved {
    const NAME: &'static str = "rhythm.moved";
}

/// Clients by the day the next visit is due, the soonest first, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn rhythms(
    db: &impl Db,
    scope: &Scope<ReadVisits>,
    filter: &DueFilter,
    today: Day,
    limit: Limit,
) -> Result<Page<Rhythm>, Problem> {
    let rows = rows::rhythms(db, scope, filter, today, limit).await?;
    Ok(Page::cut(rows, limit, |rhythm| (rhythm.due_day.unwrap_or(Day::MAX), rhythm.client_id)))
}

/// The question how many clients of the actor's are due and have nothing planned, up to 1000.
#[must_use]
pub fn due_count(actor: &Actor, today: Day) -> Option<Sql> {
    actor.scope::<ReadVisits>().map(|scope| rows::count(&scope, DueView::Due, today))
}

/// How the visits to a client stand.
///
/// # Errors
/// When the database fails.
pub async fn rhythm(db: &impl Db, client: &Client) -> Result<Rhythm, Problem> {
    rows::rhythm(db, client).await?.ok_or(Problem::NotFound)
}

/// Keeps what a client asks for: its liaison says so, or its commissioner notes it with the client's words.
///
/// # Errors
/// [`Problem::Invalid`] for more visits than usual, or words that are owed or too long; [`Problem::Conflict`] when the client
/// itself said otherwise; [`Problem::Stale`] when somebody was first; [`Problem::NotFound`] for who stands on neither side.
pub async fn wish(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    (client, rhythm): (&Client, Rhythm),
    new: NewWish,
) -> Result<(), Problem> {
    let side = speaks(actor, client, rhythm.wish_side)?;
    let words = super::doing::text(&new.words, "words", "说明", 200)?;
    let usual = i64::from(site.touch.months(client.kind));
    if new.months.is_some_and(|months| i64::from(months) <= usual || i64::from(months) > FEWEST) {
        let told = format!(
            "惯例是每 {usual} 个月一次；这里请填更长的间隔，最长 {FEWEST} 个月。希望专员多来，可以直接请专员联系。"
        );
        return Err(Problem::field("months", told));
    }
    let asks = new.months.is_some() || new.calls;
    if asks && side == ContactSide::Commissioner && words.is_empty() {
        return Err(Problem::field("words", "请写下企业是怎么说的，企业会看到。"));
    }
    let every = new.months.map(|months| format!("每 {months} 个月走访一次")).into_iter();
    let said = every.chain(new.calls.then(|| "以电话、微信联系为主".to_owned())).collect::<Vec<_>>().join("，");
    let told = if asks { said } else { "按惯例走访".to_owned() };
    let next = Rhythm {
        wish_months: new.months.map(i64::from),
        wish_calls: new.calls,
        wish_words: if asks { words } else { String::new() },
        wish_side: asks.then_some(side),
        wish_by: asks.then(|| actor.name.clone()),
        ..rhythm
    };
    keep(tx, site, actor, (client, &next), (RhythmAct::Wish, side, told)).await
}

/// Keeps why nobody goes to a client for some time.
///
/// # Errors
/// [`Problem::Invalid`] for a day that has passed or is too far, a reason that is not one's own, or words that are owed;
/// otherwise as [`wish`].
pub async fn excuse(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    (client, rhythm): (&Client, Rhythm),
    new: NewExcuse,
) -> Result<(), Problem> {
    let today = site.hours.day(tx.now());
    let side = speaks(actor, client, rhythm.excuse_side.filter(|_| rhythm.excused(today).is_some()))?;
    let words = super::doing::text(&new.words, "words", "说明", 200)?;
    let own = new.reason == VisitExcuse::Official;
    if own && side == ContactSide::Client {
        return Err(Problem::field("reason", "这是专员自己的原因，请另选一项。"));
    }
    let owed =
        new.reason == VisitExcuse::Other || (new.reason == VisitExcuse::AskedNot && side == ContactSide::Commissioner);
    if owed && words.is_empty() {
        return Err(Problem::field("words", "请用一句话写明情况，双方都能看到。"));
    }
    let most = if own { LONGEST_OF_OFFICIAL } else { LONGEST };
    if new.until < today || (new.until - today).num_days() > most {
        return Err(Problem::field("until", format!("请选今天以后、{most} 天以内的日期；到时仍不便，可以再记。")));
    }
    let told = format!("{}，至{}", new.reason.label(), crate::app::say_day(new.until));
    let next = Rhythm {
        excuse: Some(new.reason),
        excuse_words: words,
        excuse_until: Some(new.until),
        excuse_side: Some(side),
        excuse_by: Some(actor.name.clone()),
        ..rhythm
    };
    keep(tx, site, actor, (client, &next), (RhythmAct::Excuse, side, told)).await
}

/// Lets a reason not to go hold no longer.
///
/// # Errors
/// [`Problem::Conflict`] when there is none, or the client itself gave it; otherwise as [`wish`].
pub async fn resume(tx: &Tx, site: &Site, actor: &Actor, (client, rhythm): (&Client, Rhythm)) -> Result<(), Problem> {
    let side = speaks(actor, client, rhythm.excuse_side)?;
    if rhythm.excuse.is_none() {
        return Err(Problem::Conflict("现在没有暂不走访的安排。".into()));
    }
    let next = Rhythm {
        excuse: None,
        excuse_words: String::new(),
        excuse_until: None,
        excuse_side: None,
        excuse_by: None,
        ..rhythm
    };
    keep(tx, site, actor, (client, &next), (RhythmAct::Resume, side, "可以照常走访".to_owned())).await
}

/// On which side the actor speaks: what the client itself said, only the client changes.
fn speaks(actor: &Actor, client: &Client, said: Option<ContactSide>) -> Result<ContactSide, Problem> {
    let side = side(actor, client.id).ok_or(Problem::NotFound)?;
    if side == ContactSide::Commissioner && said == Some(ContactSide::Client) {
        return Err(Problem::Conflict("这是企业自己提出的，要改请企业联络员来改。".into()));
    }
    Ok(side)
}

async fn keep(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    (client, next): (&Client, &Rhythm),
    (act, side, told): (RhythmAct, ContactSide, String),
) -> Result<(), Problem> {
    rows::ensure(tx, client, site.hours.day(tx.now())).await?;
    rows::save(tx, next).await?;
    reckon(tx, site, &[client.id]).await?;
    let detail = json!({ "client": client.name, "told": told, "until": next.excuse_until });
    let did = format!("rhythm.{}", act.code());
    let deed = Deed::of(actor, &did, "client", client.id.0, client.county_id);
    audit::record(tx, &deed, &detail).await?;
    let moved = RhythmMoved { client: client.id, act, side, by: actor.account, name: actor.name.clone(), told };
    tx.emit(client.county_id, &moved).await.map(drop)
}
