//! Rounds of pairings (包靠批次): drafted, planned at the least total cost, reviewed, adjusted by hand, published as a whole,
//! archived.
//!
//! A round is read by whoever reads pairings in its area or in a part of it, each to their own part; it is changed by who
//! writes pairings in the whole of it. Until it is published nothing of it touches who looks after whom.

mod api;
mod exports;
mod form;
mod gazette;
mod hand;
mod pages;
mod planning;
mod publish;
mod result;
mod rows;

pub use hand::{Offer, choose, offer, offers, undo};
pub use planning::{Hand, How, Step, Watcher, plan};
pub use publish::{Herald, RoundPublished, publish};
pub use result::{Load, Place, PlaceFilter, Reason, UnitLine};
pub use rows::{Planned, Round, RoundFilter, Told};

use crate::audit::{self, Deed};
use crate::pairing::rules;
use crate::{App, org};
use kernel::authz::{ReadPairings, WritePairings};
use kernel::id::RoundId;
use kernel::words::{AreaLevel, RoundKind, RoundState};
use kernel::{Actor, AreaCode, AreaPath, Day, Limit, Page, Problem, Reach, Right, Scope, still_as_read};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use shell::Routes;
use store::{Db, Tx};

/// The pages and resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes()
        .merge(form::routes())
        .merge(pages::routes())
        .merge(result::routes())
        .merge(hand::routes())
        .merge(publish::routes())
        .merge(gazette::routes())
        .merge(exports::routes())
}

/// A round to be drafted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewRound {
    /// Its name, such as `2026年下半年联系包靠`.
    pub name: String,
    /// What it sets out to do.
    pub kind: RoundKind,
    /// The city, or one county.
    pub area: AreaCode,
    /// The first day of its pairings.
    pub first_day: Day,
    /// The number of the version of the rules; the one in force when left out.
    pub rules: Option<i64>,
}

/// What is to be changed of a draft; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct DraftChange {
    /// Its name.
    pub name: Option<String>,
    /// The first day of its pairings.
    pub first_day: Option<Day>,
    /// The number of the version of the rules.
    pub rules: Option<i64>,
}

/// Whether the scope reaches an area, or a part of it.
fn touches<R: Right>(scope: &Scope<R>, area: &AreaPath) -> bool {
    scope.reaches().iter().any(|reach| match reach {
        Reach::Everything => true,
        Reach::Area(path) => path.contains(area) || area.contains(path),
        Reach::Unit(_) | Reach::Clients(_) | Reach::Openly(..) | Reach::Own(_) => false,
    })
}

/// Rounds in whose area the scope reaches, the latest first.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn rounds(
    app: &App,
    scope: &Scope<ReadPairings>,
    filter: &RoundFilter,
    limit: Limit,
) -> Result<Page<Round>, Problem> {
    let now = app.now();
    let rows = rows::rounds(&app.store, scope, filter, limit).await?;
    let page = Page::cut(rows, limit, |round| round.id);
    Ok(Page { items: page.items.into_iter().map(|round| round.at(now)).collect(), next: page.next })
}

/// One round in whose area the scope reaches.
///
/// # Errors
/// [`Problem::NotFound`] when there is none such.
pub async fn round(app: &App, db: &impl Db, scope: &Scope<ReadPairings>, id: RoundId) -> Result<Round, Problem> {
    let round = rows::round(db, id).await?.filter(|round| touches(scope, &round.area_path));
    Ok(round.ok_or(Problem::NotFound)?.at(app.now()))
}

/// One round that lies within the scope as a whole: to be changed.
///
/// # Errors
/// [`Problem::NotFound`] when there is none such.
pub async fn own_round(app: &App, db: &impl Db, scope: &Scope<WritePairings>, id: RoundId) -> Result<Round, Problem> {
    let round = rows::round(db, id).await?.filter(|round| round.within(scope));
    Ok(round.ok_or(Problem::NotFound)?.at(app.now()))
}

/// A round by its number, its id, or the latest that is not dropped of this name: for who runs the program.
///
/// # Errors
/// [`Problem::Conflict`] when there is none.
pub async fn find(db: &impl Db, text: &str) -> Result<Round, Problem> {
    let text = text.trim();
    let found = match (text.parse(), text.parse()) {
        (Ok(number), _) => rows::numbered(db, number).await?,
        (_, Ok(id)) => rows::round(db, id).await?,
        _ => rows::named(db, text).await?,
    };
    found.ok_or_else(|| Problem::Conflict(format!("没有编号或名称为“{text}”的包靠批次，请核对后再试。")))
}

