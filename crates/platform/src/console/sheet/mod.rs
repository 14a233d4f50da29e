//! A sheet as it was sent: cells under heads, whatever file they came in. What people and Excel do to codes, numbers and days
//! is undone here, so that nobody behind has to know of it.

mod csv_file;
mod read;
mod record;
mod workbook;
mod write;

pub use read::read;
pub use record::Record;
pub use write::{Book, mistakes, template};

use super::table::{Need, Table};
use kernel::words::SheetKind;
use kernel::{Day, Problem};

/// The most bytes a file may have.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// The most bytes it may have once unpacked.
const MOST_UNPACKED: u64 = 100 * 1024 * 1024;
/// The most lines.
const MOST_LINES: usize = 200_000;
/// How many columns are looked at.
const MOST_COLUMNS: usize = 100;
/// Within how many lines the heads must stand.
const HEADS_WITHIN: usize = 10;
/// The head of the column that a workbook of mistakes has more.
pub const MISTAKE_HEAD: &str = "错误说明";

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number, as Excel keeps it.
    Number(f64),
    /// A day.
    Day(Day),
    /// A formula that gives no value, such as `#N/A`.
    Fault,
}

/// Cells with the number of their line.
#[derive(Debug)]
pub struct Line {
    /// As the reader of the file counts: from 1.
    pub number: u32,
    /// The cells from the first column on.
    pub cells: Vec<Cell>,
}

/// Lines under heads.
#[derive(Debug)]
pub struct Sheet {
    table: &'static Table,
    /// The heads as they were sent.
    pub heads: Vec<String>,
    /// Where each column of the table stands.
    places: Vec<Option<usize>>,
    /// The lines that hold something.
    pub lines: Vec<Line>,
    /// Heads that the table does not know.
    pub ignored: Vec<String>,
}

impl Cell {
    /// What it says, for people.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => plain_number(*number),
            Self::Day(day) => day.to_string(),
            Self::Fault => "#N/A".into(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(blank),
            _ => false,
        }
    }
}

/// A number without an exponent, and without the noise of halves: `0.30000000000000004` is `0.3`.
fn plain_number(number: f64) -> String {
    let cents = (number * 100.0).round() / 100.0;
    let near = (number - cents).abs() < 1e-6;
    format!("{}", if near { cents } else { number })
}

/// What separates and shows nothing, the signs without width included.
fn blank(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}')
}

/// A full-width sign in its half-width form.
pub fn narrow(sign: char) -> char {
    match sign {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(sign as u32 - 0xfee0).unwrap_or(sign),
        other => other,
    }
}

impl Sheet {
    /// Whether lines of this table begin in these lines, and if so, after which.
    fn heads_in(table: &Table, lines: &[Line]) -> Option<usize> {
        let first = lines.iter().take(HEADS_WITHIN);
        let known = first.enumerate().map(|(place, line)| (columns_known(table, &line.cells), place));
        let (known, place) = known.max_by_key(|(known, place)| (*known, std::cmp::Reverse(*place)))?;
        (known > 0).then_some(place)
    }

    /// The lines below the heads of `table`.
    ///
    /// # Errors
    /// [`Problem::Invalid`] on `file` when heads are missing or nothing stands below them.
    fn under(table: &'static Table, mut lines: Vec<Line>) -> Result<Self, Problem> {
        let names = || {
            let must = table.columns.iter().filter(|column| column.need == Need::Must);
            must.map(|column| format!("“{}”", column.head)).collect::<Vec<_>>().join("、")
        };
        let Some(place) = Self::heads_in(table, &lines) else {
            let told = format!("没有找到{}表的表头。表头应有{}，请使用下载的模板。", table.kind.label(), names());
            return Err(Problem::field("file", told));
        };
        let heads: Vec<String> = lines[place].cells.iter().map(|cell| cell.text().trim().to_owned()).collect();
        let find = |column: &super::table::Column| heads.iter().position(|head| column.is(head));
        let places: Vec<Option<usize>> = table.columns.iter().map(find).collect();
        let missing = table.columns.iter().zip(&places);
        let missing = missing.filter(|(column, place)| column.need == Need::Must && place.is_none());
        let missing: Vec<String> = missing.map(|(column, _)| format!("“{}”", column.head)).collect();
        if !missing.is_empty() {
            let told = format!("缺少必填的列：{}。请补上后再上传。", missing.join("、"));
            return Err(Problem::field("file", told));
        }
        let known = |place: usize| places.contains(&Some(place));
        let ignored = heads.iter().enumerate().filter(|(place, head)| !head.is_empty() && !known(*place));
        let ignored = ignored.map(|(_, head)| head.clone()).filter(|head| head != MISTAKE_HEAD).collect();
        lines.drain(..=place);
        lines.retain(|line| line.cells.iter().any(|cell| !cell.is_empty()) && !is_footer(line));
        if lines.is_empty() {
            return Err(Problem::field("file", "表头下面没有内容，请填写后再上传。"));
        }
        Ok(Self { table, heads, places, lines, ignored })
    }

    /// What its lines are.
    pub fn kind(&self) -> SheetKind {
        self.table.kind
    }

    /// One line, to be read by columns.
    pub fn record<'a>(&'a self, line: &'a Line) -> Record<'a> {
        Record::new(self.table, &self.places, line)
    }
}

fn columns_known(table: &Table, cells: &[Cell]) -> usize {
    let read = |cell: &&Cell| matches!(cell, Cell::Text(_));
    let known = |cell: &&Cell| table.columns.iter().any(|column| column.is(&cell.text()));
    cells.iter().filter(read).filter(known).count()
}

/// The last line of an export: `共 21000 行`.
pub fn footer(count: u64) -> String {
    format!("共 {count} 行")
}

fn is_footer(line: &Line) -> bool {
    let mut said = line.cells.iter().filter(|cell| !cell.is_empty());
    let (Some(Cell::Text(text)), None) = (said.next(), said.next()) else { return false };
    let count = text.trim().strip_prefix('共').and_then(|rest| rest.strip_suffix('行'));
    count.is_some_and(|count| {
        let count = count.trim();
        !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())
    })
}
