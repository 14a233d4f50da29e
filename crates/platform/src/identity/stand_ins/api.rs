//! Standing in, for programs.

use super::{NewStandIn, StoodFor};
use crate::App;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::Page;
use kernel::authz::OwnAccount;
use kernel::id::GrantId;
use shell::{Guard, Json, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/account/stand-ins", "谁在替我、我在替谁", list)
        .api_post("/api/v1/account/stand-ins", "登记替岗", enter)
        .api_delete("/api/v1/account/stand-ins/{id}", "提前结束替岗", end)
}

async fn list(guard: Guard<OwnAccount>, State(app): State<App>) -> Result<Json<Page<StoodFor>>, Refusal> {
    let items = super::stand_ins(&app.store, &guard.actor, app.today()).await?;
    Ok(Json(Page { items, next: None }))
}

async fn enter(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Json(wish): Json<NewStandIn>,
) -> Result<StatusCode, Refusal> {
    let tx = app.store.begin().await?;
    super::enter(&tx, &app.site, &guard.actor, &wish).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end(guard: Guard<OwnAccount>, State(app): State<App>, Path(id): Path<GrantId>) -> Result<StatusCode, Refusal> {
    let tx = app.store.begin().await?;
    super::end(&tx, &app.site, &guard.actor, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
