//! What came of a month's calls, county by county, beside the rates that would otherwise be read as happiness.

use super::rows::{self, County};
use crate::{App, Site};
use kernel::authz::ReadSilence;
use kernel::{AreaCode, Day, Problem, Scope};
use rules::contact::silence::interval;
use schemars::JsonSchema;
use serde::Serialize;

/// So many of so many, with the interval in which the share lies with 95 % confidence where it is of a sample.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "SilenceShare")]
pub struct Share {
    /// So many.
    pub hits: u32,
    /// Of so many.
    pub of: u32,
    /// The lower end, between 0 and 1 (Wilson, 95 %); none of nothing, and for what is counted and not sampled.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Share {
    fn counted(hits: i64, of: i64) -> Self {
        Self { hits: narrow(hits), of: narrow(of), low: None, high: None }
    }

    fn sampled(hits: i64, of: i64) -> Self {
        let (low, high) = interval(narrow(hits), narrow(of)).unzip();
        Self { low, high, ..Self::counted(hits, of) }
    }
}

fn narrow(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

/// A county's month.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CountyResult {
    /// Which county.
    pub county_id: AreaCode,
    /// Its name.
    pub county_name: String,
    /// Open clients from whom nothing was heard, of all open clients.
    pub silent: Share,
    /// Of the silent, those who asked to be left alone and were not drawn.
    pub left_alone: u32,
    /// How many were drawn.
    pub drawn: u32,
    /// How many of them were reached: well, in need, not wishing contact, or gone.
    pub reached: u32,
    /// How many could not be reached, so far.
    pub missed: u32,
    /// How many nobody has called yet.
    pub open: u32,
    /// All well.
    pub well: u32,
    /// In need: a demand was raised. Of those reached.
    pub need: Share,
    /// Not wishing contact.
    pub unwanted: u32,
    /// No longer operating.
    pub gone: u32,
    /// Beside it: open clients that raised a demand in the same time, of all.
    pub demanding: Share,
    /// Beside it: demands solved in the same time, of all that ended; what was withdrawn is among them.
    pub solved: Share,
}

impl From<County> for CountyResult {
    fn from(county: County) -> Self {
        let reached = county.well + county.need + county.unwanted + county.gone;
        Self {
            county_id: county.county_id,
            county_name: county.county_name,
            silent: Share::counted(county.silent, county.clients),
            left_alone: narrow(county.left_alone),
            drawn: narrow(county.drawn),
            reached: narrow(reached),
            missed: narrow(county.missed),
            open: narrow(county.drawn - reached - county.missed),
            well: narrow(county.well),
            need: Share::sampled(county.need, reached),
            unwanted: narrow(county.unwanted),
            gone: narrow(county.gone),
            demanding: Share::counted(county.demanding, county.clients),
            solved: Share::counted(county.solved, county.ended),
        }
    }
}

/// A month's calls.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "SilenceResults")]
pub struct Results {
    /// The first day of the month; none when none was drawn yet.
    pub month: Option<Day>,
    /// Silent means: nothing was heard since this day.
    pub since: Option<Day>,
    /// The months that were drawn, the newest first.
    pub months: Vec<Day>,
    /// The counties within reach, in the order of their codes.
    pub counties: Vec<CountyResult>,
}

/// The results of a month within the scope; of the newest unless one is asked for.
///
/// # Errors
/// [`Problem::Invalid`] for a month that was not drawn.
pub async fn results(app: &App, scope: &Scope<ReadSilence>, asked: Option<Day>) -> Result<Results, Problem> {
    let site: &Site = &app.site;
    let drawn = rows::months(&app.store, site.area).await?;
    let chosen = match asked {
        None => drawn.first().copied(),
        Some(month) => {
            let found = drawn.iter().copied().find(|(day, _)| *day == month);
            Some(found.ok_or_else(|| Problem::field("month", "这个月没有抽样，请从列表中选择月份。"))?)
        }
    };
    let months = drawn.iter().map(|(month, _)| *month).collect();
    let Some((month, since)) = chosen else {
        return Ok(Results { month: None, since: None, months, counties: Vec::new() });
    };
    let counties = rows::counties(&app.store, scope, month).await?;
    let counties = counties.into_iter().map(CountyResult::from).collect();
    Ok(Results { month: Some(month), since: Some(since), months, counties })
}

/// The month that was asked for, such as `2026-11`; none when none was.
///
/// # Errors
/// [`Problem::Invalid`] for what is no month.
pub(super) fn asked_month(text: &str) -> Result<Option<Day>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let month = rules::contact::Month::parse(text);
    Ok(Some(month.ok_or_else(|| Problem::field("month", "月份请写成 2026-11 这样。"))?.first))
}
