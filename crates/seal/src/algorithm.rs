//! The two ways to seal: AES-256-GCM, and SM4-GCM (GB/T 32907, RFC 8998) where a site must use the national ciphers (国密).

use crate::ring::Refusal;
use aes_gcm::aead::{Aead, Payload, consts::U12};
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit};
use serde::{Deserialize, Serialize};
use sm4::Sm4;

/// The length of a nonce, in bytes: what GCM is made for.
pub(crate) const NONCE: usize = 12;

/// How a key seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// AES with 256 bits in GCM.
    #[default]
    #[serde(rename = "aes-256-gcm")]
    Aes256Gcm,
    /// SM4 (128 bits) in GCM.
    Sm4Gcm,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Aes256Gcm, Self::Sm4Gcm];

    /// Its name in configuration and key files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "aes-256-gcm",
            Self::Sm4Gcm => "sm4-gcm",
        }
    }

    /// The algorithm of a name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// The length of its keys, in bytes.
    #[must_use]
    pub fn key_length(self) -> usize {
        match self {
            Self::Aes256Gcm => 32,
            Self::Sm4Gcm => 16,
        }
    }
}

/// A key that is ready for use: the rounds of its cipher are computed once.
pub(crate) enum Cipher {
    Aes(Box<Aes256Gcm>),
    Sm4(Box<AesGcm<Sm4, U12>>),
}

impl Cipher {
    /// The cipher of a key; `None` when the key is of another length.
    pub(crate) fn new(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        Some(match algorithm {
            Algorithm::Aes256Gcm => Self::Aes(Box::new(Aes256Gcm::new_from_slice(secret).ok()?)),
            Algorithm::Sm4Gcm => Self::Sm4(Box::new(AesGcm::new_from_slice(secret).ok()?)),
        })
    }

    /// The ciphertext with its tag. Refused only for a text of many gigabytes.
    pub(crate) fn seal(&self, nonce: &[u8; NONCE], msg: &[u8], aad: &[u8]) -> Result<Vec<u8>, Refusal> {
        let payload = Payload { msg, aad };
        match self {
            Self::Aes(cipher) => cipher.encrypt(nonce.into(), payload),
            Self::Sm4(cipher) => cipher.encrypt(nonce.into(), payload),
        }
        .map_err(|_| Refusal::Broken)
    }

    /// What was sealed.
    pub(crate) fn open(&self, nonce: &[u8; NONCE], msg: &[u8], aad: &[u8]) -> Result<Vec<u8>, Refusal> {
        let payload = Payload { msg, aad };
        match self {
            Self::Aes(cipher) => cipher.decrypt(nonce.into(), payload),
            Self::Sm4(cipher) => cipher.decrypt(nonce.into(), payload),
        }
        .map_err(|_| Refusal::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(algorithm: Algorithm, key: &str, nonce: &str, aad: &str, plain: &str, sealed: &str) {
        let bytes = |text: &str| hex::decode(text).unwrap();
        let cipher = Cipher::new(algorithm, &bytes(key)).unwrap();
        let nonce: [u8; NONCE] = bytes(nonce).try_into().unwrap();
        assert_eq!(hex::encode(cipher.seal(&nonce, &bytes(plain), &bytes(aad)).unwrap()), sealed);
        assert_eq!(hex::encode(cipher.open(&nonce, &bytes(sealed), &bytes(aad)).unwrap()), plain);
    }

    #[test]
    fn sm4_gcm_gives_what_rfc_8998_says() {
        check(
            Algorithm::Sm4Gcm,
            "0123456789abcdeffedcba9876543210",
            "00001234567800000000abcd",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
        );
    }

    #[test]
    fn aes_256_gcm_gives_what_its_specification_says() {
        let (zeros, nonce) = ("0".repeat(64), "0".repeat(24));
        check(
            Algorithm::Aes256Gcm,
            &zeros,
            &nonce,
            "",
            &"0".repeat(32),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
        );
    }

    #[test]
    fn a_key_of_another_length_is_none() {
        assert!(Cipher::new(Algorithm::Aes256Gcm, &[0; 16]).is_none());
        assert!(Cipher::new(Algorithm::Sm4Gcm, &[0; 32]).is_none());
    }
}
