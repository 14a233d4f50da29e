//! The web kit: routes that refuse an unguarded handler, pages and their macros, and problems turned into answers.
//! Knows no store.

// Templates of every crate name the kit alike, those of this crate too.
extern crate self as shell;

pub mod answer;
pub mod assets;
pub mod document;
mod edge;
pub mod extract;
pub mod fields;
pub mod flash;
pub mod guard;
mod install;
pub mod page;
pub mod picker;
pub mod reply;
pub mod routes;
mod text_size;
mod watch;

pub use answer::Refusal;
pub use extract::{Form, IfMatch, Json, Path, Query, Source, Version, cookie, idempotency_key};
pub use fields::{Choice, Errors, typed_day};
pub use flash::{Flash, elsewhere, escape, see_other};
pub use guard::{Guard, Identify, Public};
pub use page::{Desk, Html, Kit, NavItem, Person};
pub use picker::{MOST_PICKS, Picker, Picks};
pub use reply::{Done, Id, Made, NoContent, Reply};
pub use routes::{Entry, Routes};

/// What the kit itself serves: `/assets/…`, the switch for large text, and what makes the site an app on a telephone.
#[must_use]
pub fn kit_routes<S: Identify>() -> Routes<S> {
    assets::routes().merge(text_size::routes()).merge(install::routes())
}
