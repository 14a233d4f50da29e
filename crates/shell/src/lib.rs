//! The web kit: routes that refuse an unguarded handler, and problems turned into answers. Knows no store.

pub mod answer;
mod edge;
pub mod extract;
pub mod guard;
pub mod routes;

pub use answer::Refusal;
pub use extract::{Form, IfMatch, Json, Path, Query, Source, Version, idempotency_key};
pub use guard::{Guard, Identify, Public};
pub use routes::{Entry, Routes};
