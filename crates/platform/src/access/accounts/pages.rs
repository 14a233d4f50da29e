//! Accounts for people: the list, opening one, and one account with what may be done to it.

use super::{Opened, Wish, acts};
use crate::access::list::{Asked, ListPage, place};
use crate::app::say_day;
use crate::identity::accounts::{self, AccountState, Listed};
use crate::identity::grants;
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::authz::ManageAccounts;
use kernel::id::AccountId;
use kernel::words::AccountAct;
use kernel::{AreaCode, Problem, Right, Scope};
use serde::Deserialize;
use shell::{
    Choice, Errors, Flash, Form, Guard, Html, Kit, MOST_PICKS, Path, Picker, Picks, Query, Refusal, Routes, see_other,
};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/accounts", list)
        .get("/accounts/new", form)
        .post("/accounts", open)
        .get("/accounts/pick/officials", officials)
        .get("/accounts/{id}", show)
        .post("/accounts/{id}/{act}", act)
}

async fn list(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    Ok(Html(ListPage::new(&app, &guard.scope, kit.titled("账号管理"), "/accounts", asked).await?))
}

#[derive(Deserialize)]
struct Picking {
    #[serde(default)]
    q: String,
}

async fn officials(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    Query(asked): Query<Picking>,
) -> Result<Html<Picks>, Refusal> {
    let found = org::pick_officials(&app.store, &guard.scope, &asked.q, MOST_PICKS).await?;
    Ok(Html(Picks { choices: found.iter().map(org::official_choice).collect() }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    /// `official` or `post`.
    kind: String,
    login: String,
    official: String,
    official_text: String,
    name: String,
    area: String,
}

#[derive(Template)]
#[template(path = "access/accounts/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    /// Whether it is for an official, and not for a post.
    for_official: bool,
    official: Picker,
    areas: Vec<Choice>,
    typed: Typed,
}

/// Shown once: the password that was just made.
#[derive(Template)]
#[template(path = "access/accounts/secret.html")]
struct SecretPage {
    kit: Kit,
    id: AccountId,
    name: String,
    login: String,
    password: String,
    roleless: bool,
}

async fn form_page(
    app: &App,
    guard: &Guard<ManageAccounts>,
    kit: Kit,
    typed: Typed,
    (errors, official): (Errors, Picker),
) -> Result<FormPage, Problem> {
    Ok(FormPage {
        kit: kit.titled("开通账号").under("/accounts", "账号管理"),
        errors,
        for_official: typed.kind != "post",
        official,
        areas: area_choices(app, &guard.scope).await?,
        typed,
    })
}

/// The areas within a scope as choices, set in by their depth.
pub(in crate::access) async fn area_choices<R: Right>(app: &App, scope: &Scope<R>) -> Result<Vec<Choice>, Problem> {
    Ok(org::set_in(&org::areas_within(&app.store, scope).await?))
}

async fn form(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Query(typed): Query<Typed>,
) -> Result<Html<FormPage>, Refusal> {
    Ok(Html(form_page(&app, &guard, kit, typed, (Errors::none(), Picker::default())).await?))
}

async fn open(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let mut official = Picker::sent(&typed.official, &typed.official_text);
    match opened(&app, &guard, &typed, &mut official).await {
        Ok(Opened { id, name, login, password }) => {
            let kit = kit.titled("账号已开通").under("/accounts", "账号管理");
            Ok(Html(SecretPage { kit, id, name, login, password, roleless: true }).into_response())
        }
        Err(problem) => {
            let errors = Errors::take(problem)?;
            let page = form_page(&app, &guard, kit, typed, (errors, official)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

async fn opened(
    app: &App,
    guard: &Guard<ManageAccounts>,
    typed: &Typed,
    picker: &mut Picker,
) -> Result<Opened, Problem> {
    let (official, area) = if typed.kind == "post" {
        let area = AreaCode::parse(&typed.area).map_err(|_| Problem::field("area", "请选择账号所属的区域。"))?;
        (None, Some(area))
    } else {
        (Some(org::picked_official(&app.store, &guard.scope, picker, "official").await?), None)
    };
    let wish = Wish { login: typed.login.clone(), official, name: typed.name.clone(), area };
    super::open(app, &guard.actor, &guard.scope, &wish).await
}

/// A role as the system administrator reads it: only that it is there.
struct RoleLine {
    role: &'static str,
    reach: String,
}

/// Something that may be done to the account.
struct ActLine {
    action: String,
    act: AccountAct,
    question: &'static str,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "access/accounts/show.html")]
struct ShowPage {
    kit: Kit,
    account: Listed,
    place: String,
    state: AccountState,
    until: String,
    opened: String,
    roles: Vec<RoleLine>,
    acts: Vec<ActLine>,
    own: bool,
}

async fn show(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<AccountId>,
) -> Result<Html<ShowPage>, Refusal> {
    let account = accounts::account(&app.store, &guard.scope, id).await?;
    let now = app.now();
    let today = app.site.hours.day(now);
    let held = grants::grants(&app.store, id).await?;
    let roles = held.iter().filter(|held| !held.over(today));
    let roles = roles.map(|held| RoleLine { role: held.role.label(), reach: held.reach_words() }).collect();
    let own = guard.actor.account == id;
    let acts = if own { Vec::new() } else { acts(&account, now).into_iter().map(|act| line(id, act)).collect() };
    Ok(Html(ShowPage {
        kit: kit.titled(account.name.as_str()).under("/accounts", "账号管理"),
        place: place(&account),
        state: account.state(now),
        until: account.locked_until.map(|until| app.site.say(until, now)).unwrap_or_default(),
        opened: say_day(app.site.hours.day(account.made_at)),
        roles,
        acts,
        own,
        account,
    }))
}

fn line(id: AccountId, act: AccountAct) -> ActLine {
    let (question, tone) = match act {
        AccountAct::Close => ("停用后，这个账号马上退出登录，不能再用；记录都会保留，可以恢复。", "danger"),
        AccountAct::Reopen => ("恢复后，这个账号可以用原来的密码登录，原有角色仍然有效。", "primary"),
        AccountAct::Unlock => ("请先确认是本人输错了密码，再解除锁定。", "primary"),
        AccountAct::ResetPassword => ("请先核实本人身份。重置后，这个账号马上退出登录，原密码作废。", ""),
        AccountAct::DropSecondFactor => ("请先核实本人身份。关闭后，登录只凭密码，原恢复码作废。", ""),
    };
    ActLine { action: format!("/accounts/{id}/{}", act.code()), act, question, tone }
}

#[derive(Deserialize)]
struct Acting {
    version: i64,
}

async fn act(
    guard: Guard<ManageAccounts>,
    State(app): State<App>,
    kit: Kit,
    Path((id, act)): Path<(AccountId, AccountAct)>,
    Form(Acting { version }): Form<Acting>,
) -> Result<Response, Refusal> {
    match super::act(&app, &guard.actor, &guard.scope, (id, version), act).await {
        Ok((account, Some(password))) => {
            let kit = kit.titled("密码已重置").under(format!("/accounts/{id}"), account.name.as_str());
            let page = SecretPage { kit, id, name: account.name, login: account.login, password, roleless: false };
            Ok(Html(page).into_response())
        }
        Ok((account, None)) => {
            let flash = Flash::success(format!("{}的账号：已{}。", account.name, act.label()));
            Ok(see_other(&format!("/accounts/{id}"), flash))
        }
        Err(Problem::Conflict(told) | Problem::Stale(told)) => {
            Ok(see_other(&format!("/accounts/{id}"), Flash::warning(told)))
        }
        Err(problem) => Err(problem.into()),
    }
}
