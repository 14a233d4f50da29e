//! The one road for writes.

use crate::Store;
use crate::dialect::Dialect;
use crate::figures::measured;
use crate::keys::Keys;
use crate::sql::{Sql, trouble};
use crate::stamp::{Concerns, Stamps};
use kernel::{Instant, Problem};
use sea_orm::{DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};

/// A write transaction. Nothing done through it is seen by others, or survives, before [`Tx::commit`].
#[derive(Debug)]
#[must_use = "a transaction that is not committed never was"]
pub struct Tx {
    pub(crate) inner: DatabaseTransaction,
    pub(crate) dialect: Dialect,
    pub(crate) keys: Keys,
    now: Instant,
    stamps: Stamps,
    /// What was written of what nodes remember.
    concerns: Concerns,
}

impl Tx {
    /// The one moment at which everything in this transaction happens.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Turns to another moment: what is written from here on happened at `now`. For writing down a history.
    pub fn turn_to(&mut self, now: Instant) {
        self.now = now;
    }

    /// Makes everything done through this transaction durable and visible. Only after this may it be acknowledged.
    ///
    /// # Errors
    /// As [`trouble`] says; then nothing was written.
    pub async fn commit(self) -> Result<(), Problem> {
        for told in self.concerns.told() {
            told.run(&self.inner).await?;
        }
        let done = measured("commit", self.inner.commit()).await.map_err(|error| trouble("COMMIT", error));
        self.concerns.settle(&self.stamps);
        done
    }

    /// Runs a statement and counts the rows it touched.
    ///
    /// # Errors
    /// As [`trouble`] says.
    pub async fn run(&self, sql: Sql) -> Result<u64, Problem> {
        self.note(sql.as_text());
        sql.run(&self.inner).await
    }

    /// Remembers whether a statement concerns what nodes remember.
    pub(crate) fn note(&self, text: &str) {
        self.concerns.note(text);
    }

    /// Runs an update that must meet the version it was decided on.
    ///
    /// # Errors
    /// [`Problem::Stale`] when it touched no row: somebody else was first.
    pub async fn run_versioned(&self, sql: Sql) -> Result<(), Problem> {
        match self.run(sql).await? {
            0 => Err(Problem::Stale("这条记录刚被别人修改过，请刷新后核对再提交。".into())),
            _ => Ok(()),
        }
    }
}

impl Store {
    /// Begins a write transaction, in which everything happens now. It must be given to [`Tx::commit`]; dropped, it
    /// never was.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when no connection comes free in time.
    pub async fn begin(&self) -> Result<Tx, Problem> {
        let options = TransactionOptions {
            // A transaction that reads first and writes later would fail on a busy SQLite file.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = measured("begin", self.writer.begin_with_options(options)).await;
        let inner = inner.map_err(|error| trouble("BEGIN", error))?;
        Ok(Tx {
            inner,
            dialect: self.dialect,
            keys: self.keys.clone(),
            now: self.clock.now(),
            stamps: self.stamps.clone(),
            concerns: Concerns::default(),
        })
    }
}
