//! Demands that are alike, for programs.

use super::Alike;
use crate::App;
use axum::extract::State;
use kernel::Instant;
use kernel::authz::ReadDemands;
use kernel::id::DemandId;
use kernel::words::{DemandState, Outcome};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Guard, Json, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().api_get("/api/v1/demands/{id}/alike", "可能是同一件事的诉求，和同一答复可能帮到的诉求", alike)
}

/// A demand that is like another, as told to a program.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlikeDemand")]
pub(in crate::demands) struct Told {
    id: DemandId,
    number: String,
    client_name: String,
    title: String,
    state: DemandState,
    outcome: Option<Outcome>,
    /// The unit that has it or answered it.
    unit_name: Option<String>,
    raised_at: Instant,
    ended_at: Option<Instant>,
    /// How alike the texts are, from 0 to 1.
    likeness: f64,
}

impl From<Alike> for Told {
    fn from(Alike { demand, likeness }: Alike) -> Self {
        Self {
            id: demand.id,
            number: demand.number,
            client_name: demand.client_name,
            title: demand.title,
            state: demand.state,
            outcome: demand.outcome,
            unit_name: demand.lead_unit_name,
            raised_at: demand.raised_at,
            ended_at: demand.ended_at,
            likeness: (likeness * 1000.0).round() / 1000.0,
        }
    }
}

/// What is told of a demand's likes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlikeDemands")]
struct Found {
    /// Likely the same matter, the most alike first.
    duplicates: Vec<Told>,
    /// Other clients' open demands that the same answer may help.
    helped: Vec<Told>,
}

async fn alike(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<DemandId>,
) -> Result<Json<Found>, Refusal> {
    let demand = super::super::demand(&app.store, &guard.scope, id).await?;
    let duplicates = super::alike(&app, &guard.scope, &demand).await?;
    let helped = super::others_of_the_matter(&app, &guard.scope, &demand).await?;
    let told = |found: Vec<Alike>| found.into_iter().map(Told::from).collect();
    Ok(Json(Found { duplicates: told(duplicates), helped: told(helped) }))
}
