//! The tables of imports and of the files they came from.

use super::weighing::{Counts, Told};
use chrono::Duration;
use kernel::id::{AccountId, EventId, ImportId};
use kernel::words::{ImportState, SheetKind};
use kernel::{AreaCode, BugExt, Cursor, Day, Instant, Limit, Problem, Right, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::private::{Document, ImportSheet};
use store::{Columns, Db, Private, Sealing, Sql, Store, Tx};

/// How long a file waits for its confirmation.
const KEPT: Duration = Duration::hours(24);
/// After this long without a sign of life, the node that was checking is gone.
const CHECKING: Duration = Duration::minutes(1);
/// The same of writing, which gives no sign before it is done.
const WRITING: Duration = Duration::minutes(10);

/// An import: a file of rows on its way into the registers.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Import {
    /// Which import.
    pub id: ImportId,
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) county_id: AreaCode,
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) account_id: AccountId,
    /// Who brought it.
    pub name: String,
    /// What its lines are.
    pub kind: SheetKind,
    /// How the file was called.
    pub file_name: String,
    /// Whence its lines are known.
    pub source: String,
    /// The day on which it was so.
    pub as_of: Day,
    /// How far it is.
    pub state: ImportState,
    /// How many lines it has.
    pub total: i64,
    /// How many of them are checked.
    pub done: i64,
    /// Lines that come into being.
    pub new_rows: i64,
    /// Lines that change what is there.
    pub changed_rows: i64,
    /// Lines that are there already.
    pub same_rows: i64,
    /// Lines that cannot be.
    pub wrong_rows: i64,
    #[serde(skip)]
    #[schemars(skip)]
    told: serde_json::Value,
    /// When it was brought.
    pub made_at: Instant,
    #[serde(skip)]
    #[schemars(skip)]
    moved_at: Instant,
    /// For `If-Match`.
    pub version: i64,
}

impl Import {
    /// What is told of it beside its counts.
    ///
    /// # Errors
    /// A bug when what was kept cannot be read.
    pub fn told(&self) -> Result<Told, Problem> {
        serde_json::from_value(self.told.clone()).bug("reading what is told of an import")
    }

    /// The import as it is at a moment: nobody may be at work on it any more.
    #[must_use]
    pub fn at(mut self, now: Instant) -> Self {
        let still = now - self.moved_at;
        self.state = match self.state {
            ImportState::Checking if still > CHECKING => ImportState::Failed,
            ImportState::Writing if still > WRITING => ImportState::Failed,
            ImportState::Ready | ImportState::Wrong if now - self.made_at > KEPT => ImportState::Expired,
            state => state,
        };
        self
    }
}

/// Own imports lie with their account; those who keep the whole site see everybody's.
const PLACE: Columns = Columns { area: Some("import.area_path"), owner: Some("import.account_id"), ..Columns::NONE };

/// One import that the scope covers.
pub async fn import<R: Right>(db: &impl Db, scope: &Scope<R>, id: ImportId) -> Result<Option<Import>, Problem> {
    db.one(Sql::text("SELECT * FROM import WHERE id = $1 AND /*scope*/").bind(id).scoped(scope, PLACE)).await
}

/// Imports that the scope covers, the latest first.
pub async fn imports<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    cursor: Option<&str>,
    limit: Limit,
) -> Result<Vec<Import>, Problem> {
    let after: Option<ImportId> = cursor.map(Cursor::key).transpose()?;
    let sql = "SELECT * FROM import WHERE ($1 IS NULL OR id < $1) AND /*scope*/ ORDER BY id DESC LIMIT $2";
    db.all(Sql::text(sql).bind(after).bind(limit.probe()).scoped(scope, PLACE)).await
}

/// An import to be kept.
#[derive(Debug)]
pub struct NewImport<'a> {
    pub id: ImportId,
    pub county: AreaCode,
    pub area_path: String,
    pub account: AccountId,
    pub name: &'a str,
    pub kind: SheetKind,
    pub file_name: &'a str,
    pub source: &'a str,
    pub as_of: Day,
    pub total: i64,
}

pub async fn insert(tx: &Tx, new: &NewImport<'_>) -> Result<(), Problem> {
    let told = serde_json::to_value(Told::default()).bug("writing what is told of an import")?;
    let insert =
        "INSERT INTO import (id, county_id, area_path, account_id, name, kind, file_name, source, as_of, state, total,
                    told, made_at, moved_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)";
    let insert = Sql::text(insert).bind(new.id).bind(new.county).bind(new.area_path.as_str()).bind(new.account);
    let insert = insert.bind(new.name).bind(new.kind).bind(new.file_name).bind(new.source).bind(new.as_of);
    tx.run(insert.bind(ImportState::Checking).bind(new.total).bind(told).bind(tx.now())).await.map(drop)
}

