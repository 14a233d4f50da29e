//! Choosing one client, or one industry, of many: what a picker offers, and which one it means.

use super::{Client, rows};
use crate::App;
use axum::extract::State;
use kernel::authz::ReadRegistry;
use kernel::id::ClientId;
use kernel::{AreaPath, Industry, Problem, Reach, Right, Scope};
use serde::Deserialize;
use shell::{Choice, Guard, Html, MOST_PICKS, Picker, Picks, Query, Refusal, Routes};
use store::Db;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pick/clients", offered).get("/pick/industries", industries)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

async fn offered(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Html<Picks>, Refusal> {
    let found = picks(&app.store, &guard.scope, &asked.q).await?;
    Ok(Html(Picks { choices: found.iter().map(choice).collect() }))
}

async fn industries(_: Guard<ReadRegistry>, Query(asked): Query<Asked>) -> Html<Picks> {
    Html(Picks { choices: Industry::find(&asked.q, MOST_PICKS).into_iter().map(class).collect() })
}

fn class(industry: Industry) -> Choice {
    let hint = format!("{} · {}", industry.code(), industry.division());
    Choice::new(industry.code(), industry.name()).hint(hint)
}

/// The class of industry that a picker means: its code.
///
/// # Errors
/// [`Problem::Invalid`] on `field` when it means none, or several: then the picker holds them.
pub fn industry(picker: &mut Picker, field: &str) -> Result<String, Problem> {
    let chosen = Industry::parse(&picker.chosen).ok().map(class);
    let found = if picker.typed.is_empty() { Vec::new() } else { Industry::find(&picker.typed, MOST_PICKS) };
    picker.settle(field, "行业", chosen, found.into_iter().map(class).collect())
}

/// A client as a picker shows it: its name, its code and its place.
#[must_use]
pub fn choice(client: &Client) -> Choice {
    let code = client.credit_code.clone().map(String::from).or_else(|| client.project_code.clone());
    let hint = [code.as_deref().unwrap_or_default(), &client.area_name];
    let hint: Vec<&str> = hint.into_iter().filter(|part| !part.is_empty()).collect();
    Choice::new(client.id.to_string(), client.name.as_str()).hint(hint.join(" · "))
}

/// The open clients within the scope that `text` may mean: by a part of the name, or the beginning of the code. The
/// likeliest first, ten at most; without a text the first ten.
///
/// # Errors
/// When the database fails.
pub async fn picks<R: Right>(db: &impl Db, scope: &Scope<R>, text: &str) -> Result<Vec<Client>, Problem> {
    rows::picks(db, scope, text.trim(), MOST_PICKS).await
}

/// The clients to choose from without typing, by whoever serves or speaks for a handful; otherwise none, but for the only one
/// there is.
///
/// # Errors
/// When the database fails.
pub async fn few<R: Right>(db: &impl Db, scope: &Scope<R>) -> Result<Vec<Choice>, Problem> {
    let in_person = scope.reaches().iter().all(|reach| matches!(reach, Reach::Clients(_)));
    let found = picks(db, scope, "").await?;
    let few = found.len() == 1 || (in_person && found.len() < MOST_PICKS);
    Ok(if few { found.iter().map(choice).collect() } else { Vec::new() })
}

/// The open client with this id within an area: for a unit of that area that comes there. What it is and where it lies is
/// public; nothing else is to be shown of it.
///
/// # Errors
/// When the database fails.
pub async fn client_near(db: &impl Db, area: &AreaPath, id: ClientId) -> Result<Option<Client>, Problem> {
    rows::client_near(db, area, id).await
}

/// The clients within an area that `text` may mean, likewise: ten at most, none without a text.
///
/// # Errors
/// When the database fails.
pub async fn picks_near(db: &impl Db, area: &AreaPath, text: &str) -> Result<Vec<Client>, Problem> {
    let text = text.trim();
    if text.is_empty() { Ok(Vec::new()) } else { rows::picks_near(db, area, text, MOST_PICKS).await }
}

/// The client that a picker means.
///
/// # Errors
/// [`Problem::Invalid`] on `field` when it means none within the scope, or several: then the picker holds them.
pub async fn picked<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    picker: &mut Picker,
    field: &str,
) -> Result<ClientId, Problem> {
    let chosen = match picker.chosen.parse::<ClientId>() {
        Ok(id) => rows::client(db, scope, id).await?.as_ref().map(choice),
        Err(_) => None,
    };
    let found = if picker.typed.is_empty() { Vec::new() } else { picks(db, scope, &picker.typed).await? };
    let value = picker.settle(field, "企业（项目）", chosen, found.iter().map(choice).collect())?;
    value.parse().map_err(|_| Problem::field(field, "请选择企业（项目）。"))
}
