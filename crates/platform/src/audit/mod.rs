//! Who did what, when: written in the transaction that did it, and sealed soon after.
//!
//! A row is never changed. Sealing gives committed rows an order and chains them: the seal of a row is the hash of
//! the seal before it and of the row. Rows are sealed by one job and not while they are written, so that writers do not
//! queue for the chain; a row younger than the last sealing is protected by the database alone.

mod rows;
mod seal;

pub use seal::{Broken, seal, verify};

use kernel::id::AccountId;
use kernel::{Actor, AreaCode, BugExt, Problem};
use serde::Serialize;
use store::Tx;
use uuid::Uuid;

/// Something that was done.
#[derive(Debug)]
pub struct Deed<'a> {
    /// The account that did it; `None` when nobody was signed in, as in a failed login.
    pub account: Option<AccountId>,
    /// The name of its holder, as it was that day.
    pub name: &'a str,
    /// What was done, such as `demand.accept`.
    pub act: &'a str,
    /// The kind of thing it was done to, such as `demand`.
    pub subject: &'a str,
    /// Which one.
    pub subject_id: Option<Uuid>,
    /// The county whose row it is.
    pub county: AreaCode,
}

impl<'a> Deed<'a> {
    /// A deed of a signed-in person.
    #[must_use]
    pub fn of(actor: &'a Actor, act: &'a str, subject: &'a str, subject_id: Uuid, county: AreaCode) -> Self {
        Self { account: Some(actor.account), name: &actor.name, act, subject, subject_id: Some(subject_id), county }
    }
}

/// Records a deed with its particulars, in the transaction that does it.
///
/// # Errors
/// When the database refuses the row: then the deed is not done either.
pub async fn record(tx: &Tx, deed: &Deed<'_>, detail: &impl Serialize) -> Result<(), Problem> {
    let detail = serde_json::to_value(detail).bug("writing an audit detail")?;
    rows::insert(tx, deed, detail).await
}
