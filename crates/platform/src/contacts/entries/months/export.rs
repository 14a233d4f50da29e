//! The ledger as a file that opens in Excel and WPS: a client's own, and what a unit has gone and will go for.

use super::super::pages::state;
use super::{Entry, whole};
use crate::audit::{self, Deed};
use crate::contacts::entries::EntryFilter;
use crate::separated::{MARK, csv_lines};
use crate::{App, registry};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::authz::ReadEntries;
use kernel::id::{ClientId, UnitId};
use kernel::words::{EntryKind, InspectionGround};
use kernel::{Day, Problem};
use serde_json::json;
use shell::{Guard, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/clients/{id}/ledger.csv", of_client).get("/units/{id}/ledger.csv", of_unit)
}

const HEADS: [&str; 8] = ["日期", "企业（项目）", "单位", "事项", "事由和依据", "状态", "企业同意人", "为何须企业同意"];

async fn of_client(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let of = |cursor| EntryFilter { client: Some(client.id), cursor, ..EntryFilter::default() };
    let entries = whole(&app.store, &guard.scope, of).await?;
    let deed = Deed::of(&guard.actor, "export.take", "entry", client.id.0, client.county_id);
    taken(&app, &deed, &client.name, &entries).await?;
    Ok(file(&entries, app.today())?)
}

async fn of_unit(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Path(id): Path<UnitId>,
) -> Result<Response, Refusal> {
    let unit = super::unit(&app.store, &guard.actor, &guard.scope, id).await?;
    let of = |cursor| EntryFilter { unit: Some(unit.id), cursor, ..EntryFilter::default() };
    let entries = whole(&app.store, &guard.scope, of).await?;
    let deed = Deed::of(&guard.actor, "export.take", "entry", unit.id.0, unit.county_id);
    taken(&app, &deed, &unit.name, &entries).await?;
    Ok(file(&entries, app.today())?)
}

/// Whoever takes the list away leaves a trace.
async fn taken(app: &App, deed: &Deed<'_>, whose: &str, entries: &[Entry]) -> Result<(), Problem> {
    let tx = app.store.begin().await?;
    audit::record(&tx, deed, &json!({ "of": whose, "rows": entries.len() })).await?;
    tx.commit().await
}

fn file(entries: &[Entry], today: Day) -> Result<Response, Problem> {
    let texts: Vec<[String; 8]> = entries.iter().map(|entry| cells(entry, today)).collect();
    let count = format!("共 {} 条", entries.len());
    let lines = texts.iter().map(|line| line.iter().map(String::as_str).collect());
    let lines = std::iter::once(HEADS.to_vec()).chain(lines).chain(std::iter::once(vec![count.as_str()]));
    let bytes = [MARK, &csv_lines(lines)?].concat();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"ledger.csv\"")),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}

fn cells(entry: &Entry, today: Day) -> [String; 8] {
    [
        entry.day.to_string(),
        entry.client_name.clone(),
        entry.unit_name.clone(),
        what(entry).to_owned(),
        entry.title.clone(),
        state(entry, today).0.to_owned(),
        entry.consented_by.clone().unwrap_or_default(),
        entry.why.clone(),
    ]
}

/// What somebody comes for, in a word.
pub(super) fn what(entry: &Entry) -> &'static str {
    match (entry.kind, entry.ground) {
        (EntryKind::Inspection, InspectionGround::Clue) => entry.ground.label(),
        _ => entry.kind.label(),
    }
}
