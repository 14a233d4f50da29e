//! How somebody wants to be told outside the platform: by which roads, how soon for which kind of news, and when not.
//!
//! Who has chosen nothing is told by one road, of what asks something of them at once and of the rest in the morning.

mod api;
mod email;
mod pages;
mod rows;

pub use email::{confirm_email, drop_email, wish_email};
pub use rows::Wishes;

use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::OwnAccount;
use kernel::id::AccountId;
use kernel::words::{MessageChannel, NewsKind, Pace};
use kernel::{Actor, AreaCode, Problem, Scope, still_as_read};
use rules::message::{Quiet, Terms, usual_pace};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use shell::Routes;
use std::collections::BTreeMap;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// What somebody chooses.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[schemars(rename = "MessageWish")]
pub struct NewWishes {
    /// By which roads; left out: by the first that reaches them.
    pub channels: Option<Vec<MessageChannel>>,
    /// How soon, kind by kind; a kind that is left out is told as usual.
    #[serde(default)]
    pub paces: BTreeMap<NewsKind, Pace>,
    /// Hours of their own in which nobody writes to them, such as `20:00-09:00`; left out: the site's.
    pub quiet: Option<String>,
    /// Whether days off are quiet; left out: as at the site.
    pub off_days: Option<bool>,
}

impl Wishes {
    /// How soon news of a kind is told.
    #[must_use]
    pub fn pace(&self, kind: NewsKind) -> Pace {
        self.paces.get(&kind).copied().unwrap_or_else(|| usual_pace(kind))
    }

    /// When nobody writes: the hours of their own, else the site's.
    #[must_use]
    pub fn quiet(&self, terms: &Terms) -> Quiet {
        let off_days = self.off_days.unwrap_or(terms.quiet.off_days);
        let own = self.quiet.as_deref().and_then(|hours| Quiet::parse(hours, off_days).ok());
        own.unwrap_or(Quiet { off_days, ..terms.quiet })
    }

    /// The roads to go, of those that reach them.
    #[must_use]
    pub fn chosen(&self, reached: &[MessageChannel]) -> Vec<MessageChannel> {
        match &self.channels {
            Some(chosen) => reached.iter().copied().filter(|channel| chosen.contains(channel)).collect(),
            None => reached.first().copied().into_iter().collect(),
        }
    }

    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when it was changed since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, "接收方式")
    }
}

/// What an account's holder has chosen; the usual when nothing was.
///
/// # Errors
/// When the database fails.
pub async fn wishes(db: &impl Db, account: AccountId, site: AreaCode) -> Result<Wishes, Problem> {
    Ok(rows::wishes(db, account).await?.unwrap_or_else(|| Wishes::none(account, site)))
}

/// One's own.
///
/// # Errors
/// When the database fails.
pub async fn own(db: &impl Db, actor: &Actor, _own: &Scope<OwnAccount>, site: AreaCode) -> Result<Wishes, Problem> {
    wishes(db, actor.account, site).await
}

/// Changes what somebody wants.
///
/// # Errors
/// [`Problem::Invalid`] for hours that are none; [`Problem::Stale`] when it was changed since.
pub async fn choose(tx: &Tx, actor: &Actor, before: Wishes, new: NewWishes) -> Result<(), Problem> {
    if let Some(hours) = &new.quiet {
        Quiet::parse(hours, true).map_err(|told| Problem::field("quiet", told))?;
    }
    let mut channels = new.channels;
    if let Some(channels) = &mut channels {
        channels.sort_unstable();
        channels.dedup();
    }
    let paces = new.paces.into_iter().filter(|(kind, pace)| usual_pace(*kind) != *pace).collect();
    let wishes = Wishes { channels, paces, quiet: new.quiet, off_days: new.off_days, ..before };
    rows::save(tx, &wishes).await?;
    let told = |channel: &MessageChannel| channel.label();
    let detail = json!({ "channels": wishes.channels.as_ref().map(|all| all.iter().map(told).collect::<Vec<_>>()),
        "quiet": wishes.quiet });
    audit::record(tx, &Deed::of(actor, "message.wish", "account", actor.account.0, wishes.county_id), &detail).await
}

/// Takes mail off the roads that somebody wants.
///
/// # Errors
/// When the database fails.
pub async fn without_email(tx: &Tx, actor: &Actor, site: AreaCode) -> Result<(), Problem> {
    let before = wishes(tx, actor.account, site).await?;
    let left = before.channels.clone().unwrap_or_else(|| vec![MessageChannel::Work, MessageChannel::Sms]);
    let left = left.into_iter().filter(|channel| *channel != MessageChannel::Email).collect();
    rows::save(tx, &Wishes { channels: Some(left), ..before }).await?;
    audit::record(tx, &Deed::of(actor, "message.email_stop", "account", actor.account.0, site), &json!({})).await
}
