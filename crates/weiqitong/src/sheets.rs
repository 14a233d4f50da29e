//! `weiqitong import` and `weiqitong export`: the registers as sheets, by who runs the program. Results go to standard output,
//! the progress bar to standard error.

use crate::config::Config;
use crate::serve::{open, site, told};
use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::words::SheetKind;
use kernel::{Day, Problem};
use platform::App;
use platform::console::{self, Brought, FileName, Filters, Format, Outcome, Weighed};
use platform::files::Files;
use platform::many::Progress;
use platform::registry::Source;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the progress bar looks.
const RHYTHM: Duration = Duration::from_millis(100);

/// What is imported.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// 内容：areas units officials enterprises projects liaisons pairings
    #[arg(value_parser = kind)]
    kind: SheetKind,
    /// .xlsx 或 .csv 文件
    file: PathBuf,
    /// 只核对，不写入
    #[arg(long)]
    dry_run: bool,
    /// 结果以 JSON 输出
    #[arg(long)]
    json: bool,
    /// 数据来源；不写则记为文件名
    #[arg(long)]
    source: Option<String>,
    /// 数据日期；不写则为今天
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
}

/// What is exported.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// 内容：areas units officials enterprises projects liaisons pairings
    #[arg(value_parser = kind)]
    kind: SheetKind,
    /// 写入的文件，.xlsx 或 .csv
    file: PathBuf,
    /// 结果以 JSON 输出
    #[arg(long)]
    json: bool,
}

fn kind(text: &str) -> Result<SheetKind, String> {
    let codes = || SheetKind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join("、");
    SheetKind::parse(text).ok_or_else(|| format!("可以导入导出的有：{}。", codes()))
}

/// What a person at a terminal is told, field by field.
fn said(problem: Problem) -> anyhow::Error {
    match problem {
        Problem::Invalid { errors, .. } => {
            anyhow::anyhow!(errors.into_iter().map(|error| error.detail).collect::<Vec<_>>().join("\n"))
        }
        other => told(other),
    }
}

/// The platform on the configured database, whose schema must be current.
///
/// # Errors
/// When the database cannot be opened, or is not migrated.
pub(crate) async fn app(config: &Config) -> Result<App> {
    let store = open(config).await?;
    store.ready().await.map_err(told)?;
    Ok(App::new(store, site(config)?, Files::folder(config.files.as_ref()).map_err(told)?))
}

/// Imports a file: all of it, or nothing.
///
/// # Errors
/// When the file cannot be read, or a line of it is wrong: then a workbook beside it says what.
pub(crate) async fn import(config: &Config, asked: &Import) -> Result<()> {
    let bytes = std::fs::read(&asked.file).with_context(|| format!("无法读取文件 {}", asked.file.display()))?;
    let app = app(config).await?;
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let source = asked.source.clone().unwrap_or_else(|| format!("批量导入：{name}"));
    let as_of = asked.as_of.unwrap_or_else(|| app.site.hours.day(app.now()));
    let bar = ProgressBar::new_spinner().with_message("正在读取文件");
    bar.enable_steady_tick(RHYTHM);
    let sheet = console::opened(asked.kind, bytes.clone()).await.map_err(said)?;
    bar.set_style(ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {elapsed}")?);
    bar.set_length(sheet.lines.len() as u64);
    let brought = Brought { name, bytes, known: Source { source, as_of } };
    let operator = console::operator(app.now());
    let progress = Progress::default();
    let outcome = if asked.dry_run {
        bar.set_message("正在核对");
        let work = console::try_out(&app, &operator, &sheet, &brought, &progress);
        watched(work, &bar, &progress).await.map(|weighed| match weighed.counts.wrong {
            0 => Outcome::Done(weighed),
            _ => Outcome::Refused(weighed),
        })
    } else {
        bar.set_message("正在导入");
        watched(console::take_in(&app, &operator, &sheet, &brought, &progress), &bar, &progress).await
    };
    bar.finish_and_clear();
    let (weighed, refused) = match outcome.map_err(said)? {
        Outcome::Done(weighed) => (weighed, false),
        Outcome::Refused(weighed) => (weighed, true),
    };
    let mistakes = beside(&asked.file);
    if let Some(workbook) = weighed.workbook(&sheet).map_err(told)? {
        std::fs::write(&mistakes, workbook).with_context(|| format!("无法写入 {}", mistakes.display()))?;
    }
    app.store.close().await;
    tell(asked, &weighed);
    if refused {
        bail!("有 {} 行不符合要求，没有写入。每一行的原因见 {}", weighed.counts.wrong, mistakes.display());
    }
    Ok(())
}

/// Does the work while the bar follows it.
async fn watched<T>(work: impl Future<Output = T>, bar: &ProgressBar, progress: &Progress) -> T {
    tokio::pin!(work);
    let mut rhythm = tokio::time::interval(RHYTHM);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = rhythm.tick() => bar.set_position(progress.done()),
        }
    }
}

/// `FILE.errors.xlsx`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".errors.xlsx");
    name.into()
}

fn tell(asked: &Import, weighed: &Weighed) {
    let Weighed { counts, told, .. } = weighed;
    if asked.json {
        let told = json!({ "kind": asked.kind, "dry_run": asked.dry_run, "written": counts.wrong == 0 && !asked.dry_run,
            "new": counts.new, "changed": counts.changed, "same": counts.same, "wrong": counts.wrong,
            "ignored": told.ignored, "changes": told.changes, "mistakes": told.mistakes });
        println!("{told:#}");
        return;
    }
    let done = match (counts.wrong, asked.dry_run) {
        (0, true) => "核对通过，没有写入",
        (0, false) => "已导入",
        _ => "没有写入",
    };
    println!(
        "{}{done}：新增 {} 行，变更 {} 行，不变 {} 行，有错误 {} 行。",
        asked.kind.label(),
        counts.new,
        counts.changed,
        counts.same,
        counts.wrong
    );
    if !told.ignored.is_empty() {
        println!("没有读取的列：{}", told.ignored.join("、"));
    }
    for change in &told.changes {
        let fields = change.fields.iter().map(|field| format!("{} {} → {}", field.field, field.old, field.new));
        println!("第 {} 行 {}：{}", change.line, change.name, fields.collect::<Vec<_>>().join("，"));
    }
    for mistake in &told.mistakes {
        println!("第 {} 行：{}", mistake.line, mistake.detail);
    }
}

/// Exports everything of a kind.
///
/// # Errors
/// When the file cannot be written.
pub(crate) async fn export(config: &Config, asked: &Export) -> Result<()> {
    let format = match asked.file.extension().and_then(|ending| ending.to_str()) {
        Some("xlsx") => Format::Xlsx,
        Some("csv") => Format::Csv,
        _ => bail!("文件名应以 .xlsx 或 .csv 结尾。"),
    };
    let app = app(config).await?;
    let operator = console::operator(app.now());
    let file = FileName { kind: asked.kind, format };
    let (bytes, count) = console::file(&app, &operator, file, &Filters::default()).await.map_err(told)?;
    app.store.close().await;
    std::fs::write(&asked.file, bytes).with_context(|| format!("无法写入 {}", asked.file.display()))?;
    if asked.json {
        println!("{:#}", json!({ "kind": asked.kind, "file": asked.file, "rows": count }));
    } else {
        println!("已导出{} {count} 行：{}", asked.kind.label(), asked.file.display());
    }
    Ok(())
}
