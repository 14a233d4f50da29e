//! What a desk works by (办理依据): the categories of demands.

mod categories;

pub use categories::{Category, add_category, categories, category};
