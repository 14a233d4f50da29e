//! The life of an import: brought, checked, confirmed, written. Checking and writing go on behind the request that asked for
//! them; how far they are stands in the database, for whichever node is asked.
//!
//! What was shown is what is written: at the confirmation every line is weighed once more, and if anything has changed since,
//! the new preview is shown and nothing is written.

use super::kinds::{Batch, import_right};
use super::rows::{self, Import, NewImport, Part};
use super::sheet::{self, Sheet};
use super::table::Table;
use super::weighing::{Counts, Outcome, Told, Weighed, carry_out, preview};
use crate::App;
use crate::audit::{self, Deed};
use crate::many::Progress;
use crate::org;
use crate::registry::Source;
use kernel::authz::{OwnAccount, WriteOrg};
use kernel::id::{AccountId, ImportId};
use kernel::words::{ImportState, SheetKind};
use kernel::{Actor, BugExt, Grant, Instant, Limit, Page, Problem, Reach, Role, Scope};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store::Tx;
use tokio::task::{JoinHandle, spawn_blocking};

/// How often the progress is written down.
const RHYTHM: Duration = Duration::from_secs(1);

/// A file that somebody brings.
#[derive(Debug, Clone)]
pub struct Brought {
    /// How it is called.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whence its lines are known, and of which day.
    pub known: Source,
}

/// Whoever runs the program at a terminal: they may do everything.
#[must_use]
pub fn operator(now: Instant) -> Actor {
    let grants = vec![Grant { role: Role::Coordination, reach: Reach::Everything }];
    Actor {
        account: AccountId::mint(now), name: "系统操作员".into(), official: None, grants, stands_in: Vec::new()
    }
}

/// Reads a file as a sheet of a kind, away from the threads that others wait for.
///
/// # Errors
/// [`Problem::Invalid`] on `file`, or [`Problem::TooLarge`], with a sentence that says what to do.
pub async fn opened(kind: SheetKind, bytes: Vec<u8>) -> Result<Sheet, Problem> {
    let read = spawn_blocking(move || sheet::read(Table::of(kind), &bytes)).await;
    // A file that makes the reader stumble is a broken file.
    read.unwrap_or_else(|_| Err(Problem::field("file", "文件已损坏，无法读取。请打开检查，另存后再上传。")))
}

fn checked(app: &App, brought: &Brought) -> Result<Source, Problem> {
    let source = org::named(&brought.known.source, "source", "数据来源")?;
    if brought.known.as_of > app.today() {
        return Err(Problem::field("as_of", "数据日期不能晚于今天。"));
    }
    Ok(Source { source, as_of: brought.known.as_of })
}

fn may(actor: &Actor, kind: SheetKind) -> Result<(), Problem> {
    if actor.holds(import_right(kind)) { Ok(()) } else { Err(Problem::NotFound) }
}

/// Takes a file and begins to check it. The handle ends when it is checked.
///
/// # Errors
/// [`Problem::NotFound`] for who may not import this; [`Problem::Invalid`] for a file that is no such sheet.
pub async fn receive(
    app: &App,
    actor: &Arc<Actor>,
    kind: SheetKind,
    brought: Brought,
) -> Result<(ImportId, JoinHandle<()>), Problem> {
    may(actor, kind)?;
    let known = checked(app, &brought)?;
    let sheet = opened(kind, brought.bytes.clone()).await?;
    let tx = app.store.begin().await?;
    let id = ImportId::mint(tx.now());
    let place = (id, app.site.area);
    note(&tx, app, actor, id, &Noted { kind, name: &brought.name, known: &known, total: sheet.lines.len() }).await?;
    rows::keep(&tx, place, Part::Sent, &brought.bytes).await?;
    tx.commit().await?;
    let (app, actor) = (app.clone(), actor.clone());
    let work = async move {
        if let Err(problem) = check(&app, &actor, id, known, &sheet).await {
            give_up(&app, id, &problem).await;
        }
    };
    Ok((id, tokio::spawn(work)))
}

/// What is noted of a file.
struct Noted<'a> {
    kind: SheetKind,
    name: &'a str,
    known: &'a Source,
    total: usize,
}

async fn note(tx: &Tx, app: &App, actor: &Actor, id: ImportId, noted: &Noted<'_>) -> Result<(), Problem> {
    let name: String = noted.name.chars().filter(|sign| !sign.is_control()).take(200).collect();
    let new = NewImport {
        id,
        county: app.site.area,
        area_path: app.site.path().0,
        account: actor.account,
        name: &actor.name,
        kind: noted.kind,
        file_name: &name,
        source: &noted.known.source,
        as_of: noted.known.as_of,
        total: i64::try_from(noted.total).unwrap_or(i64::MAX),
    };
    rows::insert(tx, &new).await
}

