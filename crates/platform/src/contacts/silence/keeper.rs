//! Draws a month's calls, once: the first minute of business of the month, whichever node comes first.

use super::rows::{self, Ended, Figures, Silent, Stratum};
use crate::App;
use crate::identity::holders;
use crate::notify::{self, News};
use chrono::{Days, Months};
use kernel::hours::open_minutes;
use kernel::id::AccountId;
use kernel::words::{ClientClass, NewsKind};
use kernel::{AreaCode, AreaPath, Day, Instant, Problem};
use rules::contact::Month;
use rules::contact::silence::draw;
use std::collections::BTreeMap;
use store::Tx;

/// What was drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Clients to be called.
    pub drawn: usize,
}

/// How many clients a notice names.
const NAMED: usize = 3;

/// Draws the month's calls unless that was done, in business hours alone. What is read is read before anything is written, and once
/// a month.
///
/// # Errors
/// When the database fails: then nothing was drawn.
pub async fn keep_time(app: &App) -> Result<Kept, Problem> {
    let now = app.now();
    let minute_ago = now - chrono::Duration::minutes(1);
    let open = open_minutes(&app.site.calendar, &app.site.hours, minute_ago, now).unwrap_or(0) > 0;
    if open { draw_month(app).await } else { Ok(Kept::default()) }
}

/// Draws the calls of this month at whatever hour, unless that was done: for who loads a world too.
///
/// # Errors
/// When the database fails: then nothing was drawn.
pub async fn draw_month(app: &App) -> Result<Kept, Problem> {
    let (now, today, site, terms) = (app.now(), app.today(), app.site.area, app.site.touch);
    let month = Month::of(today);
    if terms.silent_calls == 0 || rows::is_drawn(&app.store, site, month.first).await? {
        return Ok(Kept::default());
    }
    let since = today.checked_sub_days(Days::new(u64::from(terms.silent_days))).unwrap_or(today);
    let moment = app.site.hours.begin(since);
    let year_ago = today.checked_sub_months(Months::new(12)).unwrap_or(today);
    let silent = rows::silent(&app.store, (since, moment), (today, year_ago)).await?;
    let may: Vec<&Silent> = silent.iter().filter(|client| !client.left_alone).collect();
    let lots: Vec<_> = may.iter().map(|one| ((one.county_id, one.class), one.client_id.0.as_u128())).collect();
    let chosen = draw(&lots, (month, site), terms.silent_calls);
    let drawn: Vec<&Silent> = chosen.into_iter().filter_map(|place| may.get(place).copied()).collect();
    let strata = rows::strata(&app.store, moment).await?;
    let ended = rows::ended(&app.store, moment).await?;
    let figures = figures(app.site.path(), (&silent, &drawn), (strata, ended));
    let callers = callers(app, &drawn, today).await?;
    let tx = app.store.begin().await?;
    if !rows::claim(&tx, site, (month.first, since), terms.silent_calls).await? {
        return Ok(Kept::default());
    }
    rows::keep_strata(&tx, month.first, &figures).await?;
    rows::keep_calls(&tx, month.first, &drawn).await?;
    tell(&tx, callers, now).await?;
    tx.commit().await?;
    Ok(Kept { drawn: drawn.len() })
}

/// What is kept of each stratum.
fn figures(
    site: AreaPath,
    (silent, drawn): (&[Silent], &[&Silent]),
    (strata, ended): (Vec<Stratum>, Vec<Ended>),
) -> Vec<(AreaCode, AreaPath, ClientClass, Figures)> {
    let mut all: BTreeMap<(AreaCode, ClientClass), Figures> = BTreeMap::new();
    for Stratum { county_id, class, clients, demanding } in strata {
        all.insert((county_id, class), Figures { clients, demanding, ..Figures::default() });
    }
    let mut paths: BTreeMap<AreaCode, AreaPath> = BTreeMap::new();
    for client in silent {
        let figures = all.entry((client.county_id, client.class)).or_default();
        figures.silent += 1;
        figures.left_alone += i64::from(client.left_alone);
        let own = |path: &AreaPath| path.code() == Some(client.county_id);
        if let Some(path) = client.area_path.lineage().find(own) {
            paths.entry(client.county_id).or_insert(path);
        }
    }
    for client in drawn {
        all.entry((client.county_id, client.class)).or_default().drawn += 1;
    }
    for done in ended {
        if let Some(figures) = all.get_mut(&(done.county_id, done.class)) {
            (figures.ended, figures.solved) = (done.ended, done.solved);
        }
    }
    // A county lies straight below its city; where nobody is silent no path was read.
    let path = |county: AreaCode| {
        let below = || if site.code() == Some(county) { site.clone() } else { site.child(county) };
        paths.get(&county).cloned().unwrap_or_else(below)
    };
    all.into_iter().map(|((county, class), figures)| (county, path(county), class, figures)).collect()
}

/// Who calls whom: the commissioner, or who stands in; the desk where there is none.
async fn callers(
    app: &App,
    drawn: &[&Silent],
    today: Day,
) -> Result<BTreeMap<AccountId, (AreaCode, Vec<String>)>, Problem> {
    let mut callers: BTreeMap<AccountId, (AreaCode, Vec<String>)> = BTreeMap::new();
    for client in drawn {
        let mut own = holders::commissioners_of(&app.store, client.client_id, today).await?;
        if own.is_empty() {
            own = holders::desks_near(&app.store, &client.area_path, today).await?;
        }
        for account in own {
            let named = callers.entry(account.id).or_insert_with(|| (account.county_id, Vec::new()));
            named.1.push(client.client_name.clone());
        }
    }
    Ok(callers)
}

/// One notice each, however many they call.
async fn tell(tx: &Tx, callers: BTreeMap<AccountId, (AreaCode, Vec<String>)>, at: Instant) -> Result<(), Problem> {
    let news = |(account, (county, names)): (AccountId, (AreaCode, Vec<String>))| {
        let more = if names.len() > NAMED { "等" } else { "" };
        let named = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("、");
        let news = News {
            title: format!("请给 {} 家久无音讯的企业（项目）打个电话", names.len()),
            text: format!("{named}{more}。打个电话、点一下结果即可，不必上门。"),
            link: "/silence".into(),
            at,
            kind: NewsKind::Visit,
            number: String::new(),
        };
        (account, county, news)
    };
    notify::tell_all(tx, callers.into_iter().map(news).collect()).await
}
