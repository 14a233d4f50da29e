//! The list of duties for programs.

use super::{Duty, DutyChange, DutyEnd, DutyFilter, NewDuty, Ruler, Turn, may_rule};
use crate::catalogue::dry_run::{self, DryRun};
use crate::{App, Command, org};
use axum::extract::State;
use kernel::authz::{ReadOrg, RuleCatalogue};
use kernel::id::{DutyId, UnitId};
use kernel::{AreaCode, Limit, Page, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Done, Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/duties", "职责清单", duties)
        .api_post("/api/v1/duties", "录入一条职责", enter)
        .api_post("/api/v1/duties/dry-run", "演练：职责调整会使哪些待交办诉求改变去向", rehearse)
        .api_get("/api/v1/duties/proposals", "一类诉求在一个区域按职责清单和判例应由谁办", proposals)
        .api_get("/api/v1/duties/{id}", "一条职责，连同同一事项先后的规定", duty)
        .api_post("/api/v1/duties/{id}/acts/change", "调整一条职责", change)
        .api_post("/api/v1/duties/{id}/acts/end", "停用一条职责", end)
}

async fn duties(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Query(filter): Query<DutyFilter>,
) -> Result<Json<Page<Duty>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::duties(&app.store, &app.site, &guard.scope, &filter, limit).await?))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownDuty")]
struct Shown {
    #[serde(flatten)]
    duty: Duty,
    /// Every line of the same category and area, the latest first.
    history: Vec<Duty>,
}

async fn duty(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(id): Path<DutyId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let duty = super::duty(&app.store, &app.site, &guard.scope, id).await?;
    let history = super::history(&app.store, &app.site, &guard.scope, &duty).await?;
    Ok((Version(duty.version), Json(Shown { duty, history })))
}

/// What somebody must be found for.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ProposalsFor")]
struct For {
    /// The category's code.
    category: String,
    /// The area in which it arose.
    area: AreaCode,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DutyProposal")]
struct Proposed {
    /// Which unit.
    unit: UnitId,
    /// Its name.
    name: String,
    /// What speaks for it.
    reason: String,
    /// The number of the ruling that speaks for it.
    precedent: Option<String>,
}

async fn proposals(
    _: Guard<ReadOrg>,
    State(app): State<App>,
    Query(asked): Query<For>,
) -> Result<Json<Page<Proposed>>, Refusal> {
    let area = org::area(&app.store, asked.area).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?;
    let found = super::propose(&app.store, &app.site, &asked.category, &area.path, app.today()).await?;
    let told = |proposal: rules::duty::Proposal| Proposed {
        unit: proposal.unit,
        name: proposal.name,
        reason: proposal.reason,
        precedent: proposal.precedent,
    };
    Ok(Json(Page { items: found.into_iter().map(told).collect(), next: None }))
}

async fn enter(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Command(new, once): Command<NewDuty>,
) -> Result<Made<Id<DutyId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let turn = super::entering(&tx, &app.site, (&guard.scope, &consulted), &new, app.today()).await?;
    let id = begun(super::take(&tx, &guard.actor, &turn, "").await?)?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

fn begun(ids: Vec<DutyId>) -> Result<DutyId, Problem> {
    ids.first().copied().ok_or(Problem::NotFound)
}

async fn change(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Path(id): Path<DutyId>,
    IfMatch(version): IfMatch,
    Command(change, once): Command<DutyChange>,
) -> Result<Done<Id<DutyId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let ruler: Ruler<'_> = (&guard.scope, &consulted);
    let duty = within(super::duty(&tx, &app.site, &consulted, id).await?, ruler)?;
    duty.read_as(version)?;
    let turn = super::changing(&tx, &app.site, ruler, &duty, &change, app.today()).await?;
    let id = begun(super::take(&tx, &guard.actor, &turn, change.reason.trim()).await?)?;
    once.end(tx, &app, &guard.actor, Done { version: Some(1), body: Id { id } }).await
}

/// The line, when it may be changed.
fn within(duty: Duty, (scope, _): Ruler<'_>) -> Result<Duty, Problem> {
    if may_rule(scope, &duty.area_path) { Ok(duty) } else { Err(Problem::NotFound) }
}

async fn end(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Path(id): Path<DutyId>,
    IfMatch(version): IfMatch,
    Command(end, once): Command<DutyEnd>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let duty = within(super::duty(&tx, &app.site, &consulted, id).await?, (&guard.scope, &consulted))?;
    duty.read_as(version)?;
    let turn = super::ending(&guard.scope, &duty, &end, app.today())?;
    super::take(&tx, &guard.actor, &turn, end.reason.trim()).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

/// What is to be tried: one of the three.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "DutyDryRun")]
struct Tried {
    /// A line that would be entered.
    enter: Option<NewDuty>,
    /// A line that would be changed or ended.
    duty: Option<DutyId>,
    /// What it would say instead.
    change: Option<DutyChange>,
    /// How it would end.
    end: Option<DutyEnd>,
}

async fn rehearse(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Command(tried, once): Command<Tried>,
) -> Result<Done<DryRun>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let (ruler, today): (Ruler<'_>, _) = ((&guard.scope, &consulted), app.today());
    let turn: Turn = match tried {
        Tried { enter: Some(new), .. } => super::entering(&tx, &app.site, ruler, &new, today).await?,
        Tried { duty: Some(id), change, end, .. } => {
            let duty = within(super::duty(&tx, &app.site, &consulted, id).await?, ruler)?;
            match (change, end) {
                (Some(change), _) => super::changing(&tx, &app.site, ruler, &duty, &change, today).await?,
                (None, Some(end)) => super::ending(&guard.scope, &duty, &end, today)?,
                (None, None) => return Err(Problem::field("change", "请写明怎样调整（change）或停用（end）。").into()),
            }
        }
        Tried { .. } => return Err(Problem::field("enter", "请写明要演练的调整。").into()),
    };
    let told = dry_run::of_duties(&tx, &app.site, &guard.actor, &turn).await?;
    once.end(tx, &app, &guard.actor, Done { version: None, body: told }).await
}
