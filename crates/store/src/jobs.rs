//! Work to be done later: rows written in the transaction that wants it, claimed by whichever node is free.
//!
//! A job may be run more than once (a node can die between the work and noting it done), so jobs are idempotent. One
//! that fails is tried again, later each time; after [`Job::TRIES`] it is dead, and stays in the table to be seen.

use crate::Store;
use crate::sql::{Db, Sql};
use crate::tx::Tx;
use chrono::Duration;
use kernel::id::JobId;
use kernel::{AreaCode, BugExt, Instant, Problem};
use sea_orm::FromQueryResult;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

/// How long a node may work on a job before another takes it over.
const LEASE: Duration = Duration::minutes(10);

/// Work to be done later. The struct is the payload; `C` is what the work needs.
pub trait Job<C>: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name under which it is stored. Never change it while jobs wait.
    const NAME: &'static str;
    /// How often it is tried before it is dead.
    const TRIES: i64 = 8;

    /// Does the work; a second run must change nothing more.
    ///
    /// # Errors
    /// Whatever went wrong: it is kept with the job, which is tried again.
    fn run(self, context: Arc<C>) -> impl Future<Output = Result<(), Problem>> + Send;
}

type Work<C> =
    Box<dyn Fn(serde_json::Value, Arc<C>) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send>> + Send + Sync>;

/// The kinds of jobs a node can do.
pub struct Worker<C> {
    context: Arc<C>,
    kinds: BTreeMap<&'static str, (i64, Work<C>)>,
}

#[derive(FromQueryResult)]
struct Claimed {
    id: JobId,
    county_id: AreaCode,
    name: String,
    body: serde_json::Value,
    tries: i64,
}

/// A job that failed for the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromQueryResult)]
pub struct DeadJob {
    /// The job.
    pub id: JobId,
    /// What kind it is.
    pub name: String,
    /// What went wrong the last time, for administrators.
    pub failure: Option<String>,
    /// When it was asked for.
    pub made_at: Instant,
}

impl Tx {
    /// Asks for a job, to be run as soon as this transaction is committed and somebody is free.
    ///
    /// # Errors
    /// When the database refuses the row.
    pub async fn enqueue<C, J: Job<C>>(&self, county: AreaCode, job: &J) -> Result<JobId, Problem> {
        let id = JobId::mint(self.now());
        let body = serde_json::to_value(job).bug("writing a job")?;
        let insert = "INSERT INTO job (id, county_id, name, body, run_at, made_at) VALUES ($1, $2, $3, $4, $5, $5)";
        self.run(Sql::text(insert).bind(id).bind(county).bind(J::NAME).bind(body).bind(self.now())).await?;
        Ok(id)
    }
}

impl<C: Send + Sync + 'static> Worker<C> {
    /// A worker that can do nothing yet; every job is given `context`.
    pub fn new(context: C) -> Self {
        Self { context: Arc::new(context), kinds: BTreeMap::new() }
    }

    /// Teaches the worker a kind of job.
    #[must_use]
    pub fn knows<J: Job<C>>(mut self) -> Self {
        let work: Work<C> = Box::new(|body, context| {
            Box::pin(async move { serde_json::from_value::<J>(body).bug("reading a job")?.run(context).await })
        });
        self.kinds.insert(J::NAME, (J::TRIES, work));
        self
    }

    /// Does the next job that is due and of a kind it knows; false when there is none.
    ///
    /// # Errors
    /// When the database fails. A job that fails is no error here: it is noted and will come again.
    pub async fn step(&self, store: &Store) -> Result<bool, Problem> {
        let Some(job) = self.claim(store).await? else { return Ok(false) };
        let Some((most, work)) = self.kinds.get(job.name.as_str()) else { return Ok(false) };
        let outcome = work(job.body, self.context.clone()).await;
        let tx = store.begin().await?;
        match outcome {
            Ok(()) => {
                let done = "DELETE FROM job WHERE id = $1 AND county_id = $2 AND tries = $3";
                tx.run(Sql::text(done).bind(job.id).bind(job.county_id).bind(job.tries)).await?;
            }
            Err(problem) => {
                let dead = job.tries >= *most;
                tracing::warn!(job = %job.id, kind = job.name, tries = job.tries, dead, %problem, "a job failed");
                let again = tx.now() + pause(job.tries);
                let noted = "UPDATE job SET claimed_until = NULL, run_at = $4, failure = $5, dead = $6
                             WHERE id = $1 AND county_id = $2 AND tries = $3";
                let noted = Sql::text(noted).bind(job.id).bind(job.county_id).bind(job.tries);
                tx.run(noted.bind(again).bind(problem.to_string()).bind(dead)).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Takes the job that has waited longest. The number of tries tells a claim from a later one.
    async fn claim(&self, store: &Store) -> Result<Option<Claimed>, Problem> {
        if self.kinds.is_empty() {
            return Ok(None);
        }
        let tx = store.begin().await?;
        let mut claim = Sql::text("").bind(tx.now()).bind(tx.now() + LEASE);
        let names: Vec<String> = self.kinds.keys().map(|name| claim.place(*name)).collect();
        let claim = claim.say(format!(
            "UPDATE job SET claimed_until = $2, tries = tries + 1
             WHERE (id, county_id) IN (
               SELECT id, county_id FROM job
               WHERE NOT dead AND run_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1) AND name IN ({})
               ORDER BY run_at, id LIMIT 1 {})
             RETURNING id, county_id, name, body, tries",
            names.join(", "),
            tx.dialect.skip_locked()
        ));
        let job = tx.one(claim).await?;
        tx.commit().await?;
        Ok(job)
    }
}

impl Store {
    /// The jobs that failed for the last time, the newest first, at most 200.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dead_jobs(&self) -> Result<Vec<DeadJob>, Problem> {
        self.all(Sql::text("SELECT id, name, failure, made_at FROM job WHERE dead ORDER BY made_at DESC, id LIMIT 200"))
            .await
    }
}

/// How long to wait after so many tries: 10 s, 20 s, 40 s … at most an hour.
fn pause(tries: i64) -> Duration {
    let doublings = u32::try_from(tries.clamp(1, 10) - 1).unwrap_or(0);
    Duration::seconds((10 * 2_i64.pow(doublings)).min(3600))
}
