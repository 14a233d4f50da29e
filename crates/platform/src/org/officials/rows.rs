//! The tables of officials and their posts.

use crate::org::Unit;
use crate::org::areas;
use crate::org::units::PLACE;
use kernel::authz::ReadOrg;
use kernel::id::{OfficialId, PostId, UnitId};
use kernel::words::Rank;
use kernel::{AreaCode, Cursor, Day, Limit, Phone, Problem, Right, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::private::OfficialMobile;
use store::{Db, Private, Row, Sealed, Sealing, Sql, Tx, containing};

/// An official, with the name of their unit and the title of the post they hold. The mobile is masked.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
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
    /// The title of the post they hold; none once they have left.
    pub title: Option<String>,
    /// Their mobile; on the way out it is masked.
    pub mobile: Option<Private<OfficialMobile>>,
    /// Their last day, once they have left.
    pub left_on: Option<Day>,
    /// For `If-Match`.
    pub version: i64,
}

/// A post that was or is held.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Post {
    /// Which holding of which post.
    pub id: PostId,
    /// Who holds it.
    pub official_id: OfficialId,
    /// Their name.
    pub official_name: String,
    /// For which unit.
    pub unit_id: UnitId,
    /// The unit's name; of a post that ended, the name of then.
    pub unit_name: String,
    /// The post's title.
    pub title: String,
    /// The rank that went with it, where it is known.
    pub rank: Option<Rank>,
    /// The first day.
    pub from_day: Day,
    /// The last day; none while it is held.
    pub until_day: Option<Day>,
}

/// Which officials to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct OfficialFilter {
    /// Of this unit.
    pub unit: Option<UnitId>,
    /// Of units in this area or below.
    pub area: Option<AreaCode>,
    /// Of this rank.
    pub rank: Option<Rank>,
    /// With this text in the name, or with exactly this mobile.
    pub q: Option<String>,
    /// Those who have left, instead of those in office.
    #[serde(default)]
    pub left: bool,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// The titles an official holds now, in one text.
const TITLE: &str = "(SELECT STRING_AGG(post.title, '、' ORDER BY post.from_day) FROM post
    WHERE post.official_id = official.id AND post.county_id = official.county_id AND post.until_day IS NULL) AS title";

/// `SELECT` and `FROM` of officials with their unit and title.
fn select() -> String {
    format!(
        "SELECT official.*, official.id AS mobile_of, unit.name AS unit_name, {TITLE}
         FROM official JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id"
    )
}

/// A post, with its unit under the name of the post's last day.
const POST: &str = "SELECT post.*, official.name AS official_name,
      COALESCE((SELECT former_name.name FROM former_name
        WHERE former_name.unit_id = post.unit_id AND former_name.until_day >= post.until_day
        ORDER BY former_name.until_day LIMIT 1), unit.name) AS unit_name
    FROM post
                    JOIN official ON official.id = post.official_id AND official.county_id = post.county_id
                    JOIN unit ON unit.id = post.unit_id AND unit.county_id = post.county_id";

pub async fn officials(
    db: &impl Db,
    scope: &Scope<ReadOrg>,
    filter: &OfficialFilter,
    limit: Limit,
) -> Result<Vec<Official>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    wanted.push(if filter.left { "official.left_on IS NOT NULL" } else { "official.left_on IS NULL" }.to_owned());
    if let Some(code) = filter.area {
        let path = areas::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?.path;
        let (from, end) = (sql.place(path.clone()), sql.place(path.end()));
        wanted.push(format!("unit.area_path >= {from} AND unit.area_path < {end}"));
    }
    if let Some(unit) = filter.unit {
        wanted.push(format!("official.unit_id = {}", sql.place(unit)));
    }
    if let Some(rank) = filter.rank {
        wanted.push(format!("official.rank = {}", sql.place(rank)));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        wanted.push(match Phone::parse(q) {
            Ok(number) => format!("official.mobile_index = {}", sql.place(db.index::<OfficialMobile>(&number)?)),
            Err(_) => format!("official.name LIKE {}", sql.place(containing(q))),
        });
    }
    if let Some(cursor) = filter.cursor.as_deref() {
        let (name, id) = Cursor::key::<(String, OfficialId)>(cursor)?;
        wanted.push(format!("(official.name, official.id) > ({}, {})", sql.place(name), sql.place(id)));
    }
    let most = sql.place(limit.probe());
    let wanted = wanted.join(" AND ");
    let text = format!("{} WHERE {wanted} ORDER BY official.name, official.id LIMIT {most}", select());
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

