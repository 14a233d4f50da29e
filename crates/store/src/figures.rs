//! What an operator watches: how long the database takes, how many connections are in use, and what waits.

use crate::sql::{Db, Sql};
use crate::{Dialect, Store};
use kernel::{Instant, Problem};
use sea_orm::FromQueryResult;

/// More than this is not counted further: it is far too much anyway.
const MOST: i64 = 100_000;

/// The store as it stands now.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The pools of connections.
    pub pools: Vec<Pool>,
    /// Jobs that are due.
    pub jobs_waiting: i64,
    /// Jobs that failed for the last time.
    pub jobs_dead: i64,
    /// What each subscriber has not heard yet.
    pub readers: Vec<Waiting>,
}

/// A pool of connections.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// What it is for.
    pub name: &'static str,
    /// Connections that are open.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
}

/// A subscriber of the outbox and what it has not heard yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The subscriber's name.
    pub reader: String,
    /// How many events wait for it, at most 100,000.
    pub events: i64,
    /// Since when the oldest of them waits.
    pub since: Option<Instant>,
}

#[derive(FromQueryResult)]
struct Place {
    name: String,
    xid: i64,
    seq: i64,
}

#[derive(FromQueryResult)]
struct Jobs {
    waiting: i64,
    dead: i64,
}

impl Store {
    /// The figures of this moment. Reads no more than waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn figures(&self) -> Result<Figures, Problem> {
        let jobs = "SELECT CAST(COUNT(*) FILTER (WHERE NOT dead AND run_at <= $1) AS BIGINT) AS waiting,
                      CAST(COUNT(*) FILTER (WHERE dead) AS BIGINT) AS dead FROM job";
        let jobs: Option<Jobs> = self.one(Sql::text(jobs).bind(self.clock().now())).await?;
        let (jobs_waiting, jobs_dead) = jobs.map_or((0, 0), |jobs| (jobs.waiting, jobs.dead));
        let mut readers = Vec::new();
        let places = "SELECT name, xid, seq FROM outbox_reader ORDER BY name";
        for place in self.all::<Place>(Sql::text(places)).await? {
            let after = |text: String| Sql::text(text).bind(place.xid).bind(place.seq);
            let waits = "FROM outbox WHERE (xid, seq) > ($1, $2)";
            let count = format!("SELECT COUNT(*) FROM (SELECT 1 {waits} LIMIT {MOST}) waiting");
            let events: i64 = self.value(after(count)).await?.unwrap_or(0);
            let since = self.value(after(format!("SELECT at {waits} ORDER BY xid, seq LIMIT 1"))).await?;
            readers.push(Waiting { reader: place.name, events, since });
        }
        Ok(Figures { pools: self.pools(), jobs_waiting, jobs_dead, readers })
    }

    fn pools(&self) -> Vec<Pool> {
        let pool = |name, open, idle: usize| Pool { name, open, idle: u32::try_from(idle).unwrap_or(open) };
        match self.dialect {
            Dialect::Sqlite => [("write", &self.writer), ("read", &self.reader)]
                .map(|(name, held)| (name, held.get_sqlite_connection_pool()))
                .map(|(name, held)| pool(name, held.size(), held.num_idle()))
                .to_vec(),
            Dialect::Postgres => {
                let held = self.writer.get_postgres_connection_pool();
                vec![pool("all", held.size(), held.num_idle())]
            }
        }
    }
}

/// Does a piece of database work and notes how long it took.
pub(crate) async fn measured<T>(kind: &'static str, work: impl Future<Output = T>) -> T {
    let began = std::time::Instant::now();
    let done = work.await;
    metrics::histogram!("weiqitong_database_seconds", "kind" => kind).record(began.elapsed());
    done
}
