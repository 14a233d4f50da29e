//! The tables of the index.

use super::places::{pack, unpack};
use super::terms::Text;
use crate::demands::{Demand, answers};
use kernel::id::DemandId;
use kernel::{AreaCode, Instant, Problem};
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use store::{Db, Row, Sql, Tx};

/// How many terms one statement asks for.
const AT_ONCE: usize = 500;

/// From when to when there is something to be found.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub(super) struct Span {
    /// The first and the last slice of the index.
    pub oldest: Option<i64>,
    pub newest: Option<i64>,
    /// The first and the last demand that the index does not hold yet.
    pub fresh_from: Option<Instant>,
    pub fresh_to: Option<Instant>,
}

/// A demand that the index does not hold yet.
#[derive(Debug, FromQueryResult)]
pub(super) struct Fresh {
    pub demand_id: DemandId,
    pub county_id: AreaCode,
    pub version: i64,
    pub raised_at: Instant,
    #[sea_orm(nested)]
    pub text: Text,
}

/// Where a term stands in a slice.
#[derive(Debug, FromQueryResult)]
pub(super) struct Kept {
    pub slice: i64,
    pub term: String,
    places: Vec<u8>,
}

impl Kept {
    pub fn places(&self) -> Vec<u32> {
        unpack(&self.places)
    }
}

pub async fn span(db: &impl Db, site: AreaCode) -> Result<Span, Problem> {
    let sql = "SELECT (SELECT MIN(slice) FROM search_term WHERE county_id = $1) AS oldest,
                 (SELECT MAX(slice) FROM search_term WHERE county_id = $1) AS newest,
                 (SELECT MIN(raised_at) FROM search_fresh) AS fresh_from,
                 (SELECT MAX(raised_at) FROM search_fresh) AS fresh_to";
    let span: Option<Span> = db.one(Sql::text(sql).bind(site)).await?;
    Ok(span.unwrap_or(Span { oldest: None, newest: None, fresh_from: None, fresh_to: None }))
}

/// When those were raised that the index does not hold yet.
pub async fn fresh_between(db: &impl Db, from: Instant, end: Instant) -> Result<Vec<Instant>, Problem> {
    #[derive(FromQueryResult)]
    struct At {
        raised_at: Instant,
    }
    let sql = "SELECT raised_at FROM search_fresh WHERE raised_at >= $1 AND raised_at < $2";
    let found: Vec<At> = db.all(Sql::text(sql).bind(from).bind(end)).await?;
    Ok(found.into_iter().map(|at| at.raised_at).collect())
}

/// Where these terms stand in these slices.
pub async fn kept(
    db: &impl Db,
    site: AreaCode,
    slices: RangeInclusive<i64>,
    terms: &[&str],
) -> Result<Vec<Kept>, Problem> {
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("").bind(site);
    let slices = places(&mut sql, slices);
    let terms = places(&mut sql, terms.iter().copied());
    let text = format!(
        "SELECT slice, term, places FROM search_term WHERE county_id = $1 AND slice IN ({slices}) AND term IN ({terms})"
    );
    db.all(sql.say(text)).await
}

/// Where terms that begin so stand in these slices.
pub async fn kept_beginning(
    db: &impl Db,
    site: AreaCode,
    slices: RangeInclusive<i64>,
    start: &str,
) -> Result<Vec<Kept>, Problem> {
    let mut sql = Sql::text("").bind(site).bind(start).bind(format!("{start}{}", char::MAX));
    let slices = places(&mut sql, slices);
    let text = format!(
        "SELECT slice, term, places FROM search_term
         WHERE county_id = $1 AND slice IN ({slices}) AND term >= $2 AND term < $3"
    );
    db.all(sql.say(text)).await
}

fn places<T: Into<sea_orm::Value>>(sql: &mut Sql, values: impl IntoIterator<Item = T>) -> String {
    let places: Vec<String> = values.into_iter().map(|value| sql.place(value)).collect();
    places.join(", ")
}

/// Notes that the index does not hold these demands as they are now.
pub async fn put_fresh(tx: &Tx, demands: impl IntoIterator<Item = &Demand>) -> Result<(), Problem> {
    let row =
        |demand: &Demand| Row::new().bind(demand.id).bind(demand.county_id).bind(demand.raised_at).bind(demand.version);
    let columns = &["demand_id", "county_id", "raised_at", "version"];
    let rows: Vec<Row> = demands.into_iter().map(row).collect();
    tx.put_many("search_fresh", columns, &["demand_id", "county_id"], rows).await.map(drop)
}