pub async fn official<R: Right>(db: &impl Db, scope: &Scope<R>, id: OfficialId) -> Result<Option<Official>, Problem> {
    let sql = format!("{} WHERE official.id = $1 AND /*scope*/", select());
    db.one(Sql::text(sql).bind(id).scoped(scope, PLACE)).await
}

/// One official by id and county, for who names them in a pairing already.
pub async fn official_of(db: &impl Db, (id, county): (OfficialId, AreaCode)) -> Result<Option<Official>, Problem> {
    let sql = format!("{} WHERE official.id = $1 AND official.county_id = $2", select());
    db.one(Sql::text(sql).bind(id).bind(county)).await
}

/// The officials in office of whom name, unit, area and post together have every one of `words`: the highest rank first.
/// Each word is looked for once among units and once among posts, not once for every official; titles are gathered for
/// those alone who are shown.
pub async fn picks<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    words: &[&str],
    most: usize,
) -> Result<Vec<Official>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned(), "official.left_on IS NULL".to_owned()];
    for word in words {
        if let Ok(number) = Phone::parse(word) {
            wanted.push(format!("official.mobile_index = {}", sql.place(db.index::<OfficialMobile>(&number)?)));
            continue;
        }
        let word = sql.place(containing(word));
        wanted.push(format!(
            "(official.name LIKE {word}
              OR official.unit_id IN (SELECT serving.id FROM unit serving
                JOIN area ON area.id = serving.area_id AND area.county_id = serving.county_id
                WHERE serving.name LIKE {word} OR area.name LIKE {word})
              OR official.id IN (SELECT post.official_id FROM post WHERE post.until_day IS NULL AND post.title LIKE {word}))"
        ));
    }
    let most = sql.place(most as i64);
    let text = format!(
        "SELECT official.*, official.id AS mobile_of, {TITLE} FROM (
           SELECT official.*, unit.name AS unit_name, unit.area_path AS area_path, {RANK_ORDER} AS rank_order
           FROM official JOIN unit ON unit.id = official.unit_id AND unit.county_id = official.county_id
           WHERE {}
           ORDER BY rank_order, unit.area_path, unit.name, official.name, official.id LIMIT {most}) official
         ORDER BY rank_order, area_path, unit_name, name, id",
        wanted.join(" AND ")
    );
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

const RANK_ORDER: &str = "CASE official.rank WHEN 'departmental' THEN 0 WHEN 'county_head' THEN 1
    WHEN 'county_deputy' THEN 2 WHEN 'section_head' THEN 3 WHEN 'section_deputy' THEN 4 ELSE 5 END";

pub async fn insert(tx: &Tx, officials: &[(Official, &str, Day)]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "unit_id", "name", "rank", "mobile", "mobile_index", "left_on"];
    let row = |(official, ..): &(Official, &str, Day)| {
        let Sealed { text, index } = sealed(tx, official)?;
        let row = Row::new().bind(official.id).bind(official.county_id).bind(official.unit_id);
        let row = row.bind(official.name.as_str()).bind(official.rank).bind(text).bind(index);
        Ok(row.bind(official.left_on))
    };
    let rows: Vec<Row> = officials.iter().map(row).collect::<Result<_, Problem>>()?;
    tx.insert_many("official", columns, rows).await?;
    insert_posts(tx, officials).await
}

fn sealed(tx: &Tx, official: &Official) -> Result<Sealed, Problem> {
    tx.seal::<OfficialMobile>(official.id.0, official.mobile.as_ref().map(Private::in_full))
}

/// The posts that officials hold in their unit, with their rank: title and first day.
pub async fn insert_posts(tx: &Tx, posts: &[(Official, &str, Day)]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "official_id", "unit_id", "title", "rank", "from_day"];
    let row = |(official, title, since): &(Official, &str, Day)| {
        let row = Row::new().bind(PostId::mint(tx.now())).bind(official.county_id).bind(official.id);
        row.bind(official.unit_id).bind(*title).bind(official.rank).bind(*since)
    };
    tx.insert_many("post", columns, posts.iter().map(row)).await.map(drop)
}

