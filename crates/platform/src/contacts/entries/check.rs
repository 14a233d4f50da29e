//! What a visit on a day would mean, shown while it is planned: whether the client must be asked, and who else comes within two
//! weeks, so that they go together.

use super::{rows, said, weighed};
use crate::contacts::{Contact, line};
use crate::{App, registry};
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadContacts;
use kernel::id::ClientId;
use kernel::words::ContactKind;
use kernel::{AreaPath, Day, Problem};
use rules::contact::budget::NEAR;
use rules::contact::{Quarter, Verdict, used};
use serde::Deserialize;
use shell::{Guard, Html, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/contacts/check", checked)
}

/// What a visit would mean.
#[derive(Debug, Default)]
pub struct Check {
    /// Why the client must consent first; empty when it need not.
    pub why: String,
    /// How the budget stands.
    pub budget: String,
    /// Who else comes near the day: whose, and the day to go together on.
    pub near: Vec<Near>,
}

/// Somebody else who comes near the day.
#[derive(Debug)]
pub struct Near {
    /// Who, when, and what for.
    pub told: String,
    /// Whether it is the same day.
    pub same: bool,
    /// The form with this day.
    pub href: String,
}

/// Looks at a day.
///
/// # Errors
/// When the database fails.
pub async fn check(
    app: &App,
    (client, place): (ClientId, &AreaPath),
    day: Day,
    but: Option<&Contact>,
) -> Result<Check, Problem> {
    let db = &app.store;
    let verdict = weighed(db, &app.site, (client, place), day, but).await?;
    let quarter = Quarter::of(day);
    let there = used(&rows::days(db, client, quarter, but.map(|contact| contact.id)).await?);
    let budget = app.site.touch.budget;
    let span = chrono::Days::new(NEAR.unsigned_abs());
    let (from, to) = (day.checked_sub_days(span).unwrap_or(day), day.checked_add_days(span).unwrap_or(day));
    let today = app.today();
    let near = rows::near(db, client, (from.max(today), to), but.map(|contact| contact.id)).await?;
    let near = near.into_iter().map(|entry| Near {
        told: format!("{}：{}（{}）", line::when(entry.day, "", today), entry.unit_name, entry.kind.label()),
        same: entry.day == day,
        href: format!("/contacts/new?client={client}&kind=onsite&day={}", entry.day),
    });
    let left = match &verdict {
        Verdict::Free { left } => format!("，这次之后还剩 {left} 天"),
        Verdict::Consent(_) => String::new(),
    };
    Ok(Check {
        why: said(&verdict).unwrap_or_default(),
        budget: format!("{}各单位入企已安排 {there} 天，上限 {budget} 天{left}", quarter.said()),
        near: near.collect(),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    client: String,
    kind: String,
    day: String,
    consent: String,
}

#[derive(Template)]
#[template(path = "contacts/entries/check.html")]
struct CheckPart {
    check: Option<Check>,
    /// Whether the client is to be asked, as it was ticked.
    consent: bool,
}

async fn checked(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Html<CheckPart>, Refusal> {
    let onsite = ContactKind::parse(&asked.kind) == Some(ContactKind::Onsite);
    let (Ok(client), Ok(day), true) = (asked.client.parse(), asked.day.parse::<Day>(), onsite) else {
        return Ok(Html(CheckPart { check: None, consent: false }));
    };
    let client = registry::client(&app.store, &guard.scope, client).await?;
    let check = check(&app, (client.id, &client.area_path), day, None).await?;
    Ok(Html(CheckPart { check: Some(check), consent: asked.consent == "true" }))
}
