//! What stands in the way of publishing, what publishing writes, and whom it concerns.

use super::super::rows::Round;
use kernel::id::{AccountId, ClientId, UnitId};
use kernel::words::RoundKind;
use kernel::{AreaCode, Day, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

/// How many of a kind are named.
const NAMED: i64 = 6;

/// Something that is otherwise than it was when the round was planned.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Otherwise {
    /// Of whom: an official or a client.
    pub name: String,
    /// Who looks after them instead, where somebody does.
    pub other: Option<String>,
    /// From which day.
    pub day: Option<Day>,
}

/// Officials of the round who have left.
pub async fn left(db: &impl Db, round: &Round) -> Result<Vec<Otherwise>, Problem> {
    let sql = "SELECT DISTINCT round_place.official_name AS name, CAST(NULL AS TEXT) AS other, official.left_on AS day
               FROM round_place
               JOIN official ON official.id = round_place.official_id AND official.county_id = round_place.official_county_id
               WHERE round_place.round_id = $1 AND official.left_on < $2 ORDER BY round_place.official_name LIMIT $3";
    db.all(Sql::text(sql).bind(round.id).bind(round.first_day).bind(NAMED)).await
}

/// Officials of the round who work for another unit now.
pub async fn moved(db: &impl Db, round: &Round) -> Result<Vec<Otherwise>, Problem> {
    let sql = "SELECT DISTINCT official.name AS name, unit.name AS other, official.left_on AS day FROM round_place
               JOIN official ON official.id = round_place.official_id AND official.county_id = round_place.official_county_id
               JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
               WHERE round_place.round_id = $1 AND official.left_on IS NULL AND official.unit_id <> round_place.unit_id
               ORDER BY official.name LIMIT $2";
    db.all(Sql::text(sql).bind(round.id).bind(NAMED)).await
}

/// Clients of the round that are closed by its first day and were to get somebody.
pub async fn closed(db: &impl Db, round: &Round) -> Result<Vec<Otherwise>, Problem> {
    let sql =
        "SELECT DISTINCT client.name AS name, CAST(NULL AS TEXT) AS other, client.closed_on AS day FROM round_place
               JOIN client ON client.id = round_place.client_id AND client.county_id = round_place.county_id
               WHERE round_place.round_id = $1 AND round_place.official_id IS NOT NULL AND client.closed_on < $2
               ORDER BY client.name LIMIT $3";
    db.all(Sql::text(sql).bind(round.id).bind(round.first_day).bind(NAMED)).await
}

/// Clients of the round whose commissioner must stand back from them, or whom they do not want, by what was entered since.
pub async fn barred(db: &impl Db, round: &Round) -> Result<Vec<Otherwise>, Problem> {
    let sql =
        "SELECT DISTINCT round_place.client_name AS name, round_place.official_name AS other, pairing_bar.from_day AS day
               FROM round_place
               JOIN pairing_bar ON pairing_bar.client_id = round_place.client_id AND pairing_bar.county_id = round_place.county_id
                 AND pairing_bar.official_id = round_place.official_id
               WHERE round_place.round_id = $1 AND pairing_bar.state IN ('held', 'pending') AND pairing_bar.from_day <= $2
                 AND (pairing_bar.until_day IS NULL OR pairing_bar.until_day >= $2)
               ORDER BY round_place.client_name LIMIT $3";
    db.all(Sql::text(sql).bind(round.id).bind(round.first_day).bind(NAMED)).await
}