/// Saves what may change of an official, when they still have the version they were read with.
pub async fn change(tx: &Tx, official: &Official) -> Result<(), Problem> {
    let change = "UPDATE official SET unit_id = $4, name = $5, rank = $6, mobile = $7, mobile_index = $8, left_on = $9,
                  version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3 AND left_on IS NULL";
    let change = Sql::text(change).bind(official.id).bind(official.county_id).bind(official.version);
    let change = change.bind(official.unit_id).bind(official.name.as_str()).bind(official.rank);
    let Sealed { text, index } = sealed(tx, official)?;
    tx.run_versioned(change.bind(text).bind(index).bind(official.left_on)).await
}

/// Gives the posts held now the official's rank, and the title, when there is one.
pub async fn correct_posts(tx: &Tx, official: &Official, title: Option<&str>) -> Result<(), Problem> {
    let change = "UPDATE post SET rank = $3, title = COALESCE($4, title)
                  WHERE official_id = $1 AND county_id = $2 AND until_day IS NULL";
    let change = Sql::text(change).bind(official.id).bind(official.county_id).bind(official.rank);
    tx.run(change.bind(title.map(str::to_owned))).await.map(drop)
}

pub async fn end_posts(tx: &Tx, official: &Official, last: Day) -> Result<(), Problem> {
    let end = "UPDATE post SET until_day = $3 WHERE official_id = $1 AND county_id = $2 AND until_day IS NULL";
    tx.run(Sql::text(end).bind(official.id).bind(official.county_id).bind(last)).await.map(drop)
}

pub async fn posts(db: &impl Db, official: &Official) -> Result<Vec<Post>, Problem> {
    let sql =
        format!("{POST} WHERE post.official_id = $1 AND post.county_id = $2 ORDER BY post.from_day DESC, post.id DESC");
    db.all(Sql::text(sql).bind(official.id).bind(official.county_id)).await
}

pub async fn in_office(db: &impl Db, unit: &Unit, day: Day) -> Result<Vec<Post>, Problem> {
    let sql = format!(
        "{POST} WHERE post.unit_id = $1 AND post.county_id = $2 AND post.from_day <= $3
           AND (post.until_day IS NULL OR post.until_day >= $3)
         ORDER BY official.name, post.id"
    );
    db.all(Sql::text(sql).bind(unit.id).bind(unit.county_id).bind(day)).await
}

/// Who held a post in one of the units on a day.
pub async fn in_offices(db: &impl Db, units: &[Unit], day: Day) -> Result<Vec<Post>, Problem> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::text("").bind(day);
    let ids: Vec<String> = units.iter().map(|unit| sql.place(unit.id)).collect();
    let text = format!(
        "{POST} WHERE post.unit_id IN ({}) AND post.from_day <= $1 AND (post.until_day IS NULL OR post.until_day >= $1)",
        ids.join(", ")
    );
    db.all(sql.say(text)).await
}

pub async fn ended(
    db: &impl Db,
    unit: &Unit,
    day: Day,
    after: Option<(Day, PostId)>,
    limit: Limit,
) -> Result<Vec<Post>, Problem> {
    let mut sql = Sql::text("").bind(unit.id).bind(unit.county_id).bind(day);
    let after = match after {
        Some((day, id)) => format!("AND (post.until_day, post.id) < ({}, {})", sql.place(day), sql.place(id)),
        None => String::new(),
    };
    let most = sql.place(limit.probe());
    let text = format!(
        "{POST} WHERE post.unit_id = $1 AND post.county_id = $2 AND post.until_day < $3 {after}
         ORDER BY post.until_day DESC, post.id DESC LIMIT {most}"
    );
    db.all(sql.say(text)).await
}

pub async fn touch(tx: &Tx, official: &Official) -> Result<(), Problem> {
    let touch = "UPDATE official SET version = version WHERE id = $1 AND county_id = $2";
    tx.run(Sql::text(touch).bind(official.id).bind(official.county_id)).await.map(drop)
}
