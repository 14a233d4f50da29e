//! `weiqitong classify`: learns from texts with labels in a sheet, and labels those of another. The learner is the one that
//! proposes categories and units to a desk; here it works on files alone, without a database.

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::{Subcommand, value_parser};
use csv::{Reader, StringRecord, Writer};
use encoding_rs::{Encoding, GB18030, UTF_8};
use serde_json::{Value, json};
use std::fs;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use text::learn::{Report, compare, cross_validate};
use text::{Classifier, Example, Guess};

/// How many labels are told for each text to a machine.
const TOLD: usize = 3;
/// How much of a number is told.
const DIGITS: f64 = 10_000.0;

/// What is asked.
#[derive(Debug, Subcommand)]
pub enum Classify {
    /// 从 CSV 的 text、label 两列学习，写入模型文件
    Train {
        /// 第一行为列名，含 text（文本）和 label（标签）
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// 模型写入此文件
        #[arg(long, value_name = "M")]
        model: PathBuf,
        /// 先将文本分成 N 份轮流检验，报告准确率和宏平均 F1
        #[arg(long, value_name = "N", value_parser = value_parser!(u8).range(2..=20))]
        folds: Option<u8>,
        /// 分份的随机种子
        #[arg(long, value_name = "SEED", default_value_t = 1)]
        seed: u64,
        /// 结果以 JSON 输出
        #[arg(long)]
        json: bool,
    },
    /// 为 CSV 的 text 列逐行给出标签和把握；如有 label 列，另在标准错误上报告准确率和宏平均 F1
    Predict {
        /// 第一行为列名，含 text（文本）
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// 模型文件
        #[arg(long, value_name = "M")]
        model: PathBuf,
        /// 结果以 JSON 输出，每行文本列出最可能的三个标签
        #[arg(long)]
        json: bool,
    },
}

/// A line of a sheet.
struct Line {
    text: String,
    label: Option<String>,
}

/// Does what is asked.
///
/// # Errors
/// When the work fails: the text says what to mend.
pub fn run(asked: &Classify) -> Result<()> {
    match asked {
        Classify::Train { file, model, folds, seed, json } => train(file, model, folds.map(usize::from), *seed, *json),
        Classify::Predict { file, model, json } => predict(file, model, *json),
    }
}

fn train(file: &Path, model: &Path, folds: Option<usize>, seed: u64, as_json: bool) -> Result<()> {
    let (lines, labelled) = read(file)?;
    let shown = file.display();
    ensure!(labelled, "{shown}：缺少列“label”（标签）。第一行应为列名，例如 text,label");
    let mut examples = Vec::with_capacity(lines.len());
    for (line, number) in lines.iter().zip(2..) {
        let label = line.label.as_deref().ok_or_else(|| anyhow!("{shown}：第 {number} 行没有标签"))?;
        examples.push(Example { text: &line.text, label });
    }
    let report = match folds {
        Some(folds) => {
            eprintln!("分 {folds} 份轮流检验……");
            Some(cross_validate(&examples, folds, seed).map_err(|told| anyhow!("{shown}：{told}"))?)
        }
        None => None,
    };
    eprintln!("学习 {} 条文本……", examples.len());
    let classifier = Classifier::learn(&examples).map_err(|told| anyhow!("{shown}：{told}"))?;
    let bytes = classifier.to_bytes();
    write_whole(model, &bytes).with_context(|| format!("无法写入 {}", model.display()))?;
    let (texts, labels) = (classifier.texts(), classifier.labels().len());
    if as_json {
        let told = json!({ "texts": texts, "labels": classifier.labels(), "bytes": bytes.len(), "report": report.as_ref().map(told) });
        println!("{told}");
        return Ok(());
    }
    if let Some(report) = report {
        println!("{}", said(&report));
        for label in &report.labels {
            let percent = |part: f64| format!("{:.1}%", part * 100.0);
            let (precision, recall, f1) = (percent(label.precision), percent(label.recall), percent(label.f1));
            println!("  {}：{} 条，查准 {precision}，查全 {recall}，F1 {f1}", label.label, label.texts);
        }
    }
    println!(
        "已从 {texts} 条文本学会 {labels} 个标签，模型写入 {}（{} KB）。",
        model.display(),
        bytes.len().div_ceil(1024)
    );
    Ok(())
}

