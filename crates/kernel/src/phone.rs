//! Telephone numbers of mainland China: mobile, landline with area code, and short service numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number in its written form: `13805361234`, `0536-8789000`, `0536-8789000-801` or `12345`. It may be a person's: it is no
/// column, and what `Debug` prints of it is masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(into = "String", try_from = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads a number; `+86`, spaces, brackets and the several dashes are forgiven.
    ///
    /// # Errors
    /// A Chinese sentence with the forms that are understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refused = || {
            format!(
                "电话“{}”无法识别：手机号为 11 位数字，座机请写成 0536-8789000，分机写在最后，如 0536-8789000-801。",
                text.trim()
            )
        };
        let mut typed: String = text.chars().filter_map(plain).collect();
        for prefix in ["+86", "0086"] {
            if let Some(rest) = typed.strip_prefix(prefix) {
                typed = rest.trim_start_matches('-').to_owned();
            }
        }
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        if typed.chars().any(|c| c != '-' && !c.is_ascii_digit()) {
            return Err(refused());
        }
        let mobile = digits.len() == 11 && digits.starts_with('1') && !matches!(digits.as_bytes()[1], b'0'..=b'2');
        let service = (3..=6).contains(&digits.len()) && matches!(digits.as_bytes()[0], b'1' | b'9');
        if mobile || (service && !typed.contains('-')) {
            return Ok(Self(digits));
        }
        landline(&typed).map(Self).ok_or_else(refused)
    }

    /// The number as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is somebody's mobile, and not an office's or a service's number.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        self.0.len() == 11 && !self.0.contains('-')
    }

    /// The number with its middle hidden: what a screen shows unless the reader has opened the field.
    /// A service number is nobody's secret and stays.
    #[must_use]
    pub fn masked(&self) -> String {
        match self.0.len() {
            ..=6 => self.0.clone(),
            _ if self.is_mobile() => format!("{}****{}", &self.0[..3], &self.0[7..]),
            _ => {
                let (area, rest) = self.0.split_once('-').unwrap_or(("", &self.0));
                let local = rest.split('-').next().unwrap_or(rest);
                format!("{area}-****{}", &local[local.len().saturating_sub(3)..])
            }
        }
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// The number of an office, which is nobody's secret: kept and shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "rows", derive(sea_orm::DeriveValueType))]
#[serde(into = "String", try_from = "String")]
pub struct OfficePhone(String);

impl OfficePhone {
    /// The number as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Phone> for OfficePhone {
    fn from(phone: Phone) -> Self {
        Self(phone.0)
    }
}

impl TryFrom<String> for OfficePhone {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Phone::parse(&text).map(Self::from)
    }
}

impl From<OfficePhone> for String {
    fn from(phone: OfficePhone) -> Self {
        phone.0
    }
}

impl std::fmt::Display for OfficePhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number as a sheet tells it: in full, or masked as it was exported.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ToldPhone {
    /// In full.
    Full(Phone),
    /// With its middle hidden.
    Masked(String),
}

impl ToldPhone {
    /// Reads either form.
    ///
    /// # Errors
    /// As [`Phone::parse`].
    pub fn parse(text: &str) -> Result<Self, String> {
        let masked = text.trim();
        if masked.contains("****") && masked.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '-')) {
            return Ok(Self::Masked(masked.to_owned()));
        }
        Phone::parse(text).map(Self::Full)
    }

    /// Whether this may be the number.
    #[must_use]
    pub fn fits(&self, phone: &Phone) -> bool {
        match self {
            Self::Full(full) => full == phone,
            Self::Masked(masked) => *masked == phone.masked(),
        }
    }

    /// The number in full.
    ///
    /// # Errors
    /// What to do about one that is masked.
    pub fn in_full(self) -> Result<Phone, String> {
        match self {
            Self::Full(phone) => Ok(phone),
            Self::Masked(masked) => Err(format!("号码 {masked} 的中间被隐去了，请填写完整号码。")),
        }
    }
}

/// Area code of 3 (010, 02x) or 4 digits, local number of 7 or 8, extension of up to 5.
fn landline(typed: &str) -> Option<String> {
    let mut parts: Vec<&str> = typed.split('-').filter(|part| !part.is_empty()).collect();
    let first = *parts.first()?;
    if !first.starts_with('0') {
        return None;
    }
    let area = if first.starts_with("010") || first.starts_with("02") { 3 } else { 4 };
    if first.len() > area {
        parts.splice(..1, [&first[..area], &first[area..]]);
    }
    let (area_code, local) = (*parts.first()?, *parts.get(1)?);
    if area_code.len() != area || !matches!(local.len(), 7 | 8) || local.starts_with(['0', '1']) {
        return None;
    }
    match parts.get(2..)? {
        [] => Some(format!("{area_code}-{local}")),
        [extension] if extension.len() <= 5 => Some(format!("{area_code}-{local}-{extension}")),
        _ => None,
    }
}

/// A typed character in plain form; `None` for what only separates.
fn plain(character: char) -> Option<char> {
    match character {
        '\u{FF10}'..='\u{FF19}' => char::from_u32(character as u32 - 0xFEE0),
        '－' | '—' | '–' | '转' | '(' | ')' | '（' | '）' => Some('-'),
        '＋' => Some('+'),
        space if space.is_whitespace() => None,
        other => Some(other),
    }
}

impl std::fmt::Display for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl TryFrom<String> for Phone {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_understood_however_people_write_it() {
        for (typed, stored, masked) in [
            ("138 0536 1234", "13805361234", "138****1234"),
            ("+86-138-0536-1234", "13805361234", "138****1234"),
            ("１３８０５３６１２３４", "13805361234", "138****1234"),
            ("（0536）8789000", "0536-8789000", "0536-****000"),
            ("05368789000", "0536-8789000", "0536-****000"),
            ("0536-8789000转801", "0536-8789000-801", "0536-****000"),
            ("010-65281234", "010-65281234", "010-****234"),
            ("12345", "12345", "12345"),
        ] {
            let phone = Phone::parse(typed).unwrap();
            assert_eq!((phone.as_str(), phone.masked().as_str()), (stored, masked), "{typed}");
            assert_eq!(Phone::parse(stored), Ok(phone), "the stored form reads back");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_forms_that_are() {
        for typed in [
            "",
            "abc",
            "1380536123",
            "138053612345",
            "8789000",
            "0536-123",
            "12805361234",
            "+",
            "0536-8789000-801-9",
            "1-2-3",
        ] {
            let refused = Phone::parse(typed).unwrap_err();
            assert!(refused.contains("0536-8789000-801"), "{typed}: {refused}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_is_read_reads_back(typed in "[0-9+()\\- 转]{0,20}|.{0,20}") {
            if let Ok(phone) = Phone::parse(&typed) {
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()));
                let masked = phone.masked();
                prop_assert!(phone.as_str().len() <= 6 || masked != phone.as_str());
            }
        }
    }
}
