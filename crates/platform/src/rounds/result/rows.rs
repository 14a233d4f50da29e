//! The places of a round, what areas come to, what officials have to do. Whoever reads sees the clients within their reach
//! alone, in every list and in every count.

use super::super::planning::Counts;
use super::super::rows::Round;
use super::PlaceFilter;
use crate::org;
use kernel::id::{ClientId, OfficialId, PlaceId, UnitId};
use kernel::words::{AreaLevel, ClientKind, PairingPart, RoundChange, RoundOrigin};
use kernel::{AreaCode, AreaPath, Cursor, Limit, Problem, Right, Scope, still_as_read};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value;
use store::{Columns, Db, Sql, containing};

/// A place in a round: a client, and who is to look after it.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "RoundPlace")]
pub struct Place {
    /// Which place.
    pub id: PlaceId,
    #[serde(skip)]
    #[schemars(skip)]
    pub(in super::super) county_id: AreaCode,
    /// Whom it is about.
    pub client_id: ClientId,
    /// Its name.
    pub client_name: String,
    /// Enterprise or project.
    pub client_kind: ClientKind,
    /// The area it lies in.
    pub area_name: String,
    /// Lead or assist.
    pub part: PairingPart,
    /// Who is to look after it; none where nobody is found.
    pub official_id: Option<OfficialId>,
    /// Their name.
    pub official_name: String,
    /// Their post.
    pub title: String,
    /// Their unit.
    pub unit_id: Option<UnitId>,
    /// Its name.
    pub unit_name: String,
    /// Whom the plan had found, whatever was adjusted since.
    pub planned_id: Option<OfficialId>,
    /// Who looks after it now.
    pub now_id: Option<OfficialId>,
    /// Their name.
    pub now_name: String,
    /// What the round changes for it.
    pub change: RoundChange,
    /// Whence the place comes.
    pub origin: RoundOrigin,
    /// The points of the pair; 0 is a perfect match.
    pub cost: i64,
    /// Why nobody is found, in short.
    pub why: String,
    #[serde(skip)]
    #[schemars(skip)]
    pub(in super::super) grounds: Value,
    /// For `If-Match`.
    pub version: i64,
}

impl Place {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("“{}”的安排", self.client_name))
    }
}

const LIE: Columns =
    Columns { area: Some("round_place.area_path"), county: Some("round_place.county_id"), ..Columns::NONE };

const PLACE: &str = "SELECT round_place.*, area.name AS area_name FROM round_place
    JOIN area ON area.path = round_place.area_path AND area.county_id = round_place.county_id";

/// One place of a round within the scope.
pub async fn place<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    round: &Round,
    id: PlaceId,
) -> Result<Option<Place>, Problem> {
    let sql = format!("{PLACE} WHERE round_place.id = $1 AND round_place.round_id = $2 AND /*scope*/");
    db.one(Sql::text(sql).bind(id).bind(round.id).scoped(scope, LIE)).await
}

/// The conditions of a filter.
async fn wanted(db: &impl Db, sql: &mut Sql, round: &Round, filter: &PlaceFilter) -> Result<Vec<String>, Problem> {
    let mut wanted = vec![format!("round_place.round_id = {}", sql.place(round.id)), "/*scope*/".to_owned()];
    if let Some(code) = filter.area {
        let area = org::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?;
        match area.level {
            AreaLevel::County => wanted.push(format!("round_place.county_id = {}", sql.place(area.id))),
            AreaLevel::Town => wanted.push(format!("round_place.area_path = {}", sql.place(area.path))),
            AreaLevel::City | AreaLevel::Province => {}
        }
    }
    if let Some(unit) = filter.unit {
        wanted.push(format!("round_place.unit_id = {}", sql.place(unit)));
    }
    if let Some(official) = filter.official {
        wanted.push(format!("round_place.official_id = {}", sql.place(official)));
    }
    if let Some(client) = filter.client {
        wanted.push(format!("round_place.client_id = {}", sql.place(client)));
    }
    if let Some(change) = filter.change {
        wanted.push(format!("round_place.change = {}", sql.place(change)));
    }
    if let Some(part) = filter.part {
        wanted.push(format!("round_place.part = {}", sql.place(part)));
    }
    if let Some(why) = filter.why.as_deref().map(str::trim).filter(|why| !why.is_empty()) {
        wanted.push(format!("round_place.why = {}", sql.place(why)));
    }
    match filter.origin {
        // In words, so that the index of the few is found.
        Some(RoundOrigin::Hand) => wanted.push("round_place.origin = 'hand'".into()),
        Some(RoundOrigin::Plan) => wanted.push("round_place.origin = 'plan'".into()),
        None => {}
    }
    if let Some(text) = filter.q.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        wanted.push(format!("round_place.client_name LIKE {}", sql.place(containing(text))));
    }
    Ok(wanted)
}

/// Places by the name of the client.
pub async fn places<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    round: &Round,
    filter: &PlaceFilter,
    limit: Limit,
) -> Result<Vec<Place>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = wanted(db, &mut sql, round, filter).await?;
    if let Some(cursor) = filter.cursor.as_deref() {
        let (name, id) = Cursor::key::<(String, PlaceId)>(cursor)?;
        wanted.push(format!("(round_place.client_name, round_place.id) > ({}, {})", sql.place(name), sql.place(id)));
    }
    let most = sql.place(limit.probe());
    let order = "ORDER BY round_place.client_name, round_place.id";
    let text = format!("{PLACE} WHERE {} {order} LIMIT {most}", wanted.join(" AND "));
    db.all(sql.say(text).scoped(scope, LIE)).await
}

