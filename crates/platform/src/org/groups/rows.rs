//! The table of places in leading and working groups.

use crate::org::{Area, Official};
use kernel::authz::WriteOrg;
use kernel::id::{GroupMemberId, OfficialId};
use kernel::words::{GroupKind, GroupPosition, Rank};
use kernel::{AreaCode, Day, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Columns, Db, Row, Sql, Tx};

/// Somebody's place in a group.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
#[schemars(rename = "GroupMember")]
pub struct Member {
    /// Which holding of which place.
    pub id: GroupMemberId,
    /// The county it belongs to.
    pub county_id: AreaCode,
    /// The area whose group it is.
    pub area_id: AreaCode,
    /// Which group.
    pub kind: GroupKind,
    /// As what.
    pub position: GroupPosition,
    /// Who.
    pub official_id: OfficialId,
    /// Their name.
    pub official_name: String,
    /// Their rank today.
    pub rank: Rank,
    /// The posts they held on the day asked for, unit and title.
    pub posts: Option<String>,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it is held.
    pub until_day: Option<Day>,
    /// For `If-Match`.
    pub version: i64,
}

/// A place in a group, as it stands in an official's file.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Seat {
    /// The area whose group it is.
    pub area_id: AreaCode,
    /// The name of that area.
    pub area_name: String,
    /// Which group.
    pub kind: GroupKind,
    /// As what.
    pub position: GroupPosition,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it is held.
    pub until_day: Option<Day>,
}

const PLACE: Columns = Columns { area: Some("group_member.area_path"), ..Columns::NONE };

/// A member, with the posts they held on the day `$1`.
const MEMBER: &str = "SELECT group_member.*, official.name AS official_name, official.rank AS rank,
      (SELECT STRING_AGG(COALESCE((SELECT former_name.name FROM former_name
            WHERE former_name.unit_id = post.unit_id AND former_name.until_day >= $1
            ORDER BY former_name.until_day LIMIT 1), unit.name) || post.title, '、' ORDER BY post.from_day) FROM post
        JOIN unit ON unit.id = post.unit_id AND unit.county_id = post.county_id
        WHERE post.official_id = official.id AND post.county_id = official.county_id
          AND post.from_day <= $1 AND (post.until_day IS NULL OR post.until_day >= $1)) AS posts
    FROM group_member
    JOIN official ON official.id = group_member.official_id AND official.county_id = group_member.official_county_id";

pub async fn members(db: &impl Db, area: AreaCode, day: Day) -> Result<Vec<Member>, Problem> {
    let sql = format!(
        "{MEMBER} WHERE group_member.area_id = $2 AND group_member.from_day <= $1
           AND (group_member.until_day IS NULL OR group_member.until_day >= $1)"
    );
    db.all(Sql::text(sql).bind(day).bind(area)).await
}

/// One place, with the posts its holder had when it began.
pub async fn member(db: &impl Db, scope: &Scope<WriteOrg>, id: GroupMemberId) -> Result<Option<Member>, Problem> {
    let member = MEMBER.replace("$1", "group_member.from_day");
    let sql = format!("{member} WHERE group_member.id = $1 AND /*scope*/");
    db.one(Sql::text(sql).bind(id).scoped(scope, PLACE)).await
}

pub async fn seats(db: &impl Db, official: &Official) -> Result<Vec<Seat>, Problem> {
    let sql = "SELECT group_member.*, area.name AS area_name FROM group_member
               JOIN area ON area.id = group_member.area_id AND area.county_id = group_member.county_id
               WHERE group_member.official_id = $1 AND group_member.official_county_id = $2
               ORDER BY group_member.from_day DESC, group_member.id DESC";
    db.all(Sql::text(sql).bind(official.id).bind(official.county_id)).await
}

/// The place that an official has in a group on `day` or after.
pub async fn held_from(
    db: &impl Db,
    area: AreaCode,
    kind: GroupKind,
    official: OfficialId,
    day: Day,
) -> Result<Option<GroupPosition>, Problem> {
    let sql = "SELECT position FROM group_member
               WHERE official_id = $1 AND area_id = $2 AND kind = $3 AND (until_day IS NULL OR until_day >= $4)
               ORDER BY from_day LIMIT 1";
    db.value(Sql::text(sql).bind(official).bind(area).bind(kind).bind(day)).await
}

/// A place to be entered: group, position, official, first and last day.
pub type NewRow<'a> = (GroupMemberId, GroupKind, GroupPosition, &'a Official, Day, Option<Day>);

pub async fn insert(tx: &Tx, area: &Area, members: &[NewRow<'_>]) -> Result<(), Problem> {
    let columns = &[
        "id",
        "county_id",
        "area_id",
        "area_path",
        "kind",
        "position",
        "official_id",
        "official_county_id",
        "from_day",
        "until_day",
    ];
    let row = |(id, kind, position, official, from, until): &NewRow<'_>| {
        let row = Row::new().bind(*id).bind(area.county_id).bind(area.id).bind(area.path.clone()).bind(*kind);
        row.bind(*position).bind(official.id).bind(official.county_id).bind(*from).bind(*until)
    };
    let rows: Vec<Row> = members.iter().map(row).collect();
    tx.insert_many("group_member", columns, rows).await.map(drop)
}

pub async fn end(tx: &Tx, member: &Member, last: Day) -> Result<(), Problem> {
    let end = "UPDATE group_member SET until_day = $4, version = version + 1
               WHERE id = $1 AND county_id = $2 AND version = $3";
    let end = Sql::text(end).bind(member.id).bind(member.county_id).bind(member.version);
    tx.run_versioned(end.bind(last)).await
}

pub async fn end_all(tx: &Tx, official: &Official, last: Day) -> Result<(), Problem> {
    let end = "UPDATE group_member SET until_day = $3, version = version + 1
               WHERE official_id = $1 AND official_county_id = $2 AND until_day IS NULL";
    tx.run(Sql::text(end).bind(official.id).bind(official.county_id).bind(last)).await.map(drop)
}
