//! Accounts, how their holders prove who they are, and what they may do.
//!
//! A password is kept as an argon2id hash, a session's secret as a SHA-256 hash: neither can be read back. Five wrong
//! passwords or codes lock an account for a quarter of an hour, and one address may fail so often and no oftener. A change of
//! password ends every session of the account; a first password must be changed before anything else.

pub mod accounts;
mod api;
pub mod grants;
pub mod holders;
mod pages;
mod password;
mod qr;
pub mod second_factor;
pub mod sessions;
mod sign_in;
pub mod stand_ins;

pub use accounts::{NewAccount, change_password, open_account};
pub use password::Password;
pub use qr::qr_image;
pub use sessions::{Known, SessionKind, SignedIn, acting, actor, device, digest, sign_out};
pub use sign_in::{FAILURES, FirstStep, LOCK, SignIn, TRIES, Whence, first_step, second_step, sign_in};

use crate::{App, Site};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use kernel::Problem;
use kernel::id::AccountId;
use shell::Routes;
use store::Tx;

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(pages::routes()).merge(second_factor::routes()).merge(stand_ins::routes())
}

/// Begins a session for the holder of an account that was opened, or proved, in this transaction.
///
/// # Errors
/// [`Problem::NotFound`] for an account that is not there, or closed.
pub async fn begin_session(tx: &Tx, site: &Site, account: AccountId, whence: &Whence) -> Result<SignedIn, Problem> {
    let account = accounts::rows::account(tx, site.area, account).await?.ok_or(Problem::NotFound)?;
    sign_in::begin(tx, &account, whence).await
}

/// Gives the browser the cookie of a session. It ends with the browser, and in any case with the session.
pub fn bring_cookie(response: &mut Response, site: &Site, session: &SignedIn) {
    let secure = if site.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", sessions::COOKIE, session.token);
    set_cookie(response, &cookie);
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