/// Demands that the index does not hold yet, the latest first.
pub async fn fresh(db: &impl Db, most: i64) -> Result<Vec<Fresh>, Problem> {
    // Cut before the demands are looked up, and in this order: else all that waits would be read for each step.
    let sql =
        "SELECT fresh.demand_id, fresh.county_id, fresh.version, fresh.raised_at, demand.number, demand.client_name,
                 demand.area_path, demand.category_id, demand.title, demand.body
               FROM (SELECT * FROM search_fresh ORDER BY raised_at DESC LIMIT $1) fresh
               CROSS JOIN demand WHERE demand.id = fresh.demand_id AND demand.county_id = fresh.county_id";
    let mut fresh: Vec<Fresh> = db.all(Sql::text(sql).bind(most)).await?;
    let demands: Vec<DemandId> = fresh.iter().map(|fresh| fresh.demand_id).collect();
    let mut said = answers::of(db, &demands).await?;
    for fresh in &mut fresh {
        fresh.text.answers = said.remove(&fresh.demand_id).unwrap_or_default();
    }
    Ok(fresh)
}

/// Takes the turn to write the index: whoever else wants to waits for this transaction.
pub async fn take_turn(tx: &Tx, site: AreaCode) -> Result<(), Problem> {
    let turn = "INSERT INTO search_turn (county_id, turns) VALUES ($1, 1)
                ON CONFLICT (county_id) DO UPDATE SET turns = search_turn.turns + 1";
    tx.run(Sql::text(turn).bind(site)).await.map(drop)
}

/// Adds places of terms, given in the order of terms, to a slice. Only in one's turn.
pub async fn add(tx: &Tx, site: AreaCode, slice: i64, terms: &[(String, Vec<u32>)]) -> Result<(), Problem> {
    for some in terms.chunks(AT_ONCE) {
        let names: Vec<&str> = some.iter().map(|(term, _)| term.as_str()).collect();
        let there = kept(tx, site, slice..=slice, &names).await?;
        let mut there: HashMap<String, Vec<u32>> =
            there.into_iter().map(|kept| (kept.term.clone(), kept.places())).collect();
        let rows = some.iter().map(|(term, places)| {
            let known = there.remove(term).unwrap_or_default();
            let all = super::places::either([known, places.clone()]);
            Row::new().bind(site).bind(slice).bind(term.as_str()).bind(pack(&all))
        });
        let rows: Vec<Row> = rows.collect();
        let columns = &["county_id", "slice", "term", "places"];
        tx.put_many("search_term", columns, &["county_id", "slice", "term"], rows).await?;
    }
    Ok(())
}

/// The index holds these now; one that changed since it was read stays for the next time.
pub async fn not_fresh(tx: &Tx, taken: &[Fresh]) -> Result<(), Problem> {
    for some in taken.chunks(AT_ONCE) {
        let mut sql = Sql::text("");
        let row = |fresh: &Fresh| {
            let (id, county) = (sql.place(fresh.demand_id), sql.place(fresh.county_id));
            format!("({id}, {county}, {})", sql.place(fresh.version))
        };
        let rows: Vec<String> = some.iter().map(row).collect();
        let text =
            format!("DELETE FROM search_fresh WHERE (demand_id, county_id, version) IN (VALUES {})", rows.join(", "));
        tx.run(sql.say(text)).await?;
    }
    Ok(())
}

/// Empties the index; all demands are to be taken in anew.
pub async fn forget_all(tx: &Tx, site: AreaCode) -> Result<(), Problem> {
    tx.run(Sql::text("DELETE FROM search_term WHERE county_id = $1").bind(site)).await?;
    tx.run(Sql::text("DELETE FROM search_fresh")).await?;
    let all = "INSERT INTO search_fresh (demand_id, county_id, raised_at, version)
               SELECT id, county_id, raised_at, version FROM demand";
    tx.run(Sql::text(all)).await.map(drop)
}

/// How many demands the index does not hold yet; counted up to 100,000.
pub async fn fresh_count(db: &impl Db) -> Result<i64, Problem> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM search_fresh LIMIT 100000) fresh";
    Ok(db.value(Sql::text(sql)).await?.unwrap_or(0))
}
