//! The tables of areas, units, officials and posts.

use kernel::authz::ReadOrg;
use kernel::id::{OfficialId, PostId, UnitId};
use kernel::words::{AreaLevel, Rank, UnitKind};
use kernel::{AreaCode, AreaPath, Cursor, Day, Limit, Phone, Problem, Right, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Store, Tx, containing};

/// An area.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Area {
    /// Its official code.
    pub id: AreaCode,
    /// The county it belongs to; itself from county level up.
    pub county_id: AreaCode,
    /// The area above.
    pub parent_id: Option<AreaCode>,
    /// Its level.
    pub level: AreaLevel,
    /// Its name.
    pub name: String,
    /// Its path from the top.
    pub path: AreaPath,
}

/// A unit, with the name of its area.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Unit {
    /// Which unit.
    pub id: UnitId,
    /// The county it belongs to.
    pub county_id: AreaCode,
    /// The area it serves.
    pub area_id: AreaCode,
    /// The path of that area.
    pub area_path: AreaPath,
    /// The name of that area.
    pub area_name: String,
    /// The level of that area.
    pub level: AreaLevel,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// Its last day, once it is closed.
    pub closed_on: Option<Day>,
    /// For `If-Match`.
    pub version: i64,
}

/// An official, with the name of their unit. The mobile is masked.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Official {
    /// Which official.
    pub id: OfficialId,
    /// The county they belong to.
    pub county_id: AreaCode,
    /// Who employs them.
    pub unit_id: UnitId,
    /// The unit's name.
    pub unit_name: String,
    /// Their name.
    pub name: String,
    /// Their rank.
    pub rank: Rank,
    /// Their mobile; on the way out it is masked.
    #[serde(serialize_with = "masked")]
    #[schemars(with = "Option<String>")]
    pub mobile: Option<Phone>,
    /// Their last day, once they have left.
    pub left_on: Option<Day>,
    /// For `If-Match`.
    pub version: i64,
}

fn masked<S: serde::Serializer>(phone: &Option<Phone>, serializer: S) -> Result<S::Ok, S::Error> {
    phone.as_ref().map(Phone::masked).serialize(serializer)
}

/// A post that was or is held.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Post {
    /// Which holding of which post.
    pub id: PostId,
    /// Who holds it.
    pub official_id: OfficialId,
    /// Their name.
    pub official_name: String,
    /// For which unit.
    pub unit_id: UnitId,
    /// The unit's name.
    pub unit_name: String,
    /// The post's title.
    pub title: String,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it is held.
    pub until_day: Option<Day>,
}

/// Which units to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct UnitFilter {
    /// In this area or below.
    pub area: Option<AreaCode>,
    /// Of this kind.
    pub kind: Option<UnitKind>,
    /// With this text in the name.
    pub q: Option<String>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// Which officials to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct OfficialFilter {
    /// Of this unit.
    pub unit: Option<UnitId>,
    /// Of this rank.
    pub rank: Option<Rank>,
    /// With this text in the name.
    pub q: Option<String>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const UNIT: &str = "SELECT unit.*, area.name AS area_name FROM unit
                    JOIN area ON area.id = unit.area_id AND area.county_id = unit.county_id";
const UNIT_PLACE: Columns = Columns { area: Some("unit.area_path"), unit: Some("unit.id"), ..Columns::NONE };

const OFFICIAL: &str = "SELECT official.*, unit.name AS unit_name FROM official
                        JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id";

const POST: &str = "SELECT post.*, official.name AS official_name, unit.name AS unit_name FROM post
                    JOIN official ON official.id = post.official_id AND official.county_id = post.county_id
                    JOIN unit ON unit.id = post.unit_id AND unit.county_id = post.county_id";

pub async fn area(db: &impl Db, code: AreaCode) -> Result<Option<Area>, Problem> {
    db.one(Sql::text("SELECT * FROM area WHERE id = $1").bind(code)).await
}

pub async fn areas(store: &Store) -> Result<Vec<Area>, Problem> {
    store.all(Sql::text("SELECT * FROM area ORDER BY path")).await
}

