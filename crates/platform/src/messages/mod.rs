//! Messages: news that leaves the platform, by the office messenger, as a short message or by mail.
//!
//! A notice (`notify`) becomes a delivery per road that its reader wants ([`carry`]), at once or gathered into a digest; what is
//! due is worded, handed over and noted ([`deliver`]). What leaves says that there is something, under which number, and where to
//! read it after signing in: never what somebody wrote, no name, no telephone number. Before it leaves, the reader is looked at
//! once more: who may not open the matter now, or has read of it, is not written to.

mod addresses;
mod carry;
mod deliver;
pub mod deliveries;
pub mod one_click;
mod opens;
pub mod post;
mod rows;
pub mod wishes;
pub mod wording;

pub use post::Post;
pub use rows::Figures;

use crate::App;
use kernel::authz::ManageAccounts;
use kernel::words::{MessageChannel, NewsKind};
use kernel::{Problem, Reach, Scope};
use shell::Routes;

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    wishes::routes().merge(wording::routes()).merge(deliveries::routes()).merge(one_click::routes())
}

/// What one round of work came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Worked {
    /// Notices that were looked at.
    pub carried: usize,
    /// Digests that were made up.
    pub gathered: usize,
    /// Deliveries that were tried.
    pub tried: usize,
}

/// Does all that is to be done now: looks at new notices, makes up digests, hands over what is due. Any number of nodes may do so
/// at once: each notice, digest and delivery falls to one of them.
///
/// # Errors
/// When the database fails. A message that was not taken is no error here: it is noted and will be tried again.
pub async fn work(app: &App) -> Result<Worked, Problem> {
    let mut worked = Worked::default();
    loop {
        let carried = carry::carry(app).await?;
        worked.carried += carried;
        if carried == 0 {
            break;
        }
    }
    while deliver::gather(app).await? {
        worked.gathered += 1;
    }
    while deliver::send_next(app).await? {
        worked.tried += 1;
    }
    Ok(worked)
}

/// The platform's messages as they stand, for its operators.
///
/// # Errors
/// When the database fails.
pub async fn figures(app: &App) -> Result<Figures, Problem> {
    rows::figures(&app.store, app.now()).await
}

/// Forgets what is kept for a while only: links that have run out, messages that were kept or ended a year ago.
///
/// # Errors
/// When the database fails.
pub async fn forget(app: &App) -> Result<(), Problem> {
    let tx = app.store.begin().await?;
    rows::forget(&tx).await?;
    one_click::forget(&tx).await?;
    tx.commit().await
}

/// What a kind of news says outside, in words of the program alone: nothing that anybody typed can stand here.
const fn occasion(kind: NewsKind) -> &'static str {
    match kind {
        NewsKind::Task => "有一件事等您办理",
        NewsKind::Deadline => "有一件事快到期或已超时",
        NewsKind::Progress => "您关心的事有了进展",
        NewsKind::Visit => "有一次联系或走访请您看一看",
        NewsKind::Other => "有一条新消息",
    }
}

/// Whether an administrator has the whole site in hand: what is one for all is theirs alone.
fn in_hand(app: &App, scope: &Scope<ManageAccounts>) -> bool {
    scope.covers(&Reach::Area(app.site.path()))
}

/// How a road is called beside a number.
const fn number_of(channel: MessageChannel) -> &'static str {
    match channel {
        MessageChannel::Email => "邮箱",
        MessageChannel::Sms | MessageChannel::Work => "手机",
    }
}
