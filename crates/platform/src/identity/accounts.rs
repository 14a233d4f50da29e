//! Opening accounts and changing their passwords.

use super::password::{self, Password};
use super::rows;
use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::OwnAccount;
use kernel::id::{AccountId, OfficialId};
use kernel::{Actor, AreaCode, Day, Grant, Problem, Scope};
use serde_json::json;
use store::Tx;

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

/// Opens an account with its grants.
///
/// # Errors
/// [`Problem::Conflict`] when the login is taken.
pub async fn open_account(tx: &Tx, site: AreaCode, new: NewAccount) -> Result<AccountId, Problem> {
    let account = rows::Account {
        id: AccountId::mint(tx.now()),
        county_id: site,
        login: new.login.trim().to_lowercase(),
        name: new.name,
        password: new.password_hash,
        failures: 0,
        locked_until: None,
        version: 1,
    };
    rows::insert_account(tx, &account, new.official).await?;
    for grant in &new.grants {
        rows::insert_grant(tx, &account, grant, new.from).await?;
    }
    let deed = Deed {
        account: None,
        name: "",
        act: "account.open",
        subject: "account",
        subject_id: Some(rows::subject(&account)),
        county: site,
    };
    let roles: Vec<_> = new.grants.iter().map(|grant| grant.role).collect();
    audit::record(tx, &deed, &json!({ "login": account.login, "roles": roles })).await?;
    Ok(account.id)
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
    if !password::matches(old, Some(account.password.clone())).await? {
        return Err(Problem::field("old", "原密码不正确。"));
    }
    let new = Password::parse(new, &account.login).map_err(|told| Problem::field("new", told))?;
    let hash = new.hash().await?;
    let tx = app.store.begin().await?;
    rows::set_password(&tx, &account, &hash).await?;
    let ended = rows::end_all_sessions(&tx, &account).await?;
    let deed = Deed::of(actor, "account.change_password", "account", rows::subject(&account), account.county_id);
    audit::record(&tx, &deed, &json!({ "sessions_ended": ended })).await?;
    tx.commit().await
}
