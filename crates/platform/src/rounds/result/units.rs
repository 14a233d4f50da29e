//! A round unit by unit: whom its officials look after.

use super::list::Line;
use super::{PlaceFilter, UnitLine};
use crate::App;
use crate::rounds::Round;
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadPairings;
use kernel::id::{RoundId, UnitId};
use kernel::{Cursor, Limit, Problem};
use serde::Deserialize;
use shell::{Guard, Html, Kit, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairing-rounds/{id}/units", units).get("/pairing-rounds/{id}/units/{unit}", unit)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "rounds/result/units.html")]
struct UnitsPage {
    kit: Kit,
    round: Round,
    asked: Asked,
    lines: Vec<UnitLine>,
    next: Option<Cursor>,
}

async fn units(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
    Query(asked): Query<Asked>,
) -> Result<Html<UnitsPage>, Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    let wanted = (Some(asked.q.as_str()), asked.cursor.as_deref());
    let found = super::units(&app.store, &guard.scope, &round, wanted, Limit::USUAL).await?;
    Ok(Html(UnitsPage {
        kit: kit.titled("按单位查看").under(round.path(), round.name.as_str()),
        lines: found.items,
        next: found.next,
        asked,
        round,
    }))
}

/// An official of a unit, with whom they look after.
struct Person {
    name: String,
    title: String,
    places: Vec<Line>,
}

#[derive(Template)]
#[template(path = "rounds/result/unit.html")]
struct UnitPage {
    kit: Kit,
    people: Vec<Person>,
    next: Option<Cursor>,
}

async fn unit(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path((id, unit)): Path<(RoundId, UnitId)>,
    Query(asked): Query<Asked>,
) -> Result<Html<UnitPage>, Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    let filter = PlaceFilter { unit: Some(unit), cursor: asked.cursor.clone(), ..PlaceFilter::default() };
    let found = super::places(&app.store, &guard.scope, &round, &filter, Limit::MOST).await?;
    let Some(first) = found.items.first() else { return Err(Problem::NotFound.into()) };
    let title = first.unit_name.clone();
    let mut people: Vec<(Option<kernel::id::OfficialId>, Person)> = Vec::new();
    for place in &found.items {
        let line = Line::of(&round, place);
        match people.iter_mut().find(|(official, _)| *official == place.official_id) {
            Some((_, person)) => person.places.push(line),
            None => {
                let (name, title) = (place.official_name.clone(), place.title.clone());
                people.push((place.official_id, Person { name, title, places: vec![line] }));
            }
        }
    }
    let above = format!("{}/units", round.path());
    Ok(Html(UnitPage {
        kit: kit.titled(title).under(above, "按单位查看"),
        people: people.into_iter().map(|(_, person)| person).collect(),
        next: found.next,
    }))
}
