//! The ring: several keys that open, one of them current, which seals; and the secret of the blind index.

use crate::algorithm::{Cipher, NONCE};
use crate::{Algorithm, KeyFile, KeyLine};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// The version of the form; another one would be told apart by it.
const VERSION: &str = "v1.";
/// The length of a key's id: sealed texts can be counted by their beginning.
const ID: usize = 9;
/// How much of the blind index is kept, in bytes: no two values of a country meet in it by chance.
const INDEX: usize = 16;

/// Why a text does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not sealed, or not in a form that is known.
    #[error("not a sealed value")]
    NotSealed,
    /// The ring has no such key.
    #[error("sealed with key {0}, which is not at hand")]
    UnknownKey(String),
    /// It was changed, or sealed for another place.
    #[error("the sealed value was changed, or belongs elsewhere")]
    Broken,
}

/// Where a value lies: what a sealed text is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The id of the row.
    pub row: [u8; 16],
}

impl Place<'_> {
    /// Lengths are part of it: no two places are written alike.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.table.len() + self.column.len() + 20);
        for part in [self.table, self.column] {
            bytes.extend_from_slice(&(part.len() as u16).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes.extend_from_slice(&self.row);
        bytes
    }
}

struct Key {
    id: String,
    algorithm: Algorithm,
    made: String,
    secret: Zeroizing<Vec<u8>>,
    cipher: Cipher,
}

impl Key {
    fn new(id: String, algorithm: Algorithm, made: String, secret: Zeroizing<Vec<u8>>) -> Result<Self, String> {
        if id.len() != ID || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            return Err(format!("密钥编号“{id}”应由 9 个小写字母和数字组成"));
        }
        let Some(cipher) = Cipher::new(algorithm, &secret) else {
            let bytes = algorithm.key_length();
            return Err(format!("密钥 {id} 的长度不对：{} 需要 {bytes} 字节", algorithm.code()));
        };
        Ok(Self { id, algorithm, made, secret, cipher })
    }

    fn fresh(algorithm: Algorithm, made: &str) -> Result<Self, String> {
        let id = format!("k{:08x}", rand::random::<u32>());
        let drawn = Zeroizing::new(rand::random::<[u8; 32]>());
        let secret = Zeroizing::new(drawn[..algorithm.key_length()].to_vec());
        Self::new(id, algorithm, made.to_owned(), secret)
    }
}

/// What may be told of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its id.
    pub id: String,
    /// How it seals.
    pub algorithm: Algorithm,
    /// The day on which it was made.
    pub made: String,
    /// Whether it is the one that seals.
    pub current: bool,
}

/// Several keys, one of them current, and the secret of the blind index.
pub struct Ring {
    keys: Vec<Key>,
    current: usize,
    index: Zeroizing<Vec<u8>>,
}

impl Ring {
    /// A new ring with one key. `made` is the day.
    ///
    /// # Errors
    /// None in practice: what is drawn here has the right length.
    pub fn fresh(algorithm: Algorithm, made: &str) -> Result<Self, String> {
        let index = Zeroizing::new(rand::random::<[u8; 32]>().to_vec());
        Ok(Self { keys: vec![Key::fresh(algorithm, made)?], current: 0, index })
    }

    /// The ring of a key file.
    ///
    /// # Errors
    /// A Chinese sentence that says what is wrong with the file, without a secret.
    pub fn read(file: &KeyFile) -> Result<Self, String> {
        let secret = |text: &str, whose: &str| {
            STANDARD.decode(text).map(Zeroizing::new).map_err(|_| format!("{whose}不是有效的 Base64 文本"))
        };
        let index = secret(&file.index, "索引密钥（index）")?;
        if index.len() < 32 {
            return Err("索引密钥（index）的长度不足 32 字节".into());
        }
        let mut keys: Vec<Key> = Vec::new();
        for line in &file.key {
            if keys.iter().any(|key| key.id == line.id) {
                return Err(format!("密钥编号 {} 重复", line.id));
            }
            let secret = secret(&line.secret, &format!("密钥 {}", line.id))?;
            keys.push(Key::new(line.id.clone(), line.algorithm, line.made.clone(), secret)?);
        }
        let current = keys.iter().position(|key| key.id == file.current);
        let current = current.ok_or_else(|| format!("当前密钥（current）“{}”不在文件里", file.current))?;
        Ok(Self { keys, current, index })
    }

    /// What a key file holds of this ring.
    #[must_use]
    pub fn file(&self) -> KeyFile {
        let line = |key: &Key| KeyLine {
            id: key.id.clone(),
            algorithm: key.algorithm,
            made: key.made.clone(),
            secret: STANDARD.encode(&*key.secret),
        };
        KeyFile {
            current: self.keys[self.current].id.clone(),
            index: STANDARD.encode(&*self.index),
            key: self.keys.iter().map(line).collect(),
        }
    }

