//! Imports and exports for people: choose a kind, take the template, bring a file, look at what it would do, confirm.

use super::exports::{FileName, Format, XLSX, download, export, holds_numbers};
use super::kinds::{Filters, export_right, import_right};
use super::rows::Import;
use super::table::{Need, Table};
use super::upload::{MOST_BODY, Sent};
use super::weighing::Told;
use super::{api, imports, sheet};
use crate::App;
use crate::looks::Typed;
use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::authz::OwnAccount;
use kernel::id::ImportId;
use kernel::words::{ImportState, SheetKind};
use kernel::{Actor, Cursor, Limit, Problem};
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};
use std::time::Duration;

/// How long a page waits, so that a small file is shown at once.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/console/imports", overview)
        .get("/console/imports/new/{kind}", form)
        .post("/console/imports/new/{kind}", receive)
        .get("/console/imports/{import}", show)
        .get("/console/imports/{import}/errors.xlsx", api::mistakes)
        .post("/console/imports/{import}/confirm", confirm)
        .get("/console/templates/{file}", template)
        .get("/console/export/{file}", api::export)
        .post("/console/export/{file}", in_full)
        .body_limit(MOST_BODY)
}

/// A kind of sheet, and what may be done with it.
struct Offer {
    code: &'static str,
    label: &'static str,
    icon: &'static str,
    found_by: &'static str,
    import: bool,
    export: bool,
    /// Whether it can be had with numbers in full.
    numbers: bool,
}

fn offers(actor: &Actor) -> Vec<Offer> {
    let offer = |kind: &SheetKind| Offer {
        code: kind.code(),
        label: kind.label(),
        icon: match kind {
            SheetKind::Areas => "map-pin",
            SheetKind::Units => "building",
            SheetKind::Officials => "users",
            SheetKind::Enterprises => "building-factory-2",
            SheetKind::Projects => "briefcase",
            SheetKind::Liaisons => "phone",
            SheetKind::Pairings => "heart-handshake",
        },
        found_by: Table::of(*kind).found_by,
        import: actor.holds(import_right(*kind)),
        export: actor.holds(export_right(*kind)),
        numbers: holds_numbers(*kind) && actor.holds(export_right(*kind)),
    };
    SheetKind::ALL.iter().map(offer).filter(|offer| offer.import || offer.export).collect()
}

/// The file with numbers in full, to who says why.
async fn in_full(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(file): Path<FileName>,
    filters: Filters,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    export(&app, &guard.actor, file, filters, Some(typed.why()?)).await
}

/// An import as a line of the history.
struct Line {
    /// Where it is shown; none for somebody else's.
    href: Option<String>,
    kind: &'static str,
    file: String,
    name: String,
    when: String,
    state: &'static str,
    tone: &'static str,
    counts: String,
}

impl Line {
    fn of(app: &App, actor: &Actor, import: &Import) -> Self {
        let mine = import.account_id == actor.account;
        let counts = match import.state {
            ImportState::Done | ImportState::Ready => {
                format!("新增 {} · 变更 {} · 不变 {}", import.new_rows, import.changed_rows, import.same_rows)
            }
            ImportState::Wrong => format!("{} 行有错误，共 {} 行", import.wrong_rows, import.total),
            _ => format!("共 {} 行", import.total),
        };
        Self {
            href: mine.then(|| format!("/console/imports/{}", import.id)),
            kind: import.kind.label(),
            file: import.file_name.clone(),
            name: import.name.clone(),
            when: app.site.say(import.made_at, app.now()),
            state: import.state.label(),
            tone: tone(import.state),
            counts,
        }
    }
}

fn tone(state: ImportState) -> &'static str {
    match state {
        ImportState::Checking | ImportState::Writing => "blue",
        ImportState::Ready => "yellow",
        ImportState::Done => "green",
        ImportState::Wrong | ImportState::Failed => "red",
        ImportState::Expired => "grey",
    }
}

#[derive(Template)]
#[template(path = "console/imports.html")]
struct Overview {
    kit: Kit,
    offers: Vec<Offer>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    cursor: Option<String>,
}

