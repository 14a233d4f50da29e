//! The lines of the public list.

use super::super::rows::Round;
use kernel::id::UnitId;
use kernel::words::PairingPart;
use kernel::{AreaCode, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, containing};

/// A county of the round.
#[derive(Debug, Clone, FromQueryResult)]
pub struct County {
    pub id: AreaCode,
    pub name: String,
    pub clients: i64,
}

/// The counties in which the round has clients, in order of code.
pub async fn counties(db: &impl Db, round: &Round) -> Result<Vec<County>, Problem> {
    let sql = "SELECT round_tally.county_id AS id, area.name, CAST(SUM(round_tally.clients) AS BIGINT) AS clients
               FROM round_tally JOIN area ON area.id = round_tally.county_id AND area.county_id = round_tally.county_id
               WHERE round_tally.round_id = $1 GROUP BY round_tally.county_id, area.name ORDER BY round_tally.county_id";
    db.all(Sql::text(sql).bind(round.id)).await
}

/// A line of the list.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Line {
    pub area_name: String,
    pub client_name: String,
    pub part: PairingPart,
    pub official_name: String,
    pub unit_name: String,
    pub title: String,
}

/// Which lines.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub county: Option<AreaCode>,
    pub unit: Option<UnitId>,
    pub q: String,
}

/// The lines, town by town, by the name of the client; at most `most`.
pub async fn lines(db: &impl Db, round: &Round, wanted: &Wanted, most: i64) -> Result<Vec<Line>, Problem> {
    let mut sql = Sql::text("");
    let mut conditions = vec![
        format!("round_place.round_id = {}", sql.place(round.id)),
        "round_place.official_id IS NOT NULL".to_owned(),
    ];
    if let Some(county) = wanted.county {
        conditions.push(format!("round_place.county_id = {}", sql.place(county)));
    }
    if let Some(unit) = wanted.unit {
        conditions.push(format!("round_place.unit_id = {}", sql.place(unit)));
    }
    if !wanted.q.trim().is_empty() {
        conditions.push(format!("round_place.client_name LIKE {}", sql.place(containing(&wanted.q))));
    }
    let most = sql.place(most);
    let text = format!(
        "SELECT area.name AS area_name, round_place.client_name, round_place.part,
           round_place.official_name, round_place.unit_name, round_place.title
         FROM round_place
         JOIN area ON area.path = round_place.area_path AND area.county_id = round_place.county_id
         WHERE {} ORDER BY round_place.county_id, round_place.area_path, round_place.client_name, round_place.part DESC,
           round_place.official_name LIMIT {most}",
        conditions.join(" AND ")
    );
    db.all(sql.say(text)).await
}
