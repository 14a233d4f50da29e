//! Roles given to accounts, dated. A grant is never deleted: it ends. Nobody grants to themselves, nor beyond their own
//! reach, and the three administrators share an account with no other role.

pub(super) mod rows;
mod rules;

pub use rules::{ReachKind, goes_with, is_admin, reach_kind};

use super::accounts::Listed;
use crate::audit::{self, Deed};
use kernel::id::{AccountId, ClientId, GrantId, LiaisonId, UnitId};
use kernel::{Actor, AreaCode, AreaPath, Day, Grant, Problem, Reach, Right, Role, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::json;
use store::{Db, Tx};

/// Whence a grant comes.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Its last day, when that is known from the start.
    pub until: Option<Day>,
    /// The liaison it stands or falls with.
    pub liaison: Option<LiaisonId>,
    /// The name of whoever gave it.
    pub by: &'a str,
}

impl<'a> Given<'a> {
    /// Given by somebody, with no end in sight.
    #[must_use]
    pub fn by(by: &'a str) -> Self {
        Self { until: None, liaison: None, by }
    }
}

/// A role that is, was or will be held, with the names of what it reaches.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Held {
    /// Which grant.
    pub id: GrantId,
    /// The site's top area.
    pub county_id: AreaCode,
    /// Whose it is.
    pub account_id: AccountId,
    /// The account's holder.
    pub account_name: String,
    /// The role.
    pub role: Role,
    /// The area it reaches.
    pub area_path: Option<AreaPath>,
    /// That area's name.
    pub area_name: Option<String>,
    /// The unit it reaches.
    pub unit_id: Option<UnitId>,
    /// That unit's name.
    pub unit_name: Option<String>,
    /// Where that unit is.
    #[serde(skip)]
    pub unit_path: Option<AreaPath>,
    /// The client it reaches.
    pub client_id: Option<ClientId>,
    /// That client's name.
    pub client_name: Option<String>,
    /// Where that client is.
    #[serde(skip)]
    pub client_path: Option<AreaPath>,
    /// Where the account is administered.
    #[serde(skip)]
    pub home: AreaPath,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while no end is known. A liaison's is no later than their term's.
    pub until_day: Option<Day>,
    /// Who gave it; empty for the grants a site was set up with.
    pub given_by: String,
    /// For whom it is held while they are away.
    pub stands_in_for: Option<AccountId>,
    /// Their name.
    pub stands_in_name: Option<String>,
}

impl Held {
    /// The grant itself.
    #[must_use]
    pub fn grant(&self) -> Grant {
        let reach = rows::reach(self.account_id, self.area_path.clone(), self.unit_id, self.client_id);
        Grant { role: self.role, reach }
    }

    /// Where what it reaches lies, for [`Actor::may_grant`].
    #[must_use]
    pub fn lies(&self) -> &AreaPath {
        let place = self.area_path.as_ref().or(self.unit_path.as_ref()).or(self.client_path.as_ref());
        place.unwrap_or(&self.home)
    }

    /// How far it reaches, as people say it.
    #[must_use]
    pub fn reach_words(&self) -> String {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "已撤销的范围".into());
        match (&self.area_path, self.unit_id, self.client_id) {
            (Some(path), ..) if path.0 == "/" => "全部".into(),
            (Some(_), ..) => name(&self.area_name),
            (_, Some(_), _) => name(&self.unit_name),
            (_, _, Some(_)) => name(&self.client_name),
            (None, None, None) if self.role == Role::Commissioner => "所联系包靠的企业（项目）".into(),
            (None, None, None) => "本人".into(),
        }
    }

    /// Whether it holds on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> bool {
        self.from_day <= day && self.until_day.is_none_or(|last| last >= day)
    }

    /// Whether it is over before a day.
    #[must_use]
    pub fn over(&self, day: Day) -> bool {
        self.until_day.is_some_and(|last| last < day)
    }
}

/// Every grant of an account, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn grants(db: &impl Db, account: AccountId) -> Result<Vec<Held>, Problem> {
    rows::held(db, account).await
}

/// One grant of an account.
///
/// # Errors
/// [`Problem::NotFound`] when the account has none such.
pub async fn grant(db: &impl Db, account: AccountId, id: GrantId) -> Result<Held, Problem> {
    rows::one(db, account, id).await?.ok_or(Problem::NotFound)
}

/// Grants of open accounts that end in a span of days, the soonest first.
///
/// # Errors
/// When the database fails.
pub async fn ending<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    span: (Day, Day),
    most: i64,
) -> Result<Vec<Held>, Problem> {
    rows::ending(db, scope, span, most).await
}