async fn check(app: &App, actor: &Actor, id: ImportId, known: Source, sheet: &Sheet) -> Result<(), Problem> {
    let progress = Progress::default();
    let batch = Batch { app, actor, known, now: app.now() };
    let work = preview(sheet.kind(), &app.store, &batch, sheet, &progress);
    tokio::pin!(work);
    let mut rhythm = tokio::time::interval_at(tokio::time::Instant::now() + RHYTHM, RHYTHM);
    let weighed = loop {
        tokio::select! {
            weighed = &mut work => break weighed?,
            _ = rhythm.tick() => rows::advance(&app.store, (id, app.site.area), progress.done()).await?,
        }
    };
    show(app, id, sheet, weighed).await
}

/// Shows what was weighed: to be confirmed, or to be mended.
async fn show(app: &App, id: ImportId, sheet: &Sheet, weighed: Weighed) -> Result<(), Problem> {
    let place = (id, app.site.area);
    let workbook = weighed.workbook(sheet)?;
    let state = if workbook.is_some() { ImportState::Wrong } else { ImportState::Ready };
    let tx = app.store.begin().await?;
    rows::settle(&tx, place, state, (weighed.counts, &weighed.told)).await?;
    if let Some(workbook) = workbook {
        rows::keep(&tx, place, Part::Mistakes, &workbook).await?;
    }
    tx.commit().await
}

/// Nothing was written; says why.
async fn give_up(app: &App, id: ImportId, problem: &Problem) {
    if let Problem::Bug { .. } = problem {
        tracing::error!(import = %id, %problem, "an import failed");
    }
    let message = Some(format!("没有写入任何内容。{}", problem.detail()));
    let told = Told { message, ..Told::default() };
    let noted = async {
        let tx = app.store.begin().await?;
        rows::settle(&tx, (id, app.site.area), ImportState::Failed, (Counts::default(), &told)).await?;
        tx.commit().await
    };
    if let Err(problem) = noted.await {
        tracing::error!(import = %id, %problem, "noting that an import failed");
    }
}

/// One of one's own imports.
///
/// # Errors
/// [`Problem::NotFound`] when there is none such.
pub async fn import(app: &App, scope: &Scope<OwnAccount>, id: ImportId) -> Result<Import, Problem> {
    Ok(rows::import(&app.store, scope, id).await?.ok_or(Problem::NotFound)?.at(app.now()))
}

/// One's own imports, the latest first; for who keeps the whole site, everybody's.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn imports(
    app: &App,
    actor: &Actor,
    own: &Scope<OwnAccount>,
    cursor: Option<&str>,
    limit: Limit,
) -> Result<Page<Import>, Problem> {
    let all = actor.scope::<WriteOrg>().filter(|scope| scope.covers(&Reach::Area(app.site.path())));
    let found = match all {
        Some(all) => rows::imports(&app.store, &all, cursor, limit).await?,
        None => rows::imports(&app.store, own, cursor, limit).await?,
    };
    let now = app.now();
    let found = found.into_iter().map(|import| import.at(now)).collect();
    Ok(Page::cut(found, limit, |import: &Import| import.id))
}

/// The workbook that says what is wrong with an import.
///
/// # Errors
/// [`Problem::NotFound`] when nothing is, or no more.
pub async fn mistakes(app: &App, import: &Import) -> Result<Vec<u8>, Problem> {
    if import.state != ImportState::Wrong {
        return Err(Problem::NotFound);
    }
    rows::part(&app.store, import, Part::Mistakes).await?.ok_or(Problem::NotFound)
}

/// Confirms what was shown of one of one's own imports, and waits for `patience` while it is written; gives the import as it
/// stands then. One that is under way or done stays so.
///
/// # Errors
/// [`Problem::Conflict`] when there is nothing to confirm, [`Problem::Stale`] when somebody else was first.
pub async fn confirm(
    app: &App,
    actor: &Arc<Actor>,
    scope: &Scope<OwnAccount>,
    id: ImportId,
    patience: Duration,
) -> Result<Import, Problem> {
    if let Some(work) = begin(app, actor, import(app, scope, id).await?).await? {
        wait(work, patience).await?;
    }
    import(app, scope, id).await
}

