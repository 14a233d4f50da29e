//! The silence radar (静默回访): each month a few clients that raised no demand and with whom nobody was in touch are drawn, and
//! their commissioner calls them; a desk does where there is none. One call and one tap, no visit and no form. Who asked to be
//! left alone is not drawn, and counted apart.
//!
//! What came of it stands beside the rates of a county, with how many were reached and an honest interval: low demand is not read
//! as happiness. Counties stand in the order of their codes, and no person is counted.

mod api;
mod keeper;
mod pages;
mod results;
mod results_pages;
mod rows;

pub use keeper::{Kept, draw_month, keep_time};
pub use results::{CountyResult, Results, results};
pub use rows::{Call, CallFilter};

use super::cadence::{self, NewExcuse};
use super::{RaisedThere, side};
use crate::audit::{self, Deed};
use crate::demands::{self, Demand, NewDemand};
use crate::{App, Site, registry};
use chrono::Days;
use kernel::authz::{CallSilent, RaiseDemands};
use kernel::id::{AccountId, SilenceId};
use kernel::words::{Channel, ContactSide, SilenceResult, VisitExcuse};
use kernel::{Actor, Day, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shell::Routes;
use store::{Db, Sql, Topic, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes()).merge(results_pages::routes())
}

/// So long nobody visits a client that does not wish contact, in days; it may say so again, or otherwise.
const LEFT_ALONE: Days = Days::new(180);

/// A call came to something that others must hear of. Told through the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SilenceTold {
    /// Which call.
    pub call: SilenceId,
    /// What came of it.
    pub result: SilenceResult,
    /// By which account's holder.
    pub by: AccountId,
}

impl Topic for SilenceTold {
    const NAME: &'static str = "silence.told";
}

/// A word on what came of a call.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct Word {
    /// A sentence, up to 200 characters; may stay empty.
    #[serde(default)]
    pub note: String,
}

/// Calls, the newest month first, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn calls(
    db: &impl Db,
    scope: &Scope<CallSilent>,
    filter: &CallFilter,
    today: Day,
    limit: Limit,
) -> Result<Page<Call>, Problem> {
    let rows = rows::calls(db, scope, filter, today, limit).await?;
    Ok(Page::cut(rows, limit, |call| (call.month, call.id)))
}

/// One call.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn call(db: &impl Db, scope: &Scope<CallSilent>, id: SilenceId) -> Result<Call, Problem> {
    rows::call(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// The question how many calls of this month wait for the actor, up to 1000; none for who calls nobody.
#[must_use]
pub fn waiting_count(actor: &Actor, today: Day) -> Option<Sql> {
    actor.scope::<CallSilent>().map(|scope| rows::waiting_count(&scope, today))
}

/// What may be said of a call: once, and again only while nobody was reached.
#[must_use]
pub fn open(call: &Call) -> bool {
    matches!(call.result, None | Some(SilenceResult::Missed))
}

/// Says what came of a call. A client that does not wish contact is left alone for half a year; of one that is gone the desk hears,
/// to mend the registers.
///
/// # Errors
/// [`Problem::Conflict`] when something else came of it already; [`Problem::Invalid`] for a need, which is raised as a demand, and
/// words too long; [`Problem::Stale`] when somebody was first.
pub async fn tell(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    call: Call,
    (result, word): (SilenceResult, &Word),
) -> Result<Call, Problem> {
    if result == SilenceResult::Need {
        return Err(Problem::field("result", "企业有困难的，请直接提出诉求。"));
    }
    let call = told(tx, actor, call, (result, word)).await?;
    if result == SilenceResult::Unwanted {
        leave_alone(tx, site, actor, &call).await?;
    }
    Ok(call)
}

/// Raises the demand that a client named when it was called, in one step with what came of the call.
///
/// # Errors
/// As [`demands::raise`] and [`tell`].
pub async fn raise(
    tx: &Tx,
    site: &Site,
    (actor, scope): (&Actor, &Scope<RaiseDemands>),
    mut call: Call,
    new: RaisedThere,
) -> Result<(Call, Demand), Problem> {
    if !open(&call) {
        return Err(already());
    }
    let RaisedThere { category, title, text } = new;
    let (client, sealed, urgency, files) = (call.client_id, false, None, Vec::new());
    let channel = Some(Channel::Commissioner);
    let demand = NewDemand { client, category, title, text, channel, sealed, urgency, files };
    let demand = demands::raise(tx, site, actor, scope, demand).await?;
    call.demand_id = Some(demand.id);
    call.demand_number = Some(demand.number.clone());
    let call = told(tx, actor, call, (SilenceResult::Need, &Word::default())).await?;
    Ok((call, demand))
}

fn already() -> Problem {
    Problem::Conflict("这次回访已有结果，不用再办。".into())
}

async fn told(tx: &Tx, actor: &Actor, mut call: Call, (result, word): (SilenceResult, &Word)) -> Result<Call, Problem> {
    if !open(&call) {
        return Err(already());
    }
    call.note = super::doing::text(&word.note, "note", "补充说明", 200)?;
    (call.result, call.result_at, call.result_by) = (Some(result), Some(tx.now()), Some(actor.name.clone()));
    rows::save(tx, &call).await?;
    call.version += 1;
    let detail = json!({ "client": call.client_name, "result": result, "number": call.demand_number });
    audit::record(tx, &Deed::of(actor, "silence.tell", "silence", call.id.0, call.county_id), &detail).await?;
    tx.emit(call.county_id, &SilenceTold { call: call.id, result, by: actor.account }).await?;
    Ok(call)
}

/// Keeps that a client does not wish contact, as its commissioner heard it; what the client itself said otherwise stays.
async fn leave_alone(tx: &Tx, site: &Site, actor: &Actor, call: &Call) -> Result<(), Problem> {
    if side(actor, call.client_id) != Some(ContactSide::Commissioner) {
        return Ok(());
    }
    let Some(client) = registry::many::clients(tx, &[call.client_id]).await?.remove(&call.client_id) else {
        return Ok(());
    };
    let rhythm = cadence::rhythm(tx, &client).await?;
    let today = site.hours.day(tx.now());
    if rhythm.excused(today).is_some() {
        return Ok(());
    }
    let words =
        if call.note.is_empty() { "电话回访时表示暂不需要联系".to_owned() } else { call.note.clone() };
    let until = today.checked_add_days(LEFT_ALONE).unwrap_or(today);
    cadence::excuse(tx, site, actor, (&client, rhythm), NewExcuse { reason: VisitExcuse::AskedNot, words, until }).await
}

/// One call, for who brings the news of it.
pub(super) async fn heard(db: &impl Db, county: kernel::AreaCode, id: SilenceId) -> Result<Option<Call>, Problem> {
    rows::heard(db, county, id).await
}
