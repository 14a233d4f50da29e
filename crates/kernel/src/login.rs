//! What somebody signs in with. Many choose their mobile number, so a login travels like one: what a screen, a line of JSON, the
//! trail or `Debug` shows of it has the middle of the number hidden, and it is had in full only where the code says so.

use crate::Phone;
use schemars::JsonSchema;
use serde::Serialize;

/// From how many digits in a row on a login is somebody's number: mobiles have 11, identity cards 17 and a check mark.
const NUMBER: usize = 11;

/// A login in the form that is kept: without spaces around it, in small letters.
#[derive(Clone, PartialEq, Eq, JsonSchema)]
pub struct Login(String);

impl Login {
    /// What was typed, in the form that is kept; whether it is fit to be a login is not asked.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(text.trim().to_lowercase())
    }

    /// A login to be: letters, digits, `.`, `-` and `_`, 3 to 40 of them.
    ///
    /// # Errors
    /// A Chinese sentence with what a login looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let login = Self::typed(text);
        let plain = login.0.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        if (3..=40).contains(&login.0.len()) && plain {
            return Ok(login);
        }
        Err("账号应为 3 到 40 位的字母、数字或 . - _，如姓名拼音或手机号。".into())
    }

    /// The whole of it: for signing in, and for its holder.
    #[must_use]
    pub fn in_full(&self) -> &str {
        &self.0
    }

    /// What others are shown: a number with its middle hidden, any other login as it is.
    #[must_use]
    pub fn shown(&self) -> String {
        match Phone::parse(&self.0.replace(['.', '_'], "-")) {
            Ok(phone) if phone.is_mobile() => phone.masked(),
            _ => without_numbers(&self.0),
        }
    }

    /// The login that somebody asks for with this text: a number however it is written, or what was typed.
    #[must_use]
    pub fn sought(text: &str) -> Self {
        Phone::parse(text).map_or_else(|_| Self::typed(text), |phone| Self(phone.as_str().to_owned()))
    }
}

/// The text with the middle of every long run of digits hidden.
fn without_numbers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(begin);
        let (run, after) = from.split_at(from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len()));
        shown.push_str(before);
        if run.len() < NUMBER {
            shown.push_str(run);
        } else {
            shown.push_str(&run[..3]);
            shown.push_str("****");
            shown.push_str(&run[run.len() - 4..]);
        }
        rest = after;
    }
    shown + rest
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Login({})", self.shown())
    }
}

impl Serialize for Login {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_hidden_and_a_name_stays() {
        for (login, shown) in [
            ("13805361234", "138****1234"),
            ("138-0536-1234", "138****1234"),
            ("138.0536.1234", "138****1234"),
            ("wf13805361234", "wf138****1234"),
            ("8613805361234", "861****1234"),
            ("37070019900101123x", "370****1123x"),
            ("zhang.wei", "zhang.wei"),
            ("wf2024", "wf2024"),
            ("12345", "12345"),
        ] {
            assert_eq!(Login::typed(login).shown(), shown);
        }
        let login = Login::typed(" 13805361234 ");
        assert_eq!(format!("{login:?}"), "Login(138****1234)");
        assert_eq!(serde_json::to_value(&login).unwrap(), "138****1234");
        assert_eq!(login.in_full(), "13805361234");
    }

    #[test]
    fn a_whole_number_is_looked_for_however_it_is_written() {
        assert_eq!(Login::sought("138 0536 1234"), Login::typed("13805361234"));
        assert_eq!(Login::sought("ZhangWei"), Login::typed("zhangwei"));
    }

    proptest! {
        #[test]
        fn no_mobile_number_is_ever_shown(before in "[a-z._-]{0,9}", mobile in "1[3-9][0-9]{9}", after in "[a-z._-]{0,9}") {
            let shown = Login::typed(&format!("{before}{mobile}{after}")).shown();
            prop_assert!(!shown.contains(&mobile), "{}", shown);
        }
    }
}
