//! Reminds a commissioner of visits that come up: all of them in one notice, in business hours, never more than one in so many
//! days. Who stands in for somebody hears in their place.

use super::reckon::NOTICE;
use crate::App;
use crate::app::say_day;
use crate::identity::holders;
use crate::notify::{self, News};
use chrono::Days;
use kernel::hours::open_minutes;
use kernel::id::OfficialId;
use kernel::words::NewsKind;
use kernel::{AreaCode, Day, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

/// How many commissioners are seen to at once; the rest comes a minute later.
const AT_ONCE: i64 = 200;
/// How many clients a notice names.
const NAMED: usize = 3;

#[derive(Debug, Clone, Copy, FromQueryResult)]
struct Official {
    official_id: OfficialId,
    official_county_id: AreaCode,
}

#[derive(Debug, FromQueryResult)]
struct Coming {
    client_name: String,
    due_day: Day,
}

/// Reminds those whose time has come; gives how many.
///
/// # Errors
/// When the database fails.
pub(super) async fn remind(app: &App) -> Result<usize, Problem> {
    let now = app.now();
    let open = open_minutes(&app.site.calendar, &app.site.hours, now - chrono::Duration::minutes(1), now);
    if open.unwrap_or(0) == 0 {
        return Ok(0);
    }
    let mut reminded = 0;
    for official in waiting(app, app.today()).await? {
        reminded += usize::from(see_to(app, official).await?);
    }
    Ok(reminded)
}

async fn waiting(app: &App, today: Day) -> Result<Vec<Official>, Problem> {
    let sql = "SELECT official_id, official_county_id FROM visit_rhythm
               WHERE remind_on <= $1 AND official_id IS NOT NULL AND official_county_id IS NOT NULL
               GROUP BY official_id, official_county_id ORDER BY official_id LIMIT $2";
    app.store.all(Sql::text(sql).bind(today).bind(AT_ONCE)).await
}

/// Reminds one commissioner, or who stands in, unless they were lately.
async fn see_to(app: &App, official: Official) -> Result<bool, Problem> {
    let today = app.today();
    let every = Days::new(u64::from(app.site.touch.remind_days));
    let tx = app.store.begin().await?;
    let reader = in_charge(&tx, official, today).await?;
    let coming = coming(&tx, official, today).await?;
    let mut told = false;
    if !coming.is_empty() {
        told = claim(&tx, reader, (today, today.checked_sub_days(every).unwrap_or(today))).await?;
    }
    if told {
        let named: Vec<String> =
            coming.iter().take(NAMED).map(|one| format!("{}（{}）", one.client_name, say_day(one.due_day))).collect();
        let more = if coming.len() > NAMED { "等" } else { "" };
        let news = News {
            title: format!("{} 家企业（项目）该走访了", coming.len()),
            text: format!("{}{more}。企业不便的，记下原因即可，不必硬去。", named.join("、")),
            link: "/contacts/due".into(),
            at: tx.now(),
            kind: NewsKind::Visit,
            number: String::new(),
        };
        for account in holders::accounts_of(&tx, reader.official_id).await? {
            notify::tell(&tx, account.id, account.county_id, &news).await?;
        }
    }
    let last = told_on(&tx, reader).await?.unwrap_or(today);
    let again = last.max(today.checked_sub_days(every).unwrap_or(today)).checked_add_days(every);
    let again = again.filter(|day| *day > today).unwrap_or_else(|| today.succ_opt().unwrap_or(today));
    put_off(&tx, official, (today, again)).await?;
    tx.commit().await?;
    Ok(told)
}

/// The commissioner, or who stands in for them today.
async fn in_charge(tx: &Tx, official: Official, today: Day) -> Result<Official, Problem> {
    let sql = "SELECT substitute_id AS official_id, substitute_county_id AS official_county_id FROM absence
               WHERE official_id = $1 AND county_id = $2 AND from_day <= $3 AND (until_day IS NULL OR until_day >= $3)
               ORDER BY from_day DESC, id LIMIT 1";
    let sql = Sql::text(sql).bind(official.official_id).bind(official.official_county_id).bind(today);
    Ok(tx.one(sql).await?.unwrap_or(official))
}

/// What comes up within a week and has nothing planned, the soonest first.
async fn coming(tx: &Tx, official: Official, today: Day) -> Result<Vec<Coming>, Problem> {
    let sql = "SELECT client.name AS client_name, visit_rhythm.due_day FROM visit_rhythm
               JOIN client ON client.id = visit_rhythm.client_id AND client.county_id = visit_rhythm.county_id
               WHERE visit_rhythm.official_id = $1 AND visit_rhythm.due_day <= $2
                 AND (visit_rhythm.planned_on IS NULL OR visit_rhythm.planned_on < $3)
               ORDER BY visit_rhythm.due_day, visit_rhythm.client_id LIMIT 100";
    let soon = today.checked_add_days(NOTICE).unwrap_or(today);
    tx.all(Sql::text(sql).bind(official.official_id).bind(soon).bind(today)).await
}

/// Notes that somebody is reminded today, unless they were after `since`. Of two nodes one is first.
async fn claim(tx: &Tx, reader: Official, (today, since): (Day, Day)) -> Result<bool, Problem> {
    let claim = "INSERT INTO visit_reminder (official_id, county_id, told_on) VALUES ($1, $2, $3)
                 ON CONFLICT (official_id, county_id) DO UPDATE SET told_on = $3 WHERE visit_reminder.told_on <= $4";
    let claim = Sql::text(claim).bind(reader.official_id).bind(reader.official_county_id).bind(today).bind(since);
    Ok(tx.run(claim).await? > 0)
}

async fn told_on(tx: &Tx, reader: Official) -> Result<Option<Day>, Problem> {
    let sql = "SELECT told_on FROM visit_reminder WHERE official_id = $1 AND county_id = $2";
    tx.value(Sql::text(sql).bind(reader.official_id).bind(reader.official_county_id)).await
}

/// Lets what waited until `today` wait until `again`.
async fn put_off(tx: &Tx, official: Official, (today, again): (Day, Day)) -> Result<(), Problem> {
    let put =
        "UPDATE visit_rhythm SET remind_on = $4 WHERE official_id = $1 AND official_county_id = $2 AND remind_on <= $3";
    let put = Sql::text(put).bind(official.official_id).bind(official.official_county_id).bind(today).bind(again);
    tx.run(put).await.map(drop)
}
