//! An address for mail: given by the person, and used once a code that was sent there has come back.

use super::rows::{self, Code, Wishes};
use crate::App;
use crate::audit::{self, Deed};
use crate::identity;
use crate::messages::post::{Addressed, Failure, Outgoing};
use crate::messages::rows as deliveries;
use chrono::Duration;
use kernel::id::DeliveryId;
use kernel::words::MessageChannel;
use kernel::{Actor, Email, Problem};
use serde_json::json;
use store::{Private, Tx};

/// How long a code holds.
const LIFE: Duration = Duration::minutes(30);
/// How soon another may be asked for.
const PAUSE: Duration = Duration::minutes(1);
/// How often a code may be guessed.
const TRIES: i64 = 5;

/// Takes an address, and sends a code there.
///
/// # Errors
/// [`Problem::Invalid`] for what is no address, [`Problem::TooOften`] within a minute of the last code, [`Problem::Unavailable`]
/// when mail cannot be sent.
pub async fn wish_email(app: &App, actor: &Actor, typed: &str) -> Result<(), Problem> {
    if !app.post.channels().contains(&MessageChannel::Email) {
        return Err(Problem::Conflict("本站没有开通邮件，请用其他方式接收。".into()));
    }
    let email = Email::parse(typed).map_err(|told| Problem::field("email", told))?;
    let tx = app.store.begin().await?;
    let before = super::wishes(&tx, actor.account, app.site.area).await?;
    if before.code.until.is_some_and(|until| until - LIFE + PAUSE > tx.now()) {
        return Err(Problem::TooOften(60));
    }
    let code = format!("{:06}", rand::random::<u32>() % 1_000_000);
    let hash = identity::digest(&format!("{} {code}", actor.account));
    let wishes = Wishes {
        email_wish: Some(Private::new(email.clone())),
        code: Code { hash: Some(hash), until: Some(tx.now() + LIFE), tries: 0 },
        ..before
    };
    rows::save(&tx, &wishes).await?;
    let title = format!("{}：确认您的邮箱", app.site.name);
    let text = format!(
        "您好：\n\n您正在{}登记这个邮箱。确认码：{code}\n请在半小时内填入“消息接收”页面。不是您本人操作的，请不用理会。",
        app.site.name
    );
    if app.post.is_kept() {
        let (channel, name, address) = (MessageChannel::Email, actor.name.as_str(), email.masked());
        let new =
            deliveries::Keeping { county: app.site.area, channel, name, address: &address, title: &title, text: &text };
        deliveries::keep(&tx, new).await?;
        return tx.commit().await;
    }
    tx.commit().await?;
    let id = DeliveryId::mint(app.now()).to_string();
    let message =
        Outgoing { id, to: Addressed::Email(email), title, text, link: app.post.address.clone(), at: app.now() };
    app.post.hand_over(MessageChannel::Email, &message).await.map_err(|Failure { reason, .. }| {
        tracing::warn!(reason, "a code was not taken");
        Problem::Unavailable("确认邮件没有发出去，请核对邮箱地址，稍后再试。".into())
    })
}

/// Settles the address once its code has come back. Mail becomes one of the roads.
///
/// # Errors
/// [`Problem::Invalid`] for a wrong code or one that has run out. A wrong guess is counted: then the transaction is to be
/// committed all the same.
pub async fn confirm_email(tx: &Tx, app: &App, actor: &Actor, typed: &str) -> Result<(), Problem> {
    let before = super::wishes(tx, actor.account, app.site.area).await?;
    let over = || Problem::field("code", "确认码已失效，请重新获取。");
    let (Some(wish), Some(hash)) = (before.email_wish.clone(), before.code.hash.clone()) else { return Err(over()) };
    if before.code.until.is_none_or(|until| until <= tx.now()) || before.code.tries >= TRIES {
        return Err(over());
    }
    if identity::digest(&format!("{} {}", actor.account, typed.trim())) != hash {
        let code = Code { tries: before.code.tries + 1, ..before.code.clone() };
        rows::save(tx, &Wishes { code, ..before }).await?;
        return Err(Problem::field("code", "确认码不对，请核对邮件里的 6 位数字。"));
    }
    let mut channels = before.channels.clone().unwrap_or_default();
    if before.channels.is_none() {
        channels.extend(app.post.channels().into_iter().filter(|channel| *channel != MessageChannel::Email).take(1));
    }
    if !channels.contains(&MessageChannel::Email) {
        channels.push(MessageChannel::Email);
    }
    let email = Some(Private::new(wish.in_full().clone()));
    let wishes = Wishes { email, email_wish: None, code: Code::default(), channels: Some(channels), ..before };
    rows::save(tx, &wishes).await?;
    let detail = json!({ "email": wish.masked() });
    audit::record(tx, &Deed::of(actor, "message.email_set", "account", actor.account.0, app.site.area), &detail).await
}

/// Forgets the address.
///
/// # Errors
/// When the database fails.
pub async fn drop_email(tx: &Tx, app: &App, actor: &Actor) -> Result<(), Problem> {
    let before = super::wishes(tx, actor.account, app.site.area).await?;
    if before.email.is_none() && before.email_wish.is_none() {
        return Ok(());
    }
    rows::save(tx, &Wishes { email: None, email_wish: None, code: Code::default(), ..before }).await?;
    audit::record(tx, &Deed::of(actor, "message.email_drop", "account", actor.account.0, app.site.area), &json!({}))
        .await
}