/// Gives a role to an account from a day on. `lies` is where what it reaches lies.
///
/// # Errors
/// [`Problem::Conflict`] for one's own account, a closed one, or roles that do not go together; [`Problem::Invalid`] beyond
/// one's own reach, for a grant held already, or an end before the beginning.
pub async fn give(
    tx: &Tx,
    actor: &Actor,
    account: &Listed,
    (grant, lies): (&Grant, &AreaPath),
    (from, until): (Day, Option<Day>),
) -> Result<GrantId, Problem> {
    if actor.account == account.id {
        return Err(Problem::Conflict("不能给自己授权，请由另一名安全管理员办理。".into()));
    }
    if account.closed_at.is_some() {
        return Err(Problem::Conflict("这个账号已经停用，请先由系统管理员恢复使用。".into()));
    }
    if !actor.may_grant(grant, lies) {
        return Err(Problem::field("reach", "这个范围超出了您自己的管理范围，请重新选择。"));
    }
    if until.is_some_and(|last| last < from) {
        return Err(Problem::field("until", "截止日期不能早于起始日期。"));
    }
    rows::hold(tx, account.id).await?;
    let held = rows::held(tx, account.id).await?;
    let overlaps = |other: &&Held| !other.over(from) && until.is_none_or(|last| other.from_day <= last);
    let now: Vec<&Held> = held.iter().filter(overlaps).collect();
    let roles: Vec<Role> = now.iter().map(|held| held.role).collect();
    goes_with(grant.role, &roles).map_err(Problem::Conflict)?;
    if now.iter().any(|held| held.grant() == *grant) {
        let told = format!("这个账号在该范围内已经是{}，不需要重复授予。", grant.role.label());
        return Err(Problem::field("role", told));
    }
    let given = Given { until, liaison: None, by: &actor.name };
    let id = rows::insert_for(tx, (account.id, account.county_id), grant, from, &given).await?;
    let reach = rows::one(tx, account.id, id).await?.map(|held| held.reach_words());
    let deed = Deed::of(actor, "grant.give", "account", account.id.0, account.county());
    let detail = json!({ "login": account.login, "role": grant.role, "reach": reach, "from": from, "until": until });
    audit::record(tx, &deed, &detail).await?;
    Ok(id)
}

/// The last day of a role that is taken: not before yesterday, which is at once.
///
/// # Errors
/// [`Problem::Invalid`] for a day further back: what was done under the role was done.
pub fn last_day(wish: Option<Day>, today: Day) -> Result<Day, Problem> {
    let at_once = today.pred_opt().unwrap_or(today);
    match wish {
        Some(day) if day < at_once => {
            Err(Problem::field("last_day", "截止日期不能早于昨天：已经发生的办理不能倒回去。"))
        }
        wish => Ok(wish.unwrap_or(at_once)),
    }
}

/// Takes a role away: `last` is its last day. Before its first day, it never held.
///
/// # Errors
/// [`Problem::Conflict`] for one's own account or a grant that is over by then; [`Problem::Invalid`] beyond one's own reach.
pub async fn take(tx: &Tx, actor: &Actor, account: &Listed, grant: &Held, last: Day) -> Result<(), Problem> {
    if actor.account == account.id {
        return Err(Problem::Conflict("不能收回自己的权限，请由另一名安全管理员办理。".into()));
    }
    if !actor.may_grant(&grant.grant(), grant.lies()) {
        return Err(Problem::field("until", "这项授权的范围超出了您自己的管理范围，请由上级安全管理员办理。"));
    }
    if rows::end(tx, grant, last).await? == 0 {
        return Err(Problem::Conflict("这项授权到那天之前已经结束。".into()));
    }
    let deed = Deed::of(actor, "grant.take", "account", account.id.0, account.county());
    let detail = json!({ "login": account.login, "role": grant.role, "reach": grant.reach_words(), "last_day": last });
    audit::record(tx, &deed, &detail).await
}

/// Makes an account the liaison of a client, for as long as the liaison is one: the end of an invitation.
///
/// # Errors
/// [`Problem::Conflict`] for an account with a role of another kind.
pub async fn make_liaison(
    tx: &Tx,
    (account, site): (AccountId, AreaCode),
    client: ClientId,
    liaison: LiaisonId,
    (by, today): (&str, Day),
) -> Result<(), Problem> {
    rows::hold(tx, account).await?;
    let held = rows::held(tx, account).await?;
    let now: Vec<&Held> = held.iter().filter(|held| !held.over(today)).collect();
    let roles: Vec<Role> = now.iter().map(|held| held.role).collect();
    goes_with(Role::Liaison, &roles).map_err(Problem::Conflict)?;
    if now.iter().any(|held| held.client_id == Some(client)) {
        return Err(Problem::Conflict("您的账号已经是这家企业（项目）的联络员，直接登录即可。".into()));
    }
    let grant = Grant { role: Role::Liaison, reach: Reach::Clients(vec![client]) };
    let given = Given { until: None, liaison: Some(liaison), by };
    rows::insert_for(tx, (account, site), &grant, today, &given).await.map(drop)
}
