//! Personal values, sealed: a ring of keys, and with it a text that only its own row can give back, and a blind index by which
//! an equal value is found without being read.
//!
//! A sealed text is `v1.<key id>.<nonce and ciphertext, base64>`. Table, column and row go into the authentication as
//! associated data: a text that was changed, or moved to another row, does not open. The nonce is drawn here for every
//! sealing and never chosen by a caller. No secret and no value is ever part of what `Debug` prints.

mod algorithm;
mod file;
mod ring;

pub use algorithm::Algorithm;
pub use file::{KeyFile, KeyLine};
pub use ring::{About, Place, Refusal, Ring, is_sealed, key_of};
