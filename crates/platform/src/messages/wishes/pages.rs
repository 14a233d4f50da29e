//! How one is told outside, on one's own account.

use super::{NewWishes, Wishes, confirm_email, drop_email, wish_email};
use crate::App;
use crate::messages::{addresses, number_of};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::OwnAccount;
use kernel::words::{MessageChannel, NewsKind, Pace};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Refusal, Routes, see_other};
use std::collections::BTreeMap;

const HERE: &str = "/account/messages";

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get(HERE, show)
        .post(HERE, choose)
        .post("/account/messages/email", wish)
        .post("/account/messages/email/confirm", confirm)
        .post("/account/messages/email/drop", forget)
}

/// A road as a person ticks it.
struct Road {
    code: &'static str,
    label: String,
    on: bool,
}

/// A kind of news with its choices.
struct Kind {
    code: &'static str,
    label: &'static str,
    pace: &'static str,
}

#[derive(Template)]
#[template(path = "messages/wishes/show.html")]
struct WishesPage {
    kit: Kit,
    errors: Errors,
    /// Whether nothing leaves because nothing is set up.
    kept: bool,
    mobile: String,
    /// Whether mail is a road of the site.
    mails: bool,
    email: String,
    /// The address that waits for its code.
    pending: String,
    typed_email: String,
    roads: Vec<Road>,
    kinds: Vec<Kind>,
    paces: Vec<Choice>,
    own_hours: bool,
    from: String,
    until: String,
    off_days: bool,
    /// The site's own hours and the time of digests, as a sentence.
    usual: String,
    version: i64,
}

async fn page(app: &App, guard: &Guard<OwnAccount>, kit: Kit, errors: Errors) -> Result<WishesPage, Problem> {
    let wishes = super::own(&app.store, &guard.actor, &guard.scope, app.site.area).await?;
    let mobile = addresses::mobile(&app.store, guard.actor.account, app.today()).await?;
    let offered = app.post.channels();
    let reached: Vec<_> = offered
        .iter()
        .copied()
        .filter(|channel| match channel {
            MessageChannel::Email => wishes.email.is_some(),
            MessageChannel::Sms | MessageChannel::Work => mobile.is_some(),
        })
        .collect();
    let chosen = wishes.chosen(&reached);
    let road = |channel: &MessageChannel| Road {
        code: channel.code(),
        label: match reached.contains(channel) {
            true => channel.label().to_owned(),
            false => format!("{}（还没有{}）", channel.label(), number_of(*channel)),
        },
        on: chosen.contains(channel),
    };
    let terms = &app.post.terms;
    let quiet = wishes.quiet(terms);
    let off = if terms.quiet.off_days { "和休息日" } else { "" };
    Ok(WishesPage {
        kit: kit.titled("消息接收").under("/account", "我的账号"),
        errors,
        kept: app.post.is_kept(),
        mobile: mobile.map(|phone| phone.masked()).unwrap_or_default(),
        mails: offered.contains(&MessageChannel::Email),
        email: wishes.email.as_ref().map(store::Private::masked).unwrap_or_default(),
        pending: wishes.email_wish.as_ref().map(store::Private::masked).unwrap_or_default(),
        typed_email: String::new(),
        roads: offered.iter().map(road).collect(),
        kinds: NewsKind::ALL
            .iter()
            .map(|kind| Kind { code: kind.code(), label: kind.label(), pace: wishes.pace(*kind).code() })
            .collect(),
        paces: Pace::ALL.iter().map(|pace| Choice::new(pace.code(), pace.label())).collect(),
        own_hours: wishes.quiet.is_some(),
        from: quiet.from.format("%H:%M").to_string(),
        until: quiet.until.format("%H:%M").to_string(),
        off_days: quiet.off_days,
        usual: format!(
            "本站一般在 {} {off}不发（快到期和已超时的除外），汇总在工作日 {} 发。",
            terms.quiet.hours(),
            terms.digest.format("%H:%M")
        ),
        version: wishes.version,
    })
}

async fn show(guard: Guard<OwnAccount>, State(app): State<App>, kit: Kit) -> Result<Html<WishesPage>, Refusal> {
    Ok(Html(page(&app, &guard, kit, Errors::none()).await?))
}

