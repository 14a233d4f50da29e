//! Demands that are alike, for programs.

use super::lend::{Lent, lent_with};
use super::{Alike, Found, Helped};
use crate::App;
use axum::extract::State;
use kernel::Instant;
use kernel::authz::ReadDemands;
use kernel::id::DemandId;
use kernel::words::{DemandAct, DemandState, Outcome};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Guard, Json, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().api_get(
        "/api/v1/demands/{id}/alike",
        "可能是同一件事的诉求，这次的答复可能帮到的诉求，和办结的相似诉求及其答复。每件只列一处",
        alike,
    )
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

/// A demand of another client that the answer may help.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HelpedDemand")]
struct ToldHelped {
    #[serde(flatten)]
    demand: Told,
    /// What this caller may do now so that the answer helps it, the likeliest first.
    acts: Vec<DemandAct>,
}

/// An answered demand with the answer it was given.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AnsweredDemand")]
struct ToldAnswered {
    #[serde(flatten)]
    demand: Told,
    /// The answer, without its client's names, people and numbers: fit to be given to another.
    answer: String,
}

/// What is told of a demand's likes; each in one list only.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlikeDemands")]
struct ToldFound {
    /// Likely the same matter, the most alike first; once the demand is answered, without those in `helped`.
    duplicates: Vec<Told>,
    /// Once the demand is answered: other clients' demands that the answer may help. Open ones and, when it was solved, those
    /// that were put off or ended without a solution and that the caller may take up again.
    helped: Vec<ToldHelped>,
    /// Other answered demands that show how such a matter went.
    answered: Vec<ToldAnswered>,
    /// This demand's own answer, fit to be given to those in `helped`; none while there are none.
    answer: Option<String>,
}

async fn alike(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<DemandId>,
) -> Result<Json<ToldFound>, Refusal> {
    let demand = super::super::demand(&app.store, &guard.scope, id).await?;
    let Found { duplicates, helped, answered } = Found::of(&app, &guard.actor, &guard.scope, &demand).await?;
    let answer = if helped.is_empty() { None } else { Lent::of(&app, &[&demand]).await?.pop().map(|lent| lent.text) };
    let answered = lent_with(&app, answered).await?;
    let answered = answered.into_iter().map(|(alike, lent)| ToldAnswered { demand: alike.into(), answer: lent.text });
    let helped = helped.into_iter().map(|Helped { alike, acts }| ToldHelped { demand: alike.into(), acts });
    Ok(Json(ToldFound {
        duplicates: duplicates.into_iter().map(Told::from).collect(),
        helped: helped.collect(),
        answered: answered.collect(),
        answer,
    }))
}
