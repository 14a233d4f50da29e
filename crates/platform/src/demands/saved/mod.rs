//! Filters that somebody keeps under a name of their own. They hold what was asked, never what was found: each opening is read
//! within what its owner may see that day.

mod rows;

pub use rows::SavedFilter;

use crate::App;
use axum::extract::State;
use axum::response::Response;
use kernel::authz::ReadDemands;
use kernel::id::EventId;
use kernel::{Actor, Problem};
use serde::Deserialize;
use shell::{Flash, Form, Guard, Path, Refusal, Routes, see_other};

/// How many filters one person may keep.
const MOST: usize = 20;

pub(super) fn routes() -> Routes<App> {
    Routes::new().post("/demands/filters", keep).post("/demands/filters/{id}/forget", forget)
}

/// The filters that the actor keeps, in the order in which they were made.
pub(super) async fn of(app: &App, actor: &Actor) -> Result<Vec<SavedFilter>, Problem> {
    rows::of(&app.store, actor.account).await
}

#[derive(Deserialize)]
struct Typed {
    name: String,
    /// The list's address after the question mark.
    query: String,
}

async fn keep(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let (name, query) = (typed.name.trim(), typed.query.trim().trim_start_matches('?'));
    let back = format!("/demands?{query}");
    let refused = |told: &str| Ok(see_other(&back, Flash::warning(told)));
    if name.is_empty() || name.chars().count() > 20 {
        return refused("请给这个筛选起个名字，最多 20 字。");
    }
    if query.is_empty() || query.len() > 1000 || query.contains(['\r', '\n', '#']) {
        return Ok(see_other("/demands", Flash::warning("请先选好筛选条件，再保存。")));
    }
    let tx = app.store.begin().await?;
    if rows::of(&tx, guard.actor.account).await?.len() >= MOST {
        return refused("最多保存 20 个筛选，请先删去不用的。");
    }
    rows::keep(&tx, app.site.area, guard.actor.account, (name, query)).await?;
    tx.commit().await?;
    Ok(see_other(&back, Flash::success(format!("已保存筛选“{name}”。"))))
}

async fn forget(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<EventId>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    if !rows::forget(&tx, guard.actor.account, id).await? {
        return Err(Problem::NotFound.into());
    }
    tx.commit().await?;
    Ok(see_other("/demands", Flash::success("已删去这个筛选。")))
}