    /// Adds a new key, which opens but does not seal until [`Self::use_key`] makes it current. Gives its id.
    ///
    /// # Errors
    /// As [`Self::fresh`].
    pub fn add(&mut self, algorithm: Algorithm, made: &str) -> Result<String, String> {
        let mut key = Key::fresh(algorithm, made)?;
        while self.keys.iter().any(|other| other.id == key.id) {
            key = Key::fresh(algorithm, made)?;
        }
        let id = key.id.clone();
        self.keys.push(key);
        Ok(id)
    }

    /// Makes a key the current one.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn use_key(&mut self, id: &str) -> Result<(), String> {
        let place = self.keys.iter().position(|key| key.id == id);
        self.current = place.ok_or_else(|| format!("没有编号为 {id} 的密钥"))?;
        Ok(())
    }

    /// Takes a key away for good: what it sealed cannot be opened any more.
    ///
    /// # Errors
    /// When there is no such key, or it is the current one.
    pub fn drop_key(&mut self, id: &str) -> Result<(), String> {
        let place = self.keys.iter().position(|key| key.id == id).ok_or_else(|| format!("没有编号为 {id} 的密钥"))?;
        if place == self.current {
            return Err(format!("{id} 是当前密钥，不能删除"));
        }
        self.keys.remove(place);
        self.current -= usize::from(place < self.current);
        Ok(())
    }

    /// What may be told of the keys, the oldest first.
    #[must_use]
    pub fn about(&self) -> Vec<About> {
        let about = |(place, key): (usize, &Key)| About {
            id: key.id.clone(),
            algorithm: key.algorithm,
            made: key.made.clone(),
            current: place == self.current,
        };
        self.keys.iter().enumerate().map(about).collect()
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.keys[self.current].id
    }

    /// Seals a value for its place, with the current key.
    ///
    /// # Errors
    /// Only for a value of many gigabytes.
    pub fn seal(&self, plain: &str, place: Place<'_>) -> Result<String, Refusal> {
        let key = &self.keys[self.current];
        let nonce: [u8; NONCE] = rand::random();
        let mut sealed = nonce.to_vec();
        sealed.extend(key.cipher.seal(&nonce, plain.as_bytes(), &place.bytes())?);
        Ok(format!("{VERSION}{}.{}", key.id, URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`Refusal`]: not sealed, the key is missing, or the text was changed or moved.
    pub fn open(&self, sealed: &str, place: Place<'_>) -> Result<Zeroizing<String>, Refusal> {
        let (id, body) = parts(sealed).ok_or(Refusal::NotSealed)?;
        let key = self.keys.iter().find(|key| key.id == id).ok_or_else(|| Refusal::UnknownKey(id.to_owned()))?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| Refusal::Broken)?;
        let (nonce, body) = bytes.split_first_chunk::<NONCE>().ok_or(Refusal::Broken)?;
        let plain = key.cipher.open(nonce, body, &place.bytes())?;
        String::from_utf8(plain).map(Zeroizing::new).map_err(|_| Refusal::Broken)
    }

    /// The blind index of a value among those of `field`, such as `liaison.phone`: HMAC-SHA256, cut to 128 bits. Equal values
    /// of one field have the same; of another field, another.
    #[must_use]
    pub fn index(&self, field: &str, value: &str) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.index) else { return String::new() };
        mac.update(&(field.len() as u16).to_be_bytes());
        mac.update(field.as_bytes());
        mac.update(value.as_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..INDEX])
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ring({} of {} keys)", self.current(), self.keys.len())
    }
}

/// Key id and body of a sealed text.
fn parts(sealed: &str) -> Option<(&str, &str)> {
    sealed.strip_prefix(VERSION)?.split_once('.')
}

/// Whether a text has the form of a sealed one.
#[must_use]
pub fn is_sealed(text: &str) -> bool {
    parts(text).is_some()
}

