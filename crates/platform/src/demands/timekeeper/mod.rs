//! What time itself brings about: suspensions that end, what is shelved and comes up for review, cards, reminders, the step up
//! that a long red card means, and by night the archiving of what ended long ago. Derived again and again from where every demand stands, never armed once; so nothing is
//! forgotten, nothing comes twice, and any node may do it.

mod rows;

pub use rows::ShownCard;

use super::doing::act_alone;
use super::{Demand, rows as demands, steps};
use crate::identity::holders::{self, Addressee};
use crate::notify::{self, News};
use crate::{App, Site};
use chrono::Days;
use kernel::hours::open_minutes;
use kernel::id::DemandId;
use kernel::words::{Card, ClockKind, DemandState, NewsKind, Rung};
use kernel::{AreaCode, Instant, Problem};
use rows::{Due, Showing};
use rules::act::{Act, Text};
use std::collections::BTreeMap;
use store::{Db, Tx};

/// How many of each kind are seen to at once; the rest comes a minute later.
const AT_ONCE: i64 = 200;
/// How many demands are archived at once: by night, when nobody waits.
const ARCHIVED_AT_ONCE: i64 = 50;
/// After how many working days of a red card a demand is brought before the county's special group.
const STEP_UP: u32 = 5;

/// What was seen to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Suspensions that ended, and what was shelved and is looked at again.
    pub woken: usize,
    /// Cards that were shown.
    pub shown: usize,
    /// Cards that were taken back, because the limit moved.
    pub withdrawn: usize,
    /// Demands brought a step up.
    pub raised: usize,
    /// Demands that were archived.
    pub archived: usize,
}

/// Sees to everything whose time has come. Days end and cards show in business hours alone (peers' lesson 4); what is urgent does
/// not wait for them.
///
/// # Errors
/// When the database fails; what was seen to until then stays.
pub async fn keep_time(app: &App) -> Result<Kept, Problem> {
    let now = app.now();
    let mut kept = Kept::default();
    for due in rows::come(&app.store, now, AT_ONCE).await? {
        kept.woken += usize::from(wake(app, &due).await?);
    }
    let open = is_open(&app.site, now);
    kept.withdrawn = take_back(app).await?;
    for due in rows::to_show(&app.store, &rules::card_bounds(&app.site.time(), now), AT_ONCE).await? {
        if open || due.urgent {
            kept.shown += usize::from(show(app, &due).await?);
        }
    }
    if open {
        let since = rows::long_red(&app.store, now, AT_ONCE).await?;
        for due in since.into_iter().filter(|due| is_long(&app.site, due.due_at, now)) {
            kept.raised += usize::from(step_up(app, &due).await?);
        }
    }
    if let Some(days) = app.site.archive_days.filter(|_| !open) {
        let day = app.site.hours.day(now).checked_sub_days(Days::new(u64::from(days)));
        let before = app.site.hours.begin(day.unwrap_or_default());
        for (county, demand) in rows::to_archive(&app.store, before, ARCHIVED_AT_ONCE).await? {
            kept.archived += usize::from(archive(app, (county, demand)).await?);
        }
    }
    Ok(kept)
}

/// Gives limits that were unknown the day they have by now, because the holidays of another year were announced with this
/// version of the program. To be called once when a node starts; gives how many demands that were.
///
/// # Errors
/// When the database fails.
pub async fn settle_limits(app: &App) -> Result<usize, Problem> {
    let (mut settled, mut after) = (0, None);
    loop {
        let unknown = rows::unknown(&app.store, after, AT_ONCE).await?;
        let Some(last) = unknown.last() else { return Ok(settled) };
        after = Some(last.demand_id);
        for due in &unknown {
            let tx = app.store.begin().await?;
            let Some(mut demand) = demands::demand_of(&tx, due.county_id, due.demand_id).await? else { continue };
            let before = demands::standing(&tx, &demand).await?;
            let mut next = before.clone();
            let known = next.recount(&app.site.time());
            if known.is_empty() {
                continue;
            }
            (demand.due_at, demand.due_since) = steps::pressing(&next);
            match demands::save(&tx, &demand, &next).await {
                Err(Problem::Stale(_) | Problem::Conflict(_)) => continue,
                saved => saved?,
            }
            for clock in &known {
                demands::move_clock(&tx, &demand, clock).await?;
            }
            demands::save_tasks(&tx, &demand, (&before, &next), &BTreeMap::new()).await?;
            tx.commit().await?;
            settled += 1;
        }
    }
}

/// The cards that a demand has shown, the last first.
///
/// # Errors
/// When the database fails.
pub async fn cards(db: &impl Db, demand: &Demand) -> Result<Vec<ShownCard>, Problem> {
    rows::cards(db, demand).await
}

fn is_open(site: &Site, now: Instant) -> bool {
    let minute_ago = now - chrono::Duration::minutes(1);
    open_minutes(&site.calendar, &site.hours, minute_ago, now).is_ok_and(|minutes| minutes > 0)
}

