//! A round as files: the plan as a workbook, and the public list as an official document. Both hold what the reader reads.

use super::gazette::rows as gazette;
use super::result::{self, Place, PlaceFilter};
use super::{App, Round, deed};
use crate::app::say_day;
use crate::audit;
use crate::paper::{Attachment, DOCX, Paper};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::authz::ReadPairings;
use kernel::id::RoundId;
use kernel::words::{PairingPart, RoundChange};
use kernel::{Actor, BugExt, Limit, Problem, Reach, Scope};
use rust_xlsxwriter::{Format, FormatBorder, Workbook, Worksheet, XlsxError};
use serde_json::json;
use shell::{Guard, Path, Refusal, Routes};
use tokio::task::spawn_blocking;

/// Workbooks, by their registered name.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// More lines than any county has.
const MOST: i64 = 100_000;

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/pairing-rounds/{id}/plan.xlsx", plan)
        .get("/pairing-rounds/{id}/gazette.docx", document)
        .api_get("/api/v1/pairing-rounds/{id}/plan.xlsx", "导出安排：名单、单位、未安排", plan)
        .api_get("/api/v1/pairing-rounds/{id}/gazette.docx", "公示文稿（公文格式）", document)
}

/// The same file by either road.
async fn plan(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
) -> Result<Response, Refusal> {
    let round = planned(&app, &guard.scope, id).await?;
    note(&app, &guard.actor, &round, "plan.xlsx").await?;
    let mut places = Vec::new();
    let mut cursor = None;
    loop {
        let filter = PlaceFilter { cursor: cursor.take(), ..PlaceFilter::default() };
        let mut page = result::places(&app.store, &guard.scope, &round, &filter, Limit::MOST).await?;
        places.append(&mut page.items);
        let Some(next) = page.next else { break };
        cursor = Some(next.0);
    }
    let mut units = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut page = result::units(&app.store, &guard.scope, &round, (None, cursor.as_deref()), Limit::MOST).await?;
        units.append(&mut page.items);
        let Some(next) = page.next else { break };
        cursor = Some(next.0);
    }
    let bytes = spawn_blocking(move || workbook(&places, &units)).await.bug("writing a workbook")?;
    Ok(download(&round, "安排", "xlsx", XLSX, bytes.bug("writing a workbook")?)?)
}

async fn document(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    Path(id): Path<RoundId>,
) -> Result<Response, Refusal> {
    let round = planned(&app, &guard.scope, id).await?;
    note(&app, &guard.actor, &round, "gazette.docx").await?;
    let mut counties = gazette::counties(&app.store, &round).await?;
    let whole = round.within(&guard.scope);
    counties.retain(|county| whole || guard.scope.covers(&Reach::Area(app.site.path().child(county.id))));
    if counties.is_empty() {
        return Err(Problem::NotFound.into());
    }
    let mut attachments = Vec::new();
    for county in &counties {
        let wanted = gazette::Wanted { county: Some(county.id), ..gazette::Wanted::default() };
        let lines = gazette::lines(&app.store, &round, &wanted, MOST).await?;
        if lines.is_empty() {
            continue;
        }
        let row = |line: &gazette::Line| {
            let helps = if line.part == PairingPart::Assist { "（协助）" } else { "" };
            let name = format!("{}{helps}", line.official_name);
            vec![line.client_name.clone(), line.area_name.clone(), name, line.unit_name.clone(), line.title.clone()]
        };
        attachments.push(Attachment {
            title: format!("{}企业和项目服务专员名单", county.name),
            heads: vec![("企业（项目）", 34), ("镇街", 13), ("服务专员", 13), ("单位", 26), ("职务", 14)],
            rows: lines.iter().map(row).collect(),
        });
    }
    let day = round.published_at.map_or(app.today(), |at| app.site.hours.day(at));
    let paper = Paper {
        title: format!("关于{}企业和项目服务专员名单的公示", round.area_name),
        to: String::new(),
        text: vec![
            format!(
                "为做好服务企业工作，密切与企业和项目的联系，现将“{}”服务专员名单予以公示。各服务专员自{}起联系所列企业和项目。",
                round.name,
                say_day(round.first_day)
            ),
            "服务专员帮助企业反映和协调解决问题，做到有需必应、无事不扰。企业和项目单位需要更换服务专员的，可以通过潍企通平台提出。".into(),
        ],
        by: round.published_by.clone().unwrap_or_default(),
        date: say_day(day),
        attachments,
    };
    let bytes = spawn_blocking(move || paper.docx()).await.bug("writing a document")??;
    Ok(download(&round, "公示", "docx", DOCX, bytes)?)
}

