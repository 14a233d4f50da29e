//! Whence a demand came, when a contact with the client produced it: both lead to each other.

mod rows;

use super::Demand;
use kernel::Problem;
use kernel::id::ContactId;
use store::{Db, Tx};

/// Keeps that a demand, just raised, came of a contact with its client.
///
/// # Errors
/// When the database fails.
pub async fn came_of(tx: &Tx, demand: &Demand, contact: ContactId) -> Result<(), Problem> {
    rows::came_of(tx, demand, contact).await
}

/// The contact that a demand came of.
///
/// # Errors
/// When the database fails.
pub async fn contact_of(db: &impl Db, demand: &Demand) -> Result<Option<ContactId>, Problem> {
    rows::contact_of(db, demand).await
}
