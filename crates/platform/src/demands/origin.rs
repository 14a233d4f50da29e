//! Whence a demand came, when a contact with the client produced it: both lead to each other.

use super::Demand;
use kernel::Problem;
use kernel::id::ContactId;
use store::{Sql, Tx};

/// Keeps that a demand, just raised, came of a contact with its client.
///
/// # Errors
/// When the database fails.
pub async fn came_of(tx: &Tx, demand: &Demand, contact: ContactId) -> Result<(), Problem> {
    let sql = "UPDATE demand SET contact_id = $3 WHERE id = $1 AND county_id = $2";
    tx.run(Sql::text(sql).bind(demand.id).bind(demand.county_id).bind(contact)).await.map(drop)
}
