//! The form in which a ring of keys is kept outside the database.

use crate::Algorithm;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a key file holds. Secrets are base64.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// The id of the key that seals; the others only open.
    pub current: String,
    /// The secret of the blind index. It stays when keys change.
    pub index: String,
    /// The keys, the oldest first.
    pub key: Vec<KeyLine>,
}

/// A key as a file holds it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyLine {
    /// Its id, as sealed texts name it.
    pub id: String,
    /// How it seals.
    pub algorithm: Algorithm,
    /// The day on which it was made.
    pub made: String,
    /// The secret.
    pub secret: String,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile({} of {} keys)", self.current, self.key.len())
    }
}

impl fmt::Debug for KeyLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyLine({}, {})", self.id, self.algorithm.code())
    }
}
