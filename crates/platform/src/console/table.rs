//! What a sheet of each kind looks like: its columns, told once. The template, the reader, the export and the page that
//! explains it are made from this.

use super::kinds;
use kernel::words::SheetKind;

/// A sheet of one kind.
#[derive(Debug)]
pub struct Table {
    /// What its lines are.
    pub kind: SheetKind,
    /// How lines are found again, for people.
    pub found_by: &'static str,
    /// Its columns, in the order of the template.
    pub columns: &'static [Column],
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// Its name for programs, also the field that mistakes name.
    pub code: &'static str,
    /// Its head.
    pub head: &'static str,
    /// Other heads under which it is known.
    pub also: &'static [&'static str],
    /// Whether it must be there.
    pub need: Need,
    /// The words that may stand in it, where they are counted.
    pub words: Option<fn() -> Vec<&'static str>>,
    /// What could stand in it.
    pub example: &'static str,
    /// What to mind.
    pub note: &'static str,
}

/// Whether a column must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// In the sheet, and filled in every line.
    Must,
    /// It may be left out, or left empty in a line: what is there stays.
    May,
    /// It is written for the reader of an export and not read.
    Told,
}

impl Need {
    /// For people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Must => "必填",
            Self::May => "选填",
            Self::Told => "仅供阅读",
        }
    }
}

impl Column {
    /// A column that must be filled.
    pub(super) const fn must(
        code: &'static str,
        head: &'static str,
        example: &'static str,
        note: &'static str,
    ) -> Self {
        Self { code, head, also: &[], need: Need::Must, words: None, example, note }
    }

    /// The column, which may be left empty.
    pub(super) const fn optional(self) -> Self {
        Self { need: Need::May, ..self }
    }

    /// The column, which is not read.
    pub(super) const fn told(self) -> Self {
        Self { need: Need::Told, ..self }
    }

    /// The column, known under other heads too.
    pub(super) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// The column, in which only these words may stand.
    pub(super) const fn of(self, words: fn() -> Vec<&'static str>) -> Self {
        Self { words: Some(words), ..self }
    }

    /// Whether a head means this column.
    pub(super) fn is(&self, head: &str) -> bool {
        let head = plain_head(head);
        let mut names = [self.code, self.head].into_iter().chain(self.also.iter().copied());
        names.any(|name| plain_head(name) == head)
    }

    /// A value as people read it: a word by its label.
    #[must_use]
    pub fn say(&self, value: &str) -> String {
        kinds::label_of(self.code, value).map_or_else(|| value.to_owned(), str::to_owned)
    }
}

impl Table {
    /// The sheet of a kind.
    #[must_use]
    pub fn of(kind: SheetKind) -> &'static Self {
        match kind {
            SheetKind::Areas => &kinds::AREAS,
            SheetKind::Units => &kinds::UNITS,
            SheetKind::Officials => &kinds::OFFICIALS,
            SheetKind::Enterprises => &kinds::ENTERPRISES,
            SheetKind::Projects => &kinds::PROJECTS,
            SheetKind::Liaisons => &kinds::LIAISONS,
            SheetKind::Pairings => &kinds::PAIRINGS,
        }
    }

    /// The column with this code.
    #[must_use]
    pub fn column(&self, code: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.code == code)
    }
}

/// A head as it is compared: without spaces, signs and remarks in brackets, half-width and small.
fn plain_head(head: &str) -> String {
    let mut depth = 0;
    let mut plain = String::new();
    for sign in head.chars() {
        match sign {
            '(' | '（' => depth += 1,
            ')' | '）' => depth -= 1,
            '*' | '＊' | '\u{feff}' | '：' | ':' => {}
            sign if depth > 0 || sign.is_whitespace() => {}
            sign => plain.extend(super::sheet::narrow(sign).to_lowercase()),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_known_with_its_star_its_remark_and_in_english() {
        let column = &Table::of(SheetKind::Enterprises).columns[0];
        for head in ["统一社会信用代码", " 统一社会信用代码 * ", "统一社会信用代码（必填）", "Credit_Code", "信用代码"]
        {
            assert!(column.is(head), "{head}");
        }
        assert!(!column.is("企业名称"));
    }

    #[test]
    fn no_two_columns_of_a_sheet_answer_to_one_head() {
        for kind in SheetKind::ALL {
            let columns = Table::of(*kind).columns;
            for column in columns {
                for head in [column.code, column.head].iter().chain(column.also) {
                    let known = columns.iter().filter(|column| column.is(head)).count();
                    assert_eq!(known, 1, "{kind}: {head}");
                }
            }
        }
    }
}
