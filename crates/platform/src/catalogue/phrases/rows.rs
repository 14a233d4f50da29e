//! The table of phrases.

use super::super::places;
use super::Keeper;
use kernel::id::{AccountId, PhraseId, UnitId};
use kernel::words::DemandAct;
use kernel::{AreaCode, AreaPath, Instant, Problem};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Db, Sql, Tx};

/// Words that are written often.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Phrase {
    /// Which.
    pub id: PhraseId,
    /// The county that they belong to.
    #[serde(skip)]
    pub county_id: AreaCode,
    /// For which act.
    pub act: DemandAct,
    /// What they are found by.
    pub title: String,
    /// The words, with blanks.
    pub body: String,
    /// Whose they are: this unit's.
    pub unit_id: Option<UnitId>,
    /// That unit's name.
    pub unit_name: Option<String>,
    /// Whose they are: the desk's of this area.
    pub area_path: Option<AreaPath>,
    /// That area's name.
    pub area_name: Option<String>,
    /// Whose they are: this person's own.
    #[serde(skip)]
    pub account_id: Option<AccountId>,
    /// Who kept them first.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    /// For `If-Match`.
    pub version: i64,
}

const PHRASE: &str = "SELECT phrase.*, unit.name AS unit_name, area.name AS area_name FROM phrase
                      LEFT JOIN unit ON unit.id = phrase.unit_id AND unit.county_id = phrase.county_id
                      LEFT JOIN area ON area.path = phrase.area_path AND area.county_id = phrase.county_id
                      WHERE phrase.removed_at IS NULL";

/// The condition that a phrase is the keeper's.
fn kept(sql: &mut Sql, keeper: &Keeper) -> String {
    let account = sql.place(keeper.account);
    let (units, areas) = (places(sql, keeper.units.iter().copied()), places(sql, keeper.areas.iter().cloned()));
    format!("(phrase.account_id = {account} OR phrase.unit_id IN ({units}) OR phrase.area_path IN ({areas}))")
}

/// The keeper's own first, then their units', then their desks'; those of an act together.
pub async fn phrases(db: &impl Db, keeper: &Keeper, act: Option<DemandAct>) -> Result<Vec<Phrase>, Problem> {
    let mut sql = Sql::text("");
    let kept = kept(&mut sql, keeper);
    let of_act = act.map(|act| format!("AND phrase.act = {}", sql.place(act))).unwrap_or_default();
    let text = format!(
        "{PHRASE} AND {kept} {of_act}
         ORDER BY (phrase.account_id IS NULL), (phrase.unit_id IS NULL), phrase.act, phrase.title, phrase.id LIMIT 1000"
    );
    db.all(sql.say(text)).await
}

pub async fn phrase(db: &impl Db, keeper: &Keeper, id: PhraseId) -> Result<Option<Phrase>, Problem> {
    let mut sql = Sql::text("").bind(id);
    let kept = kept(&mut sql, keeper);
    db.one(sql.say(format!("{PHRASE} AND phrase.id = $1 AND {kept}"))).await
}

/// How many the owner of this one keeps for its act.
pub async fn count(tx: &Tx, phrase: &Phrase) -> Result<i64, Problem> {
    let count = "SELECT COUNT(*) FROM phrase
                 WHERE removed_at IS NULL AND act = $1 AND county_id = $2
                   AND ((unit_id = $3 AND $3 IS NOT NULL) OR (area_path = $4 AND $4 IS NOT NULL)
                     OR (account_id = $5 AND $5 IS NOT NULL))";
    let count = Sql::text(count).bind(phrase.act).bind(phrase.county_id).bind(phrase.unit_id);
    Ok(tx.value(count.bind(phrase.area_path.clone()).bind(phrase.account_id)).await?.unwrap_or(0))
}

pub async fn insert(tx: &Tx, phrase: &Phrase) -> Result<(), Problem> {
    let insert =
        "INSERT INTO phrase (id, county_id, act, title, body, unit_id, area_path, account_id, made_by, made_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let insert = Sql::text(insert).bind(phrase.id).bind(phrase.county_id).bind(phrase.act).bind(phrase.title.as_str());
    let insert = insert.bind(phrase.body.as_str()).bind(phrase.unit_id).bind(phrase.area_path.clone());
    tx.run(insert.bind(phrase.account_id).bind(phrase.made_by.as_str()).bind(phrase.made_at)).await.map(drop)
}

pub async fn change(tx: &Tx, phrase: &Phrase) -> Result<(), Problem> {
    let change = "UPDATE phrase SET act = $4, title = $5, body = $6, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3";
    let change = Sql::text(change).bind(phrase.id).bind(phrase.county_id).bind(phrase.version).bind(phrase.act);
    tx.run_versioned(change.bind(phrase.title.as_str()).bind(phrase.body.as_str())).await
}

pub async fn remove(tx: &Tx, phrase: &Phrase) -> Result<(), Problem> {
    let remove = "UPDATE phrase SET removed_at = $4, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3";
    let remove = Sql::text(remove).bind(phrase.id).bind(phrase.county_id).bind(phrase.version).bind(tx.now());
    tx.run_versioned(remove).await
}
