//! The form by which a unit announces that it comes to a client.

use super::{Entry, NewEntry};
use crate::{App, org, registry};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{AnnounceEntries, ReadOrg};
use kernel::id::{ClientId, UnitId};
use kernel::words::{EntryKind, InspectionGround};
use kernel::{Problem, Reach};
use serde::Deserialize;
use shell::{
    Choice, Errors, Flash, Form, Guard, Html, Kit, Picker, Picks, Query, Refusal, Routes, see_other, typed_day,
};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/entries/new", new).post("/entries", announce).get("/pick/nearby-clients", offered)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    unit: String,
    unit_text: String,
    client: String,
    client_text: String,
    kind: String,
    ground: String,
    day: String,
    title: String,
    consent: String,
}

#[derive(Template)]
#[template(path = "contacts/entries/new.html")]
struct NewPage {
    kit: Kit,
    errors: Errors,
    /// The reader's own unit; none for who announces for others.
    own: Option<(String, String)>,
    unit: Picker,
    client: Picker,
    kinds: Vec<Choice>,
    grounds: Vec<Choice>,
    typed: Typed,
}

impl NewPage {
    async fn new(app: &App, guard: &Guard<AnnounceEntries>, kit: Kit, typed: Typed) -> Result<Self, Problem> {
        let own = own_units(guard).first().copied();
        let own = match (own, guard.actor.scope::<ReadOrg>()) {
            (Some(id), Some(consulted)) => {
                let unit = org::unit(&app.store, &consulted, id).await?;
                Some((unit.id.to_string(), unit.name))
            }
            _ => None,
        };
        let kinds = [(EntryKind::Survey, "了解情况，不作检查"), (EntryKind::Inspection, "依法检查，写明依据")];
        Ok(Self {
            kit: kit.titled("登记调研或检查").under("/entries", "入企安排"),
            errors: Errors::none(),
            own,
            unit: Picker::sent(&typed.unit, &typed.unit_text),
            client: Picker::sent(&typed.client, &typed.client_text),
            kinds: kinds.map(|(word, hint)| Choice::new(word.code(), word.label()).hint(hint)).into(),
            grounds: vec![
                Choice::new(InspectionGround::Planned.code(), InspectionGround::Planned.label()),
                Choice::new(InspectionGround::Clue.code(), "线索核查（投诉举报、转办交办、安全隐患）"),
            ],
            typed,
        })
    }
}

/// The units for which the reader works.
fn own_units(guard: &Guard<AnnounceEntries>) -> Vec<UnitId> {
    let unit = |reach: &Reach| if let Reach::Unit(unit) = reach { Some(*unit) } else { None };
    guard.scope.reaches().iter().filter_map(unit).collect()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    q: String,
}

/// Clients that lie where the reader's unit works: name, code and place, which are public.
async fn offered(
    guard: Guard<AnnounceEntries>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<Picks>, Refusal> {
    let mut choices = Vec::new();
    for place in places(&app, &guard).await? {
        let found = registry::picks_near(&app.store, &place, &wanted.q).await?;
        choices.extend(found.iter().map(registry::choice));
    }
    choices.dedup();
    Ok(Html(Picks { choices }))
}

/// Where the reader's units work, or the areas they announce for.
async fn places(app: &App, guard: &Guard<AnnounceEntries>) -> Result<Vec<kernel::AreaPath>, Problem> {
    let mut places = Vec::new();
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    for reach in guard.scope.reaches() {
        match reach {
            Reach::Everything => places.push(app.site.path()),
            Reach::Area(path) => places.push(path.clone()),
            Reach::Unit(unit) => places.push(org::unit(&app.store, &consulted, *unit).await?.area_path),
            Reach::Clients(_) | Reach::Openly(..) | Reach::Own(_) => {}
        }
    }
    Ok(places)
}

async fn new(guard: Guard<AnnounceEntries>, State(app): State<App>, kit: Kit) -> Result<Html<NewPage>, Refusal> {
    Ok(Html(NewPage::new(&app, &guard, kit, Typed::default()).await?))
}

async fn announce(
    guard: Guard<AnnounceEntries>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let mut page = NewPage::new(&app, &guard, kit, typed).await?;
    match announced(&app, &guard, &mut page).await {
        Ok(entry) if entry.wants_consent => Ok(see_other("/entries", Flash::success("已发给企业，等企业同意。"))),
        Ok(_) => Ok(see_other("/entries", Flash::success("已登记，企业会收到消息。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            page.errors = errors;
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn announced(app: &App, guard: &Guard<AnnounceEntries>, page: &mut NewPage) -> Result<Entry, Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let unit = match &page.own {
        Some((id, _)) => id.parse().map_err(|_| Problem::field("unit", "请选择单位。")),
        None => org::picked_unit(&app.store, &consulted, &mut page.unit, "unit").await,
    };
    let client = picked(app, guard, &mut page.client).await;
    let typed = &page.typed;
    let new = NewEntry {
        client: client?,
        unit: unit?,
        kind: EntryKind::parse(&typed.kind).ok_or_else(|| Problem::field("kind", "请选择事项。"))?,
        day: typed_day(&typed.day, "day")?,
        title: typed.title.clone(),
        ground: InspectionGround::parse(&typed.ground).unwrap_or(InspectionGround::Planned),
        consent: typed.consent == "true",
    };
    let tx = app.store.begin().await?;
    let entry = super::announce(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(entry)
}

/// The client that was picked among those where the reader's unit works.
async fn picked(app: &App, guard: &Guard<AnnounceEntries>, picker: &mut Picker) -> Result<ClientId, Problem> {
    let (mut chosen, mut found) = (None, Vec::new());
    for place in places(app, guard).await? {
        if let Ok(id) = picker.chosen.parse::<ClientId>() {
            let client = registry::client_near(&app.store, &place, id).await?;
            chosen = chosen.or(client.as_ref().map(registry::choice));
        }
        if !picker.typed.is_empty() {
            found.extend(registry::picks_near(&app.store, &place, &picker.typed).await?.iter().map(registry::choice));
        }
    }
    let value = picker.settle("client", "企业（项目）", chosen, found)?;
    value.parse().map_err(|_| Problem::field("client", "请选择企业（项目）。"))
}
