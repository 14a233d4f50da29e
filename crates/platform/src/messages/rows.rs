//! The table of deliveries, and the notices they come from.

use kernel::id::{AccountId, DeliveryId, KeptId, NoticeId};
use kernel::words::{DeliveryState, MessageChannel, NewsKind};
use kernel::{AreaCode, Instant, Problem};
use rules::message::Sent;
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

/// A notice, as far as a message is made of it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Told {
    pub id: NoticeId,
    pub county_id: AreaCode,
    pub account_id: AccountId,
    pub kind: NewsKind,
    pub number: String,
    pub link: String,
    pub at: Instant,
    pub read_at: Option<Instant>,
}

/// A delivery that one worker has taken.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Claimed {
    pub id: DeliveryId,
    pub county_id: AreaCode,
    pub account_id: AccountId,
    pub channel: MessageChannel,
    /// None for a digest.
    pub notice_id: Option<NoticeId>,
    pub tries: i64,
}

/// How a delivery stands after a try.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub state: DeliveryState,
    pub due_at: Option<Instant>,
    pub reason: Option<String>,
}

const TOLD: &str = "SELECT id, county_id, account_id, kind, number, link, at, read_at FROM notice";

/// Takes the notices that nobody has looked at yet, the oldest first: whoever marks them first has them.
pub async fn take_notices(tx: &Tx, most: i64) -> Result<Vec<Told>, Problem> {
    let take = "UPDATE notice SET carried = TRUE
                WHERE (id, county_id) IN (SELECT id, county_id FROM notice WHERE NOT carried ORDER BY id LIMIT $1) AND NOT carried
                RETURNING id, county_id, account_id, kind, number, link, at, read_at";
    let mut taken: Vec<Told> = tx.all(Sql::text(take).bind(most)).await?;
    taken.sort_by_key(|told| (told.account_id, told.id));
    Ok(taken)
}

/// Whether there is a notice that nobody has looked at yet: a read, so that asking costs no write.
pub async fn has_notices(db: &impl Db) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM notice WHERE NOT carried)";
    Ok(db.value(Sql::text(sql)).await?.unwrap_or(false))
}

pub async fn told(db: &impl Db, id: NoticeId) -> Result<Option<Told>, Problem> {
    db.one(Sql::text(format!("{TOLD} WHERE id = $1")).bind(id)).await
}

/// A delivery to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewDelivery {
    pub county: AreaCode,
    pub account: AccountId,
    pub channel: MessageChannel,
    pub kind: NewsKind,
    pub notice: Option<NoticeId>,
    pub state: DeliveryState,
    pub due_at: Instant,
}

pub async fn insert(tx: &Tx, new: NewDelivery) -> Result<DeliveryId, Problem> {
    let id = DeliveryId::mint(tx.now());
    let insert = "INSERT INTO delivery (id, county_id, account_id, channel, kind, notice_id, state, due_at, made_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let insert = Sql::text(insert).bind(id).bind(new.county).bind(new.account).bind(new.channel).bind(new.kind);
    tx.run(insert.bind(new.notice).bind(new.state).bind(new.due_at).bind(tx.now())).await?;
    Ok(id)
}

/// How many messages an account gets alone by a road around a moment.
pub async fn sent(db: &impl Db, account: AccountId, channel: MessageChannel, at: Instant) -> Result<Sent, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        hour: i64,
        day: i64,
    }
    let sql = "SELECT CAST(COUNT(*) FILTER (WHERE due_at > $3) AS BIGINT) AS hour, CAST(COUNT(*) AS BIGINT) AS day FROM delivery
               WHERE account_id = $1 AND channel = $2 AND due_at > $4 AND notice_id IS NOT NULL AND state IN ('waiting', 'sent')
                 AND digest_id IS NULL";
    let sql = Sql::text(sql).bind(account).bind(channel);
    let sql = sql.bind(at - chrono::Duration::hours(1)).bind(at - chrono::Duration::days(1));
    let row: Option<Row> = db.one(sql).await?;
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(row.map_or_else(Sent::default, |row| Sent { hour: count(row.hour), day: count(row.day) }))
}

/// Takes the delivery that has been due longest. The number of tries tells a claim from a later one.
pub async fn claim(tx: &Tx, until: Instant) -> Result<Option<Claimed>, Problem> {
    const FREE: &str = "state = 'waiting' AND due_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1)";
    let claim = format!(
        "UPDATE delivery SET claimed_until = $2, tries = tries + 1
         WHERE (id, county_id) IN (SELECT id, county_id FROM delivery WHERE {FREE} ORDER BY due_at, id LIMIT 1) AND {FREE}
         RETURNING id, county_id, account_id, channel, notice_id, tries"
    );
    tx.one(Sql::text(claim).bind(tx.now()).bind(until)).await
}

/// Whether something is due: a read, so that asking costs no write.
pub async fn is_due(db: &impl Db, now: Instant) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM delivery WHERE state = 'waiting' AND due_at <= $1
                 AND (claimed_until IS NULL OR claimed_until <= $1))";
    Ok(db.value(Sql::text(sql).bind(now)).await?.unwrap_or(false))
}

