//! Choosing one unit or one official of many: what a picker offers, and which one it means.

use super::{Official, Unit, officials, units};
use crate::App;
use axum::extract::State;
use kernel::authz::ReadOrg;
use kernel::id::{OfficialId, UnitId};
use kernel::{Problem, Right, Scope};
use serde::Deserialize;
use shell::{Choice, Guard, Html, MOST_PICKS, Picker, Picks, Query, Refusal, Routes};
use store::Db;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pick/units", offered_units).get("/pick/officials", offered_officials)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

async fn offered_units(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Html<Picks>, Refusal> {
    let found = pick_units(&app.store, &guard.scope, &asked.q, MOST_PICKS).await?;
    Ok(Html(Picks { choices: found.iter().map(unit_choice).collect() }))
}

async fn offered_officials(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Html<Picks>, Refusal> {
    let found = pick_officials(&app.store, &guard.scope, &asked.q, MOST_PICKS).await?;
    Ok(Html(Picks { choices: found.iter().map(official_choice).collect() }))
}

/// A unit as a picker shows it: its name and its place.
#[must_use]
pub fn unit_choice(unit: &Unit) -> Choice {
    Choice::new(unit.id.to_string(), unit.name.as_str()).hint(format!("{} · {}", unit.area_name, unit.kind.label()))
}

/// An official as a picker shows them: name, unit and post.
#[must_use]
pub fn official_choice(official: &Official) -> Choice {
    let hint = [official.unit_name.as_str(), official.title.as_deref().unwrap_or_default(), official.rank.label()];
    let hint: Vec<&str> = hint.into_iter().filter(|part| !part.is_empty()).collect();
    Choice::new(official.id.to_string(), official.name.as_str()).hint(hint.join(" · "))
}

/// The open units within the scope whose name and area have every word of `text`, at most `most`; without a text the first.
///
/// # Errors
/// When the database fails.
pub async fn pick_units<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    text: &str,
    most: usize,
) -> Result<Vec<Unit>, Problem> {
    units::picks(db, scope, &words(text), most).await
}

/// The officials in office within the scope of whom name, unit, area and post have every word of `text`, the highest rank
/// first, at most `most`; without a text the first.
///
/// # Errors
/// When the database fails.
pub async fn pick_officials<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    text: &str,
    most: usize,
) -> Result<Vec<Official>, Problem> {
    officials::picks(db, scope, &words(text), most).await
}

/// What was typed, word by word: as many as somebody types who looks for one thing.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '、' | '·'))
        .filter(|word| !word.is_empty())
        .take(5)
        .collect()
}

/// The open unit that a picker means.
///
/// # Errors
/// [`Problem::Invalid`] on `field` when it means none within the scope, or several: then the picker holds them.
pub async fn picked_unit<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    picker: &mut Picker,
    field: &str,
) -> Result<UnitId, Problem> {
    let chosen = match picker.chosen.parse::<UnitId>() {
        Ok(id) => units::find(db, scope, id).await?.filter(|unit| unit.closed_on.is_none()),
        Err(_) => None,
    };
    let found =
        if picker.typed.is_empty() { Vec::new() } else { pick_units(db, scope, &picker.typed, MOST_PICKS).await? };
    let chosen = chosen.as_ref().map(unit_choice);
    let value = picker.settle(field, "单位", chosen, found.iter().map(unit_choice).collect())?;
    value.parse().map_err(|_| Problem::field(field, "请选择单位。"))
}

/// The official in office whom a picker means.
///
/// # Errors
/// [`Problem::Invalid`] on `field` when it means nobody within the scope, or several: then the picker holds them.
pub async fn picked_official<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    picker: &mut Picker,
    field: &str,
) -> Result<OfficialId, Problem> {
    let chosen = match picker.chosen.parse::<OfficialId>() {
        Ok(id) => officials::find(db, scope, id).await?.filter(|official| official.left_on.is_none()),
        Err(_) => None,
    };
    let found =
        if picker.typed.is_empty() { Vec::new() } else { pick_officials(db, scope, &picker.typed, MOST_PICKS).await? };
    let chosen = chosen.as_ref().map(official_choice);
    let value = picker.settle(field, "干部", chosen, found.iter().map(official_choice).collect())?;
    value.parse().map_err(|_| Problem::field(field, "请选择干部。"))
}
