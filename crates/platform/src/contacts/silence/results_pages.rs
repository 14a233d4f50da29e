//! The results for people who steer: silence beside the rates, county by county, and no person.

use super::results::{CountyResult, Share, asked_month};
use crate::App;
use crate::app::say_day;
use askama::Template;
use axum::extract::State;
use kernel::authz::{CallSilent, ReadSilence};
use kernel::{Day, Right};
use rules::contact::Month;
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/silence/results", show)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    month: String,
}

/// A county as a line.
struct Line {
    county: String,
    silent: String,
    left_alone: u32,
    drawn: u32,
    /// What the calls came to, in words.
    told: String,
    need: String,
    between: String,
    demanding: String,
    solved: String,
}

/// `3/8（38%）`; a dash of nothing.
fn share(share: &Share) -> String {
    if share.of == 0 {
        return "—".to_owned();
    }
    format!("{}%（{}/{}）", percent(f64::from(share.hits) / f64::from(share.of)), share.hits, share.of)
}

/// The interval of a sample, in words; empty of nothing.
fn between(share: &Share) -> String {
    let told = |(low, high)| format!("{}%～{}%", percent(low), percent(high));
    share.low.zip(share.high).map(told).unwrap_or_default()
}

/// Whole percents, as a share of few deserves.
fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

impl Line {
    fn of(county: &CountyResult) -> Self {
        let parts = [
            (county.well, "正常"),
            (county.need.hits, "有困难"),
            (county.unwanted, "不希望联系"),
            (county.gone, "已停业"),
            (county.missed, "没联系上"),
            (county.open, "待回访"),
        ];
        let told = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what} {count}"));
        Self {
            county: county.county_name.clone(),
            silent: share(&county.silent),
            left_alone: county.left_alone,
            drawn: county.drawn,
            told: told.collect::<Vec<_>>().join("，"),
            need: share(&county.need),
            between: between(&county.need),
            demanding: share(&county.demanding),
            solved: share(&county.solved),
        }
    }
}

#[derive(Template)]
#[template(path = "contacts/silence/results.html")]
struct ResultsPage {
    kit: Kit,
    errors: Errors,
    month: String,
    months: Vec<Choice>,
    since: String,
    /// Whether the reader calls clients too.
    calls: bool,
    lines: Vec<Line>,
}

async fn show(
    guard: Guard<ReadSilence>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ResultsPage>, Refusal> {
    let found = super::results(&app, &guard.scope, asked_month(&asked.month)?).await?;
    let month = |day: Day| Month::of(day);
    Ok(Html(ResultsPage {
        kit: kit.titled("静默企业回访结果").under("/contacts", "联系"),
        errors: Errors::none(),
        month: found.month.map(|day| month(day).code()).unwrap_or_default(),
        months: found.months.iter().map(|day| Choice::new(month(*day).code(), month(*day).said())).collect(),
        since: found.since.map(say_day).unwrap_or_default(),
        calls: guard.actor.holds(CallSilent::NAME),
        lines: found.counties.iter().map(Line::of).collect(),
    }))
}
