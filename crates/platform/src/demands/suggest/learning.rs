//! Learning: a job for whichever node is free, asked for by night and by a desk.

use super::{Purpose, alike, rows, units};
use crate::behind::behind;
use crate::{App, org};
use chrono::{Duration, Timelike};
use kernel::{Instant, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use store::Job;
use text::{Classifier, Example};

/// From how many demands at most: the newest. What is older teaches an order of things that may be gone.
const MOST: i64 = 12_000;
/// With fewer answered demands nothing is learnt.
const LEAST: usize = 60;
/// What fewer demands have teaches nothing.
const LEAST_OF_ONE: usize = 3;
/// The hours in which nobody waits for the machine, where the site is.
const NIGHT: Range<u32> = 1..5;
/// What is younger is not learnt anew by night.
const FRESH: Duration = Duration::hours(20);

/// Learn categories and units anew from what was answered until now.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Learn {
    /// When it was asked for: what was learnt since then is new enough.
    pub asked_at: Instant,
}

impl Job<App> for Learn {
    const NAME: &'static str = "demands.learn";
    const TRIES: i64 = 3;

    async fn run(self, app: Arc<App>) -> Result<(), Problem> {
        let known = rows::known(&app.store, app.site.area).await?;
        if known.iter().any(|known| known.learnt_at >= self.asked_at) {
            return Ok(());
        }
        learn(&app).await
    }
}

/// Asks for it when it is night and what is known is from yesterday, or nothing is known yet.
///
/// # Errors
/// When the database fails.
pub async fn learn_nightly(app: &App) -> Result<(), Problem> {
    let now = app.now();
    let known = rows::learnt_at(&app.store, app.site.area, Purpose::Category.code()).await?;
    let night = NIGHT.contains(&now.with_timezone(&app.site.hours.zone()).hour());
    let due = known.is_none_or(|at| night && at + FRESH < now);
    if due {
        let tx = app.store.begin().await?;
        tx.enqueue(app.site.area, &Learn { asked_at: now }).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Learns both anew from what was answered until now.
///
/// # Errors
/// When the database fails.
pub async fn learn(app: &App) -> Result<(), Problem> {
    let city = org::area(&app.store, app.site.area).await?.map_or_else(String::new, |area| area.name);
    let answered = rows::answered(&app.store, MOST).await?;
    let learnt = behind("learning from demands", move || both(&answered, &city)).await?;
    let tx = app.store.begin().await?;
    for (purpose, classifier) in learnt {
        let checked = classifier.checked();
        let known = rows::Known {
            purpose: purpose.code().to_owned(),
            learnt_at: tx.now(),
            demands: i64::from(classifier.texts()),
            checked: i64::from(checked.texts),
            hit: i64::from(checked.right),
        };
        rows::keep(&tx, app.site.area, &known, classifier.to_bytes()).await?;
    }
    tx.commit().await
}

/// Both classifiers, as far as there is enough to learn from.
fn both(answered: &[rows::Answered], city: &str) -> Vec<(Purpose, Classifier)> {
    let text = |demand: &rows::Answered| alike::whole(&demand.title, &demand.body);
    let categories = answered.iter().map(|demand| (text(demand), demand.category_id.clone())).collect();
    let duty = |demand: &rows::Answered| {
        let (name, area) = (demand.unit_name.as_deref()?, demand.area_name.as_deref()?);
        Some(units::duty(name, (demand.unit_level?, demand.unit_kind?), area, city))
    };
    let units = answered.iter().filter_map(|demand| Some((text(demand), duty(demand)?))).collect();
    let learnt = [(Purpose::Category, categories), (Purpose::Unit, units)];
    learnt.into_iter().filter_map(|(purpose, texts)| Some((purpose, one(texts)?))).collect()
}

fn one(texts: Vec<(String, String)>) -> Option<Classifier> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    texts.iter().for_each(|(_, label)| *counts.entry(label.clone()).or_default() += 1);
    let taught = texts.iter().filter(|(_, label)| counts[label] >= LEAST_OF_ONE);
    let examples: Vec<Example<'_>> = taught.map(|(text, label)| Example { text, label }).collect();
    if examples.len() < LEAST {
        return None;
    }
    Classifier::learn(&examples).ok()
}
