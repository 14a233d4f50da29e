//! What a round comes to: its places, what areas and units come to, who finds nobody and why.
//!
//! Everything is cut to the reader's reach: the desk of a county reads of a city's round what concerns its own clients.

mod api;
mod curve;
mod list;
mod overview;
mod place;
pub(super) mod rows;
mod units;
mod unpaired;

pub use rows::{Load, Place, Reason, UnitLine};

use super::{Round, planning::Counts};
use crate::App;
use kernel::authz::ReadPairings;
use kernel::id::{ClientId, OfficialId, PlaceId, UnitId};
use kernel::words::{PairingPart, RoundChange, RoundOrigin};
use kernel::{AreaCode, Limit, Page, Problem, Right, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::Db;

pub(super) use overview::page as overview_page;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(list::routes()).merge(units::routes()).merge(unpaired::routes()).merge(place::routes())
}

/// Which places of a round to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[schemars(rename = "RoundPlaceFilter")]
pub struct PlaceFilter {
    /// Of clients in this county or town.
    pub area: Option<AreaCode>,
    /// Of officials of this unit.
    pub unit: Option<UnitId>,
    /// Of this official.
    pub official: Option<OfficialId>,
    /// Of this client.
    pub client: Option<ClientId>,
    /// For which the round changes this.
    pub change: Option<RoundChange>,
    /// Lead or assist.
    pub part: Option<PairingPart>,
    /// Planned, or chosen by hand.
    pub origin: Option<RoundOrigin>,
    /// For which nobody is found for this reason.
    pub why: Option<String>,
    /// With this in the name of the client.
    pub q: Option<String>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// Places of a round by the name of the client, those of `filter`.
///
/// # Errors
/// [`Problem::Invalid`] for an area that is none; when the database fails or the cursor is forged.
pub async fn places<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    round: &Round,
    filter: &PlaceFilter,
    limit: Limit,
) -> Result<Page<Place>, Problem> {
    let rows = rows::places(db, scope, round, filter, limit).await?;
    Ok(Page::cut(rows, limit, |place| (place.client_name.clone(), place.id)))
}

/// One place of a round.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn place<R: Right>(db: &impl Db, scope: &Scope<R>, round: &Round, id: PlaceId) -> Result<Place, Problem> {
    rows::place(db, scope, round, id).await?.ok_or(Problem::NotFound)
}

/// Units by name, with what they do for the clients within the scope.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn units(
    db: &impl Db,
    scope: &Scope<ReadPairings>,
    round: &Round,
    asked: (Option<&str>, Option<&str>),
    limit: Limit,
) -> Result<Page<UnitLine>, Problem> {
    let rows = rows::units(db, scope, round, asked, limit).await?;
    Ok(Page::cut(rows, limit, |line| (line.unit_name.clone(), line.unit_id)))
}

/// What the areas within the scope come to together.
pub(super) fn total<'a>(tallies: impl IntoIterator<Item = &'a rows::Tally>) -> Counts {
    tallies.into_iter().map(|tally| tally.counts).sum()
}
