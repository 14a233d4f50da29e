//! A statement written once, in the subset both databases speak, and the rows that come back.

use crate::Store;
use crate::figures::measured;
use crate::keys::Keys;
use crate::tx::Tx;
use crate::values::fit;
use kernel::words::AreaLevel;
use kernel::{AreaCode, AreaPath, Problem, Reach, Right, Scope};
use sea_orm::sea_query::Values;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Statement, TryGetable, Value};

/// SQL text with its values. `$n` is read by both databases.
#[derive(Debug, Clone)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

/// Which columns of a query place a row, for [`Sql::scoped`]. A column that is `None` admits nobody by that road.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// The area path.
    pub area: Option<&'static str>,
    /// The county: the same as the area path for who reaches a whole county, but an index can sort below it.
    pub county: Option<&'static str>,
    /// The unit that holds the row.
    pub unit: Option<&'static str>,
    /// Another way to a row for a unit: a condition in which `{unit}` stands for it. Only for one row at a time, since no
    /// list can be sorted along two roads; a list walks each by itself and merges them.
    pub helper: Option<&'static str>,
    /// The client the row is about.
    pub client: Option<&'static str>,
    /// The account the row belongs to.
    pub owner: Option<&'static str>,
    /// Whether it is kept from others whose the row is, and the account that wrote it down.
    pub sealed: Option<(&'static str, &'static str)>,
}

impl Columns {
    /// A table that nobody reaches but those who reach everything.
    pub const NONE: Self =
        Self { area: None, county: None, unit: None, helper: None, client: None, owner: None, sealed: None };
}

impl Sql {
    /// A statement without values.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    /// A statement with all its values.
    pub(crate) fn with(text: String, values: Vec<Value>) -> Self {
        Self { text, values }
    }

    /// Binds the next value: the first call is `$1`.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Swaps the marker `/*scope*/` for the condition that the row lies within `scope`.
    #[must_use]
    pub fn scoped<R: Right>(mut self, scope: &Scope<R>, columns: Columns) -> Self {
        let mut ways = Vec::new();
        for reach in scope.reaches() {
            let way = match reach {
                Reach::Everything => Some("TRUE".to_owned()),
                Reach::Area(path) => self.inside(path, columns),
                Reach::Unit(unit) => columns.unit.map(|column| {
                    let unit = self.place(*unit);
                    let helps = columns.helper.map(|helps| format!(" OR {}", helps.replace("{unit}", &unit)));
                    format!("({column} = {unit}{})", helps.unwrap_or_default())
                }),
                Reach::Clients(clients) if clients.is_empty() => None,
                Reach::Clients(clients) => columns.client.map(|column| {
                    let places: Vec<_> = clients.iter().map(|client| self.place(*client)).collect();
                    format!("{column} IN ({})", places.join(", "))
                }),
                Reach::Openly(clients, _) if clients.is_empty() => None,
                Reach::Openly(clients, account) => columns.client.map(|column| {
                    let places: Vec<_> = clients.iter().map(|client| self.place(*client)).collect();
                    let open = columns
                        .sealed
                        .map(|(sealed, by)| format!(" AND (NOT {sealed} OR {by} = {})", self.place(*account)));
                    format!("({column} IN ({}){})", places.join(", "), open.unwrap_or_default())
                }),
                Reach::Own(account) => columns.owner.map(|column| format!("{column} = {}", self.place(*account))),
            };
            ways.extend(way);
        }
        let condition = if ways.is_empty() { "FALSE".to_owned() } else { format!("({})", ways.join(" OR ")) };
        self.text = self.text.replace("/*scope*/", &condition);
        self
    }

    /// The condition that a row lies in an area. A town has nothing below it, and a county is a column of its own: both
    /// are equalities, so that an index which goes on with another column gives its rows in that order.
    fn inside(&mut self, path: &AreaPath, columns: Columns) -> Option<String> {
        let area = columns.area?;
        let code = path.code();
        Some(match (code.map(AreaCode::level), columns.county, code) {
            (Some(AreaLevel::County), Some(county), Some(code)) => format!("{county} = {}", self.place(code)),
            // Where it lies within its county tells too much of what is sealed.
            (Some(AreaLevel::Town), ..) => {
                let open = columns.sealed.map(|(sealed, _)| format!(" AND NOT {sealed}")).unwrap_or_default();
                format!("({area} = {}{open})", self.place(path.clone()))
            }
            _ => {
                let from = self.place(path.0.clone());
                let end = self.place(path.end());
                // Nearly all rows of a site lie in its city. PostgreSQL knows and reads this as two bounds; SQLite does not
                // know, and must not take an index on the area for it instead of the one that sorts.
                format!("NOT ({area} < {from} OR {area} >= {end})")
            }
        })
    }

    /// The same values under another text, for statements whose text depends on where values are placed.
    #[must_use]
    pub fn say(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// Binds a value and gives its place, such as `$3`.
    pub fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The text with its places counted on from `first`, and its values.
    fn moved(self, first: usize) -> (String, Vec<Value>) {
        let mut text = String::with_capacity(self.text.len() + 16);
        let mut parts = self.text.split('$');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            text.push('$');
            match part[..digits].parse::<usize>() {
                Ok(place) => text.push_str(&(place + first).to_string()),
                Err(_) => text.push_str(&part[..digits]),
            }
            text.push_str(&part[digits..]);
        }
        (text, self.values)
    }

    pub(crate) fn as_text(&self) -> &str {
        &self.text
    }

    fn on(self, conn: &impl ConnectionTrait) -> Statement {
        let backend = conn.get_database_backend();
        Statement { sql: self.text, values: Some(Values(self.values)), db_backend: backend }
    }