/// What the form sends: a pace per kind, a tick per road, hours.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    work: String,
    sms: String,
    email: String,
    task: String,
    deadline: String,
    progress: String,
    visit: String,
    other: String,
    own_hours: String,
    from: String,
    until: String,
    off_days: String,
    version: i64,
}

impl Typed {
    fn wish(&self) -> NewWishes {
        let ticked = |channel: &&MessageChannel| match channel {
            MessageChannel::Work => self.work == "true",
            MessageChannel::Sms => self.sms == "true",
            MessageChannel::Email => self.email == "true",
        };
        let typed = |kind: NewsKind| match kind {
            NewsKind::Task => &self.task,
            NewsKind::Deadline => &self.deadline,
            NewsKind::Progress => &self.progress,
            NewsKind::Visit => &self.visit,
            NewsKind::Other => &self.other,
        };
        let paces: BTreeMap<_, _> =
            NewsKind::ALL.iter().filter_map(|kind| Some((*kind, Pace::parse(typed(*kind))?))).collect();
        NewWishes {
            channels: Some(MessageChannel::ALL.iter().filter(ticked).copied().collect()),
            paces,
            quiet: (self.own_hours == "true").then(|| format!("{}-{}", self.from.trim(), self.until.trim())),
            off_days: Some(self.off_days == "true"),
        }
    }

    /// The page with what was typed.
    fn over(&self, page: WishesPage) -> WishesPage {
        let wish = self.wish();
        let on = |code: &str| wish.channels.iter().flatten().any(|channel| channel.code() == code);
        let roads = page.roads.into_iter().map(|road| Road { on: on(road.code), ..road }).collect();
        let pace = |kind: &Kind| {
            let kind = NewsKind::parse(kind.code)?;
            wish.paces.get(&kind).map(|pace| pace.code())
        };
        let kinds =
            page.kinds.into_iter().map(|kind| Kind { pace: pace(&kind).unwrap_or(kind.pace), ..kind }).collect();
        WishesPage {
            roads,
            kinds,
            own_hours: self.own_hours == "true",
            from: self.from.clone(),
            until: self.until.clone(),
            off_days: self.off_days == "true",
            ..page
        }
    }
}

async fn choose(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let done = async {
        let tx = app.store.begin().await?;
        let wishes: Wishes = super::own(&tx, &guard.actor, &guard.scope, app.site.area).await?;
        wishes.read_as(typed.version)?;
        super::choose(&tx, &guard.actor, wishes, typed.wish()).await?;
        tx.commit().await
    };
    match done.await {
        Ok(()) => Ok(see_other(HERE, Flash::success("已保存，从下一条消息起照此办理。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = typed.over(page(&app, &guard, kit, errors).await?);
            Ok((status, Html(page)).into_response())
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TypedEmail {
    email: String,
    code: String,
}

async fn wish(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<TypedEmail>,
) -> Result<Response, Refusal> {
    match wish_email(&app, &guard.actor, &typed.email).await {
        Ok(()) => Ok(see_other(HERE, Flash::success("确认码已发到您的邮箱，请查收后填在下面。"))),
        Err(Problem::TooOften(_)) => Ok(see_other(HERE, Flash::warning("刚发过确认码，请过一分钟再试。"))),
        Err(Problem::Unavailable(told)) => Ok(see_other(HERE, Flash::warning(told))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = WishesPage { typed_email: typed.email, ..page(&app, &guard, kit, errors).await? };
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn confirm(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<TypedEmail>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let done = confirm_email(&tx, &app, &guard.actor, &typed.code).await;
    if matches!(done, Ok(()) | Err(Problem::Invalid { .. })) {
        tx.commit().await?;
    }
    match done {
        Ok(()) => Ok(see_other(HERE, Flash::success("邮箱已确认，以后也用邮件通知您。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(page(&app, &guard, kit, errors).await?)).into_response())
        }
    }
}

async fn forget(guard: Guard<OwnAccount>, State(app): State<App>) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    drop_email(&tx, &app, &guard.actor).await?;
    tx.commit().await?;
    Ok(see_other(HERE, Flash::success("已删除邮箱，不再发邮件。")))
}
