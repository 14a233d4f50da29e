//! The features of the platform, one folder each. See ARCHITECTURE.md for their levels.

pub mod app;
pub mod health;

pub use app::App;
