//! What only whoever runs the server may do to accounts, from its command line: open a site's first administrators, and give an
//! administrator a new first password, which no other administrator may (三员分立).

use super::{NewAccount, fresh, parse_login, rows};
use crate::Site;
use crate::audit::{self, Deed};
use crate::identity::grants::{self, is_admin};
use crate::identity::{second_factor, sessions};
use kernel::{Grant, Login, Problem, Reach, Role};
use serde_json::json;
use store::Tx;

/// Who acts, as the trail names them.
const OPERATOR: &str = "服务器维护人员";

/// Opens an administrator's account for the whole site, with a first password that must be changed.
///
/// # Errors
/// [`Problem::Invalid`] for a login that is unfit or taken, or a role that is no administrator's.
pub async fn open_administrator(tx: &Tx, site: &Site, role: Role, new: NewAccount) -> Result<(), Problem> {
    let login = parse_login(&new.login)?;
    if !is_admin(role) {
        let told = "命令行只开通三种管理员：系统管理员、安全管理员、审计管理员。其他账号请由系统管理员在网页上开通。";
        return Err(Problem::field("role", told));
    }
    if rows::login_taken(tx, site.area, &login).await? {
        return Err(Problem::field("login", format!("账号“{}”已被使用，请换一个。", login.in_full())));
    }
    let account = fresh(tx, site.area, &new, site.path(), true);
    rows::insert_account(tx, &account, None).await?;
    let grant = Grant { role, reach: Reach::Area(site.path()) };
    grants::rows::insert(tx, &account, &grant, new.from, &grants::Given::by(OPERATOR)).await?;
    record(tx, "account.open", &account, site).await
}

/// Gives an account a new first password, turns its second factor off and ends its sessions; `hash` is the password's.
///
/// # Errors
/// [`Problem::Invalid`] when there is no open account with this login.
pub async fn reset_by_operator(tx: &Tx, site: &Site, login: &str, hash: &str) -> Result<(), Problem> {
    let login = Login::typed(login);
    let account = rows::account_by_login(tx, site.area, &login).await?;
    let told = || Problem::field("login", format!("没有使用中的账号“{}”。", login.in_full()));
    let account = account.ok_or_else(told)?;
    rows::set_password(tx, &account, hash, true).await?;
    let changed = rows::Account { version: account.version + 1, ..account };
    second_factor::rows::set(tx, &changed, None, changed.second_factor_step).await?;
    second_factor::rows::set_codes(tx, &changed, &[]).await?;
    sessions::rows::end_all(tx, changed.id).await?;
    record(tx, "account.reset_password", &changed, site).await
}

async fn record(tx: &Tx, act: &'static str, account: &rows::Account, site: &Site) -> Result<(), Problem> {
    let deed = Deed {
        account: None,
        name: OPERATOR,
        act,
        subject: "account",
        subject_id: Some(account.id.0),
        county: account.area_path.county().unwrap_or(site.area),
    };
    audit::record(tx, &deed, &json!({ "login": account.login })).await
}
