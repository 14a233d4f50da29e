//! The table of grants.

use super::{Given, Held};
use crate::identity::accounts::rows::Account;
use kernel::id::{AccountId, ClientId, GrantId, OfficialId, UnitId};
use kernel::{AreaCode, AreaPath, Day, Grant, Problem, Reach, Right, Role, Scope, StandIn};
use sea_orm::FromQueryResult;
use store::{Columns, Db, Sql, Tx};

#[derive(FromQueryResult)]
struct GrantRow {
    role: Role,
    area_path: Option<AreaPath>,
    unit_id: Option<UnitId>,
    client_id: Option<ClientId>,
    stands_in_name: Option<String>,
    until_day: Option<Day>,
}

/// The reach that three columns tell.
pub fn reach(account: AccountId, area: Option<AreaPath>, unit: Option<UnitId>, client: Option<ClientId>) -> Reach {
    match (area, unit, client) {
        (Some(path), ..) if path.0 == "/" => Reach::Everything,
        (Some(path), ..) => Reach::Area(path),
        (_, Some(unit), _) => Reach::Unit(unit),
        (_, _, Some(client)) => Reach::Clients(vec![client]),
        (None, None, None) => Reach::Own(account),
    }
}

/// A liaison's grant holds no longer than the liaison is one, whatever its own days say.
const IN_OFFICE: &str = "NOT EXISTS (SELECT 1 FROM liaison WHERE liaison.id = role_grant.liaison_id
                           AND liaison.until_day < $2)";

/// What an account may do on a day, and what of it is held for somebody who is away.
pub async fn on_day(db: &impl Db, account: AccountId, today: Day) -> Result<(Vec<Grant>, Vec<StandIn>), Problem> {
    let held = format!(
        "SELECT role, area_path, unit_id, client_id, stands_in_name, until_day FROM role_grant
         WHERE account_id = $1 AND from_day <= $2 AND (until_day IS NULL OR until_day >= $2) AND {IN_OFFICE}
         ORDER BY role, id"
    );
    let rows: Vec<GrantRow> = db.all(Sql::text(held).bind(account).bind(today)).await?;
    let (mut grants, mut stands_in) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let grant = Grant { role: row.role, reach: reach(account, row.area_path, row.unit_id, row.client_id) };
        if let (Some(name), Some(until)) = (row.stands_in_name, row.until_day) {
            stands_in.push(StandIn { grant: grant.clone(), name, until });
        }
        grants.push(grant);
    }
    Ok((grants, stands_in))
}

/// The clients an official looks after today, their own and those of commissioners who are away for whom they stand in. The
/// tables are the pairings'; they are read here because here reach is decided.
pub async fn looked_after(db: &impl Db, official: OfficialId, today: Day) -> Result<Vec<ClientId>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        client_id: ClientId,
    }
    let paired = "SELECT client_id FROM pairing
                  WHERE official_id = $1 AND from_day <= $2 AND (until_day IS NULL OR until_day >= $2)
                  UNION
                  SELECT pairing.client_id FROM absence
                  JOIN pairing ON pairing.official_id = absence.official_id AND pairing.official_county_id = absence.county_id
                  WHERE absence.substitute_id = $1 AND absence.from_day <= $2
                    AND (absence.until_day IS NULL OR absence.until_day >= $2)
                    AND pairing.from_day <= $2 AND (pairing.until_day IS NULL OR pairing.until_day >= $2)
                  ORDER BY client_id";
    let rows: Vec<Row> = db.all(Sql::text(paired).bind(official).bind(today)).await?;
    Ok(rows.into_iter().map(|row| row.client_id).collect())
}

pub async fn insert(
    tx: &Tx,
    account: &Account,
    grant: &Grant,
    from: Day,
    given: &Given<'_>,
) -> Result<GrantId, Problem> {
    insert_for(tx, (account.id, account.county_id), grant, from, given).await
}

pub async fn insert_for(
    tx: &Tx,
    (account, county): (AccountId, AreaCode),
    grant: &Grant,
    from: Day,
    given: &Given<'_>,
) -> Result<GrantId, Problem> {
    let (area, unit, client) = match &grant.reach {
        Reach::Everything => (Some(AreaPath("/".into())), None, None),
        Reach::Area(path) => (Some(path.clone()), None, None),
        Reach::Unit(unit) => (None, Some(*unit), None),
        Reach::Clients(clients) | Reach::Openly(clients, _) => (None, None, clients.first().copied()),
        Reach::Own(_) => (None, None, None),
    };
    let id = GrantId::mint(tx.now());
    let insert = "INSERT INTO role_grant (id, county_id, account_id, role, area_path, unit_id, client_id, from_day,
                                          until_day, liaison_id, given_by)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let insert = Sql::text(insert).bind(id).bind(county).bind(account);
    let insert = insert.bind(grant.role).bind(area).bind(unit).bind(client).bind(from);
    tx.run(insert.bind(given.until).bind(given.liaison).bind(given.by)).await?;
    Ok(id)
}

