//! Demands: what a client asks for, from its raising to its answer, round after round.
//!
//! `rules` decides every step; here the rows are read, the step is saved, and in the same transaction it is told to the
//! timeline, the audit trail and the outbox. Whoever holds a demand, and until when, can be read off its row.

mod api;
mod attachments;
mod history;
mod line;
mod listing;
mod news;
mod pages;
mod raising;
mod rows;
pub mod search;
mod show;
mod steps;
mod wish;

pub use crate::catalogue::{Category, add_category, categories};
pub use attachments::Attachment;
pub use history::{History, count_on, write_down};
pub use line::Line;
pub use listing::{DemandFilter, DemandSort, Tally, demands, per_state, returned, turn_of, waiting_count, within};
pub use news::Herald;
pub use rows::{Clocked, Demand, Happened, number};
pub use wish::ActWish;

use raising::categories as categories_as_choices;

use crate::audit::{self, Deed};
use crate::{App, Site, catalogue, org, registry};
use kernel::authz::{RaiseDemands, ReadOrg};
use kernel::id::{AccountId, ClientId, DemandId, EventId, FileId, UnitId};
use kernel::words::{Channel, DemandAct, Part, Rating};
use kernel::{Actor, Instant, Problem, Right, Scope};
use rules::Step;
use rules::act::{Act, Text, Title};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use steps::Raised;
use store::{Db, Topic, Tx};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(listing::routes()).merge(raising::routes()).merge(pages::routes()).merge(attachments::routes())
}

/// A demand to be raised.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewDemand {
    /// Whose it is.
    pub client: ClientId,
    /// What it is about: a category's code.
    pub category: String,
    /// In one line.
    pub title: String,
    /// In full.
    pub text: String,
    /// Whence a desk has it; for others it follows from who they are.
    pub channel: Option<Channel>,
    /// The files that come with it, brought before.
    #[serde(default)]
    pub files: Vec<FileId>,
}

/// Something happened to a demand. Told through the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemandMoved {
    /// Which demand.
    pub demand: DemandId,
    /// What was done.
    pub act: DemandAct,
    /// By which account's holder.
    pub by: AccountId,
    /// The unit that is concerned: that holds it now, or gave it back.
    pub unit: Option<UnitId>,
    /// Its name.
    pub unit_name: Option<String>,
    /// How satisfied the client is, when it said so.
    pub rating: Option<Rating>,
}

impl Topic for DemandMoved {
    const NAME: &'static str = "demand.moved";
}

impl DemandMoved {
    /// What the actor did to the demand, which is given as the timeline tells it.
    fn by(actor: &Actor, demand: &Demand, act: &Act) -> Self {
        let rating = if let Act::Confirm { rating, .. } = act { Some(*rating) } else { None };
        let (unit, unit_name) = (demand.lead_unit_id, demand.lead_unit_name.clone());
        Self { demand: demand.id, act: act.kind(), by: actor.account, unit, unit_name, rating }
    }
}

