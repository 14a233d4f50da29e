//! Who finds nobody, by reason, and what would have to give.

use super::rows::{self, Reason};
use crate::App;
use crate::rounds::Round;
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadPairings;
use kernel::id::RoundId;
use shell::{Guard, Html, Kit, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairing-rounds/{id}/unpaired", unpaired)
}

#[derive(Template)]
#[template(path = "rounds/result/unpaired.html")]
struct UnpairedPage {
    kit: Kit,
    round: Round,
    reasons: Vec<Reason>,
}

async fn unpaired(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
) -> Result<Html<UnpairedPage>, Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    let reasons = rows::reasons(&app.store, &guard.scope, &round).await?;
    let kit = kit.titled("未安排的企业和项目").under(round.path(), round.name.as_str());
    Ok(Html(UnpairedPage { kit, reasons, round }))
}
