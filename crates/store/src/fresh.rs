//! A database of one's own for a test, migrated and empty; SQLite or PostgreSQL by the environment.
//!
//! `WQT_TEST_DATABASE` is `sqlite` (the default) or `postgres`; for the latter `WQT_TEST_POSTGRES_URL` names a server on which
//! databases may be made.

use crate::{Algorithm, Keys, Ring, Store};
use kernel::{BugExt, Clock, Problem};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A store that is gone with this value (on PostgreSQL: with the throw-away cluster).
#[derive(Debug)]
pub struct Fresh {
    /// The open, migrated store.
    pub store: Store,
    /// Its URL, for a second process or pool on the same data.
    pub url: String,
    folder: Option<PathBuf>,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Fresh {
    /// Makes one.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database cannot be made.
    pub async fn open(clock: Clock) -> Result<Self, Problem> {
        let fresh = Self::bare(clock).await?;
        fresh.store.migrate().await?;
        Ok(fresh)
    }

    /// Makes one in which nothing is yet, not even a schema.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database cannot be made.
    pub async fn bare(clock: Clock) -> Result<Self, Problem> {
        let name = format!("wqt_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let (url, folder) = if std::env::var("WQT_TEST_DATABASE").is_ok_and(|kind| kind == "postgres") {
            let server = std::env::var("WQT_TEST_POSTGRES_URL").map_err(|_| {
                Problem::Unavailable("请设置 WQT_TEST_POSTGRES_URL，或用 scripts/with-postgres.sh 运行。".into())
            })?;
            let admin = Store::open(&server, clock.clone()).await?;
            sea_orm::ConnectionTrait::execute_unprepared(&admin.writer, &format!("CREATE DATABASE {name}"))
                .await
                .map_err(|error| crate::trouble("CREATE DATABASE", error))?;
            admin.close().await;
            let (base, _) = server.rsplit_once('/').unwrap_or((&server, ""));
            (format!("{base}/{name}"), None)
        } else {
            let folder = std::env::temp_dir().join(name);
            (format!("sqlite:{}", folder.join("test.db").display()), Some(folder))
        };
        let ring = Ring::fresh(Algorithm::default(), "2026-01-05").bug("making keys")?;
        let store = Store::open(&url, clock).await?.with_keys(Keys::of(ring));
        Ok(Self { store, url, folder })
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // A folder that stays behind in the temporary directory harms nobody.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
