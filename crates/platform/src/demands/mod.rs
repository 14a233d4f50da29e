//! Demands: what a client asks for, from its raising to its answer, round after round.
//!
//! `rules` decides every step; here the rows are read, the step is saved, and in the same transaction it is told to the
//! timeline, the audit trail and the outbox. Whoever holds a demand, and until when, can be read off its row.

mod alike;
mod answers;
mod api;
mod attachments;
mod discreet;
mod doing;
mod earlier;
mod history;
mod line;
mod listing;
mod look;
mod many;
mod news;
mod origin;
mod pages;
mod raising;
mod rows;
mod said;
mod saved;
pub mod search;
mod show;
mod steps;
mod suggest;
mod timekeeper;
mod wish;

pub use crate::catalogue::{Category, add_category, categories};
pub use alike::{Alike, AlikeLine, Helped, helped};
pub use attachments::Attachment;
pub use doing::{act, raise};
pub use history::{History, count_on, write_down};
pub use line::Line;
pub use listing::{
    DemandFilter, DemandSort, Queue, Tally, demands, per_state, queued, returned, turn_of, waiting_count, within,
};
pub use news::Herald;
pub use origin::came_of;
pub use rows::{Clocked, Demand, Happened, Rated, Share, number};
pub use suggest::{Learn, Learnt, learn, learn_nightly};
pub use timekeeper::{Kept, ShownCard, cards, keep_time, settle_limits};
pub use wish::{ActWish, HelperWish};

use raising::{Group, categories as categories_as_choices, groups};

use crate::{App, Site, registry};
use kernel::id::{AccountId, ClientId, DemandId, FileId, UnitId};
use kernel::words::{Channel, DemandAct, DemandState, Part, Rating, Urgency};
use kernel::{Actor, Instant, Problem, Right, Scope};
use rules::{Act, Standing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use store::{Db, Topic};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes()
        .merge(listing::routes())
        .merge(many::routes())
        .merge(saved::routes())
        .merge(raising::routes())
        .merge(pages::routes())
        .merge(show::print_routes())
        .merge(look::routes())
        .merge(attachments::routes())
        .merge(alike::routes())
        .merge(suggest::routes())
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
    /// Whether who raised it is kept from those who serve (匿名交办).
    #[serde(default)]
    pub sealed: bool,
    /// How much haste it has; ordinary unless a desk says otherwise.
    pub urgency: Option<Urgency>,
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
    /// Where the demand stands now.
    pub state: DemandState,
}

impl Topic for DemandMoved {
    const NAME: &'static str = "demand.moved";
}

impl DemandMoved {
    /// What the actor did to the demand, and the unit that is concerned.
    fn by(actor: &Actor, demand: &Demand, act: &Act, concerned: Option<(UnitId, String)>) -> Self {
        let rating = match act {
            Act::Confirm { rating, .. } | Act::Rate { rating, .. } => Some(*rating),
            _ => None,
        };
        let (unit, unit_name) = concerned.unzip();
        Self { demand: demand.id, act: act.kind(), by: actor.account, unit, unit_name, rating, state: demand.state }
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
    if is_client_alone(actor, demand) {
        answers::keep_back(&mut lines);
    }
    discreet::told(&mut lines, actor, demand, &discreet::opened(db, actor, demand).await?);
    Ok(lines)
}

/// Whether the actor may read what was said with an act: what passes between units and desk is not for the client.
fn reads_within(actor: &Actor, demand: &Demand, act: DemandAct) -> bool {
    !rules::is_internal(act) || !is_client_alone(actor, demand)
}

/// Whether the actor has to do with a demand as its client and as nobody else.
fn is_client_alone(actor: &Actor, demand: &Demand) -> bool {
    steps::doer(actor, demand, None).parts == [Part::Client]
}

/// The clocks of a demand, those that ran and those that run.
///
/// # Errors
/// When the database fails.
pub async fn clocks(db: &impl Db, demand: &Demand) -> Result<Vec<Clocked>, Problem> {
    let mut clocks = rows::clocks(db, demand).await?;
    clocks.sort_by_key(|clock| (clock.started_at, clock.kind));
    Ok(clocks)
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

/// Where a demand stands, as the rules read it.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &impl Db, demand: &Demand) -> Result<Standing, Problem> {
    rows::standing(db, demand).await
}

/// The parts of units in this round of a demand, the lead first.
///
/// # Errors
/// When the database fails.
pub async fn shares(db: &impl Db, demand: &Demand) -> Result<Vec<Share>, Problem> {
    rows::shares(db, demand).await
}

/// What the client has said of how it was served, the first first: that one counts.
///
/// # Errors
/// When the database fails.
pub async fn ratings(db: &impl Db, actor: &Actor, demand: &Demand) -> Result<Vec<Rated>, Problem> {
    let mut ratings = rows::ratings(db, demand).await?;
    discreet::rated(&mut ratings, actor, demand, &discreet::opened(db, actor, demand).await?);
    Ok(ratings)
}

/// What the actor may do to the demand now.
#[must_use]
pub fn acts(site: &Site, actor: &Actor, demand: &Demand, standing: &Standing, now: Instant) -> Vec<DemandAct> {
    let doer = steps::doer(actor, demand, Some(standing));
    rules::acts_now(&site.time(), Some(standing), &doer, now)
}

/// Where the history of a demand leads, decided anew act by act: the same as where it stands, or something was changed
/// behind the rules' back.
///
/// # Errors
/// When the database fails, or the rules refuse an act that was taken.
pub async fn replayed(db: &impl Db, site: &Site, demand: &Demand) -> Result<Option<Standing>, Problem> {
    let taken = rows::taken(db, demand).await?;
    Ok(rules::replay(&site.time(), &taken)?)
}
