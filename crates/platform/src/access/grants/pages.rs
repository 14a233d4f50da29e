//! Grants for people: the accounts, one account's roles and tokens, and giving a role in two steps.

use super::Wish;
use crate::access::accounts::area_choices;
use crate::access::list::{Asked, ListPage, place};
use crate::access::tokens::TokenLine;
use crate::app::say_day;
use crate::identity::accounts::{self, AccountState, Listed};
use crate::identity::grants::{self, Held, ReachKind, goes_with, reach_kind};
use crate::identity::sessions;
use crate::{App, org, registry};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::authz::ManageGrants;
use kernel::id::{AccountId, GrantId};
use kernel::{AreaCode, Day, Limit, Problem, Reach, Role};
use serde::Deserialize;
use shell::{
    Choice, Errors, Flash, Form, Guard, Html, Kit, MOST_PICKS, Path, Picker, Picks, Query, Refusal, Routes, see_other,
};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/grants", list)
        .get("/grants/pick/units", units)
        .get("/grants/pick/clients", clients)
        .get("/grants/{id}", show)
        .get("/grants/{id}/give", form)
        .post("/grants/{id}/give", give)
        .post("/grants/{id}/{grant}/take", take)
}

async fn list(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    Ok(Html(ListPage::new(&app, &guard.scope, kit.titled("授权管理"), "/grants", asked).await?))
}

#[derive(Deserialize)]
struct Picking {
    #[serde(default)]
    q: String,
}

async fn units(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Query(asked): Query<Picking>,
) -> Result<Html<Picks>, Refusal> {
    let found = org::pick_units(&app.store, &guard.scope, &asked.q, MOST_PICKS).await?;
    Ok(Html(Picks { choices: found.iter().map(org::unit_choice).collect() }))
}

async fn clients(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Query(asked): Query<Picking>,
) -> Result<Html<Picks>, Refusal> {
    let found = registry::picks(&app.store, &guard.scope, &asked.q).await?;
    Ok(Html(Picks { choices: found.iter().map(registry::choice).collect() }))
}

/// A role as the security administrator reads it.
struct GrantLine {
    id: GrantId,
    role: &'static str,
    reach: String,
    from: String,
    until: String,
    by: String,
    state: &'static str,
    tone: &'static str,
    /// Whether it can still be taken, and by this administrator.
    takes: bool,
}

impl GrantLine {
    fn of(held: &Held, may: bool, today: Day) -> Self {
        let (state, tone) = if held.over(today) {
            ("已结束", "grey")
        } else if held.from_day > today {
            ("尚未生效", "blue")
        } else {
            ("有效", "green")
        };
        Self {
            id: held.id,
            role: held.role.label(),
            reach: held.reach_words(),
            from: say_day(held.from_day),
            until: held.until_day.map_or_else(|| "长期".into(), say_day),
            by: if held.given_by.is_empty() { "系统初始化".into() } else { held.given_by.clone() },
            state,
            tone,
            takes: may && !held.over(today),
        }
    }
}

#[derive(Template)]
#[template(path = "access/grants/show.html")]
struct ShowPage {
    kit: Kit,
    errors: Errors,
    account: Listed,
    place: String,
    state: AccountState,
    grants: Vec<GrantLine>,
    /// Roles that may be given beside those held; empty when none can be.
    roles: Vec<Choice>,
    /// Why nothing can be given here.
    barred: &'static str,
    today: Day,
    tokens: Vec<TokenLine>,
    /// Whether a token may be issued here.
    issues: bool,
    label: String,
    days: String,
}

/// What was typed for a token, when it was refused.
pub(in crate::access) struct Refused {
    pub errors: Errors,
    pub label: String,
    pub days: String,
}

/// The page of one account.
pub(in crate::access) async fn show_page(
    app: &App,
    guard: &Guard<ManageGrants>,
    kit: Kit,
    id: AccountId,
    refused: Option<Refused>,
) -> Result<impl IntoResponse + use<>, Problem> {
    let account = accounts::account(&app.store, &guard.scope, id).await?;
    let now = app.now();
    let today = app.site.hours.day(now);
    let held = grants::grants(&app.store, id).await?;
    let own = guard.actor.account == id;
    let may = |held: &Held| !own && guard.actor.may_grant(&held.grant(), held.lies());
    let holds: Vec<Role> = held.iter().filter(|held| !held.over(today)).map(|held| held.role).collect();
    let barred = match (own, account.closed_at.is_some()) {
        (true, _) => "这是您自己的账号。给自己授权或收权，要由另一名安全管理员办理。",
        (_, true) => "账号已停用，不能授权。",
        _ => "",
    };
    let open = |role: &&Role| barred.is_empty() && goes_with(**role, &holds).is_ok();
    let roles: Vec<_> = Role::ALL.iter().filter(open).map(|role| Choice::new(role.code(), role.label())).collect();
    let found = sessions::tokens(&app.store, &guard.scope, Some(id), None, Limit::USUAL).await?;
    let refused = refused.unwrap_or(Refused { errors: Errors::none(), label: String::new(), days: "90".into() });
    Ok(Html(ShowPage {
        kit: kit.titled(account.name.as_str()).under("/grants", "授权管理"),
        errors: refused.errors,
        place: place(&account),
        state: account.state(now),
        grants: held.iter().map(|held| GrantLine::of(held, may(held), today)).collect(),
        issues: barred.is_empty() && !holds.is_empty() && !holds.iter().any(|role| grants::is_admin(*role)),
        roles,
        barred,
        today,
        tokens: found.items.iter().map(|token| TokenLine::of(app, token, now)).collect(),
        label: refused.label,
        days: refused.days,
        account,
    }))
}

