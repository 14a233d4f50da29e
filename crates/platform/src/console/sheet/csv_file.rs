//! Text with separators, as Excel, WPS and programs write it: UTF-8 with or without a mark, GB18030, UTF-16; commas,
//! semicolons or tabs.

use super::read::too_large;
use super::{Cell, Line, MOST_COLUMNS, MOST_LINES};
use crate::separated::armed;
use encoding_rs::{Encoding, GB18030, UTF_8};
use kernel::Problem;

pub(super) fn lines(bytes: &[u8]) -> Result<Vec<Line>, Problem> {
    let text = decoded(bytes)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |sign: char| first.matches(sign).count();
    let separator = [',', ';', '\t'].into_iter().max_by_key(|sign| (count(*sign), *sign == ',')).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator as u8)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(lines),
            Err(_) => return Err(Problem::field("file", "文件内容无法读取，请另存为 .xlsx 后再上传。")),
        }
        if lines.len() > MOST_LINES {
            return Err(too_large());
        }
        let number = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
        let cells: Vec<Cell> = record.iter().take(MOST_COLUMNS).map(cell).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            lines.push(Line { number, cells });
        }
    }
}

fn cell(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(armed(text).to_owned()) }
}

fn decoded(bytes: &[u8]) -> Result<String, Problem> {
    let told = "无法识别这个文件。请上传 .xlsx 工作簿，或编码为 UTF-8、GB18030 的 .csv 文件。";
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    let (text, _, broken) = encoding.decode(bytes);
    let strange = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t');
    if broken || text.chars().any(strange) {
        return Err(Problem::field("file", told));
    }
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        let lines = lines(bytes).unwrap();
        lines.iter().map(|line| line.cells.iter().map(Cell::text).collect()).collect()
    }

    #[test]
    fn chinese_is_read_however_excel_wrote_it() {
        let text = "名称,地址\r\n绿源蔬菜,\"文圣街 8 号,东\"\r\n";
        let wanted = [["名称", "地址"], ["绿源蔬菜", "文圣街 8 号,东"]];
        let (gb, ..) = GB18030.encode(text);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let wide: Vec<u8> =
            "\u{feff}名称\t地址\n绿源蔬菜\t文圣街 8 号,东\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), &marked, &gb, &wide] {
            assert_eq!(texts(bytes), wanted);
        }
        assert!(lines(&[0, 1, 2, 255, 254]).is_err());
    }
}
