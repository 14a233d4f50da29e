//! The audit table.

use super::{Deed, Entry, Recorded, TrailFilter};
use kernel::authz::ReadAudit;
use kernel::id::EventId;
use kernel::{Actor, Cursor, Instant, Limit, Problem, Scope};
use sea_orm::FromQueryResult;
use store::{Columns, Db, Row, Sql, Tx};

/// A row with its place in the chain.
#[derive(Debug, FromQueryResult)]
pub struct Sealed {
    #[sea_orm(nested)]
    pub recorded: Recorded,
    pub seal_seq: i64,
    pub seal: String,
}

pub async fn insert(tx: &Tx, deed: &Deed<'_>, detail: serde_json::Value) -> Result<(), Problem> {
    let insert = "INSERT INTO audit (id, county_id, at, account_id, name, act, subject, subject_id, detail)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let insert = Sql::text(insert).bind(EventId::mint(tx.now())).bind(deed.county).bind(tx.now());
    let insert = insert.bind(deed.account).bind(deed.name).bind(deed.act).bind(deed.subject);
    tx.run(insert.bind(deed.subject_id).bind(detail)).await.map(drop)
}

/// What one person did (act, kind of subject) to many things.
pub async fn insert_all(
    tx: &Tx,
    actor: &Actor,
    (act, subject): (&str, &str),
    lines: Vec<Entry>,
) -> Result<(), Problem> {
    let columns = &["id", "county_id", "at", "account_id", "name", "act", "subject", "subject_id", "detail"];
    let row = |(id, county, detail): Entry| {
        let row = Row::new().bind(EventId::mint(tx.now())).bind(county).bind(tx.now()).bind(actor.account);
        row.bind(actor.name.as_str()).bind(act).bind(subject).bind(id).bind(detail)
    };
    let rows: Vec<Row> = lines.into_iter().map(row).collect();
    tx.insert_many("audit", columns, rows).await.map(drop)
}

/// The end of the chain: its number and seal.
pub async fn last_seal(db: &impl Db) -> Result<Option<(i64, String)>, Problem> {
    #[derive(FromQueryResult)]
    struct End {
        seal_seq: i64,
        seal: String,
    }
    let last = "SELECT seal_seq, seal FROM audit WHERE seal_seq IS NOT NULL ORDER BY seal_seq DESC LIMIT 1";
    Ok(db.one::<End>(Sql::text(last)).await?.map(|end| (end.seal_seq, end.seal)))
}

pub async fn unsealed(db: &impl Db, most: i64) -> Result<Vec<Recorded>, Problem> {
    let unsealed = "SELECT id, county_id, at, account_id, name, act, subject, subject_id, detail FROM audit
                    WHERE seal_seq IS NULL ORDER BY id LIMIT $1";
    db.all(Sql::text(unsealed).bind(most)).await
}

/// Touches no row when another sealer was faster.
pub async fn set_seal(tx: &Tx, row: &Recorded, seq: i64, seal: &str) -> Result<u64, Problem> {
    let sealed = "UPDATE audit SET seal_seq = $3, seal = $4 WHERE id = $1 AND county_id = $2 AND seal_seq IS NULL";
    tx.run(Sql::text(sealed).bind(row.id).bind(row.county_id).bind(seq).bind(seal)).await
}

pub async fn sealed_after(db: &impl Db, seq: i64, most: i64) -> Result<Vec<Sealed>, Problem> {
    let sealed =
        "SELECT id, county_id, at, account_id, name, act, subject, subject_id, detail, seal_seq, seal FROM audit
                  WHERE seal_seq > $1 ORDER BY seal_seq LIMIT $2";
    db.all(Sql::text(sealed).bind(seq).bind(most)).await
}

/// A row of the trail, with whether it is sealed.
#[derive(Debug, FromQueryResult)]
pub struct Read {
    #[sea_orm(nested)]
    pub recorded: Recorded,
    pub county_name: Option<String>,
    pub sealed: bool,
}

const TRAIL: &str =
    "SELECT audit.id, audit.county_id, audit.at, audit.account_id, audit.name, audit.act, audit.subject, audit.subject_id,
            audit.detail, county.name AS county_name, audit.seal_seq IS NOT NULL AS sealed
     FROM audit LEFT JOIN area county ON county.id = audit.county_id AND county.county_id = audit.county_id";
const PLACE: Columns = Columns { area: Some("county.path"), county: Some("audit.county_id"), ..Columns::NONE };

/// The trail, the latest first.
pub async fn trail(
    db: &impl Db,
    scope: &Scope<ReadAudit>,
    filter: &TrailFilter,
    (from, until): (Option<Instant>, Option<Instant>),
    limit: Limit,
) -> Result<Vec<Read>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(cursor) = filter.cursor.as_deref() {
        let (at, id) = Cursor::key::<(Instant, EventId)>(cursor)?;
        wanted.push(format!("(audit.at, audit.id) < ({}, {})", sql.place(at), sql.place(id)));
    }
    let texts = [("audit.name", &filter.person), ("audit.act", &filter.act), ("audit.subject", &filter.subject)];
    for (column, text) in texts {
        if let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            wanted.push(format!("{column} = {}", sql.place(text)));
        }
    }
    if let Some(from) = from {
        wanted.push(format!("audit.at >= {}", sql.place(from)));
    }
    if let Some(until) = until {
        wanted.push(format!("audit.at < {}", sql.place(until)));
    }
    let most = sql.place(limit.probe());
    let text = format!("{TRAIL} WHERE {} ORDER BY audit.at DESC, audit.id DESC LIMIT {most}", wanted.join(" AND "));
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

/// When the last sealed row was recorded.
pub async fn last_sealed_at(db: &impl Db) -> Result<Option<Instant>, Problem> {
    let last = "SELECT at FROM audit WHERE seal_seq IS NOT NULL ORDER BY seal_seq DESC LIMIT 1";
    db.value(Sql::text(last)).await
}

/// How many rows wait to be sealed; counted up to 1000.
pub async fn waiting(db: &impl Db) -> Result<i64, Problem> {
    let waiting = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM audit WHERE seal_seq IS NULL LIMIT 1000) some_of_them";
    Ok(db.value(Sql::text(waiting)).await?.unwrap_or(0))
}

/// The last time the chain was computed again.
pub async fn last_check(db: &impl Db) -> Result<Option<Recorded>, Problem> {
    let last = "SELECT id, county_id, at, account_id, name, act, subject, subject_id, detail FROM audit
                WHERE act = 'audit.verify' ORDER BY at DESC, id DESC LIMIT 1";
    db.one(Sql::text(last)).await
}
