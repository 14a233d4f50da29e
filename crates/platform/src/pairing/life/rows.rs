//! The pairings that a move touches.

use super::super::Pairing;
use super::super::rows::PAIRING;
use kernel::id::{ClientId, OfficialId};
use kernel::words::AreaLevel;
use kernel::{AreaCode, AreaPath, Day, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

/// A pairing, with the places of both.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Kept {
    #[sea_orm(nested)]
    pub pairing: Pairing,
    /// Where the client lies.
    pub area_path: AreaPath,
    /// The level of the official's unit.
    pub unit_level: AreaLevel,
    /// The area of the official's unit.
    pub unit_path: AreaPath,
}

impl Kept {
    /// Whether the client lies outside the town of an official who works for one.
    pub fn is_outside(&self) -> bool {
        self.unit_level == AreaLevel::Town && !self.unit_path.contains(&self.area_path)
    }
}

fn kept(wanted: &str) -> String {
    let more = "SELECT client.area_path, unit.level AS unit_level, unit.area_path AS unit_path,";
    format!("{} WHERE {wanted} ORDER BY client.name, pairing.id", PAIRING.replacen("SELECT", more, 1))
}

/// What an official looks after beyond `last`, or will.
pub async fn of_official(tx: &Tx, (id, county): (OfficialId, AreaCode), last: Day) -> Result<Vec<Kept>, Problem> {
    let text = kept(
        "pairing.official_id = $1 AND pairing.official_county_id = $2 AND (pairing.until_day IS NULL OR pairing.until_day > $3)",
    );
    tx.all(Sql::text(text).bind(id).bind(county).bind(last)).await
}

/// What looks after a client beyond `last`, or will.
pub async fn of_client(tx: &Tx, (id, county): (ClientId, AreaCode), last: Day) -> Result<Vec<Kept>, Problem> {
    let text = kept(
        "pairing.client_id = $1 AND pairing.county_id = $2 AND (pairing.until_day IS NULL OR pairing.until_day > $3)",
    );
    tx.all(Sql::text(text).bind(id).bind(county).bind(last)).await
}
