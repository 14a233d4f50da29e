//! What may be done to a demand, by whom, until when: data and the time in, a verdict with its reason out.
//!
//! Nothing here does IO or asks the time. The table [`TRANSITIONS`] is the one source of the life of a demand;
//! docs/demand-lifecycle.md is printed from it, and [`decide`] obeys nothing else.

pub mod act;
pub mod card;
pub mod clock;
pub mod contact;
pub mod duty;
pub mod lifecycle;
pub mod message;
pub mod refusal;
pub mod spent;
pub mod standing;
pub mod table;

mod effects;
mod guards;
mod line;

#[cfg(test)]
mod document;
#[cfg(test)]
mod laws;

pub use act::{Act, Ask, Helper, Shelf, Text, Title, WorkDays};
pub use card::{CardBounds, CardDays, card, card_bounds, card_days, card_until, days_left, shows_cards};
pub use clock::{Limit, Limits, Pause, Running, Site, Stopped, Terms};
pub use lifecycle::{Doer, Step, Taken, acts_now, decide, is_internal, replay};
pub use refusal::Refusal;
pub use spent::{Holder, Spent, spent};
pub use standing::{Standing, Task, total, waiting_on};
pub use table::{Need, TRANSITIONS, Transition};
