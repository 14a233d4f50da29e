//! What an import would do: every line weighed, all mistakes gathered, nothing written unless every line is right.

use super::kinds::{Batch, Rows, of_kind};
use super::sheet::{self, Line, Sheet};
use super::table::{Need, Table};
use crate::many::{Difference, Lined, Progress, Verdict};
use kernel::Problem;
use kernel::problem::FieldError;
use kernel::words::SheetKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::{Db, Store, Tx};

/// How many changes and mistakes are shown; the workbook of mistakes has them all.
const SHOWN: usize = 50;
/// How many lines are written between two looks at the progress.
const AT_ONCE: usize = 1000;

/// How many lines would do what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Lines that come into being.
    pub new: i64,
    /// Lines that change what is there.
    pub changed: i64,
    /// Lines that are there already.
    pub same: i64,
    /// Lines that cannot be.
    pub wrong: i64,
}

/// A line that changes what is there.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportChange")]
pub struct Change {
    /// The line of the file.
    pub line: u32,
    /// Whom or what it is about.
    pub name: String,
    /// The fields that change.
    pub fields: Vec<Difference>,
}

/// A line that cannot be.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportMistake")]
pub struct Mistake {
    /// The line of the file.
    pub line: u32,
    /// What is wrong with it.
    pub detail: String,
}

/// What is told of an import beside its counts.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportTold")]
pub struct Told {
    /// What else there is to know.
    pub message: Option<String>,
    /// Heads that were not read.
    pub ignored: Vec<String>,
    /// The first changes.
    pub changes: Vec<Change>,
    /// The first mistakes.
    pub mistakes: Vec<Mistake>,
    /// By which it is seen whether two weighings came to the same.
    pub print: String,
}

/// What came of weighing a sheet.
#[derive(Debug)]
pub struct Weighed {
    /// How many lines would do what.
    pub counts: Counts,
    /// What is told.
    pub told: Told,
    /// Every mistake, by line.
    pub wrong: BTreeMap<u32, String>,
}

/// What came of carrying out an import.
#[derive(Debug)]
pub enum Outcome {
    /// Everything is written.
    Done(Weighed),
    /// Something is wrong, or not as it was shown: nothing is written.
    Refused(Weighed),
}

impl Weighed {
    /// The workbook of mistakes; none when there are none.
    ///
    /// # Errors
    /// A bug when it cannot be written.
    pub fn workbook(&self, sent: &Sheet) -> Result<Option<Vec<u8>>, Problem> {
        if self.wrong.is_empty() { Ok(None) } else { sheet::mistakes(sent, &self.wrong).map(Some) }
    }
}

/// Weighs a sheet and writes nothing.
///
/// # Errors
/// When the database fails.
pub async fn preview(
    kind: SheetKind,
    store: &Store,
    batch: &Batch<'_>,
    sheet: &Sheet,
    progress: &Progress,
) -> Result<Weighed, Problem> {
    of_kind!(kind, K => {
        let wishes = read::<K>(sheet, progress).await;
        Ok(weigh::<K>(store, batch, sheet, wishes).await?.0)
    })
}

/// Weighs a sheet once more and writes it, if no line is wrong and everything is as the print of a preview says.
///
/// # Errors
/// [`Problem::Stale`] or [`Problem::Conflict`] when somebody else was first. The transaction is to be committed only after
/// [`Outcome::Done`].
pub async fn carry_out(
    kind: SheetKind,
    tx: &Tx,
    batch: &Batch<'_>,
    sheet: &Sheet,
    shown: Option<&str>,
    progress: &Progress,
) -> Result<Outcome, Problem> {
    of_kind!(kind, K => {
        let wishes = read::<K>(sheet, &Progress::default()).await;
        K::hold(tx, &wishes.0).await?;
        let (weighed, mut writes) = weigh::<K>(tx, batch, sheet, wishes).await?;
        if weighed.counts.wrong > 0 || shown.is_some_and(|shown| shown != weighed.told.print) {
            return Ok(Outcome::Refused(weighed));
        }
        while !writes.is_empty() {
            let rest = writes.split_off(writes.len().min(AT_ONCE));
            let some = std::mem::replace(&mut writes, rest);
            let count = some.len();
            K::write(tx, batch, some).await?;
            progress.advance(count);
        }
        Ok(Outcome::Done(weighed))
    })
}

