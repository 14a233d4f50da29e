//! Addresses of electronic mail, as people have them.

/// An address such as `chen.jing@example.cn`, its domain in small letters. It is a person's: it is no column, and what `Debug`
/// prints of it is masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address; spaces around it are forgiven. Signs that mean something in the head of a mail are refused.
    ///
    /// # Errors
    /// A Chinese sentence with the form that is understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let typed = text.trim();
        let refused = || format!("邮箱“{typed}”无法识别，请写成 name@example.cn 的形式。");
        let (name, domain) = typed.rsplit_once('@').ok_or_else(refused)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
        let well = |part: &str| !part.starts_with('.') && !part.ends_with('.') && !part.contains("..");
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let named = (1..=64).contains(&name.len()) && name.chars().all(plain) && well(name);
        let placed = domain.len() <= 190 && domain.contains('.') && domain.split('.').all(label);
        if named && placed { Ok(Self(format!("{name}@{}", domain.to_ascii_lowercase()))) } else { Err(refused()) }
    }

    /// The address as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with most of its name hidden, such as `c***@example.cn`.
    #[must_use]
    pub fn masked(&self) -> String {
        let (name, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        format!("{}***@{domain}", name.chars().next().unwrap_or('*'))
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Email({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_understood_and_shown_without_its_name() {
        let email = Email::parse(" Chen.Jing@Example.CN ").unwrap();
        assert_eq!((email.as_str(), email.masked().as_str()), ("Chen.Jing@example.cn", "C***@example.cn"));
        assert_eq!(format!("{email:?}"), "Email(C***@example.cn)");
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_form_that_is() {
        for typed in [
            "",
            "a",
            "a@b",
            "@b.cn",
            "a@",
            "a b@c.cn",
            "a@b.cn\r\nBcc: x@y.cn",
            "a..b@c.cn",
            "a@-b.cn",
            "a,b@c.cn",
            "<a@b.cn>",
        ] {
            assert!(Email::parse(typed).unwrap_err().contains("name@example.cn"), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back_and_holds_nothing_but_plain_signs(typed in "[a-z.@+-]{0,20}|.{0,30}") {
            if let Ok(email) = Email::parse(&typed) {
                prop_assert!(email.as_str().chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | ',' | ';' | ':' | '"')));
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }
    }
}
