//! The web kit: routes that refuse an unguarded handler, and problems turned into answers. Knows no store.

pub mod answer;
pub mod guard;
pub mod routes;

pub use answer::Refusal;
pub use guard::{Guard, Identify, Public};
pub use routes::{Entry, Routes};
