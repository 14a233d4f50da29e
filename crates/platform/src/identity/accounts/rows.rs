//! The table of accounts.

use super::{AccountFilter, AccountState, Listed};
use kernel::id::{AccountId, ClientId, OfficialId, UnitId};
use kernel::{AreaCode, AreaPath, Cursor, Grant, Instant, Limit, Login, Problem, Reach, Right, Role, Scope};
use sea_orm::FromQueryResult;
use store::private::{AccountFactor, AccountFactorWish, AccountLogin, Sealing};
use store::{Columns, Db, Private, Sealed, Sql, Tx, containing};

/// An account as it is checked at sign-in and changed.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Account {
    pub id: AccountId,
    pub county_id: AreaCode,
    pub login: Private<AccountLogin>,
    pub name: String,
    pub password: String,
    pub second_factor: Option<Private<AccountFactor>>,
    pub second_factor_step: i64,
    pub factor_wish: Option<Private<AccountFactorWish>>,
    pub area_path: AreaPath,
    pub must_change: bool,
    pub failures: i64,
    pub locked_until: Option<Instant>,
    pub version: i64,
}

impl Account {
    /// What its holder signs in with.
    pub fn login(&self) -> &Login {
        self.login.in_full()
    }
}

const ACCOUNT: &str =
    "SELECT id, county_id, login, id AS login_of, name, password, second_factor, id AS second_factor_of,
    second_factor_step, factor_wish, id AS factor_wish_of, area_path, must_change, failures, locked_until, version
  FROM account";

pub async fn account_by_login(db: &impl Db, site: AreaCode, login: &Login) -> Result<Option<Account>, Problem> {
    let sql = format!("{ACCOUNT} WHERE login_index = $1 AND county_id = $2 AND closed_at IS NULL");
    db.one(Sql::text(sql).bind(db.index::<AccountLogin>(login)?).bind(site)).await
}

/// Whether the login is taken, by a closed account too.
pub async fn login_taken(db: &impl Db, site: AreaCode, login: &Login) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM account WHERE login_index = $1 AND county_id = $2)";
    Ok(db.value(Sql::text(sql).bind(db.index::<AccountLogin>(login)?).bind(site)).await?.unwrap_or(false))
}

pub async fn account(db: &impl Db, site: AreaCode, id: AccountId) -> Result<Option<Account>, Problem> {
    let sql = format!("{ACCOUNT} WHERE id = $1 AND county_id = $2 AND closed_at IS NULL");
    db.one(Sql::text(sql).bind(id).bind(site)).await
}

pub async fn insert_account(tx: &Tx, account: &Account, official: Option<OfficialId>) -> Result<(), Problem> {
    let Sealed { text, index } = tx.seal::<AccountLogin>(account.id.0, Some(account.login()))?;
    let insert = "INSERT INTO account (id, county_id, login, login_index, login_shown, name, password, official_id,
                    area_path, must_change, made_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let insert = Sql::text(insert).bind(account.id).bind(account.county_id).bind(text).bind(index);
    let insert = insert.bind(account.login().shown());
    let insert = insert.bind(account.name.as_str()).bind(account.password.as_str()).bind(official);
    tx.run(insert.bind(account.area_path.clone()).bind(account.must_change).bind(tx.now())).await.map(drop)
}

/// Where an account is administered: with the official's unit, else where its first grant reaches. The tables are those of
/// higher levels; they are read here because here an account gets its place.
pub async fn home(db: &impl Db, official: Option<OfficialId>, grant: Option<&Grant>) -> Result<AreaPath, Problem> {
    async fn found(db: &impl Db, sql: Sql) -> Result<Option<AreaPath>, Problem> {
        Ok(db.value::<String>(sql).await?.map(AreaPath))
    }
    let of_unit = |unit: UnitId| Sql::text("SELECT area_path FROM unit WHERE id = $1").bind(unit);
    let of_client = |client: ClientId| Sql::text("SELECT area_path FROM client WHERE id = $1").bind(client);
    let of_official = "SELECT unit.area_path FROM official
                       JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
                       WHERE official.id = $1";
    let place = match (official, grant.map(|grant| &grant.reach)) {
        (Some(official), _) => found(db, Sql::text(of_official).bind(official)).await?,
        (None, Some(Reach::Area(path))) => Some(path.clone()),
        (None, Some(Reach::Unit(unit))) => found(db, of_unit(*unit)).await?,
        (None, Some(Reach::Clients(clients) | Reach::Openly(clients, _))) => match clients.first() {
            Some(client) => found(db, of_client(*client)).await?,
            None => None,
        },
        (None, Some(Reach::Everything | Reach::Own(_)) | None) => None,
    };
    Ok(place.unwrap_or_else(|| AreaPath("/".into())))
}

pub async fn note_failure(tx: &Tx, account: &Account, failures: i64, locked: Option<Instant>) -> Result<(), Problem> {
    let noted = "UPDATE account SET failures = $3, locked_until = $4 WHERE id = $1 AND county_id = $2";
    tx.run(Sql::text(noted).bind(account.id).bind(account.county_id).bind(failures).bind(locked)).await.map(drop)
}

/// Sets a password: one's own choice, or one that must be changed at the first sign-in.
pub async fn set_password(tx: &Tx, account: &Account, hash: &str, must_change: bool) -> Result<(), Problem> {
    let set =
        "UPDATE account SET password = $4, must_change = $5, failures = 0, locked_until = NULL, version = version + 1
               WHERE id = $1 AND county_id = $2 AND version = $3";
    let set = Sql::text(set).bind(account.id).bind(account.county_id).bind(account.version);
    tx.run_versioned(set.bind(hash).bind(must_change)).await
}

