//! Opening a masked number: of a liaison, by who serves the client or keeps its register; of an official, by the client's side
//! whom they look after, by who keeps the officials, and by themselves. Every look is kept.

use super::href;
use crate::looks::{self, AskPage, Seen, Typed, Why};
use crate::pairing::{self, absences};
use crate::registry::{self, Client, Liaison};
use crate::{App, org};
use axum::extract::State;
use axum::response::Response;
use kernel::authz::{OwnAccount, ReadOrg, ReadPairings, ReadRegistry, WriteOrg};
use kernel::id::{ClientId, LiaisonId, OfficialId};
use kernel::words::{LookField, LookSubject};
use kernel::{Actor, AreaCode, Phone, Problem, Reach};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Form, Guard, Html, Json, Kit, Path, Query, Refusal, Routes};
use store::Private;
use store::private::OfficialMobile;

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/liaisons/{id}/look", ask_liaison)
        .post("/liaisons/{id}/look", open_liaison)
        .get("/officials/{id}/look", ask_official)
        .post("/officials/{id}/look", open_official)
        .api_post("/api/v1/liaisons/{id}/look", "查看联络员的完整电话，须说明理由，留下记录", look_at_liaison)
        .api_post("/api/v1/officials/{id}/look", "查看干部的完整手机号，须说明理由，留下记录", look_at_official)
}

/// A number in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Opened {
    /// The number.
    phone: String,
}

/// Where a liaison's number is asked for.
pub(super) fn liaison_href(id: LiaisonId) -> String {
    format!("/liaisons/{id}/look")
}

/// Where the number of a client's commissioner is asked for.
pub(super) fn commissioner_href(official: OfficialId, client: ClientId) -> String {
    format!("/officials/{official}/look?client={client}")
}

/// The client's liaison, when the actor may look at their number.
async fn liaison(app: &App, guard: &Guard<ReadRegistry>, id: LiaisonId) -> Result<(Client, Liaison), Problem> {
    let liaison = registry::liaison(&app.store, &guard.scope, id).await?;
    let client = registry::client(&app.store, &guard.scope, liaison.client_id).await?;
    if registry::may_look(&guard.actor, &client) { Ok((client, liaison)) } else { Err(Problem::NotFound) }
}

fn liaison_page(kit: Kit, client: &Client, liaison: &Liaison) -> AskPage {
    let kit = kit.under(href(client), client.name.as_str());
    AskPage::new(kit, liaison_href(liaison.id), format!("{}的电话", liaison.name), liaison.phone.masked())
}

async fn open(app: &App, guard: &Guard<ReadRegistry>, id: LiaisonId, why: Why) -> Result<Phone, Problem> {
    let (client, liaison) = liaison(app, guard, id).await?;
    let seen = Seen {
        county: client.county_id,
        subject: LookSubject::Liaison,
        id: liaison.id.0,
        name: liaison.name,
        field: LookField::Phone,
        client: Some(client.id),
        official: None,
    };
    let tx = app.store.begin().await?;
    looks::record(&tx, &guard.actor, seen, why).await?;
    tx.commit().await?;
    Ok(liaison.phone.in_full().clone())
}

async fn ask_liaison(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<LiaisonId>,
) -> Result<Html<AskPage>, Refusal> {
    let (client, liaison) = liaison(&app, &guard, id).await?;
    Ok(Html(liaison_page(kit, &client, &liaison)))
}

async fn open_liaison(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<LiaisonId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let (client, found) = liaison(&app, &guard, id).await?;
    let page = liaison_page(kit, &client, &found);
    match typed.why() {
        Ok(why) => Ok(page.opened(open(&app, &guard, id, why).await?.to_string())),
        Err(problem) => page.refused(typed, problem),
    }
}

async fn look_at_liaison(
    guard: Guard<ReadRegistry>,
    State(app): State<App>,
    Path(id): Path<LiaisonId>,
    Json(why): Json<Why>,
) -> Result<Json<Opened>, Refusal> {
    Ok(Json(Opened { phone: open(&app, &guard, id, why).await?.to_string() }))
}

/// For which client an official's number is asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct For {
    /// The client that they look after.
    client: Option<ClientId>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "LookAtOfficial")]
struct Wish {
    /// The client that they look after, for who serves it.
    client: Option<ClientId>,
    #[serde(flatten)]
    why: Why,
}

