//! The pulse of a node: every two seconds it looks whether something happened anywhere, lets the subscribers of the outbox hear
//! it, and wakes the pages that are open on this node. Between nodes there is only the database.

use crate::demands::Herald;
use crate::{App, contacts, pairing, rounds};
use kernel::Problem;
use kernel::id::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Store, Subscriber};
use tokio::sync::watch;

/// How many pages may listen on one node, and how many of one account.
const SEATS: usize = 4000;
const SEATS_OF_ONE: usize = 5;
/// How many events are heard in one transaction.
const AT_ONCE: i64 = 200;

/// What a page that listens is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beat {
    /// The last event there is.
    pub seq: i64,
    /// Whether this node is about to stop.
    pub stopping: bool,
}

/// Wakes the pages that are open on this node. Cheap to clone: it is one for the node.
#[derive(Debug, Clone, Default)]
pub struct Pulse {
    beats: Arc<watch::Sender<Beat>>,
    seats: Arc<Mutex<HashMap<AccountId, usize>>>,
}

/// A page that listens; its place is free again when it is gone.
#[derive(Debug)]
pub struct Seat {
    /// What there is to hear.
    pub beats: watch::Receiver<Beat>,
    account: AccountId,
    pulse: Pulse,
}

impl Pulse {
    /// Lets a page of `account` listen; none when there are too many already, and it does without.
    #[must_use]
    pub fn seat(&self, account: AccountId) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let taken: usize = seats.values().sum();
        let own = seats.entry(account).or_default();
        if taken >= SEATS || *own >= SEATS_OF_ONE {
            return None;
        }
        *own += 1;
        Some(Seat { beats: self.beats.subscribe(), account, pulse: self.clone() })
    }

    /// Lets go of every page that listens, because this node stops.
    pub fn stop(&self) {
        self.beats.send_modify(|beat| beat.stopping = true);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.pulse.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = seats.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                seats.remove(&self.account);
            }
        }
    }
}

/// One beat: who is behind hears what happened; then the open pages are woken, if there is anything new.
///
/// # Errors
/// When the database or a subscriber fails: the next beat tries again.
pub async fn beat(app: &App) -> Result<(), Problem> {
    catch_up(&app.store, &Herald(&app.site)).await?;
    catch_up(&app.store, &pairing::Steward(&app.site)).await?;
    catch_up(&app.store, &pairing::Herald(&app.site)).await?;
    catch_up(&app.store, &rounds::Herald(&app.site)).await?;
    catch_up(&app.store, &contacts::Herald(&app.site)).await?;
    catch_up(&app.store, &contacts::cadence::Keeper(&app.site)).await?;
    let seq = app.store.last_event().await?;
    app.pulse.beats.send_if_modified(|beat| std::mem::replace(&mut beat.seq, seq) != seq);
    Ok(())
}

async fn catch_up(store: &Store, subscriber: &impl Subscriber) -> Result<(), Problem> {
    if behind(store, subscriber).await? {
        while store.deliver(subscriber, AT_ONCE).await? > 0 {}
    }
    Ok(())
}

async fn behind<S: Subscriber>(store: &Store, _: &S) -> Result<bool, Problem> {
    store.behind::<S>().await
}
