//! Clients that nobody looks after, since when, and how many days of the last year went by like that (空档天数). A day counts
//! from the day after the last pairing, or from the day the client was entered, for as long as the client was there.

mod api;
mod pages;
mod rows;

use crate::{App, Site, org};
use chrono::Days;
use kernel::authz::WritePairings;
use kernel::id::ClientId;
use kernel::words::ClientKind;
use kernel::{AreaCode, Cursor, Day, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use std::collections::BTreeMap;
use store::Db;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// How far back days are counted: today included.
pub const YEAR: u64 = 365;

/// A client that nobody looks after today.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Unpaired {
    /// Which client.
    pub client_id: ClientId,
    /// Its name.
    pub client_name: String,
    /// What it is.
    pub kind: ClientKind,
    /// The area it lies in.
    pub area_name: String,
    /// Who looked after it last.
    pub former: Option<String>,
    /// The first day without anybody.
    pub since: Day,
    /// How many days that are, today included.
    pub days: i64,
}

/// Which to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[schemars(rename = "UnpairedFilter")]
pub struct Filter {
    /// In this area or below.
    pub area: Option<AreaCode>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// How a county stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CountyGap {
    /// Which county.
    pub county: AreaCode,
    /// Its name.
    pub name: String,
    /// How many clients nobody looks after today.
    pub now: i64,
    /// How many days, of all clients together, went by with nobody in the last 365.
    pub days: i64,
}

/// The clients that nobody looks after today: first those who lost their commissioner, the longest ago first; then those who
/// never had one, in the order in which they were entered.
///
/// # Errors
/// [`Problem::Invalid`] for an area that is none; when the database fails or the cursor is forged.
pub async fn unpaired(
    db: &impl Db,
    site: &Site,
    scope: &Scope<WritePairings>,
    (filter, today): (&Filter, Day),
    limit: Limit,
) -> Result<Page<Unpaired>, Problem> {
    let area = area(db, filter.area).await?;
    let after = filter.cursor.as_deref().map(Cursor::key::<(Day, ClientId)>).transpose()?;
    let rows = rows::unpaired(db, scope, (area.as_ref(), after), today, limit).await?;
    let page = Page::cut(rows, limit, |row| (row.last.unwrap_or_else(rows::never), row.client_id));
    let line = |row: rows::Row| {
        let entered = site.hours.day(row.made_at);
        let since = row.last.and_then(|last| last.succ_opt()).unwrap_or(entered);
        Unpaired {
            client_id: row.client_id,
            client_name: row.client_name,
            kind: row.kind,
            area_name: row.area_name,
            former: row.former,
            since,
            days: (today - since).num_days() + 1,
        }
    };
    Ok(Page { items: page.items.into_iter().map(line).collect(), next: page.next })
}

async fn area(db: &impl Db, code: Option<AreaCode>) -> Result<Option<org::Area>, Problem> {
    let Some(code) = code else { return Ok(None) };
    org::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。")).map(Some)
}

/// How the counties of an area stand, or all within the scope: those with gaps only, the most days first.
///
/// # Errors
/// [`Problem::Invalid`] for an area that is none; when the database fails.
pub async fn by_county(
    db: &impl Db,
    site: &Site,
    scope: &Scope<WritePairings>,
    within: Option<AreaCode>,
    today: Day,
) -> Result<Vec<CountyGap>, Problem> {
    let area = area(db, within).await?;
    let first = today.checked_sub_days(Days::new(YEAR - 1)).unwrap_or(today);
    let mut counties: BTreeMap<AreaCode, CountyGap> = BTreeMap::new();
    let rows = rows::spans(db, scope, area.as_ref(), (first, today)).await?;
    for of_one in rows.chunk_by(|one, next| one.client_id == next.client_id) {
        let client = &of_one[0];
        let here = (site.hours.day(client.made_at), client.closed_on);
        let spans: Vec<(Day, Option<Day>)> =
            of_one.iter().filter_map(|row| Some((row.from_day?, row.until_day))).collect();
        let days = gap((first, today), here, &spans);
        let now = here.1.is_none() && gap((today, today), here, &spans) > 0;
        let name = client.county_name.clone();
        let county = client.county_id;
        let entry = counties.entry(county).or_insert(CountyGap { county, name, now: 0, days: 0 });
        entry.days += days;
        entry.now += i64::from(now);
    }
    let mut counties: Vec<CountyGap> = counties.into_values().filter(|county| county.days > 0).collect();
    counties.sort_by_key(|county| (std::cmp::Reverse(county.days), county.county));
    Ok(counties)
}

/// How many days of a window went by with nobody: the window, when the client was there, and the spans in which somebody
/// looked after it, by their first days. Spans may overlap.
fn gap((first, last): (Day, Day), (entered, closed): (Day, Option<Day>), spans: &[(Day, Option<Day>)]) -> i64 {
    let last = closed.map_or(last, |closed| closed.min(last));
    let mut next = first.max(entered);
    let mut days = 0;
    for (from, until) in spans {
        if *from > last {
            break;
        }
        days += (*from - next).num_days().max(0);
        match until.and_then(|until| until.succ_opt()) {
            Some(after) => next = next.max(after),
            None => return days,
        }
    }
    days + ((last - next).num_days() + 1).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(entered: &str, closed: Option<&str>, spans: &[(&str, Option<&str>)], days: i64) {
        let spans: Vec<_> = spans.iter().map(|(from, until)| (day(from), until.map(day))).collect();
        let window = (day("2026-01-01"), day("2026-01-31"));
        assert_eq!(gap(window, (day(entered), closed.map(day)), &spans), days);
    }

    #[test]
    fn days_count_from_entry_and_between_pairings_as_long_as_the_client_is_there() {
        check("2025-06-01", None, &[], 31);
        check("2026-01-11", None, &[], 21);
        check("2026-02-11", None, &[], 0);
        check("2025-06-01", Some("2026-01-10"), &[], 10);
        check("2025-06-01", Some("2025-12-31"), &[], 0);
        check("2025-06-01", None, &[("2025-07-01", None)], 0);
        check("2025-06-01", None, &[("2025-07-01", Some("2026-01-10"))], 21);
        check("2025-06-01", None, &[("2025-07-01", Some("2026-01-10")), ("2026-01-11", None)], 0);
        check("2025-06-01", None, &[("2025-07-01", Some("2026-01-10")), ("2026-01-16", None)], 5);
        check("2025-06-01", None, &[("2025-07-01", None), ("2026-01-05", Some("2026-01-09"))], 0);
        check("2025-06-01", None, &[("2025-07-01", Some("2026-01-20")), ("2026-01-05", Some("2026-01-09"))], 11);
        check("2025-06-01", None, &[("2026-02-05", None)], 31);
    }
}
