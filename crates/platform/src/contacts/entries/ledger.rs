//! A client's own ledger: who came and who will, how the quarter's budget stands; as a page and as a workbook.

use super::pages::{Line, state};
use super::{Entry, EntryFilter, rows};
use crate::App;
use crate::audit::{self, Deed};
use crate::registry::{self, Client};
use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::authz::ReadEntries;
use kernel::id::ClientId;
use kernel::{BugExt, Cursor, Day, Limit};
use rules::contact::{Quarter, used};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::Deserialize;
use shell::{Guard, Html, Kit, Path, Query, Refusal, Routes};
use tokio::task::spawn_blocking;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/clients/{id}/ledger", ledger).get("/clients/{id}/ledger.xlsx", exported)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "contacts/entries/ledger.html")]
struct LedgerPage {
    kit: Kit,
    client: Client,
    quarter: String,
    used: u32,
    budget: u32,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

async fn ledger(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ClientId>,
    Query(asked): Query<Asked>,
) -> Result<Html<LedgerPage>, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let (today, quarter) = (app.today(), Quarter::of(app.today()));
    let filter = EntryFilter { client: Some(client.id), cursor: asked.cursor, ..EntryFilter::default() };
    let found = super::entries(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    Ok(Html(LedgerPage {
        kit: kit.titled("入企台账").under(format!("/clients/{}", client.id), client.name.as_str()),
        quarter: quarter.said(),
        used: used(&rows::days(&app.store, client.id, quarter, None).await?),
        budget: app.site.touch.budget,
        lines: found.items.iter().map(|entry| Line::of(entry, &guard.actor, today)).collect(),
        next: found.next,
        client,
    }))
}

/// Workbooks, by their registered name.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn exported(
    guard: Guard<ReadEntries>,
    State(app): State<App>,
    Path(id): Path<ClientId>,
) -> Result<Response, Refusal> {
    let client = registry::client(&app.store, &guard.scope, id).await?;
    let (mut entries, mut cursor) = (Vec::new(), None);
    loop {
        let filter = EntryFilter { client: Some(client.id), cursor: cursor.take(), ..EntryFilter::default() };
        let mut page = super::entries(&app.store, &guard.scope, &filter, Limit::MOST).await?;
        entries.append(&mut page.items);
        let Some(next) = page.next else { break };
        cursor = Some(next.0);
    }
    let tx = app.store.begin().await?;
    let detail = serde_json::json!({ "client": client.name, "rows": entries.len() });
    let deed = Deed::of(&guard.actor, "export.take", "entry", client.id.0, client.county_id);
    audit::record(&tx, &deed, &detail).await?;
    tx.commit().await?;
    let today = app.today();
    let bytes = spawn_blocking(move || workbook(&entries, today)).await.bug("writing a workbook")?;
    let way = HeaderValue::from_static("attachment; filename=\"ledger.xlsx\"");
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(XLSX)), (header::CONTENT_DISPOSITION, way)];
    Ok((headers, Body::from(bytes.bug("writing a workbook")?)).into_response())
}

/// Everything is written as text: nothing is taken for a formula.
fn workbook(entries: &[Entry], today: Day) -> Result<Vec<u8>, XlsxError> {
    let heads = ["日期", "单位", "事项", "事由和依据", "状态", "企业同意人", "为何须企业同意"];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("入企台账")?;
    for (column, head) in (0..).zip(heads) {
        sheet.write_string_with_format(0, column, head, &Format::new().set_bold())?;
        sheet.set_column_width(column, if column == 3 || column == 6 { 40 } else { 16 })?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut last = 0;
    for (line, entry) in (1..).zip(entries) {
        let by = entry.consented_by.as_deref().unwrap_or_default();
        let day = entry.day.to_string();
        let (state, _) = state(entry, today);
        let cells = [&day, &entry.unit_name, entry.kind.label(), &entry.title, state, by, &entry.why];
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(line, column, cell)?;
        }
        last = line;
    }
    sheet.write_string(last + 1, 0, format!("共 {last} 条"))?;
    book.save_to_buffer()
}