const LISTED: &str =
    "SELECT account.id, account.county_id, account.login_shown AS login, account.name, account.official_id, unit.name AS unit_name,
            account.area_path, area.name AS area_name, account.must_change,
            account.second_factor IS NOT NULL AS second_factor, account.locked_until, account.closed_at, account.made_at,
            account.version
     FROM account
     LEFT JOIN official ON official.id = account.official_id
     LEFT JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
     LEFT JOIN area ON area.path = account.area_path";
const PLACE: Columns = Columns { area: Some("account.area_path"), owner: Some("account.id"), ..Columns::NONE };
/// A role that holds on day `$1` or will.
const HELD: &str = "EXISTS (SELECT 1 FROM role_grant WHERE role_grant.account_id = account.id
                      AND (role_grant.until_day IS NULL OR role_grant.until_day >= $1)";

pub async fn accounts<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    filter: &AccountFilter,
    limit: Limit,
    at: (kernel::Day, Instant),
) -> Result<Vec<Listed>, Problem> {
    let (today, now) = at;
    let mut sql = Sql::text("").bind(today);
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(cursor) = filter.cursor.as_deref() {
        let (name, id) = Cursor::key::<(String, AccountId)>(cursor)?;
        wanted.push(format!("(account.name, account.id) > ({}, {})", sql.place(name), sql.place(id)));
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let (within, whole) = (sql.place(containing(q)), sql.place(db.index::<AccountLogin>(&Login::sought(q))?));
        let login = sql.place(containing(&q.to_lowercase()));
        // Nobody is found by a part of their number: what hides one is looked through as a whole only.
        wanted.push(format!(
            "(account.name LIKE {within} OR account.login_index = {whole}
              OR (account.login_shown LIKE {login} AND account.login_shown NOT LIKE '%*%'))"
        ));
    }
    if let Some(role) = filter.role {
        wanted.push(format!("{HELD} AND role_grant.role = {})", sql.place(role)));
    }
    match filter.state {
        Some(AccountState::Open) => wanted.push("account.closed_at IS NULL".into()),
        Some(AccountState::Closed) => wanted.push("account.closed_at IS NOT NULL".into()),
        Some(AccountState::Locked) => {
            wanted.push(format!("account.closed_at IS NULL AND account.locked_until > {}", sql.place(now)));
        }
        Some(AccountState::First) => wanted.push("account.closed_at IS NULL AND account.must_change".into()),
        Some(AccountState::Roleless) => wanted.push(format!("account.closed_at IS NULL AND NOT {HELD})")),
        None => {}
    }
    let most = sql.place(limit.probe());
    // The day is always named, so that both databases see every value used.
    let wanted = wanted.join(" AND ");
    let text = format!("{LISTED} WHERE $1 IS NOT NULL AND {wanted} ORDER BY account.name, account.id LIMIT {most}");
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn listed<R: Right>(db: &impl Db, scope: &Scope<R>, id: AccountId) -> Result<Option<Listed>, Problem> {
    db.one(Sql::text(format!("{LISTED} WHERE account.id = $1 AND /*scope*/")).bind(id).scoped(scope, PLACE)).await
}

/// The login of the account that belongs to an official, as others are shown it; a closed one's too.
pub async fn of_official(db: &impl Db, official: OfficialId) -> Result<Option<String>, Problem> {
    let held = "SELECT login_shown FROM account WHERE official_id = $1 ORDER BY id LIMIT 1";
    db.value(Sql::text(held).bind(official)).await
}

/// The roles that accounts hold today or will hold, for a list of them.
pub async fn roles(db: &impl Db, accounts: &[Listed], today: kernel::Day) -> Result<Vec<(AccountId, Role)>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
        role: Role,
    }
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("").bind(today);
    let ids: Vec<_> = accounts.iter().map(|account| sql.place(account.id)).collect();
    let text = format!(
        "SELECT DISTINCT account_id, role FROM role_grant
         WHERE (until_day IS NULL OR until_day >= $1) AND account_id IN ({}) ORDER BY account_id, role",
        ids.join(", ")
    );
    let rows: Vec<Row> = db.all(sql.say(text)).await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.role)).collect())
}

/// Closes or reopens. Touches no row when the account is in that state already or was changed since it was read.
pub async fn set_closed(tx: &Tx, account: &Listed, closed_at: Option<Instant>) -> Result<(), Problem> {
    let set =
        "UPDATE account SET closed_at = $4, version = version + 1 WHERE id = $1 AND county_id = $2 AND version = $3";
    let set = Sql::text(set).bind(account.id).bind(account.county_id).bind(account.version);
    tx.run_versioned(set.bind(closed_at)).await
}

/// Counts of what waits for an administrator, each up to a thousand.
pub async fn waiting<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    state: AccountState,
    at: (kernel::Day, Instant),
) -> Result<u64, Problem> {
    let (today, now) = at;
    let wanted = match state {
        AccountState::Locked => "account.locked_until > $2",
        AccountState::Roleless => "NOT /*held*/",
        AccountState::First => "account.must_change",
        AccountState::Open | AccountState::Closed => "TRUE",
    };
    let wanted = wanted.replace("/*held*/", &format!("{HELD})"));
    let text = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM account
         WHERE $1 IS NOT NULL AND $2 IS NOT NULL AND account.closed_at IS NULL AND {wanted} AND /*scope*/ LIMIT 1000) some_of_them"
    );
    let count: Option<i64> = db.value(Sql::text(text).bind(today).bind(now).scoped(scope, PLACE)).await?;
    Ok(u64::try_from(count.unwrap_or(0)).unwrap_or(0))
}
