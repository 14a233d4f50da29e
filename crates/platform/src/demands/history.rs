//! Lives of demands that lie behind us, written down at once: what a demo city begins with, or what another system hands
//! over.
//!
//! Every step is decided by the same rules and makes the same rows as if people had taken it then. Two things are left
//! out, because nobody is to hear of the past as if it were news: the outbox, and an audit line per act. Whoever writes
//! a history down records that in one line of their own.

use super::Category;
use super::DemandMoved;
use super::rows::{self, Clock, Demand};
use super::search;
use super::steps::{self, Raised};
use crate::Site;
use crate::registry::Client;
use kernel::id::{AccountId, EventId};
use kernel::words::Channel;
use kernel::{Actor, AreaCode, Day, Instant, Problem};
use rules::act::{Act, Text, Title};
use rules::{Standing, Step};
use std::collections::BTreeMap;
use store::{Row, Tx};

/// A demand with all that happened to it so far, not yet written.
#[derive(Debug)]
pub struct History {
    /// The demand as it stands now.
    pub demand: Demand,
    standing: Standing,
    clocks: Vec<Clock>,
    events: Vec<Row>,
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
        let raised = Raised { number, client, category, title, text, channel };
        let (demand, act, step) = steps::begin(site, actor, raised, at)?;
        let standing = step.standing.clone();
        let (clocks, events) = (Vec::with_capacity(6), Vec::with_capacity(8));
        let mut history = Self { demand, standing, clocks, events, raised_by: actor.account };
        history.tell(actor, &history.demand.clone(), &act, &step, at);
        Ok(history)
    }

    /// It goes on with this act of `actor`; for a dispatch `unit` is the name of whom it goes to. Gives what others would
    /// hear of it.
    ///
    /// # Errors
    /// What the rules refuse.
    pub fn go_on(
        &mut self,
        site: &Site,
        actor: &Actor,
        act: &Act,
        unit: Option<&str>,
        at: Instant,
    ) -> Result<DemandMoved, Problem> {
        let parts = steps::parts(actor, &self.demand);
        let step = rules::decide(&site.time(), Some(&self.standing), &parts, act, at)?;
        let held_by = self.demand.lead_unit_name.clone();
        steps::follow(&mut self.demand, act, &step, unit.map(str::to_owned), at);
        self.demand.version += 1;
        let told = steps::as_told(&self.demand, held_by);
        self.tell(actor, &told, act, &step, at);
        self.standing = step.standing;
        Ok(DemandMoved::by(actor, &told, act))
    }

    fn tell(&mut self, actor: &Actor, demand: &Demand, act: &Act, step: &Step, at: Instant) {
        for stopped in &step.stopped {
            let running = self.clocks.iter_mut().filter(|clock| clock.runs(stopped.clock.kind));
            running.for_each(|clock| clock.stopped = Some((stopped.stopped_at, stopped.verdict)));
        }
        if let Some(moved) = &step.moved {
            let running = self.clocks.iter_mut().filter(|clock| clock.runs(moved.kind));
            running.for_each(|clock| clock.running.due = moved.due);
        }
        self.clocks.extend(step.started.iter().map(|started| Clock::begun(demand, started)));
        self.events.push(rows::event_row(EventId::mint(at), actor, demand, act, step.acted_as, at));
    }
}

/// Writes histories down. Their numbers must be new; counters are set with [`count_on`](super::count_on).
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn write_down(tx: &Tx, histories: Vec<History>) -> Result<(), Problem> {
    let demands: Vec<_> = histories.iter().map(|history| (&history.demand, history.raised_by)).collect();
    rows::insert_demands(tx, &demands).await?;
    search::index_many(tx, demands.iter().map(|(demand, _)| *demand)).await?;
    let clocks = histories.iter().flat_map(|history| history.clocks.iter().map(|clock| (&history.demand, clock)));
    let clocks: Vec<_> = clocks.collect();
    rows::insert_clocks(tx, &clocks).await?;
    rows::insert_events(tx, histories.into_iter().flat_map(|history| history.events).collect()).await
}

/// Lets the counters of counties and days go on after the last number that a history has used.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn count_on(tx: &Tx, last: &BTreeMap<(AreaCode, Day), i64>) -> Result<(), Problem> {
    rows::insert_counters(tx, last).await
}
