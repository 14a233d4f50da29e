//! The features of the platform, one folder each. See ARCHITECTURE.md for their levels.

pub mod access;
pub mod app;
pub mod audit;
mod behind;
pub mod catalogue;
pub mod clients;
pub mod console;
pub mod contacts;
pub mod demands;
pub mod drafts;
pub mod files;
pub mod handovers;
pub mod health;
pub mod home;
pub mod identity;
pub mod invitations;
pub mod looks;
pub mod manual;
pub mod many;
pub mod messages;
pub mod notify;
pub mod once;
pub mod org;
pub mod pairing;
pub mod paper;
pub mod pulse;
pub mod registry;
pub mod rounds;
pub mod separated;

pub use app::{App, Site};
pub use once::{Command, Nothing, Once};

use shell::Routes;
use store::Worker;

/// Who does the jobs that the platform puts off, for a node of it.
#[must_use]
pub fn worker(app: App) -> Worker<App> {
    Worker::new(app).knows::<demands::Learn>()
}

/// Everything that is served.
#[must_use]
pub fn routes() -> Routes<App> {
    health::routes()
        .merge(manual::routes())
        .merge(shell::kit_routes())
        .merge(notify::routes())
        .merge(looks::routes())
        .merge(audit::routes())
        .merge(files::routes())
        .merge(drafts::routes())
        .merge(identity::routes())
        .merge(org::routes())
        .merge(registry::routes())
        .merge(catalogue::routes())
        .merge(invitations::routes())
        .merge(access::routes())
        .merge(pairing::routes())
        .merge(demands::routes())
        .merge(contacts::routes())
        .merge(clients::routes())
        .merge(handovers::routes())
        .merge(rounds::routes())
        .merge(console::routes())
        .merge(messages::routes())
        .merge(home::routes())
}
