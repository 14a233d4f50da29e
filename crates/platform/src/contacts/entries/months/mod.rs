//! A month of comings (按月看入企): of a client, who comes, when and why, what it draws on the budget and who might go together; of
//! a unit, where it goes, who else goes there and with whom it might share a day.
//!
//! A unit is told of others only that they come to a client to whom it goes itself, on which day and what for; never of an
//! inspection that follows a clue, and never the matter.

mod api;
mod export;
mod pages;
mod rows;

pub use rows::Other;

use super::rows as entries;
use super::{Entry, rows::days};
use crate::App;
use crate::org::{self, Unit};
use crate::registry::Client;
use kernel::authz::{ReadEntries, ReadOrg};
use kernel::id::{ClientId, EntryId, UnitId};
use kernel::words::EntryDraw;
use kernel::{Actor, Day, Problem, Reach, Scope};
use rules::contact::budget::NEAR;
use rules::contact::{Month, Quarter, draws, near, together, used};
use schemars::JsonSchema;
use serde::Serialize;
use shell::Routes;
use std::collections::HashMap;
use store::Db;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(export::routes()).merge(pages::routes())
}

/// As many comings as a month shows: more than any client or unit has.
const MOST: i64 = 500;

/// A coming, with what it draws on the client's budget.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntryOfMonth")]
pub struct Coming {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// What it draws on the budget of the client's quarter.
    pub draws: EntryDraw,
}

/// Two comings to one client that might be made together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Joint {
    /// The earlier one.
    pub first: EntryId,
    /// Whose it is.
    pub first_unit: String,
    /// On which day.
    pub first_day: Day,
    /// The later one.
    pub second: EntryId,
    /// Whose it is.
    pub second_unit: String,
    /// On which day.
    pub second_day: Day,
}

/// A month of a client.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ClientMonth {
    /// The month, such as `2026-11`.
    pub month: String,
    /// Of which client.
    pub client_id: ClientId,
    /// Its name.
    pub client_name: String,
    /// The first day of the quarter in which the month ends.
    pub quarter_from: Day,
    /// The last day of it.
    pub quarter_until: Day,
    /// On so many days of that quarter somebody comes.
    pub used: u32,
    /// So many there are.
    pub budget: u32,
    /// So many days of it in this month.
    pub drawn: u32,
    /// Who comes, day by day.
    pub comings: Vec<Coming>,
    /// Which of those that lie ahead might be made together.
    pub joint: Vec<Joint>,
}

/// Where a unit goes, with who else goes there.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EntryOfUnit")]
pub struct Going {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// Others who come to the same client within two weeks of it, the soonest first.
    pub others: Vec<Other>,
}

/// A month of a unit, as far as the reader reaches.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnitMonth {
    /// The month, such as `2026-11`.
    pub month: String,
    /// Of which unit.
    pub unit_id: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Where it goes, day by day.
    pub goings: Vec<Going>,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// A month of a client within the reader's reach.
///
/// # Errors
/// When the database fails.
pub async fn of_client(
    db: &impl Db,
    scope: &Scope<ReadEntries>,
    (client, month): (&Client, Month),
    (today, budget): (Day, u32),
) -> Result<ClientMonth, Problem> {
    let span = chrono::Days::new(NEAR.unsigned_abs());
    let from = month.first.checked_sub_days(span).unwrap_or(month.first);
    let to = month.last.checked_add_days(span).unwrap_or(month.last);
    let around = rows::of_client(db, scope, client.id, (from, to), MOST).await?;
    let ahead: Vec<&Entry> = around.iter().filter(|entry| takes_place(entry) && entry.day >= today).collect();
    let pairs = together(&ahead.iter().map(|entry| (entry.day, entry.unit_id)).collect::<Vec<_>>());
    let joint = |(first, second): (usize, usize)| {
        let (first, second) = (ahead.get(first)?, ahead.get(second)?);
        (month.holds(first.day) || month.holds(second.day)).then(|| Joint {
            first: first.id,
            first_unit: first.unit_name.clone(),
            first_day: first.day,
            second: second.id,
            second_unit: second.unit_name.clone(),
            second_day: second.day,
        })
    };
    let joint = pairs.into_iter().filter_map(joint).collect();
    let within: Vec<Entry> = around.into_iter().filter(|entry| month.holds(entry.day)).collect();
    let drawn = draws(&within.iter().map(|entry| (entry.day, takes_place(entry))).collect::<Vec<_>>());
    let quarter = Quarter::of(month.last);
    let in_quarter = days(db, client.id, quarter, None).await?;
    Ok(ClientMonth {
        month: month.code(),
        client_id: client.id,
        client_name: client.name.clone(),
        quarter_from: quarter.first,
        quarter_until: quarter.last,
        used: used(&in_quarter),
        budget,
        drawn: used(&in_quarter.into_iter().filter(|day| month.holds(*day)).collect::<Vec<_>>()),
        comings: within.into_iter().zip(drawn).map(|(entry, draws)| Coming { entry, draws }).collect(),
        joint,
    })
}

