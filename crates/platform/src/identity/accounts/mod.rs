//! Accounts: opened, closed, locked and unlocked, and their passwords. An account is never deleted: it is closed.

mod operator;
pub(super) mod rows;

pub use operator::{open_administrator, reset_by_operator};

use super::password::{self, Password};
use super::{grants, second_factor, sessions};
use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::{ManageAccounts, OwnAccount};
use kernel::id::{AccountId, OfficialId};
use kernel::{Actor, AreaCode, AreaPath, Day, Grant, Instant, Limit, Login, Page, Problem, Reach, Right, Role, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Db, Private, Store, Tx};

/// An account to be opened.
#[derive(Debug)]
pub struct NewAccount {
    /// What its holder signs in with, in small letters; unique in the site.
    pub login: String,
    /// The holder's name.
    pub name: String,
    /// The hash of the first password, from [`Password::hash`].
    pub password_hash: String,
    /// The official it belongs to, if one.
    pub official: Option<OfficialId>,
    /// What the holder may do.
    pub grants: Vec<Grant>,
    /// From which day.
    pub from: Day,
}

/// An account as administrators see it.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Listed {
    /// Which account.
    pub id: AccountId,
    /// The site's top area.
    pub county_id: AreaCode,
    /// What its holder signs in with, as others are shown it: a number in it is masked.
    pub login: String,
    /// The holder's name.
    pub name: String,
    /// The official it belongs to, if one.
    pub official_id: Option<OfficialId>,
    /// The official's unit.
    pub unit_name: Option<String>,
    /// Where it is administered.
    pub area_path: AreaPath,
    /// The name of that area; none for the whole site.
    pub area_name: Option<String>,
    /// Whether the next sign-in asks for a new password.
    pub must_change: bool,
    /// Whether sign-in asks for a second factor.
    pub second_factor: bool,
    /// Until when it is locked, when it is or was.
    pub locked_until: Option<Instant>,
    /// Since when it is closed.
    pub closed_at: Option<Instant>,
    /// Since when it is there.
    pub made_at: Instant,
    /// For `If-Match`.
    pub version: i64,
}

impl Listed {
    /// What it is recorded under.
    pub(super) fn county(&self) -> AreaCode {
        self.area_path.county().unwrap_or(self.county_id)
    }

    /// The state it is in at `now`.
    #[must_use]
    pub fn state(&self, now: Instant) -> AccountState {
        match self {
            Self { closed_at: Some(_), .. } => AccountState::Closed,
            Self { locked_until: Some(until), .. } if *until > now => AccountState::Locked,
            Self { must_change: true, .. } => AccountState::First,
            _ => AccountState::Open,
        }
    }
}

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// In use.
    Open,
    /// Locked after wrong passwords.
    Locked,
    /// Its first password has not been changed.
    First,
    /// In use, without a role.
    Roleless,
    /// Closed.
    Closed,
}

impl AccountState {
    /// Every state, in the order of a list of choices.
    pub const ALL: [Self; 5] = [Self::Open, Self::Locked, Self::First, Self::Roleless, Self::Closed];

    /// The form in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Locked => "locked",
            Self::First => "first",
            Self::Roleless => "roleless",
            Self::Closed => "closed",
        }
    }

    /// The form on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "使用中",
            Self::Locked => "已锁定",
            Self::First => "待首次登录",
            Self::Roleless => "尚无角色",
            Self::Closed => "已停用",
        }
    }

    /// Its colour.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Open => "green",
            Self::Locked => "red",
            Self::First => "blue",
            Self::Roleless => "yellow",
            Self::Closed => "grey",
        }
    }
}

/// Which accounts to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct AccountFilter {
    /// With this text in name or login; who signs in with a number is found by the whole of it.
    pub q: Option<String>,
    /// Holding this role, today or later.
    pub role: Option<Role>,
    /// In this state.
    pub state: Option<AccountState>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// Accounts by name, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn accounts<R: Right>(
    app: &App,
    scope: &Scope<R>,
    filter: &AccountFilter,
    limit: Limit,
) -> Result<Page<Listed>, Problem> {
    let now = app.now();
    let rows = rows::accounts(&app.store, scope, filter, limit, (app.site.hours.day(now), now)).await?;
    Ok(Page::cut(rows, limit, |account| (account.name.clone(), account.id)))
}

