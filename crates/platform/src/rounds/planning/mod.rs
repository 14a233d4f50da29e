//! Planning a round: everything is read, solved away from the threads that others wait for, explained, and saved in one
//! transaction, unless what was read has changed meanwhile.
//!
//! How far it is stands in the database, for whichever node is asked. Whoever planned and is gone leaves a draft behind.

mod adjusting;
mod changed;
mod grounds;
mod outcome;
mod reads;
mod rows;

pub use adjusting::{CurvePoint, Touched};
use grounds::Called;
pub use grounds::{Gap, Grounds, Remedy};
pub use outcome::Counts;
pub use reads::{Reads, ground};

use super::rows::{Planned, Round, Told};
use super::{deed, own_round};
use crate::App;
use crate::audit;
use crate::behind::behind;
use crate::org;
use crate::pairing::rules;
use ::pairing::city::{self, Refused};
use kernel::authz::WritePairings;
use kernel::id::{ClientId, OfficialId, RoundId};
use kernel::words::{RoundKind, RoundState};
use kernel::{Actor, BugExt, Problem, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::Tx;
use tokio::task::JoinHandle;

/// How often a sign of life is given.
const RHYTHM: Duration = Duration::from_secs(1);

/// What happens to what was chosen by hand when a round is planned anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RoundHand")]
pub enum Hand {
    /// It is kept, and the plan made around it.
    #[default]
    Kept,
    /// It is forgotten.
    Dropped,
}

/// How a round is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct How {
    /// What happens to what was chosen by hand.
    pub hand: Hand,
    /// Of an adjustment: which point of the curve; the one with the fewest changes when left out.
    pub point: Option<usize>,
}

/// What planning is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reading officials, clients, pairings.
    Read,
    /// Solving.
    Solve,
    /// Writing the reasons.
    Explain,
    /// Saving.
    Save,
}

impl Step {
    /// In their order.
    pub const ALL: [Self; 4] = [Self::Read, Self::Solve, Self::Explain, Self::Save];

    /// As the page says it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Read => "读取企业、项目、干部和现有联系包靠",
            Self::Solve => "求解最优方案",
            Self::Explain => "逐对写出说明",
            Self::Save => "核对有无变化并保存",
        }
    }
}

/// Whoever is told of each step before it begins.
pub trait Watcher: Send + Sync {
    /// The step begins.
    fn turns(&self, step: Step) -> impl Future<Output = ()> + Send;
}

/// Nobody watches: how far it is stands in the round.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watcher for Unwatched {
    async fn turns(&self, _: Step) {}
}

/// What planning is at, for the sign of life.
#[derive(Debug)]
struct Progress<'a, W> {
    step: AtomicUsize,
    watcher: &'a W,
}

impl<W: Watcher> Progress<'_, W> {
    async fn turn(&self, step: Step) {
        self.step.store(step as usize, Ordering::Relaxed);
        self.watcher.turns(step).await;
    }

    fn step(&self) -> Step {
        Step::ALL[self.step.load(Ordering::Relaxed).min(Step::ALL.len() - 1)]
    }
}

/// Plans a round and waits for it.
///
/// # Errors
/// [`Problem::Conflict`] when the round is too far, when the rules make no plan, or when what was read changed meanwhile: then
/// nothing is saved, and the round is a draft that tells why. [`Problem::Stale`] when `version` is not the present one.
pub async fn plan(
    app: &App,
    actor: &Actor,
    scope: &Scope<WritePairings>,
    (id, version): (RoundId, Option<i64>),
    how: How,
    watcher: &impl Watcher,
) -> Result<Planned, Problem> {
    let tx = app.store.begin().await?;
    let round = take(app, &tx, actor, scope, (id, version)).await?;
    tx.commit().await?;
    carried(app, scope, &round, how, watcher).await
}

/// Begins to plan a round; the handle ends when it is planned, or has told why not.
///
/// # Errors
/// As [`plan`], as far as it can be said at once.
pub async fn begin(
    app: &App,
    actor: &Actor,
    scope: &Scope<WritePairings>,
    asked: (RoundId, Option<i64>),
    how: How,
) -> Result<JoinHandle<()>, Problem> {
    let tx = app.store.begin().await?;
    let round = take(app, &tx, actor, scope, asked).await?;
    tx.commit().await?;
    Ok(go_on(app, scope, round, how))
}

/// Goes on with a round that was taken, behind whoever asked.
pub fn go_on(app: &App, scope: &Scope<WritePairings>, round: Round, how: How) -> JoinHandle<()> {
    let (app, scope) = (app.clone(), scope.clone());
    tokio::spawn(async move {
        // Why it failed stands in the round.
        let _ = carried(&app, &scope, &round, how, &Unwatched).await;
    })
}

/// Waits for work that goes on behind, but not longer than `patience`.
///
/// # Errors
/// A bug when the work broke down.
pub async fn wait(work: JoinHandle<()>, patience: Duration) -> Result<(), Problem> {
    match tokio::time::timeout(patience, work).await {
        Ok(ended) => ended.bug("planning a round"),
        Err(_) => Ok(()),
    }
}

/// Takes the round for planning: nobody else changes it from here on.
///
/// # Errors
/// As [`plan`].
pub async fn take(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WritePairings>,
    (id, version): (RoundId, Option<i64>),
) -> Result<Round, Problem> {
    let round = own_round(app, tx, scope, id).await?;
    if let Some(version) = version {
        round.read_as(version)?;
    }
    round.stands(&[RoundState::Draft, RoundState::Review], "规划")?;
    if round.first_day < app.today() {
        let first = crate::app::say_day(round.first_day);
        return Err(Problem::Conflict(format!("开始日期 {first}已经过去，请先修改开始日期。")));
    }
    rows::begin(tx, &round).await?;
    audit::record(tx, &deed(actor, "round.plan", &round), &json!({ "name": round.name, "rules": round.rules })).await?;
    Ok(Round { version: round.version + 1, state: RoundState::Planning, ..round })
}

