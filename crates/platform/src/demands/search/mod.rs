//! Search: any word of a demand's title, text, answers, client, number or category finds it, the newest first, within what
//! the reader may see. Of what was said later only answers are looked into that everybody may read who reads the demand.
//!
//! The index is two tables. `search_term` tells, per slice of time, in which seconds a demand was raised that holds a term;
//! `search_fresh` names the demands that it does not hold yet as they are. A demand enters `search_fresh` in the transaction
//! that writes it and leaves it in the one that takes it into the index, so that between the two tables nothing is ever
//! missed. What the index proposes is read through the reader's scope and looked at, word by word, before it is shown:
//! the index decides how fast a row is found, never whether somebody may see it.
//!
//! Slices are searched from the newest on, so that a common word is found in the first, and a rare one costs a few keys a
//! slice, however many demands there are.

mod find;
mod places;
mod rows;
mod terms;
mod words;

pub(super) use find::find;
pub use words::{Piece, Words};

use super::Demand;
use kernel::words::DemandAct;
use kernel::{AreaCode, Problem};
use rows::Fresh;
use std::collections::{BTreeMap, HashMap};
use store::{Store, Tx};

/// How many demands are taken into the index in one transaction while people are at work, and how many when nobody waits.
const FEW: i64 = 400;
const MANY: i64 = 10_000;

/// Lets search know of a demand that is new or whose words have changed: in the transaction that writes it.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn index(tx: &Tx, demand: &Demand) -> Result<(), Problem> {
    rows::put_fresh(tx, [demand]).await
}

/// Whether an act adds to the words by which a demand is found: an answer, or the approval that makes one of what was proposed.
pub(super) const fn adds_words(act: DemandAct) -> bool {
    matches!(act, DemandAct::Reply | DemandAct::InterimReply | DemandAct::Approve)
}

/// The same for many at once.
///
/// # Errors
/// As [`store::trouble`] says.
pub(super) async fn index_many<'a>(tx: &Tx, demands: impl IntoIterator<Item = &'a Demand>) -> Result<(), Problem> {
    rows::put_fresh(tx, demands).await
}

/// Takes into the index what it does not hold yet, a little at a time; gives how many demands that were. To be called every
/// few seconds, on any number of nodes.
///
/// # Errors
/// When the database fails.
pub async fn catch_up(store: &Store, site: AreaCode) -> Result<u64, Problem> {
    let mut all = 0;
    loop {
        let taken = take_in(store, site, FEW).await?;
        all += taken;
        if taken < FEW.unsigned_abs() {
            return Ok(all);
        }
    }
}

/// The same in large steps, for after much was written at once. Tells `progress` how many are done, after each step.
///
/// # Errors
/// When the database fails.
pub async fn catch_up_at_once(store: &Store, site: AreaCode, progress: impl Fn(u64)) -> Result<u64, Problem> {
    let mut all = 0;
    loop {
        let taken = take_in(store, site, MANY).await?;
        all += taken;
        progress(all);
        if taken < MANY.unsigned_abs() {
            return Ok(all);
        }
    }
}

/// Makes the index anew. What is searched meanwhile is found, but slowly.
///
/// # Errors
/// When the database fails; then what is left to be done goes on with [`catch_up`].
pub async fn rebuild(store: &Store, site: AreaCode, progress: impl Fn(u64)) -> Result<u64, Problem> {
    let tx = store.begin().await?;
    rows::take_turn(&tx, site).await?;
    rows::forget_all(&tx, site).await?;
    tx.commit().await?;
    catch_up_at_once(store, site, progress).await
}

/// How many demands the index does not hold yet; counted up to 100,000.
///
/// # Errors
/// When the database fails.
pub async fn behind(store: &Store) -> Result<i64, Problem> {
    rows::fresh_count(store).await
}

async fn take_in(store: &Store, site: AreaCode, most: i64) -> Result<u64, Problem> {
    let fresh = rows::fresh(store, most).await?;
    if fresh.is_empty() {
        return Ok(0);
    }
    let slices = inverted(&fresh);
    let tx = store.begin().await?;
    rows::take_turn(&tx, site).await?;
    for (slice, terms) in slices {
        rows::add(&tx, site, slice, &terms).await?;
    }
    rows::not_fresh(&tx, &fresh).await?;
    tx.commit().await?;
    Ok(fresh.len() as u64)
}

/// Which terms stand where, by slice, in the order of terms.
fn inverted(fresh: &[Fresh]) -> BTreeMap<i64, Vec<(String, Vec<u32>)>> {
    let mut slices: BTreeMap<i64, HashMap<String, Vec<u32>>> = BTreeMap::new();
    for demand in fresh {
        let (slice, place) = places::place(demand.raised_at.timestamp());
        let terms = slices.entry(slice).or_default();
        for term in demand.text.terms() {
            terms.entry(term).or_default().push(place);
        }
    }
    let sorted = |terms: HashMap<String, Vec<u32>>| {
        let mut terms: Vec<(String, Vec<u32>)> = terms.into_iter().collect();
        for (_, places) in &mut terms {
            places.sort_unstable();
            places.dedup();
        }
        terms.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        terms
    };
    slices.into_iter().map(|(slice, terms)| (slice, sorted(terms))).collect()
}
