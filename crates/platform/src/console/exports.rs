//! The registers as files: whole, by the filters of their lists, and within the reach of who asks. A text file goes out while
//! the database is still read; the last line says how many lines there were.

use super::kinds::{Filters, Numbers, Portion, export_right, portion};
use super::sheet::{Book, footer};
use super::table::Table;
use crate::App;
use crate::audit::{self, Deed};
use crate::looks::{self, Why};
use crate::separated::{MARK, csv_lines};
use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::words::SheetKind;
use kernel::{Actor, BugExt, Cursor, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Refusal;
use shell::document::{Argument, Description};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tokio_stream::wrappers::ReceiverStream;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// A text with commas.
    Csv,
}

/// A file of a kind, such as `enterprises.xlsx`.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct FileName {
    /// What its lines are.
    pub kind: SheetKind,
    /// What it is.
    pub format: Format,
}

impl TryFrom<String> for FileName {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let told = || format!("没有文件“{text}”，请求的文件应如 enterprises.xlsx 或 enterprises.csv。");
        let (kind, ending) = text.rsplit_once('.').ok_or_else(told)?;
        let format = match ending {
            "xlsx" => Format::Xlsx,
            "csv" => Format::Csv,
            _ => return Err(told()),
        };
        let kind = SheetKind::ALL.iter().copied().find(|known| known.code() == kind).ok_or_else(told)?;
        Ok(Self { kind, format })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Filters {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query()))
    }
}

impl Argument for Filters {
    fn describe(_: &mut Description<'_>) {}
}

/// A file of everything that the actor may export and the filters let through.
///
/// # Errors
/// [`Problem::NotFound`] for who may not export this; [`Problem::Malformed`] for filters that cannot be read.
pub async fn export(
    app: &App,
    actor: &Arc<Actor>,
    file: FileName,
    filters: Filters,
    why: Option<Why>,
) -> Result<Response, Refusal> {
    let FileName { kind, format } = file;
    if !actor.holds(export_right(kind)) {
        return Err(Problem::NotFound.into());
    }
    let why = why.map(Why::checked).transpose()?;
    if why.is_some() && !holds_numbers(kind) {
        return Err(Problem::Malformed("这张表里没有个人号码，直接导出即可。".into()).into());
    }
    note(app, actor, kind, &filters, why.as_ref()).await?;
    let what = Wanted { kind, filters, why };
    let first = what.portion(app, actor, None).await?;
    let day = app.today().format("%Y%m%d");
    Ok(match format {
        Format::Xlsx => {
            let bytes = workbook(app, actor, &what, first).await?;
            download(&format!("{}-{day}.xlsx", kind.code()), XLSX, Body::from(bytes))?
        }
        Format::Csv => {
            let (app, actor) = (app.clone(), actor.clone());
            let (sender, receiver) = tokio::sync::mpsc::channel(2);
            tokio::spawn(async move {
                if let Err(problem) = send(&app, &actor, &what, first, &sender).await {
                    tracing::error!(%problem, "an export broke off");
                    // The reader sees that the file is not whole.
                    let _ = sender.send(Err(std::io::Error::other("broken off"))).await;
                }
            });
            let body = Body::from_stream(ReceiverStream::new(receiver));
            download(&format!("{}-{day}.csv", kind.code()), "text/csv; charset=utf-8", body)?
        }
    })
}

/// The whole of an export, for who waits for it, numbers masked. Returns the bytes and how many lines there are.
///
/// # Errors
/// As [`export`].
pub async fn file(app: &App, actor: &Actor, file: FileName, filters: &Filters) -> Result<(Vec<u8>, u64), Problem> {
    let FileName { kind, format } = file;
    let what = (filters, Numbers::Masked);
    let mut at = portion(kind, app, actor, what, None).await?;
    let mut lines = Vec::new();
    loop {
        lines.append(&mut at.lines);
        let Some(next) = at.next else { break };
        at = portion(kind, app, actor, what, Some(next)).await?;
    }
    let count = lines.len() as u64;
    let bytes = match format {
        Format::Xlsx => {
            let mut book = Book::new(Table::of(kind))?;
            lines.iter().try_for_each(|line| book.line(line))?;
            book.finish()?
        }
        Format::Csv => {
            let end = footer(count);
            let mut texts: Vec<Vec<&str>> = heads(kind).collect();
            texts.extend(lines.iter().map(|line| line.iter().map(String::as_str).collect::<Vec<_>>()));
            texts.push(vec![end.as_str()]);
            csv_lines(texts.into_iter())?
        }
    };
    Ok((if format == Format::Csv { [MARK, &bytes].concat() } else { bytes }, count))
}

/// Workbooks, by their registered name.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn heads(kind: SheetKind) -> impl Iterator<Item = Vec<&'static str>> {
    std::iter::once(Table::of(kind).columns.iter().map(|column| column.head).collect())
}