/// The id of the key that a text was sealed with.
#[must_use]
pub fn key_of(sealed: &str) -> Option<&str> {
    parts(sealed).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(algorithm: Algorithm) -> Ring {
        Ring::fresh(algorithm, "2026-11-25").unwrap()
    }

    fn place(row: u8) -> Place<'static> {
        Place { table: "liaison", column: "phone", row: [row; 16] }
    }

    #[test]
    fn a_new_key_seals_and_the_old_ones_still_open() {
        let mut ring = ring(Algorithm::Aes256Gcm);
        let old = ring.seal("13805361234", place(1)).unwrap();
        let before = ring.current().to_owned();
        let id = ring.add(Algorithm::Sm4Gcm, "2026-11-26").unwrap();
        assert_eq!(key_of(&ring.seal("x", place(1)).unwrap()), Some(before.as_str()), "added is not yet current");
        ring.use_key(&id).unwrap();
        let new = ring.seal("13805361234", place(1)).unwrap();
        assert_eq!((key_of(&old), key_of(&new)), (Some(before.as_str()), Some(id.as_str())));
        for sealed in [&old, &new] {
            assert_eq!(&**ring.open(sealed, place(1)).unwrap(), "13805361234");
        }
        assert!(ring.drop_key(&id).is_err(), "the current key stays");
        ring.drop_key(&before).unwrap();
        assert_eq!(ring.open(&old, place(1)), Err(Refusal::UnknownKey(before)));
        assert_eq!(&**ring.open(&new, place(1)).unwrap(), "13805361234");
    }

    #[test]
    fn a_file_gives_the_same_ring_back_and_a_damaged_one_says_what_is_wrong() {
        let mut first = ring(Algorithm::Aes256Gcm);
        first.add(Algorithm::Sm4Gcm, "2026-11-26").unwrap();
        let sealed = first.seal("13805361234", place(1)).unwrap();
        let file = first.file();
        let again = Ring::read(&file).unwrap();
        assert_eq!(&**again.open(&sealed, place(1)).unwrap(), "13805361234");
        assert_eq!((again.about(), again.index("a", "b")), (first.about(), first.index("a", "b")));
        let broken = |change: fn(&mut KeyFile)| {
            let mut file = file.clone();
            change(&mut file);
            Ring::read(&file).unwrap_err()
        };
        assert!(broken(|file| file.current = "k0".into()).contains("current"));
        assert!(broken(|file| file.index = "AAAA".into()).contains("32 字节"));
        assert!(broken(|file| file.key[0].secret = "AAAA".into()).contains("长度不对"));
        assert!(broken(|file| file.key[1].id = file.key[0].id.clone()).contains("重复"));
        assert!(broken(|file| file.key[0].secret = "?".into()).contains("Base64"));
    }

    #[test]
    fn nothing_that_is_printed_tells_a_secret() {
        let ring = ring(Algorithm::Aes256Gcm);
        let file = ring.file();
        let printed = format!("{ring:?} {file:?} {:?}", file.key);
        for secret in [&file.index, &file.key[0].secret] {
            assert!(!printed.contains(secret.as_str()), "{printed}");
        }
    }

    #[test]
    fn an_equal_value_is_found_by_its_index_within_its_field_alone() {
        let (ring, other) = (ring(Algorithm::Aes256Gcm), ring(Algorithm::Aes256Gcm));
        let index = ring.index("liaison.phone", "13805361234");
        assert_eq!((index.len(), &index), (22, &ring.index("liaison.phone", "13805361234")));
        assert_ne!(index, ring.index("liaison.phone", "13805361235"));
        assert_ne!(index, ring.index("official.mobile", "13805361234"));
        assert_ne!(index, other.index("liaison.phone", "13805361234"), "nobody computes it without the secret");
    }

    #[test]
    fn a_plain_text_is_no_sealed_one() {
        let ring = ring(Algorithm::Aes256Gcm);
        for text in ["", "13805361234", "v1", "v1.k0", "v2.k0.AAAA"] {
            assert_eq!(ring.open(text, place(1)), Err(Refusal::NotSealed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_in_its_own_place_and_nowhere_else(plain in ".{0,40}", row in 0u8..255, sm4: bool) {
            let ring = ring(if sm4 { Algorithm::Sm4Gcm } else { Algorithm::Aes256Gcm });
            let sealed = ring.seal(&plain, place(row)).unwrap();
            prop_assert!(plain.chars().count() < 8 || !sealed.contains(&plain));
            prop_assert_ne!(&sealed, &ring.seal(&plain, place(row)).unwrap(), "no two sealings are alike");
            prop_assert_eq!(&**ring.open(&sealed, place(row)).unwrap(), &plain);
            for elsewhere in [
                place(row + 1),
                Place { column: "name", ..place(row) },
                Place { table: "official", ..place(row) },
                Place { table: "liaisonp", column: "hone", ..place(row) },
            ] {
                prop_assert_eq!(ring.open(&sealed, elsewhere), Err(Refusal::Broken));
            }
        }

        #[test]
        fn a_changed_text_never_opens(plain in "[0-9]{11}", at in 0usize..200, to in "[A-Za-z0-9_-]") {
            let ring = ring(Algorithm::Aes256Gcm);
            let sealed = ring.seal(&plain, place(1)).unwrap();
            let at = at % sealed.len();
            let changed = format!("{}{to}{}", &sealed[..at], &sealed[at + 1..]);
            if changed != sealed {
                prop_assert!(ring.open(&changed, place(1)).is_err());
            }
        }
    }
}
