//! The client's own people say, in one tap, that they have met the next commissioner, or that nobody has come yet.

use crate::App;
use crate::pairing::handovers;
use axum::extract::State;
use axum::response::Response;
use kernel::Problem;
use kernel::authz::AskPairings;
use kernel::id::HandoverId;
use serde::Deserialize;
use shell::{Flash, Form, Guard, Path, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new().post("/handovers/{id}/confirm", confirm)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    met: String,
    version: i64,
}

async fn confirm(
    guard: Guard<AskPairings>,
    State(app): State<App>,
    Path(id): Path<HandoverId>,
    Form(said): Form<Said>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let handover = handovers::own(&tx, &guard.scope, id).await?;
    handover.read_as(said.version)?;
    let (done, told) = match said.met.as_str() {
        "yes" => (handovers::confirm(&tx, &guard.actor, &handover).await, "已确认，谢谢。"),
        _ => (handovers::not_met(&tx, &guard.actor, &handover).await, "已转告服务台和新专员，会尽快与您联系。"),
    };
    let place = format!("/clients/{}", handover.client_id);
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(see_other(&place, Flash::success(told)))
        }
        Err(Problem::Conflict(told)) => Ok(see_other(&place, Flash::warning(told))),
        Err(other) => Err(other.into()),
    }
}
