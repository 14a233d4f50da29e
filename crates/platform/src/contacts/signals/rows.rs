//! What is derived, from the rows of ratings, rulings, entries, pairings and what speaks against them.

use kernel::authz::ReadSignals;
use kernel::id::{ClientId, EntryId, OfficialId, UnitId};
use kernel::words::{ComplaintKind, EntryKind, InspectionGround, TieKind};
use kernel::{AreaCode, Day, Instant, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Columns, Db, Sql};

/// A unit that comes to a client after the client complained about it.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "SignalReturn")]
pub struct Return {
    /// Which coming.
    pub entry_id: EntryId,
    /// The client's county.
    pub county_id: AreaCode,
    /// To whom.
    pub client_id: ClientId,
    /// Its name.
    pub client_name: String,
    /// Which unit.
    pub unit_id: UnitId,
    /// Its name.
    pub unit_name: String,
    /// What for.
    pub kind: EntryKind,
    /// Whether an inspection is planned or follows a clue.
    pub ground: InspectionGround,
    /// On which day.
    pub day: Day,
    /// When it was announced.
    pub made_at: Instant,
    /// Whether it was given up, or refused by the client.
    pub dropped: bool,
    /// What the client had complained by.
    pub complaint: ComplaintKind,
    /// When it had.
    pub complained_at: Instant,
}

/// A commissioner with a tie to whom they look after.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "SignalTie")]
pub struct Tie {
    /// The client.
    pub client_id: ClientId,
    /// Its county.
    pub county_id: AreaCode,
    /// Its name.
    pub client_name: String,
    /// The commissioner.
    pub official_id: OfficialId,
    /// Their name.
    pub official_name: String,
    /// Their unit.
    pub unit_name: String,
    /// Since when they look after it.
    pub from_day: Day,
    /// What speaks of a tie.
    pub tie: TieKind,
}

/// The unit that had the lead when it was said.
const THEN: &str = "(SELECT task.unit_id FROM demand_task task WHERE task.demand_id = said.demand_id
     AND task.county_id = said.county_id AND task.role = 'lead' AND task.since <= said.at ORDER BY task.since DESC, task.id DESC LIMIT 1)";

/// Comings of a span of days that were announced after a complaint of the window about the same unit, the latest day first, of each
/// the last complaint first. What the client itself invited is none.
pub async fn returns(
    db: &impl Db,
    scope: &Scope<ReadSignals>,
    (first, last): (Day, Day),
    (since, until): (Instant, Instant),
) -> Result<Vec<Return>, Problem> {
    const PLACE: Columns = Columns { area: Some("entry.area_path"), county: Some("entry.county_id"), ..Columns::NONE };
    let text = format!(
        "WITH complaint AS (
           SELECT said.demand_id, said.county_id, {THEN} AS unit_id, 'rating' AS complaint, said.at
           FROM demand_rating said WHERE said.rating = 'dissatisfied' AND said.at >= $3 AND said.at < $4
           UNION ALL
           SELECT said.demand_id, said.county_id, {THEN} AS unit_id, 'reopen' AS complaint, said.at
           FROM demand_event said WHERE said.act = 'reopen' AND said.at >= $3 AND said.at < $4
           UNION ALL
           SELECT said.demand_id, said.county_id, said.unit_id, 'ruling' AS complaint, said.at
           FROM demand_event said WHERE said.act = 'rule' AND said.at >= $3 AND said.at < $4
             AND said.taken LIKE '%\"upheld\":false%')
         SELECT entry.id AS entry_id, entry.county_id, entry.client_id, entry.client_name, entry.unit_id, entry.unit_name,
           entry.kind, entry.ground, entry.day, entry.made_at, (entry.dropped_at IS NOT NULL) AS dropped,
           complaint.complaint, complaint.at AS complained_at
         FROM complaint
         JOIN demand ON demand.id = complaint.demand_id AND demand.county_id = complaint.county_id
         JOIN entry ON entry.client_id = demand.client_id AND entry.unit_id = complaint.unit_id
           AND entry.day >= $1 AND entry.day <= $2 AND entry.made_at > complaint.at
         LEFT JOIN contact ON contact.id = entry.contact_id AND contact.county_id = entry.county_id
         WHERE /*scope*/ AND (contact.id IS NULL OR contact.opened_by <> 'client')
         ORDER BY entry.day DESC, entry.id DESC, complaint.at DESC LIMIT 2000"
    );
    db.all(Sql::text(text).bind(first).bind(last).bind(since).bind(until).scoped(scope, PLACE)).await
}

