//! What became of messages, for system administrators: those that are stuck, with the reason, to be tried again or given up; and
//! what was kept, where nothing is set up to carry it. An administrator sees whom a message was for and of which kind of news it
//! was, never the notice.

mod api;
mod pages;
mod rows;

pub use rows::{Delivery, Kept};

use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::ManageAccounts;
use kernel::id::DeliveryId;
use kernel::words::DeliveryState;
use kernel::{Actor, AreaCode, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use shell::Routes;
use store::{Db, Sql, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// Which deliveries to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct DeliveryFilter {
    /// Where they stand; those that failed, when nothing is said.
    pub state: Option<DeliveryState>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// Deliveries in a state to accounts within the scope, the newest first.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn deliveries(
    db: &impl Db,
    scope: &Scope<ManageAccounts>,
    filter: &DeliveryFilter,
    limit: Limit,
) -> Result<Page<Delivery>, Problem> {
    let state = filter.state.unwrap_or(DeliveryState::Dead);
    let rows = rows::deliveries(db, scope, (state, filter.cursor.as_deref()), limit).await?;
    Ok(Page::cut(rows, limit, |delivery| (delivery.made_at, delivery.id)))
}

/// One of them.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn delivery(db: &impl Db, scope: &Scope<ManageAccounts>, id: DeliveryId) -> Result<Delivery, Problem> {
    rows::delivery(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// The question how many failed for good, up to 1000.
#[must_use]
pub fn stuck(actor: &Actor) -> Option<Sql> {
    actor.scope::<ManageAccounts>().map(|scope| rows::stuck(&scope))
}

/// Tries one again, now.
///
/// # Errors
/// [`Problem::Conflict`] when it did not fail.
pub async fn retry(tx: &Tx, actor: &Actor, delivery: &Delivery) -> Result<(), Problem> {
    if rows::retry(tx, delivery).await? == 0 {
        return Err(Problem::Conflict("这条消息不是“发送失败”，不需要重发。".into()));
    }
    record(tx, actor, "delivery.retry", delivery).await
}

/// Tries all that failed again, as far as the scope reaches; tells how many.
///
/// # Errors
/// When the database fails.
pub async fn retry_all(tx: &Tx, actor: &Actor, scope: &Scope<ManageAccounts>, site: AreaCode) -> Result<u64, Problem> {
    let count = rows::retry_all(tx, scope).await?;
    if count > 0 {
        let deed = Deed::of(actor, "delivery.retry_all", "account", actor.account.0, site);
        audit::record(tx, &deed, &json!({ "count": count })).await?;
    }
    Ok(count)
}

/// Gives one up: nobody is written to. The notice stays in the inbox.
///
/// # Errors
/// [`Problem::Conflict`] when it has ended, or is on its way.
pub async fn give_up(tx: &Tx, actor: &Actor, delivery: &Delivery) -> Result<(), Problem> {
    if rows::give_up(tx, delivery).await? == 0 {
        return Err(Problem::Conflict("这条消息已经结束，或正在发送，不能放弃。".into()));
    }
    record(tx, actor, "delivery.give_up", delivery).await
}

async fn record(tx: &Tx, actor: &Actor, act: &'static str, delivery: &Delivery) -> Result<(), Problem> {
    let detail = json!({ "name": delivery.name, "channels": delivery.channel.label() });
    audit::record(tx, &Deed::of(actor, act, "delivery", delivery.id.0, delivery.county_id), &detail).await
}

/// What was kept, the newest first: only where nothing is set up, and only for an administrator of the whole site.
///
/// # Errors
/// [`Problem::NotFound`] for anybody else; when the database fails or the cursor is forged.
pub async fn kept(app: &App, scope: &Scope<ManageAccounts>, cursor: Option<&str>) -> Result<Page<Kept>, Problem> {
    if !shows_kept(app, scope) {
        return Err(Problem::NotFound);
    }
    let rows = rows::kept(&app.store, cursor, Limit::USUAL).await?;
    Ok(Page::cut(rows, Limit::USUAL, |kept| (kept.at, kept.id)))
}

/// Whether there is a mailbox for who has this scope.
#[must_use]
pub fn shows_kept(app: &App, scope: &Scope<ManageAccounts>) -> bool {
    app.post.is_kept() && super::in_hand(app, scope)
}