/// Notes what a try came to; what was gathered into a digest ends with it. Nothing when another try is under way since.
pub async fn settle(tx: &Tx, claimed: &Claimed, outcome: &Outcome) -> Result<(), Problem> {
    let ended = (outcome.state != DeliveryState::Waiting).then(|| tx.now());
    let note = "UPDATE delivery SET state = $4, due_at = CASE WHEN $5 IS NULL THEN due_at ELSE $5 END, reason = $6, ended_at = $7,
                  claimed_until = NULL
                WHERE id = $1 AND county_id = $2 AND tries = $3 AND state = 'waiting'";
    let note = Sql::text(note).bind(claimed.id).bind(claimed.county_id).bind(claimed.tries).bind(outcome.state);
    let noted = tx.run(note.bind(outcome.due_at).bind(outcome.reason.clone()).bind(ended)).await?;
    if noted > 0 && claimed.notice_id.is_none() && matches!(outcome.state, DeliveryState::Sent | DeliveryState::Dropped)
    {
        let along = "UPDATE delivery SET state = $3, reason = $4, ended_at = $5
                     WHERE digest_id = $1 AND county_id = $2 AND state = 'gathered'";
        let along = Sql::text(along).bind(claimed.id).bind(claimed.county_id).bind(outcome.state);
        tx.run(along.bind(outcome.reason.clone()).bind(ended)).await?;
    }
    Ok(())
}

/// Somebody for whom what was gathered is due.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Gathered {
    pub county_id: AreaCode,
    pub account_id: AccountId,
    pub channel: MessageChannel,
}

pub async fn gathered(db: &impl Db, now: Instant) -> Result<Option<Gathered>, Problem> {
    let sql = "SELECT county_id, account_id, channel FROM delivery
               WHERE state = 'gathered' AND digest_id IS NULL AND due_at <= $1 ORDER BY due_at, account_id LIMIT 1";
    db.one(Sql::text(sql).bind(now)).await
}

/// Gives what is due of somebody to a digest; none when another worker was first.
pub async fn give_to_digest(tx: &Tx, of: &Gathered, digest: DeliveryId) -> Result<u64, Problem> {
    let give = "UPDATE delivery SET digest_id = $4
                WHERE account_id = $1 AND county_id = $2 AND channel = $3 AND state = 'gathered' AND digest_id IS NULL
                  AND due_at <= $5";
    let give = Sql::text(give).bind(of.account_id).bind(of.county_id).bind(of.channel);
    tx.run(give.bind(digest).bind(tx.now())).await
}

/// The notices in a digest.
pub async fn of_digest(db: &impl Db, digest: DeliveryId) -> Result<Vec<Told>, Problem> {
    let sql = "SELECT notice.id, notice.county_id, notice.account_id, notice.kind, notice.number, notice.link, notice.at, notice.read_at
               FROM delivery JOIN notice ON notice.id = delivery.notice_id AND notice.county_id = delivery.county_id
               WHERE delivery.digest_id = $1 ORDER BY notice.id LIMIT 500";
    db.all(Sql::text(sql).bind(digest)).await
}

/// A message that nothing carries, to be kept.
#[derive(Debug, Clone, Copy)]
pub struct Keeping<'a> {
    pub county: AreaCode,
    pub channel: MessageChannel,
    pub name: &'a str,
    pub address: &'a str,
    pub title: &'a str,
    pub text: &'a str,
}

pub async fn keep(tx: &Tx, new: Keeping<'_>) -> Result<(), Problem> {
    let insert = "INSERT INTO kept_message (id, county_id, channel, name, address, title, text, at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let insert = Sql::text(insert).bind(KeptId::mint(tx.now())).bind(new.county).bind(new.channel).bind(new.name);
    tx.run(insert.bind(new.address).bind(new.title).bind(new.text).bind(tx.now())).await.map(drop)
}

/// What operators watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Figures {
    /// Messages that are due.
    pub due: i64,
    /// Those that failed at least once and will be tried again.
    pub again: i64,
    /// Those that failed for the last time.
    pub dead: i64,
    /// Since when the oldest of those that are due waits.
    pub since: Option<Instant>,
}

pub async fn figures(db: &impl Db, now: Instant) -> Result<Figures, Problem> {
    let sql = "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM delivery WHERE state = 'waiting' AND due_at <= $1) AS due,
                      (SELECT CAST(COUNT(*) AS BIGINT) FROM delivery WHERE state = 'waiting' AND tries > 0) AS again,
                      (SELECT CAST(COUNT(*) AS BIGINT) FROM delivery WHERE state = 'dead') AS dead,
                      (SELECT MIN(due_at) FROM delivery WHERE state = 'waiting' AND due_at <= $1) AS since";
    let found: Option<Figures> = db.one(Sql::text(sql).bind(now)).await?;
    Ok(found.unwrap_or(Figures { due: 0, again: 0, dead: 0, since: None }))
}

/// What ended a year ago is no longer needed by anybody; what was kept, after a month.
pub async fn forget(tx: &Tx) -> Result<(), Problem> {
    let old = "DELETE FROM delivery WHERE state IN ('sent', 'dropped') AND made_at < $1";
    tx.run(Sql::text(old).bind(tx.now() - chrono::Duration::days(366))).await?;
    let kept = "DELETE FROM kept_message WHERE at < $1";
    tx.run(Sql::text(kept).bind(tx.now() - chrono::Duration::days(31))).await.map(drop)
}