/// Commissioners of today who stood back from the client themselves, now or within a year before they began; who stood back from
/// the enterprise that builds the project, or whose project it builds; or who bear the name of one of its liaisons.
pub async fn ties(db: &impl Db, scope: &Scope<ReadSignals>, today: Day, most: i64) -> Result<Vec<Tie>, Problem> {
    const PLACE: Columns =
        Columns { area: Some("client.area_path"), county: Some("client.county_id"), ..Columns::NONE };
    let year_ago = today.checked_sub_months(chrono::Months::new(12)).unwrap_or(today);
    let text = "SELECT client.id AS client_id, client.county_id, client.name AS client_name, official.id AS official_id,
           official.name AS official_name, unit.name AS unit_name, held.from_day, held.tie
         FROM (
           SELECT pairing.client_id, pairing.county_id, pairing.official_id, pairing.official_county_id, pairing.from_day,
             'recused' AS tie
           FROM pairing_bar bar
           JOIN pairing ON pairing.client_id = bar.client_id AND pairing.county_id = bar.county_id
             AND pairing.official_id = bar.official_id
           WHERE bar.kind = 'recusal' AND bar.state = 'held' AND (bar.until_day IS NULL OR bar.until_day >= $2)
             AND pairing.from_day <= $1 AND (pairing.until_day IS NULL OR pairing.until_day >= $1)
           UNION
           SELECT pairing.client_id, pairing.county_id, pairing.official_id, pairing.official_county_id, pairing.from_day,
             'builder' AS tie
           FROM pairing_bar bar
           JOIN client barred ON barred.id = bar.client_id AND barred.county_id = bar.county_id
           JOIN pairing ON pairing.official_id = bar.official_id AND pairing.client_id <> bar.client_id
           LEFT JOIN project own ON own.id = pairing.client_id AND own.county_id = pairing.county_id
           LEFT JOIN project theirs ON theirs.id = barred.id AND theirs.county_id = barred.county_id
           JOIN client served ON served.id = pairing.client_id AND served.county_id = pairing.county_id
           WHERE bar.kind = 'recusal' AND bar.state = 'held' AND (bar.until_day IS NULL OR bar.until_day >= $2)
             AND pairing.from_day <= $1 AND (pairing.until_day IS NULL OR pairing.until_day >= $1)
             AND (own.builder = barred.name OR theirs.builder = served.name)
           UNION
           SELECT pairing.client_id, pairing.county_id, pairing.official_id, pairing.official_county_id, pairing.from_day,
             'namesake' AS tie
           FROM pairing
           JOIN official same ON same.id = pairing.official_id AND same.county_id = pairing.official_county_id
           JOIN liaison ON liaison.client_id = pairing.client_id AND liaison.county_id = pairing.county_id
             AND liaison.name = same.name AND liaison.from_day <= $1 AND (liaison.until_day IS NULL OR liaison.until_day >= $1)
           WHERE pairing.from_day <= $1 AND (pairing.until_day IS NULL OR pairing.until_day >= $1)) held
         JOIN client ON client.id = held.client_id AND client.county_id = held.county_id
         JOIN official ON official.id = held.official_id AND official.county_id = held.official_county_id
         JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
         WHERE /*scope*/ ORDER BY client.county_id, client.id, held.tie LIMIT $3";
    db.all(Sql::text(text).bind(today).bind(year_ago).bind(most).scoped(scope, PLACE)).await
}