fn is_long(site: &Site, due: Instant, now: Instant) -> bool {
    site.time().days_between(due, now).is_ok_and(|days| days >= STEP_UP)
}

/// The demand as it is now, unless it has ended or gone meanwhile.
async fn fresh(tx: &Tx, due: &Due) -> Result<Option<Demand>, Problem> {
    let demand = demands::demand_of(tx, due.county_id, due.demand_id).await?;
    Ok(demand.filter(|demand| demand.ended_at.is_none()))
}

/// Somebody may have acted in the same moment: then there is nothing to do, or a minute later.
fn unless_raced(done: Result<Demand, Problem>) -> Result<bool, Problem> {
    match done {
        Ok(_) => Ok(true),
        Err(Problem::Conflict(_) | Problem::Stale(_) | Problem::Forbidden(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

async fn wake(app: &App, due: &Due) -> Result<bool, Problem> {
    let tx = app.store.begin().await?;
    let Some(demand) = fresh(&tx, due).await? else { return Ok(false) };
    let act = match due.kind {
        ClockKind::Pause => Act::Resume,
        _ => Act::Wake { reason: said("复核日期已到，重新启动。")? },
    };
    let done = unless_raced(act_alone(&tx, &app.site, demand, &act).await)?;
    if done {
        tx.commit().await?;
    }
    Ok(done)
}

/// Puts away what has ended for good: its client had its time to come back, and it was looked at again.
async fn archive(app: &App, (county, demand): (AreaCode, DemandId)) -> Result<bool, Problem> {
    let tx = app.store.begin().await?;
    let demand = demands::demand_of(&tx, county, demand).await?.filter(|demand| demand.state == DemandState::Closed);
    let Some(demand) = demand else { return Ok(false) };
    let done = unless_raced(act_alone(&tx, &app.site, demand, &Act::Archive).await)?;
    if done {
        tx.commit().await?;
    }
    Ok(done)
}

async fn step_up(app: &App, due: &Due) -> Result<bool, Problem> {
    let tx = app.store.begin().await?;
    let Some(demand) = fresh(&tx, due).await? else { return Ok(false) };
    let reason = said(&format!("红牌已满 {STEP_UP} 个工作日仍未办结，按规则上报。"))?;
    let act = Act::Escalate { to: Rung::CountyGroup, reason };
    let done = unless_raced(act_alone(&tx, &app.site, demand, &act).await)?;
    if done {
        tx.commit().await?;
    }
    Ok(done)
}

fn said(text: &str) -> Result<Text, Problem> {
    Text::parse(text).map_err(Problem::Conflict)
}

/// Shows a card and tells those whose clock it is. Who shows it first, shows it alone.
async fn show(app: &App, due: &Showing) -> Result<bool, Problem> {
    let tx = app.store.begin().await?;
    let Some(demand) = demands::demand_of(&tx, due.county_id, due.demand_id).await? else { return Ok(false) };
    if !rows::keep(&tx, due).await? {
        return Ok(false);
    }
    let today = app.site.hours.day(tx.now());
    let whose =
        due.unit_name.as_deref().map_or_else(|| due.kind.label().to_owned(), |unit| format!("{unit}{}", due.kind));
    let title = match due.card {
        Card::Red => format!("红牌：{whose}已超时"),
        _ => format!("黄牌：{whose}将在 {} 到期", app.site.say(due.due_at, tx.now())),
    };
    let text = format!("{}（{}）", demand.title, demand.number);
    let news = News {
        title,
        text,
        link: demand.path(),
        at: tx.now(),
        kind: NewsKind::Deadline,
        number: demand.number.clone(),
    };
    let mut told = Vec::new();
    for reader in concerned(&tx, &demand, due, today).await? {
        if !told.contains(&reader) {
            notify::tell(&tx, reader.id, reader.county_id, &news).await?;
            told.push(reader);
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// Whose clock it is: the unit's, and its head's once it is late; else the desk's.
async fn concerned(tx: &Tx, demand: &Demand, due: &Showing, today: kernel::Day) -> Result<Vec<Addressee>, Problem> {
    let desk = || holders::desks_near(tx, &demand.area_path, today);
    Ok(match (due.kind, due.unit_id) {
        (ClockKind::Handling | ClockKind::Assist, Some(unit)) => holders::workers_of(tx, unit, today).await?,
        (ClockKind::Solve, _) => {
            let mut all = desk().await?;
            if let Some(unit) = demand.lead_unit_id {
                all.extend(holders::workers_of(tx, unit, today).await?);
            }
            all
        }
        _ => desk().await?,
    })
}

/// Takes back the cards of clocks whose limit has moved since.
async fn take_back(app: &App) -> Result<usize, Problem> {
    let bounds = rules::card_bounds(&app.site.time(), app.now());
    let tx = app.store.begin().await?;
    let taken = rows::take_back(&tx, &bounds).await?;
    tx.commit().await?;
    Ok(taken)
}