/// Clients that somebody else leads for on the first day than it was when the round was planned.
pub async fn paired_otherwise(db: &impl Db, round: &Round) -> Result<Vec<Otherwise>, Problem> {
    let sql = "SELECT round_place.client_name AS name, official.name AS other, held.from_day AS day FROM round_place
               LEFT JOIN pairing held ON held.client_id = round_place.client_id AND held.county_id = round_place.county_id
                 AND held.part = 'lead' AND held.from_day <= $2 AND (held.until_day IS NULL OR held.until_day >= $2)
               LEFT JOIN official ON official.id = held.official_id AND official.county_id = held.official_county_id
               WHERE round_place.round_id = $1 AND round_place.part = 'lead'
                 AND held.official_id IS DISTINCT FROM round_place.now_id
               ORDER BY round_place.client_name LIMIT $3";
    db.all(Sql::text(sql).bind(round.id).bind(round.first_day).bind(NAMED)).await
}

/// Pairings of clients that the round changes, which begin on its first day or later: they were arranged otherwise.
pub async fn arranged(db: &impl Db, round: &Round) -> Result<Vec<Otherwise>, Problem> {
    let sql = "SELECT DISTINCT round_place.client_name AS name, official.name AS other, pairing.from_day AS day FROM round_place
               JOIN pairing ON pairing.client_id = round_place.client_id AND pairing.county_id = round_place.county_id
               JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id
               WHERE round_place.round_id = $1 AND (round_place.change <> 'kept' OR $4)
                 AND pairing.from_day >= $2 AND (pairing.until_day IS NULL OR pairing.until_day >= $2)
               ORDER BY round_place.client_name LIMIT $3";
    let sql = Sql::text(sql).bind(round.id).bind(round.first_day).bind(NAMED);
    db.all(sql.bind(round.kind == RoundKind::Full)).await
}

/// Officials who look after more or fewer outside the area than when the round was planned.
pub async fn held_otherwise(db: &impl Db, round: &Round) -> Result<Vec<Otherwise>, Problem> {
    let sql = "SELECT round_load.name AS name, CAST(NULL AS TEXT) AS other, CAST(NULL AS DATE) AS day FROM round_load
               LEFT JOIN (
                 SELECT pairing.official_id, COUNT(*) AS clients FROM pairing
                 JOIN client ON client.id = pairing.client_id AND client.county_id = pairing.county_id
                 WHERE pairing.from_day <= $2 AND (pairing.until_day IS NULL OR pairing.until_day >= $2)
                   AND NOT (client.area_path >= $4 AND client.area_path < $5)
                 GROUP BY pairing.official_id
               ) outside ON outside.official_id = round_load.official_id
               WHERE round_load.round_id = $1 AND round_load.enterprises + round_load.projects > 0
                 AND COALESCE(outside.clients, 0) > round_load.held_enterprises + round_load.held_projects
               ORDER BY round_load.name LIMIT $3";
    let sql = Sql::text(sql).bind(round.id).bind(round.first_day).bind(NAMED);
    db.all(sql.bind(round.area_path.clone()).bind(round.area_path.end())).await
}

/// Takes the round from review, so that nobody else changes it in this moment.
pub async fn take(tx: &Tx, round: &Round, by: &str) -> Result<(), Problem> {
    let take = "UPDATE pairing_round SET state = 'published', published_at = $4, published_by = $5, moved_at = $4,
                  version = version + 1
                WHERE id = $1 AND county_id = $2 AND version = $3 AND state = 'review'";
    let take = Sql::text(take).bind(round.id).bind(round.county_id).bind(round.version);
    tx.run_versioned(take.bind(tx.now()).bind(by)).await
}

/// Holds the clients and officials of the round: whoever pairs one of them at this moment waits, and sees what was written.
pub async fn hold(tx: &Tx, round: &Round) -> Result<(), Problem> {
    let clients = "UPDATE client SET version = version WHERE (id, county_id) IN
                     (SELECT client_id, county_id FROM round_place WHERE round_id = $1)";
    tx.run(Sql::text(clients).bind(round.id)).await?;
    let officials = "UPDATE official SET version = version WHERE (id, county_id) IN
                       (SELECT official_id, official_county_id FROM round_place
                        WHERE round_id = $1 AND official_id IS NOT NULL)";
    tx.run(Sql::text(officials).bind(round.id)).await.map(drop)
}

