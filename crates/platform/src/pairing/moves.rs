//! That pairings of some clients began or ended, for whoever reckons by them.

use kernel::id::ClientId;
use kernel::{AreaCode, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Topic, Tx};

/// How many clients one event names.
const AT_ONCE: usize = 500;

/// Pairings of these clients began or ended, or will. Told through the outbox, in the clients' county.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PairingsMoved {
    /// Of which clients.
    pub clients: Vec<ClientId>,
}

impl Topic for PairingsMoved {
    const NAME: &'static str = "pairings.moved";
}

/// Tells that pairings of these clients began or ended, county by county.
///
/// # Errors
/// When the database fails.
pub async fn moved(tx: &Tx, clients: &[(ClientId, AreaCode)]) -> Result<(), Problem> {
    let mut counties: BTreeMap<AreaCode, Vec<ClientId>> = BTreeMap::new();
    for (client, county) in clients {
        counties.entry(*county).or_default().push(*client);
    }
    for (county, clients) in counties {
        for some in clients.chunks(AT_ONCE) {
            tx.emit(county, &PairingsMoved { clients: some.to_vec() }).await?;
        }
    }
    Ok(())
}
