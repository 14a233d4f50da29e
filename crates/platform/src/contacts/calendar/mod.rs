//! A commissioner's planned contacts in the calendar of their telephone: a link with a secret that is shown once, kept as a hash,
//! and revoked by a press. Who has the link reads days, times, ways and clients' names, and nothing else: no purpose, no number,
//! no person.

mod api;
mod feed;
mod pages;
mod rows;

use crate::audit::{self, Deed};
use crate::{App, Site, identity};
use kernel::authz::PlanContacts;
use kernel::{Actor, Instant, Problem, Scope};
use serde_json::json;
use shell::Routes;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// When the actor's link was made; none when there is none.
///
/// # Errors
/// When the database fails.
pub async fn made_at(db: &impl Db, actor: &Actor, _own: &Scope<PlanContacts>) -> Result<Option<Instant>, Problem> {
    rows::made_at(db, actor.account).await
}

/// Makes the actor a link; the one before works no more. Gives its secret, which is known in this moment alone.
///
/// # Errors
/// When the database fails.
pub async fn make(tx: &Tx, site: &Site, actor: &Actor, _own: &Scope<PlanContacts>) -> Result<String, Problem> {
    let secret = identity::sessions::secret();
    rows::put(tx, (actor.account, site.area), &identity::digest(&secret)).await?;
    let deed = Deed::of(actor, "calendar.make", "account", actor.account.0, site.area);
    audit::record(tx, &deed, &json!({})).await?;
    Ok(secret)
}

/// Revokes the actor's link; once is enough.
///
/// # Errors
/// When the database fails.
pub async fn revoke(tx: &Tx, site: &Site, actor: &Actor, _own: &Scope<PlanContacts>) -> Result<(), Problem> {
    if rows::delete(tx, actor.account).await? > 0 {
        let deed = Deed::of(actor, "calendar.revoke", "account", actor.account.0, site.area);
        audit::record(tx, &deed, &json!({})).await?;
    }
    Ok(())
}

/// The address of a link, under the name by which the site was asked.
fn link(site: &Site, host: &str, secret: &str) -> String {
    format!("{}/calendar/{secret}.ics", site.address(host))
}

/// What a link shows, as a calendar reads it.
///
/// # Errors
/// [`Problem::NotFound`] for a link that is none, was revoked, or whose holder's account is closed.
async fn shown(app: &App, secret: &str, host: &str) -> Result<String, Problem> {
    let official = rows::holder(&app.store, &identity::digest(secret)).await?.ok_or(Problem::NotFound)?;
    let events = rows::events(&app.store, official, app.today()).await?;
    Ok(feed::written(&events, &app.site, (host, app.now())))
}
