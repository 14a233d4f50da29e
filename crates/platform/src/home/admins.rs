//! The first page of the three administrators, and of who has no role yet. None of them sees any of the business.

use crate::App;
use crate::app::say_day;
use crate::audit::{self, ChainWords, DeedLine, TrailFilter};
use crate::identity::accounts::{self, AccountFilter, AccountState};
use crate::identity::{grants, sessions};
use crate::messages::deliveries;
use askama::Template;
use chrono::Days;
use kernel::authz::{ManageAccounts, ManageGrants, ReadAudit, ReadSignals};
use kernel::{Actor, Limit, Problem, Right, Scope};
use shell::{Html, Kit, NavItem};

/// How many days ahead an end is told.
const AHEAD: u64 = 7;
/// How many of each are shown.
const SHOWN: u32 = 10;

/// Whether this page is for the actor.
pub(super) fn is_for(actor: &Actor) -> bool {
    [ManageAccounts::NAME, ManageGrants::NAME, ReadAudit::NAME].iter().any(|right| actor.holds(right))
        || actor.waits_for_a_role()
}

/// The places of an administrator.
///
/// # Errors
/// When the database fails.
pub(super) async fn nav(app: &App, actor: &Actor, nav: &mut Vec<NavItem>) -> Result<(), Problem> {
    if let Some(scope) = actor.scope::<ManageAccounts>() {
        let locked = accounts::count_in_state(app, &scope, AccountState::Locked).await?;
        let [stuck] = store::counts(&app.store, [deliveries::stuck(actor)]).await?;
        nav.push(NavItem::new("/accounts", "users", "账号管理").count(locked));
        nav.push(NavItem::new("/deliveries", "send", "消息发送").count(stuck));
    }
    if let Some(scope) = actor.scope::<ManageGrants>() {
        let roleless = accounts::count_in_state(app, &scope, AccountState::Roleless).await?;
        nav.push(NavItem::new("/grants", "key", "授权管理").count(roleless));
        nav.push(NavItem::new("/tokens", "plug-connected", "接口令牌"));
        nav.push(NavItem::new("/sign-in-rules", "shield-lock", "安全规则"));
    }
    if actor.holds(ReadAudit::NAME) {
        nav.push(NavItem::new("/audit", "history", "审计记录"));
    }
    if actor.holds(ReadSignals::NAME) {
        nav.push(NavItem::new("/signals", "alert-triangle", "核查线索"));
    }
    Ok(())
}

/// A number that leads to its list.
struct Figure {
    label: &'static str,
    value: u64,
    href: String,
    tone: &'static str,
}

/// Something that waits.
struct Waiting {
    href: String,
    name: String,
    about: String,
    when: String,
    tone: &'static str,
}

/// What waits, under a heading.
struct Part {
    heading: &'static str,
    heads: [&'static str; 3],
    /// What is said when nothing waits.
    nothing: &'static str,
    lines: Vec<Waiting>,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "home/admins.html")]
pub(super) struct AdminPage {
    kit: Kit,
    /// Whether the person has no role yet.
    newcomer: bool,
    figures: Vec<Figure>,
    parts: Vec<Part>,
    chain: Option<ChainWords>,
    deeds: Vec<DeedLine>,
}

/// The page.
///
/// # Errors
/// When the database fails.
pub(super) async fn page(app: &App, actor: &Actor, kit: Kit) -> Result<Html<AdminPage>, Problem> {
    let mut page = AdminPage {
        kit: kit.titled(format!("{}，您好", actor.name)),
        newcomer: actor.waits_for_a_role(),
        figures: Vec::new(),
        parts: Vec::new(),
        chain: None,
        deeds: Vec::new(),
    };
    if let Some(scope) = actor.scope::<ManageAccounts>() {
        accounts_to_mind(app, &scope, &mut page).await?;
    }
    if let Some(scope) = actor.scope::<ManageGrants>() {
        grants_to_mind(app, &scope, &mut page).await?;
    }
    if let Some(scope) = actor.scope::<ReadAudit>() {
        page.chain = Some(audit::chain_words(app, &scope).await?);
        let found = audit::trail(app, &scope, &TrailFilter::default(), Limit::parse(Some(SHOWN))?).await?;
        page.deeds = found.items.into_iter().map(|line| DeedLine::of(line, app)).collect();
    }
    Ok(Html(page))
}

