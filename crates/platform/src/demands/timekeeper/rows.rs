//! The queries of clocks whose time has come, and the table of cards.

use crate::demands::Demand;
use kernel::id::{DemandId, EventId, UnitId};
use kernel::words::{Card, ClockKind};
use kernel::{AreaCode, Instant, Problem};
use rules::CardBounds;
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Store, Tx};

/// A clock whose time has come.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Due {
    pub demand_id: DemandId,
    pub county_id: AreaCode,
    pub kind: ClockKind,
    pub due_at: Instant,
}

/// A demand with a clock whose limit is unknown.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Unknown {
    pub demand_id: DemandId,
    pub county_id: AreaCode,
}

/// A card that has still to be shown.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Showing {
    pub demand_id: DemandId,
    pub county_id: AreaCode,
    pub kind: ClockKind,
    pub round: i64,
    pub unit_id: Option<UnitId>,
    pub unit_name: Option<String>,
    pub due_at: Instant,
    pub urgent: bool,
    pub card: Card,
}

/// A card that a demand has shown.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct ShownCard {
    /// Which card.
    pub card: Card,
    /// Of which clock.
    pub kind: ClockKind,
    /// Of which round.
    pub round: i64,
    /// Of which unit, when it is one unit's clock.
    pub unit_name: Option<String>,
    /// The limit for which it was shown.
    pub due_at: Instant,
    /// When it was shown.
    pub shown_at: Instant,
    /// When it was taken back, because the limit moved.
    pub withdrawn_at: Option<Instant>,
}

/// Suspensions and shelvings that end now.
pub async fn come(store: &Store, now: Instant, most: i64) -> Result<Vec<Due>, Problem> {
    let sql = "SELECT demand_id, county_id, kind, due_at FROM demand_clock
               WHERE kind IN ('pause', 'review') AND due_at <= $1 AND stopped_at IS NULL ORDER BY due_at LIMIT $2";
    store.all(Sql::text(sql).bind(now).bind(most)).await
}

const WARNED: &str = "clock.stopped_at IS NULL AND clock.due_at IS NOT NULL
  AND clock.kind IN ('contact', 'opinion', 'solve', 'handling', 'assist', 'ruling', 'decision', 'check', 'review')";

/// Clocks that show a card which nobody has been told of.
pub async fn to_show(store: &Store, bounds: &CardBounds, most: i64) -> Result<Vec<Showing>, Problem> {
    let sql = format!(
        "SELECT clock.demand_id, clock.county_id, clock.kind, clock.round, clock.unit_id, clock.unit_name, clock.due_at,
           demand.urgency <> 'ordinary' AS urgent, CASE WHEN clock.due_at < $1 THEN 'red' ELSE 'yellow' END AS card
         FROM demand_clock clock JOIN demand ON demand.id = clock.demand_id AND demand.county_id = clock.county_id
         WHERE {WARNED} AND clock.due_at < $2 AND (clock.due_at < $1 OR clock.started_at < $3)
           AND NOT EXISTS (SELECT 1 FROM demand_card card WHERE card.demand_id = clock.demand_id
             AND card.county_id = clock.county_id AND card.kind = clock.kind AND card.round = clock.round
             AND card.unit_id IS NOT DISTINCT FROM clock.unit_id AND card.due_at = clock.due_at
             AND card.card = CASE WHEN clock.due_at < $1 THEN 'red' ELSE 'yellow' END)
         ORDER BY clock.due_at DESC LIMIT $4"
    );
    let sql = Sql::text(sql).bind(bounds.red_before).bind(bounds.yellow_before).bind(bounds.today);
    store.all(sql.bind(most)).await
}

/// Demands whose solving is late and that nobody has brought higher, those late longest first.
pub async fn long_red(store: &Store, now: Instant, most: i64) -> Result<Vec<Due>, Problem> {
    let sql = "SELECT clock.demand_id, clock.county_id, clock.kind, clock.due_at
               FROM demand_clock clock JOIN demand ON demand.id = clock.demand_id AND demand.county_id = clock.county_id
               WHERE clock.kind = 'solve' AND clock.due_at < $1 AND clock.stopped_at IS NULL AND demand.rung = 'unit'
                 AND demand.state IN ('raised', 'accepted', 'dispatched', 'handling', 'objected', 'arbitration')
               ORDER BY clock.due_at LIMIT $2";
    store.all(Sql::text(sql).bind(now).bind(most)).await
}