/// An official whose number the actor may see.
struct Found {
    id: OfficialId,
    county: AreaCode,
    name: String,
    mobile: Private<OfficialMobile>,
    back: (String, String),
}

impl Found {
    fn page(&self, kit: Kit, client: Option<ClientId>) -> AskPage {
        let action = match client {
            Some(client) => commissioner_href(self.id, client),
            None => format!("/officials/{}/look", self.id),
        };
        let kit = kit.under(self.back.0.as_str(), self.back.1.as_str());
        AskPage::new(kit, action, format!("{}的手机", self.name), self.mobile.masked())
    }

    async fn open(self, app: &App, actor: &Actor, why: Why) -> Result<Phone, Problem> {
        let seen = Seen {
            county: self.county,
            subject: LookSubject::Official,
            id: self.id.0,
            name: self.name,
            field: LookField::Phone,
            client: None,
            official: Some(self.id),
        };
        let tx = app.store.begin().await?;
        looks::record(&tx, actor, seen, why).await?;
        tx.commit().await?;
        Ok(self.mobile.in_full().clone())
    }
}

/// An official by one of the roads that lead to their number.
async fn official(app: &App, actor: &Actor, id: OfficialId, client: Option<ClientId>) -> Result<Found, Problem> {
    let found = match client {
        Some(client) => beside(app, actor, id, client).await?,
        None => kept(app, actor, id).await?,
    };
    found.ok_or(Problem::NotFound)
}

/// Who looks after a client that the actor serves or belongs to, or stands in for them.
async fn beside(app: &App, actor: &Actor, id: OfficialId, client: ClientId) -> Result<Option<Found>, Problem> {
    let (Some(registers), Some(pairings)) = (actor.scope::<ReadRegistry>(), actor.scope::<ReadPairings>()) else {
        return Ok(None);
    };
    let client = registry::client(&app.store, &registers, client).await?;
    if !registry::may_look(actor, &client) {
        return Ok(None);
    }
    let back = (href(&client), client.name.clone());
    let found = |name, county, mobile: Option<Private<OfficialMobile>>| {
        mobile.map(|mobile| Found { id, county, name, mobile, back })
    };
    let today = app.today();
    let holders = pairing::commissioners(&app.store, &pairings, &[client.id], today).await?;
    if let Some(one) = holders.into_iter().find(|one| one.official_id == id) {
        return Ok(found(one.name, one.official_county_id, one.mobile));
    }
    let substitutes = absences::substitutes(&app.store, &pairings, &[client.id], today).await?;
    let one = substitutes.into_iter().find(|one| one.substitute_id == id);
    Ok(one.and_then(|one| found(one.name, one.substitute_county_id, one.mobile)))
}

/// An official whom the actor keeps, or the actor's own self.
async fn kept(app: &App, actor: &Actor, id: OfficialId) -> Result<Option<Found>, Problem> {
    let Some(read) = actor.scope::<ReadOrg>() else { return Ok(None) };
    let official = org::official(&app.store, &read, id).await?;
    let unit = org::unit(&app.store, &read, official.unit_id).await?;
    let keeps = actor.scope::<WriteOrg>().is_some_and(|scope| scope.covers(&Reach::Area(unit.area_path)));
    if !keeps && actor.official != Some(id) {
        return Ok(None);
    }
    let back = (format!("/org/officials/{id}"), official.name.clone());
    let (county, name) = (official.county_id, official.name);
    Ok(official.mobile.map(|mobile| Found { id, county, name, mobile, back }))
}

async fn ask_official(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
    Query(asked): Query<For>,
) -> Result<Html<AskPage>, Refusal> {
    let found = official(&app, &guard.actor, id, asked.client).await?;
    Ok(Html(found.page(kit, asked.client)))
}

async fn open_official(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
    Query(asked): Query<For>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let found = official(&app, &guard.actor, id, asked.client).await?;
    let page = found.page(kit, asked.client);
    match typed.why() {
        Ok(why) => Ok(page.opened(found.open(&app, &guard.actor, why).await?.to_string())),
        Err(problem) => page.refused(typed, problem),
    }
}

async fn look_at_official(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    Path(id): Path<OfficialId>,
    Json(wish): Json<Wish>,
) -> Result<Json<Opened>, Refusal> {
    let found = official(&app, &guard.actor, id, wish.client).await?;
    Ok(Json(Opened { phone: found.open(&app, &guard.actor, wish.why).await?.to_string() }))
}