/// Accounts in a state, as a part of the page.
async fn in_state<R: Right>(
    app: &App,
    scope: &Scope<R>,
    state: AccountState,
    base: &str,
    part: Part,
) -> Result<Part, Problem> {
    let filter = AccountFilter { state: Some(state), ..AccountFilter::default() };
    let found = accounts::accounts(app, scope, &filter, Limit::parse(Some(SHOWN))?).await?;
    let now = app.now();
    let line = |account: &accounts::Listed| Waiting {
        href: format!("{base}/{}", account.id),
        name: account.name.clone(),
        about: account.unit_name.clone().or_else(|| account.area_name.clone()).unwrap_or_default(),
        when: match (state, account.locked_until) {
            (AccountState::Locked, Some(until)) => format!("{} 自动解除", app.site.say(until, now)),
            _ => format!("{} 开通", app.site.say(account.made_at, now)),
        },
        tone: "grey",
    };
    let more = found.next.map(|_| format!("{base}?state={}", state.code()));
    Ok(Part { lines: found.items.iter().map(line).collect(), more, ..part })
}

async fn accounts_to_mind(app: &App, scope: &Scope<ManageAccounts>, page: &mut AdminPage) -> Result<(), Problem> {
    for (state, tone) in
        [(AccountState::Locked, "red"), (AccountState::First, "blue"), (AccountState::Roleless, "yellow")]
    {
        let value = accounts::count_in_state(app, scope, state).await?;
        let href = format!("/accounts?state={}", state.code());
        page.figures.push(Figure { label: state.label(), value, href, tone: if value == 0 { "grey" } else { tone } });
    }
    let part = Part {
        heading: "已锁定的账号",
        heads: ["姓名", "单位（区域）", "锁定"],
        nothing: "没有被锁定的账号。",
        lines: Vec::new(),
        more: None,
    };
    page.parts.push(in_state(app, scope, AccountState::Locked, "/accounts", part).await?);
    Ok(())
}

async fn grants_to_mind(app: &App, scope: &Scope<ManageGrants>, page: &mut AdminPage) -> Result<(), Problem> {
    let part = Part {
        heading: "等待授权的账号",
        heads: ["姓名", "单位（区域）", "开通时间"],
        nothing: "所有账号都有角色。",
        lines: Vec::new(),
        more: None,
    };
    page.parts.push(in_state(app, scope, AccountState::Roleless, "/grants", part).await?);
    let now = app.now();
    let today = app.site.hours.day(now);
    let soon = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    let ending = grants::ending(&app.store, scope, (today, soon), i64::from(SHOWN)).await?;
    let lines = ending.iter().map(|held| Waiting {
        href: format!("/grants/{}", held.account_id),
        name: held.account_name.clone(),
        about: format!("{} · {}", held.role.label(), held.reach_words()),
        when: held.until_day.map(|last| format!("{}止", say_day(last))).unwrap_or_default(),
        tone: "yellow",
    });
    page.parts.push(Part {
        heading: "七天内到期的授权",
        heads: ["姓名", "角色与范围", "到期"],
        nothing: "七天内没有到期的授权。",
        lines: lines.collect(),
        more: None,
    });
    let span = (now - chrono::Duration::days(30), now + chrono::Duration::days(7));
    let tokens = sessions::tokens_running_out(&app.store, scope, span, i64::from(SHOWN)).await?;
    let lines = tokens.iter().map(|token| {
        let over = token.expires_at <= now;
        Waiting {
            href: format!("/grants/{}", token.account_id),
            name: token.label.clone(),
            about: token.account_name.clone(),
            when: format!("{} {}", if over { "已过期" } else { "即将过期" }, app.site.say(token.expires_at, now)),
            tone: if over { "red" } else { "yellow" },
        }
    });
    page.parts.push(Part {
        heading: "到期的接口令牌",
        heads: ["用途", "账号", "有效期"],
        nothing: "近一个月没有过期的令牌，七天内也没有要到期的。",
        lines: lines.collect(),
        more: (!tokens.is_empty()).then(|| "/tokens".into()),
    });
    Ok(())
}
