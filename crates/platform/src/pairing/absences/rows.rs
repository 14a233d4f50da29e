//! The table of absences.

use super::NewAbsence;
use crate::org::Official;
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::{AbsenceId, ClientId, OfficialId};
use kernel::words::AbsenceReason;
use kernel::{AreaCode, Cursor, Day, Limit, Problem, Scope, still_as_read};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::private::OfficialMobile;
use store::{Columns, Db, Private, Sql, Tx};

/// Somebody who is away, and who stands in.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Absence {
    /// Which.
    pub id: AbsenceId,
    /// The county of who is away.
    pub county_id: AreaCode,
    /// Who is away.
    pub official_id: OfficialId,
    /// Their name.
    pub official_name: String,
    /// Their unit.
    pub unit_name: String,
    /// Who stands in.
    pub substitute_id: OfficialId,
    /// Their name.
    pub substitute_name: String,
    /// Their unit.
    pub substitute_unit: String,
    /// Whether the substitute has an account that may act as a commissioner.
    pub substitute_acts: bool,
    /// Why.
    pub reason: AbsenceReason,
    /// In words.
    pub note: String,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it is not known.
    pub until_day: Option<Day>,
    /// Who entered it.
    pub made_by: String,
    /// For `If-Match`.
    pub version: i64,
}

impl Absence {
    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("{}的请假", self.official_name))
    }
}

/// Who stands in for a client's commissioner on a day.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Substitute {
    /// For which client.
    pub client_id: ClientId,
    /// For whom.
    pub official_id: OfficialId,
    /// Who stands in.
    pub substitute_id: OfficialId,
    /// The county they belong to.
    pub substitute_county_id: AreaCode,
    /// Their name.
    pub name: String,
    /// Their unit.
    pub unit_name: String,
    /// Where they are reached.
    pub mobile: Option<Private<OfficialMobile>>,
    /// The last day; none while it is not known.
    pub until_day: Option<Day>,
}

/// Which to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct AbsenceFilter {
    /// Of this official.
    pub official: Option<OfficialId>,
    /// Not over before this day.
    pub from: Option<Day>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const ABSENCE: &str = "SELECT absence.*, official.name AS official_name, unit.name AS unit_name, substitute.name AS substitute_name,
            substitute_unit.name AS substitute_unit,
            EXISTS (SELECT 1 FROM account
              JOIN role_grant held ON held.account_id = account.id AND held.county_id = account.county_id
              WHERE account.official_id = absence.substitute_id AND account.closed_at IS NULL AND held.role = 'commissioner'
                AND (held.until_day IS NULL OR held.until_day >= absence.from_day)) AS substitute_acts
     FROM absence
     JOIN official ON official.id = absence.official_id AND official.county_id = absence.county_id
     JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
     JOIN official substitute ON substitute.id = absence.substitute_id AND substitute.county_id = absence.substitute_county_id
     JOIN unit substitute_unit ON substitute_unit.id = substitute.unit_id AND substitute_unit.county_id = substitute.county_id";
const PLACE: Columns = Columns { area: Some("unit.area_path"), county: None, ..Columns::NONE };

pub async fn absences(
    db: &impl Db,
    scope: &Scope<WritePairings>,
    filter: &AbsenceFilter,
    limit: Limit,
) -> Result<Vec<Absence>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(cursor) = filter.cursor.as_deref() {
        wanted.push(format!("absence.id < {}", sql.place(Cursor::key::<AbsenceId>(cursor)?)));
    }
    if let Some(official) = filter.official {
        wanted.push(format!("absence.official_id = {}", sql.place(official)));
    }
    if let Some(day) = filter.from {
        wanted.push(format!("(absence.until_day IS NULL OR absence.until_day >= {})", sql.place(day)));
    }
    let most = sql.place(limit.probe());
    let text = format!("{ABSENCE} WHERE {} ORDER BY absence.id DESC LIMIT {most}", wanted.join(" AND "));
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn absence(db: &impl Db, scope: &Scope<WritePairings>, id: AbsenceId) -> Result<Option<Absence>, Problem> {
    let text = format!("{ABSENCE} WHERE absence.id = $1 AND /*scope*/");
    db.one(Sql::text(text).bind(id).scoped(scope, PLACE)).await
}

pub async fn told(db: &impl Db, county: AreaCode, id: AbsenceId) -> Result<Option<Absence>, Problem> {
    let text = format!("{ABSENCE} WHERE absence.id = $1 AND absence.county_id = $2");
    db.one(Sql::text(text).bind(id).bind(county)).await
}

/// What an official who leaves was away from, or stood in for, beyond `last`.
pub async fn of_leaver(
    db: &impl Db,
    (official, county): (OfficialId, AreaCode),
    last: Day,
) -> Result<Vec<Absence>, Problem> {
    let text = format!(
        "{ABSENCE} WHERE ((absence.official_id = $1 AND absence.county_id = $2)
             OR (absence.substitute_id = $1 AND absence.substitute_county_id = $2))
           AND (absence.until_day IS NULL OR absence.until_day > $3)"
    );
    db.all(Sql::text(text).bind(official).bind(county).bind(last)).await
}

