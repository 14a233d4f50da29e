//! The places of a round as a list: every filter in its address.

use super::{Place, PlaceFilter};
use crate::rounds::Round;
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use kernel::authz::{ReadOrg, ReadPairings};
use kernel::id::RoundId;
use kernel::words::{AreaLevel, PairingPart, RoundChange, RoundOrigin};
use kernel::{Actor, AreaCode, Cursor, Limit, Problem, Right, Scope};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairing-rounds/{id}/places", list)
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
    area: String,
    change: String,
    origin: String,
    part: String,
    why: String,
    unit: String,
    unit_text: String,
    official: String,
    official_text: String,
    cursor: Option<String>,
}

/// A place as a line.
pub(super) struct Line {
    pub href: String,
    pub client: String,
    pub area: String,
    pub assists: bool,
    pub official: String,
    pub unit: String,
    pub now: String,
    pub change: &'static str,
    pub tone: &'static str,
    pub by_hand: bool,
    pub why: String,
}

/// The colour of a change.
pub(super) fn change_tone(change: RoundChange) -> &'static str {
    match change {
        RoundChange::Kept => "green",
        RoundChange::Changed | RoundChange::Begun => "blue",
        RoundChange::Unpaired => "red",
        RoundChange::Short => "yellow",
    }
}

impl Line {
    pub fn of(round: &Round, place: &Place) -> Self {
        Self {
            href: format!("{}/places/{}", round.path(), place.id),
            client: place.client_name.clone(),
            area: place.area_name.clone(),
            assists: place.part == PairingPart::Assist,
            official: place.official_name.clone(),
            unit: place.unit_name.clone(),
            now: if place.change == RoundChange::Kept { String::new() } else { place.now_name.clone() },
            change: place.change.label(),
            tone: change_tone(place.change),
            by_hand: place.origin == RoundOrigin::Hand,
            why: place.why.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "rounds/result/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    round: Round,
    consults: bool,
    asked: Asked,
    areas: Vec<Choice>,
    changes: Vec<Choice>,
    origins: Vec<Choice>,
    parts: Vec<Choice>,
    unit: Picker,
    official: Picker,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

impl ListPage {
    fn further(&self) -> bool {
        !self.unit.is_empty()
            || !self.official.is_empty()
            || !self.asked.origin.is_empty()
            || !self.asked.part.is_empty()
    }
}

async fn list(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    let mut page = ListPage {
        kit: kit.titled("安排清单").under(round.path(), round.name.as_str()),
        errors: Errors::none(),
        consults: guard.actor.holds(ReadOrg::NAME),
        areas: areas(&app, &guard.scope, &round).await?,
        changes: RoundChange::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        origins: RoundOrigin::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        parts: PairingPart::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        unit: Picker::sent(asked.unit.as_str(), &asked.unit_text),
        official: Picker::sent(asked.official.as_str(), &asked.official_text),
        lines: Vec::new(),
        next: None,
        asked,
        round,
    };
    match filter(&app, &guard.actor, &mut page).await {
        Ok(filter) => {
            let found = super::places(&app.store, &guard.scope, &page.round, &filter, Limit::USUAL).await?;
            page.lines = found.items.iter().map(|place| Line::of(&page.round, place)).collect();
            page.next = found.next;
        }
        Err(problem) => page.errors = Errors::take(problem)?,
    }
    Ok(Html(page))
}

async fn filter(app: &App, actor: &Actor, page: &mut ListPage) -> Result<PlaceFilter, Problem> {
    let some = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut filter = PlaceFilter {
        area: AreaCode::parse(&page.asked.area).ok(),
        change: RoundChange::parse(&page.asked.change),
        origin: RoundOrigin::parse(&page.asked.origin),
        part: PairingPart::parse(&page.asked.part),
        why: some(&page.asked.why),
        q: some(&page.asked.q),
        cursor: page.asked.cursor.clone(),
        ..PlaceFilter::default()
    };
    if let Some(consulted) = actor.scope::<ReadOrg>() {
        if !page.unit.is_empty() {
            filter.unit = Some(org::picked_unit(&app.store, &consulted, &mut page.unit, "unit").await?);
        }
        if !page.official.is_empty() {
            let official = org::picked_official(&app.store, &consulted, &mut page.official, "official").await?;
            filter.official = Some(official);
        }
    }
    Ok(filter)
}

/// The counties and towns of the round that the reader reaches.
async fn areas(app: &App, scope: &Scope<ReadPairings>, round: &Round) -> Result<Vec<Choice>, Problem> {
    let mut areas = org::areas_within(&app.store, scope).await?;
    areas.retain(|area| {
        round.area_path.contains(&area.path) && matches!(area.level, AreaLevel::County | AreaLevel::Town)
    });
    let inset = |area: &org::Area| if area.level == AreaLevel::Town { "　" } else { "" };
    Ok(areas.iter().map(|area| Choice::new(area.id.to_string(), format!("{}{}", inset(area), area.name))).collect())
}
