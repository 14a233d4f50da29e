//! What a text is about, learnt from texts that people have labelled, and how alike two texts are.
//!
//! Nothing here knows a word of the language beforehand: a text is its runs of one to three characters. So nothing is
//! shipped and nothing is called; whatever is known comes from the site's own history. Nothing in this crate does IO or
//! asks the time; the same texts always give the same answer.

mod chance;
mod grams;
mod normal;

pub mod alike;
pub mod learn;

pub use alike::{Likeness, SAME_MATTER};
pub use learn::{Classifier, Example, Guess};
pub use normal::normal;
