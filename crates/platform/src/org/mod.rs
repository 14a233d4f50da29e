//! Areas, the units that serve them, the officials of those units with the posts they held, and the leading and working
//! groups: day by day. What each is has a folder of its own; `book` is the telephone book over all of them.
//!
//! Nothing is deleted: an area or a unit is renamed and keeps its former name, a unit closes, an official leaves, a post or
//! a place in a group ends. Whoever held a post on a day is found later, under the names of that day.

mod areas;
mod book;
mod form;
mod groups;
pub mod many;
mod names;
mod officials;
mod pick;
mod units;

pub use areas::{
    Area, AreaChange, NewArea, add_area, area, area_within, areas, areas_within, change_area, choices as area_choices,
    enter_area, set_in,
};
pub use groups::{Member, NewMember, Seat, end_membership, group_members, join_group, load_members, seats};
pub use names::FormerName;
pub use officials::{
    Move, NewOfficial, Official, OfficialChange, OfficialFilter, OfficialLeft, OfficialMoved, Post, correct_official,
    enter_official, hold, in_office, leave, move_official, official, official_of, officials, posts,
};
pub use pick::{official_choice, pick_officials, pick_units, picked_official, picked_unit, unit_choice};
pub use units::{
    NewUnit, Unit, UnitChange, UnitFilter, change_unit, close_unit, found_unit, open_unit, unit, units, units_at_hand,
};

use crate::App;
use kernel::{Day, Problem};
use shell::Routes;
use store::Tx;

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    book::routes()
        .merge(areas::routes())
        .merge(units::routes())
        .merge(officials::routes())
        .merge(groups::routes())
        .merge(pick::routes())
}

/// Enters units, and officials each with the title and first day of their post, as a whole and without an audit line
/// each: for who loads a world and records that in one line. They are taken as they are.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load(tx: &Tx, units: &[Unit], officials: &[(Official, &str, Day)]) -> Result<(), Problem> {
    units::insert(tx, units).await?;
    officials::insert(tx, officials).await
}

/// Text that must not be empty, trimmed, at most 100 characters.
///
/// # Errors
/// [`Problem::Invalid`] naming `field` and, for people, `label`.
pub fn named(text: &str, field: &str, label: &str) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        1..=100 => Ok(text.to_owned()),
        0 => Err(Problem::field(field, format!("请填写{label}。"))),
        _ => Err(Problem::field(field, format!("{label}不能超过 100 个字。"))),
    }
}

/// A day that has come: what is entered takes effect at once, so it cannot lie ahead.
fn not_ahead(day: Day, today: Day, field: &str, what: &str) -> Result<(), Problem> {
    if day <= today {
        return Ok(());
    }
    Err(Problem::field(field, format!("{what}不能晚于今天，请到那一天再办理。")))
}