pub async fn substitutes(
    db: &impl Db,
    scope: &Scope<ReadPairings>,
    clients: &[ClientId],
    day: Day,
) -> Result<Vec<Substitute>, Problem> {
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("").bind(day);
    let places: Vec<String> = clients.iter().map(|client| sql.place(*client)).collect();
    let text = format!(
        "SELECT pairing.client_id, absence.official_id, absence.substitute_id, absence.substitute_county_id, substitute.name, unit.name AS unit_name,
                substitute.mobile, substitute.id AS mobile_of, absence.until_day
         FROM pairing
         JOIN client ON client.id = pairing.client_id AND client.county_id = pairing.county_id
         JOIN absence ON absence.official_id = pairing.official_id AND absence.county_id = pairing.official_county_id
         JOIN official substitute ON substitute.id = absence.substitute_id
           AND substitute.county_id = absence.substitute_county_id
         JOIN unit ON unit.id = substitute.unit_id AND unit.county_id = substitute.county_id
         WHERE pairing.client_id IN ({}) AND pairing.from_day <= $1 AND (pairing.until_day IS NULL OR pairing.until_day >= $1)
           AND absence.from_day <= $1 AND (absence.until_day IS NULL OR absence.until_day >= $1) AND /*scope*/
         ORDER BY absence.id",
        places.join(", ")
    );
    let place = Columns {
        area: Some("client.area_path"),
        county: Some("pairing.county_id"),
        client: Some("pairing.client_id"),
        ..Columns::NONE
    };
    db.all(sql.say(text).scoped(scope, place)).await
}

/// Who stands in for an official in a span of days, when they are away then.
pub async fn away(
    db: &impl Db,
    official: &Official,
    (from, until): (Day, Option<Day>),
) -> Result<Option<String>, Problem> {
    let sql = "SELECT substitute.name FROM absence
               JOIN official substitute ON substitute.id = absence.substitute_id
                 AND substitute.county_id = absence.substitute_county_id
               WHERE absence.official_id = $1 AND absence.county_id = $2 AND (absence.until_day IS NULL OR absence.until_day >= $3)
                 AND absence.from_day <= COALESCE($4, absence.from_day)
               ORDER BY absence.from_day LIMIT 1";
    db.value(Sql::text(sql).bind(official.id).bind(official.county_id).bind(from).bind(until)).await
}

/// Who is away on a day, and not back before another.
pub async fn away_until(db: &impl Db, (day, back): (Day, Day)) -> Result<Vec<OfficialId>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        official_id: OfficialId,
    }
    let sql = "SELECT DISTINCT official_id FROM absence
               WHERE from_day <= $1 AND (until_day IS NULL OR until_day >= $2) ORDER BY official_id";
    let rows: Vec<Row> = db.all(Sql::text(sql).bind(day).bind(back)).await?;
    Ok(rows.into_iter().map(|row| row.official_id).collect())
}

/// The clients of an official in a span of days.
pub async fn clients_of(db: &impl Db, official: &Official, span: (Day, Option<Day>)) -> Result<Vec<ClientId>, Problem> {
    held(db, (official.id, official.county_id), span).await
}

/// The clients of an absence.
pub async fn clients_of_absence(db: &impl Db, absence: &Absence) -> Result<Vec<ClientId>, Problem> {
    held(db, (absence.official_id, absence.county_id), (absence.from_day, absence.until_day)).await
}

async fn held(
    db: &impl Db,
    (official, county): (OfficialId, AreaCode),
    (from, until): (Day, Option<Day>),
) -> Result<Vec<ClientId>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        client_id: ClientId,
    }
    let sql = "SELECT DISTINCT client_id FROM pairing
               WHERE official_id = $1 AND official_county_id = $2 AND (until_day IS NULL OR until_day >= $3)
                 AND from_day <= COALESCE($4, from_day) ORDER BY client_id";
    let rows: Vec<Row> = db.all(Sql::text(sql).bind(official).bind(county).bind(from).bind(until)).await?;
    Ok(rows.into_iter().map(|row| row.client_id).collect())
}

pub async fn insert(
    tx: &Tx,
    new: &NewAbsence,
    note: &str,
    (official, substitute): (&Official, &Official),
    made_by: &str,
) -> Result<AbsenceId, Problem> {
    let id = AbsenceId::mint(tx.now());
    let insert =
        "INSERT INTO absence (id, county_id, official_id, substitute_id, substitute_county_id, reason, note, from_day,
                                       until_day, made_by, made_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let insert = Sql::text(insert).bind(id).bind(official.county_id).bind(official.id).bind(substitute.id);
    let insert = insert.bind(substitute.county_id).bind(new.reason).bind(note).bind(new.from).bind(new.until);
    tx.run(insert.bind(made_by).bind(tx.now())).await?;
    Ok(id)
}

pub async fn end(tx: &Tx, absence: &Absence, last: Day) -> Result<(), Problem> {
    let end =
        "UPDATE absence SET until_day = $4, version = version + 1 WHERE id = $1 AND county_id = $2 AND version = $3";
    let end = Sql::text(end).bind(absence.id).bind(absence.county_id).bind(absence.version);
    tx.run_versioned(end.bind(last)).await
}
