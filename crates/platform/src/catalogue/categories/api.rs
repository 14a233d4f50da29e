//! Categories for programs.

use super::{Category, CategoryChange, CategoryChanged, NewCategory};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadDemands, RuleCatalogue};
use kernel::{Page, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Refusal, Routes, Version};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/categories", "问题类别", categories)
        .api_post("/api/v1/categories", "增加问题类别", enter)
        .api_get("/api/v1/categories/{id}", "一个问题类别，连同修改记录", category)
        .api_patch("/api/v1/categories/{id}", "问题类别更名、停用、恢复", change)
}

async fn categories(_: Guard<ReadDemands>, State(app): State<App>) -> Result<Json<Page<Category>>, Refusal> {
    let items = super::categories(&app.store, &app.site).await?;
    Ok(Json(Page { items, next: None }))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownCategory")]
struct Shown {
    #[serde(flatten)]
    category: Category,
    /// What was changed of it, the latest first.
    history: Vec<CategoryChanged>,
}

async fn category(
    _: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let category = super::category(&app.store, &app.site, &id).await?.ok_or(Problem::NotFound)?;
    let history = super::category_history(&app.store, &app.site, &id).await?;
    Ok((Version(category.version), Json(Shown { category, history })))
}

async fn enter(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Command(new, once): Command<NewCategory>,
) -> Result<Made<Id<String>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let category = super::enter_category(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(category.id)).await
}

async fn change(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Command(change, once): Command<CategoryChange>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let category = super::category(&tx, &app.site, &id).await?.ok_or(Problem::NotFound)?;
    category.read_as(version)?;
    super::change_category(&tx, &app.site, &guard.actor, &guard.scope, (category, change)).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