const HELD: &str =
    "SELECT role_grant.id, role_grant.county_id, role_grant.account_id, account.name AS account_name,
            role_grant.role, role_grant.area_path, area.name AS area_name, role_grant.unit_id, unit.name AS unit_name,
            unit.area_path AS unit_path, role_grant.client_id, client.name AS client_name, client.area_path AS client_path,
            account.area_path AS home, role_grant.from_day,
            CASE WHEN liaison.until_day < role_grant.until_day OR role_grant.until_day IS NULL
                 THEN COALESCE(liaison.until_day, role_grant.until_day) ELSE role_grant.until_day END AS until_day,
            role_grant.given_by, role_grant.stands_in_for, role_grant.stands_in_name
     FROM role_grant
     JOIN account ON account.id = role_grant.account_id AND account.county_id = role_grant.county_id
     LEFT JOIN area ON area.path = role_grant.area_path
     LEFT JOIN unit ON unit.id = role_grant.unit_id
     LEFT JOIN client ON client.id = role_grant.client_id
     LEFT JOIN liaison ON liaison.id = role_grant.liaison_id";

/// Every grant an account holds or held, those of today first.
pub async fn held(db: &impl Db, account: AccountId) -> Result<Vec<Held>, Problem> {
    let sql = format!("{HELD} WHERE role_grant.account_id = $1 ORDER BY role_grant.from_day DESC, role_grant.id DESC");
    db.all(Sql::text(sql).bind(account)).await
}

pub async fn one(db: &impl Db, account: AccountId, id: GrantId) -> Result<Option<Held>, Problem> {
    let sql = format!("{HELD} WHERE role_grant.id = $1 AND role_grant.account_id = $2");
    db.one(Sql::text(sql).bind(id).bind(account)).await
}

/// Grants of open accounts in the scope whose last day lies in a span, the soonest first.
pub async fn ending<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    (from, until): (Day, Day),
    most: i64,
) -> Result<Vec<Held>, Problem> {
    let place = Columns { area: Some("account.area_path"), ..Columns::NONE };
    let sql = format!(
        "{HELD} WHERE role_grant.until_day >= $1 AND role_grant.until_day <= $2 AND account.closed_at IS NULL
           AND /*scope*/ ORDER BY role_grant.until_day, role_grant.id LIMIT $3"
    );
    db.all(Sql::text(sql).bind(from).bind(until).bind(most).scoped(scope, place)).await
}

pub async fn end(tx: &Tx, grant: &Held, last: Day) -> Result<u64, Problem> {
    let end = "UPDATE role_grant SET until_day = $3 WHERE id = $1 AND county_id = $2 AND (until_day IS NULL OR until_day > $3)";
    let ended = tx.run(Sql::text(end).bind(grant.id).bind(grant.county_id).bind(last)).await?;
    // Who stands in holds nothing that is no longer held.
    if grant.stands_in_for.is_none() {
        let lent = "UPDATE role_grant SET until_day = $5 WHERE stands_in_for = $1 AND role = $2
                      AND area_path IS NOT DISTINCT FROM $3 AND unit_id IS NOT DISTINCT FROM $4 AND until_day > $5";
        let lent = Sql::text(lent).bind(grant.account_id).bind(grant.role).bind(grant.area_path.clone());
        tx.run(lent.bind(grant.unit_id).bind(last)).await?;
    }
    Ok(ended)
}

/// Ends what others hold for an account.
pub async fn end_lent(tx: &Tx, account: AccountId, last: Day) -> Result<(), Problem> {
    let end = "UPDATE role_grant SET until_day = $2 WHERE stands_in_for = $1 AND until_day > $2";
    tx.run(Sql::text(end).bind(account).bind(last)).await.map(drop)
}

/// Gives a role that somebody holds to whoever stands in for them, for these days.
pub async fn lend(
    tx: &Tx,
    (substitute, county): (AccountId, AreaCode),
    held: &Held,
    (from, until): (Day, Day),
    by: &str,
) -> Result<(), Problem> {
    let insert =
        "INSERT INTO role_grant (id, county_id, account_id, role, area_path, unit_id, from_day, until_day, given_by,
                                          stands_in_for, stands_in_name)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let insert = Sql::text(insert).bind(GrantId::mint(tx.now())).bind(county).bind(substitute).bind(held.role);
    let insert = insert.bind(held.area_path.clone()).bind(held.unit_id).bind(from).bind(until).bind(by);
    tx.run(insert.bind(held.account_id).bind(held.account_name.as_str())).await.map(drop)
}

/// Takes the account's row for this transaction, so that two grants given at once see each other.
pub async fn hold(tx: &Tx, account: AccountId) -> Result<(), Problem> {
    tx.run(Sql::text("UPDATE account SET version = version WHERE id = $1").bind(account)).await.map(drop)
}
