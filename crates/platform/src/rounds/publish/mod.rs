//! Publishing a round: once more held against what is so now, then written as a whole. From the first day on its pairings
//! hold; those before end on the day before.

mod news;
mod pages;
mod rows;

pub use news::Herald;

use super::planning::Counts;
use super::result::{rows as places, total};
use super::rows::Round;
use super::{App, deed};
use crate::app::say_day;
use crate::audit;
use crate::pairing::{self, bars, handovers};
use kernel::authz::WritePairings;
use kernel::id::{AccountId, RoundId};
use kernel::words::{RoundKind, RoundState};
use kernel::{Actor, Problem, Scope};
use rows::Otherwise;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shell::Routes;
use store::{Db, Topic, Tx};

pub(super) fn routes() -> Routes<App> {
    pages::routes()
}

/// A round was published. Told through the outbox.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RoundPublished {
    /// Which round.
    pub round: RoundId,
    /// By whom.
    pub by: AccountId,
}

impl Topic for RoundPublished {
    const NAME: &'static str = "pairing_round.published";
}

/// What stands in the way of publishing, each in a sentence; nothing when nothing does.
///
/// # Errors
/// When the database fails.
pub async fn obstacles(app: &App, db: &impl Db, round: &Round) -> Result<Vec<String>, Problem> {
    let mut told = Vec::new();
    if round.first_day < app.today() {
        told.push(format!("开始日期{}已经过去", say_day(round.first_day)));
    }
    for one in rows::left(db, round).await? {
        told.push(format!("{}已离任", one.name));
    }
    for Otherwise { name, other, .. } in rows::moved(db, round).await? {
        told.push(format!("{name}已调到{}", other.unwrap_or_default()));
    }
    for one in rows::closed(db, round).await? {
        told.push(format!("“{}”已注销或退出", one.name));
    }
    for Otherwise { name, other, .. } in rows::barred(db, round).await? {
        told.push(format!("“{name}”与{}之间已登记回避或申请更换", other.unwrap_or_default()));
    }
    let arranged = rows::arranged(db, round).await?;
    for Otherwise { name, other, .. } in rows::paired_otherwise(db, round).await? {
        if arranged.iter().any(|one| one.name == name) {
            continue;
        }
        told.push(match other {
            Some(other) => format!("“{name}”现在由{other}联系，与规划时不同"),
            None => format!("“{name}”的联系包靠已结束，与规划时不同"),
        });
    }
    for Otherwise { name, other, day } in arranged {
        let (other, day) = (other.unwrap_or_default(), day.map(say_day).unwrap_or_default());
        told.push(format!("“{name}”已另外安排：从{day}起由{other}联系"));
    }
    for one in rows::held_otherwise(db, round).await? {
        told.push(format!("{}在本批次之外又联系了别的企业（项目），可能超出名额", one.name));
    }
    Ok(told)
}

/// What is to be done about what stands in the way.
pub(super) const MEND: &str =
    "请重新规划（可以保留手工调整）；开始日期已过或已另外安排的，先修改开始日期或结束那条联系包靠。";

/// Publishes a round.
///
/// # Errors
/// [`Problem::Conflict`] with what stands in the way; [`Problem::Stale`] when somebody changed the round since it was read.
pub async fn publish(
    app: &App,
    tx: &Tx,
    (actor, scope): (&Actor, &Scope<WritePairings>),
    round: &Round,
) -> Result<Counts, Problem> {
    round.stands(&[RoundState::Review], "公布")?;
    rows::take(tx, round, &actor.name).await?;
    rows::hold(tx, round).await?;
    let obstacles = obstacles(app, tx, round).await?;
    if !obstacles.is_empty() {
        return Err(Problem::Conflict(format!("规划之后有了变化，不能公布：{}。{MEND}", obstacles.join("；"))));
    }
    let last = round.first_day.pred_opt().ok_or_else(|| Problem::field("first_day", "开始日期太早。"))?;
    rows::end_former(tx, round, last).await?;
    rows::begin_new(tx, round, last).await?;
    pairing::moved(tx, &rows::clients(tx, round).await?).await?;
    handovers::open_of_round(tx, round.id).await?;
    bars::granted_by_round(tx, actor, round.id).await?;
    if round.kind == RoundKind::Full {
        rows::archive_former(tx, round).await?;
    }
    let counts = total(&places::tallies(tx, scope, round).await?);
    let detail = json!({ "name": round.name, "from": round.first_day, "kept": counts.kept,
        "changed_clients": counts.changed, "begun": counts.begun, "unpaired": counts.unpaired });
    audit::record(tx, &deed(actor, "round.publish", round), &detail).await?;
    tx.emit(round.county_id, &RoundPublished { round: round.id, by: actor.account }).await?;
    Ok(counts)
}