    /// Runs the query and gives every row, read.
    async fn read<T>(
        self,
        conn: &impl ConnectionTrait,
        read: impl FnOnce(&[QueryResult]) -> Result<T, DbErr>,
    ) -> Result<T, Problem> {
        fit(&self.values)?;
        let statement = self.on(conn);
        // The driver takes the statement along; its text is kept for the one who must learn what failed.
        let text = statement.sql.clone();
        let rows = measured("read", conn.query_all_raw(statement)).await;
        rows.and_then(|rows| read(&rows)).map_err(|error| trouble(&text, error))
    }

    /// Runs the statement and counts the rows it touched.
    pub(crate) async fn run(self, conn: &impl ConnectionTrait) -> Result<u64, Problem> {
        fit(&self.values)?;
        let statement = self.on(conn);
        let text = statement.sql.clone();
        let done = measured("write", conn.execute_raw(statement)).await;
        done.map(|done| done.rows_affected()).map_err(|error| trouble(&text, error))
    }
}

/// Something queries run on: the store outside a transaction, or a transaction.
pub trait Db: Send + Sync {
    /// The connection underneath.
    #[doc(hidden)]
    fn conn(&self) -> &impl ConnectionTrait;

    /// The keys to what lies sealed in its rows.
    #[doc(hidden)]
    fn keys(&self) -> &Keys;

    /// Looks at a statement before it runs.
    #[doc(hidden)]
    fn saw(&self, _text: &str) {}

    /// Every row, as `T`.
    fn all<T: FromQueryResult + Send>(&self, sql: Sql) -> impl Future<Output = Result<Vec<T>, Problem>> + Send {
        self.saw(&sql.text);
        let keys = self.keys().clone();
        let read =
            move |rows: &[QueryResult]| keys.light(|| rows.iter().map(|row| T::from_query_result(row, "")).collect());
        sql.read(self.conn(), read)
    }

    /// The first row, as `T`, when there is one.
    fn one<T: FromQueryResult + Send>(&self, sql: Sql) -> impl Future<Output = Result<Option<T>, Problem>> + Send {
        async move { Ok(self.all(sql).await?.into_iter().next()) }
    }

    /// The first column of the first row; `None` without a row or when it is NULL.
    fn value<T: TryGetable + Send>(&self, sql: Sql) -> impl Future<Output = Result<Option<T>, Problem>> + Send {
        self.saw(&sql.text);
        let first = |rows: &[QueryResult]| match rows.first() {
            Some(row) => row.try_get_by_index::<Option<T>>(0),
            None => Ok(None),
        };
        sql.read(self.conn(), first)
    }
}

/// Counts of different things by one question to the database: `asked` are queries that give one number each; what is not
/// asked for is 0.
///
/// # Errors
/// As [`trouble`] says.
pub async fn counts<const N: usize>(db: &impl Db, asked: [Option<Sql>; N]) -> Result<[u64; N], Problem> {
    let counted = count_each(db, asked.into()).await?;
    Ok(std::array::from_fn(|place| counted.get(place).copied().unwrap_or(0)))
}

/// The same for as many things as there are; the counts come in the order of the questions.
///
/// # Errors
/// As [`trouble`] says.
pub async fn count_each(db: &impl Db, asked: Vec<Option<Sql>>) -> Result<Vec<u64>, Problem> {
    let mut counted = vec![0; asked.len()];
    let (mut texts, mut values, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (place, asked) in asked.into_iter().enumerate() {
        let Some(asked) = asked else { continue };
        let (text, bound) = asked.moved(values.len());
        texts.push(format!("CAST(({text}) AS BIGINT)"));
        values.extend(bound);
        places.push(place);
    }
    if texts.is_empty() {
        return Ok(counted);
    }
    let sql = Sql::with(format!("SELECT {}", texts.join(", ")), values);
    let read = |rows: &[QueryResult]| {
        let row = rows.first().ok_or_else(|| DbErr::RecordNotFound("no row of counts".into()))?;
        (0..places.len()).map(|at| row.try_get_by_index::<Option<i64>>(at)).collect::<Result<Vec<_>, DbErr>>()
    };
    for (place, count) in places.iter().zip(sql.read(db.conn(), read).await?) {
        counted[*place] = count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
    }
    Ok(counted)
}

impl Db for Store {
    fn conn(&self) -> &impl ConnectionTrait {
        &self.reader
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl Db for Tx {
    fn conn(&self) -> &impl ConnectionTrait {
        &self.inner
    }

    fn saw(&self, text: &str) {
        self.note(text);
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }
}

/// Turns a database failure into a problem: a row that is already there is the caller's to mend, a pool that
/// gives no connection or a race lost on PostgreSQL (40001, 40P01: nothing was written) is worth another try, anything
/// else is a bug (with the statement, for the log).
#[must_use]
pub fn trouble(statement: &str, error: DbErr) -> Problem {
    if let Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
        return Problem::Conflict("已有相同的记录，请核对后再提交。".into());
    }
    let text = error.to_string();
    let lost_a_race = text.contains("could not serialize access") || text.contains("deadlock detected");
    if lost_a_race || matches!(error, DbErr::ConnectionAcquire(_)) {
        return Problem::Unavailable("数据库正忙，请稍后再试。".into());
    }
    let statement: String = statement.split_whitespace().take(40).collect::<Vec<_>>().join(" ");
    Problem::bug("running SQL", format!("{text} in: {statement}"))
}

/// A LIKE pattern for "contains", in which the reader's own signs mean themselves.
#[must_use]
pub fn containing(text: &str) -> String {
    format!("%{}", beginning(text))
}

/// A LIKE pattern for "begins with", in which the reader's own signs mean themselves.
#[must_use]
pub fn beginning(text: &str) -> String {
    let plain: String = text.trim().chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    format!("{plain}%")
}
