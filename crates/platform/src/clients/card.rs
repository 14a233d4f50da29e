//! A commissioner's card (公示牌): who looks after the client, where their office is reached, and a picture that a telephone
//! reads to raise a demand. To be hung up, so it bears no mobile: the number of the unit is public, the person's is not.

use super::href;
use crate::app::asked_host;
use crate::identity::qr_image;
use crate::org::many::units;
use crate::pairing::{self, Commissioner};
use crate::registry::{self, Client};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use kernel::Problem;
use kernel::authz::ReadPairings;
use kernel::id::PairingId;
use shell::{Guard, Html, Kit, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairings/{id}/card", card)
}

/// Where the card of a pairing is.
pub(super) fn card_href(pairing: PairingId) -> String {
    format!("/pairings/{pairing}/card")
}

#[derive(Template)]
#[template(path = "clients/card.html")]
struct CardPage {
    kit: Kit,
    client: Client,
    commissioner: Commissioner,
    /// The number of the unit, where one is entered.
    phone: String,
    picture: String,
}

async fn card(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PairingId>,
    headers: HeaderMap,
) -> Result<Html<CardPage>, Refusal> {
    let pairing = pairing::pairing(&app.store, &guard.scope, id).await?;
    let client = registry::client(&app.store, &guard.scope, pairing.client_id).await?;
    let serving = pairing::commissioners(&app.store, &guard.scope, &[client.id], app.today()).await?;
    // Whoever looked after it once, or will, has no card today.
    let commissioner = serving.into_iter().find(|one| one.pairing_id == id).ok_or(Problem::NotFound)?;
    let official = org::official_of(&app.store, (commissioner.official_id, commissioner.official_county_id)).await?;
    let unit = official.ok_or(Problem::NotFound)?.unit_id;
    let phone = units(&app.store, &[unit]).await?.remove(&unit).and_then(|unit| unit.phone);
    let address = app.site.address(asked_host(&headers));
    Ok(Html(CardPage {
        kit: kit.titled("服务专员公示牌").under(href(&client), client.name.as_str()),
        picture: qr_image(&format!("{address}/demands/new?client={}", client.id))?,
        phone: phone.map(|phone| phone.to_string()).unwrap_or_default(),
        client,
        commissioner,
    }))
}
