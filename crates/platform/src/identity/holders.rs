//! Who is to be told of something: the accounts that hold a role on a day for a client, an area or a unit.

use kernel::id::{AccountId, ClientId, OfficialId, UnitId};
use kernel::{AreaCode, AreaPath, Day, Problem, Role};
use sea_orm::FromQueryResult;
use store::{Db, Sql};

/// An account that can be told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Addressee {
    /// The account.
    pub id: AccountId,
    /// The county it is kept in.
    pub county_id: AreaCode,
}

const HELD: &str =
    "held.from_day <= $2 AND (held.until_day IS NULL OR held.until_day >= $2) AND account.closed_at IS NULL";
const HOLDER: &str = "SELECT DISTINCT account.id, account.county_id FROM role_grant held
                      JOIN account ON account.id = held.account_id AND account.county_id = held.county_id";

/// The liaisons of a client.
///
/// # Errors
/// When the database fails.
pub async fn liaisons_of(db: &impl Db, client: ClientId, today: Day) -> Result<Vec<Addressee>, Problem> {
    let sql = format!(
        "{HOLDER} WHERE held.client_id = $1 AND held.role = 'liaison' AND {HELD}
           AND NOT EXISTS (SELECT 1 FROM liaison WHERE liaison.id = held.liaison_id AND liaison.until_day < $2)"
    );
    db.all(Sql::text(sql).bind(client).bind(today)).await
}

/// Those who work for a unit: its handlers and its heads.
///
/// # Errors
/// When the database fails.
pub async fn workers_of(db: &impl Db, unit: UnitId, today: Day) -> Result<Vec<Addressee>, Problem> {
    let sql = format!("{HOLDER} WHERE held.unit_id = $1 AND held.role IN ('handler', 'unit_head') AND {HELD}");
    db.all(Sql::text(sql).bind(unit).bind(today)).await
}

/// The heads of a unit.
///
/// # Errors
/// When the database fails.
pub async fn heads_of(db: &impl Db, unit: UnitId, today: Day) -> Result<Vec<Addressee>, Problem> {
    let sql = format!("{HOLDER} WHERE held.unit_id = $1 AND held.role = 'unit_head' AND {HELD}");
    db.all(Sql::text(sql).bind(unit).bind(today)).await
}

/// The commissioners who look after a client, and who stands in for one who is away.
///
/// # Errors
/// When the database fails.
pub async fn commissioners_of(db: &impl Db, client: ClientId, today: Day) -> Result<Vec<Addressee>, Problem> {
    let sql = format!(
        "SELECT DISTINCT account.id, account.county_id FROM (
           SELECT pairing.official_id FROM pairing
           WHERE pairing.client_id = $1 AND pairing.from_day <= $2 AND (pairing.until_day IS NULL OR pairing.until_day >= $2)
           UNION
           SELECT absence.substitute_id FROM pairing
           JOIN absence ON absence.official_id = pairing.official_id AND absence.county_id = pairing.official_county_id
           WHERE pairing.client_id = $1 AND pairing.from_day <= $2 AND (pairing.until_day IS NULL OR pairing.until_day >= $2)
             AND absence.from_day <= $2 AND (absence.until_day IS NULL OR absence.until_day >= $2)) serving
         JOIN account ON account.official_id = serving.official_id
         JOIN role_grant held ON held.account_id = account.id AND held.county_id = account.county_id
         WHERE held.role = 'commissioner' AND {HELD}"
    );
    db.all(Sql::text(sql).bind(client).bind(today)).await
}

/// The accounts of an official.
///
/// # Errors
/// When the database fails.
pub async fn accounts_of(db: &impl Db, official: OfficialId) -> Result<Vec<Addressee>, Problem> {
    let sql = "SELECT account.id, account.county_id FROM account
               WHERE account.official_id = $1 AND account.closed_at IS NULL ORDER BY account.id";
    db.all(Sql::text(sql).bind(official)).await
}

/// The desks nearest to a place: those of its town, else of its county, else of the city above (属地管理为主).
///
/// # Errors
/// When the database fails.
pub async fn desks_near(db: &impl Db, place: &AreaPath, today: Day) -> Result<Vec<Addressee>, Problem> {
    near(db, Role::AreaDesk, place, today).await
}

/// The coordination group nearest to a place: that of its county, else of the city above.
///
/// # Errors
/// When the database fails.
pub async fn coordination_near(db: &impl Db, place: &AreaPath, today: Day) -> Result<Vec<Addressee>, Problem> {
    near(db, Role::Coordination, place, today).await
}

/// The establishment office (编办) nearest to a place: that of its county, else of the city above.
///
/// # Errors
/// When the database fails.
pub async fn arbiters_near(db: &impl Db, place: &AreaPath, today: Day) -> Result<Vec<Addressee>, Problem> {
    near(db, Role::Arbiter, place, today).await
}

async fn near(db: &impl Db, role: Role, place: &AreaPath, today: Day) -> Result<Vec<Addressee>, Problem> {
    #[derive(FromQueryResult)]
    struct Holder {
        id: AccountId,
        county_id: AreaCode,
        area_path: AreaPath,
    }
    let mut sql = Sql::text("");
    let (role, today) = (sql.place(role), sql.place(today));
    let above: Vec<_> = place.0.match_indices('/').map(|(at, _)| sql.place(AreaPath(place.0[..=at].into()))).collect();
    let text = format!(
        "SELECT DISTINCT account.id, account.county_id, held.area_path FROM role_grant held
         JOIN account ON account.id = held.account_id AND account.county_id = held.county_id
         WHERE held.area_path IN ({}) AND held.role = {role} AND account.closed_at IS NULL
           AND held.from_day <= {today} AND (held.until_day IS NULL OR held.until_day >= {today})",
        above.join(", ")
    );
    let holders: Vec<Holder> = db.all(sql.say(text)).await?;
    let nearest = holders.iter().map(|holder| holder.area_path.0.len()).max();
    let near = holders.into_iter().filter(|holder| Some(holder.area_path.0.len()) == nearest);
    Ok(near.map(|holder| Addressee { id: holder.id, county_id: holder.county_id }).collect())
}
