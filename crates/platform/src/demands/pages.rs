//! One demand for people: its page, and what its readers do there.

use super::show::{ActForm, ShowPage};
use super::{ActWish, Demand};
use crate::files::{self, Sent};
use crate::{App, notify, org};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::{ReadDemands, ReadOrg};
use kernel::id::{DemandId, UnitId};
use kernel::words::DemandAct;
use shell::{Errors, Flash, Guard, Html, Kit, Path, Picker, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new().post("/demands/{id}/{act}", act).body_limit(files::FORM_LIMIT).get("/demands/{id}", show)
}

async fn show(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DemandId>,
) -> Result<Html<ShowPage>, Refusal> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    notify::seen(&app.store, &guard.actor, &demand.path()).await?;
    Ok(Html(ShowPage::new(&app, &guard, kit, demand, None).await?))
}

async fn act(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path((id, act)): Path<(DemandId, DemandAct)>,
    request: Request,
) -> Result<Response, Refusal> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    let sent = files::receive::<ActForm>(&app, &guard.actor, request).await?;
    match acted(&app, &guard, demand.clone(), act, &sent).await {
        Ok(after) => {
            let told = format!("已{}，诉求现在是“{}”。", act.label(), after.state.label());
            // Whoever gave a demand away may not see it any more.
            let seen = super::demand(&app.store, &guard.scope, id).await.is_ok();
            let place = if seen { format!("/demands/{id}") } else { "/demands".to_owned() };
            Ok(see_other(&place, Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = match problem {
                Problem::Conflict(detail) => (StatusCode::CONFLICT, Errors { detail, items: Vec::new() }),
                Problem::Stale(detail) => (StatusCode::PRECONDITION_FAILED, Errors { detail, items: Vec::new() }),
                other => (StatusCode::UNPROCESSABLE_ENTITY, Errors::take(other)?),
            };
            let page = ShowPage::new(&app, &guard, kit, demand, Some((act, sent, errors))).await?;
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn acted(
    app: &App,
    guard: &Guard<ReadDemands>,
    demand: Demand,
    act: DemandAct,
    sent: &Sent<ActForm>,
) -> Result<Demand, Problem> {
    sent.whole()?;
    let mut wish = ActWish::from(&sent.typed);
    if act == DemandAct::Dispatch {
        wish.unit = Some(unit_meant(app, guard, &sent.typed).await?);
    }
    let act = wish.parse(act)?;
    let tx = app.store.begin().await?;
    let demand = super::demand(&tx, &guard.scope, demand.id).await?;
    if demand.version != sent.typed.version {
        return Err(super::gone_on(&tx, &guard.actor, &demand).await?);
    }
    let demand = super::act(&tx, &app.site, &guard.actor, demand, &act, &sent.ids()).await?;
    tx.commit().await?;
    Ok(demand)
}

/// The unit that a dispatch means: what was picked, else the suggestion that was chosen.
async fn unit_meant(app: &App, guard: &Guard<ReadDemands>, typed: &ActForm) -> Result<UnitId, Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let mut picker = Picker::sent(&typed.unit, &typed.unit_text);
    if picker.is_empty() {
        picker.chosen.clone_from(&typed.suggested);
    }
    org::picked_unit(&app.store, &consulted, &mut picker, "unit").await
}