/// A round that holds a plan.
async fn planned(app: &App, scope: &Scope<ReadPairings>, id: RoundId) -> Result<Round, Problem> {
    let round = super::round(app, &app.store, scope, id).await?;
    if round.planned() { Ok(round) } else { Err(Problem::NotFound) }
}

async fn note(app: &App, actor: &Actor, round: &Round, file: &str) -> Result<(), Problem> {
    let tx = app.store.begin().await?;
    audit::record(&tx, &deed(actor, "export.take", round), &json!({ "name": round.name, "file": file })).await?;
    tx.commit().await
}

/// A file to be saved, under a name that every system can write and one that people read.
fn download(round: &Round, what: &str, ending: &str, media: &'static str, bytes: Vec<u8>) -> Result<Response, Problem> {
    let name: String = format!("{}{what}.{ending}", round.name);
    let escaped: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'.' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let way = format!("attachment; filename=\"round.{ending}\"; filename*=UTF-8''{escaped}");
    let way = HeaderValue::from_str(&way).bug("naming a file")?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(media)), (header::CONTENT_DISPOSITION, way)];
    Ok((headers, Body::from(bytes)).into_response())
}

fn workbook(places: &[Place], units: &[result::UnitLine]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let heads =
        ["企业（项目）", "类型", "区域", "分工", "服务专员", "单位", "职务", "现任专员", "变化", "来源", "分数"];
    let sheet = begun(&mut book, "名单", &heads, &[36.0, 8.0, 14.0, 10.0, 12.0, 30.0, 16.0, 12.0, 10.0, 10.0, 8.0])?;
    let held = places.iter().filter(|place| place.official_id.is_some());
    for (line, place) in (1..).zip(held) {
        let texts = [
            place.client_name.as_str(),
            place.client_kind.label(),
            &place.area_name,
            place.part.label(),
            &place.official_name,
            &place.unit_name,
            &place.title,
            &place.now_name,
            place.change.label(),
            place.origin.label(),
        ];
        write(sheet, line, &texts)?;
        sheet.write_number(line, 10, place.cost as f64)?;
    }
    let sheet = begun(
        &mut book,
        "单位",
        &["单位", "有任务的干部", "企业和项目", "其中有变化", "手工调整"],
        &[36.0, 14.0, 12.0, 12.0, 12.0],
    )?;
    for (line, unit) in (1..).zip(units) {
        write(sheet, line, &[unit.unit_name.as_str()])?;
        for (column, number) in (1..).zip([unit.officials, unit.clients, unit.new, unit.by_hand]) {
            sheet.write_number(line, column, number as f64)?;
        }
    }
    let sheet = begun(
        &mut book,
        "未安排",
        &["企业（项目）", "类型", "区域", "缺什么", "现任专员", "原因"],
        &[36.0, 8.0, 14.0, 12.0, 12.0, 60.0],
    )?;
    let empty = places.iter().filter(|place| place.official_id.is_none());
    for (line, place) in (1..).zip(empty) {
        let lacks = if place.change == RoundChange::Short { "协助专员" } else { "服务专员" };
        let texts = [
            place.client_name.as_str(),
            place.client_kind.label(),
            &place.area_name,
            lacks,
            &place.now_name,
            &place.why,
        ];
        write(sheet, line, &texts)?;
    }
    book.save_to_buffer()
}

/// A sheet with its heads, which stay in sight.
fn begun<'a>(
    book: &'a mut Workbook,
    name: &str,
    heads: &[&str],
    widths: &[f64],
) -> Result<&'a mut Worksheet, XlsxError> {
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    let sheet = book.add_worksheet().set_name(name)?;
    for ((column, text), width) in (0..).zip(heads).zip(widths) {
        sheet.write_string_with_format(0, column, *text, &head)?;
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(sheet)
}

fn write(sheet: &mut Worksheet, line: u32, texts: &[&str]) -> Result<(), XlsxError> {
    for (column, text) in (0..).zip(texts) {
        sheet.write_string(line, column, *text)?;
    }
    Ok(())
}
