//! The table of rounds.

use super::planning::{CurvePoint, Gap, Touched};
use ::pairing::city::Cost;
use chrono::Duration;
use kernel::authz::ReadPairings;
use kernel::id::RoundId;
use kernel::words::{RoundKind, RoundState};
use kernel::{AreaCode, AreaPath, BugExt, Cursor, Day, Instant, Limit, Problem, Reach, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Db, Sql, Tx};

/// After this long without a sign of life, whoever was planning is gone.
const PLANNING: Duration = Duration::minutes(2);

/// A round.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
#[schemars(rename = "PairingRound")]
pub struct Round {
    /// Which round.
    pub id: RoundId,
    /// By which people call it: counted from 1 in the whole site.
    pub number: i64,
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) county_id: AreaCode,
    /// The city or county whose clients it is about.
    pub area_id: AreaCode,
    /// That area's name.
    pub area_name: String,
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) area_path: AreaPath,
    /// What it sets out to do.
    pub kind: RoundKind,
    /// Its name.
    pub name: String,
    /// The first day of its pairings.
    pub first_day: Day,
    /// The number of the version of the rules it is planned by.
    pub rules: i64,
    /// How far it is.
    pub state: RoundState,
    /// What planning is at, while it is.
    pub step: String,
    /// What the plan costs, in points, as it stands after what was adjusted by hand; 0 until there is one.
    pub cost: i64,
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) told: Value,
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) seen: Value,
    /// Who drafted it.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) moved_at: Instant,
    /// When it was planned.
    pub planned_at: Option<Instant>,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// By whom.
    pub published_by: Option<String>,
    /// For `If-Match`.
    pub version: i64,
}

/// What is told of a round beside its places.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Told {
    /// Why it is no further: what stood in the way of planning it.
    pub message: Option<String>,
    /// What was planned.
    pub planned: Option<Planned>,
    /// Why clients have nobody, and what would help.
    pub gaps: Vec<Gap>,
    /// Of an adjustment: the plans between "change fewer" and "fit better", the fewest changes first.
    pub points: Vec<CurvePoint>,
    /// Which of them is the plan.
    pub point: usize,
    /// Of an adjustment: whose pairing cannot stay as it is, the first few.
    pub touched: Vec<Touched>,
    /// How many there are of them.
    pub touched_count: usize,
}

/// A plan in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PlannedRound")]
pub struct Planned {
    /// Enterprises and projects that were to be looked after.
    pub clients: usize,
    /// Officials who could be asked.
    pub officials: usize,
    /// Officials who could not: absent, or their unit is left out.
    pub left_out: usize,
    /// Officials and clients who must not be paired.
    pub barred: usize,
    /// Clients that want nobody.
    pub unwanted: usize,
    /// What the plan costs, by reason, as it was planned.
    pub cost: Cost,
    /// How many choices the optimiser had: officials whom the rules do not tell apart are one.
    pub choices: u64,
    /// How long it took.
    pub milliseconds: i64,
}

impl Round {
    /// What is told of it.
    ///
    /// # Errors
    /// A bug when what was kept cannot be read.
    pub fn told(&self) -> Result<Told, Problem> {
        serde_json::from_value(self.told.clone()).bug("reading what is told of a round")
    }

    /// Whether it holds a plan.
    #[must_use]
    pub fn planned(&self) -> bool {
        self.planned_at.is_some() && !matches!(self.state, RoundState::Draft | RoundState::Planning)
    }

    /// The round as it is at a moment: nobody may be planning it any more.
    #[must_use]
    pub fn at(mut self, now: Instant) -> Self {
        if self.state == RoundState::Planning && now - self.moved_at > PLANNING {
            self.state = RoundState::Draft;
            self.told = serde_json::json!({ "message": "规划中断，没有保存任何结果。请重新规划。" });
        }
        self
    }
}

/// Which rounds to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct RoundFilter {
    /// Of this city or county.
    pub area: Option<AreaCode>,
    /// In this state.
    pub state: Option<RoundState>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const ROUND: &str = "SELECT pairing_round.*, area.name AS area_name FROM pairing_round
    JOIN area ON area.id = pairing_round.area_id AND area.county_id = pairing_round.county_id";

pub async fn round(db: &impl Db, id: RoundId) -> Result<Option<Round>, Problem> {
    db.one(Sql::text(format!("{ROUND} WHERE pairing_round.id = $1")).bind(id)).await
}