async fn overview(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<Overview>, Refusal> {
    let offers = offers(&guard.actor);
    if offers.is_empty() {
        return Err(Problem::NotFound.into());
    }
    let most = Limit::parse(Some(20))?;
    let found = imports::imports(&app, &guard.actor, &guard.scope, asked.cursor.as_deref(), most).await?;
    let lines = found.items.iter().map(|import| Line::of(&app, &guard.actor, import)).collect();
    Ok(Html(Overview { kit: kit.titled("数据导入导出"), offers, lines, next: found.next }))
}

#[derive(Template)]
#[template(path = "console/new.html")]
struct NewPage {
    kit: Kit,
    errors: Errors,
    table: &'static Table,
    /// Whether lines are facts that come from somewhere.
    sourced: bool,
    source: String,
    as_of: String,
}

impl NewPage {
    fn new(kit: Kit, kind: SheetKind, sent: &Sent, errors: Errors) -> Self {
        Self {
            kit: kit.titled(format!("导入{}", kind.label())).under("/console/imports", "数据导入导出"),
            errors,
            table: Table::of(kind),
            sourced: matches!(kind, SheetKind::Enterprises | SheetKind::Projects),
            source: sent.source.clone(),
            as_of: sent.as_of.clone(),
        }
    }
}

async fn form(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Path(kind): Path<SheetKind>,
) -> Result<Html<NewPage>, Refusal> {
    if !guard.actor.holds(import_right(kind)) {
        return Err(Problem::NotFound.into());
    }
    let today = app.today().to_string();
    let sent = Sent { as_of: today, ..Sent::default() };
    Ok(Html(NewPage::new(kit, kind, &sent, Errors::none())))
}

async fn receive(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Path(kind): Path<SheetKind>,
    sent: Sent,
) -> Result<Response, Refusal> {
    let brought = match sent.brought(&app) {
        Ok(brought) => imports::receive(&app, &guard.actor, kind, brought).await,
        Err(problem) => Err(problem),
    };
    match brought {
        Ok((id, work)) => {
            imports::wait(work, PATIENCE).await?;
            Ok(axum::response::Redirect::to(&format!("/console/imports/{id}")).into_response())
        }
        Err(problem) => {
            let problem = match problem {
                Problem::TooLarge(told) => Problem::field("file", told),
                other => other,
            };
            let page = NewPage::new(kit, kind, &sent, Errors::take(problem)?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "console/show.html")]
struct ShowPage {
    kit: Kit,
    import: Import,
    told: Told,
    state: &'static str,
    tone: &'static str,
    /// Whether somebody is at work on it, so that the page asks again.
    moving: bool,
    ready: bool,
    wrong: bool,
    done: bool,
    writing: bool,
    again: String,
    when: String,
}

async fn show(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<ImportId>,
) -> Result<Html<ShowPage>, Refusal> {
    let import = imports::import(&app, &guard.scope, id).await?;
    let mut told = import.told()?;
    if told.message.is_none() {
        told.message = match import.state {
            ImportState::Failed => Some("处理中断，没有写入任何内容。请重新上传文件。".into()),
            ImportState::Expired => Some("上传后一天内没有确认，文件已清除。需要导入请重新上传。".into()),
            _ => None,
        };
    }
    let state = import.state;
    Ok(Html(ShowPage {
        kit: kit.titled(format!("导入{}", import.kind.label())).under("/console/imports", "数据导入导出"),
        state: state.label(),
        tone: tone(state),
        moving: matches!(state, ImportState::Checking | ImportState::Writing),
        ready: state == ImportState::Ready,
        wrong: state == ImportState::Wrong,
        done: state == ImportState::Done,
        writing: state == ImportState::Writing,
        again: format!("/console/imports/new/{}", import.kind.code()),
        when: app.site.say(import.made_at, app.now()),
        told,
        import,
    }))
}

async fn confirm(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, Refusal> {
    let import = imports::confirm(&app, &guard.actor, &guard.scope, id, PATIENCE).await?;
    let flash = match import.state {
        ImportState::Done => {
            let (new, changed) = (import.new_rows, import.changed_rows);
            Flash::success(format!("已导入{}：新增 {new} 行，变更 {changed} 行。", import.kind.label()))
        }
        ImportState::Writing => Flash::success("正在写入，完成后本页会显示结果。"),
        _ => Flash::warning("没有写入，请看过下面的说明再继续。"),
    };
    Ok(see_other(&format!("/console/imports/{id}"), flash))
}

async fn template(guard: Guard<OwnAccount>, Path(file): Path<FileName>) -> Result<Response, Refusal> {
    if !guard.actor.holds(import_right(file.kind)) || file.format != Format::Xlsx {
        return Err(Problem::NotFound.into());
    }
    let bytes = sheet::template(Table::of(file.kind))?;
    Ok(download(&format!("{}-template.xlsx", file.kind.code()), XLSX, Body::from(bytes))?)
}
