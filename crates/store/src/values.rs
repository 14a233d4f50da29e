//! What neither database can keep, or what they would keep differently, is refused before it is sent: the caller's to mend.

use chrono::Datelike;
use kernel::Problem;
use sea_orm::Value;

/// The years that sort as time does on both databases.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// Lets through what both databases can keep.
pub(crate) fn fit(values: &[Value]) -> Result<(), Problem> {
    for value in values {
        let (text, year) = match value {
            Value::String(Some(text)) => (has_nul(text), None),
            Value::Json(Some(json)) => (json_has_nul(json), None),
            Value::ChronoDate(Some(day)) => (false, Some(day.year())),
            Value::ChronoDateTimeUtc(Some(at)) => (false, Some(at.year())),
            _ => (false, None),
        };
        if text {
            return Err(Problem::Malformed("内容中有看不见的控制字符（NUL），无法保存。请删除后重新输入。".into()));
        }
        if year.is_some_and(|year| !YEARS.contains(&year)) {
            return Err(Problem::Malformed("日期的年份应在 1 到 9999 之间，请核对。".into()));
        }
    }
    Ok(())
}

/// PostgreSQL keeps no NUL in a text.
fn has_nul(text: &str) -> bool {
    text.as_bytes().contains(&0)
}

fn json_has_nul(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) => has_nul(text),
        serde_json::Value::Array(items) => items.iter().any(json_has_nul),
        serde_json::Value::Object(members) => members.iter().any(|(name, value)| has_nul(name) || json_has_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_database_cannot_keep_is_the_callers_to_mend() {
        let day = |year| chrono::NaiveDate::from_ymd_opt(year, 1, 1);
        let refused: [Value; 5] = [
            "null\0byte".into(),
            json!({ "a": ["x\0"] }).into(),
            json!({ "a\0": 1 }).into(),
            day(10_000).into(),
            day(-1).into(),
        ];
        for value in refused {
            assert!(matches!(fit(std::slice::from_ref(&value)), Err(Problem::Malformed(_))), "{value:?}");
        }
        let kept: [Value; 4] =
            ["寿光\u{202e}".into(), json!({ "a": [null] }).into(), day(9999).into(), None::<String>.into()];
        assert!(fit(&kept).is_ok());
    }
}
