//! Passwords: what may be one, and how one is kept and checked.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use kernel::{BugExt, Problem};

/// A password fit to be set. It is shown nowhere, not even to a debugger.
#[derive(Clone)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(***)")
    }
}

impl Password {
    /// Accepts 10 to 128 characters of at least two kinds (small letters, capitals, digits, others), not containing the
    /// login (GB/T 22239-2019, 8.1.4.1: complexity).
    ///
    /// # Errors
    /// A Chinese sentence that says what is missing.
    pub fn parse(text: &str, login: &str) -> Result<Self, String> {
        let length = text.chars().count();
        if !(10..=128).contains(&length) {
            return Err("密码应为 10 到 128 个字符。".into());
        }
        let kinds: [fn(char) -> bool; 4] = [
            |c| c.is_ascii_lowercase(),
            |c| c.is_ascii_uppercase(),
            |c| c.is_ascii_digit(),
            |c| !c.is_ascii_alphanumeric(),
        ];
        if kinds.iter().filter(|kind| text.chars().any(kind)).count() < 2 {
            return Err("密码应至少包含小写字母、大写字母、数字、符号中的两类。".into());
        }
        if !login.is_empty() && text.to_lowercase().contains(&login.to_lowercase()) {
            return Err("密码不能包含账号名。".into());
        }
        Ok(Self(text.to_owned()))
    }

    /// A first password by chance: fourteen letters and digits that nobody takes for one another. It is told once, together
    /// with this value, and must be changed at the first sign-in.
    #[must_use]
    pub fn generate() -> (Self, String) {
        const LETTERS: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
        let mut text: String =
            rand::random::<[u8; 12]>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        // Two kinds of characters, whatever chance says.
        text.insert(6, '-');
        text.push(char::from(b'2' + rand::random::<u8>() % 8));
        (Self(text.clone()), text)
    }

    /// The argon2id hash that is kept. Takes tens of milliseconds of a core, so it runs beside the others' requests.
    ///
    /// # Errors
    /// Only when the machine fails.
    pub async fn hash(self) -> Result<String, Problem> {
        let hash = tokio::task::spawn_blocking(move || {
            Argon2::default().hash_password(self.0.as_bytes()).map(|hash: PasswordHash| hash.to_string())
        });
        hash.await.bug("hashing a password")?.bug("hashing a password")
    }
}

/// Whether `typed` is the password behind `hash`. Without a hash it takes just as long and says no, so that nobody learns
/// by the clock which logins exist.
pub(super) async fn matches(typed: String, hash: Option<String>) -> Result<bool, Problem> {
    let check = move || {
        let known = hash.as_deref().and_then(|hash| PasswordHash::new(hash).ok());
        match known {
            Some(hash) => Argon2::default().verify_password(typed.as_bytes(), &hash).is_ok(),
            None => {
                let wasted: Result<PasswordHash, _> = Argon2::default().hash_password(typed.as_bytes());
                drop(wasted);
                false
            }
        }
    };
    tokio::task::spawn_blocking(check).await.bug("checking a password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognised_and_never_kept_in_the_clear() {
        let hash = Password::parse("weifang-2026", "wang").unwrap().hash().await.unwrap();
        assert!(hash.starts_with("$argon2id$") && !hash.contains("weifang"));
        assert!(matches("weifang-2026".into(), Some(hash.clone())).await.unwrap());
        assert!(!matches("weifang-2027".into(), Some(hash)).await.unwrap());
        assert!(!matches("weifang-2026".into(), None).await.unwrap());
    }

    #[test]
    fn a_weak_password_is_refused_with_what_it_lacks() {
        for (text, told) in [("short1", "10 到 128"), ("onlyletters", "两类"), ("xWang-123456", "账号名")] {
            assert!(Password::parse(text, "wang").unwrap_err().contains(told), "{text}");
        }
    }
}
