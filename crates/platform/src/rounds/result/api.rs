//! What a round comes to, for programs.

use super::rows::{self, Load, Reason};
use super::{Place, PlaceFilter, UnitLine, total};
use crate::App;
use crate::rounds::planning::{Counts, Grounds};
use axum::extract::State;
use kernel::authz::ReadPairings;
use kernel::id::{PlaceId, RoundId};
use kernel::{AreaCode, Limit, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Json, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get(
            "/api/v1/pairing-rounds/{id}/figures",
            "一个包靠批次的汇总：变化、各区域、工作量、未安排的原因",
            figures,
        )
        .api_get("/api/v1/pairing-rounds/{id}/places", "一个包靠批次的安排清单", places)
        .api_get("/api/v1/pairing-rounds/{id}/places/{place}", "一条安排及其理由", place)
        .api_get("/api/v1/pairing-rounds/{id}/units", "一个包靠批次按单位汇总", units)
}

/// What a round comes to within the caller's reach.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RoundFigures")]
struct Figures {
    /// All together.
    #[serde(flatten)]
    counts: Counts,
    /// By county.
    counties: Vec<CountyFigures>,
    /// How many officials have how many clients.
    loads: Vec<Load>,
    /// Why clients have nobody.
    reasons: Vec<Reason>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RoundCountyFigures")]
struct CountyFigures {
    /// The county.
    county: AreaCode,
    #[serde(flatten)]
    counts: Counts,
}

async fn figures(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
) -> Result<Json<Figures>, Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    let tallies = rows::tallies(&app.store, &guard.scope, &round).await?;
    let mut codes: Vec<AreaCode> = tallies.iter().map(|tally| tally.county_id).collect();
    codes.dedup();
    let of = |county: AreaCode| total(tallies.iter().filter(|tally| tally.county_id == county));
    Ok(Json(Figures {
        counts: total(&tallies),
        counties: codes.into_iter().map(|county| CountyFigures { county, counts: of(county) }).collect(),
        loads: rows::loads(&app.store, &guard.scope, &round).await?,
        reasons: rows::reasons(&app.store, &guard.scope, &round).await?,
    }))
}

async fn places(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    Query(filter): Query<PlaceFilter>,
) -> Result<Json<Page<Place>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    Ok(Json(super::places(&app.store, &guard.scope, &round, &filter, limit).await?))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownRoundPlace")]
struct Shown {
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    grounds: Grounds,
}

async fn place(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path((id, place)): Path<(RoundId, PlaceId)>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    let place = super::place(&app.store, &guard.scope, &round, place).await?;
    let grounds = Grounds::of(&place.grounds)?;
    Ok((Version(place.version), Json(Shown { grounds, place })))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "RoundUnitFilter")]
struct UnitFilter {
    /// With this in the name of the unit.
    q: Option<String>,
    /// After this place.
    cursor: Option<String>,
    /// How many.
    limit: Option<u32>,
}

async fn units(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
    Query(filter): Query<UnitFilter>,
) -> Result<Json<Page<UnitLine>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    let asked = (filter.q.as_deref(), filter.cursor.as_deref());
    Ok(Json(super::units(&app.store, &guard.scope, &round, asked, limit).await?))
}
