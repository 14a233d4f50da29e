//! Whom a node knows by their secrets: read once, used until anything changes that tells who may do what.
//!
//! What is remembered carries the stamp (`Store::stamp`) and the day under which it was read, and serves only who asks under
//! the same: a role that was taken, an account that was closed, a session that was ended takes effect with the next request
//! on this node, and within half a second on any other. Midnight, at which grants begin and end, is another day.

use kernel::{Actor, Day, Instant};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::Stamp;

/// How many are remembered; with one more, all are forgotten.
const MOST: usize = 20_000;

/// The people whom a node knows. Cheap to clone: they are one for the node.
#[derive(Debug, Clone, Default)]
pub struct Known(Arc<Mutex<Shelf>>);

/// Under what one asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// Taken before anything was read.
    pub stamp: Stamp,
    pub today: Day,
}

#[derive(Debug, Default)]
struct Shelf {
    under: Option<Asked>,
    people: HashMap<String, Person>,
}

#[derive(Debug)]
struct Person {
    actor: Arc<Actor>,
    password_due: bool,
    until: Instant,
}

impl Known {
    /// Who carries this secret (its hash), if the node knows; and whether they must choose a password first.
    pub(super) fn find(&self, asked: &Asked, secret: &str, now: Instant) -> Option<(Arc<Actor>, bool)> {
        let shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let person = shelf.people.get(secret).filter(|person| shelf.under == Some(*asked) && person.until > now)?;
        Some((person.actor.clone(), person.password_due))
    }

    /// Remembers somebody, as they were read under what was asked.
    pub(super) fn keep(
        &self,
        asked: &Asked,
        secret: String,
        (actor, password_due): (Arc<Actor>, bool),
        until: Instant,
    ) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.under != Some(*asked) || shelf.people.len() >= MOST {
            *shelf = Shelf { under: Some(*asked), people: HashMap::new() };
        }
        shelf.people.insert(secret, Person { actor, password_due, until });
    }
}
