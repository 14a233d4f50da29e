//! Reading and writing pairings by the hundred.

use super::super::Pairing;
use super::super::rows::PAIRING;
use crate::many::among;
use kernel::Problem;
use kernel::id::ClientId;
use store::Db;

/// Everything that these clients' pairings are and were.
pub async fn of_clients(db: &impl Db, clients: &[ClientId]) -> Result<Vec<Pairing>, Problem> {
    among(db, clients, |list| format!("{PAIRING} WHERE pairing.client_id IN ({list}) ORDER BY pairing.from_day")).await
}
