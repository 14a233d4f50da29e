//! Words that are written often, for programs.

use super::{Keeper, NewPhrase, Phrase, PhraseChange};
use crate::{App, Command, Nothing};
use axum::extract::State;
use kernel::authz::ReadDemands;
use kernel::id::PhraseId;
use kernel::words::DemandAct;
use kernel::{Page, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes, Version};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/phrases", "您可用的常用语", phrases)
        .api_post("/api/v1/phrases", "保存常用语", keep)
        .api_get("/api/v1/phrases/{id}", "一条常用语", phrase)
        .api_patch("/api/v1/phrases/{id}", "修改常用语", change)
        .api_delete("/api/v1/phrases/{id}", "删去常用语", remove)
}

fn keeper(app: &App, guard: &Guard<ReadDemands>) -> Result<Keeper, Problem> {
    Keeper::of(&app.site, &guard.actor).ok_or(Problem::NotFound)
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "PhraseFilter")]
struct Asked {
    /// Only those of this act.
    act: Option<DemandAct>,
}

async fn phrases(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Json<Page<Phrase>>, Refusal> {
    let mut items = super::phrases(&app.store, &keeper(&app, &guard)?).await?;
    items.retain(|phrase| asked.act.is_none_or(|act| act == phrase.act));
    Ok(Json(Page { items, next: None }))
}

async fn phrase(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<PhraseId>,
) -> Result<(Version, Json<Phrase>), Refusal> {
    let phrase = super::phrase(&app.store, &keeper(&app, &guard)?, id).await?;
    Ok((Version(phrase.version), Json(phrase)))
}

async fn keep(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Command(new, once): Command<NewPhrase>,
) -> Result<Made<Id<PhraseId>>, Refusal> {
    let keeper = keeper(&app, &guard)?;
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::keep_phrase(&tx, &app.site, &guard.actor, &keeper, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

async fn change(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<PhraseId>,
    IfMatch(version): IfMatch,
    Command(change, once): Command<PhraseChange>,
) -> Result<NoContent, Refusal> {
    let keeper = keeper(&app, &guard)?;
    let tx = once.begin(&app, &guard.actor).await?;
    let phrase = super::phrase(&tx, &keeper, id).await?;
    phrase.read_as(version)?;
    super::change_phrase(&tx, &guard.actor, phrase, change).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}

async fn remove(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<PhraseId>,
    IfMatch(version): IfMatch,
    Command(Nothing {}, once): Command<Nothing>,
) -> Result<NoContent, Refusal> {
    let keeper = keeper(&app, &guard)?;
    let tx = once.begin(&app, &guard.actor).await?;
    let phrase = super::phrase(&tx, &keeper, id).await?;
    phrase.read_as(version)?;
    super::remove_phrase(&tx, &guard.actor, &phrase).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
