//! Officials and the posts they hold. An official enters with a post, moves to others within the county, and leaves; every
//! post has its first and its last day, and the rank that went with it.

mod api;
mod forms;
mod pages;
mod rows;

pub use pages::Line;

pub use rows::{Official, OfficialFilter, Post};
pub(super) use rows::{insert, official as find, picks};

use super::units::given;
use super::{groups, named, not_ahead, open_unit};
use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::{OfficialId, UnitId};
use kernel::words::Rank;
use kernel::{Actor, AreaCode, Cursor, Day, Limit, Page, Phone, Problem, Right, Scope, still_as_read};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use store::{Db, Private, Store, Topic, Tx};

use super::Unit;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// An official to be entered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewOfficial {
    /// Who employs them.
    pub unit: UnitId,
    /// Their name.
    pub name: String,
    /// Their rank.
    pub rank: Rank,
    /// Their post's title.
    pub title: String,
    /// Since when they hold it.
    pub since: Day,
    /// Their mobile.
    pub mobile: Option<Phone>,
}

/// What is to be corrected of an official in office; what is left out stays. A new post is no correction: see [`Move`].
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct OfficialChange {
    /// Their name.
    pub name: Option<String>,
    /// Their rank.
    pub rank: Option<Rank>,
    /// The title of the post they hold.
    pub title: Option<String>,
    /// Their mobile; `null` takes it away.
    #[serde(default, deserialize_with = "given")]
    pub mobile: Option<Option<Phone>>,
}

/// A move to another post.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Move {
    /// The unit to work for from then on.
    pub unit: UnitId,
    /// The new post's title.
    pub title: String,
    /// The new rank.
    pub rank: Rank,
    /// The first day in the new post.
    pub since: Day,
}

/// An official left office. Told through the outbox, in their county.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct OfficialLeft {
    /// Who.
    pub official: OfficialId,
    /// Their last day.
    pub last: Day,
}

impl Topic for OfficialLeft {
    const NAME: &'static str = "official.left";
}

/// An official works for another unit of their county, or in another post. Told through the outbox, in their county.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct OfficialMoved {
    /// Who.
    pub official: OfficialId,
    /// Since when.
    pub since: Day,
}

impl Topic for OfficialMoved {
    const NAME: &'static str = "official.moved";
}

/// Officials by name, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn officials(
    store: &Store,
    scope: &Scope<ReadOrg>,
    filter: &OfficialFilter,
    limit: Limit,
) -> Result<Page<Official>, Problem> {
    let rows = rows::officials(store, scope, filter, limit).await?;
    Ok(Page::cut(rows, limit, |official| (official.name.clone(), official.id)))
}

/// One official.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn official<R: Right>(db: &impl Db, scope: &Scope<R>, id: OfficialId) -> Result<Official, Problem> {
    rows::official(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// One official by id and county, as they are now: for who knows them from a pairing, and may not look them up.
///
/// # Errors
/// When the database fails.
pub async fn official_of(db: &impl Db, whom: (OfficialId, AreaCode)) -> Result<Option<Official>, Problem> {
    rows::official_of(db, whom).await
}

/// The posts an official has held, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn posts(db: &impl Db, official: &Official) -> Result<Vec<Post>, Problem> {
    rows::posts(db, official).await
}

/// Who held a post in a unit on a day: the highest rank first, then who came first.
///
/// # Errors
/// When the database fails.
pub async fn in_office(db: &impl Db, unit: &Unit, day: Day) -> Result<Vec<Post>, Problem> {
    let mut posts = rows::in_office(db, unit, day).await?;
    posts.sort_by_key(|post| (post.rank.unwrap_or(Rank::Staff), post.from_day, post.id));
    Ok(posts)
}

/// Who heads each of the units on a day: of those in office the first, as in [`in_office`].
pub(super) async fn heads(db: &impl Db, units: &[Unit], day: Day) -> Result<Vec<Post>, Problem> {
    let mut posts = rows::in_offices(db, units, day).await?;
    posts.sort_by_key(|post| (post.unit_id, post.rank.unwrap_or(Rank::Staff), post.from_day, post.id));
    posts.dedup_by_key(|post| post.unit_id);
    Ok(posts)
}

/// The posts of a unit that ended before `day`, the latest first.
pub(super) async fn ended(
    db: &impl Db,
    unit: &Unit,
    day: Day,
    cursor: Option<&str>,
    limit: Limit,
) -> Result<Page<Post>, Problem> {
    let after = cursor.map(Cursor::key).transpose()?;
    let rows = rows::ended(db, unit, day, after, limit).await?;
    Ok(Page::cut(rows, limit, |post| (post.until_day, post.id)))
}

/// Enters an official with the post they hold.
///
/// # Errors
/// [`Problem::Invalid`] for a unit out of reach or an empty name or title.
pub async fn enter_official(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteOrg>,
    new: NewOfficial,
) -> Result<OfficialId, Problem> {
    let unit = open_unit(tx, scope, new.unit).await?;
    let (name, title) = (named(&new.name, "name", "姓名")?, named(&new.title, "title", "职务")?);
    let official = Official {
        id: OfficialId::mint(tx.now()),
        county_id: unit.county_id,
        unit_id: unit.id,
        unit_name: unit.name,
        name,
        rank: new.rank,
        title: None,
        mobile: new.mobile.map(Private::new),
        left_on: None,
        version: 1,
    };
    let detail = serde_json::json!({ "unit": official.unit_name, "name": official.name, "rank": new.rank, "title": title,
        "since": new.since });
    let deed = Deed::of(actor, "official.enter", "official", official.id.0, official.county_id);
    audit::record(tx, &deed, &detail).await?;
    let id = official.id;
    rows::insert(tx, &[(official, title.as_str(), new.since)]).await?;
    Ok(id)
}