/// The next number of a round. Whoever drafts one at the same moment waits for this transaction.
pub async fn next_number(tx: &Tx, site: AreaCode) -> Result<i64, Problem> {
    let draw = "INSERT INTO round_counter (county_id, last) VALUES ($1, 1)
                ON CONFLICT (county_id) DO UPDATE SET last = round_counter.last + 1 RETURNING CAST(last AS BIGINT)";
    Ok(tx.value(Sql::text(draw).bind(site)).await?.unwrap_or(1))
}

/// The round of this number.
pub async fn numbered(db: &impl Db, number: i64) -> Result<Option<Round>, Problem> {
    db.one(Sql::text(format!("{ROUND} WHERE pairing_round.number = $1")).bind(number)).await
}

/// The latest of this name that is not dropped.
pub async fn named(db: &impl Db, name: &str) -> Result<Option<Round>, Problem> {
    let sql = format!(
        "{ROUND} WHERE pairing_round.name = $1 AND pairing_round.state <> 'dropped' ORDER BY pairing_round.id DESC LIMIT 1"
    );
    db.one(Sql::text(sql).bind(name)).await
}

/// Rounds of areas within the scope, and of those above it: they hold a part that lies within.
pub async fn rounds(
    db: &impl Db,
    scope: &Scope<ReadPairings>,
    filter: &RoundFilter,
    limit: Limit,
) -> Result<Vec<Round>, Problem> {
    let mut sql = Sql::text("");
    let mut ways = vec!["FALSE".to_owned()];
    for reach in scope.reaches() {
        match reach {
            Reach::Everything => ways.push("TRUE".into()),
            Reach::Area(path) => {
                let (from, end) = (sql.place(path.clone()), sql.place(path.end()));
                let above: Vec<String> = path.0.match_indices('/').map(|(at, _)| sql.place(&path.0[..=at])).collect();
                let column = "pairing_round.area_path";
                ways.push(format!("{column} >= {from} AND {column} < {end}"));
                ways.push(format!("{column} IN ({})", above.join(", ")));
            }
            Reach::Unit(_) | Reach::Clients(_) | Reach::Openly(..) | Reach::Own(_) => {}
        }
    }
    let mut wanted = vec![format!("({})", ways.join(" OR "))];
    if let Some(cursor) = filter.cursor.as_deref() {
        wanted.push(format!("pairing_round.id < {}", sql.place(Cursor::key::<RoundId>(cursor)?)));
    }
    if let Some(area) = filter.area {
        wanted.push(format!("pairing_round.area_id = {}", sql.place(area)));
    }
    if let Some(state) = filter.state {
        wanted.push(format!("pairing_round.state = {}", sql.place(state)));
    }
    let most = sql.place(limit.probe());
    let text = format!("{ROUND} WHERE {} ORDER BY pairing_round.id DESC LIMIT {most}", wanted.join(" AND "));
    db.all(sql.say(text)).await
}

pub async fn insert(tx: &Tx, round: &Round) -> Result<(), Problem> {
    let insert =
        "INSERT INTO pairing_round (id, county_id, area_id, area_path, kind, name, first_day, rules, state, told,
                    seen, made_by, made_at, moved_at, number)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)";
    let insert = Sql::text(insert).bind(round.id).bind(round.county_id).bind(round.area_id);
    let insert = insert.bind(round.area_path.clone()).bind(round.kind).bind(round.name.as_str());
    let insert = insert.bind(round.first_day).bind(round.rules).bind(round.state).bind(round.told.clone());
    let insert = insert.bind(round.seen.clone()).bind(round.made_by.as_str()).bind(round.made_at);
    tx.run(insert.bind(round.number)).await.map(drop)
}

/// The beginning of a change of a round, from the version that was read.
fn changing(round: &Round, set: &str) -> Sql {
    let text = format!(
        "UPDATE pairing_round SET {set}, version = version + 1 WHERE id = $1 AND county_id = $2 AND version = $3"
    );
    Sql::text(text).bind(round.id).bind(round.county_id).bind(round.version)
}

/// Writes what a draft is.
pub async fn alter(tx: &Tx, round: &Round) -> Result<(), Problem> {
    let alter = changing(round, "name = $4, first_day = $5, rules = $6, state = $7, moved_at = $8");
    let alter = alter.bind(round.name.as_str()).bind(round.first_day).bind(round.rules).bind(round.state);
    tx.run_versioned(alter.bind(tx.now())).await
}

/// Moves a round to another state.
pub async fn step(tx: &Tx, round: &Round, state: RoundState) -> Result<(), Problem> {
    tx.run_versioned(changing(round, "state = $4, step = '', moved_at = $5").bind(state).bind(tx.now())).await
}
