//! Out of the platform: digests are made up, what is due is worded and handed over, and what came of it is noted.
//!
//! A delivery is claimed before it is handed over, and noted after. A node that dies in between leaves its claim, which runs out:
//! then another hands it over once more, under the same id. Otherwise each is handed over once, however many nodes there are.

use super::post::{Failure, Outgoing};
use super::rows::{self, Claimed, NewDelivery, Outcome, Told};
use super::wishes;
use super::wording::{self, Wording};
use super::{addresses, occasion, one_click, opens};
use crate::{App, identity};
use chrono::Duration;
use kernel::words::{DeliveryState, MessageChannel, NewsKind};
use kernel::{Actor, Problem};

/// How long a worker may take for one delivery before another takes it over.
pub(super) const LEASE: Duration = Duration::minutes(2);

/// What a try came to.
enum Tried {
    Sent,
    /// Nobody is to be told any more, and why.
    Dropped(&'static str),
    Failed(Failure),
}

/// Makes up the digest of one person by one road; false when none is due.
///
/// # Errors
/// When the database fails.
pub async fn gather(app: &App) -> Result<bool, Problem> {
    let Some(of) = rows::gathered(&app.store, app.now()).await? else { return Ok(false) };
    let tx = app.store.begin().await?;
    let new = NewDelivery {
        county: of.county_id,
        account: of.account_id,
        channel: of.channel,
        kind: NewsKind::Other,
        notice: None,
        state: DeliveryState::Waiting,
        due_at: tx.now(),
    };
    let digest = rows::insert(&tx, new).await?;
    if rows::give_to_digest(&tx, &of, digest).await? == 0 {
        // Another node was first; nothing is written.
        return Ok(true);
    }
    tx.commit().await?;
    Ok(true)
}

/// Tries the delivery that has been due longest; false when none is.
///
/// # Errors
/// When the database fails.
pub async fn send_next(app: &App) -> Result<bool, Problem> {
    if !rows::is_due(&app.store, app.now()).await? {
        return Ok(false);
    }
    let tx = app.store.begin().await?;
    let claimed = rows::claim(&tx, tx.now() + LEASE).await?;
    tx.commit().await?;
    // Another worker has it: there may be more.
    let Some(claimed) = claimed else { return Ok(true) };
    let tried = match attempt(app, &claimed).await {
        Ok(tried) => tried,
        Err(problem) => {
            tracing::error!(delivery = %claimed.id, %problem, "preparing a message");
            Tried::Failed(Failure { reason: "平台内部出错，请查看日志".into(), lasting: false })
        }
    };
    let tx = app.store.begin().await?;
    let outcome = match tried {
        Tried::Sent => Outcome { state: DeliveryState::Sent, due_at: None, reason: None },
        Tried::Dropped(why) => Outcome { state: DeliveryState::Dropped, due_at: None, reason: Some(why.into()) },
        Tried::Failed(failure) => {
            let tries = u32::try_from(claimed.tries).unwrap_or(u32::MAX);
            let pause = rules::message::pause(tries, app.post.terms.tries).filter(|_| !failure.lasting);
            let state = if pause.is_some() { DeliveryState::Waiting } else { DeliveryState::Dead };
            tracing::warn!(delivery = %claimed.id, channel = claimed.channel.code(), tries, state = state.code(),
                reason = failure.reason, "a message was not taken");
            Outcome { state, due_at: pause.map(|pause| tx.now() + pause), reason: Some(failure.reason) }
        }
    };
    rows::settle(&tx, &claimed, &outcome).await?;
    tx.commit().await?;
    Ok(true)
}

/// Words a delivery for its reader as they stand now, and hands it over.
async fn attempt(app: &App, claimed: &Claimed) -> Result<Tried, Problem> {
    let today = app.today();
    let Some(actor) = identity::sessions::holder_of(&app.store, app.site.area, claimed.account_id, today).await? else {
        return Ok(Tried::Dropped("账号已停用"));
    };
    let wishes = wishes::wishes(&app.store, claimed.account_id, app.site.area).await?;
    let to = addresses::address(&app.store, claimed.account_id, claimed.channel, (&wishes, today)).await?;
    let Some(to) = to else { return Ok(Tried::Dropped("没有可用的手机号或邮箱")) };
    let written = match claimed.notice_id {
        Some(id) => match rows::told(&app.store, id).await? {
            Some(told) if told.read_at.is_some() => Err("本人已在网站上看过"),
            Some(told) if !opens::may_open(app, &actor, &told.link).await? => Err("本人已不能查看这件事"),
            Some(told) => Ok(alone(app, claimed, (&actor, &told)).await?),
            None => Err("消息已不存在"),
        },
        None => together(app, claimed, &actor).await?,
    };
    let (title, text, link) = match written {
        Ok(written) => written,
        Err(why) => return Ok(Tried::Dropped(why)),
    };
    if app.post.is_kept() {
        let tx = app.store.begin().await?;
        let (county, channel, address) = (claimed.county_id, claimed.channel, to.masked());
        let (name, title, text) = (actor.name.as_str(), title.as_str(), text.as_str());
        rows::keep(&tx, rows::Keeping { county, channel, name, address: &address, title, text }).await?;
        tx.commit().await?;
        return Ok(Tried::Sent);
    }
    let message = Outgoing { id: claimed.id.to_string(), to, title, text, link, at: app.now() };
    Ok(match app.post.hand_over(claimed.channel, &message).await {
        Ok(()) => Tried::Sent,
        Err(failure) => Tried::Failed(failure),
    })
}

type Written = (String, String, String);

/// One piece of news: what kind it is, its number, and the way to it, which leads through signing in.
async fn alone(app: &App, claimed: &Claimed, (actor, told): (&Actor, &Told)) -> Result<Written, Problem> {
    let wording = wording::current(&app.store, app.site.area, (Some(told.kind), claimed.channel)).await?;
    let link = format!("{}/notices/{}", app.post.address, told.id);
    let confirm = one_click::to_confirm(app, actor, &told.link).await?;
    let stop = stop(app, claimed).await?;
    let filling = wording::Filling {
        site: &app.site.name,
        occasion: occasion(told.kind).to_owned(),
        number: &told.number,
        link: &link,
        confirm,
        stop,
    };
    let Wording { title, text } = wording.filled(&filling);
    Ok((title, text, link))
}

/// What was gathered, as counts by kind, of that which is unread and may be opened still.
async fn together(app: &App, claimed: &Claimed, actor: &Actor) -> Result<Result<Written, &'static str>, Problem> {
    let mut counts: Vec<(NewsKind, usize)> = Vec::new();
    for told in rows::of_digest(&app.store, claimed.id).await? {
        if told.read_at.is_some() || !opens::may_open(app, actor, &told.link).await? {
            continue;
        }
        match counts.iter_mut().find(|(kind, _)| *kind == told.kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((told.kind, 1)),
        }
    }
    if counts.is_empty() {
        return Ok(Err("本人都已看过，或已不能查看"));
    }
    counts.sort_unstable();
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let parts: Vec<String> = counts.iter().map(|(kind, count)| format!("{} {count} 条", kind.label())).collect();
    let wording = wording::current(&app.store, app.site.area, (None, claimed.channel)).await?;
    let link = format!("{}/notices", app.post.address);
    let stop = stop(app, claimed).await?;
    let filling = wording::Filling {
        site: &app.site.name,
        occasion: format!("您有 {all} 条未读消息（{}）", parts.join("，")),
        number: "",
        link: &link,
        confirm: None,
        stop,
    };
    let Wording { title, text } = wording.filled(&filling);
    Ok(Ok((title, text, link)))
}

/// The link by which a reader stops mail.
async fn stop(app: &App, claimed: &Claimed) -> Result<Option<String>, Problem> {
    match claimed.channel {
        MessageChannel::Email => one_click::to_stop(app, claimed.account_id).await.map(Some),
        MessageChannel::Work | MessageChannel::Sms => Ok(None),
    }
}