/// Corrects what is known of an official in office.
///
/// # Errors
/// [`Problem::Conflict`] when they have left, [`Problem::Stale`] when somebody changed them since they were read,
/// [`Problem::Invalid`] for an empty name or title.
pub async fn correct_official(
    tx: &Tx,
    actor: &Actor,
    official: Official,
    change: OfficialChange,
) -> Result<(), Problem> {
    still_in_office(&official)?;
    let mut after = official.clone();
    if let Some(name) = &change.name {
        after.name = named(name, "name", "姓名")?;
    }
    let title = change.title.as_deref().map(|title| named(title, "title", "职务")).transpose()?;
    after.rank = change.rank.unwrap_or(official.rank);
    if let Some(mobile) = change.mobile {
        after.mobile = mobile.map(Private::new);
    }
    rows::change(tx, &after).await?;
    rows::correct_posts(tx, &after, title.as_deref()).await?;
    let detail = serde_json::json!({ "before": official, "after": after, "title": title });
    let deed = Deed::of(actor, "official.correct", "official", official.id.0, official.county_id);
    audit::record(tx, &deed, &detail).await
}

/// Moves an official to another post: the posts held until now end the day before.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed the official since they were read; [`Problem::Invalid`] for a unit out of
/// reach, of another county (their file moves with them, by leaving and entering), or a day that is ahead of `today` or
/// before the present post began.
pub async fn move_official(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteOrg>,
    official: Official,
    to: Move,
    today: Day,
) -> Result<(), Problem> {
    still_in_office(&official)?;
    let unit = open_unit(tx, scope, to.unit).await?;
    if unit.county_id != official.county_id {
        return Err(Problem::field("unit", "跨县调动请先在原单位办理离任，再在新单位录入。"));
    }
    let title = named(&to.title, "title", "职务")?;
    not_ahead(to.since, today, "since", "任职日期")?;
    let held = rows::posts(tx, &official).await?;
    if held.iter().any(|post| post.until_day.is_none() && post.from_day >= to.since) {
        return Err(Problem::field("since", "任职日期应晚于现任职务的任职日期。"));
    }
    let last = to.since.pred_opt().ok_or_else(|| Problem::field("since", "任职日期超出了日历的范围。"))?;
    let moved = Official { unit_id: unit.id, rank: to.rank, ..official.clone() };
    rows::change(tx, &moved).await?;
    rows::end_posts(tx, &official, last).await?;
    rows::insert_posts(tx, &[(moved, title.as_str(), to.since)]).await?;
    let detail = serde_json::json!({ "from": official.unit_name, "to": unit.name, "title": title, "since": to.since });
    audit::record(tx, &Deed::of(actor, "official.move", "official", official.id.0, official.county_id), &detail)
        .await?;
    let moved = OfficialMoved { official: official.id, since: to.since };
    tx.emit(official.county_id, &moved).await.map(drop)
}

/// An official leaves (retires, dies, moves out of the county): `last` is their last day in office, and in every group.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed the official since they were read; [`Problem::Invalid`] for a day ahead of
/// `today`, or before the present post or place in a group began.
pub async fn leave(tx: &Tx, actor: &Actor, official: Official, last: Day, today: Day) -> Result<(), Problem> {
    still_in_office(&official)?;
    not_ahead(last, today, "last_day", "离任日期")?;
    let held = rows::posts(tx, &official).await?;
    if held.iter().any(|post| post.until_day.is_none() && post.from_day > last) {
        return Err(Problem::field("last_day", "离任日期不能早于现任职务的任职日期。"));
    }
    groups::leave_all(tx, &official, last).await?;
    rows::change(tx, &Official { left_on: Some(last), ..official.clone() }).await?;
    rows::end_posts(tx, &official, last).await?;
    let detail = serde_json::json!({ "unit": official.unit_name, "last_day": last });
    audit::record(tx, &Deed::of(actor, "official.leave", "official", official.id.0, official.county_id), &detail)
        .await?;
    tx.emit(official.county_id, &OfficialLeft { official: official.id, last }).await.map(drop)
}

/// Takes the official's row for this transaction: what is counted of them next cannot change under it.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &Tx, official: &Official) -> Result<(), Problem> {
    rows::touch(tx, official).await
}

fn still_in_office(official: &Official) -> Result<(), Problem> {
    match official.left_on {
        None => Ok(()),
        Some(last) => Err(Problem::Conflict(format!("{}已于 {last} 离任，不能再修改。", official.name))),
    }
}

impl Official {
    /// The official, if still as the caller read them.
    fn unchanged_since(self, version: i64) -> Result<Self, Problem> {
        still_as_read(self.version, version, format_args!("{}的信息", self.name))?;
        Ok(self)
    }
}
