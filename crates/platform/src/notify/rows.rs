//! The table of notices. Nobody's row is read but the reader's own.

use super::News;
use kernel::authz::OwnAccount;
use kernel::id::{AccountId, NoticeId};
use kernel::words::NewsKind;
use kernel::{AreaCode, Cursor, Instant, Limit, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Store, Tx};

/// What somebody was told.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Notice {
    /// Which notice.
    pub id: NoticeId,
    #[serde(skip)]
    pub(super) county_id: AreaCode,
    /// What it is to its reader.
    pub kind: NewsKind,
    /// In one line.
    pub title: String,
    /// What it is about.
    pub text: String,
    /// Where it happened: a path of this site.
    pub link: String,
    /// When it happened.
    pub at: Instant,
    /// When it was read.
    pub read_at: Option<Instant>,
}

/// Which notices to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct NoticeFilter {
    /// Only those not read yet.
    #[serde(default)]
    pub unread: bool,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const NOTICE: &str = "SELECT id, county_id, kind, title, text, link, at, read_at FROM notice";
const PLACE: Columns = Columns { owner: Some("notice.account_id"), ..Columns::NONE };

pub async fn insert(tx: &Tx, account: AccountId, county: AreaCode, news: &News) -> Result<(), Problem> {
    let insert = "INSERT INTO notice (id, county_id, account_id, title, text, link, at, kind, number, carried)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE)";
    let insert = Sql::text(insert).bind(NoticeId::mint(tx.now())).bind(county).bind(account);
    let insert = insert.bind(news.title.as_str()).bind(news.text.as_str()).bind(news.link.as_str());
    tx.run(insert.bind(news.at).bind(news.kind).bind(news.number.as_str())).await.map(drop)
}

pub async fn insert_all(tx: &Tx, news: Vec<(AccountId, AreaCode, News)>) -> Result<(), Problem> {
    let row = |(account, county, news): (AccountId, AreaCode, News)| {
        let row = Row::new().bind(NoticeId::mint(tx.now())).bind(county).bind(account).bind(news.title);
        row.bind(news.text).bind(news.link).bind(news.at).bind(news.kind).bind(news.number).bind(false)
    };
    let rows: Vec<Row> = news.into_iter().map(row).collect();
    let columns = ["id", "county_id", "account_id", "title", "text", "link", "at", "kind", "number", "carried"];
    tx.insert_many("notice", &columns, rows).await.map(drop)
}

/// First what is unread, then what was read: two walks along two indexes.
pub async fn notices(
    store: &Store,
    own: &Scope<OwnAccount>,
    filter: &NoticeFilter,
    limit: Limit,
) -> Result<Vec<Notice>, Problem> {
    let after = filter.cursor.as_deref().map(Cursor::key::<(bool, Instant, NoticeId)>).transpose()?;
    let mut rows = Vec::new();
    for read in [false, true] {
        let left = limit.probe() - rows.len() as i64;
        if left == 0 || (read && filter.unread) || (!read && after.is_some_and(|(past, ..)| past)) {
            continue;
        }
        let place = after.filter(|(past, ..)| *past == read);
        let is = if read { "IS NOT NULL" } else { "IS NULL" };
        let sql = format!(
            "{NOTICE} WHERE /*scope*/ AND read_at {is} AND ($1 IS NULL OR (at, id) < ($1, $2)) ORDER BY at DESC, id DESC LIMIT $3"
        );
        let sql = Sql::text(sql).bind(place.map(|(_, at, _)| at)).bind(place.map(|(.., id)| id)).bind(left);
        rows.extend(store.all::<Notice>(sql.scoped(own, PLACE)).await?);
    }
    Ok(rows)
}

/// The question how many are unread, up to 1000.
pub fn unread(own: &Scope<OwnAccount>) -> Sql {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM notice WHERE /*scope*/ AND read_at IS NULL LIMIT 1000) unread";
    Sql::text(sql).scoped(own, PLACE)
}

pub async fn unread_about(store: &Store, own: &Scope<OwnAccount>, link: &str) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM notice WHERE /*scope*/ AND read_at IS NULL AND link = $1)";
    Ok(store.value(Sql::text(sql).bind(link).scoped(own, PLACE)).await?.unwrap_or(false))
}

pub async fn notice(db: &impl Db, own: &Scope<OwnAccount>, id: NoticeId) -> Result<Option<Notice>, Problem> {
    db.one(Sql::text(format!("{NOTICE} WHERE id = $1 AND /*scope*/")).bind(id).scoped(own, PLACE)).await
}

pub async fn read(tx: &Tx, notice: &Notice) -> Result<(), Problem> {
    let read = "UPDATE notice SET read_at = $3 WHERE id = $1 AND county_id = $2 AND read_at IS NULL";
    tx.run(Sql::text(read).bind(notice.id).bind(notice.county_id).bind(tx.now())).await.map(drop)
}

/// Marks one's own as read: those about `link`, or all.
pub async fn read_all(tx: &Tx, own: &Scope<OwnAccount>, link: Option<&str>) -> Result<u64, Problem> {
    let read = "UPDATE notice SET read_at = $1 WHERE /*scope*/ AND read_at IS NULL AND ($2 IS NULL OR link = $2)";
    tx.run(Sql::text(read).bind(tx.now()).bind(link.map(str::to_owned)).scoped(own, PLACE)).await
}
