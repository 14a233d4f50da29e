//! Handovers for people and programs: the pack that goes from the former commissioner to the next, with what the client asked
//! for and what was promised to it, on one page.
//!
//! The steps belong to `pairing::handovers`; here the pack comes together from the registers and the demands.

mod api;
mod confirm;
mod list;
mod pack;
mod rows;
mod show;
mod write;

use crate::App;
use kernel::authz::WritePairings;
use kernel::{Actor, Day, Problem, Right};
use shell::Routes;

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(list::routes()).merge(show::routes()).merge(write::routes()).merge(confirm::routes())
}

/// Lets in who can have a part in a handover: officials, and those who pair.
fn takes_part(actor: &Actor) -> Result<(), Problem> {
    if actor.official.is_some() || actor.holds(WritePairings::NAME) { Ok(()) } else { Err(Problem::NotFound) }
}

/// Until when a handover should be done; none when the year's working days are not known.
fn due(app: &App, from: Day) -> Option<Day> {
    app.site.calendar.after(from, crate::pairing::handovers::WORKING_DAYS).ok()
}
