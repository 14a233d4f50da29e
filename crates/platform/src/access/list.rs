//! The list of accounts as both administrators read it.

use crate::App;
use crate::identity::accounts::{self, AccountFilter, AccountState, Listed};
use askama::Template;
use kernel::{Cursor, Instant, Limit, Page, Problem, Right, Role, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Choice, Errors, Kit};

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    role: String,
    state: String,
    cursor: Option<String>,
}

/// One account.
pub(super) struct Line {
    href: String,
    name: String,
    login: String,
    place: String,
    roles: Vec<&'static str>,
    state: AccountState,
}

#[derive(Template)]
#[template(path = "access/list.html")]
pub(super) struct ListPage {
    kit: Kit,
    errors: Errors,
    /// Where the list is, and whether accounts may be opened from it.
    base: &'static str,
    opens: bool,
    q: String,
    roles: Vec<Choice>,
    role: String,
    states: Vec<Choice>,
    state: String,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

impl ListPage {
    /// The page of accounts within a scope; `base` is its address.
    pub(super) async fn new<R: Right>(
        app: &App,
        scope: &Scope<R>,
        kit: Kit,
        base: &'static str,
        asked: Asked,
    ) -> Result<Self, Problem> {
        let state = AccountState::ALL.into_iter().find(|state| state.code() == asked.state);
        let filter = AccountFilter {
            q: Some(asked.q.clone()).filter(|q| !q.trim().is_empty()),
            role: Role::parse(&asked.role),
            state,
            cursor: asked.cursor,
            limit: None,
        };
        let found = found(app, scope, &filter, Limit::USUAL).await?;
        let now = app.now();
        Ok(Self {
            kit,
            errors: Errors::none(),
            base,
            opens: base == "/accounts",
            q: asked.q,
            roles: Role::ALL.iter().map(|role| Choice::new(role.code(), role.label())).collect(),
            role: asked.role,
            states: AccountState::ALL.iter().map(|state| Choice::new(state.code(), state.label())).collect(),
            state: asked.state,
            lines: found.items.iter().map(|account| Line::of(account, base, now)).collect(),
            next: found.next,
        })
    }
}

impl Line {
    fn of(shown: &Shown, base: &str, now: Instant) -> Self {
        let account = &shown.account;
        Self {
            href: format!("{base}/{}", account.id),
            name: account.name.clone(),
            login: account.login.clone(),
            place: place(account),
            roles: shown.roles.iter().map(|role| role.label()).collect(),
            state: account.state(now),
        }
    }
}

/// Where an account belongs, as people say it.
pub(super) fn place(account: &Listed) -> String {
    let place = account.unit_name.as_ref().or(account.area_name.as_ref());
    place.cloned().unwrap_or_else(|| "全部".into())
}

/// An account with the roles it holds, today or later.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ListedAccount")]
pub(super) struct Shown {
    #[serde(flatten)]
    pub account: Listed,
    /// Its roles.
    pub roles: Vec<Role>,
}

/// Accounts within a scope, with their roles.
pub(super) async fn found<R: Right>(
    app: &App,
    scope: &Scope<R>,
    filter: &AccountFilter,
    limit: Limit,
) -> Result<Page<Shown>, Problem> {
    let page = accounts::accounts(app, scope, filter, limit).await?;
    let held = accounts::roles_of(&app.store, &page.items, app.today()).await?;
    let shown = |account: Listed| {
        let roles = held.iter().filter(|(id, _)| *id == account.id).map(|(_, role)| *role).collect();
        Shown { account, roles }
    };
    Ok(Page { items: page.items.into_iter().map(shown).collect(), next: page.next })
}
