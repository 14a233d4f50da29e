//! Looking for clients without a commissioner, within an area.

use crate::org::Area;
use crate::pairing::bars::within;
use kernel::authz::WritePairings;
use kernel::id::ClientId;
use kernel::words::ClientKind;
use kernel::{AreaCode, Day, Instant, Limit, Problem, Scope};
use sea_orm::FromQueryResult;
use store::{Columns, Db, Sql};

/// Where those who never had a commissioner stand in the order: after everybody who had.
pub fn never() -> Day {
    Day::from_ymd_opt(9999, 12, 31).unwrap_or(Day::MAX)
}

const PLACE: Columns = Columns {
    area: Some("client.area_path"),
    county: Some("client.county_id"),
    client: Some("client.id"),
    ..Columns::NONE
};

#[derive(Debug, FromQueryResult)]
pub struct Row {
    pub client_id: ClientId,
    pub client_name: String,
    pub kind: ClientKind,
    pub area_name: String,
    pub made_at: Instant,
    /// The last day on which somebody looked after it.
    pub last: Option<Day>,
    /// Who did.
    pub former: Option<String>,
}

/// One pass over the open clients of the area, each looked up in its pairings; those found are put in order.
pub async fn unpaired(
    db: &impl Db,
    scope: &Scope<WritePairings>,
    (area, after): (Option<&Area>, Option<(Day, ClientId)>),
    today: Day,
    limit: Limit,
) -> Result<Vec<Row>, Problem> {
    let mut sql = Sql::text("").bind(today).bind(never());
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(area) = area {
        wanted.extend(within(&mut sql, area, "client.county_id", "client.area_path"));
    }
    let mut cut = String::new();
    if let Some((last, id)) = after {
        cut = format!("WHERE (place, client_id) > ({}, {})", sql.place(last), sql.place(id));
    }
    let most = sql.place(limit.probe());
    let text = format!(
        "SELECT client_id, client_name, kind, area_name, made_at, last,
                (SELECT official.name FROM pairing
                   JOIN official ON official.id = pairing.official_id AND official.county_id = pairing.official_county_id
                 WHERE pairing.client_id = alone.client_id AND pairing.county_id = alone.county_id
                   AND pairing.until_day = alone.last ORDER BY pairing.from_day, pairing.id LIMIT 1) AS former
         FROM (SELECT found.*, COALESCE(last, $2) AS place FROM
            (SELECT client.id AS client_id, client.county_id, client.name AS client_name, client.kind, area.name AS area_name,
                    client.made_at,
                    (SELECT MAX(pairing.until_day) FROM pairing WHERE pairing.client_id = client.id
                       AND NOT (pairing.county_id <> client.county_id) AND pairing.until_day < $1) AS last
             FROM client
             JOIN area ON area.id = client.area_id AND area.county_id = client.county_id
             WHERE client.closed_on IS NULL AND {} AND NOT EXISTS (
               SELECT 1 FROM pairing WHERE pairing.client_id = client.id AND NOT (pairing.county_id <> client.county_id)
                 AND pairing.from_day <= $1 AND (pairing.until_day IS NULL OR pairing.until_day >= $1))) found) alone
         {cut} ORDER BY place, client_id LIMIT {most}",
        wanted.join(" AND ")
    );
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

#[derive(Debug, FromQueryResult)]
pub struct Span {
    pub client_id: ClientId,
    pub county_id: AreaCode,
    pub county_name: String,
    pub made_at: Instant,
    pub closed_on: Option<Day>,
    pub from_day: Option<Day>,
    pub until_day: Option<Day>,
}

/// The clients of an area that were there in a window of days and that no single pairing covers, with the pairings of that
/// window by their first day; a client without any has one row.
pub async fn spans(
    db: &impl Db,
    scope: &Scope<WritePairings>,
    area: Option<&Area>,
    (first, last): (Day, Day),
) -> Result<Vec<Span>, Problem> {
    let mut sql = Sql::text("").bind(first).bind(last);
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(area) = area {
        wanted.extend(within(&mut sql, area, "client.county_id", "client.area_path"));
    }
    let text = format!(
        "SELECT client.id AS client_id, client.county_id, area.name AS county_name, client.made_at, client.closed_on,
                pairing.from_day, pairing.until_day
         FROM client
         JOIN area ON area.id = client.county_id AND area.county_id = client.county_id
         LEFT JOIN pairing ON pairing.client_id = client.id AND pairing.county_id = client.county_id
           AND pairing.from_day <= $2 AND (pairing.until_day IS NULL OR pairing.until_day >= $1)
         WHERE (client.closed_on IS NULL OR client.closed_on >= $1) AND {} AND NOT EXISTS (
           SELECT 1 FROM pairing whole WHERE whole.client_id = client.id AND NOT (whole.county_id <> client.county_id)
             AND whole.from_day <= $1 AND (whole.until_day IS NULL OR whole.until_day >= $2))
         ORDER BY client.id, pairing.from_day, pairing.id",
        wanted.join(" AND ")
    );
    db.all(sql.say(text).scoped(scope, PLACE)).await
}
