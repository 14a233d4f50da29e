//! The system administrator's work: accounts and their passwords. A generated password is shown once.

mod api;
mod pages;

pub(super) use pages::area_choices;

use crate::identity::Password;
use crate::identity::accounts::{self, Listed, NewAccount};
use crate::{App, org};
use kernel::authz::ManageAccounts;
use kernel::id::{AccountId, OfficialId};
use kernel::words::AccountAct;
use kernel::{Actor, AreaCode, AreaPath, Problem, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// An account to be opened: for an official, or for somebody who works under a role, such as the desk of an area.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(rename = "NewAccount")]
struct Wish {
    /// What its holder signs in with.
    login: String,
    /// The official it is for; their name and unit are taken from the register.
    official: Option<OfficialId>,
    /// The holder's name, without an official.
    #[serde(default)]
    name: String,
    /// Where it is administered, without an official.
    area: Option<AreaCode>,
}

/// What is told of an account that was opened.
struct Opened {
    id: AccountId,
    name: String,
    login: String,
    /// The first password: told once.
    password: String,
}

async fn open(app: &App, actor: &Actor, scope: &Scope<ManageAccounts>, wish: &Wish) -> Result<Opened, Problem> {
    let (password, text) = Password::generate();
    let password_hash = password.hash().await?;
    let tx = app.store.begin().await?;
    let (name, home) = match (wish.official, wish.area) {
        (Some(official), _) => match org::official(&tx, scope, official).await {
            Ok(official) if official.left_on.is_none() => (official.name, AreaPath("/".into())),
            Ok(_) => return Err(Problem::field("official", "这名干部已经离任，不能开通账号。")),
            Err(Problem::NotFound) => {
                return Err(Problem::field("official", "没有这名干部，或者不在您的管理范围内。"));
            }
            Err(problem) => return Err(problem),
        },
        (None, Some(area)) => {
            (org::named(&wish.name, "name", "姓名或岗位名称")?, org::area_within(&tx, scope, area).await?.path)
        }
        (None, None) => return Err(Problem::field("area", "请选择账号所属的区域。")),
    };
    let new = NewAccount {
        login: wish.login.clone(),
        name: name.clone(),
        password_hash,
        official: wish.official,
        grants: Vec::new(),
        from: app.site.hours.day(tx.now()),
    };
    let id = accounts::open_for_first_sign_in(&tx, app.site.area, actor, scope, new, home).await?;
    tx.commit().await?;
    Ok(Opened { id, name, login: wish.login.trim().to_lowercase(), password: text })
}

/// Does an act on the version of the account that was read. Gives the account as it was, and the new password when there
/// is one.
async fn act(
    app: &App,
    actor: &Actor,
    scope: &Scope<ManageAccounts>,
    (id, version): (AccountId, i64),
    act: AccountAct,
) -> Result<(Listed, Option<String>), Problem> {
    let (password, text) = Password::generate();
    let hash = if act == AccountAct::ResetPassword { password.hash().await? } else { String::new() };
    let tx = app.store.begin().await?;
    let account = accounts::account(&tx, scope, id).await?;
    if account.version != version {
        return Err(Problem::Stale(format!("{}的账号刚被别人修改过，请核对后再操作。", account.name)));
    }
    match act {
        AccountAct::Close => accounts::close(&tx, actor, &account, app.today()).await?,
        AccountAct::Reopen => accounts::reopen(&tx, actor, &account).await?,
        AccountAct::Unlock => accounts::unlock(&tx, actor, &account).await?,
        AccountAct::ResetPassword => accounts::reset_password(&tx, actor, &account, &hash).await?,
        AccountAct::DropSecondFactor => accounts::drop_second_factor(&tx, actor, &account).await?,
    }
    tx.commit().await?;
    Ok((account, (act == AccountAct::ResetPassword).then_some(text)))
}

/// What may be done to an account as it stands.
fn acts(account: &Listed, now: kernel::Instant) -> Vec<AccountAct> {
    use accounts::AccountState;
    let mut acts = Vec::new();
    match account.state(now) {
        AccountState::Closed => return vec![AccountAct::Reopen],
        AccountState::Locked => acts.push(AccountAct::Unlock),
        AccountState::Open | AccountState::First | AccountState::Roleless => {}
    }
    acts.push(AccountAct::ResetPassword);
    if account.second_factor {
        acts.push(AccountAct::DropSecondFactor);
    }
    acts.push(AccountAct::Close);
    acts
}
