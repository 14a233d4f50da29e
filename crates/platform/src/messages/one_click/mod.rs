//! Links in messages that do one thing, once: confirm that a contact was, stop mail. Opening one does nothing, since whoever scans
//! mail opens links: it shows what would be done, and a press does it. The secret is kept as a hash and runs out.

mod pages;
mod rows;

use crate::app::say_day;
use crate::contacts::{self, ContactWish};
use crate::identity::{digest, sessions};
use crate::{App, messages::wishes};
use chrono::Duration;
use kernel::authz::ReadContacts;
use kernel::id::{AccountId, ContactId};
use kernel::words::ContactAct;
use kernel::{Actor, Problem};
use rows::{Deed, Link};
use shell::Routes;
use store::Tx;

/// How long a link holds.
const LIFE: Duration = Duration::days(7);

pub(super) fn routes() -> Routes<App> {
    pages::routes()
}

/// A link by which the actor confirms the contact at `path`; none when that is not theirs to do now.
///
/// # Errors
/// When the database fails.
pub async fn to_confirm(app: &App, actor: &Actor, path: &str) -> Result<Option<String>, Problem> {
    let Some(id) = path.strip_prefix("/contacts/").and_then(|id| id.parse::<ContactId>().ok()) else { return Ok(None) };
    let Some(scope) = actor.scope::<ReadContacts>() else { return Ok(None) };
    let contact = contacts::contact(&app.store, &scope, id).await?;
    if !contacts::acts(actor, &contact, app.today()).contains(&ContactAct::Confirm) {
        return Ok(None);
    }
    make(app, actor.account, (Deed::ConfirmContact, Some(id))).await.map(Some)
}

/// A link by which an account's holder stops mail.
///
/// # Errors
/// When the database fails.
pub async fn to_stop(app: &App, account: AccountId) -> Result<String, Problem> {
    make(app, account, (Deed::StopEmail, None)).await
}

async fn make(app: &App, account: AccountId, what: (Deed, Option<ContactId>)) -> Result<String, Problem> {
    let secret = sessions::secret();
    let tx = app.store.begin().await?;
    rows::insert(&tx, (account, app.site.area), what, (&digest(&secret), tx.now() + LIFE)).await?;
    tx.commit().await?;
    Ok(format!("{}/do/{secret}", app.post.address))
}

/// Forgets links that have run out.
///
/// # Errors
/// When the database fails.
pub(super) async fn forget(tx: &Tx) -> Result<(), Problem> {
    rows::forget(tx).await
}

/// What a link would do, in a sentence that tells no more than whoever holds the link may know.
///
/// # Errors
/// [`Problem::NotFound`] for a link that is none, was used, has run out, or whose deed is no longer its holder's to do.
async fn said(app: &App, secret: &str) -> Result<String, Problem> {
    let link = rows::open(&app.store, &digest(secret), app.now()).await?.ok_or(Problem::NotFound)?;
    let actor = holder(app, &link).await?;
    match link.deed {
        Deed::StopEmail => Ok("以后不再给您发邮件。其他通知方式不变，随时可以在“我的账号”里改回来。".into()),
        Deed::ConfirmContact => {
            let scope = actor.scope::<ReadContacts>().ok_or(Problem::NotFound)?;
            let contact = contacts::contact(&app.store, &scope, link.contact()?).await?;
            if !contacts::acts(&actor, &contact, app.today()).contains(&ContactAct::Confirm) {
                return Err(Problem::NotFound);
            }
            Ok(format!("确认 {} 确实有过这次联系（{}）。", say_day(contact.day), contact.kind.label()))
        }
    }
}

/// Does what a link says, once.
///
/// # Errors
/// As [`said`]; what the rules refuse: then the link is as it was.
async fn follow(app: &App, secret: &str) -> Result<&'static str, Problem> {
    let tx = app.store.begin().await?;
    let link = rows::take(&tx, &digest(secret)).await?.ok_or(Problem::NotFound)?;
    let actor = holder(app, &link).await?;
    let told = match link.deed {
        Deed::StopEmail => {
            wishes::without_email(&tx, &actor, app.site.area).await?;
            "已停发邮件。"
        }
        Deed::ConfirmContact => {
            let scope = actor.scope::<ReadContacts>().ok_or(Problem::NotFound)?;
            let contact = contacts::contact(&tx, &scope, link.contact()?).await?;
            contacts::act(&tx, &app.site, &actor, contact, ContactAct::Confirm, &ContactWish::default()).await?;
            "已确认，谢谢您。"
        }
    };
    tx.commit().await?;
    Ok(told)
}

async fn holder(app: &App, link: &Link) -> Result<Actor, Problem> {
    let holder = sessions::holder_of(&app.store, app.site.area, link.account_id, app.today()).await?;
    holder.ok_or(Problem::NotFound)
}
