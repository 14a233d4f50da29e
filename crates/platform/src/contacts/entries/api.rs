//! Entries for programs.

use super::{Entry, EntryFilter, NewEntry};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{AnnounceEntries, ReadEntries};
use kernel::id::EntryId;
use kernel::words::EntryAct;
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/entries", "入企清单：各单位的走访、调研、检查", entries)
        .api_post("/api/v1/entries", "登记入企调研或检查", announce)
        .api_get("/api/v1/entries/{id}", "一次入企，连同您现在可办的事", entry)
        .api_post("/api/v1/entries/{id}/acts/{act}", "同意、谢绝、取消入企", act)
}

async fn entries(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Query(filter): Query<EntryFilter>,
) -> Result<Json<Page<Entry>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::entries(&app.store, &guard.scope, &filter, limit).await?))
}

async fn announce(
    guard: Guard<AnnounceEntries>,
    State(app): State<App>,
    Command(new, once): Command<NewEntry>,
) -> Result<Made<Id<EntryId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let entry = super::announce(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(entry.id)).await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownEntry")]
struct Shown {
    #[serde(flatten)]
    entry: Entry,
    /// What this caller may do now.
    acts: Vec<EntryAct>,
}

async fn entry(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Path(id): Path<EntryId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let entry = super::entry(&app.store, &guard.scope, id).await?;
    let acts = super::acts(&guard.actor, &entry, app.today());
    Ok((Version(entry.version), Json(Shown { entry, acts })))
}

/// A word to the other side.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EntryWish")]
struct Wish {
    /// Why; may stay empty.
    #[serde(default)]
    reason: String,
}

async fn act(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Path((id, act)): Path<(EntryId, EntryAct)>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<Wish>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let entry = super::entry(&tx, &guard.scope, id).await?;
    entry.read_as(version)?;
    let entry = super::act(&tx, &app.site, &guard.actor, entry, act, &wish.reason).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(entry.version) }).await
}
