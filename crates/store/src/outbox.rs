//! The outbox: what happened, written in the transaction in which it happened, read in order by each subscriber.
//!
//! A subscriber's place moves in the same transaction as its effects, so an event takes effect exactly once
//! however often the process dies.

use crate::Store;
use crate::sql::{Db, Sql};
use crate::tx::Tx;
use kernel::id::EventId;
use kernel::{AreaCode, BugExt, Instant, Problem};
use sea_orm::FromQueryResult;
use serde::{Serialize, de::DeserializeOwned};

/// Something that can happen, as a type: its name in the outbox and its payload.
pub trait Topic: Serialize + DeserializeOwned + Send + Sync {
    /// The name under which it is stored and subscribed to, such as `demand.closed`.
    const NAME: &'static str;
}

/// One event as it lies in the outbox.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Envelope {
    /// What the reader remembers of its place, before `seq`.
    xid: i64,
    /// The place in the order.
    pub seq: i64,
    /// The event's id: the same however often it is delivered.
    pub id: EventId,
    /// The county in which it happened.
    pub county_id: AreaCode,
    /// The topic's name.
    pub topic: String,
    /// The payload.
    pub body: serde_json::Value,
    /// When it happened.
    pub at: Instant,
}

impl Envelope {
    /// The payload as `T`; `None` when the event is of another topic.
    ///
    /// # Errors
    /// A bug when the payload does not read as its topic says.
    pub fn open<T: Topic>(&self) -> Result<Option<T>, Problem> {
        if self.topic != T::NAME {
            return Ok(None);
        }
        serde_json::from_value(self.body.clone()).bug("reading an event").map(Some)
    }
}

impl Tx {
    /// Says that something happened in `county`. Subscribers hear of it after commit.
    ///
    /// # Errors
    /// When the database refuses the row.
    pub async fn emit<T: Topic>(&self, county: AreaCode, event: &T) -> Result<EventId, Problem> {
        let id = EventId::mint(self.now());
        let body = serde_json::to_value(event).bug("writing an event")?;
        let insert = "INSERT INTO outbox (id, county_id, topic, body, at) VALUES ($1, $2, $3, $4, $5)";
        self.run(Sql::text(insert).bind(id).bind(county).bind(T::NAME).bind(body).bind(self.now())).await?;
        Ok(id)
    }
}

/// Somebody who acts on what happened: hears every event once, in order, and writes through the same
/// transaction that moves its place.
pub trait Subscriber: Send + Sync {
    /// The name under which its place is kept. Never change it: a new name hears everything again.
    const NAME: &'static str;

    /// Acts on one event.
    ///
    /// # Errors
    /// Whatever went wrong: the place stays, and the same events come again.
    fn hear(&self, tx: &Tx, event: &Envelope) -> impl Future<Output = Result<(), Problem>> + Send;
}

impl Store {
    /// The number of the last event that happened, whether anybody has heard it or not; 0 before the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_event(&self) -> Result<i64, Problem> {
        Ok(self.value(Sql::text("SELECT MAX(seq) FROM outbox")).await?.unwrap_or(0))
    }

    /// Whether there is something that `S` has not heard yet. A read: asking costs no write.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn behind<S: Subscriber>(&self) -> Result<bool, Problem> {
        let unheard = format!(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE {} AND NOT EXISTS (
               SELECT 1 FROM outbox_reader reader WHERE reader.name = $1 AND (reader.xid, reader.seq) >= (outbox.xid, outbox.seq)))",
            self.dialect().settled()
        );
        Ok(self.value(Sql::text(unheard).bind(S::NAME)).await?.unwrap_or(false))
    }

    /// Gives `subscriber` its next events, at most `most`, in one transaction. Returns how many it took; 0 means it has
    /// caught up.
    ///
    /// # Errors
    /// What the subscriber says; then nothing has moved.
    pub async fn deliver<S: Subscriber>(&self, subscriber: &S, most: i64) -> Result<usize, Problem> {
        let tx = self.begin().await?;
        // Touching the reader's row keeps a second node out until this one has moved the place.
        let touch = "INSERT INTO outbox_reader (name, xid, seq, read_at) VALUES ($1, 0, 0, $2)
                     ON CONFLICT (name) DO UPDATE SET read_at = excluded.read_at";
        tx.run(Sql::text(touch).bind(S::NAME).bind(tx.now())).await?;
        let next = format!(
            "SELECT outbox.* FROM outbox JOIN outbox_reader reader ON reader.name = $1
             WHERE (outbox.xid, outbox.seq) > (reader.xid, reader.seq) AND {}
             ORDER BY outbox.xid, outbox.seq LIMIT $2",
            tx.dialect.settled()
        );
        let events: Vec<Envelope> = tx.all(Sql::text(next).bind(S::NAME).bind(most)).await?;
        for event in &events {
            subscriber.hear(&tx, event).await?;
        }
        if let Some(last) = events.last() {
            let moved = "UPDATE outbox_reader SET xid = $2, seq = $3 WHERE name = $1";
            tx.run(Sql::text(moved).bind(S::NAME).bind(last.xid).bind(last.seq)).await?;
        }
        tx.commit().await?;
        Ok(events.len())
    }
}
