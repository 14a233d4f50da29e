//! The program as its operators have it: started, watched, stopped and killed, on whichever database the environment names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod classify;
mod keys;
mod killed;
mod operation;
mod pair;
mod program;
mod wire;