/// Begins to write; the handle ends when it is written. None when it is under way or done.
async fn begin(app: &App, actor: &Arc<Actor>, import: Import) -> Result<Option<JoinHandle<()>>, Problem> {
    may(actor, import.kind)?;
    match import.state {
        ImportState::Ready => {}
        ImportState::Writing | ImportState::Done => return Ok(None),
        state => {
            return Err(Problem::Conflict(format!("这次导入的状态是“{}”，不能写入，请重新上传文件。", state.label())));
        }
    }
    let tx = app.store.begin().await?;
    rows::step(&tx, &import, ImportState::Writing).await?;
    tx.commit().await?;
    let (app, actor) = (app.clone(), actor.clone());
    let work = async move {
        let id = import.id;
        if let Err(problem) = write(&app, &actor, import).await {
            give_up(&app, id, &problem).await;
        }
    };
    Ok(Some(tokio::spawn(work)))
}

async fn write(app: &App, actor: &Actor, import: Import) -> Result<(), Problem> {
    let gone = || Problem::Conflict("上传的文件已过期，请重新上传。".into());
    let bytes = rows::part(&app.store, &import, Part::Sent).await?.ok_or_else(gone)?;
    let sheet = opened(import.kind, bytes).await?;
    let shown = import.told()?.print;
    let tx = app.store.begin().await?;
    let known = Source { source: import.source.clone(), as_of: import.as_of };
    let batch = Batch { app, actor, known, now: tx.now() };
    match carry_out(import.kind, &tx, &batch, &sheet, Some(&shown), &Progress::default()).await? {
        Outcome::Done(weighed) => {
            done(&tx, actor, (import.id, app.site.area), &import.file_name, (import.kind, weighed.counts)).await?;
            rows::settle(&tx, (import.id, app.site.area), ImportState::Done, (weighed.counts, &weighed.told)).await?;
            tx.commit().await
        }
        Outcome::Refused(mut weighed) => {
            drop(tx);
            let told = "预览之后数据有了变动，已重新核对，没有写入。请看过下面的结果再确认。";
            weighed.told.message = Some(told.into());
            show(app, import.id, &sheet, weighed).await
        }
    }
}

/// Takes a file in at once, for who waits for it: checked and written in one transaction, or not at all.
///
/// # Errors
/// As [`receive`] and [`confirm`].
pub async fn take_in(
    app: &App,
    actor: &Actor,
    sheet: &Sheet,
    brought: &Brought,
    progress: &Progress,
) -> Result<Outcome, Problem> {
    let kind = sheet.kind();
    may(actor, kind)?;
    let known = checked(app, brought)?;
    let tx = app.store.begin().await?;
    let id = ImportId::mint(tx.now());
    note(&tx, app, actor, id, &Noted { kind, name: &brought.name, known: &known, total: sheet.lines.len() }).await?;
    let batch = Batch { app, actor, known, now: tx.now() };
    let outcome = carry_out(kind, &tx, &batch, sheet, None, progress).await?;
    if let Outcome::Done(weighed) = &outcome {
        let place = (id, app.site.area);
        done(&tx, actor, place, &brought.name, (kind, weighed.counts)).await?;
        rows::settle(&tx, place, ImportState::Done, (weighed.counts, &weighed.told)).await?;
        tx.commit().await?;
    }
    Ok(outcome)
}

/// Weighs a file and writes nothing, for who waits for it.
///
/// # Errors
/// As [`receive`].
pub async fn try_out(
    app: &App,
    actor: &Actor,
    sheet: &Sheet,
    brought: &Brought,
    progress: &Progress,
) -> Result<Weighed, Problem> {
    may(actor, sheet.kind())?;
    let batch = Batch { app, actor, known: checked(app, brought)?, now: app.now() };
    preview(sheet.kind(), &app.store, &batch, sheet, progress).await
}

async fn done(
    tx: &Tx,
    actor: &Actor,
    (id, county): (ImportId, kernel::AreaCode),
    file: &str,
    (kind, counts): (SheetKind, Counts),
) -> Result<(), Problem> {
    let detail = json!({ "kind": kind, "file": file, "counts": counts });
    audit::record(tx, &Deed::of(actor, "import.write", "import", id.0, county), &detail).await
}

/// Takes away the files that nobody confirmed within a day. Returns how many imports that were.
///
/// # Errors
/// When the database fails.
pub async fn expire(app: &App, now: Instant) -> Result<u64, Problem> {
    let tx = app.store.begin().await?;
    let expired = rows::expire(&tx, now).await?;
    tx.commit().await?;
    Ok(expired)
}

/// Waits for work that goes on behind, but not longer than `patience`.
pub async fn wait(work: JoinHandle<()>, patience: Duration) -> Result<(), Problem> {
    match tokio::time::timeout(patience, work).await {
        Ok(ended) => ended.bug("carrying out an import"),
        Err(_) => Ok(()),
    }
}
