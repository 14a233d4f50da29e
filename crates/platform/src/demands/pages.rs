//! One demand for people: its page, the pages of its acts, and what its readers do there.

use super::show::{ActForm, ActPage, ShowPage};
use super::{ActWish, Demand, HelperWish, rows};
use crate::files::{self, Sent};
use crate::{App, notify, org};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::{ReadDemands, ReadOrg};
use kernel::id::{DemandId, UnitId};
use kernel::words::DemandAct;
use serde::Deserialize;
use shell::{Errors, Flash, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .post("/demands/{id}/{act}", act)
        .body_limit(files::FORM_LIMIT)
        .get("/demands/{id}/{act}", form)
        .get("/demands/{id}", show)
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

/// What a form begins with.
#[derive(Deserialize)]
struct With {
    /// The number of a demand that lends its answer, its unit or itself.
    #[serde(default)]
    from: String,
}

async fn form(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path((id, act)): Path<(DemandId, DemandAct)>,
    Query(With { from }): Query<With>,
) -> Result<Response, Refusal> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    let path = demand.path();
    match ActPage::new(&app, &guard, kit, (demand, act), &from).await? {
        Some(page) => Ok(Html(page).into_response()),
        None => Ok(see_other(&path, Flash::warning(format!("现在不能“{}”，请看最新进展。", act.label())))),
    }
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
    let act = wish(app, guard, &sent.typed, act).await?.parse(act)?;
    let tx = app.store.begin().await?;
    let demand = super::demand(&tx, &guard.scope, demand.id).await?;
    if demand.version != sent.typed.version {
        return Err(super::gone_on(&tx, &guard.actor, &demand).await?);
    }
    let demand = super::act(&tx, &app.site, &guard.actor, demand, &act, &sent.ids()).await?;
    tx.commit().await?;
    Ok(demand)
}

/// What the form means: units that were typed are found, and the main demand by its number.
async fn wish(app: &App, guard: &Guard<ReadDemands>, typed: &ActForm, act: DemandAct) -> Result<ActWish, Problem> {
    let mut wish = ActWish::from(typed);
    if matches!(act, DemandAct::Dispatch | DemandAct::Involve) {
        let mut picker = Picker::sent(&typed.unit, &typed.unit_text);
        if picker.is_empty() {
            picker.chosen.clone_from(&typed.suggested);
        }
        wish.unit = Some(found(app, guard, picker, "unit").await?);
    }
    for (place, (chosen, text, days)) in typed.helpers().into_iter().enumerate().filter(|_| act == DemandAct::Dispatch)
    {
        let picker = Picker::sent(chosen, text);
        if !picker.is_empty() {
            let name = format!("helper{}", place + 1);
            let unit = found(app, guard, picker, &name).await?;
            let days = days
                .trim()
                .parse()
                .map_err(|_| Problem::field(&format!("{name}_days"), "请填写协办期限（工作日）。"))?;
            wish.helpers.push(HelperWish { unit, days });
        }
    }
    let elsewhere = Picker::sent(&typed.duty_of, &typed.duty_of_text);
    if matches!(act, DemandAct::Object | DemandAct::Rule) && !elsewhere.is_empty() {
        wish.duty_of = Some(found(app, guard, elsewhere, "duty_of").await?);
    }
    if act == DemandAct::Merge {
        wish.main = main(app, guard, typed).await?;
    }
    Ok(wish)
}

/// The main demand, by the number that was typed or else chosen; none when none was.
pub(super) async fn main(app: &App, guard: &Guard<ReadDemands>, typed: &ActForm) -> Result<Option<DemandId>, Problem> {
    let number = if typed.main.trim().is_empty() { &typed.likely } else { &typed.main };
    if number.trim().is_empty() {
        return Ok(None);
    }
    let main = rows::numbered(&app.store, &guard.scope, number).await?;
    let main = main.ok_or_else(|| Problem::field("main", "没有这个编号的诉求，请核对后重新填写。"))?;
    Ok(Some(main.id))
}

async fn found(app: &App, guard: &Guard<ReadDemands>, mut picker: Picker, field: &str) -> Result<UnitId, Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    org::picked_unit(&app.store, &consulted, &mut picker, field).await
}