/// Whether somebody comes, or means to and has not been refused.
fn takes_place(entry: &Entry) -> bool {
    entry.dropped_at.is_none() && !entry.wants_consent
}

/// A month of a unit: its comings within the reader's reach.
///
/// # Errors
/// When the database fails.
pub async fn of_unit(
    db: &impl Db,
    scope: &Scope<ReadEntries>,
    (unit, month): (&Unit, Month),
    today: Day,
) -> Result<UnitMonth, Problem> {
    let mut own = rows::of_unit(db, scope, unit.id, (month.first, month.last), MOST + 1).await?;
    let more = own.len() > usize::try_from(MOST).unwrap_or(usize::MAX);
    own.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let ahead = |entry: &&Entry| entry.dropped_at.is_none() && entry.day >= today;
    let mut clients: Vec<ClientId> = own.iter().filter(ahead).map(|entry| entry.client_id).collect();
    clients.sort_unstable();
    clients.dedup();
    let span = chrono::Days::new(NEAR.unsigned_abs());
    let from = month.first.checked_sub_days(span).unwrap_or(month.first).max(today);
    let to = month.last.checked_add_days(span).unwrap_or(month.last);
    let mut others: HashMap<ClientId, Vec<Other>> = HashMap::new();
    for other in rows::others(db, &clients, unit.id, (from, to)).await? {
        others.entry(other.client_id).or_default().push(other);
    }
    let going = |entry: Entry| {
        let there = others.get(&entry.client_id).filter(|_| ahead(&&entry));
        let others = there.into_iter().flatten().filter(|other| near(other.day, entry.day)).cloned().collect();
        Going { entry, others }
    };
    Ok(UnitMonth {
        month: month.code(),
        unit_id: unit.id,
        unit_name: unit.name.clone(),
        goings: own.into_iter().map(going).collect(),
        more,
    })
}

/// A unit whose comings the reader may see: their own, one of the area they reach, or one that works there from above.
///
/// # Errors
/// [`Problem::NotFound`] for any other.
pub async fn unit(db: &impl Db, actor: &Actor, scope: &Scope<ReadEntries>, id: UnitId) -> Result<Unit, Problem> {
    let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let unit = org::unit(db, &consulted, id).await?;
    let seen = |reach: &Reach| match reach {
        Reach::Everything => true,
        Reach::Area(path) => path.contains(&unit.area_path) || unit.area_path.contains(path),
        Reach::Unit(own) => *own == unit.id,
        Reach::Clients(_) | Reach::Openly(..) | Reach::Own(_) => false,
    };
    if scope.reaches().iter().any(seen) { Ok(unit) } else { Err(Problem::NotFound) }
}

/// Reads a month; this one when nothing is said.
///
/// # Errors
/// [`Problem::Invalid`] for what is no month.
fn month(text: &str, today: Day) -> Result<Month, Problem> {
    if text.trim().is_empty() {
        return Ok(Month::of(today));
    }
    Month::parse(text).ok_or_else(|| Problem::field("month", "月份请写成 2026-11 这样。"))
}

/// The whole of a client's ledger or a unit's within the reader's reach, page by page of the list.
async fn whole(
    db: &impl Db,
    scope: &Scope<ReadEntries>,
    filter: impl Fn(Option<String>) -> super::EntryFilter,
) -> Result<Vec<Entry>, Problem> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let mut page = super::entries(db, scope, &filter(cursor.take()), kernel::Limit::MOST).await?;
        all.append(&mut page.items);
        let Some(next) = page.next else { return Ok(all) };
        cursor = Some(next.0);
    }
}

/// How an entry is listed: the columns of the table, for rows of this feature.
fn selected() -> String {
    entries::selected()
}