async fn show(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<AccountId>,
) -> Result<Response, Refusal> {
    Ok(show_page(&app, &guard, kit, id, None).await?.into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    role: String,
    area: String,
    unit: String,
    unit_text: String,
    client: String,
    client_text: String,
    from: String,
    until: String,
}

#[derive(Template)]
#[template(path = "access/grants/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    account: Listed,
    role: Role,
    kind: ReachKind,
    areas: Vec<Choice>,
    unit: Picker,
    client: Picker,
    typed: Typed,
}

/// The pickers of a form and what they were told.
#[derive(Default)]
struct Pickers {
    unit: Picker,
    client: Picker,
}

async fn form_page(
    app: &App,
    guard: &Guard<ManageGrants>,
    kit: Kit,
    account: Listed,
    (typed, pickers, errors): (Typed, Pickers, Errors),
) -> Result<FormPage, Problem> {
    let role = Role::parse(&typed.role).ok_or_else(|| Problem::field("role", "请选择角色。"))?;
    let mut areas = area_choices(app, &guard.scope).await?;
    if guard.scope.covers(&Reach::Everything) {
        areas.insert(0, Choice::new("all", "全部"));
    }
    let above = (format!("/grants/{}", account.id), account.name.clone());
    Ok(FormPage {
        kit: kit.titled(format!("授予{}", role.label())).under(above.0, above.1),
        errors,
        kind: reach_kind(role),
        role,
        areas,
        unit: pickers.unit,
        client: pickers.client,
        account,
        typed,
    })
}

async fn form(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<AccountId>,
    Query(mut typed): Query<Typed>,
) -> Result<Response, Refusal> {
    let account = accounts::account(&app.store, &guard.scope, id).await?;
    if Role::parse(&typed.role).is_none() {
        return Ok(see_other(&format!("/grants/{id}"), Flash::warning("请先选择角色，再点“下一步”。")));
    }
    if typed.from.is_empty() {
        typed.from = app.today().to_string();
    }
    let page = form_page(&app, &guard, kit, account, (typed, Pickers::default(), Errors::none())).await?;
    Ok(Html(page).into_response())
}

async fn give(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<AccountId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let account = accounts::account(&app.store, &guard.scope, id).await?;
    let unit = Picker::sent(&typed.unit, &typed.unit_text);
    let mut pickers = Pickers { unit, client: Picker::sent(&typed.client, &typed.client_text) };
    match given(&app, &guard, &account, &typed, &mut pickers).await {
        Ok(role) => {
            let told = format!("已授予{}：{}。", account.name, role.label());
            Ok(see_other(&format!("/grants/{id}"), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = match problem {
                Problem::Conflict(detail) => (StatusCode::CONFLICT, Errors { detail, items: Vec::new() }),
                other => (StatusCode::UNPROCESSABLE_ENTITY, Errors::take(other)?),
            };
            let page = form_page(&app, &guard, kit, account, (typed, pickers, errors)).await?;
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn given(
    app: &App,
    guard: &Guard<ManageGrants>,
    account: &Listed,
    typed: &Typed,
    pickers: &mut Pickers,
) -> Result<Role, Problem> {
    let role = Role::parse(&typed.role).ok_or_else(|| Problem::field("role", "请选择角色。"))?;
    let (scope, store) = (&guard.scope, &app.store);
    let mut wish = Wish {
        role,
        everything: typed.area == "all",
        area: AreaCode::parse(&typed.area).ok(),
        unit: None,
        client: None,
        from: day(&typed.from, "from")?,
        until: day(&typed.until, "until")?,
    };
    match reach_kind(role) {
        ReachKind::Unit => wish.unit = Some(org::picked_unit(store, scope, &mut pickers.unit, "unit").await?),
        ReachKind::Client => {
            wish.client = Some(registry::picked(store, scope, &mut pickers.client, "client").await?);
        }
        ReachKind::Area | ReachKind::Paired => {}
    }
    let tx = store.begin().await?;
    let account = accounts::account(&tx, scope, account.id).await?;
    super::give(&tx, &guard.actor, scope, &account, &wish, app.site.hours.day(tx.now())).await?;
    tx.commit().await?;
    Ok(role)
}

/// A day that was typed; none when the field was left empty.
fn day(typed: &str, field: &str) -> Result<Option<Day>, Problem> {
    match typed.trim() {
        "" => Ok(None),
        typed => {
            let day = typed.parse().map_err(|_| Problem::field(field, "请按 2026-11-23 的格式填写日期。"))?;
            Ok(Some(day))
        }
    }
}

#[derive(Deserialize)]
struct Taking {
    #[serde(default)]
    last_day: String,
}

async fn take(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Path((id, grant)): Path<(AccountId, GrantId)>,
    Form(typed): Form<Taking>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let account = accounts::account(&tx, &guard.scope, id).await?;
    let grant = grants::grant(&tx, id, grant).await?;
    let today = app.site.hours.day(tx.now());
    let taken = async {
        let last = grants::last_day(day(&typed.last_day, "last_day")?, today)?;
        grants::take(&tx, &guard.actor, &account, &grant, last).await?;
        Ok(last)
    };
    let flash = match taken.await {
        Ok(last) => {
            tx.commit().await?;
            let told = if last < today {
                "已收回，即时生效".to_owned()
            } else {
                format!("有效到{}", say_day(last))
            };
            Flash::success(format!("{}的“{}”角色：{told}。", account.name, grant.role.label()))
        }
        Err(Problem::Conflict(told)) => Flash::warning(told),
        Err(Problem::Invalid { errors, .. }) => {
            Flash::error(errors.into_iter().map(|error| error.detail).collect::<String>())
        }
        Err(problem) => return Err(problem.into()),
    };
    Ok(see_other(&format!("/grants/{id}"), flash))
}