/// Closed demands that ended before this moment and wait for no second look, the longest ended first.
pub async fn to_archive(store: &Store, before: Instant, most: i64) -> Result<Vec<(AreaCode, DemandId)>, Problem> {
    let sql = "SELECT demand.id AS demand_id, demand.county_id FROM demand
               WHERE demand.state = 'closed' AND demand.ended_at < $1
                 AND NOT EXISTS (SELECT 1 FROM demand_clock clock WHERE clock.demand_id = demand.id
                   AND clock.county_id = demand.county_id AND clock.kind = 'recheck' AND clock.stopped_at IS NULL)
               ORDER BY demand.ended_at, demand.id LIMIT $2";
    let found: Vec<Unknown> = store.all(Sql::text(sql).bind(before).bind(most)).await?;
    Ok(found.into_iter().map(|found| (found.county_id, found.demand_id)).collect())
}

/// Demands with a clock whose limit is unknown, in the order of their ids.
pub async fn unknown(store: &Store, after: Option<DemandId>, most: i64) -> Result<Vec<Unknown>, Problem> {
    let mut sql = Sql::text("");
    let after = after.map(|after| format!("AND demand_id > {}", sql.place(after))).unwrap_or_default();
    let most = sql.place(most);
    let text = format!(
        "SELECT DISTINCT demand_id, county_id FROM demand_clock
         WHERE due_at IS NULL AND paused_at IS NULL AND stopped_at IS NULL {after} ORDER BY demand_id LIMIT {most}"
    );
    store.all(sql.say(text)).await
}

/// Keeps a card; false when somebody else has shown it.
pub async fn keep(tx: &Tx, card: &Showing) -> Result<bool, Problem> {
    let insert = "INSERT INTO demand_card (id, county_id, demand_id, kind, round, unit_id, unit_name, card, due_at, shown_at, mark)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                  ON CONFLICT (demand_id, county_id, mark) DO NOTHING";
    let unit = card.unit_id.map(|unit| unit.to_string()).unwrap_or_default();
    let mark = format!("{}/{}/{unit}/{}/{}", card.kind.code(), card.round, card.card.code(), card.due_at.timestamp());
    let insert =
        Sql::text(insert).bind(EventId::mint(tx.now())).bind(card.county_id).bind(card.demand_id).bind(card.kind);
    let insert = insert.bind(card.round).bind(card.unit_id).bind(card.unit_name.clone()).bind(card.card);
    Ok(tx.run(insert.bind(card.due_at).bind(tx.now()).bind(mark)).await? > 0)
}

/// Takes back the cards of clocks that run on with another limit.
pub async fn take_back(tx: &Tx, bounds: &CardBounds) -> Result<usize, Problem> {
    let sql = "UPDATE demand_card SET withdrawn_at = $1
               WHERE withdrawn_at IS NULL AND shown_at >= $3 AND EXISTS (SELECT 1 FROM demand_clock clock
                 WHERE clock.demand_id = demand_card.demand_id AND clock.county_id = demand_card.county_id
                   AND clock.kind = demand_card.kind AND clock.round = demand_card.round
                   AND clock.unit_id IS NOT DISTINCT FROM demand_card.unit_id AND clock.stopped_at IS NULL
                   AND clock.due_at > demand_card.due_at AND clock.due_at >= $2)";
    // A limit that moves after a month has its card kept: by then it is history.
    let month = tx.now() - chrono::Duration::days(31);
    let taken = tx.run(Sql::text(sql).bind(tx.now()).bind(bounds.red_before).bind(month)).await?;
    Ok(usize::try_from(taken).unwrap_or(usize::MAX))
}

pub async fn cards(db: &impl Db, demand: &Demand) -> Result<Vec<ShownCard>, Problem> {
    let sql = "SELECT card, kind, round, unit_name, due_at, shown_at, withdrawn_at FROM demand_card
               WHERE demand_id = $1 AND county_id = $2 ORDER BY shown_at DESC, id DESC";
    db.all(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await
}
