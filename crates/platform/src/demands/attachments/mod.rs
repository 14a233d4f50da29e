//! The files of a demand: each came with one step, stands on its line of the timeline, and is given out to whoever reads that
//! line.

mod rows;

pub use rows::Attachment;

use super::{Demand, discreet};
use crate::files::{self, Kept};
use crate::{App, Site};
use axum::extract::State;
use axum::response::Response;
use kernel::authz::ReadDemands;
use kernel::id::{DemandId, EventId, FileId};
use kernel::words::{DemandAct, LookField};
use kernel::{Actor, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Path, Query, Refusal, Routes};
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/demands/{id}/files/{file}", page).api_get(
        "/api/v1/files/{id}",
        "下载附件：能看到所属诉求的人可以下载",
        download,
    )
}

/// Whether files may come with the act.
pub(super) const fn may_come_with(act: DemandAct) -> bool {
    matches!(
        act,
        DemandAct::Raise
            | DemandAct::Object
            | DemandAct::Reply
            | DemandAct::InterimReply
            | DemandAct::AssistReply
            | DemandAct::Reopen
            | DemandAct::Contest
            | DemandAct::Note
    )
}

/// Puts the files that the actor brought on a line of the timeline.
pub(super) async fn attach(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    (demand, event, act): (&Demand, EventId, DemandAct),
    ids: &[FileId],
) -> Result<(), Problem> {
    if ids.is_empty() {
        return Ok(());
    }
    if !may_come_with(act) {
        return Err(Problem::field("files", format!("“{act}”不需要附件，请去掉附件后再提交。")));
    }
    let files = files::claim(tx, actor, site.area, ids).await?;
    rows::insert(tx, demand, event, &files).await
}

/// The files of a demand, line by line.
pub(super) async fn of(db: &impl Db, demand: &Demand) -> Result<Vec<Attachment>, Problem> {
    rows::of(db, demand).await
}

/// A file that the actor may read: on a line of a demand of theirs, as their timeline shows it.
async fn readable(app: &App, guard: &Guard<ReadDemands>, file: FileId, of: Option<DemandId>) -> Result<Kept, Problem> {
    let (demand, mut kept) = rows::attachment(&app.store, file).await?.ok_or(Problem::NotFound)?;
    let demand = super::demand(&app.store, &guard.scope, demand).await?;
    let lines = super::timeline(&app.store, &guard.actor, &demand).await?;
    let shown = lines.iter().flat_map(|line| &line.files).any(|shown| shown.id == file);
    if !shown || of.is_some_and(|asked| asked != demand.id) {
        return Err(Problem::NotFound);
    }
    let opened = discreet::opened(&app.store, &guard.actor, &demand).await?;
    if discreet::hides(&guard.actor, &demand, &opened, LookField::Client) {
        kept.name = discreet::nameless(&kept.name, 1);
    }
    Ok(kept)
}

/// How a file is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
struct Look {
    /// To be seen in the browser, when it is an image.
    #[serde(default)]
    look: bool,
}

async fn page(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path((demand, file)): Path<(DemandId, FileId)>,
    Query(Look { look }): Query<Look>,
) -> Result<Response, Refusal> {
    let kept = readable(&app, &guard, file, Some(demand)).await?;
    Ok(files::answer(&app, &kept, look).await?)
}

async fn download(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(file): Path<FileId>,
) -> Result<Response, Refusal> {
    let kept = readable(&app, &guard, file, None).await?;
    Ok(files::answer(&app, &kept, false).await?)
}
