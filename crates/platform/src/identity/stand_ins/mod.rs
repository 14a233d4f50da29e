//! Somebody at a desk or in a unit is away for some days, and a colleague stands in (替岗). The colleague holds the roles of who is
//! away for just these days: a dated grant that says for whom. So reach, queues, notices and the end of it all follow by
//! themselves, and what is done under such a role is signed with both names.
//!
//! Whoever is away enters it, else the head of the unit or who gives roles there. Commissioners have absences of their own
//! (`pairing`), because there it is clients that are looked after.

mod api;
mod pages;
mod rows;

pub(super) use pages::{Card, card};
pub use rows::{Colleague, StoodFor};

use super::grants::{self, Held, goes_with};
use crate::app::say_day;
use crate::audit::{self, Deed};
use crate::notify::{self, News};
use crate::{App, Site};
use chrono::Days;
use kernel::id::{AccountId, GrantId};
use kernel::words::NewsKind;
use kernel::{Actor, Day, Problem, Reach, Role};
use rows::Person;
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Tx};

/// The roles that somebody else can hold for a while.
const ROLES: [Role; 4] = [Role::Handler, Role::UnitHead, Role::AreaDesk, Role::Arbiter];
/// For how many days at most; who is away longer is followed by somebody else.
const LONGEST: u64 = 180;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// Somebody stands in for somebody who is away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewStandIn {
    /// Who is away; oneself when it is left out.
    pub away: Option<AccountId>,
    /// Who stands in: a colleague of the same unit or desk.
    pub substitute: AccountId,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
}

/// The roles that are held for the actor, or by the actor for somebody else, today or later.
///
/// # Errors
/// When the database fails.
pub async fn stand_ins(db: &impl Db, actor: &Actor, today: Day) -> Result<Vec<StoodFor>, Problem> {
    rows::of(db, actor.account, &headed(actor), today).await
}

/// Who is away, as far as it is the actor's to say so, with the roles that can be stood in for.
///
/// # Errors
/// [`Problem::NotFound`] for somebody else's people.
pub async fn away(db: &impl Db, actor: &Actor, account: AccountId, today: Day) -> Result<(Person, Vec<Held>), Problem> {
    let person = rows::person(db, account).await?.filter(|person| person.closed_at.is_none());
    let person = person.ok_or(Problem::NotFound)?;
    let held = grants::grants(db, account).await?.into_iter();
    let held = held.filter(|held| held.stands_in_for.is_none() && ROLES.contains(&held.role) && !held.over(today));
    let held: Vec<Held> = held.filter(|held| may_part_with(actor, held)).collect();
    if held.is_empty() && account != actor.account {
        return Err(Problem::NotFound);
    }
    Ok((person, held))
}

/// Whether it is the actor's to let somebody stand in with this role: their own, one of a unit that they head, or one that
/// they may give.
fn may_part_with(actor: &Actor, held: &Held) -> bool {
    held.account_id == actor.account || is_headed(actor, held) || actor.may_grant(&held.grant(), held.lies())
}

/// Whether it is the role of a handler in a unit that the actor heads.
fn is_headed(actor: &Actor, held: &Held) -> bool {
    held.role == Role::Handler && held.unit_id.is_some_and(|unit| headed(actor).contains(&unit))
}

/// The units that the actor heads themselves.
fn headed(actor: &Actor) -> Vec<kernel::id::UnitId> {
    let lent = |grant: &kernel::Grant| actor.stands_in.iter().any(|other| other.grant == *grant);
    let heads = actor.grants.iter().filter(|grant| grant.role == Role::UnitHead && !lent(grant));
    heads.filter_map(|grant| if let Reach::Unit(unit) = grant.reach { Some(unit) } else { None }).collect()
}

/// Who can stand in for somebody: colleagues of the unit or the desk.
///
/// # Errors
/// When the database fails.
pub async fn colleagues(db: &impl Db, away: &Person, today: Day) -> Result<Vec<Colleague>, Problem> {
    rows::colleagues(db, away.id, today).await
}

