//! One place of a round: who, why this one, what it costs, who would be next.

use super::list::change_tone;
use super::{Place, rows};
use crate::App;
use crate::rounds::Round;
use crate::rounds::pages::may_change;
use crate::rounds::planning::Grounds;
use askama::Template;
use axum::extract::State;
use kernel::authz::{ReadOrg, ReadPairings, ReadRegistry};
use kernel::id::{PlaceId, RoundId};
use kernel::words::{PairingPart, RoundChange, RoundOrigin, RoundState};
use kernel::{Actor, Problem, Right, Scope};
use shell::{Guard, Html, Kit, Path, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairing-rounds/{id}/places/{place}", show)
}

#[derive(Template)]
#[template(path = "rounds/result/place.html")]
struct PlacePage {
    kit: Kit,
    place: Place,
    beside: Vec<Place>,
    grounds: Grounds,
    change: &'static str,
    tone: &'static str,
    by_hand: bool,
    assists: bool,
    kept: bool,
    /// Where it is adjusted, for who may while the round is in review.
    adjust: Option<String>,
    consults: bool,
    registers: bool,
}

async fn show(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path((id, place)): Path<(RoundId, PlaceId)>,
) -> Result<Html<PlacePage>, Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    Ok(Html(page(&app, (&guard.actor, &guard.scope), kit, round, place).await?))
}

async fn page(
    app: &App,
    (actor, scope): (&Actor, &Scope<ReadPairings>),
    kit: Kit,
    round: Round,
    place: PlaceId,
) -> Result<PlacePage, Problem> {
    let place = super::place(&app.store, scope, &round, place).await?;
    let grounds = Grounds::of(&place.grounds)?;
    let adjustable = round.state == RoundState::Review && may_change(actor, &round);
    let above = format!("{}/places", round.path());
    Ok(PlacePage {
        kit: kit.titled(place.client_name.as_str()).under(above, "安排清单"),
        beside: rows::beside(&app.store, &round, &place).await?,
        grounds,
        change: place.change.label(),
        tone: change_tone(place.change),
        by_hand: place.origin == RoundOrigin::Hand,
        assists: place.part == PairingPart::Assist,
        kept: place.change == RoundChange::Kept,
        adjust: adjustable.then(|| format!("{}/places/{}", round.path(), place.id)),
        consults: actor.holds(ReadOrg::NAME),
        registers: actor.holds(ReadRegistry::NAME),
        place,
    })
}
