//! Who did what, when: written in the transaction that did it, and sealed soon after.
//!
//! A row is never changed. Sealing gives committed rows an order and chains them: the seal of a row is the hash of
//! the seal before it and of the row. Rows are sealed by one job and not while they are written, so that writers do not
//! queue for the chain; a row younger than the last sealing is protected by the database alone.

mod api;
mod pages;
mod rows;
mod seal;
mod words;

pub use pages::{ChainWords, DeedLine, chain_words};
pub use seal::{Broken, seal, verify};
pub use words::{Pair, act, subject};

use crate::{App, Site};
use chrono::{Days, NaiveTime};
use kernel::authz::ReadAudit;
use kernel::id::{AccountId, EventId};
use kernel::{Actor, AreaCode, BugExt, Day, Instant, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shell::Routes;
use store::Tx;
use uuid::Uuid;

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// A row as it is sealed: everything that was known when it was written.
#[derive(Debug, Clone, Serialize, FromQueryResult)]
pub(crate) struct Recorded {
    pub id: EventId,
    pub county_id: AreaCode,
    pub at: Instant,
    pub account_id: Option<AccountId>,
    pub name: String,
    pub act: String,
    pub subject: String,
    pub subject_id: Option<Uuid>,
    pub detail: serde_json::Value,
}

/// Which part of the trail to read.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct TrailFilter {
    /// Done by the person of this name, as it was that day.
    pub person: Option<String>,
    /// This act, such as `grant.give`.
    pub act: Option<String>,
    /// Done to this kind of thing, such as `account`.
    pub subject: Option<String>,
    /// From this day on.
    pub from: Option<Day>,
    /// Until this day, it included.
    pub until: Option<Day>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// A deed as the audit administrator reads it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Line {
    /// Which line.
    pub id: EventId,
    /// When it was done.
    pub at: Instant,
    /// By whom; empty when nobody was signed in.
    pub name: String,
    /// The act's code.
    pub act: String,
    /// The act's name.
    pub act_label: String,
    /// The kind of thing it was done to.
    pub subject: String,
    /// That kind's name.
    pub subject_label: String,
    /// The county whose row it is.
    pub county: AreaCode,
    /// That county's name.
    pub county_name: String,
    /// The particulars.
    pub detail: Vec<Pair>,
    /// Whether it is sealed.
    pub sealed: bool,
}

/// The trail, the latest first, those of `filter`.
///
/// # Errors
/// [`Problem::Invalid`] for days that no calendar has; when the database fails or the cursor is forged.
pub async fn trail(
    app: &App,
    scope: &Scope<ReadAudit>,
    filter: &TrailFilter,
    limit: Limit,
) -> Result<Page<Line>, Problem> {
    let begin = |day: Day| day.and_time(NaiveTime::MIN).and_local_timezone(app.site.hours.zone()).single();
    let begin = |day: Day| begin(day).map(|at| at.to_utc()).ok_or_else(|| Problem::field("from", "没有这一天。"));
    let from = filter.from.map(begin).transpose()?;
    let next = |day: Day| day.checked_add_days(Days::new(1)).ok_or_else(|| Problem::field("until", "没有这一天。"));
    let until = filter.until.map(next).transpose()?.map(begin).transpose()?;
    let rows = rows::trail(&app.store, scope, filter, (from, until), limit).await?;
    let page = Page::cut(rows, limit, |row| (row.recorded.at, row.recorded.id));
    let now = app.now();
    Ok(Page { items: page.items.into_iter().map(|row| Line::of(row, &app.site, now)).collect(), next: page.next })
}

impl Line {
    fn of(row: rows::Read, site: &Site, now: Instant) -> Self {
        let recorded = row.recorded;
        Self {
            id: recorded.id,
            at: recorded.at,
            act_label: words::act(&recorded.act),
            subject_label: words::subject(&recorded.subject).to_owned(),
            detail: words::pairs(&recorded.detail, site, now),
            name: recorded.name,
            act: recorded.act,
            subject: recorded.subject,
            county: recorded.county_id,
            county_name: row.county_name.unwrap_or_default(),
            sealed: row.sealed,
        }
    }
}

