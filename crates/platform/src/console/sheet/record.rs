//! One line, read column by column into what it means. Every mistake is noted, so that a person hears of all at once.

use super::super::table::{Column, Need, Table};
use super::{Cell, Line, blank, narrow};
use chrono::NaiveDate;
use kernel::problem::FieldError;
use kernel::{AreaCode, Day, Phone, ToldPhone};

/// Above this, Excel has changed the last digits of a number.
const EXACT: f64 = 1e15;

/// One line of a sheet.
#[derive(Debug)]
pub struct Record<'a> {
    table: &'static Table,
    places: &'a [Option<usize>],
    line: &'a Line,
    mistakes: Vec<FieldError>,
}

impl<'a> Record<'a> {
    pub(super) fn new(table: &'static Table, places: &'a [Option<usize>], line: &'a Line) -> Self {
        Self { table, places, line, mistakes: Vec::new() }
    }

    /// What was wrong with what was read.
    pub fn mistakes(self) -> Vec<FieldError> {
        self.mistakes
    }

    /// A text as it was typed, without what surrounds it.
    pub fn text(&mut self, code: &str) -> Option<String> {
        self.exact(code).map(|text| text.trim_matches(blank).to_owned())
    }

    /// A text in half-width signs, as codes and numbers are written.
    pub fn plain(&mut self, code: &str) -> Option<String> {
        self.text(code).map(|text| text.chars().map(narrow).filter(|sign| !blank(*sign)).collect())
    }

    /// A number of so many digits; the zeros that Excel takes from its front are given back.
    pub fn digits(&mut self, code: &str, length: usize) -> Option<String> {
        let numeric = matches!(self.cell(code), Some(Cell::Number(_)));
        self.plain(code).map(|text| if numeric { format!("{text:0>length$}") } else { text })
    }

    /// What `parse` makes of the plain text.
    pub fn parsed<T>(&mut self, code: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.plain(code)?;
        parse(&text).map_err(|told| self.say(code, told)).ok()
    }

    /// An area by its code.
    pub fn area(&mut self, code: &str) -> Option<AreaCode> {
        self.parsed(code, AreaCode::parse)
    }

    /// A telephone number. The zero of a landline's area code is given back when Excel took it.
    pub fn phone(&mut self, code: &str) -> Option<Phone> {
        let numeric = matches!(self.cell(code), Some(Cell::Number(_)));
        self.parsed(code, |text| {
            let read = Phone::parse(text);
            if read.is_err() && numeric { Phone::parse(&format!("0{text}")).or(read) } else { read }
        })
    }

    /// A telephone number as an export wrote it: in full or masked.
    pub fn told_phone(&mut self, code: &str) -> Option<ToldPhone> {
        if self.cell(code).is_some_and(|cell| matches!(cell, Cell::Number(_))) {
            return self.phone(code).map(ToldPhone::Full);
        }
        self.parsed(code, ToldPhone::parse)
    }

    /// An amount of money as people write it, with or without separators.
    pub fn money(&mut self, code: &str) -> Option<String> {
        let text = self.plain(code)?;
        Some(text.chars().filter(|sign| !matches!(sign, ',' | '￥' | '¥' | '元')).collect())
    }

    /// One of the words of a column.
    pub fn word<T>(&mut self, code: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(code)?;
        let read = parse(&text);
        if read.is_none() {
            let column = self.table.column(code);
            let words = column.and_then(|column| column.words).map(|words| words().join("、")).unwrap_or_default();
            let head = column.map_or(code, |column| column.head);
            self.say(code, format!("{head}“{text}”不在可选范围内，请填写：{words}。"));
        }
        read
    }

    /// A day, in any of the ways people and Excel write one.
    pub fn day(&mut self, code: &str) -> Option<Day> {
        let day = match self.cell(code) {
            Some(Cell::Day(day)) => Some(*day),
            Some(Cell::Number(number)) if number.fract() == 0.0 => serial(*number),
            _ => {
                let text = self.plain(code)?;
                day(&text)
            }
        };
        if day.is_none() {
            let (head, text) = (self.head(code), self.cell(code).map(Cell::text).unwrap_or_default());
            self.say(code, format!("{head}“{}”不是日期，请写成 2026-01-05。", text.trim()));
        }
        day
    }

    fn cell(&self, code: &str) -> Option<&'a Cell> {
        let place = self.table.columns.iter().position(|column| column.code == code)?;
        let cell = self.line.cells.get(self.places.get(place).copied()??)?;
        (!cell.is_empty()).then_some(cell)
    }

    /// What a cell says, if Excel has kept it whole; a mistake when it is empty and must not be.
    fn exact(&mut self, code: &str) -> Option<String> {
        let head = self.head(code);
        match self.cell(code) {
            None => {
                if self.table.column(code).is_some_and(|column| column.need == Need::Must) {
                    self.say(code, format!("请填写{head}。"));
                }
                None
            }
            Some(Cell::Fault) => {
                self.say(code, format!("{head}的公式没有得出结果，请改为填写的值。"));
                None
            }
            Some(Cell::Number(number)) if number.abs() >= EXACT => {
                self.say(code, rounded(head));
                None
            }
            Some(Cell::Text(text)) if scientific(text) => {
                self.say(code, rounded(head));
                None
            }
            Some(cell) => Some(cell.text()),
        }
    }

    fn head(&self, code: &str) -> &'static str {
        self.table.column(code).map_or("", |column: &Column| column.head)
    }

    fn say(&mut self, code: &str, detail: impl Into<String>) {
        self.mistakes.push(FieldError { field: code.to_owned(), detail: detail.into() });
    }
}

fn rounded(head: &str) -> String {
    format!("{head}是数字格式，超过 15 位的数字已被 Excel 改写。请把这一列设为“文本”格式后重新填写。")
}

/// `9.13708E+17`: what is left of a long number in a text file.
fn scientific(text: &str) -> bool {
    let Some((front, power)) = text.trim().split_once("E+") else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(power) && digits(&front.replacen('.', "", 1))
}

/// Excel counts days from the end of 1899; and day 60 is one that never was.
fn serial(number: f64) -> Option<Day> {
    if !(61.0..2_958_466.0).contains(&number) {
        // Eight digits typed without separators are a day, too.
        return day(&format!("{number}"));
    }
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(chrono::Days::new(number as u64))
}

fn day(text: &str) -> Option<Day> {
    let text = text.trim_end_matches("00:00:00");
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return NaiveDate::parse_from_str(text, "%Y%m%d").ok();
    }
    let mut parts = text.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_any_of_the_ways_people_write_it() {
        let wanted = NaiveDate::from_ymd_opt(2026, 1, 5);
        for text in ["2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日", "20260105", "2026-01-0500:00:00"] {
            assert_eq!(day(text), wanted, "{text}");
        }
        assert_eq!(serial(46_027.0), wanted);
        assert_eq!(serial(20_260_105.0), wanted);
        for text in ["", "2026", "去年", "2026-13-01", "26-1-5", "2026-1-5-7"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn what_excel_has_rounded_is_not_taken_for_a_code() {
        assert!(scientific("9.13708E+17") && scientific("9E+17"));
        assert!(!scientific("91370783E+") && !scientific("A1E+3") && !scientific("12"));
    }
}
