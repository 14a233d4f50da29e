//! Workbooks. What is packed is measured before it is read: a small file may hold gigabytes.

use super::super::table::Table;
use super::read::too_large;
use super::{Cell, HEADS_WITHIN, Line, MOST_COLUMNS, MOST_LINES, MOST_UNPACKED, Sheet};
use calamine::{DataRef, DataType, Reader, Xlsx};
use kernel::Problem;
use std::io::{Cursor, Read, copy, sink};
use zip::ZipArchive;

const BROKEN: &str = "工作簿已损坏，无法读取。请在 Excel 或 WPS 中打开检查，另存后再上传。";

/// The lines of the first sheet in which the heads of `table` stand.
pub(super) fn lines(table: &Table, bytes: &[u8]) -> Result<Vec<Line>, Problem> {
    measure(bytes)?;
    let broken = |_| Problem::field("file", BROKEN);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    for name in &names {
        let sheet = sheet(table, &mut book, name)?;
        if Sheet::heads_in(table, &sheet).is_some() {
            return Ok(sheet);
        }
    }
    let names: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    let told =
        format!("工作簿的工作表（{}）中都没有找到{}表的表头，请使用下载的模板。", names.join("、"), table.kind.label());
    Err(Problem::field("file", told))
}

/// Unpacks everything to nowhere and counts. What the file says of its own sizes is not believed.
fn measure(bytes: &[u8]) -> Result<(), Problem> {
    let broken = |_| Problem::field("file", BROKEN);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(Problem::field("file", "这不是 Excel 工作簿。请上传 .xlsx 或 .csv 文件。"));
    }
    let mut left = MOST_UNPACKED;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(broken)?;
        let unpacked = copy(&mut entry.take(left + 1), &mut sink()).map_err(|_| Problem::field("file", BROKEN))?;
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
    }
    Ok(())
}

/// The lines of one sheet; only the first few when the heads do not stand there.
fn sheet(table: &Table, book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Line>, Problem> {
    let broken = |_| Problem::field("file", BROKEN);
    // A sheet of charts has no cells to read.
    let Ok(mut cells) = book.worksheet_cells_reader(name) else { return Ok(Vec::new()) };
    let mut lines: Vec<Line> = Vec::new();
    let mut left = MOST_UNPACKED;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let ((row, column), value) = (cell.get_position(), cell.get_value());
        let (number, column) = (row.saturating_add(1), column as usize);
        let value = read(value);
        if value.is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        // Texts that are shared are one in the file and many here.
        if let Cell::Text(text) = &value {
            left = left.checked_sub(text.len() as u64).ok_or_else(too_large)?;
        }
        if lines.last().is_none_or(|line| line.number != number) {
            if lines.len() == HEADS_WITHIN && Sheet::heads_in(table, &lines).is_none() {
                return Ok(lines);
            }
            if lines.len() > MOST_LINES {
                return Err(too_large());
            }
            lines.push(Line { number, cells: Vec::new() });
        }
        let Some(line) = lines.last_mut() else { continue };
        if line.cells.len() <= column {
            line.cells.resize(column + 1, Cell::Empty);
        }
        line.cells[column] = value;
    }
    Ok(lines)
}

fn read(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(truth) => Cell::Text(if *truth { "是" } else { "否" }.into()),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) => match value.as_datetime() {
            Some(at) => Cell::Day(at.date()),
            None => value.as_f64().map_or(Cell::Fault, Cell::Number),
        },
        DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(_) => Cell::Fault,
    }
}
