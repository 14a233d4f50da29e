//! Tokens for people: issuing one, the list, and the rules of signing in.

use super::{TokenId, standing};
use crate::App;
use crate::access::grants::{Refused, show_page};
use crate::app::say_day;
use crate::identity::accounts;
use crate::identity::sessions::{self, NewToken, Session};
use crate::identity::{FAILURES, LOCK, TRIES};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::authz::ManageGrants;
use kernel::id::AccountId;
use kernel::{Cursor, Instant, Limit, Problem};
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/tokens", list)
        .post("/tokens/{id}/revoke", revoke)
        .post("/grants/{id}/tokens", issue)
        .get("/sign-in-rules", rules)
}

/// A token as it is listed.
pub(in crate::access) struct TokenLine {
    pub id: TokenId,
    pub account: AccountId,
    pub name: String,
    pub label: String,
    pub by: String,
    pub made: String,
    pub until: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub revocable: bool,
}

impl TokenLine {
    pub(in crate::access) fn of(app: &App, token: &Session, now: Instant) -> Self {
        let (state, tone) = standing(token, now);
        let day = |at: Instant| say_day(app.site.hours.day(at));
        Self {
            id: token.id,
            account: token.account_id,
            name: token.account_name.clone(),
            label: token.label.clone(),
            by: token.issued_by.clone().unwrap_or_default(),
            made: day(token.made_at),
            until: day(token.expires_at),
            state,
            tone,
            revocable: token.ended_at.is_none() && token.expires_at > now,
        }
    }
}

#[derive(Template)]
#[template(path = "access/tokens/list.html")]
struct ListPage {
    kit: Kit,
    tokens: Vec<TokenLine>,
    next: Option<Cursor>,
}

/// Shown once: the token that was just made.
#[derive(Template)]
#[template(path = "access/tokens/secret.html")]
struct SecretPage {
    kit: Kit,
    account: AccountId,
    purpose: String,
    token: String,
    until: String,
}

#[derive(Template)]
#[template(path = "access/tokens/rules.html")]
struct RulesPage {
    kit: Kit,
    lock: String,
    source: String,
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
}

async fn list(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let now = app.now();
    let found = sessions::tokens(&app.store, &guard.scope, None, asked.cursor.as_deref(), Limit::USUAL).await?;
    let tokens = found.items.iter().map(|token| TokenLine::of(&app, token, now)).collect();
    Ok(Html(ListPage { kit: kit.titled("接口令牌"), tokens, next: found.next }))
}

#[derive(Deserialize)]
struct Typed {
    label: String,
    days: String,
}

async fn issue(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<AccountId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let issued = async {
        let days = typed.days.trim().parse();
        let days = days.map_err(|_| Problem::field("days", "有效期请填 1 到 366 之间的天数。"))?;
        let new = NewToken { label: typed.label.clone(), days };
        let tx = app.store.begin().await?;
        let account = accounts::account(&tx, &guard.scope, id).await?;
        let issued = sessions::issue_token(&tx, &guard.actor, &account, &new).await?;
        tx.commit().await?;
        Ok((account, issued))
    };
    match issued.await {
        Ok((account, issued)) => Ok(Html(SecretPage {
            kit: kit.titled("令牌已发放").under(format!("/grants/{id}"), account.name.as_str()),
            account: id,
            purpose: typed.label,
            token: issued.token,
            until: say_day(app.site.hours.day(issued.expires_at)),
        })
        .into_response()),
        Err(problem) => {
            let (status, errors) = match problem {
                Problem::Conflict(detail) => (StatusCode::CONFLICT, Errors { detail, items: Vec::new() }),
                other => (StatusCode::UNPROCESSABLE_ENTITY, Errors::take(other)?),
            };
            let refused = Refused { errors, label: typed.label, days: typed.days };
            Ok((status, show_page(&app, &guard, kit, id, Some(refused)).await?).into_response())
        }
    }
}

async fn revoke(
    guard: Guard<ManageGrants>,
    State(app): State<App>,
    Path(id): Path<TokenId>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let token = sessions::issued_token(&tx, &guard.scope, id).await?;
    let flash = match sessions::revoke_token(&tx, &guard.actor, &token).await {
        Ok(()) => Flash::success(format!("令牌“{}”已吊销，马上不能再用。", token.label)),
        Err(Problem::Conflict(told)) => Flash::warning(told),
        Err(problem) => return Err(problem.into()),
    };
    tx.commit().await?;
    Ok(see_other(&format!("/grants/{}", token.account_id), flash))
}

async fn rules(_: Guard<ManageGrants>, kit: Kit) -> Html<RulesPage> {
    let minutes = LOCK.num_minutes();
    let lock = format!("密码或动态码连续输错 {FAILURES} 次，账号锁定 {minutes} 分钟；系统管理员可以提前解除");
    let source = format!("同一网络地址 {minutes} 分钟内最多尝试 {TRIES} 次");
    Html(RulesPage { kit: kit.titled("登录安全规则"), lock, source })
}
