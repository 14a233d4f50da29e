//! Industries by GB/T 4754-2017 (国民经济行业分类): 20 sections (门类), in them divisions (大类), groups (中类) and classes
//! (小类, four digits). An enterprise has a class; people look for it by a word of its name or the beginning of its code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Code and name a line: a section, then its divisions, a division's groups, a group's classes.
const TABLE: &str = include_str!("../data/gbt4754-2017.txt");

static NAMES: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| TABLE.lines().filter_map(|line| line.split_once(' ')).collect());

static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    let mut sections: Vec<Section> = Vec::new();
    for (code, name) in TABLE.lines().filter_map(|line| line.split_once(' ')) {
        match (code.len(), sections.last_mut()) {
            (1, _) => sections.push(Section { code, name, first: "", last: "" }),
            (2, Some(section)) if section.first.is_empty() => (section.first, section.last) = (code, code),
            (2, Some(section)) => section.last = code,
            _ => {}
        }
    }
    sections
});

/// A class (小类).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Industry {
    code: &'static str,
    name: &'static str,
}

/// A section (门类).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// Its letter.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    first: &'static str,
    last: &'static str,
}

impl Section {
    /// Every section, in the order of the standard.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &SECTIONS
    }

    /// The section with this letter.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        SECTIONS.iter().copied().find(|section| section.code == code)
    }

    /// Between which texts the codes of its classes lie: from the first on, and below the second.
    #[must_use]
    pub fn range(self) -> (&'static str, String) {
        // ':' follows '9'.
        (self.first, format!("{}:", self.last))
    }
}

impl Industry {
    /// The class with this code.
    ///
    /// # Errors
    /// A Chinese sentence that says what a code looks like, or that the standard has none such.
    pub fn parse(code: &str) -> Result<Self, String> {
        let code = code.trim();
        if code.len() != 4 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("行业代码应为 4 位数字（GB/T 4754—2017 小类）。".into());
        }
        match NAMES.get_key_value(code) {
            Some((code, name)) => Ok(Self { code, name }),
            None => Err(format!("GB/T 4754—2017 中没有代码为 {code} 的行业小类，请核对。")),
        }
    }

    /// Its four digits.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.code
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The name of its division (大类).
    #[must_use]
    pub fn division(self) -> &'static str {
        NAMES.get(&self.code[..2]).copied().unwrap_or("")
    }

    /// The classes that `text` may mean, `most` of them: those whose code begins with it or whose own name holds it, then
    /// those whose group's or division's name does.
    #[must_use]
    pub fn find(text: &str, most: usize) -> Vec<Self> {
        let text = text.trim();
        let classes = || NAMES.iter().filter(|(code, _)| code.len() == 4).map(|(code, name)| Self { code, name });
        let own = |class: &Self| class.code.starts_with(text) || class.name.contains(text);
        let above = |class: &Self| {
            [2, 3].iter().any(|len| NAMES.get(&class.code[..*len]).is_some_and(|name| name.contains(text)))
        };
        classes().filter(own).chain(classes().filter(|class| !own(class) && above(class))).take(most).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_every_class_lies_in_one_section() {
        let of = |len: usize| NAMES.keys().filter(|code| code.len() == len).count();
        assert_eq!((of(1), of(2), of(3), of(4)), (20, 97, 473, 1381));
        for code in NAMES.keys().filter(|code| code.len() == 4) {
            let holds = |section: &&Section| {
                let (from, below) = section.range();
                *code >= from && *code < below.as_str()
            };
            assert_eq!(Section::all().iter().filter(holds).count(), 1, "{code}");
        }
    }

    #[test]
    fn a_class_is_found_by_code_by_a_word_and_by_what_it_belongs_to() {
        let names = |text: &str| Industry::find(text, 3).iter().map(|class| class.name()).collect::<Vec<_>>();
        assert_eq!(names("1371"), ["蔬菜加工"]);
        assert_eq!(names("蔬菜加工"), ["蔬菜加工"]);
        assert_eq!(names("软件和信息技术服务")[0], "基础软件开发", "by the name of its division");
        assert!(names("航天母舰").is_empty());
    }

    #[test]
    fn a_code_that_is_none_is_refused_with_a_reason() {
        assert_eq!(Industry::parse(" 1371 ").unwrap().division(), "农副食品加工业");
        assert!(Industry::parse("13").unwrap_err().contains("4 位数字"));
        assert!(Industry::parse("9999").unwrap_err().contains("没有代码为 9999"));
        assert_eq!(Section::parse("C").unwrap().range(), ("13", "43:".to_owned()));
    }
}
