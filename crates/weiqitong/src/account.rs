//! `weiqitong account`: what only whoever runs the server may do. The first three administrators of a site are opened here,
//! and an administrator who forgot the password is helped here, because no other administrator may (三员分立).

use crate::config::Config;
use crate::serve::{open, site, told};
use anyhow::{Result, anyhow};
use clap::Subcommand;
use kernel::{Problem, Role};
use platform::identity::{NewAccount, Password, accounts};

#[derive(Subcommand)]
pub(crate) enum Account {
    /// 开通管理员账号：系统管理员、安全管理员、审计管理员各一个账号，不能兼任
    Open {
        /// 登录账号
        login: String,
        /// 姓名
        #[arg(long)]
        name: String,
        /// 哪一种管理员：system_admin、security_admin 或 audit_admin
        #[arg(long)]
        role: String,
    },
    /// 重置一个账号的密码，同时关闭两步验证、退出所有登录
    ResetPassword {
        /// 登录账号
        login: String,
    },
}

/// Does it, and prints the first password, once.
///
/// # Errors
/// With what to mend.
pub(crate) async fn run(config: &Config, command: &Account) -> Result<()> {
    let (store, site) = (open(config).await?, site(config)?);
    let (password, text) = Password::generate();
    let hash = password.hash().await.map_err(told)?;
    let tx = store.begin().await.map_err(told)?;
    let login = match command {
        Account::Open { login, name, role } => {
            let role = Role::parse(role).ok_or_else(|| anyhow!("没有“{role}”这种角色。"))?;
            let from = site.hours.day(tx.now());
            let (login_of, name) = (login.clone(), name.trim().to_owned());
            let new =
                NewAccount { login: login_of, name, password_hash: hash, official: None, grants: Vec::new(), from };
            accounts::open_administrator(&tx, &site, role, new).await.map_err(plain)?;
            login
        }
        Account::ResetPassword { login } => {
            accounts::reset_by_operator(&tx, &site, login, &hash).await.map_err(plain)?;
            login
        }
    };
    tx.commit().await.map_err(told)?;
    store.close().await;
    println!("账号 {login} 的初始密码（只显示这一次，第一次登录必须修改）：{text}");
    Ok(())
}

/// A refusal with what is told of each field.
fn plain(problem: Problem) -> anyhow::Error {
    match problem {
        Problem::Invalid { errors, .. } => anyhow!(errors.into_iter().map(|error| error.detail).collect::<String>()),
        other => told(other),
    }
}
