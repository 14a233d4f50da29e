//! The page of what is like a demand.

use super::{Alike, AlikeLine, Found, HelpedCard};
use crate::App;
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadDemands;
use kernel::id::DemandId;
use shell::{Guard, Html, Kit, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/demands/{id}/alike", show)
}

#[derive(Template)]
#[template(path = "demands/alike/alike.html")]
struct AlikePage {
    kit: Kit,
    href: String,
    title: String,
    duplicates: Vec<AlikeLine>,
    helped: Option<HelpedCard>,
    answered: Vec<AlikeLine>,
}

async fn show(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DemandId>,
) -> Result<Html<AlikePage>, Refusal> {
    let demand = super::super::demand(&app.store, &guard.scope, id).await?;
    let Found { duplicates, helped, answered } = Found::of(&app, &guard.actor, &guard.scope, &demand).await?;
    let lines = |found: &[Alike]| found.iter().map(|found| AlikeLine::of(&app, found)).collect();
    Ok(Html(AlikePage {
        kit: kit.titled("相似诉求").under(demand.path(), demand.title.as_str()),
        href: demand.path(),
        duplicates: lines(&duplicates),
        helped: HelpedCard::telling(&app, &demand, &helped),
        answered: lines(&answered),
        title: demand.title,
    }))
}