/// Lets somebody stand in.
///
/// # Errors
/// [`Problem::Invalid`] for days that do not fit, or somebody who is no colleague or holds the roles anyway;
/// [`Problem::Conflict`] for who has no role that can be stood in for; [`Problem::NotFound`] for somebody else's people.
pub async fn enter(tx: &Tx, site: &Site, actor: &Actor, new: &NewStandIn) -> Result<(), Problem> {
    let today = site.hours.day(tx.now());
    let (person, held) = away(tx, actor, new.away.unwrap_or(actor.account), today).await?;
    if held.is_empty() {
        return Err(Problem::Conflict(
            "您没有可以由同事代办的岗位。服务专员外出请登记请假与代管，其他权限请联系安全管理员。".into(),
        ));
    }
    if new.from < today {
        return Err(Problem::field("from", "起始日期不能早于今天。"));
    }
    if new.until < new.from {
        return Err(Problem::field("until", "截止日期不能早于起始日期。"));
    }
    if new.from.checked_add_days(Days::new(LONGEST)).is_some_and(|last| new.until > last) {
        return Err(Problem::field("until", format!("替岗最长 {LONGEST} 天；时间更长，请由安全管理员另行授权。")));
    }
    let colleagues = rows::colleagues(tx, person.id, today).await?;
    let Some(substitute) = colleagues.iter().find(|colleague| colleague.id == new.substitute) else {
        return Err(Problem::field("substitute", "没有这位同事，或者不在同一个单位（服务台）。请从名单中选择。"));
    };
    grants::rows::hold(tx, substitute.id).await?;
    let theirs = grants::grants(tx, substitute.id).await?;
    let theirs: Vec<&Held> =
        theirs.iter().filter(|other| !other.over(new.from) && other.from_day <= new.until).collect();
    let roles: Vec<Role> = theirs.iter().map(|held| held.role).collect();
    let mut lent = Vec::new();
    for held in held.iter().filter(|held| held.from_day <= new.until && !held.over(new.from)) {
        if theirs.iter().any(|other| other.grant() == held.grant()) {
            continue;
        }
        goes_with(held.role, &roles).map_err(|told| Problem::field("substitute", told))?;
        let from = new.from.max(held.from_day);
        let until = held.until_day.map_or(new.until, |last| last.min(new.until));
        grants::rows::lend(tx, (substitute.id, substitute.county_id), held, (from, until), &actor.name).await?;
        lent.push(format!("{} · {}", held.role.label(), held.reach_words()));
    }
    if lent.is_empty() {
        let told = format!("{}在这段时间里本来就担任同样的岗位，诉求和通知都会到，不需要登记。", substitute.name);
        return Err(Problem::field("substitute", told));
    }
    let detail = serde_json::json!({ "away": person.name, "substitute": substitute.name, "roles": lent,
        "from": new.from, "until": new.until });
    let deed = Deed::of(actor, "stand_in.enter", "account", person.id.0, person.county_id);
    audit::record(tx, &deed, &detail).await?;
    let span = format!("{}至{}", say_day(new.from), say_day(new.until));
    let news = |title: String| News {
        title,
        text: lent.join("，"),
        link: "/account".into(),
        at: tx.now(),
        kind: NewsKind::Other,
        number: String::new(),
    };
    let told = news(format!("{span}，请您代{}办理", person.name));
    notify::tell(tx, substitute.id, substitute.county_id, &told).await?;
    if person.id != actor.account {
        let told = news(format!("{span}，{}代您办理", substitute.name));
        notify::tell(tx, person.id, person.county_id, &told).await?;
    }
    Ok(())
}

/// Ends it at once: who is away is back.
///
/// # Errors
/// [`Problem::NotFound`] for what is not the actor's to end; [`Problem::Conflict`] when it is over.
pub async fn end(tx: &Tx, site: &Site, actor: &Actor, id: GrantId) -> Result<(), Problem> {
    let today = site.hours.day(tx.now());
    let lent = rows::lent(tx, id).await?.ok_or(Problem::NotFound)?;
    let whole = grants::rows::one(tx, lent.substitute_id, id).await?.ok_or(Problem::NotFound)?;
    let own = lent.away_id == actor.account;
    let gives = lent.substitute_id != actor.account && actor.may_grant(&whole.grant(), whole.lies());
    if !own && !is_headed(actor, &whole) && !gives {
        return Err(Problem::NotFound);
    }
    let last = grants::last_day(None, today)?;
    if whole.over(today) || grants::rows::end(tx, &whole, last).await? == 0 {
        return Err(Problem::Conflict("这次替岗已经结束。".into()));
    }
    let detail = serde_json::json!({ "away": lent.away_name, "substitute": lent.substitute_name,
        "role": lent.role, "last_day": last });
    let deed = Deed::of(actor, "stand_in.end", "account", lent.away_id.0, whole.county_id);
    audit::record(tx, &deed, &detail).await
}