/// Drafts a round.
///
/// # Errors
/// [`Problem::Invalid`] for an empty name, an area that is no city or county within the scope, or a day that has passed.
pub async fn draft(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WritePairings>,
    new: NewRound,
) -> Result<RoundId, Problem> {
    let name = org::named(&new.name, "name", "批次名称")?;
    let area = org::area_within(tx, scope, new.area).await?;
    if !matches!(area.level, AreaLevel::City | AreaLevel::County) {
        return Err(Problem::field("area", "包靠批次按全市或一个县（市、区）安排，请选择市或县级区域。"));
    }
    not_past(app, new.first_day)?;
    let rules = match new.rules {
        Some(number) => known_rules(app, tx, number).await?,
        None => rules::current(tx, &app.site).await?.line.number,
    };
    let round = Round {
        id: RoundId::mint(tx.now()),
        number: rows::next_number(tx, app.site.area).await?,
        county_id: area.county_id,
        area_id: area.id,
        area_name: area.name,
        area_path: area.path,
        kind: new.kind,
        name,
        first_day: new.first_day,
        rules,
        state: RoundState::Draft,
        step: String::new(),
        cost: 0,
        told: json!(Told::default()),
        seen: json!(null),
        made_by: actor.name.clone(),
        made_at: tx.now(),
        moved_at: tx.now(),
        planned_at: None,
        published_at: None,
        published_by: None,
        version: 1,
    };
    rows::insert(tx, &round).await?;
    let detail = json!({ "name": round.name, "kind": round.kind.label(), "area_name": round.area_name, "from": round.first_day });
    audit::record(tx, &deed(actor, "round.draft", &round), &detail).await?;
    Ok(round.id)
}

/// The number of a version of the rules that there is.
async fn known_rules(app: &App, db: &impl Db, number: i64) -> Result<i64, Problem> {
    match rules::version(db, &app.site, number).await {
        Ok(version) => Ok(version.line.number),
        Err(Problem::NotFound) => Err(Problem::field("rules", "没有这一版规则，请重新选择。")),
        Err(problem) => Err(problem),
    }
}

fn not_past(app: &App, first: Day) -> Result<(), Problem> {
    if first >= app.today() {
        return Ok(());
    }
    Err(Problem::field("first_day", "开始日期不能早于今天：已经过去的日子，联系包靠不能再改。"))
}

/// Changes a draft, or a round in review: then what was planned no longer counts, and it is a draft again.
///
/// # Errors
/// [`Problem::Conflict`] when the round is further than that; [`Problem::Invalid`] as for [`draft`]; [`Problem::Stale`]
/// when somebody was first.
pub async fn alter(app: &App, tx: &Tx, actor: &Actor, round: &Round, change: DraftChange) -> Result<(), Problem> {
    round.stands(&[RoundState::Draft, RoundState::Review], "修改")?;
    let name = change.name.map(|name| org::named(&name, "name", "批次名称")).transpose()?;
    let mut changed = round.clone();
    if let Some(first) = change.first_day {
        not_past(app, first)?;
        changed.first_day = first;
    }
    changed.name = name.unwrap_or(changed.name);
    if let Some(number) = change.rules {
        changed.rules = known_rules(app, tx, number).await?;
    }
    let planned = (round.first_day, round.rules) == (changed.first_day, changed.rules);
    if !planned {
        changed.state = RoundState::Draft;
    }
    rows::alter(tx, &changed).await?;
    let detail = json!({ "name": changed.name, "from": changed.first_day, "rules": changed.rules });
    audit::record(tx, &deed(actor, "round.change", round), &detail).await
}

/// Drops a draft, or a round in review: it comes to nothing, and stays to be seen.
///
/// # Errors
/// [`Problem::Conflict`] when the round is further than that; [`Problem::Stale`] when somebody was first.
pub async fn drop_round(tx: &Tx, actor: &Actor, round: &Round) -> Result<(), Problem> {
    round.stands(&[RoundState::Draft, RoundState::Review], "作废")?;
    rows::step(tx, round, RoundState::Dropped).await?;
    audit::record(tx, &deed(actor, "round.drop", round), &json!({ "name": round.name })).await
}

/// Archives a published round: its pairings hold on, but it is no longer the one in force.
///
/// # Errors
/// [`Problem::Conflict`] when it is not published; [`Problem::Stale`] when somebody was first.
pub async fn archive(tx: &Tx, actor: &Actor, round: &Round) -> Result<(), Problem> {
    round.stands(&[RoundState::Published], "归档")?;
    rows::step(tx, round, RoundState::Archived).await?;
    audit::record(tx, &deed(actor, "round.archive", round), &json!({ "name": round.name })).await
}

fn deed<'a>(actor: &'a Actor, act: &'a str, round: &Round) -> Deed<'a> {
    Deed::of(actor, act, "round", round.id.0, round.county_id)
}

impl Round {
    /// Whether the whole of it lies within the scope.
    #[must_use]
    pub fn within<R: Right>(&self, scope: &Scope<R>) -> bool {
        scope.covers(&Reach::Area(self.area_path.clone()))
    }

    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("“{}”", self.name))
    }

    /// Refuses what may be done only in some states.
    fn stands(&self, states: &[RoundState], act: &str) -> Result<(), Problem> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(Problem::Conflict(format!("“{}”的状态是“{}”，不能{act}。", self.name, self.state.label())))
    }
}
