//! Signing in: the password, then, for whoever turned it on, the second factor. Failures of either are counted together.

use super::accounts::rows::{self as accounts, Account};
use super::sessions::{self, LIFE, NewSession, SessionKind, SignedIn, digest};
use super::{password, second_factor};
use crate::App;
use crate::audit::{self, Deed};
use chrono::Duration;
use kernel::{Instant, Login, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use store::Tx;

/// Wrong passwords or codes in a row that lock an account, and for how long.
pub const FAILURES: i64 = 5;
/// How long an account stays locked, and the window in which tries of one address are counted.
pub const LOCK: Duration = Duration::minutes(15);
/// Tries from one address in that window.
pub const TRIES: i64 = 100;
/// How long the second step may take.
const HALF: Duration = Duration::minutes(5);

/// The wish to sign in.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct SignIn {
    /// The login.
    pub login: String,
    /// The password, as typed.
    pub password: String,
    /// The code of the second factor, for whoever turned it on; or one of the recovery codes.
    #[serde(default)]
    pub totp: Option<String>,
}

/// Where a wish to sign in comes from.
#[derive(Debug, Clone)]
pub struct Whence {
    /// What the session will be used by.
    pub kind: SessionKind,
    /// The network address.
    pub source: String,
    /// The device.
    pub device: String,
}

/// How the first step of a person ends.
#[derive(Clone)]
pub enum FirstStep {
    /// Signed in.
    Done(SignedIn),
    /// The second factor is asked for; this secret, good for five minutes, stands for the password that was right.
    Code(String),
}

/// How far a wish got.
enum Passed {
    Done(SignedIn),
    NeedsCode(Account),
}

/// Begins a session in one step.
///
/// # Errors
/// [`Problem::Invalid`] when login and password do not fit (it is not said which) or the code is missing or wrong;
/// [`Problem::TooOften`] while the account is locked or its address has tried too often. Failures are counted and recorded even
/// so.
pub async fn sign_in(app: &App, wish: SignIn, whence: &Whence) -> Result<SignedIn, Problem> {
    let tx = checked(app, &wish).await?;
    let passed = password_step(&tx.0, app, &wish, tx.1, whence).await;
    tx.0.commit().await?;
    match passed? {
        Passed::Done(session) => Ok(session),
        Passed::NeedsCode(_) => {
            Err(Problem::field("totp", "这个账号开启了两步验证，请同时提交 6 位动态码（或一个恢复码）。"))
        }
    }
}

/// The first step of a person before a browser.
///
/// # Errors
/// As [`sign_in`], but a missing code is asked for.
pub async fn first_step(app: &App, wish: SignIn, whence: &Whence) -> Result<FirstStep, Problem> {
    let (tx, fits) = checked(app, &wish).await?;
    let outcome = match password_step(&tx, app, &wish, fits, whence).await {
        Ok(Passed::Done(session)) => Ok(FirstStep::Done(session)),
        Ok(Passed::NeedsCode(account)) => {
            let secret = sessions::secret();
            second_factor::rows::insert_half(&tx, &account, &digest(&secret), tx.now() + HALF).await?;
            Ok(FirstStep::Code(secret))
        }
        Err(problem) => Err(problem),
    };
    tx.commit().await?;
    outcome
}

/// The second step: the code. `None` when the first step was too long ago, or its secret is unknown.
///
/// # Errors
/// [`Problem::Invalid`] for a wrong or used code, [`Problem::TooOften`] once the account is locked.
pub async fn second_step(app: &App, secret: &str, code: &str, whence: &Whence) -> Result<Option<SignedIn>, Problem> {
    let tx = app.store.begin().await?;
    let tries = sessions::rows::count_try(&tx, &whence.source, tx.now() - LOCK).await?;
    let half = second_factor::rows::half(&tx, app.site.area, &digest(secret), tx.now()).await?;
    let account = match half {
        Some(id) => accounts::account(&tx, app.site.area, id).await?,
        None => None,
    };
    let Some(account) = account else {
        tx.commit().await?;
        return Ok(None);
    };
    let outcome = match open(&account, tries, tx.now()) {
        Ok(()) => code_step(&tx, app, &account, code, whence, "code").await,
        Err(problem) => Err(problem),
    };
    if outcome.is_ok() {
        second_factor::rows::end_half(&tx, &digest(secret)).await?;
    }
    tx.commit().await?;
    outcome.map(Some)
}

/// Checks the password outside the transaction, which it would hold up, and begins one.
async fn checked(app: &App, wish: &SignIn) -> Result<(Tx, bool), Problem> {
    let known = accounts::account_by_login(&app.store, app.site.area, &Login::typed(&wish.login)).await?;
    let fits = password::matches(wish.password.clone(), known.map(|account| account.password)).await?;
    Ok((app.store.begin().await?, fits))
}