/// The roles of listed accounts, today's and later ones.
///
/// # Errors
/// When the database fails.
pub async fn roles_of(store: &Store, accounts: &[Listed], today: Day) -> Result<Vec<(AccountId, Role)>, Problem> {
    rows::roles(store, accounts, today).await
}

/// How many open accounts are in a state that waits for an administrator; counted up to 1000.
///
/// # Errors
/// When the database fails.
pub async fn count_in_state<R: Right>(app: &App, scope: &Scope<R>, state: AccountState) -> Result<u64, Problem> {
    let now = app.now();
    rows::waiting(&app.store, scope, state, (app.site.hours.day(now), now)).await
}

/// One account.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn account<R: Right>(db: &impl Db, scope: &Scope<R>, id: AccountId) -> Result<Listed, Problem> {
    rows::listed(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// A login to be, from what was typed.
///
/// # Errors
/// [`Problem::Invalid`] for the field `login`.
pub fn parse_login(typed: &str) -> Result<Login, Problem> {
    Login::parse(typed).map_err(|told| Problem::field("login", told))
}

/// Whether a login is taken, by a closed account too.
///
/// # Errors
/// When the database fails.
pub async fn login_taken(db: &impl Db, site: AreaCode, login: &Login) -> Result<bool, Problem> {
    rows::login_taken(db, site, login).await
}

/// Opens an account that is administered in `home`, without the grants of `new`: they are given where they are decided.
///
/// # Errors
/// [`Problem::Conflict`] when the login is taken.
pub async fn open_at(tx: &Tx, site: AreaCode, new: &NewAccount, home: AreaPath) -> Result<AccountId, Problem> {
    let account = fresh(tx, site, new, home, false);
    rows::insert_account(tx, &account, new.official).await?;
    let deed = Deed {
        account: Some(account.id),
        name: &account.name,
        act: "account.open",
        subject: "account",
        subject_id: Some(account.id.0),
        county: account.area_path.county().unwrap_or(site),
    };
    audit::record(tx, &deed, &json!({ "login": account.login, "name": account.name })).await?;
    Ok(account.id)
}

/// Opens an account with its grants, for whoever sets a site up.
///
/// # Errors
/// [`Problem::Conflict`] when the login is taken.
pub async fn open_account(tx: &Tx, site: AreaCode, new: NewAccount) -> Result<AccountId, Problem> {
    let home = rows::home(tx, new.official, new.grants.first()).await?;
    let account = fresh(tx, site, &new, home, false);
    rows::insert_account(tx, &account, new.official).await?;
    for grant in &new.grants {
        grants::rows::insert(tx, &account, grant, new.from, &grants::Given::by("")).await?;
    }
    let deed = Deed {
        account: None,
        name: "",
        act: "account.open",
        subject: "account",
        subject_id: Some(account.id.0),
        county: account.area_path.county().unwrap_or(site),
    };
    let roles: Vec<_> = new.grants.iter().map(|grant| grant.role).collect();
    audit::record(tx, &deed, &json!({ "login": account.login, "roles": roles })).await?;
    Ok(account.id)
}

fn fresh(tx: &Tx, site: AreaCode, new: &NewAccount, area_path: AreaPath, must_change: bool) -> rows::Account {
    rows::Account {
        id: AccountId::mint(tx.now()),
        county_id: site,
        login: Private::new(Login::typed(&new.login)),
        name: new.name.clone(),
        password: new.password_hash.clone(),
        second_factor: None,
        second_factor_step: 0,
        factor_wish: None,
        area_path,
        must_change,
        failures: 0,
        locked_until: None,
        version: 1,
    }
}

/// Opens an account without a role and with a first password that must be changed. The place is that of the official's
/// unit, else `area`.
///
/// # Errors
/// [`Problem::Invalid`] for a login that is unfit or taken, an official who has an account, or a place out of reach.
pub async fn open_for_first_sign_in(
    tx: &Tx,
    site: AreaCode,
    actor: &Actor,
    scope: &Scope<ManageAccounts>,
    new: NewAccount,
    area: AreaPath,
) -> Result<AccountId, Problem> {
    let login = parse_login(&new.login)?;
    if rows::login_taken(tx, site, &login).await? {
        return Err(Problem::field("login", format!("账号“{}”已被使用，请换一个。", login.in_full())));
    }
    if let Some(official) = new.official
        && let Some(held) = rows::of_official(tx, official).await?
    {
        return Err(Problem::field("official", format!("这名干部已有账号“{held}”，不能重复开通。")));
    }
    let home = match new.official {
        Some(_) => rows::home(tx, new.official, None).await?,
        None => area,
    };
    if !scope.covers(&Reach::Area(home.clone())) {
        return Err(Problem::field("area", "没有这个区域，或者不在您的管理范围内。"));
    }
    let account = fresh(tx, site, &new, home, true);
    rows::insert_account(tx, &account, new.official).await?;
    let county = account.area_path.county().unwrap_or(site);
    let deed = Deed::of(actor, "account.open", "account", account.id.0, county);
    audit::record(tx, &deed, &json!({ "login": account.login, "name": account.name })).await?;
    Ok(account.id)
}

/// Whether this is the administrator's own account: nobody administers themselves.
fn not_oneself(actor: &Actor, account: &Listed) -> Result<(), Problem> {
    if actor.account == account.id {
        return Err(Problem::Conflict("不能对自己的账号做这项操作，请由另一名管理员办理。".into()));
    }
    Ok(())
}

/// Whether the account is another administrator's: whoever set its password could do its work (三员分立).
async fn not_an_administrator(tx: &Tx, account: &Listed) -> Result<(), Problem> {
    let held = rows::roles(tx, std::slice::from_ref(account), tx.now().date_naive()).await?;
    match held.iter().find(|(_, role)| grants::is_admin(*role)) {
        Some((_, role)) => Err(Problem::Conflict(format!(
            "{}的密码和两步验证不由系统管理员重置（三员分立）。请服务器维护人员用命令 weiqitong account reset-password 办理。",
            role.label()
        ))),
        None => Ok(()),
    }
}

/// Closes an account and ends its sessions.
///
/// # Errors
/// [`Problem::Conflict`] for one's own account or one that is closed; [`Problem::Stale`] when it was changed since.
pub async fn close(tx: &Tx, actor: &Actor, account: &Listed, today: Day) -> Result<(), Problem> {
    not_oneself(actor, account)?;
    if account.closed_at.is_some() {
        return Err(Problem::Conflict("这个账号已经停用。".into()));
    }
    rows::set_closed(tx, account, Some(tx.now())).await?;
    let ended = sessions::rows::end_all(tx, account.id).await?;
    grants::rows::end_lent(tx, account.id, grants::last_day(None, today)?).await?;
    let deed = Deed::of(actor, "account.close", "account", account.id.0, account.county());
    audit::record(tx, &deed, &json!({ "login": account.login, "sessions_ended": ended })).await
}

/// Opens a closed account again, with the roles it still holds.
///
/// # Errors
/// [`Problem::Conflict`] when it is open; [`Problem::Stale`] when it was changed since.
pub async fn reopen(tx: &Tx, actor: &Actor, account: &Listed) -> Result<(), Problem> {
    not_oneself(actor, account)?;
    if account.closed_at.is_none() {
        return Err(Problem::Conflict("这个账号正在使用，不需要恢复。".into()));
    }
    rows::set_closed(tx, account, None).await?;
    let deed = Deed::of(actor, "account.reopen", "account", account.id.0, account.county());
    audit::record(tx, &deed, &json!({ "login": account.login })).await
}

/// Unlocks an account before its time.
///
/// # Errors
/// [`Problem::Conflict`] when it is not locked.
pub async fn unlock(tx: &Tx, actor: &Actor, account: &Listed) -> Result<(), Problem> {
    not_oneself(actor, account)?;
    if account.state(tx.now()) != AccountState::Locked {
        return Err(Problem::Conflict("这个账号没有锁定。".into()));
    }
    let row = rows::account(tx, account.county_id, account.id).await?.ok_or(Problem::NotFound)?;
    rows::note_failure(tx, &row, 0, None).await?;
    let deed = Deed::of(actor, "account.unlock", "account", account.id.0, account.county());
    audit::record(tx, &deed, &json!({ "login": account.login })).await
}

/// Gives an account a new first password, unlocks it and ends its sessions; `hash` is the password's.
///
/// # Errors
/// [`Problem::Conflict`] for one's own account, an administrator's or a closed one; [`Problem::Stale`] when it was changed since.
pub async fn reset_password(tx: &Tx, actor: &Actor, account: &Listed, hash: &str) -> Result<(), Problem> {
    not_oneself(actor, account)?;
    not_an_administrator(tx, account).await?;
    let Some(row) = rows::account(tx, account.county_id, account.id).await? else {
        return Err(Problem::Conflict("这个账号已经停用，请先恢复使用。".into()));
    };
    if row.version != account.version {
        return Err(Problem::Stale("这个账号刚被别人修改过，请刷新后再试。".into()));
    }
    rows::set_password(tx, &row, hash, true).await?;
    let ended = sessions::rows::end_all(tx, account.id).await?;
    let deed = Deed::of(actor, "account.reset_password", "account", account.id.0, account.county());
    audit::record(tx, &deed, &json!({ "login": account.login, "sessions_ended": ended })).await
}

/// Turns an account's second factor off, for whoever lost the telephone and the recovery codes.
///
/// # Errors
/// [`Problem::Conflict`] for one's own account, an administrator's, or one without a second factor.
pub async fn drop_second_factor(tx: &Tx, actor: &Actor, account: &Listed) -> Result<(), Problem> {
    not_oneself(actor, account)?;
    not_an_administrator(tx, account).await?;
    let row = rows::account(tx, account.county_id, account.id).await?.filter(|row| row.second_factor.is_some());
    let Some(row) = row else {
        return Err(Problem::Conflict("这个账号没有开启两步验证。".into()));
    };
    second_factor::rows::set(tx, &row, None, row.second_factor_step).await?;
    second_factor::rows::set_codes(tx, &row, &[]).await?;
    let deed = Deed::of(actor, "account.second_factor_drop", "account", account.id.0, account.county());
    audit::record(tx, &deed, &json!({ "login": account.login })).await
}

/// What the actor signs in with, in full: it is their own.
///
/// # Errors
/// [`Problem::NotFound`] when the account was closed meanwhile.
pub async fn own_login(app: &App, actor: &Actor) -> Result<String, Problem> {
    let account = rows::account(&app.store, app.site.area, actor.account).await?.ok_or(Problem::NotFound)?;
    Ok(account.login().in_full().to_owned())
}

/// Changes one's own password, and ends every session of the account, this one too.
///
/// # Errors
/// [`Problem::Invalid`] when the old password is wrong or the new one unfit.
pub async fn change_password(
    app: &App,
    actor: &Actor,
    _own: &Scope<OwnAccount>,
    old: String,
    new: &str,
) -> Result<(), Problem> {
    let account = rows::account(&app.store, app.site.area, actor.account).await?.ok_or(Problem::NotFound)?;
    if !password::matches(old.clone(), Some(account.password.clone())).await? {
        return Err(Problem::field("old", "原密码不正确。"));
    }
    if old == new {
        return Err(Problem::field("new", "新密码不能与原密码相同。"));
    }
    let new = Password::parse(new, account.login().in_full()).map_err(|told| Problem::field("new", told))?;
    let hash = new.hash().await?;
    let tx = app.store.begin().await?;
    rows::set_password(&tx, &account, &hash, false).await?;
    let ended = sessions::rows::end_all(&tx, account.id).await?;
    let county = account.area_path.county().unwrap_or(account.county_id);
    let deed = Deed::of(actor, "account.change_password", "account", account.id.0, county);
    audit::record(&tx, &deed, &json!({ "sessions_ended": ended })).await?;
    tx.commit().await
}