pub async fn insert_area(tx: &Tx, area: &Area) -> Result<(), Problem> {
    let insert = "INSERT INTO area (id, county_id, parent_id, level, name, path) VALUES ($1, $2, $3, $4, $5, $6)";
    let insert = Sql::text(insert).bind(area.id).bind(area.county_id).bind(area.parent_id).bind(area.level);
    tx.run(insert.bind(area.name.as_str()).bind(area.path.clone())).await.map(drop)
}

pub async fn units(
    db: &impl Db,
    scope: &Scope<ReadOrg>,
    filter: &UnitFilter,
    limit: Limit,
) -> Result<Vec<Unit>, Problem> {
    let (after_name, after) = after::<UnitId>(filter.cursor.as_deref())?;
    let path = match filter.area {
        Some(code) => Some(area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?.path),
        None => None,
    };
    let sql = format!(
        "{UNIT} WHERE /*scope*/ AND ($1 IS NULL OR (unit.name, unit.id) > ($1, $2))
           AND ($3 IS NULL OR (unit.area_path >= $3 AND unit.area_path < $4))
           AND ($5 IS NULL OR unit.kind = $5) AND ($6 IS NULL OR unit.name LIKE $6)
         ORDER BY unit.name, unit.id LIMIT $7"
    );
    let sql = Sql::text(sql).bind(after_name).bind(after).bind(path.clone()).bind(path.map(|path| path.end()));
    let sql = sql.bind(filter.kind).bind(filter.q.as_deref().map(containing)).bind(limit.probe());
    db.all(sql.scoped(scope, UNIT_PLACE)).await
}

pub async fn unit<R: Right>(db: &impl Db, scope: &Scope<R>, id: UnitId) -> Result<Option<Unit>, Problem> {
    let sql = format!("{UNIT} WHERE unit.id = $1 AND unit.closed_on IS NULL AND /*scope*/");
    db.one(Sql::text(sql).bind(id).scoped(scope, UNIT_PLACE)).await
}

/// The open units of a county and those of the site's top area, the county's own first.
pub async fn units_at_hand(
    db: &impl Db,
    scope: &Scope<ReadOrg>,
    county: AreaCode,
    top: AreaCode,
) -> Result<Vec<Unit>, Problem> {
    let sql = format!(
        "{UNIT} WHERE /*scope*/ AND unit.county_id IN ($1, $2) AND unit.closed_on IS NULL
         ORDER BY CASE WHEN unit.county_id = $1 THEN 0 ELSE 1 END, unit.area_path, unit.name LIMIT 500"
    );
    db.all(Sql::text(sql).bind(county).bind(top).scoped(scope, UNIT_PLACE)).await
}

pub async fn unit_of(db: &impl Db, official: &Official) -> Result<Unit, Problem> {
    let sql = Sql::text(format!("{UNIT} WHERE unit.id = $1 AND unit.county_id = $2"));
    db.one(sql.bind(official.unit_id).bind(official.county_id)).await?.ok_or(Problem::NotFound)
}

pub async fn name_taken(db: &impl Db, area: &Area, name: &str) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM unit WHERE name = $1 AND county_id = $2)";
    Ok(db.value(Sql::text(sql).bind(name).bind(area.county_id)).await?.unwrap_or(false))
}

pub async fn insert_units(tx: &Tx, units: &[Unit]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "area_id", "area_path", "level", "kind", "name"];
    let row = |unit: &Unit| {
        let row = Row::new().bind(unit.id).bind(unit.county_id).bind(unit.area_id).bind(unit.area_path.clone());
        row.bind(unit.level).bind(unit.kind).bind(unit.name.as_str())
    };
    let rows: Vec<Row> = units.iter().map(row).collect();
    tx.insert_many("unit", columns, rows).await.map(drop)
}

