//! Accounts, how their holders prove who they are, and what they may do.
//!
//! A password is kept as an argon2id hash, a session's secret as a SHA-256 hash: neither can be read back. Five wrong
//! passwords lock an account for a quarter of an hour, and one address may fail so often and no oftener. A
//! change of password ends every session of the account.

mod accounts;
mod api;
pub mod holders;
mod pages;
mod password;
mod rows;
mod sessions;

pub use accounts::{NewAccount, change_password, open_account};
pub use password::Password;
pub use sessions::{SessionKind, SignIn, SignedIn, actor, sign_in, sign_out};

use crate::App;
use shell::Routes;

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}