/// Ends what the clients of the round had until then: in a full round everything, in an adjustment what is not kept.
pub async fn end_former(tx: &Tx, round: &Round, last: Day) -> Result<u64, Problem> {
    let end = "UPDATE pairing SET until_day = $3, version = version + 1
               WHERE from_day < $2 AND (until_day IS NULL OR until_day >= $2)
                 AND (client_id, county_id) IN (SELECT client_id, county_id FROM round_place WHERE round_id = $1)
                 AND ($4 OR NOT EXISTS (
                   SELECT 1 FROM round_place kept
                   WHERE kept.round_id = $1 AND kept.client_id = pairing.client_id AND kept.county_id = pairing.county_id
                     AND kept.official_id = pairing.official_id AND kept.part = pairing.part AND kept.change = 'kept'))";
    let end = Sql::text(end).bind(round.id).bind(round.first_day).bind(last);
    tx.run(end.bind(round.kind == RoundKind::Full)).await
}

/// Begins the pairings of the round, each under the id of its place. Who goes on keeps the day on which they began.
pub async fn begin_new(tx: &Tx, round: &Round, last: Day) -> Result<u64, Problem> {
    let begin = "INSERT INTO pairing (id, county_id, client_id, official_id, official_county_id, part, round_id, from_day, since_day)
                 SELECT round_place.id, round_place.county_id, round_place.client_id, round_place.official_id,
                   round_place.official_county_id, round_place.part, round_place.round_id, $2,
                   (SELECT COALESCE(former.since_day, former.from_day) FROM pairing former
                    WHERE former.client_id = round_place.client_id AND former.county_id = round_place.county_id
                      AND former.official_id = round_place.official_id AND former.until_day = $3
                    ORDER BY former.from_day LIMIT 1)
                 FROM round_place
                 WHERE round_place.round_id = $1 AND round_place.official_id IS NOT NULL
                   AND ($4 OR round_place.change <> 'kept')";
    let begin = Sql::text(begin).bind(round.id).bind(round.first_day).bind(last);
    tx.run(begin.bind(round.kind == RoundKind::Full)).await
}

/// The clients of the round, each with its county.
pub async fn clients(tx: &Tx, round: &Round) -> Result<Vec<(ClientId, AreaCode)>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        client_id: ClientId,
        county_id: AreaCode,
    }
    let sql = "SELECT DISTINCT client_id, county_id FROM round_place WHERE round_id = $1 ORDER BY client_id, county_id";
    let rows: Vec<Row> = tx.all(Sql::text(sql).bind(round.id)).await?;
    Ok(rows.into_iter().map(|row| (row.client_id, row.county_id)).collect())
}

/// Archives the published rounds that this full one takes the place of.
pub async fn archive_former(tx: &Tx, round: &Round) -> Result<u64, Problem> {
    let archive = "UPDATE pairing_round SET state = 'archived', moved_at = $4, version = version + 1
                   WHERE state = 'published' AND id <> $1 AND area_path >= $2 AND area_path < $3";
    let path = &round.area_path;
    tx.run(Sql::text(archive).bind(round.id).bind(path.clone()).bind(path.end()).bind(tx.now())).await
}

/// A commissioner's account, and what the round brings them.
#[derive(Debug, FromQueryResult)]
pub struct Commissioner {
    pub id: AccountId,
    pub county_id: AreaCode,
    /// All their clients by the round.
    pub clients: i64,
    /// Those among them that are new to them.
    pub new: i64,
}

const OPEN: &str = "JOIN role_grant held ON held.account_id = account.id AND held.county_id = account.county_id
    AND held.role = 'commissioner' AND held.from_day <= $2 AND (held.until_day IS NULL OR held.until_day >= $2)";