/// The lines that could be read, and the mistakes of those that could not.
type Wishes<K> = (Vec<Lined<K>>, BTreeMap<u32, Vec<FieldError>>);

async fn read<K: Rows>(sheet: &Sheet, progress: &Progress) -> Wishes<K> {
    let (mut wishes, mut wrong) = (Vec::with_capacity(sheet.lines.len()), BTreeMap::new());
    for (place, line) in sheet.lines.iter().enumerate() {
        let mut record = sheet.record(line);
        let wish = K::read(&mut record);
        let mistakes = record.mistakes();
        match wish {
            Some(wish) if mistakes.is_empty() => wishes.push(Lined { line: line.number, wish }),
            _ => drop(wrong.insert(line.number, mistakes)),
        }
        progress.advance(1);
        if place % AT_ONCE == 0 {
            tokio::task::yield_now().await;
        }
    }
    (wishes, wrong)
}

async fn weigh<K: Rows>(
    db: &impl Db,
    batch: &Batch<'_>,
    sheet: &Sheet,
    (wishes, mut wrong): Wishes<K>,
) -> Result<(Weighed, Vec<K::Write>), Problem> {
    let verdicts = K::weigh(db, batch, &wishes).await?;
    let table = Table::of(sheet.kind());
    let mut counts = Counts::default();
    let mut told = Told { ignored: sheet.ignored.clone(), ..Told::default() };
    let mut print = Sha256::new();
    let mut writes = Vec::new();
    let lines: BTreeMap<u32, &Line> = sheet.lines.iter().map(|line| (line.number, line)).collect();
    for (Lined { line, .. }, verdict) in wishes.iter().zip(verdicts) {
        match verdict {
            Verdict::New(write) => {
                print.update(format!("{line} new\n"));
                counts.new += 1;
                writes.push(write);
            }
            Verdict::Changed(write, mut fields) => {
                print.update(format!("{line} {fields:?}\n"));
                counts.changed += 1;
                writes.push(write);
                if told.changes.len() < SHOWN {
                    readable(table, &mut fields);
                    let name = lines.get(line).map(|line| name(sheet, line)).unwrap_or_default();
                    told.changes.push(Change { line: *line, name, fields });
                }
            }
            Verdict::Same => counts.same += 1,
            Verdict::Wrong(mistakes) => drop(wrong.insert(*line, mistakes)),
        }
    }
    let say = |(line, mistakes): (u32, Vec<FieldError>)| {
        (line, mistakes.into_iter().map(|mistake| mistake.detail).collect::<Vec<_>>().join(" "))
    };
    let wrong: BTreeMap<u32, String> = wrong.into_iter().map(say).collect();
    counts.wrong = i64::try_from(wrong.len()).unwrap_or(i64::MAX);
    let mistake = |(line, detail): (&u32, &String)| Mistake { line: *line, detail: detail.clone() };
    told.mistakes = wrong.iter().take(SHOWN).map(mistake).collect();
    told.print = hex::encode(print.finalize());
    Ok((Weighed { counts, told, wrong }, writes))
}

/// Fields by their heads, words by their labels.
fn readable(table: &Table, fields: &mut Vec<Difference>) {
    for difference in fields {
        let Some(column) = table.column(&difference.field) else { continue };
        difference.old = column.say(&difference.old);
        difference.new = column.say(&difference.new);
        difference.field = column.head.to_owned();
    }
}

/// Whom or what a line is about: the first of its names.
fn name(sheet: &Sheet, line: &Line) -> String {
    let table = Table::of(sheet.kind());
    let names = ["client_name", "name", "official", "client"];
    let must = |code: &&&str| table.column(code).is_some_and(|column| column.need != Need::May);
    let said = names.iter().filter(must).filter_map(|code| sheet.record(line).text(code));
    said.into_iter().next().unwrap_or_default()
}
