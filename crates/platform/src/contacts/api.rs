//! Contacts for programs.

use super::{Contact, ContactFilter, ContactWish, NewContact, Participant, RaisedThere, Yielded};
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{RaiseDemands, ReadContacts};
use kernel::id::{ContactId, DemandId};
use kernel::words::{ContactAct, ContactState};
use kernel::{Limit, Page};
use schemars::JsonSchema;
use serde::Serialize;
use shell::{Done, Guard, Id, IfMatch, Json, Made, Path, Query, Refusal, Routes, Version};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/contacts", "联系清单：现场办公、电话、微信等", contacts)
        .api_post("/api/v1/contacts", "约定联系，或补记一次联系", make)
        .api_get("/api/v1/contacts/{id}", "一次联系，连同成果和您现在可办的事", contact)
        .api_post("/api/v1/contacts/{id}/acts/{act}", "答复、记录、确认一次联系", act)
        .api_post("/api/v1/contacts/{id}/demands", "从这次联系提出诉求", raise)
}

async fn contacts(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Query(filter): Query<ContactFilter>,
) -> Result<Json<Page<Contact>>, Refusal> {
    let limit = Limit::parse(filter.limit)?;
    Ok(Json(super::contacts(&app.store, &guard.actor, &guard.scope, &filter, app.today(), limit).await?))
}

async fn make(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Command(new, once): Command<NewContact>,
) -> Result<Made<Id<ContactId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let made = super::make(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(made.id)).await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ShownContact")]
struct Shown {
    #[serde(flatten)]
    contact: Contact,
    /// Who took part on the officials' side.
    participants: Vec<Participant>,
    /// What came of it.
    yielded: Vec<Yielded>,
    /// What this caller may do now.
    acts: Vec<ContactAct>,
}

async fn contact(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Path(id): Path<ContactId>,
) -> Result<(Version, Json<Shown>), Refusal> {
    let contact = super::contact(&app.store, &guard.scope, id).await?;
    let participants = super::participants(&app.store, &contact).await?;
    let yielded = super::yielded(&app.store, &contact).await?;
    let acts = super::acts(&guard.actor, &contact, app.today());
    Ok((Version(contact.version), Json(Shown { contact, participants, yielded, acts })))
}

/// What is told of a contact to which something was done.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "MovedContact")]
struct Moved {
    id: ContactId,
    state: ContactState,
    /// Whether it counts.
    counts: bool,
    /// For `If-Match`.
    version: i64,
}

async fn act(
    guard: Guard<ReadContacts>,
    State(app): State<App>,
    Path((id, act)): Path<(ContactId, ContactAct)>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<ContactWish>,
) -> Result<Done<Moved>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let contact = super::contact(&tx, &guard.scope, id).await?;
    super::party(&guard.actor, &contact)?;
    contact.read_as(version)?;
    let contact = super::act(&tx, &app.site, &guard.actor, contact, act, &wish).await?;
    let Contact { id, state, version, counted_on, .. } = contact;
    let done = Done { version: Some(version), body: Moved { id, state, counts: counted_on.is_some(), version } };
    once.end(tx, &app, &guard.actor, done).await
}

/// What is told of a demand that came of a contact.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "RaisedFromContact")]
struct Raised {
    id: DemandId,
    /// The number people call it by.
    number: String,
}

async fn raise(
    guard: Guard<RaiseDemands>,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    Command(new, once): Command<RaisedThere>,
) -> Result<Made<Raised>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let contact = super::contact(&tx, &guard.scope, id).await?;
    super::party(&guard.actor, &contact)?;
    let (_, demand) = super::raise(&tx, &app.site, (&guard.actor, &guard.scope), contact, new).await?;
    let made = Made { version: Some(demand.version), body: Raised { id: demand.id, number: demand.number } };
    once.end(tx, &app, &guard.actor, made).await
}
