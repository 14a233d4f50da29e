//! Writing workbooks and text: templates, exports, and the workbook that says what is wrong. Everything is written as text:
//! codes keep their digits, and nothing is taken for a formula.

use super::super::table::{Need, Table};
use super::{MISTAKE_HEAD, Sheet, footer};
use kernel::{BugExt, Problem};
use rust_xlsxwriter::{Color, DataValidation, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// The most signs that fit into a cell.
const MOST_SIGNS: usize = 32_767;
/// How many lines of a template offer words to choose from.
const OFFERED: u32 = 20_000;

fn bold() -> Format {
    Format::new().set_bold().set_background_color(Color::RGB(0x00E8_EEF7)).set_align(FormatAlign::VerticalCenter)
}

fn text() -> Format {
    Format::new().set_num_format("@")
}

fn fitting(text: &str) -> String {
    text.chars().take(MOST_SIGNS).collect()
}

/// An empty sheet to be filled in, and beside it what each column means.
///
/// # Errors
/// A bug when it cannot be written.
pub fn template(table: &Table) -> Result<Vec<u8>, Problem> {
    draw_template(table).bug("writing a template")
}

fn draw_template(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name(table.kind.label())?;
    let columns = table.columns.iter().filter(|column| column.need != Need::Told);
    for (place, column) in (0..).zip(columns) {
        let star = if column.need == Need::Must { "*" } else { "" };
        sheet.set_column_width(place, 22)?.set_column_format(place, &text())?;
        sheet.write_string_with_format(0, place, format!("{}{star}", column.head), &bold())?;
        let hint = format!("{}。{}\n例：{}", column.need.label(), column.note, column.example);
        sheet.insert_note(0, place, &Note::new(hint).set_author("").add_author_prefix(false))?;
        if let Some(words) = column.words {
            let choice = DataValidation::new().allow_list_strings(&words())?;
            let choice = choice.set_error_title("请从列表中选择")?.set_error_message("请从下拉列表中选择一项。")?;
            sheet.add_data_validation(1, place, OFFERED, place, &choice)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    explain(book.add_worksheet().set_name("填写说明")?, table)?;
    book.save_to_buffer()
}

fn explain(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    for (place, (head, width)) in (0..).zip([("列名", 22), ("是否必填", 10), ("示例", 30), ("说明", 70)]) {
        sheet.set_column_width(place, width)?;
        sheet.write_string_with_format(0, place, head, &bold())?;
    }
    let mut row = 0;
    for column in table.columns.iter().filter(|column| column.need != Need::Told) {
        row += 1;
        sheet.write_string(row, 0, column.head)?;
        sheet.write_string(row, 1, column.need.label())?;
        sheet.write_string(row, 2, column.example)?;
        let words = column.words.map(|words| format!("可选：{}。", words().join("、"))).unwrap_or_default();
        sheet.write_string(row, 3, format!("{}{words}", column.note))?;
    }
    sheet.write_string(row + 2, 0, "识别方式")?;
    sheet.write_string(row + 2, 3, table.found_by)?;
    Ok(())
}

/// A workbook of an export, written line by line.
pub struct Book {
    book: Workbook,
    row: u32,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("row", &self.row).finish_non_exhaustive()
    }
}

impl Book {
    /// A workbook with the heads of `table`.
    ///
    /// # Errors
    /// A bug when it cannot be written.
    pub fn new(table: &Table) -> Result<Self, Problem> {
        Self::begin(table).bug("writing a workbook")
    }

    fn begin(table: &Table) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?.set_name(table.kind.label())?;
        sheet.set_freeze_panes(1, 0)?;
        for (place, column) in (0..).zip(table.columns) {
            sheet.set_column_width(place, 22)?.set_column_format(place, &text())?;
            sheet.write_string_with_format(0, place, column.head, &bold())?;
        }
        Ok(Self { book, row: 0 })
    }

    /// One more line.
    ///
    /// # Errors
    /// A bug when it cannot be written.
    pub fn line(&mut self, cells: &[String]) -> Result<(), Problem> {
        self.row += 1;
        let sheet = self.book.worksheet_from_index(0).bug("writing a workbook")?;
        for (place, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(self.row, place, fitting(cell)).bug("writing a workbook")?;
        }
        Ok(())
    }

    /// The whole, with the count of its lines at the end.
    ///
    /// # Errors
    /// A bug when it cannot be written.
    pub fn finish(mut self) -> Result<Vec<u8>, Problem> {
        let count = footer(u64::from(self.row));
        let sheet = self.book.worksheet_from_index(0).bug("writing a workbook")?;
        sheet.write_string(self.row + 1, 0, count).bug("writing a workbook")?;
        self.book.save_to_buffer().bug("writing a workbook")
    }
}

/// The sheet as it was sent, with one more column that says what is wrong with a line.
///
/// # Errors
/// A bug when it cannot be written.
pub fn mistakes(sheet: &Sheet, wrong: &BTreeMap<u32, String>) -> Result<Vec<u8>, Problem> {
    draw_mistakes(sheet, wrong).bug("writing a workbook of mistakes")
}

fn draw_mistakes(sent: &Sheet, wrong: &BTreeMap<u32, String>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?.set_name(sent.table.kind.label())?;
    sheet.set_freeze_panes(1, 0)?;
    let marked = Format::new().set_num_format("@").set_background_color(Color::RGB(0x00FF_F4D6));
    let told = Format::new().set_font_color(Color::RGB(0x00B4_2318)).set_text_wrap();
    let old = sent.heads.iter().position(|head| head == MISTAKE_HEAD);
    let kept: Vec<usize> = (0..sent.heads.len()).filter(|place| Some(*place) != old).collect();
    let last = u16::try_from(kept.len()).unwrap_or(u16::MAX);
    for (place, from) in (0..).zip(&kept) {
        sheet.set_column_width(place, 22)?.set_column_format(place, &text())?;
        sheet.write_string_with_format(0, place, fitting(&sent.heads[*from]), &bold())?;
    }
    sheet.set_column_width(last, 60)?;
    sheet.write_string_with_format(0, last, MISTAKE_HEAD, &bold())?;
    for (row, line) in (1..).zip(&sent.lines) {
        let problem = wrong.get(&line.number);
        for (place, from) in (0..).zip(&kept) {
            let cell = line.cells.get(*from).map(super::Cell::text).unwrap_or_default();
            match problem {
                Some(_) => sheet.write_string_with_format(row, place, fitting(&cell), &marked)?,
                None if cell.is_empty() => sheet,
                None => sheet.write_string(row, place, fitting(&cell))?,
            };
        }
        if let Some(problem) = problem {
            sheet.write_string_with_format(row, last, fitting(problem), &told)?;
        }
    }
    book.save_to_buffer()
}
