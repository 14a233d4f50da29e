//! One's own wishes for programs.

use super::{NewWishes, Wishes};
use crate::messages::addresses;
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::OwnAccount;
use kernel::words::{MessageChannel, NewsKind, Pace};
use kernel::{Actor, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Done, Guard, IfMatch, NoContent, Refusal, Routes};
use std::collections::BTreeMap;

pub(super) fn routes() -> Routes<App> {
    Routes::new().api_get("/api/v1/account/messages", "我的消息接收方式", show).api_patch(
        "/api/v1/account/messages",
        "调整我的消息接收方式",
        choose,
    )
}

/// How somebody is told outside.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MessageWishes")]
struct Shown {
    /// The roads that the site has.
    offered: Vec<MessageChannel>,
    /// The roads that were chosen; none: the first that reaches them.
    channels: Option<Vec<MessageChannel>>,
    /// How soon, for every kind.
    paces: BTreeMap<NewsKind, Pace>,
    /// Quiet hours that hold.
    quiet: String,
    /// Whether days off are quiet.
    off_days: bool,
    /// The mobile from the registers, masked.
    mobile: Option<String>,
    /// The confirmed address for mail, masked.
    email: Option<String>,
    /// For `If-Match`; 0 before anything was chosen.
    version: i64,
}

async fn shown(app: &App, actor: &Actor, wishes: &Wishes) -> Result<Shown, Problem> {
    let quiet = wishes.quiet(&app.post.terms);
    Ok(Shown {
        offered: app.post.channels(),
        channels: wishes.channels.clone(),
        paces: NewsKind::ALL.iter().map(|kind| (*kind, wishes.pace(*kind))).collect(),
        quiet: quiet.hours(),
        off_days: quiet.off_days,
        mobile: addresses::mobile(&app.store, actor.account, app.today()).await?.map(|phone| phone.masked()),
        email: wishes.email.as_ref().map(store::Private::masked),
        version: wishes.version,
    })
}

async fn show(guard: Guard<OwnAccount>, State(app): State<App>) -> Result<Done<Shown>, Refusal> {
    let wishes = super::own(&app.store, &guard.actor, &guard.scope, app.site.area).await?;
    Ok(Done { version: Some(wishes.version), body: shown(&app, &guard.actor, &wishes).await? })
}

async fn choose(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<NewWishes>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let wishes = super::own(&tx, &guard.actor, &guard.scope, app.site.area).await?;
    wishes.read_as(version)?;
    super::choose(&tx, &guard.actor, wishes, wish).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
