//! Unified social credit codes (统一社会信用代码, GB 32100-2015): 18 characters that name one legal entity.
//!
//! Registrar (1), kind (1), area (6), organisation code (8 and its check character, GB 11714-1997), check character.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The 31 characters of GB 32100; I, O, S, V and Z are left out.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weights of the organisation code's eight characters (GB 11714).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A code whose form and both check characters are right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "rows", derive(sea_orm::DeriveValueType))]
#[serde(into = "String", try_from = "String")]
#[schemars(extend("pattern" = "^[0-9A-HJ-NP-RTUW-Y]{18}$"))]
pub struct CreditCode(String);

impl CreditCode {
    /// Reads a code; spaces, hyphens, small and full-width letters are forgiven.
    ///
    /// # Errors
    /// A Chinese sentence that names what is wrong: the length, the character, or a check that fails.
    pub fn parse(text: &str) -> Result<Self, String> {
        let code: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(narrow).collect();
        let length = code.chars().count();
        if length != 18 {
            return Err(format!("统一社会信用代码应为 18 位，收到 {length} 位。"));
        }
        let mut values = [0u32; 18];
        for (place, character) in code.chars().enumerate() {
            values[place] = value(character).ok_or_else(|| {
                format!(
                    "统一社会信用代码第 {} 位“{character}”不在允许的字符内（数字和除 I、O、S、V、Z 外的大写字母）。",
                    place + 1
                )
            })?;
        }
        if let Some(place) = (2..8).find(|place| values[*place] > 9) {
            return Err(format!("统一社会信用代码第 {} 位应为数字（第 3 至 8 位是行政区划码）。", place + 1));
        }
        let bytes = code.as_bytes();
        if bytes[16] != organisation_check(&bytes[8..16]) {
            return Err("统一社会信用代码第 9 至 17 位（组织机构代码）校验不符，请核对是否抄错。".into());
        }
        if bytes[17] != check(&values) {
            return Err("统一社会信用代码最后一位校验码不符，请核对是否抄错。".into());
        }
        Ok(Self(code))
    }

    /// Completes a code from its registrar, kind, area and the organisation code's eight characters.
    ///
    /// # Errors
    /// As [`CreditCode::parse`].
    pub fn compose(registrar: char, kind: char, area: &str, organisation: &str) -> Result<Self, String> {
        let mut code: String = format!("{registrar}{kind}{area}{organisation}").chars().map(narrow).collect();
        if code.len() != 16 || !code.is_ascii() {
            return Err("区划码应为 6 位，组织机构代码本体应为 8 位。".into());
        }
        code.push(char::from(organisation_check(&code.as_bytes()[8..16])));
        let mut values = [0u32; 18];
        for (place, character) in code.chars().enumerate() {
            values[place] = value(character).unwrap_or(0);
        }
        code.push(char::from(check(&values)));
        Self::parse(&code)
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CreditCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.0
    }
}

impl TryFrom<String> for CreditCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

/// Full-width to half-width, small to capital.
fn narrow(character: char) -> char {
    let half = match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        other => other,
    };
    half.to_ascii_uppercase()
}

fn value(character: char) -> Option<u32> {
    ALPHABET.iter().position(|known| char::from(*known) == character).map(|place| place as u32)
}

/// GB 32100: weights are the powers of 3 modulo 31 over the first 17 characters.
fn check(values: &[u32; 18]) -> u8 {
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    ALPHABET[((31 - sum % 31) % 31) as usize]
}

/// GB 11714: eleven less the weighted sum modulo 11, ten written X and eleven 0; letters count from A = 10.
fn organisation_check(body: &[u8]) -> u8 {
    let digits = body.iter().map(|byte| char::from(*byte).to_digit(36).unwrap_or(0));
    let sum: u32 = digits.zip(ORGANISATION_WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_published_by_its_holder_is_accepted_however_it_was_typed() {
        for text in [
            "91350100M000100Y43",
            "91350100m000100y43",
            "9135 0100 M000 100Y 43",
            "９１３５０１００Ｍ０００１００Ｙ４３",
        ] {
            assert_eq!(CreditCode::parse(text).map(String::from), Ok("91350100M000100Y43".into()), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, told) in [
            ("", "收到 0 位"),
            ("91350100M000100Y4", "收到 17 位"),
            ("91350100MO00100Y43", "第 10 位“O”"),
            ("9135A100M000100Y43", "第 5 位应为数字"),
            ("91350100M000200Y43", "组织机构代码"),
            ("91350100M000100Y44", "最后一位"),
            ("中文代码", "收到 4 位"),
        ] {
            let refused = CreditCode::parse(text).unwrap_err();
            assert!(refused.contains(told), "{text}: {refused}");
        }
    }

    proptest! {
        #[test]
        fn a_composed_code_reads_back_and_no_single_slip_goes_unnoticed(area in "3707[0-9]{2}", body in "[0-9A-HJ-NPQRTUWXY]{8}", place in 0usize..18, other in 0usize..31) {
            let code = CreditCode::compose('9', '1', &area, &body).unwrap();
            prop_assert_eq!(CreditCode::parse(code.as_str()).unwrap(), code.clone());
            let mut slipped = code.as_str().as_bytes().to_vec();
            slipped[place] = ALPHABET[other];
            let slipped = String::from_utf8(slipped).unwrap();
            prop_assert_eq!(CreditCode::parse(&slipped).is_ok(), slipped == code.as_str());
        }
    }
}