/// One demand.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn demand<R: Right>(db: &impl Db, scope: &Scope<R>, id: DemandId) -> Result<Demand, Problem> {
    rows::demand(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// What happened to a demand, the first first, with the files that came along; as far as the actor may read it.
///
/// # Errors
/// When the database fails.
pub async fn timeline(db: &impl Db, actor: &Actor, demand: &Demand) -> Result<Vec<Happened>, Problem> {
    let mut lines = rows::timeline(db, demand).await?;
    for file in attachments::of(db, demand).await? {
        if let Some(line) = lines.iter_mut().find(|line| line.id == file.event_id) {
            line.files.push(file);
        }
    }
    for line in lines.iter_mut().filter(|line| !reads_within(actor, demand, line.act)) {
        line.text.clear();
        line.files.clear();
    }
    Ok(lines)
}

/// Whether the actor may read what was said with an act: what passes between unit and desk is not for the client.
fn reads_within(actor: &Actor, demand: &Demand, act: DemandAct) -> bool {
    !rules::is_internal(act) || steps::parts(actor, demand) != [Part::Client]
}

/// The clocks of a demand, those that ran and those that run.
///
/// # Errors
/// When the database fails.
pub async fn clocks(db: &impl Db, demand: &Demand) -> Result<Vec<Clocked>, Problem> {
    rows::clocks(db, demand).await
}

/// What whoever read an older version is told: what somebody else did meanwhile.
async fn gone_on(db: &impl Db, actor: &Actor, demand: &Demand) -> Result<Problem, Problem> {
    let last = timeline(db, actor, demand).await?.pop();
    let last = last.map_or_else(String::new, |line| {
        let who = line.unit_name.as_deref().filter(|_| line.part == Part::Unit).unwrap_or(line.part.label());
        format!("{who}（{}）已“{}”，", line.name, line.act)
    });
    let (number, state) = (&demand.number, demand.state);
    Ok(Problem::Stale(format!("诉求 {number} 刚有新的进展：{last}现在是“{state}”。请看最新内容后再操作。")))
}

/// What the actor may do to the demand now.
#[must_use]
pub fn acts(actor: &Actor, demand: &Demand, clocks: &[Clocked], now: Instant) -> Vec<DemandAct> {
    rules::acts_now(Some(&steps::standing(demand, clocks)), &steps::parts(actor, demand), now)
}

/// Raises a demand of a client within the scope.
///
/// # Errors
/// [`Problem::Invalid`] for a client out of reach, a category that is none, or a text that is empty or too long.
pub async fn raise(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    scope: &Scope<RaiseDemands>,
    new: NewDemand,
) -> Result<Demand, Problem> {
    let title = Title::parse(&new.title).map_err(|told| Problem::field("title", told))?;
    let text = Text::parse(&new.text).map_err(|told| Problem::field("text", told))?;
    let client = match registry::client(tx, scope, new.client).await {
        Err(Problem::NotFound) => {
            return Err(Problem::field("client", "没有这家企业（项目），或者不在您的服务范围内。"));
        }
        found => found?,
    };
    if client.closed_on.is_some() {
        return Err(Problem::field("client", format!("“{}”已注销或退出，不能再提交诉求。", client.name)));
    }
    let category = catalogue::category(tx, site, &new.category).await?;
    let category = category.ok_or_else(|| Problem::field("category", "没有这个问题类别，请从列表中选择。"))?;
    let number = rows::next_number(tx, client.county_id, site.hours.day(tx.now())).await?;
    let raised = Raised { number, client: &client, category: &category, title, text, channel: new.channel };
    let (demand, act, step) = steps::begin(site, actor, raised, tx.now())?;
    rows::insert_demand(tx, &demand, actor.account).await?;
    search::index(tx, &demand).await?;
    let line = told(tx, actor, &demand, &act, &step).await?;
    attachments::attach(tx, site, actor, (&demand, line, DemandAct::Raise), &new.files).await?;
    Ok(demand)
}

/// Does something to a demand.
///
/// # Errors
/// What the rules refuse; [`Problem::Stale`] when somebody changed it since it was read; [`Problem::Invalid`] for a unit
/// that cannot be dispatched to.
pub async fn act(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    mut demand: Demand,
    act: &Act,
    files: &[FileId],
) -> Result<Demand, Problem> {
    let clocks = rows::clocks(tx, &demand).await?;
    let before = steps::standing(&demand, &clocks);
    let step = rules::decide(&site.time(), Some(&before), &steps::parts(actor, &demand), act, tx.now())?;
    let dispatched_to = match act {
        Act::Dispatch { unit, .. } => {
            let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
            Some(org::open_unit(tx, &consulted, *unit).await?.name)
        }
        _ => None,
    };
    let handled_by = demand.lead_unit_name.clone();
    steps::follow(&mut demand, act, &step, dispatched_to, tx.now());
    rows::save(tx, &demand).await?;
    demand.version += 1;
    let as_told = steps::as_told(&demand, handled_by);
    let line = told(tx, actor, &as_told, act, &step).await?;
    attachments::attach(tx, site, actor, (&demand, line, act.kind()), files).await?;
    Ok(demand)
}

/// Keeps what a step brought about: clocks, timeline, audit, outbox. Gives the line of the timeline.
async fn told(tx: &Tx, actor: &Actor, demand: &Demand, act: &Act, step: &Step) -> Result<EventId, Problem> {
    for stopped in &step.stopped {
        rows::stop_clock(tx, demand, stopped).await?;
    }
    if let Some(moved) = &step.moved {
        rows::move_clock(tx, demand, moved).await?;
    }
    rows::insert_begun(tx, demand, &step.started).await?;
    let event = EventId::mint(tx.now());
    let line = rows::event_row(event, actor, demand, act, step.acted_as, tx.now());
    rows::insert_events(tx, vec![line]).await?;
    let name = format!("demand.{}", act.kind().code());
    audit::record(tx, &Deed::of(actor, &name, "demand", demand.id.0, demand.county_id), act).await?;
    tx.emit(demand.county_id, &DemandMoved::by(actor, demand, act)).await?;
    Ok(event)
}