async fn workbook(app: &App, actor: &Actor, what: &Wanted, mut at: Portion) -> Result<Vec<u8>, Problem> {
    let mut book = Book::new(Table::of(what.kind))?;
    loop {
        at.lines.iter().try_for_each(|line| book.line(line))?;
        let Some(next) = at.next else { break };
        at = what.portion(app, actor, Some(next)).await?;
    }
    spawn_blocking(move || book.finish()).await.bug("writing a workbook")?
}

type Sender = tokio::sync::mpsc::Sender<Result<Bytes, std::io::Error>>;

async fn send(app: &App, actor: &Actor, what: &Wanted, mut at: Portion, to: &Sender) -> Result<(), Problem> {
    let mut count = 0;
    let mut bytes = [MARK, &csv_lines(heads(what.kind))?].concat();
    loop {
        count += at.lines.len() as u64;
        bytes.extend(csv_lines(at.lines.iter().map(|line| line.iter().map(String::as_str).collect()))?);
        if at.next.is_none() {
            bytes.extend(csv_lines(std::iter::once(vec![footer(count).as_str()]))?);
        }
        if to.send(Ok(Bytes::from(std::mem::take(&mut bytes)))).await.is_err() {
            // Nobody reads any more.
            return Ok(());
        }
        let Some(next) = at.next else { return Ok(()) };
        at = what.portion(app, actor, Some(next)).await?;
    }
}

/// What is to be exported, and for what reason with numbers in full.
#[derive(Debug)]
struct Wanted {
    kind: SheetKind,
    filters: Filters,
    why: Option<Why>,
}

impl Wanted {
    /// The next lines. Whose numbers they show in full is kept before anybody gets them.
    async fn portion(&self, app: &App, actor: &Actor, after: Option<Cursor>) -> Result<Portion, Problem> {
        let numbers = if self.why.is_some() { Numbers::Full } else { Numbers::Masked };
        let portion = portion(self.kind, app, actor, (&self.filters, numbers), after).await?;
        if let Some(why) = self.why.as_ref().filter(|_| !portion.seen.is_empty()) {
            let tx = app.store.begin().await?;
            looks::record_export(&tx, actor, &portion.seen, why).await?;
            tx.commit().await?;
        }
        Ok(portion)
    }
}

/// Whether a kind of sheet holds numbers of people.
pub fn holds_numbers(kind: SheetKind) -> bool {
    matches!(kind, SheetKind::Officials | SheetKind::Liaisons)
}

async fn note(app: &App, actor: &Actor, kind: SheetKind, filters: &Filters, why: Option<&Why>) -> Result<(), Problem> {
    let deed = Deed {
        account: Some(actor.account),
        name: &actor.name,
        act: "export.take",
        subject: "sheet",
        subject_id: None,
        county: app.site.area,
    };
    let mut detail = serde_json::json!({ "kind": kind, "filters": filters.text() });
    if let Some(why) = why {
        detail["numbers"] = true.into();
        detail["look_reason"] = why.reason.code().into();
        detail["note"] = why.note.as_str().into();
    }
    let tx = app.store.begin().await?;
    audit::record(&tx, &deed, &detail).await?;
    tx.commit().await
}

/// A file to be saved.
///
/// # Errors
/// A bug when the name is no name.
pub fn download(name: &str, media: &'static str, body: Body) -> Result<Response, Problem> {
    let way = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).bug("naming a file")?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(media)), (header::CONTENT_DISPOSITION, way)];
    Ok((headers, body).into_response())
}
