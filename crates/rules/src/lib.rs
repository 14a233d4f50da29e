//! What may be done to a demand, by whom, until when: data and the time in, a verdict with its reason out.
//!
//! Nothing here does IO or asks the time. The table [`TRANSITIONS`] is the one source of the life of a demand;
//! docs/demand-lifecycle.md is printed from it, and [`decide`] obeys nothing else.

pub mod act;
pub mod clock;
pub mod lifecycle;
pub mod refusal;
pub mod table;

#[cfg(test)]
mod document;
#[cfg(test)]
mod laws;

pub use act::{Act, Text, Title, WorkDays};
pub use clock::{CardBounds, CardDays, Limits, Running, Site, Stopped, card, card_bounds, card_days, days_left};
pub use lifecycle::{Standing, Step, Taken, acts_now, decide, is_internal, replay, waiting_on};
pub use refusal::Refusal;
pub use table::{Need, TRANSITIONS, Transition};
