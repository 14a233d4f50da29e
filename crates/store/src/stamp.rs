//! What a node may remember of the database, and how it learns in time that this has changed.
//!
//! Who may do what is asked for at every request and changes a few times a day. A node may remember it together with the
//! stamp under which it was read, and use it as long as [`Store::people`] gives the same stamp. A transaction that writes one of
//! the tables of [`PEOPLE`] gives the store another stamp when it commits: at once on its own node, on others within
//! [`GLANCE`]. Nobody needs to think of it: the statements themselves are watched.

use crate::Store;
use crate::sql::{Db, Sql};
use chrono::Duration;
use kernel::{Instant, Problem};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// How long a node trusts what other nodes last told.
const GLANCE: Duration = Duration::milliseconds(500);

/// The tables that tell who may do what, each with the columns that count; none: all of them. What is inserted into a
/// table with columns is new, and nobody remembers it.
const PEOPLE: [(&str, &[&str]); 6] = [
    ("role_grant", &[]),
    ("liaison", &[]),
    ("pairing", &[]),
    ("absence", &[]),
    ("account", &["closed_at", "must_change", "official_id", " name"]),
    ("session", &["ended_at", "expires_at", "account_id"]),
];

/// A state of what tells who may do what: two are the same only when nothing changed between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    here: u64,
    elsewhere: i64,
}

/// The stamps of a node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stamps(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    here: AtomicU64,
    elsewhere: AtomicI64,
    /// When others were last asked, in microseconds.
    asked: AtomicI64,
}

impl Stamps {
    /// Notes that a transaction of this node changed something and is over.
    pub fn changed(&self) {
        self.0.here.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether it is time to ask again; who is told so asks.
    fn due(&self, now: Instant) -> bool {
        let (now, asked) = (now.timestamp_micros(), self.0.asked.load(Ordering::SeqCst));
        let fresh = (now - asked).abs() < GLANCE.num_microseconds().unwrap_or(0);
        !fresh && self.0.asked.compare_exchange(asked, now, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

impl Store {
    /// The stamp of now. To be asked for before what is remembered under it is read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self) -> Result<Stamp, Problem> {
        let counts = &self.stamps.0;
        if self.stamps.due(self.clock.now()) {
            let changes = self.value(Sql::text("SELECT changes FROM stamp WHERE name = 'people'")).await;
            if changes.is_err() {
                counts.asked.store(0, Ordering::SeqCst);
            }
            counts.elsewhere.store(changes?.unwrap_or(0), Ordering::SeqCst);
        }
        Ok(Stamp { here: counts.here.load(Ordering::SeqCst), elsewhere: counts.elsewhere.load(Ordering::SeqCst) })
    }
}

/// The statement that lets other nodes know; the last of its transaction, so that nobody waits for it long.
pub(crate) const TOLD: &str = "INSERT INTO stamp (name, changes) VALUES ('people', 1)
                               ON CONFLICT (name) DO UPDATE SET changes = stamp.changes + 1";

/// Whether a statement changes what tells who may do what.
pub(crate) fn concerns_people(text: &str) -> bool {
    let text = text.trim_start();
    let verb = ["INSERT INTO ", "UPDATE ", "DELETE FROM "].into_iter().find_map(|verb| text.strip_prefix(verb));
    match verb {
        Some(rest) => PEOPLE.iter().any(|(table, columns)| {
            let Some(rest) =
                rest.strip_prefix(table).filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            else {
                return false;
            };
            let inserts = text.starts_with("INSERT");
            columns.is_empty()
                || (!inserts && (text.starts_with("DELETE") || columns.iter().any(|column| rest.contains(column))))
        }),
        // A statement that begins otherwise is looked through for the tables' names.
        None => text.starts_with("WITH") && PEOPLE.iter().any(|(table, _)| text.contains(&format!(" {table}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::concerns_people;

    #[test]
    fn what_changes_who_may_do_what_is_told_from_what_does_not() {
        for statement in [
            "INSERT INTO role_grant (id) VALUES ($1)",
            "UPDATE role_grant SET until_day = $3 WHERE id = $1",
            " UPDATE session SET ended_at = $3 WHERE id = $1",
            "UPDATE account SET closed_at = $4, version = version + 1 WHERE id = $1",
            "DELETE FROM session WHERE expires_at < $1",
            "UPDATE pairing SET until_day = $4",
            "WITH moved AS (SELECT 1) UPDATE pairing SET until_day = $4",
        ] {
            assert!(concerns_people(statement), "{statement}");
        }
        for statement in [
            "INSERT INTO session (id, expires_at) VALUES ($1, $2)",
            "UPDATE account SET failures = $3, locked_until = $4 WHERE id = $1",
            "UPDATE account SET version = version WHERE id = $1",
            "INSERT INTO pairing_round (id) VALUES ($1)",
            "UPDATE demand SET state = $1",
            "SELECT * FROM role_grant",
        ] {
            assert!(!concerns_people(statement), "{statement}");
        }
    }
}