/// The parts of an import that are files.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// As it was sent.
    Sent,
    /// With what is wrong with it.
    Mistakes,
}

impl Part {
    fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Mistakes => "mistakes",
        }
    }
}

#[derive(FromQueryResult)]
struct Lying {
    sheet: Private<ImportSheet>,
}

/// Keeps a part, in the place of one that was there.
pub async fn keep(tx: &Tx, import: (ImportId, AreaCode), part: Part, bytes: &[u8]) -> Result<(), Problem> {
    let there = "DELETE FROM import_file WHERE import_id = $1 AND county_id = $2 AND part = $3";
    tx.run(Sql::text(there).bind(import.0).bind(import.1).bind(part.code())).await?;
    let id = EventId::mint(tx.now());
    let sealed = tx.seal::<ImportSheet>(id.0, Some(&Document::of(bytes)))?;
    let keep = "INSERT INTO import_file (id, county_id, import_id, part, sheet) VALUES ($1, $2, $3, $4, $5)";
    let keep = Sql::text(keep).bind(id).bind(import.1).bind(import.0).bind(part.code()).bind(sealed.text);
    tx.run(keep).await.map(drop)
}

pub async fn part(db: &impl Db, import: &Import, part: Part) -> Result<Option<Vec<u8>>, Problem> {
    let sql = "SELECT sheet, id AS sheet_of FROM import_file WHERE import_id = $1 AND county_id = $2 AND part = $3";
    let sql = Sql::text(sql).bind(import.id).bind(import.county_id).bind(part.code());
    db.one::<Lying>(sql).await?.map(|lying| lying.sheet.in_full().bytes()).transpose()
}

/// Notes how far the checking is.
pub async fn advance(store: &Store, (id, county): (ImportId, AreaCode), done: u64) -> Result<(), Problem> {
    let tx = store.begin().await?;
    let advance = "UPDATE import SET done = $3, moved_at = $4 WHERE id = $1 AND county_id = $2";
    let done = i64::try_from(done).unwrap_or(i64::MAX);
    tx.run(Sql::text(advance).bind(id).bind(county).bind(done).bind(tx.now())).await?;
    tx.commit().await
}

/// Moves an import to another state, from the version that was read.
pub async fn step(tx: &Tx, import: &Import, state: ImportState) -> Result<(), Problem> {
    let step = "UPDATE import SET state = $4, moved_at = $5, version = version + 1
                WHERE id = $1 AND county_id = $2 AND version = $3";
    let step = Sql::text(step).bind(import.id).bind(import.county_id).bind(import.version);
    tx.run_versioned(step.bind(state).bind(tx.now())).await
}

/// Notes what came of checking or writing.
pub async fn settle(
    tx: &Tx,
    (id, county): (ImportId, AreaCode),
    state: ImportState,
    (counts, told): (Counts, &Told),
) -> Result<(), Problem> {
    let told = serde_json::to_value(told).bug("writing what is told of an import")?;
    let settle =
        "UPDATE import SET state = $3, new_rows = $4, changed_rows = $5, same_rows = $6, wrong_rows = $7, told = $8,
                    done = total, moved_at = $9, version = version + 1
                  WHERE id = $1 AND county_id = $2";
    let settle = Sql::text(settle).bind(id).bind(county).bind(state).bind(counts.new).bind(counts.changed);
    tx.run(settle.bind(counts.same).bind(counts.wrong).bind(told).bind(tx.now())).await.map(drop)
}

/// Takes away the files that waited long enough; what was done with them stays known.
pub async fn expire(tx: &Tx, now: Instant) -> Result<u64, Problem> {
    let old =
        "DELETE FROM import_file WHERE (import_id, county_id) IN (SELECT id, county_id FROM import WHERE made_at < $1)";
    tx.run(Sql::text(old).bind(now - KEPT)).await?;
    let expire = "UPDATE import SET state = $2, version = version + 1
                  WHERE made_at < $1 AND state IN ('checking', 'ready', 'wrong', 'writing')";
    tx.run(Sql::text(expire).bind(now - KEPT).bind(ImportState::Expired)).await
}