async fn password_step(tx: &Tx, app: &App, wish: &SignIn, fits: bool, whence: &Whence) -> Result<Passed, Problem> {
    let login = Login::typed(&wish.login);
    let tries = sessions::rows::count_try(tx, &whence.source, tx.now() - LOCK).await?;
    // Read again: another try may have been counted while the password was being checked.
    let account = accounts::account_by_login(tx, app.site.area, &login).await?;
    let judged = match &account {
        Some(account) => open(account, tries, tx.now()),
        None if tries > TRIES => Err(Problem::TooOften(seconds(LOCK))),
        None => Ok(()),
    };
    if let Err(problem) = judged {
        refused(tx, app, &login, whence, problem.title()).await?;
        return Err(problem);
    }
    let account = match account {
        Some(account) if fits => account,
        other => {
            if let Some(account) = &other {
                count_failure(tx, account).await?;
            }
            refused(tx, app, &login, whence, "账号或密码不正确").await?;
            let told = "账号或密码不正确。请检查大小写后重试；连续输错 5 次，账号将锁定 15 分钟。";
            return Err(Problem::field("password", told));
        }
    };
    match (&account.second_factor, wish.totp.as_deref().map(str::trim).filter(|code| !code.is_empty())) {
        (None, _) => begin(tx, &account, whence).await.map(Passed::Done),
        (Some(_), None) => Ok(Passed::NeedsCode(account)),
        (Some(_), Some(code)) => code_step(tx, app, &account, code, whence, "totp").await.map(Passed::Done),
    }
}

/// Judges the code of an account that has a second factor; `field` is what the form calls it.
async fn code_step(
    tx: &Tx,
    app: &App,
    account: &Account,
    code: &str,
    whence: &Whence,
    field: &str,
) -> Result<SignedIn, Problem> {
    if second_factor::accept(tx, account, code).await? {
        return begin(tx, account, whence).await;
    }
    count_failure(tx, account).await?;
    refused(tx, app, account.login(), whence, "动态码不正确").await?;
    let told = "动态码不正确，或者已经用过。请等下一个动态码出现后再试，也可以用一个恢复码；连续输错 5 次，账号将锁定 15 分钟。";
    Err(Problem::field(field, told))
}

fn seconds(left: Duration) -> u64 {
    u64::try_from(left.num_seconds()).unwrap_or(0).max(1)
}

/// Whether the account may be tried at all now.
fn open(account: &Account, tries: i64, now: Instant) -> Result<(), Problem> {
    if tries > TRIES {
        return Err(Problem::TooOften(seconds(LOCK)));
    }
    match account.locked_until.filter(|until| *until > now) {
        Some(until) => Err(Problem::TooOften(seconds(until - now))),
        None => Ok(()),
    }
}

async fn count_failure(tx: &Tx, account: &Account) -> Result<(), Problem> {
    let failures = account.failures + 1;
    let locked = (failures >= FAILURES).then(|| tx.now() + LOCK);
    accounts::note_failure(tx, account, if locked.is_some() { 0 } else { failures }, locked).await
}

async fn refused(tx: &Tx, app: &App, login: &Login, whence: &Whence, why: &str) -> Result<(), Problem> {
    let county = app.site.area;
    let deed = Deed { account: None, name: "", act: "session.refuse", subject: "account", subject_id: None, county };
    let login: String = login.shown().chars().take(60).collect();
    audit::record(tx, &deed, &json!({ "login": login, "source": whence.source, "why": why })).await
}

/// Begins a session of an account whose holder has proved who they are.
///
/// # Errors
/// When the database fails.
pub(super) async fn begin(tx: &Tx, account: &Account, whence: &Whence) -> Result<SignedIn, Problem> {
    let token = sessions::secret();
    let expires_at = tx.now() + LIFE;
    let session = NewSession {
        account: account.id,
        county: account.county_id,
        kind: whence.kind,
        secret_hash: &digest(&token),
        label: &whence.device,
        source: &whence.source,
        issued_by: None,
        expires_at,
    };
    let id = sessions::rows::insert(tx, &session).await?;
    if account.failures > 0 || account.locked_until.is_some() {
        accounts::note_failure(tx, account, 0, None).await?;
    }
    let deed = Deed {
        account: Some(account.id),
        name: &account.name,
        act: "session.begin",
        subject: "session",
        subject_id: Some(id.0),
        county: account.area_path.county().unwrap_or(account.county_id),
    };
    audit::record(tx, &deed, &json!({ "kind": whence.kind.code(), "source": whence.source })).await?;
    Ok(SignedIn { token, expires_at })
}
