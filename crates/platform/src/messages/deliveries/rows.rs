//! The table of deliveries as administrators see it, and that of what was kept.

use kernel::authz::ManageAccounts;
use kernel::id::{AccountId, DeliveryId, KeptId};
use kernel::words::{DeliveryState, MessageChannel, NewsKind};
use kernel::{AreaCode, Cursor, Instant, Limit, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Columns, Db, Sql, Tx};

/// A message on its way, or what became of it.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Delivery {
    /// Which.
    pub id: DeliveryId,
    #[serde(skip)]
    pub(super) county_id: AreaCode,
    /// For whom.
    pub account_id: AccountId,
    /// Their name.
    pub name: String,
    /// By which road.
    pub channel: MessageChannel,
    /// Of which kind of news; of a digest, `other`.
    pub kind: NewsKind,
    /// Whether it is a digest.
    pub digest: bool,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: i64,
    /// Why it failed the last time, or was not sent.
    pub reason: Option<String>,
    /// When it is tried next, or was due.
    pub due_at: Instant,
    /// When it was asked for.
    pub made_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
}

const DELIVERY: &str = "SELECT delivery.id, delivery.county_id, delivery.account_id, account.name, delivery.channel, delivery.kind,
    delivery.notice_id IS NULL AS digest, delivery.state, delivery.tries, delivery.reason, delivery.due_at, delivery.made_at,
    delivery.ended_at
  FROM delivery JOIN account ON account.id = delivery.account_id";
const PLACE: Columns = Columns { area: Some("account.area_path"), ..Columns::NONE };

pub async fn deliveries(
    db: &impl Db,
    scope: &Scope<ManageAccounts>,
    (state, cursor): (DeliveryState, Option<&str>),
    limit: Limit,
) -> Result<Vec<Delivery>, Problem> {
    let after = cursor.map(Cursor::key::<(Instant, DeliveryId)>).transpose()?;
    let text = format!(
        "{DELIVERY} WHERE /*scope*/ AND delivery.state = $1
           AND ($2 IS NULL OR (delivery.made_at, delivery.id) < ($2, $3))
         ORDER BY delivery.made_at DESC, delivery.id DESC LIMIT $4"
    );
    let sql = Sql::text(text).bind(state).bind(after.map(|(at, _)| at)).bind(after.map(|(_, id)| id));
    db.all(sql.bind(limit.probe()).scoped(scope, PLACE)).await
}

pub async fn delivery(
    db: &impl Db,
    scope: &Scope<ManageAccounts>,
    id: DeliveryId,
) -> Result<Option<Delivery>, Problem> {
    db.one(Sql::text(format!("{DELIVERY} WHERE delivery.id = $1 AND /*scope*/")).bind(id).scoped(scope, PLACE)).await
}

pub fn stuck(scope: &Scope<ManageAccounts>) -> Sql {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM delivery JOIN account ON account.id = delivery.account_id
               WHERE delivery.state = 'dead' AND /*scope*/ LIMIT 1000) stuck";
    Sql::text(sql).scoped(scope, PLACE)
}

const AGAIN: &str =
    "UPDATE delivery SET state = 'waiting', tries = 0, due_at = $1, ended_at = NULL, claimed_until = NULL";

pub async fn retry(tx: &Tx, delivery: &Delivery) -> Result<u64, Problem> {
    let retry = format!("{AGAIN} WHERE id = $2 AND county_id = $3 AND state = 'dead'");
    tx.run(Sql::text(retry).bind(tx.now()).bind(delivery.id).bind(delivery.county_id)).await
}

pub async fn retry_all(tx: &Tx, scope: &Scope<ManageAccounts>) -> Result<u64, Problem> {
    let retry = format!(
        "{AGAIN} WHERE state = 'dead'
           AND EXISTS (SELECT 1 FROM account WHERE account.id = delivery.account_id AND /*scope*/)"
    );
    tx.run(Sql::text(retry).bind(tx.now()).scoped(scope, PLACE)).await
}

/// Ends it unsent, with all that was gathered into it.
pub async fn give_up(tx: &Tx, delivery: &Delivery) -> Result<u64, Problem> {
    const END: &str =
        "UPDATE delivery SET state = 'dropped', reason = '管理员放弃', ended_at = $1, claimed_until = NULL";
    let end = format!(
        "{END} WHERE id = $2 AND county_id = $3 AND state IN ('dead', 'waiting')
           AND (claimed_until IS NULL OR claimed_until <= $1)"
    );
    let ended = tx.run(Sql::text(end).bind(tx.now()).bind(delivery.id).bind(delivery.county_id)).await?;
    if ended > 0 && delivery.digest {
        let along = format!("{END} WHERE digest_id = $2 AND county_id = $3 AND state = 'gathered'");
        tx.run(Sql::text(along).bind(tx.now()).bind(delivery.id).bind(delivery.county_id)).await?;
    }
    Ok(ended)
}

/// A message that was kept.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Kept {
    /// Which.
    pub id: KeptId,
    /// By which road it would have gone.
    pub channel: MessageChannel,
    /// To whom.
    pub name: String,
    /// Where, masked.
    pub address: String,
    /// In one line.
    pub title: String,
    /// In full.
    pub text: String,
    /// When.
    pub at: Instant,
}

pub async fn kept(db: &impl Db, cursor: Option<&str>, limit: Limit) -> Result<Vec<Kept>, Problem> {
    let after = cursor.map(Cursor::key::<(Instant, KeptId)>).transpose()?;
    let sql = "SELECT id, channel, name, address, title, text, at FROM kept_message
               WHERE ($1 IS NULL OR (at, id) < ($1, $2)) ORDER BY at DESC, id DESC LIMIT $3";
    let sql = Sql::text(sql).bind(after.map(|(at, _)| at)).bind(after.map(|(_, id)| id));
    db.all(sql.bind(limit.probe())).await
}