fn predict(file: &Path, model: &Path, as_json: bool) -> Result<()> {
    let bytes = fs::read(model).with_context(|| format!("无法读取 {}", model.display()))?;
    let classifier = Classifier::from_bytes(&bytes).map_err(|told| anyhow!("{}：{told}", model.display()))?;
    let (lines, _) = read(file)?;
    let most = if as_json { TOLD } else { 1 };
    let guessed: Vec<Vec<Guess<'_>>> = lines.iter().map(|line| classifier.guess(&line.text, most)).collect();
    let mut pairs = Vec::new();
    for (line, guesses) in lines.iter().zip(&guessed) {
        pairs.extend(line.label.as_deref().map(|label| first(guesses).map(|guess| (label, guess.label))).transpose()?);
    }
    let report = (!pairs.is_empty()).then(|| compare(pairs));
    let mut out = Vec::new();
    if as_json {
        let mut items = Vec::with_capacity(guessed.len());
        for guesses in &guessed {
            let best = first(guesses)?;
            let all: Vec<Value> = guesses.iter().map(guess).collect();
            items.push(json!({ "label": best.label, "confidence": rounded(best.confidence), "guesses": all }));
        }
        writeln!(out, "{}", json!({ "items": items, "report": report.as_ref().map(told) }))?;
    } else {
        let mut writer = Writer::from_writer(&mut out);
        writer.write_record(["label", "confidence"])?;
        for guesses in &guessed {
            let best = first(guesses)?;
            writer.write_record([best.label, &format!("{:.4}", best.confidence)])?;
        }
        writer.flush()?;
    }
    stdout().write_all(&out).context("无法输出结果")?;
    if let Some(report) = report {
        eprintln!("{}", said(&report));
    }
    Ok(())
}

/// The lines of a sheet, and whether it has labels.
fn read(file: &Path) -> Result<(Vec<Line>, bool)> {
    let shown = file.display();
    let bytes = fs::read(file).with_context(|| format!("无法读取 {shown}"))?;
    let encoding = match Encoding::for_bom(&bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(&bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    let (decoded, _, broken) = encoding.decode(&bytes);
    ensure!(!broken, "{shown}：无法识别编码，请另存为 UTF-8 的 CSV");
    let mut reader = Reader::from_reader(decoded.as_bytes());
    let heads = reader.headers().with_context(|| format!("{shown}：不是 CSV"))?.clone();
    ensure!(!heads.is_empty(), "{shown}：文件是空的");
    let column = |name: &str| heads.iter().position(|head| head.trim().eq_ignore_ascii_case(name));
    let Some(of_text) = column("text") else {
        bail!("{shown}：缺少列“text”（文本）。第一行应为列名，例如 text,label");
    };
    let of_label = column("label");
    let mut lines = Vec::new();
    for record in reader.records() {
        let record: StringRecord =
            record.with_context(|| format!("{shown}：第 {} 行的列数与列名不符", lines.len() + 2))?;
        let label = of_label.and_then(|place| record.get(place)).map(str::trim).filter(|label| !label.is_empty());
        let text = record.get(of_text).unwrap_or_default().to_owned();
        lines.push(Line { text, label: label.map(str::to_owned) });
    }
    ensure!(!lines.is_empty(), "{shown}：只有列名，没有内容");
    Ok((lines, of_label.is_some()))
}

/// Writes all of it or nothing: whoever reads meanwhile finds the former file.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    fs::write(&beside, bytes)?;
    fs::rename(&beside, path)
}

/// The likeliest label.
fn first<'a>(guesses: &[Guess<'a>]) -> Result<Guess<'a>> {
    guesses.first().copied().context("模型没有标签")
}

fn rounded(number: f64) -> f64 {
    (number * DIGITS).round() / DIGITS
}

fn guess(guess: &Guess<'_>) -> Value {
    json!({ "label": guess.label, "confidence": rounded(guess.confidence) })
}

fn told(report: &Report) -> Value {
    let labels = report.labels.iter().map(|label| {
        let (precision, recall, f1) = (rounded(label.precision), rounded(label.recall), rounded(label.f1));
        json!({ "label": label.label, "texts": label.texts, "precision": precision, "recall": recall, "f1": f1 })
    });
    let (accuracy, macro_f1) = (rounded(report.accuracy), rounded(report.macro_f1));
    json!({ "texts": report.texts, "accuracy": accuracy, "macro_f1": macro_f1, "labels": labels.collect::<Vec<_>>() })
}

fn said(report: &Report) -> String {
    let Report { texts, accuracy, macro_f1, .. } = report;
    format!("{texts} 条有标签的文本：准确率 {accuracy:.4}，宏平均 F1 {macro_f1:.4}")
}