/// The commissioners of the round who have an account.
pub async fn commissioners(db: &impl Db, round: &Round, today: Day) -> Result<Vec<Commissioner>, Problem> {
    let sql = format!(
        "SELECT account.id, account.county_id, COUNT(DISTINCT round_place.id) AS clients,
           CAST(COUNT(DISTINCT round_place.id) FILTER (WHERE round_place.change <> 'kept') AS BIGINT) AS new
         FROM round_place JOIN account ON account.official_id = round_place.official_id {OPEN}
         WHERE round_place.round_id = $1 AND account.closed_at IS NULL GROUP BY account.id, account.county_id"
    );
    db.all(Sql::text(sql).bind(round.id).bind(today)).await
}

/// The commissioners who give somebody up by the round: `new` counts how many.
pub async fn givers(db: &impl Db, round: &Round, today: Day) -> Result<Vec<Commissioner>, Problem> {
    let sql = format!(
        "SELECT account.id, account.county_id, CAST(0 AS BIGINT) AS clients, COUNT(DISTINCT round_place.id) AS new
         FROM round_place JOIN account ON account.official_id = round_place.now_id {OPEN}
         WHERE round_place.round_id = $1 AND round_place.change IN ('changed', 'unpaired')
           AND account.closed_at IS NULL GROUP BY account.id, account.county_id"
    );
    db.all(Sql::text(sql).bind(round.id).bind(today)).await
}

/// The head of a unit, and what the round brings it.
#[derive(Debug, FromQueryResult)]
pub struct Head {
    pub id: AccountId,
    pub county_id: AreaCode,
    pub unit_id: UnitId,
    pub unit_name: String,
    pub officials: i64,
    pub clients: i64,
    pub new: i64,
}

/// The heads of the units whose officials the round asks.
pub async fn heads(db: &impl Db, round: &Round, today: Day) -> Result<Vec<Head>, Problem> {
    let sql = "SELECT account.id, account.county_id, round_place.unit_id, round_place.unit_name,
                 COUNT(DISTINCT round_place.official_id) AS officials, COUNT(DISTINCT round_place.id) AS clients,
                 CAST(COUNT(DISTINCT round_place.id) FILTER (WHERE round_place.change <> 'kept') AS BIGINT) AS new
               FROM round_place
               JOIN role_grant held ON held.unit_id = round_place.unit_id AND held.role = 'unit_head'
                 AND held.from_day <= $2 AND (held.until_day IS NULL OR held.until_day >= $2)
               JOIN account ON account.id = held.account_id AND account.county_id = held.county_id
               WHERE round_place.round_id = $1 AND account.closed_at IS NULL
               GROUP BY account.id, account.county_id, round_place.unit_id, round_place.unit_name";
    db.all(Sql::text(sql).bind(round.id).bind(today)).await
}

/// A liaison of a client that gets another commissioner.
#[derive(Debug, FromQueryResult)]
pub struct Liaison {
    pub id: AccountId,
    pub county_id: AreaCode,
    pub client_id: ClientId,
    pub client_name: String,
    pub official_name: String,
    pub unit_name: String,
}

/// The liaisons of clients that get a commissioner whom they did not have.
pub async fn liaisons(db: &impl Db, round: &Round, today: Day) -> Result<Vec<Liaison>, Problem> {
    let sql = "SELECT DISTINCT account.id, account.county_id, round_place.client_id, round_place.client_name,
                 round_place.official_name, round_place.unit_name
               FROM round_place
               JOIN role_grant held ON held.client_id = round_place.client_id AND held.role = 'liaison'
                 AND held.from_day <= $2 AND (held.until_day IS NULL OR held.until_day >= $2)
               JOIN account ON account.id = held.account_id AND account.county_id = held.county_id
               WHERE round_place.round_id = $1 AND round_place.part = 'lead' AND round_place.change IN ('changed', 'begun')
                 AND account.closed_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM liaison WHERE liaison.id = held.liaison_id AND liaison.until_day < $2)";
    db.all(Sql::text(sql).bind(round.id).bind(today)).await
}
