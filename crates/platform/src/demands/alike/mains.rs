//! Which demands another may follow (并单): open ones of the same matter that can lead.

use super::{Alike, Matter, SAME_MATTER, likely, told};
use crate::App;
use crate::demands::{Demand, rows as demands};
use kernel::authz::TriageDemands;
use kernel::words::DemandState;
use kernel::{Actor, Problem};

/// How many are proposed at most.
const MOST: usize = 4;

/// Whether others may follow it.
pub(in crate::demands) fn leads(demand: &Demand) -> bool {
    let open = rules::waiting_on(demand.state).is_some() && demand.ended_at.is_none();
    open && demand.merged_into.is_none() && demand.state != DemandState::Replied && !demand.sealed
}

/// The likeliest main demands for this one, the most alike first, as far as the reader decides on them. None when it cannot
/// follow: its identity is sealed, or others follow it.
///
/// # Errors
/// When the database fails.
pub(in crate::demands) async fn mains(app: &App, actor: &Actor, demand: &Demand) -> Result<Vec<Alike>, Problem> {
    let Some(scope) = actor.scope::<TriageDemands>().filter(|_| !demand.sealed) else { return Ok(Vec::new()) };
    if !demands::followers(&app.store, demand).await?.is_empty() {
        return Ok(Vec::new());
    }
    let matter = Matter::of(demand);
    let mut likely = likely(app, &matter).await?;
    likely.retain(|near| near.ended_at.is_none());
    let mut found = told(app, &scope, &matter, (likely, SAME_MATTER), MOST * 2).await?;
    found.retain(|found| leads(&found.demand));
    found.truncate(MOST);
    Ok(found)
}
