//! A city's pairing: officials, enterprises and projects, the rules as data, the cheapest plan with its proof, and what a
//! change by hand would do.
//!
//! [`plan`] turns a [`City`] into a network ([`crate::flow`]), proves its optimum and reads it back. Nothing here does IO or asks the
//! time; the same city always has the same plan, and every plan is proved against all pairs that the rules allow.

mod check;
pub mod cost;
pub mod curve;
pub mod explain;
pub mod fit;
pub mod gaps;
pub mod mend;
pub mod moves;
mod network;
mod optimum;
pub mod people;
pub mod plan;
mod residual;
pub mod rules;
mod sections;
mod shipped;
mod sight;
#[cfg(test)]
mod tests;
pub mod weights;

pub use check::{Difference, Mistake};
pub use cost::{Cost, cost};
pub use curve::{Point, curve};
pub use explain::{Explained, Explainer, Names, Next, Said, Why, explain, told};
pub use fit::{Fit, Parts, Reason, fit, quota};
pub use gaps::{Gap, Remedy};
pub use mend::{Mended, mend};
pub use moves::{Effect, Taken, choices, move_effect, upset};
pub use people::{Bar, City, Client, Ground, Official, Place, Size};
pub use plan::{CityPlan, Pair, Refused, Unpaired, plan};
pub use rules::{Enforcer, Places, Pool, Rules, Team, Trade, Wanted};
pub use weights::{Weight, Weights};