async fn carried(
    app: &App,
    scope: &Scope<WritePairings>,
    round: &Round,
    how: How,
    watcher: &impl Watcher,
) -> Result<Planned, Problem> {
    let progress = Progress { step: AtomicUsize::new(0), watcher };
    let work = carry(app, scope, round, how, &progress);
    tokio::pin!(work);
    let mut rhythm = tokio::time::interval_at(tokio::time::Instant::now() + RHYTHM, RHYTHM);
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            _ = rhythm.tick() => {
                // While saving, the transaction is open: a second one would wait for it, and it for us.
                if progress.step() != Step::Save
                    && let Err(problem) = rows::advance(&app.store, round, progress.step().label()).await
                {
                    tracing::warn!(round = %round.id, %problem, "a sign of life was not noted");
                }
            }
        }
    };
    if let Err(problem) = &done {
        give_up(app, round, problem).await;
    }
    done
}

/// Nothing was saved; says why.
async fn give_up(app: &App, round: &Round, problem: &Problem) {
    if let Problem::Bug { .. } = problem {
        tracing::error!(round = %round.id, %problem, "planning a round failed");
    }
    let told = Told { message: Some(problem.detail()), ..Told::default() };
    let noted = async {
        let tx = app.store.begin().await?;
        rows::clear(&tx, round).await?;
        rows::settle(&tx, round, RoundState::Draft, 0, json!(told)).await?;
        tx.commit().await
    };
    match noted.await {
        // Somebody else has the round by now.
        Ok(()) | Err(Problem::Stale(_)) => {}
        Err(problem) => tracing::error!(round = %round.id, %problem, "noting that planning failed"),
    }
}

async fn carry(
    app: &App,
    scope: &Scope<WritePairings>,
    round: &Round,
    how: How,
    progress: &Progress<'_, impl Watcher>,
) -> Result<Planned, Problem> {
    let began = app.now();
    progress.turn(Step::Read).await;
    let reads = Reads::of(app, &app.store, scope, round).await?;
    let rules = rules::version(&app.store, &app.site, round.rules).await?.rules;
    let chosen: HashMap<ClientId, OfficialId> = match how.hand {
        Hand::Kept => {
            let rows = rows::chosen(&app.store, round).await?;
            rows.into_iter().map(|row| (row.client_id, row.official_id)).collect()
        }
        Hand::Dropped => HashMap::new(),
    };
    let city = reads.city(rules, &chosen)?;
    progress.turn(Step::Solve).await;
    let touched = (round.kind == RoundKind::Adjustment).then(|| adjusting::touched(&reads, &city));
    let clients: Option<Vec<usize>> = touched.as_ref().map(|all| all.iter().map(|one| one.client).collect());
    let solved = behind("planning a round", move || {
        let solved = match clients {
            None => city::plan(&city).map(|plan| (plan, Vec::new(), 0)),
            Some(touched) => adjusting::solve(&city, &touched, how.point),
        };
        (city, solved)
    });
    let (city, solved) = solved.await?;
    let (plan, points, point) = solved.map_err(|refused| said(&reads, &refused))?;
    progress.turn(Step::Explain).await;
    let mut places = outcome::places(&reads, &plan, &chosen);
    let areas = org::areas_within(&app.store, scope).await?.into_iter().map(|area| (area.id, area.name)).collect();
    let explained = behind("explaining a round", move || {
        let gaps = grounds::explain(&city, &plan, &Called { reads: &reads, areas: &areas }, &mut places);
        (reads, city, plan, places, gaps)
    });
    let (reads, city, plan, places, gaps) = explained.await?;
    progress.turn(Step::Save).await;
    rows::advance(&app.store, round, Step::Save.label()).await?;
    let titles = rows::titles(&app.store).await?;
    let titles = titles.into_iter().map(|row| (row.official_id, row.title)).collect();
    let tx = app.store.begin().await?;
    let now = Reads::of(app, &tx, scope, round).await?;
    let changes = changed::changes(&reads, &now);
    if !changes.is_empty() {
        return Err(Problem::Conflict(format!("规划期间发生变化：{}。没有保存，请重新规划。", changes.join("；"))));
    }
    rows::clear(&tx, round).await?;
    let planned = Planned {
        clients: reads.clients.len(),
        officials: reads.officials.len(),
        left_out: city.officials.iter().filter(|official| official.left_out).count(),
        barred: city.bars.len(),
        unwanted: reads.against.clients.len(),
        cost: plan.cost,
        choices: plan.choices,
        milliseconds: (tx.now() - began).num_milliseconds(),
    };
    outcome::save(&tx, round, (&reads, &city), &titles, places).await?;
    let touched = touched.unwrap_or_default();
    let told = Told {
        message: None,
        planned: Some(planned.clone()),
        gaps,
        points,
        point,
        touched_count: touched.len(),
        touched: adjusting::named(&reads, touched),
    };
    rows::settle(&tx, round, RoundState::Review, plan.cost.total(), json!(told)).await?;
    tx.commit().await?;
    Ok(planned)
}

/// Why there is no plan, with the names of whom it is about.
fn said(reads: &Reads, refused: &Refused) -> Problem {
    let Refused::Fixed(wrong) = refused else { return Problem::Conflict(format!("{refused}。")) };
    let named = wrong.iter().take(3).map(|(client, reason)| format!("“{}”：{reason}", reads.clients[*client].name));
    let named = named.collect::<Vec<_>>().join("；");
    Problem::Conflict(format!("{refused}。{named}。"))
}
