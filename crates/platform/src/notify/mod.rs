//! The inbox: what somebody should know, told once, with the way to where it happened.
//!
//! Who hears what is decided by the feature in which it happened; here it is kept, shown to its owner and to nobody else,
//! and counted while unread.

mod api;
mod pages;
mod rows;

pub use rows::{Notice, NoticeFilter};

use crate::App;
use kernel::authz::OwnAccount;
use kernel::id::{AccountId, NoticeId};
use kernel::words::NewsKind;
use kernel::{Actor, AreaCode, Instant, Limit, Page, Problem, Scope};
use shell::Routes;
use store::{Db, Sql, Store, Tx};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// What somebody is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// In one line: what is to be done, or what happened.
    pub title: String,
    /// What it is about.
    pub text: String,
    /// Where it happened: a path of this site.
    pub link: String,
    /// When it happened.
    pub at: Instant,
    /// What it is to its reader.
    pub kind: NewsKind,
    /// The number by which it is known; empty when it has none. Of all that is told here, this alone leaves the platform.
    pub number: String,
}

/// Tells an account, kept in its county, some news.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &Tx, account: AccountId, county: AreaCode, news: &News) -> Result<(), Problem> {
    rows::insert(tx, account, county, news).await
}

/// Tells many accounts, each kept in its county, their news.
///
/// # Errors
/// When the database fails.
pub async fn tell_all(tx: &Tx, news: Vec<(AccountId, AreaCode, News)>) -> Result<(), Problem> {
    rows::insert_all(tx, news).await
}

/// One's own notices: the unread first, among each the newest first.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn notices(
    store: &Store,
    own: &Scope<OwnAccount>,
    filter: &NoticeFilter,
    limit: Limit,
) -> Result<Page<Notice>, Problem> {
    let rows = rows::notices(store, own, filter, limit).await?;
    Ok(Page::cut(rows, limit, |notice| (notice.read_at.is_some(), notice.at, notice.id)))
}

/// The question how many notices the actor has not read, up to 1000.
#[must_use]
pub fn unread(actor: &Actor) -> Option<Sql> {
    actor.scope::<OwnAccount>().map(|own| rows::unread(&own))
}

/// One of one's own notices.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn notice(db: &impl Db, own: &Scope<OwnAccount>, id: NoticeId) -> Result<Notice, Problem> {
    rows::notice(db, own, id).await?.ok_or(Problem::NotFound)
}

/// Marks a notice as read; once is enough.
///
/// # Errors
/// When the database fails.
pub async fn read(tx: &Tx, notice: &Notice) -> Result<(), Problem> {
    rows::read(tx, notice).await
}

/// Marks all of one's own notices as read.
///
/// # Errors
/// When the database fails.
pub async fn read_all(tx: &Tx, own: &Scope<OwnAccount>) -> Result<u64, Problem> {
    rows::read_all(tx, own, None).await
}

/// Marks what the actor was told about the page at `link` as read: they are looking at it. Nothing is written when there
/// is nothing to mark.
///
/// # Errors
/// When the database fails.
pub async fn seen(store: &Store, actor: &Actor, link: &str) -> Result<(), Problem> {
    let Some(own) = actor.scope::<OwnAccount>() else { return Ok(()) };
    if !rows::unread_about(store, &own, link).await? {
        return Ok(());
    }
    let tx = store.begin().await?;
    rows::read_all(&tx, &own, Some(link)).await?;
    tx.commit().await
}
