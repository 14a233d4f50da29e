//! Many rows at once, as a file brings them. A feature weighs them by the same rules as one row typed by hand: each against
//! what is there and against the rows before it. Then all are written, or none.

use kernel::Problem;
use kernel::problem::FieldError;
use schemars::JsonSchema;
use sea_orm::{FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Sql};

/// How many keys one query looks for.
const AT_ONCE: usize = 500;

/// What is wished for, and the line of the file that says so.
#[derive(Debug, Clone)]
pub struct Lined<T> {
    /// The line, as the reader of the file counts.
    pub line: u32,
    /// The wish.
    pub wish: T,
}

/// A field that a row would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The field's code.
    pub field: String,
    /// What is there.
    pub old: String,
    /// What it would be.
    pub new: String,
}

impl Difference {
    /// The difference, if there is one.
    #[must_use]
    pub fn of(field: &str, old: impl ToString, new: impl ToString) -> Option<Self> {
        let (old, new) = (old.to_string(), new.to_string());
        (old != new).then(|| Self { field: field.into(), old, new })
    }
}

/// What becomes of one row; `W` is what has to be written for it.
#[derive(Debug, Clone)]
pub enum Verdict<W> {
    /// It comes into being.
    New(W),
    /// It is there and differs.
    Changed(W, Vec<Difference>),
    /// It is there as it should be.
    Same,
    /// It cannot be.
    Wrong(Vec<FieldError>),
}

impl<W> Verdict<W> {
    /// One field of the row is wrong.
    pub fn wrong(field: &str, detail: impl Into<String>) -> Self {
        Self::Wrong(vec![FieldError { field: field.into(), detail: detail.into() }])
    }

    /// A row that is there: the same, or changed.
    pub fn against(differences: Vec<Difference>, write: impl FnOnce() -> W) -> Self {
        if differences.is_empty() { Self::Same } else { Self::Changed(write(), differences) }
    }
}

/// The mistakes of one row, gathered so that a person hears of all of them at once.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<FieldError>);

impl Mistakes {
    /// None yet.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The value, or its mistake noted.
    ///
    /// # Errors
    /// Whatever is no mistake of the row.
    pub fn note<T>(&mut self, tried: Result<T, Problem>) -> Result<Option<T>, Problem> {
        match tried {
            Ok(value) => Ok(Some(value)),
            Err(Problem::Invalid { errors, .. }) => {
                self.0.extend(errors);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// Notes a mistake.
    pub fn say(&mut self, field: &str, detail: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), detail: detail.into() });
    }

    /// What was noted, when anything was.
    #[must_use]
    pub fn found(self) -> Option<Vec<FieldError>> {
        Some(self.0).filter(|noted| !noted.is_empty())
    }
}

/// How far long work is, for somebody else to look at.
#[derive(Debug, Default)]
pub struct Progress(AtomicU64);

impl Progress {
    /// So many more rows are done.
    pub fn advance(&self, rows: usize) {
        self.0.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// So many are done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The rows whose key is among `keys`; `text` writes the query around the places of some of them.
///
/// # Errors
/// When the database fails.
pub async fn among<T, K>(db: &impl Db, keys: &[K], text: impl Fn(&str) -> String + Send) -> Result<Vec<T>, Problem>
where
    T: FromQueryResult + Send,
    K: Clone + Into<Value> + Sync,
{
    let mut found = Vec::new();
    for some in keys.chunks(AT_ONCE) {
        let mut sql = Sql::text("");
        let places: Vec<String> = some.iter().map(|key| sql.place(key.clone())).collect();
        found.extend(db.all(sql.say(text(&places.join(", ")))).await?);
    }
    Ok(found)
}
