//! A commissioner's own few, on a telephone: whom to call, what is under way, and a demand raised for them with one press.

use super::rows;
use super::show::Speaker;
use super::{dossier, href};
use crate::registry::{self, Client, ClientFilter};
use crate::{App, pairing};
use askama::Template;
use axum::extract::State;
use kernel::authz::{PlanContacts, RaiseDemands, ReadDemands, ReadPairings, ReadRegistry};
use kernel::id::ClientId;
use kernel::{Limit, Problem, Right};
use shell::{Guard, Html, Kit, Refusal, Routes};
use std::collections::BTreeMap;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/my-clients", mine)
}

/// A client as a card.
struct Card {
    id: ClientId,
    href: String,
    /// Its one page before a visit.
    dossier: String,
    name: String,
    /// Kind and place.
    about: String,
    speakers: Vec<Speaker>,
    open: i64,
    /// For whom the reader stands in here; none for one's own.
    for_whom: Option<String>,
}

#[derive(Template)]
#[template(path = "clients/mine.html")]
struct MinePage {
    kit: Kit,
    may_raise: bool,
    may_plan: bool,
    cards: Vec<Card>,
}

async fn mine(guard: Guard<ReadRegistry>, State(app): State<App>, kit: Kit) -> Result<Html<MinePage>, Refusal> {
    let actor = &guard.actor;
    let found = registry::clients(&app.store, &guard.scope, &ClientFilter::default(), Limit::parse(Some(200))?).await?;
    // Whoever reaches an area serves nobody in person.
    let clients: Vec<Client> = found.items.into_iter().filter(|client| in_person(&guard, client)).collect();
    let ids: Vec<ClientId> = clients.iter().map(|client| client.id).collect();
    let liaisons = registry::liaisons_of(&app.store, &ids, app.today()).await?;
    let open = open_demands(&app, &guard, &ids).await?;
    let absent = stood_in_for(&app, &guard, &ids).await?;
    let card = |client: &Client| {
        let theirs: Vec<_> = liaisons.iter().filter(|one| one.client_id == client.id).cloned().collect();
        Card {
            id: client.id,
            href: href(client),
            dossier: dossier::dossier_href(client.id),
            name: client.name.clone(),
            about: format!("{} · {}", client.kind, client.area_name),
            speakers: theirs.iter().map(|one| Speaker::of(one, registry::may_look(actor, client))).collect(),
            open: open.get(&client.id).copied().unwrap_or(0),
            for_whom: absent.get(&client.id).cloned(),
        }
    };
    Ok(Html(MinePage {
        kit: kit.titled("我服务的企业"),
        may_raise: actor.holds(RaiseDemands::NAME),
        may_plan: actor.holds(PlanContacts::NAME),
        cards: clients.iter().map(card).collect(),
    }))
}

fn in_person(guard: &Guard<ReadRegistry>, client: &Client) -> bool {
    let one = kernel::Reach::Clients(vec![client.id]);
    let listed = |reach: &kernel::Reach| matches!(reach, kernel::Reach::Clients(_)) && reach.covers(&one);
    guard.scope.reaches().iter().any(listed)
}

/// Whose clients these are, of those for whom the reader stands in.
async fn stood_in_for(
    app: &App,
    guard: &Guard<ReadRegistry>,
    clients: &[ClientId],
) -> Result<BTreeMap<ClientId, String>, Problem> {
    let (Some(scope), Some(own)) = (guard.actor.scope::<ReadPairings>(), guard.actor.official) else {
        return Ok(BTreeMap::new());
    };
    let held = pairing::commissioners(&app.store, &scope, clients, app.today()).await?;
    let own: Vec<ClientId> = held.iter().filter(|one| one.official_id == own).map(|one| one.client_id).collect();
    let others = held.into_iter().filter(|one| !own.contains(&one.client_id));
    Ok(others.map(|one| (one.client_id, one.name)).collect())
}

async fn open_demands(
    app: &App,
    guard: &Guard<ReadRegistry>,
    clients: &[ClientId],
) -> Result<BTreeMap<ClientId, i64>, Problem> {
    let Some(scope) = guard.actor.scope::<ReadDemands>() else { return Ok(BTreeMap::new()) };
    let open = rows::open_demands(&app.store, &scope, clients).await?;
    Ok(open.into_iter().map(|open| (open.client_id, open.count)).collect())
}
