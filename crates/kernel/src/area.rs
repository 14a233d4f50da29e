//! Areas (区域): city → county → town, by official code (GB/T 2260 and the statistical extension).
//!
//! A path such as `/3707/370783/370783001/` names an area with everything above it; an area is inside
//! another exactly when its path begins with the other's. Codes are digits, so paths compare bytewise.

use crate::words::AreaLevel;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An official area code: 2 digits for a province, 4 for a city, 6 for a county, 9 for a town.
/// Functional zones without a GB/T 2260 code carry the site's own code of the same length.
/// In JSON it is text, as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "rows", derive(sea_orm::DeriveValueType))]
#[serde(into = "String", try_from = "String")]
#[schemars(extend("pattern" = "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9})$"))]
pub struct AreaCode(pub i64);

impl From<AreaCode> for String {
    fn from(code: AreaCode) -> Self {
        code.to_string()
    }
}

impl TryFrom<String> for AreaCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl AreaCode {
    /// Reads a code of 2, 4, 6 or 9 digits.
    ///
    /// # Errors
    /// A Chinese sentence that says which lengths are allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.parse::<i64>() {
            Ok(code) if matches!(text.len(), 2 | 4 | 6 | 9) && code > 0 => Ok(Self(code)),
            _ => Err(format!("区划代码应为 2、4、6 或 9 位数字（省、市、县、镇），收到“{text}”。")),
        }
    }

    /// The level that the code's length stands for.
    #[must_use]
    pub fn level(self) -> AreaLevel {
        match self.0 {
            ..100 => AreaLevel::Province,
            100..10_000 => AreaLevel::City,
            10_000..1_000_000 => AreaLevel::County,
            _ => AreaLevel::Town,
        }
    }

    /// The code of the area above, as GB/T 2260 composes codes; `None` above a province.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        match self.level() {
            AreaLevel::Province => None,
            AreaLevel::City | AreaLevel::County => Some(Self(self.0 / 100)),
            AreaLevel::Town => Some(Self(self.0 / 1000)),
        }
    }
}

impl std::fmt::Display for AreaCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The codes from the site's top area down to one area, each between slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "rows", derive(sea_orm::DeriveValueType))]
#[serde(transparent)]
pub struct AreaPath(pub String);

impl AreaPath {
    /// The path of a top area.
    #[must_use]
    pub fn root(code: AreaCode) -> Self {
        Self(format!("/{code}/"))
    }

    /// The path of an area directly below this one.
    #[must_use]
    pub fn child(&self, code: AreaCode) -> Self {
        Self(format!("{}{code}/", self.0))
    }

    /// The area that the path leads to; `None` when the text is no path.
    #[must_use]
    pub fn code(&self) -> Option<AreaCode> {
        self.0.trim_end_matches('/').rsplit('/').next()?.parse().ok().map(AreaCode)
    }

    /// The county-level area on the path, or the last area above county level: who is locally responsible
    /// (属地), and the sharding key of every business row.
    #[must_use]
    pub fn county(&self) -> Option<AreaCode> {
        let codes = self.0.split('/').filter_map(|code| code.parse().ok().map(AreaCode));
        codes.rev().find(|code| code.level() != AreaLevel::Town)
    }

    /// This area and every one above it, the innermost first.
    pub fn lineage(&self) -> impl Iterator<Item = Self> {
        self.0.rmatch_indices('/').map(|(at, _)| Self(self.0[..=at].to_owned())).filter(|path| path.0.len() > 1)
    }

    /// Whether `other` is this area or lies inside it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The least text above every path inside this area: `path >= self AND path < end` is the portable,
    /// index-friendly form of "inside".
    #[must_use]
    pub fn end(&self) -> String {
        // '0' follows '/' in every collation that compares bytes.
        format!("{}0", self.0.trim_end_matches('/'))
    }
}

impl std::fmt::Display for AreaPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(text: &str) -> AreaPath {
        AreaPath(text.to_owned())
    }

    #[test]
    fn a_town_belongs_to_its_county_and_a_city_to_itself() {
        let city = AreaPath::root(AreaCode(3707));
        let county = city.child(AreaCode(370_783));
        let town = county.child(AreaCode(370_783_001));
        assert_eq!(town.0, "/3707/370783/370783001/");
        assert_eq!(town.county(), Some(AreaCode(370_783)));
        assert_eq!(city.county(), Some(AreaCode(3707)));
        assert_eq!(town.code(), Some(AreaCode(370_783_001)));
        assert_eq!(AreaCode(370_783_001).parent(), Some(AreaCode(370_783)));
        assert!(county.contains(&town) && !town.contains(&county));
        assert_eq!(town.lineage().collect::<Vec<_>>(), [town, county, city]);
    }

    #[test]
    fn a_code_of_the_wrong_length_is_refused_with_the_lengths_allowed() {
        assert!(AreaCode::parse("37078").unwrap_err().contains("2、4、6 或 9 位"));
        assert!(AreaCode::parse("37078x").is_err());
        assert_eq!(AreaCode::parse(" 370783 ").unwrap().level(), AreaLevel::County);
    }

    proptest! {
        #[test]
        fn the_range_form_and_the_prefix_form_of_inside_agree(a in "/3707/(3707[0-9]{2}/(3707[0-9]{5}/)?)?", b in "/3707/(3707[0-9]{2}/(3707[0-9]{5}/)?)?") {
            let (outer, inner) = (path(&a), path(&b));
            prop_assert_eq!(outer.contains(&inner), inner.0 >= outer.0 && inner.0 < outer.end());
        }
    }
}
