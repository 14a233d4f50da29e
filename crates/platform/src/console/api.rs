//! Imports and exports for programs.

use super::exports::{self, FileName, XLSX, download};
use super::imports;
use super::kinds::Filters;
use super::rows::Import;
use super::upload::{MOST_BODY, Sent};
use super::weighing::Told;
use crate::App;
use crate::looks::Why;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use kernel::Problem;
use kernel::authz::OwnAccount;
use kernel::id::ImportId;
use kernel::words::SheetKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Done, Guard, Made, Path, Refusal, Routes};
use shell::{Json, Query};
use std::time::Duration;

/// How long a program waits for an answer; after that it asks again how far things are.
const PATIENCE: Duration = Duration::from_secs(40);

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_post("/api/v1/imports/{import}", "上传一个文件并核对，不写入", receive)
        .api_get("/api/v1/imports/{import}", "一次导入的核对结果或进度", import)
        .api_get("/api/v1/imports/{import}/errors.xlsx", "错误清单：原表加一列错误说明", mistakes)
        .api_post("/api/v1/imports/{import}/acts/confirm", "确认写入", confirm)
        .api_get("/api/v1/exports/{file}", "导出，如 enterprises.xlsx；筛选条件与清单相同，号码隐去中间几位", export)
        .api_post("/api/v1/exports/{file}", "导出完整号码，如 liaisons.xlsx；须说明理由，留下记录", export_in_full)
        .body_limit(MOST_BODY)
}

/// An import with what is told of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ShownImport")]
struct Shown {
    #[serde(flatten)]
    import: Import,
    #[serde(flatten)]
    told: Told,
}

impl Shown {
    fn of(import: Import) -> Result<Self, Problem> {
        Ok(Self { told: import.told()?, import })
    }
}

/// What goes with a file that is the whole body.
#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "read by `Sent`; here for the document alone")]
struct Beside {
    /// How the file is called.
    file_name: Option<String>,
    /// Whence its lines are known.
    source: Option<String>,
    /// The day on which it was so.
    as_of: Option<String>,
}

async fn receive(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(kind): Path<SheetKind>,
    _: Query<Beside>,
    sent: Sent,
) -> Result<Made<Shown>, Refusal> {
    let (id, work) = imports::receive(&app, &guard.actor, kind, sent.brought(&app)?).await?;
    imports::wait(work, PATIENCE).await?;
    let import = imports::import(&app, &guard.scope, id).await?;
    Ok(Made { version: Some(import.version), body: Shown::of(import)? })
}

async fn import(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Json<Shown>, Refusal> {
    Ok(Json(Shown::of(imports::import(&app, &guard.scope, id).await?)?))
}

/// The same file by either road.
pub(super) async fn mistakes(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, Refusal> {
    let import = imports::import(&app, &guard.scope, id).await?;
    let bytes = imports::mistakes(&app, &import).await?;
    Ok(download(&format!("{}.errors.xlsx", import.kind.code()), XLSX, Body::from(bytes))?)
}

async fn confirm(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Done<Shown>, Refusal> {
    let import = imports::confirm(&app, &guard.actor, &guard.scope, id, PATIENCE).await?;
    Ok(Done { version: Some(import.version), body: Shown::of(import)? })
}

/// The same file by either road.
pub(super) async fn export(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(file): Path<FileName>,
    filters: Filters,
) -> Result<Response, Refusal> {
    exports::export(&app, &guard.actor, file, filters, None).await
}

async fn export_in_full(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(file): Path<FileName>,
    filters: Filters,
    Json(why): Json<Why>,
) -> Result<Response, Refusal> {
    exports::export(&app, &guard.actor, file, filters, Some(why)).await
}
