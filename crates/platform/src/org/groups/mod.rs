//! The leading group and the three working groups (综合协调, 问题解决, 督办考核) of the city and of each county: who has which
//! place in them, from which day to which. An official has one place in a group at a time.

mod api;
mod pages;
mod rows;

pub use pages::GroupLine;
pub(super) use pages::composed;
pub use rows::{Member, Seat};

use super::areas::area;
use super::{Area, Official, official};
use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::{GroupMemberId, OfficialId};
use kernel::words::{AreaLevel, GroupKind, GroupPosition};
use kernel::{Actor, AreaCode, Day, Problem, Reach, Scope, still_as_read};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// A place in a group to be taken.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewMember {
    /// Who takes it.
    pub official: OfficialId,
    /// As what.
    pub position: GroupPosition,
    /// From which day on.
    pub from: Day,
}

/// Who is in the groups of an area on a day: group by group, by position.
///
/// # Errors
/// When the database fails.
pub async fn group_members(db: &impl Db, area: AreaCode, day: Day) -> Result<Vec<Member>, Problem> {
    let mut members = rows::members(db, area, day).await?;
    members.sort_by_key(|member| (member.kind, member.position, member.from_day, member.id));
    Ok(members)
}

/// The places an official has had in groups, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn seats(db: &impl Db, official: &Official) -> Result<Vec<Seat>, Problem> {
    rows::seats(db, official).await
}

/// An official takes a place in a group of an area within the scope.
///
/// # Errors
/// [`Problem::NotFound`] for an area out of reach; [`Problem::Invalid`] for a town, an official who is not there, who has
/// left, or who has a place in that group on or after that day already.
pub async fn join_group(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteOrg>,
    (code, kind): (AreaCode, GroupKind),
    new: NewMember,
) -> Result<GroupMemberId, Problem> {
    let area = area(tx, code).await?.filter(|area| scope.covers(&Reach::Area(area.path.clone())));
    let area = area.ok_or(Problem::NotFound)?;
    if area.level == AreaLevel::Town {
        return Err(Problem::Conflict("领导小组和工作组设在市、县两级，镇街不设。".into()));
    }
    let nobody = || Problem::field("official", "没有这名干部，或者已经离任。");
    let consulted = actor.scope::<ReadOrg>().ok_or_else(nobody)?;
    let official = match official(tx, &consulted, new.official).await {
        Ok(official) if official.left_on.is_none() => official,
        Ok(_) | Err(Problem::NotFound) => return Err(nobody()),
        Err(other) => return Err(other),
    };
    if let Some(held) = rows::held_from(tx, area.id, kind, official.id, new.from).await? {
        let told = format!("{}在{}里已是{}，请先为原来的任职填写截止日期。", official.name, kind.label(), held.label());
        return Err(Problem::field("official", told));
    }
    let id = GroupMemberId::mint(tx.now());
    rows::insert(tx, &area, &[(id, kind, new.position, &official, new.from, None)]).await?;
    let detail = serde_json::json!({ "area": area.id, "group": kind, "official": official.name, "position": new.position,
        "from": new.from });
    audit::record(tx, &Deed::of(actor, "group.join", "group_member", id.0, area.county_id), &detail).await?;
    Ok(id)
}

/// Enters the places that officials have or had in the groups of an area, as a whole and without an audit line each: for who
/// loads a world. They are taken as they are: group, position, official, first and last day.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load_members(
    tx: &Tx,
    area: &Area,
    members: &[(GroupKind, GroupPosition, &Official, Day, Option<Day>)],
) -> Result<(), Problem> {
    let mint = |(kind, position, official, from, until): &(GroupKind, GroupPosition, _, Day, Option<Day>)| {
        (GroupMemberId::mint(tx.now()), *kind, *position, *official, *from, *until)
    };
    let members: Vec<rows::NewRow> = members.iter().map(mint).collect();
    rows::insert(tx, area, &members).await
}

/// One place in a group, for whoever may change it.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub(super) async fn member(db: &impl Db, scope: &Scope<WriteOrg>, id: GroupMemberId) -> Result<Member, Problem> {
    rows::member(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// Ends a place in a group: `last` is its last day.
///
/// # Errors
/// [`Problem::Conflict`] when it has ended, [`Problem::Stale`] when somebody changed it since it was read,
/// [`Problem::Invalid`] for a day before its first.
pub async fn end_membership(tx: &Tx, actor: &Actor, member: Member, last: Day) -> Result<(), Problem> {
    if let Some(until) = member.until_day {
        return Err(Problem::Conflict(format!("{}的任职已于 {until} 截止。", member.official_name)));
    }
    if last < member.from_day {
        return Err(Problem::field("last_day", format!("截止日期不能早于开始的日期（{}）。", member.from_day)));
    }
    rows::end(tx, &member, last).await?;
    let detail = serde_json::json!({ "group": member.kind, "official": member.official_name, "last_day": last });
    audit::record(tx, &Deed::of(actor, "group.leave", "group_member", member.id.0, member.county_id), &detail).await
}

/// Ends every place of an official who leaves office.
pub(super) async fn leave_all(tx: &Tx, official: &Official, last: Day) -> Result<(), Problem> {
    let held = rows::seats(tx, official).await?;
    if held.iter().any(|seat| seat.until_day.is_none() && seat.from_day > last) {
        return Err(Problem::field("last_day", "离任日期不能早于在领导小组或工作组任职的第一天。"));
    }
    rows::end_all(tx, official, last).await
}

impl Member {
    /// The place, if still as the caller read it.
    pub(super) fn unchanged_since(self, version: i64) -> Result<Self, Problem> {
        still_as_read(self.version, version, format_args!("{}的任职", self.official_name))?;
        Ok(self)
    }
}