/// How the chain stands, as far as is known without computing it again.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "AuditChain")]
pub struct Chain {
    /// How many rows are sealed.
    pub sealed: i64,
    /// When the last of them was recorded.
    pub last_at: Option<Instant>,
    /// How many wait to be sealed; counted up to 1000.
    pub waiting: i64,
    /// When it was last computed again.
    pub checked_at: Option<Instant>,
    /// By whom.
    pub checked_by: Option<String>,
    /// What was broken then; none when it held.
    pub broken: Option<String>,
}

/// How the chain stands.
///
/// # Errors
/// When the database fails.
pub async fn chain(app: &App, _reader: &Scope<ReadAudit>) -> Result<Chain, Problem> {
    let sealed = rows::last_seal(&app.store).await?.map_or(0, |(seq, _)| seq);
    let check = rows::last_check(&app.store).await?;
    Ok(Chain {
        sealed,
        last_at: rows::last_sealed_at(&app.store).await?,
        waiting: rows::waiting(&app.store).await?,
        checked_at: check.as_ref().map(|check| check.at),
        broken: check.as_ref().and_then(|check| check.detail["broken"].as_str().map(str::to_owned)),
        checked_by: check.map(|check| check.name),
    })
}

/// Seals what waits, computes the whole chain again, and records that, with what was found.
///
/// # Errors
/// When the database fails.
pub async fn check(app: &App, actor: &Actor, _reader: &Scope<ReadAudit>) -> Result<Result<i64, Broken>, Problem> {
    match seal(&app.store).await {
        // Another node is sealing: what it has not reached yet is not part of the chain.
        Ok(_) | Err(Problem::Conflict(_)) => {}
        Err(problem) => return Err(problem),
    }
    let outcome = verify(&app.store).await?;
    let detail = match &outcome {
        Ok(rows) => json!({ "rows": rows }),
        Err(broken) => json!({ "broken": broken.what }),
    };
    let tx = app.store.begin().await?;
    let id = EventId::mint(tx.now());
    record(&tx, &Deed::of(actor, "audit.verify", "audit", id.0, app.site.area), &detail).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Something that was done.
#[derive(Debug)]
pub struct Deed<'a> {
    /// The account that did it; `None` when nobody was signed in, as in a failed login.
    pub account: Option<AccountId>,
    /// The name of its holder, as it was that day.
    pub name: &'a str,
    /// What was done, such as `demand.accept`.
    pub act: &'a str,
    /// The kind of thing it was done to, such as `demand`.
    pub subject: &'a str,
    /// Which one.
    pub subject_id: Option<Uuid>,
    /// The county whose row it is.
    pub county: AreaCode,
}

impl<'a> Deed<'a> {
    /// A deed of a person, or of the platform itself, when it follows from what somebody did.
    #[must_use]
    pub fn by(actor: Option<&'a Actor>, act: &'a str, subject: &'a str, subject_id: Uuid, county: AreaCode) -> Self {
        let (account, name) = actor.map_or((None, "系统"), |actor| (Some(actor.account), actor.name.as_str()));
        Self { account, name, act, subject, subject_id: Some(subject_id), county }
    }

    /// A deed of a signed-in person.
    #[must_use]
    pub fn of(actor: &'a Actor, act: &'a str, subject: &'a str, subject_id: Uuid, county: AreaCode) -> Self {
        Self::by(Some(actor), act, subject, subject_id, county)
    }
}

/// Records a deed with its particulars, in the transaction that does it.
///
/// # Errors
/// When the database refuses the row: then the deed is not done either.
pub async fn record(tx: &Tx, deed: &Deed<'_>, detail: &impl Serialize) -> Result<(), Problem> {
    let detail = serde_json::to_value(detail).bug("writing an audit detail")?;
    rows::insert(tx, deed, detail).await
}

/// One of many things that a person did something to: its id if it has one, its county, the particulars.
pub type Entry = (Option<Uuid>, AreaCode, serde_json::Value);

/// Records what one person did to many things.
///
/// # Errors
/// As [`record`].
pub async fn record_all(tx: &Tx, actor: &Actor, what: (&str, &str), lines: Vec<Entry>) -> Result<(), Problem> {
    rows::insert_all(tx, actor, what, lines).await
}