pub async fn officials(
    db: &impl Db,
    scope: &Scope<ReadOrg>,
    filter: &OfficialFilter,
    limit: Limit,
) -> Result<Vec<Official>, Problem> {
    let (after_name, after) = after::<OfficialId>(filter.cursor.as_deref())?;
    let sql = format!(
        "{OFFICIAL} WHERE /*scope*/ AND ($1 IS NULL OR (official.name, official.id) > ($1, $2))
           AND ($3 IS NULL OR official.unit_id = $3) AND ($4 IS NULL OR official.rank = $4)
           AND ($5 IS NULL OR official.name LIKE $5) AND official.left_on IS NULL
         ORDER BY official.name, official.id LIMIT $6"
    );
    let sql = Sql::text(sql).bind(after_name).bind(after).bind(filter.unit).bind(filter.rank);
    let sql = sql.bind(filter.q.as_deref().map(containing)).bind(limit.probe());
    db.all(sql.scoped(scope, UNIT_PLACE)).await
}

pub async fn official<R: Right>(db: &impl Db, scope: &Scope<R>, id: OfficialId) -> Result<Option<Official>, Problem> {
    let sql = format!("{OFFICIAL} WHERE official.id = $1 AND /*scope*/");
    db.one(Sql::text(sql).bind(id).scoped(scope, UNIT_PLACE)).await
}

pub async fn insert_officials(tx: &Tx, officials: &[&Official]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "unit_id", "name", "rank", "mobile", "left_on"];
    let row = |official: &&Official| {
        let row = Row::new().bind(official.id).bind(official.county_id).bind(official.unit_id);
        let row = row.bind(official.name.as_str()).bind(official.rank).bind(official.mobile.clone());
        row.bind(official.left_on)
    };
    let rows: Vec<Row> = officials.iter().map(row).collect();
    tx.insert_many("official", columns, rows).await.map(drop)
}

pub async fn change_official(
    tx: &Tx,
    official: &Official,
    unit: &Unit,
    rank: Rank,
    left_on: Option<Day>,
) -> Result<(), Problem> {
    let change = "UPDATE official SET unit_id = $4, rank = $5, left_on = $6, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3 AND left_on IS NULL";
    let change = Sql::text(change).bind(official.id).bind(official.county_id).bind(official.version);
    tx.run_versioned(change.bind(unit.id).bind(rank).bind(left_on)).await
}

/// Posts that are held from a day on: official, title, first day.
pub async fn insert_posts(tx: &Tx, posts: &[(&Official, &str, Day)]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "official_id", "unit_id", "title", "from_day"];
    let row = |(official, title, since): &(&Official, &str, Day)| {
        let row = Row::new().bind(PostId::mint(tx.now())).bind(official.county_id).bind(official.id);
        row.bind(official.unit_id).bind(*title).bind(*since)
    };
    let rows: Vec<Row> = posts.iter().map(row).collect();
    tx.insert_many("post", columns, rows).await.map(drop)
}

pub async fn end_posts(tx: &Tx, official: &Official, last: Day) -> Result<(), Problem> {
    let end = "UPDATE post SET until_day = $3 WHERE official_id = $1 AND county_id = $2 AND until_day IS NULL";
    tx.run(Sql::text(end).bind(official.id).bind(official.county_id).bind(last)).await.map(drop)
}

pub async fn posts(db: &impl Db, official: &Official) -> Result<Vec<Post>, Problem> {
    let sql =
        format!("{POST} WHERE post.official_id = $1 AND post.county_id = $2 ORDER BY post.from_day DESC, post.id");
    db.all(Sql::text(sql).bind(official.id).bind(official.county_id)).await
}

pub async fn in_office(db: &impl Db, unit: UnitId, day: Day) -> Result<Vec<Post>, Problem> {
    let sql = format!(
        "{POST} WHERE post.unit_id = $1 AND post.from_day <= $2 AND (post.until_day IS NULL OR post.until_day >= $2)
         ORDER BY official.name, post.id"
    );
    db.all(Sql::text(sql).bind(unit).bind(day)).await
}

/// The name and id after which to go on.
fn after<I: serde::de::DeserializeOwned>(cursor: Option<&str>) -> Result<(Option<String>, Option<I>), Problem> {
    match cursor {
        Some(cursor) => Cursor::key::<(String, I)>(cursor).map(|(name, id)| (Some(name), Some(id))),
        None => Ok((None, None)),
    }
}
