//! Keeps the days right when pairings and clients move, and each morning for what days alone bring about.

use super::{reckon, reminders, rows};
use crate::org::OfficialMoved;
use crate::pairing::PairingsMoved;
use crate::registry::{ClientClosed, ClientMoved};
use crate::{App, Site};
use kernel::Problem;
use kernel::id::ClientId;
use store::{Envelope, Subscriber, Tx};

/// How many clients are reckoned in one transaction.
const AT_ONCE: i64 = 300;
/// How many transactions of that at a time; the rest comes a minute later.
const TIMES: usize = 40;

/// What was seen to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Clients whose day was reckoned anew.
    pub reckoned: usize,
    /// Commissioners who were reminded.
    pub reminded: usize,
}

/// Reckons anew the days of clients whose pairing, place or commissioner's unit changed.
#[derive(Debug)]
pub struct Keeper<'a>(pub &'a Site);

impl Subscriber for Keeper<'_> {
    const NAME: &'static str = "contacts.rhythm";

    async fn hear(&self, tx: &Tx, event: &Envelope) -> Result<(), Problem> {
        let clients: Vec<ClientId> = if let Some(moved) = event.open::<PairingsMoved>()? {
            moved.clients
        } else if let Some(closed) = event.open::<ClientClosed>()? {
            vec![closed.client]
        } else if let Some(moved) = event.open::<ClientMoved>()? {
            vec![moved.client]
        } else if let Some(moved) = event.open::<OfficialMoved>()? {
            rows::of_official(tx, moved.official).await?
        } else {
            return Ok(());
        };
        reckon(tx, self.0, &clients).await
    }
}

/// Sees to what days bring about: pairings that begin or end, planned days that pass, quiet days that are declared; and reminds
/// commissioners, gently, in business hours alone.
///
/// # Errors
/// When the database fails; what was seen to until then stays.
pub async fn keep_time(app: &App) -> Result<Kept, Problem> {
    let today = app.today();
    let mut kept = Kept::default();
    for _ in 0..TIMES {
        let clients = rows::stale(&app.store, today, AT_ONCE).await?;
        if clients.is_empty() {
            break;
        }
        let tx = app.store.begin().await?;
        reckon(&tx, &app.site, &clients).await?;
        tx.commit().await?;
        kept.reckoned += clients.len();
    }
    kept.reminded = reminders::remind(app).await?;
    Ok(kept)
}

/// Reckons the days of these clients: for who loads a world at once.
///
/// # Errors
/// When the database fails.
pub async fn settle(tx: &Tx, site: &Site, clients: &[ClientId]) -> Result<(), Problem> {
    for some in clients.chunks(300) {
        reckon(tx, site, some).await?;
    }
    Ok(())
}
