//! The work of two of the three administrators (三员分立, GB/T 22239-2019, 8.1.5): who may come in, and what they may do there.
//!
//! - The **system administrator** opens accounts, closes, unlocks and reopens them and resets passwords. A new account can do
//!   nothing: the system administrator gives no roles.
//! - The **security administrator** gives roles and takes them away, issues tokens to programs and revokes them, and reads the
//!   rules of signing in. They open no account, so nobody can make themselves a second one and fill it with roles alone.
//! - The **audit administrator** reads what both did, in [`crate::audit`], and can change nothing.
//!
//! Each acts within their reach alone: an account belongs to the area of its official's unit, of its client, or to the one it
//! was opened for. Nobody administers their own account.

mod accounts;
mod grants;
mod list;
mod tokens;

use crate::App;
use shell::Routes;

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    accounts::routes().merge(grants::routes()).merge(tokens::routes())
}
