//! The table of links, and what a link shows.

use kernel::id::{AccountId, ContactId, OfficialId};
use kernel::words::{ContactKind, ContactState};
use kernel::{AreaCode, Day, Instant, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

/// So far back and ahead a calendar shows, in days.
const BACK: chrono::Days = chrono::Days::new(30);
const AHEAD: chrono::Days = chrono::Days::new(180);
/// As many contacts as a calendar shows.
const MOST: i64 = 500;

pub async fn made_at(db: &impl Db, account: AccountId) -> Result<Option<Instant>, Problem> {
    db.value(Sql::text("SELECT made_at FROM calendar_link WHERE account_id = $1").bind(account)).await
}

pub async fn put(tx: &Tx, (account, county): (AccountId, AreaCode), hash: &str) -> Result<(), Problem> {
    let put = "INSERT INTO calendar_link (account_id, county_id, secret_hash, made_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (account_id, county_id) DO UPDATE SET secret_hash = $3, made_at = $4";
    tx.run(Sql::text(put).bind(account).bind(county).bind(hash).bind(tx.now())).await.map(drop)
}

pub async fn delete(tx: &Tx, account: AccountId) -> Result<u64, Problem> {
    tx.run(Sql::text("DELETE FROM calendar_link WHERE account_id = $1").bind(account)).await
}

/// The official behind a link, as long as their account is open.
pub async fn holder(db: &impl Db, hash: &str) -> Result<Option<OfficialId>, Problem> {
    let sql = "SELECT account.official_id FROM calendar_link
               JOIN account ON account.id = calendar_link.account_id
               WHERE calendar_link.secret_hash = $1 AND account.closed_at IS NULL AND account.official_id IS NOT NULL";
    db.value(Sql::text(sql).bind(hash)).await
}

/// A contact as a calendar shows it.
#[derive(Debug, FromQueryResult)]
pub struct Event {
    pub id: ContactId,
    pub client_name: String,
    pub kind: ContactKind,
    pub state: ContactState,
    pub day: Day,
    pub hour: String,
    pub version: i64,
}

/// The contacts of an official that are planned or agreed, with clients that they look after or stand in for today.
pub async fn events(db: &impl Db, official: OfficialId, today: Day) -> Result<Vec<Event>, Problem> {
    let sql = "SELECT contact.id, contact.client_name, contact.kind, contact.state, contact.day, contact.hour, contact.version
               FROM contact
               WHERE contact.official_id = $1 AND contact.day >= $2 AND contact.day <= $3
                 AND contact.state IN ('planned', 'agreed')
                 AND (EXISTS (SELECT 1 FROM pairing WHERE pairing.client_id = contact.client_id AND pairing.official_id = $1
                        AND pairing.from_day <= $4 AND (pairing.until_day IS NULL OR pairing.until_day >= $4))
                   OR EXISTS (SELECT 1 FROM pairing
                      JOIN absence ON absence.official_id = pairing.official_id AND absence.county_id = pairing.official_county_id
                      WHERE pairing.client_id = contact.client_id AND absence.substitute_id = $1
                        AND pairing.from_day <= $4 AND (pairing.until_day IS NULL OR pairing.until_day >= $4)
                        AND absence.from_day <= $4 AND (absence.until_day IS NULL OR absence.until_day >= $4)))
               ORDER BY contact.day, contact.id LIMIT $5";
    let (from, to) = (today.checked_sub_days(BACK).unwrap_or(today), today.checked_add_days(AHEAD).unwrap_or(today));
    db.all(Sql::text(sql).bind(official).bind(from).bind(to).bind(today).bind(MOST)).await
}
