//! The only crate that knows a database. SQLite in a file or PostgreSQL over the network, chosen by URL.
//!
//! Reads go through [`Db::all`] and [`Db::one`] with an [`Sql`] written once; writes through [`Store::begin`], one short
//! transaction that commits before anything is acknowledged. What leaves the process leaves through the
//! outbox ([`Tx::emit`]), in the transaction that caused it.

mod bulk;
mod dialect;
mod figures;
pub mod fresh;
mod jobs;
mod keys;
mod migrate;
mod outbox;
pub mod private;
mod sealing;
mod sql;
mod stamp;
mod tx;
mod values;

pub use bulk::Row;
pub use dialect::Dialect;
pub use figures::{Figures, Pool, Waiting};
pub use jobs::{DeadJob, Job, Worker};
pub use keys::Keys;
pub use outbox::{Envelope, Subscriber, Topic};
pub use private::{Private, Sealed, Sealing};
pub use seal::{About, Algorithm, KeyFile, KeyLine, Ring};
pub use sealing::Usage;
pub use sql::{Columns, Db, Sql, beginning, containing, count_each, counts, trouble};
pub use stamp::{Kept, Stamp};
pub use tx::Tx;

use kernel::{AreaCode, Clock, Problem};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, FromQueryResult};
use std::time::Duration;

/// How many statements a connection keeps prepared: more than the program has, so that none is parsed twice.
const STATEMENTS: usize = 500;
/// How many rows a connection to SQLite reads ahead: a page of any list, so that the thread that reads hands over once.
const AHEAD: usize = 256;
/// A connection that lay idle for so long is tried before it is used: until then it is trusted.
const TRUSTED: Duration = Duration::from_secs(2);
/// How long one database call may take before it is given up.
const CALL_LIMIT: Duration = Duration::from_secs(30);

/// A database that is open: many readers, and writers that queue.
#[derive(Debug, Clone)]
pub struct Store {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    dialect: Dialect,
    clock: Clock,
    keys: Keys,
    stamps: stamp::Stamps,
}

impl Store {
    /// Opens `sqlite:PATH` (made when missing) or `postgres://…`.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database cannot be reached or the URL is of another kind.
    pub async fn open(url: &str, clock: Clock) -> Result<Self, Problem> {
        if url.starts_with("sqlite:") {
            let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
            if let Some(folder) = std::path::Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)
                    .map_err(|error| Problem::Unavailable(format!("无法建立数据目录 {}：{error}", folder.display())))?;
            }
            let url = format!("sqlite://{path}?mode=rwc");
            // One writer: SQLite has one anyway, and a queue in front of it beats "database is locked".
            let writer = connect(sqlite(&url, 1)).await?;
            let reader = connect(sqlite(&url, 8)).await?;
            Ok(Self {
                reader,
                writer,
                dialect: Dialect::Sqlite,
                clock,
                keys: Keys::none(),
                stamps: stamp::Stamps::default(),
            })
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = connect(postgres(url)).await?;
            let store = Self {
                reader: pool.clone(),
                writer: pool,
                dialect: Dialect::Postgres,
                clock,
                keys: Keys::none(),
                stamps: stamp::Stamps::default(),
            };
            store.sorts_by_bytes().await?;
            Ok(store)
        } else {
            Err(Problem::Unavailable(format!("数据库地址应以 sqlite: 或 postgres:// 开头，收到“{url}”。")))
        }
    }

    /// PostgreSQL sorts and compares text by a collation chosen when the database was made; all but C would give other lists
    /// than SQLite does, and indexes that a new C library breaks.
    async fn sorts_by_bytes(&self) -> Result<(), Problem> {
        #[derive(FromQueryResult)]
        struct Made {
            encoding: String,
            collation: String,
            provider: String,
        }
        let made =
            "SELECT CAST(pg_encoding_to_char(encoding) AS TEXT) AS encoding, CAST(datcollate AS TEXT) AS collation,
                      CAST(datlocprovider AS TEXT) AS provider FROM pg_database WHERE datname = current_database()";
        let Some(made) = self.one::<Made>(Sql::text(made)).await? else { return Ok(()) };
        let bytes = ["C", "POSIX", "C.UTF-8", "C.UTF8", "C.utf8"].contains(&made.collation.as_str());
        if made.encoding == "UTF8" && bytes && made.provider != "i" {
            return Ok(());
        }
        let Made { encoding, collation, provider } = made;
        let collation = if provider == "i" { "ICU".into() } else { collation };
        Err(Problem::Unavailable(format!(
            "数据库的编码是 {encoding}，排序规则是 {collation}；本系统需要 UTF8 和 C（或 C.UTF-8）。请另建数据库后重试：\
             CREATE DATABASE weiqitong TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C';"
        )))
    }

    /// The pool that serves a county. Today one pool serves all.
    #[must_use]
    pub fn at(&self, _county: AreaCode) -> &Self {
        self
    }

    /// The same store with the keys to what lies sealed in it.
    #[must_use]
    pub fn with_keys(self, keys: Keys) -> Self {
        Self { keys, ..self }
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The clock that stamps what is written.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether the database answers and its schema is the one this program was built with.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when not.
    pub async fn ready(&self) -> Result<(), Problem> {
        migrate::current(self).await
    }

    /// Brings the schema up to date; safe to run from many nodes at once. Returns how many steps it took.
    ///
    /// # Errors
    /// [`Problem::Conflict`] when a step already applied was changed since; else a bug.
    pub async fn migrate(&self) -> Result<usize, Problem> {
        migrate::apply(self).await
    }

    /// Lets the database count what lies in its tables, so that it chooses the right index for each query. For after much
    /// was written at once.
    ///
    /// # Errors
    /// As [`trouble`] says.
    pub async fn analyze(&self) -> Result<(), Problem> {
        for statement in self.dialect.analyze() {
            self.writer.execute_unprepared(statement).await.map_err(|error| trouble(statement, error))?;
        }
        Ok(())
    }

    /// Ends all connections, writing the SQLite log back into the file.
    pub async fn close(self) {
        for pool in [self.reader, self.writer] {
            if let Err(error) = pool.close().await {
                tracing::warn!(%error, "closing a database pool");
            }
        }
    }
}

async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, Problem> {
    Database::connect(options).await.map_err(|error| Problem::Unavailable(format!("数据库连接不上：{error}")))
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).acquire_timeout(CALL_LIMIT).sqlx_logging(false);
    options.test_before_acquire_if_idle_for(TRUSTED);
    options.map_sqlx_sqlite_opts(|options| {
        options
            .foreign_keys(true)
            .busy_timeout(CALL_LIMIT)
            .statement_cache_capacity(STATEMENTS)
            .row_buffer_size(AHEAD)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("cache_size", "-16384")
    });
    options
}

fn postgres(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(16).acquire_timeout(CALL_LIMIT).statement_timeout(CALL_LIMIT).sqlx_logging(false);
    options.test_before_acquire_if_idle_for(TRUSTED);
    options.map_sqlx_postgres_opts(|options| options.statement_cache_capacity(STATEMENTS));
    options
}