/// What an area comes to.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Tally {
    pub county_id: AreaCode,
    pub area_path: AreaPath,
    #[sea_orm(nested)]
    pub counts: Counts,
}

/// What each area within the scope comes to.
pub async fn tallies<R: Right>(db: &impl Db, scope: &Scope<R>, round: &Round) -> Result<Vec<Tally>, Problem> {
    let place = Columns { area: Some("round_tally.area_path"), county: Some("round_tally.county_id"), ..Columns::NONE };
    let sql = "SELECT * FROM round_tally WHERE round_id = $1 AND /*scope*/ ORDER BY area_path";
    db.all(Sql::text(sql).bind(round.id).scoped(scope, place)).await
}

/// How many officials have so many clients by the round.
#[derive(Debug, Clone, Copy, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "RoundLoad")]
pub struct Load {
    /// Enterprises and projects together.
    pub clients: i64,
    /// How many officials have as many.
    pub officials: i64,
}

/// How many officials of the scope's areas have how many clients.
pub async fn loads<R: Right>(db: &impl Db, scope: &Scope<R>, round: &Round) -> Result<Vec<Load>, Problem> {
    let place = Columns { area: Some("round_load.area_path"), county: Some("round_load.county_id"), ..Columns::NONE };
    let sql = "SELECT CAST(enterprises + projects AS BIGINT) AS clients, COUNT(*) AS officials FROM round_load
               WHERE round_id = $1 AND /*scope*/ GROUP BY enterprises + projects ORDER BY clients";
    db.all(Sql::text(sql).bind(round.id).scoped(scope, place)).await
}

/// What a unit has to do by the round.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "RoundUnit")]
pub struct UnitLine {
    /// Which unit.
    pub unit_id: UnitId,
    /// Its name.
    pub unit_name: String,
    /// How many of its officials look after somebody.
    pub officials: i64,
    /// How many enterprises and projects.
    pub clients: i64,
    /// How many of them had another commissioner, or none, until now.
    pub new: i64,
    /// How many were chosen by hand.
    pub by_hand: i64,
}

/// Units by name, with what they do for the clients within the scope.
pub async fn units<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    round: &Round,
    (text, cursor): (Option<&str>, Option<&str>),
    limit: Limit,
) -> Result<Vec<UnitLine>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec![
        format!("round_place.round_id = {}", sql.place(round.id)),
        "round_place.unit_id IS NOT NULL".to_owned(),
        "/*scope*/".to_owned(),
    ];
    if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
        wanted.push(format!("round_place.unit_name LIKE {}", sql.place(containing(text))));
    }
    if let Some(cursor) = cursor {
        let (name, id) = Cursor::key::<(String, UnitId)>(cursor)?;
        wanted.push(format!("(round_place.unit_name, round_place.unit_id) > ({}, {})", sql.place(name), sql.place(id)));
    }
    let most = sql.place(limit.probe());
    let text = format!(
        "SELECT round_place.unit_id, round_place.unit_name, COUNT(DISTINCT round_place.official_id) AS officials,
           COUNT(*) AS clients,
           CAST(COUNT(*) FILTER (WHERE round_place.change <> 'kept') AS BIGINT) AS new,
           CAST(COUNT(*) FILTER (WHERE round_place.origin = 'hand') AS BIGINT) AS by_hand
         FROM round_place WHERE {} GROUP BY round_place.unit_id, round_place.unit_name
         ORDER BY round_place.unit_name, round_place.unit_id LIMIT {most}",
        wanted.join(" AND ")
    );
    db.all(sql.say(text).scoped(scope, LIE)).await
}

/// A reason for which clients have nobody, and how many.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "RoundUnpaired")]
pub struct Reason {
    /// The reason.
    pub why: String,
    /// Clients without a lead.
    pub clients: i64,
    /// Places beside a lead that stay empty.
    pub short: i64,
}

/// Why clients within the scope have nobody, the most frequent reason first.
pub async fn reasons<R: Right>(db: &impl Db, scope: &Scope<R>, round: &Round) -> Result<Vec<Reason>, Problem> {
    let sql = "SELECT round_place.why, CAST(COUNT(*) FILTER (WHERE round_place.change = 'unpaired') AS BIGINT) AS clients,
                 CAST(COUNT(*) FILTER (WHERE round_place.change = 'short') AS BIGINT) AS short
               FROM round_place WHERE round_place.round_id = $1 AND round_place.change IN ('unpaired', 'short') AND /*scope*/
               GROUP BY round_place.why ORDER BY COUNT(*) DESC, round_place.why";
    db.all(Sql::text(sql).bind(round.id).scoped(scope, LIE)).await
}

/// The other places of a client, beside one.
pub async fn beside(db: &impl Db, round: &Round, place: &Place) -> Result<Vec<Place>, Problem> {
    let sql = format!(
        "{PLACE} WHERE round_place.round_id = $1 AND round_place.client_id = $2 AND round_place.county_id = $3
         AND round_place.id <> $4 ORDER BY round_place.part DESC, round_place.id"
    );
    db.all(Sql::text(sql).bind(round.id).bind(place.client_id).bind(place.county_id).bind(place.id)).await
}
