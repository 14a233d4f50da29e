//! What a node may remember of the database, and how it learns in time that this has changed.
//!
//! Who may do what is asked for at every request and changes a few times a day; the categories change a few times a year. A
//! node may remember such things together with the stamp under which they were read, and use them as long as [`Store::stamp`]
//! gives the same stamp. A transaction that writes one of the tables of a [`Kept`] gives the store another stamp when it
//! commits: at once on its own node, on others within [`GLANCE`]. Nobody needs to think of it: the statements themselves are
//! watched.

use crate::Store;
use crate::sql::{Db, Sql};
use chrono::Duration;
use kernel::{Instant, Problem};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// How long a node trusts what other nodes last told.
const GLANCE: Duration = Duration::milliseconds(500);

/// What a node may remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Who may do what.
    People,
    /// The tree of categories.
    Categories,
}

/// Tables, each with the columns that count; none: all of them. What is inserted into a table with columns is new, and
/// nobody remembers it.
type Tables = &'static [(&'static str, &'static [&'static str])];

impl Kept {
    const ALL: [Self; 2] = [Self::People, Self::Categories];

    const fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Categories => "categories",
        }
    }

    const fn tables(self) -> Tables {
        match self {
            Self::People => &[
                ("role_grant", &[]),
                ("liaison", &[]),
                ("pairing", &[]),
                ("absence", &[]),
                ("account", &["closed_at", "must_change", "official_id", " name"]),
                ("session", &["ended_at", "expires_at", "account_id"]),
            ],
            Self::Categories => &[("category", &[])],
        }
    }

    /// Whether a statement changes it.
    fn is_changed_by(self, text: &str) -> bool {
        let text = text.trim_start();
        let verb = ["INSERT INTO ", "UPDATE ", "DELETE FROM "].into_iter().find_map(|verb| text.strip_prefix(verb));
        let Some(rest) = verb else {
            // A statement that begins otherwise is looked through for the tables' names.
            return text.starts_with("WITH")
                && self.tables().iter().any(|(table, _)| text.contains(&format!(" {table}")));
        };
        self.tables().iter().any(|(table, columns)| {
            let named = |rest: &&str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            let Some(rest) = rest.strip_prefix(table).filter(named) else { return false };
            let inserts = text.starts_with("INSERT");
            columns.is_empty()
                || (!inserts && (text.starts_with("DELETE") || columns.iter().any(|column| rest.contains(column))))
        })
    }
}

/// A state of what is remembered: two are the same only when nothing changed between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    here: u64,
    elsewhere: i64,
}

/// The stamps of a node, one for each [`Kept`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Stamps(Arc<[Counts; Kept::ALL.len()]>);

#[derive(Debug, Default)]
struct Counts {
    here: AtomicU64,
    elsewhere: AtomicI64,
    /// When others were last asked, in microseconds.
    asked: AtomicI64,
}

impl Counts {
    /// Whether it is time to ask again; who is told so asks.
    fn due(&self, now: Instant) -> bool {
        let (now, asked) = (now.timestamp_micros(), self.asked.load(Ordering::SeqCst));
        let fresh = (now - asked).abs() < GLANCE.num_microseconds().unwrap_or(0);
        !fresh && self.asked.compare_exchange(asked, now, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// What a transaction changes of what is remembered.
#[derive(Debug, Default)]
pub(crate) struct Concerns([AtomicBool; Kept::ALL.len()]);

impl Concerns {
    /// Looks whether a statement changes something of it.
    pub fn note(&self, text: &str) {
        for (kept, concerned) in Kept::ALL.into_iter().zip(&self.0) {
            if kept.is_changed_by(text) {
                concerned.store(true, Ordering::Relaxed);
            }
        }
    }

    fn changed(&self) -> impl Iterator<Item = Kept> {
        Kept::ALL
            .into_iter()
            .zip(&self.0)
            .filter(|(_, concerned)| concerned.load(Ordering::Relaxed))
            .map(|(kept, _)| kept)
    }

    /// The statements that let other nodes know; the last of the transaction, so that nobody waits for them long.
    pub fn told(&self) -> impl Iterator<Item = Sql> {
        let told = "INSERT INTO stamp (name, changes) VALUES ($1, 1)
                    ON CONFLICT (name) DO UPDATE SET changes = stamp.changes + 1";
        self.changed().map(move |kept| Sql::text(told).bind(kept.name()))
    }

    /// Lets this node know that the transaction is over.
    pub fn settle(&self, stamps: &Stamps) {
        for kept in self.changed() {
            stamps.0[kept as usize].here.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Store {
    /// The stamp of now. To be asked for before what is remembered under it is read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stamp(&self, kept: Kept) -> Result<Stamp, Problem> {
        let counts = &self.stamps.0[kept as usize];
        if counts.due(self.clock.now()) {
            let changes = self.value(Sql::text("SELECT changes FROM stamp WHERE name = $1").bind(kept.name())).await;
            if changes.is_err() {
                counts.asked.store(0, Ordering::SeqCst);
            }
            counts.elsewhere.store(changes?.unwrap_or(0), Ordering::SeqCst);
        }
        Ok(Stamp { here: counts.here.load(Ordering::SeqCst), elsewhere: counts.elsewhere.load(Ordering::SeqCst) })
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

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
            assert!(Kept::People.is_changed_by(statement), "{statement}");
        }
        for statement in [
            "INSERT INTO session (id, expires_at) VALUES ($1, $2)",
            "UPDATE account SET failures = $3, locked_until = $4 WHERE id = $1",
            "UPDATE account SET version = version WHERE id = $1",
            "INSERT INTO pairing_round (id) VALUES ($1)",
            "UPDATE demand SET state = $1",
            "SELECT * FROM role_grant",
            "UPDATE category SET name = $4",
        ] {
            assert!(!Kept::People.is_changed_by(statement), "{statement}");
        }
        assert!(Kept::Categories.is_changed_by("UPDATE category SET name = $4"));
        assert!(!Kept::Categories.is_changed_by("INSERT INTO category_limit (id) VALUES ($1)"));
    }
}
