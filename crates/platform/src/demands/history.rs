//! Lives of demands that lie behind us, written down at once: what a demo city begins with, or what another system hands
//! over.
//!
//! Every step is decided by the same rules and makes the same rows as if people had taken it then. Two things are left
//! out, because nobody is to hear of the past as if it were news: the outbox, and an audit line per act. Whoever writes
//! a history down records that in one line of their own.

use super::DemandMoved;
use super::rows::{self, Clock, Demand};
use super::search;
use super::steps::{self, Names, Raised};
use crate::Site;
use crate::catalogue::Category;
use crate::registry::Client;
use kernel::id::{AccountId, EventId, UnitId};
use kernel::words::{Channel, Urgency};
use kernel::{Actor, AreaCode, Day, Instant, Problem};
use rules::act::{Act, Text, Title};
use rules::{Standing, Step, Terms};
use std::collections::BTreeMap;
use store::{Row, Tx};

/// A demand with all that happened to it so far, not yet written.
#[derive(Debug)]
pub struct History {
    /// The demand as it stands now.
    pub demand: Demand,
    standing: Standing,
    names: Names,
    clocks: Vec<Clock>,
    events: Vec<Row>,
    ratings: Vec<Row>,
    /// The parts of units of former rounds.
    shares: Vec<Row>,
    raised_by: AccountId,
}

impl History {
    /// It begins with its raising by `actor`. `number` is the county's next of that day.
    ///
    /// # Errors
    /// What the rules refuse.
    pub fn begin(
        site: &Site,
        actor: &Actor,
        (client, category): (&Client, &Category),
        (number, channel): (String, Option<Channel>),
        (title, text): (Title, Text),
        at: Instant,
    ) -> Result<Self, Problem> {
        let terms = Terms { limits: site.limits, approval: site.approval };
        let channel = steps::channel(actor, client.id, channel);
        let (sealed, urgency, split_from) = (false, Urgency::Ordinary, None);
        let raised = Raised { number, client, category, title, text, channel, sealed, urgency, terms, split_from };
        let (demand, act, step) = steps::begin(site, actor, raised, at)?;
        let standing = step.standing.clone();
        let (clocks, events) = (Vec::with_capacity(6), Vec::with_capacity(8));
        let (names, ratings, shares) = (Names::new(), Vec::new(), Vec::new());
        let raised_by = actor.account;
        let mut history = Self { demand, standing, names, clocks, events, ratings, shares, raised_by };
        history.tell(actor, (&act, &step), None, at)?;
        Ok(history)
    }

    /// Whose it is is kept from those who serve.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.demand.sealed = true;
        self
    }

    /// It goes on with this act of `actor`; `units` names those that the act names. Gives what others would hear of it.
    ///
    /// # Errors
    /// What the rules refuse.
    pub fn go_on(
        &mut self,
        site: &Site,
        actor: &Actor,
        act: &Act,
        units: &[(UnitId, &str)],
        at: Instant,
    ) -> Result<DemandMoved, Problem> {
        self.names.extend(units.iter().map(|(unit, name)| (*unit, (*name).to_owned())));
        let doer = steps::doer(actor, &self.demand, Some(&self.standing));
        let step = rules::decide(&site.time(), Some(&self.standing), &doer, act, at)?;
        let was = self.demand.clone();
        if step.standing.round > self.standing.round {
            self.shares.extend(rows::task_rows(&self.demand, &self.standing, &self.names));
        }
        steps::follow(&mut self.demand, (&self.standing, act), &step, &self.names);
        self.demand.version += 1;
        let concerned = steps::concerned((&was, &self.demand), act, &step, &self.names);
        self.tell(actor, (act, &step), concerned.clone(), at)?;
        self.standing = step.standing;
        Ok(DemandMoved::by(actor, &self.demand, act, concerned))
    }

    fn tell(
        &mut self,
        actor: &Actor,
        (act, step): (&Act, &Step),
        concerned: Option<(UnitId, String)>,
        at: Instant,
    ) -> Result<(), Problem> {
        for stopped in &step.stopped {
            for clock in self.clocks.iter_mut().filter(|clock| clock.runs(&stopped.clock)) {
                clock.running = stopped.clock.clone();
                clock.stopped = Some((stopped.stopped_at, stopped.verdict));
            }
        }
        for moved in &step.moved {
            let running = self.clocks.iter_mut().filter(|clock| clock.runs(moved));
            running.for_each(|clock| clock.running = moved.clone());
        }
        self.clocks.extend(step.started.iter().map(|started| Clock::begun(started, &self.names)));
        self.ratings.extend(rows::rating_row(actor, &self.demand, act, step.acted_as, at));
        self.events.push(rows::event_row((EventId::mint(at), actor), &self.demand, (act, step), concerned, at)?);
        Ok(())
    }
}

/// Writes histories down. Their numbers must be new; counters are set with [`count_on`](super::count_on).
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn write_down(tx: &Tx, mut histories: Vec<History>) -> Result<(), Problem> {
    let demands: Vec<_> = histories.iter().map(|it| (&it.demand, &it.standing, it.raised_by)).collect();
    rows::insert_demands(tx, &demands).await?;
    search::index_many(tx, demands.iter().map(|(demand, ..)| *demand)).await?;
    let clocks = histories.iter().flat_map(|history| history.clocks.iter().map(|clock| (&history.demand, clock)));
    let clocks: Vec<_> = clocks.collect();
    rows::insert_clocks(tx, &clocks).await?;
    let mut shares = Vec::new();
    for history in &mut histories {
        shares.append(&mut history.shares);
        shares.extend(rows::task_rows(&history.demand, &history.standing, &history.names));
    }
    rows::insert_tasks(tx, shares).await?;
    rows::insert_ratings(tx, histories.iter_mut().flat_map(|history| std::mem::take(&mut history.ratings)).collect())
        .await?;
    rows::insert_events(tx, histories.into_iter().flat_map(|history| history.events).collect()).await
}

/// Lets the counters of counties and days go on after the last number that a history has used.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn count_on(tx: &Tx, last: &BTreeMap<(AreaCode, Day), i64>) -> Result<(), Problem> {
    rows::insert_counters(tx, last).await
}
