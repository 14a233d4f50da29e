//! The second factor, for whoever wants one: a code of six digits that changes every half minute (RFC 6238), and ten recovery
//! codes for the day the telephone is lost. A code's step is used up with it: what was typed once opens nothing again.

mod pages;
pub(super) mod rows;

use super::accounts::rows::{self as accounts, Account};
use super::password;
use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::OwnAccount;
use kernel::{Actor, BugExt, Problem, Scope};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::Tx;
use totp_rs::{Builder, Secret, Totp};

pub(super) use pages::routes;

/// How many recovery codes there are.
const CODES: usize = 10;
/// Letters and digits that nobody takes for one another.
const ALPHABET: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";

/// What an authenticator is told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Enrolment {
    /// The secret, in base32, for typing.
    pub secret: String,
    /// The same as a link, for a QR code.
    pub url: String,
}

/// How a person's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether sign-in asks for it.
    pub on: bool,
    /// How many recovery codes are left.
    pub codes_left: i64,
}

/// How one's own second factor stands.
///
/// # Errors
/// When the database fails.
pub async fn standing(app: &App, actor: &Actor) -> Result<Standing, Problem> {
    let account = own(app, actor).await?;
    Ok(Standing { on: account.second_factor.is_some(), codes_left: rows::codes_left(&app.store, account.id).await? })
}

/// Begins to turn it on: the secret to be entered into an authenticator. Asked again, it is the same until confirmed.
///
/// # Errors
/// [`Problem::Conflict`] when it is on already.
pub async fn enrol(app: &App, actor: &Actor, _own: &Scope<OwnAccount>) -> Result<Enrolment, Problem> {
    let account = own(app, actor).await?;
    if account.second_factor.is_some() {
        return Err(Problem::Conflict("您已经开启了两步验证。如果换了手机，请先关闭再重新开启。".into()));
    }
    let secret = match account.factor_wish.clone() {
        Some(secret) => secret.in_full().0.clone(),
        None => {
            let secret = Secret::from(rand::random::<[u8; 20]>()).to_base32();
            let tx = app.store.begin().await?;
            rows::set_wish(&tx, &account, &secret).await?;
            tx.commit().await?;
            secret
        }
    };
    let url = totp(&app.site.name, account.login().in_full(), &secret)?
        .to_url()
        .bug("writing the link of a second factor")?;
    Ok(Enrolment { secret, url })
}

/// Turns it on, once a code shows that the authenticator has the secret. Gives the recovery codes, which are told once.
///
/// # Errors
/// [`Problem::Invalid`] for a wrong code; [`Problem::Conflict`] when it is on already or was not begun.
pub async fn confirm(app: &App, actor: &Actor, _own: &Scope<OwnAccount>, code: &str) -> Result<Vec<String>, Problem> {
    let tx = app.store.begin().await?;
    let account = accounts::account(&tx, app.site.area, actor.account).await?.ok_or(Problem::NotFound)?;
    let secret = match (&account.second_factor, &account.factor_wish) {
        (None, Some(secret)) => secret.in_full().0.clone(),
        (Some(_), _) => return Err(Problem::Conflict("您已经开启了两步验证。".into())),
        (None, None) => return Err(Problem::Conflict("请先打开“开启两步验证”页面，添加到验证器后再确认。".into())),
    };
    let Some(step) = step_of(&totp("", account.login().in_full(), &secret)?, code, &tx) else {
        return Err(Problem::field("code", "动态码不正确。请确认手机时间准确，再输入验证器上最新的 6 位数字。"));
    };
    let codes: Vec<String> = (0..CODES).map(|_| fresh_code()).collect();
    let hashes: Vec<String> = codes.iter().map(|code| code_hash(&account, code)).collect();
    rows::set(&tx, &account, Some(&secret), step).await?;
    rows::set_codes(&tx, &account, &hashes).await?;
    record(&tx, actor, &account, "account.second_factor_on").await?;
    tx.commit().await?;
    Ok(codes)
}

/// Turns it off again, by the password.
///
/// # Errors
/// [`Problem::Invalid`] for a wrong password; [`Problem::Conflict`] when it is off.
pub async fn turn_off(app: &App, actor: &Actor, _own: &Scope<OwnAccount>, typed: String) -> Result<(), Problem> {
    let account = own(app, actor).await?;
    if account.second_factor.is_none() {
        return Err(Problem::Conflict("您没有开启两步验证。".into()));
    }
    if !password::matches(typed, Some(account.password.clone())).await? {
        return Err(Problem::field("password", "密码不正确。"));
    }
    let tx = app.store.begin().await?;
    rows::set(&tx, &account, None, account.second_factor_step).await?;
    rows::set_codes(&tx, &account, &[]).await?;
    record(&tx, actor, &account, "account.second_factor_off").await?;
    tx.commit().await
}

/// Whether this is the account's code now, or one of its recovery codes; either is used up by it.
pub(super) async fn accept(tx: &Tx, account: &Account, typed: &str) -> Result<bool, Problem> {
    let Some(secret) = &account.second_factor else { return Ok(false) };
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return match step_of(&totp("", account.login().in_full(), &secret.in_full().0)?, &digits, tx) {
            Some(step) => rows::use_step(tx, account, step).await,
            None => Ok(false),
        };
    }
    rows::use_code(tx, account, &code_hash(account, typed)).await
}

async fn own(app: &App, actor: &Actor) -> Result<Account, Problem> {
    accounts::account(&app.store, app.site.area, actor.account).await?.ok_or(Problem::NotFound)
}

async fn record(tx: &Tx, actor: &Actor, account: &Account, act: &str) -> Result<(), Problem> {
    let county = account.area_path.county().unwrap_or(account.county_id);
    audit::record(tx, &Deed::of(actor, act, "account", account.id.0, county), &json!({ "login": account.login })).await
}

fn totp(issuer: &str, login: &str, secret: &str) -> Result<Totp, Problem> {
    let secret = Secret::try_from_base32(secret).bug("reading a second factor")?;
    // The link takes no colon in either name.
    let plain = |text: &str| text.replace(':', " ");
    let issuer = Some(plain(issuer)).filter(|issuer| !issuer.is_empty());
    let builder = Builder::new().with_secret(secret).with_account_name(plain(login)).with_issuer(issuer);
    builder.build().bug("building a second factor")
}

/// The step of a code that is right now, or half a minute ago, or will be in one.
fn step_of(totp: &Totp, code: &str, tx: &Tx) -> Option<i64> {
    let seconds = u64::try_from(tx.now().timestamp()).ok()?;
    totp.check(code.trim(), seconds).and_then(|step| i64::try_from(step).ok())
}

fn fresh_code() -> String {
    let letters: Vec<u8> = rand::random::<[u8; 10]>().iter().map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
    let text = String::from_utf8_lossy(&letters).into_owned();
    format!("{}-{}", &text[..5], &text[5..])
}

/// A recovery code as it is kept; dashes, spaces and capitals are forgiven.
fn code_hash(account: &Account, code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    hex::encode(Sha256::new_with_prefix(account.id.0.as_bytes()).chain_update(plain).finalize())
}
