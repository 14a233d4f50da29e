//! Money as people write and say it; kept in 分.

use kernel::Problem;

const YI: i64 = 10_000_000_000;
const WAN: i64 = 1_000_000;

/// Yuan as people write them, in 分: `120000000.00`, `1.2亿元`, `4500万`.
///
/// # Errors
/// [`Problem::Invalid`] on `investment` for what is no amount, or finer than a 分.
pub(super) fn cents(text: &str) -> Result<i64, Problem> {
    let told = || {
        let told = "请填写金额，如 3.2亿元、4500万元，或以元为单位的数字（最多两位小数）。";
        Problem::field("investment", told)
    };
    let text: String = text.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, ',' | '，')).collect();
    let number = text.trim_end_matches('元');
    let (number, unit) = match (number.strip_suffix('亿'), number.strip_suffix('万')) {
        (Some(number), _) => (number, YI),
        (_, Some(number)) => (number, WAN),
        _ => (number, 100),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || part.len() > 10 || !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(told());
    }
    let whole: i64 = whole.parse().map_err(|_| told())?;
    let mut cents = whole.checked_mul(unit).ok_or_else(told)?;
    let mut place = unit;
    for digit in part.bytes().map(|byte| i64::from(byte - b'0')) {
        if place < 10 && digit != 0 {
            return Err(told());
        }
        place /= 10;
        cents = cents.checked_add(digit * place).ok_or_else(told)?;
    }
    Ok(cents)
}

/// 分 as yuan with two decimals.
#[must_use]
pub fn yuan(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// 分 as people say them: `3.2亿元`, `4500万元`, `8000元`. Exact, so that it can be read back.
#[must_use]
pub fn spoken(cents: i64) -> String {
    let (unit, word) = match cents {
        YI.. => (YI, "亿元"),
        WAN.. => (WAN, "万元"),
        _ => (100, "元"),
    };
    let width = unit.ilog10() as usize;
    let part = format!("{:0width$}", cents % unit);
    let part = part.trim_end_matches('0');
    let point = if part.is_empty() { "" } else { "." };
    format!("{}{point}{part}{word}", cents / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_goes_in_and_comes_out_as_written() {
        for (typed, written) in [
            ("120000000", "120000000.00"),
            ("0.5", "0.50"),
            (" 12.34 ", "12.34"),
            ("3.2亿元", "320000000.00"),
            ("4,500 万", "45000000.00"),
            ("0.00000001亿", "1.00"),
        ] {
            assert_eq!(yuan(cents(typed).unwrap()), written);
        }
        for typed in [
            "",
            "-1",
            "1.234",
            "1e5",
            "一亿",
            ".",
            "99999999999999999999",
            "9999999999亿",
            "亿",
            "1.2345678万",
            "1.2300001",
        ] {
            assert!(cents(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn money_is_said_as_people_say_it_and_nothing_is_lost() {
        for (yuan, said) in [
            ("320000000", "3.2亿元"),
            ("320000000.5", "3.200000005亿元"),
            ("45000000", "4500万元"),
            ("8000", "8000元"),
            ("0.5", "0.5元"),
            ("0", "0元"),
            ("100000000", "1亿元"),
        ] {
            assert_eq!(spoken(cents(yuan).unwrap()), said);
            assert_eq!(cents(said).unwrap(), cents(yuan).unwrap());
        }
    }
}
