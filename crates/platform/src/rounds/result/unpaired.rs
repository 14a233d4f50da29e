//! Who finds nobody, by reason, and what would have to give.

use super::rows::{self, Reason};
use crate::App;
use crate::rounds::Round;
use crate::rounds::planning::Remedy;
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
    reasons: Vec<(Reason, Vec<Remedy>)>,
}

async fn unpaired(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
) -> Result<Html<UnpairedPage>, Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    let gaps = round.told()?.gaps;
    let remedies = |why: &str| gaps.iter().find(|gap| gap.text == why).map(|gap| gap.remedies.clone());
    let reasons = rows::reasons(&app.store, &guard.scope, &round).await?.into_iter();
    let reasons = reasons.map(|reason| (remedies(&reason.why).unwrap_or_default(), reason));
    let reasons = reasons.map(|(remedies, reason)| (reason, remedies)).collect();
    let kit = kit.titled("未安排的企业和项目").under(round.path(), round.name.as_str());
    Ok(Html(UnpairedPage { kit, reasons, round }))
}
