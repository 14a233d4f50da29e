//! Pairings for people: the list, pairing by hand, ending, handing over.

use super::{HandOver, NewPairing, Pairing, PairingFilter, bars};
use crate::app::say_day;
use crate::registry::{self, ClientFilter};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, ReadPairings, ReadRegistry, WritePairings};
use kernel::id::PairingId;
use kernel::words::{ClientKind, PairingPart};
use kernel::{Actor, AreaCode, Cursor, Day, Limit, Problem, Right};
use serde::Deserialize;
use shell::{
    Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes, see_other, typed_day,
};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/pairings", list)
        .get("/pairings/new", new)
        .post("/pairings", pair)
        .get("/pairings/{id}/hand-over", handing)
        .post("/pairings/{id}/hand-over", hand_over)
        .get("/pairings/{id}/end", ending)
        .post("/pairings/{id}/end", end)
}

/// From when to when, as people say it; without an end, from when on.
pub(super) fn period(from: Day, until: Option<Day>) -> String {
    match until {
        Some(last) => format!("{} 至 {}", say_day(from), say_day(last)),
        None => format!("{}起", say_day(from)),
    }
}

/// Counted up to here.
const COUNTED: i64 = 1000;

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    /// Without it, today; empty, every day.
    on: Option<String>,
    area: String,
    unit: String,
    unit_text: String,
    official: String,
    official_text: String,
    client: String,
    client_text: String,
    cursor: Option<String>,
}

/// A pairing as a line.
struct Line {
    id: PairingId,
    client: String,
    client_href: String,
    area: String,
    official: String,
    official_href: String,
    assists: bool,
    unit: String,
    from: String,
    until: String,
    /// Whether it has no last day yet.
    open: bool,
}

impl Line {
    fn of(pairing: &Pairing) -> Self {
        Self {
            id: pairing.id,
            client: pairing.client_name.clone(),
            client_href: format!("/clients/{}", pairing.client_id),
            area: pairing.area_name.clone(),
            official: pairing.official_name.clone(),
            official_href: format!("/org/officials/{}", pairing.official_id),
            assists: pairing.part == PairingPart::Assist,
            unit: pairing.unit_name.clone(),
            from: say_day(pairing.from_day),
            until: pairing.until_day.map(say_day).unwrap_or_default(),
            open: pairing.until_day.is_none(),
        }
    }
}

#[derive(Template)]
#[template(path = "pairing/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    may_pair: bool,
    /// Whether the reader may look people and units up.
    consults: bool,
    /// Requests of clients that wait.
    pending: u64,
    /// Who has nobody: how many, of what, and where they are listed.
    alone: Vec<(String, &'static str)>,
    on: String,
    area: String,
    areas: Vec<Choice>,
    unit: Picker,
    official: Picker,
    client: Picker,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

impl ListPage {
    /// Whether one of the filters is set that lie behind 更多条件.
    fn further(&self) -> bool {
        !self.unit.is_empty() || !self.client.is_empty()
    }
}

async fn list(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let actor = &guard.actor;
    let mut page = ListPage {
        kit: kit.titled("联系包靠"),
        errors: Errors::none(),
        may_pair: actor.holds(WritePairings::NAME),
        consults: actor.holds(ReadOrg::NAME),
        alone: alone(&app, actor).await?,
        on: asked.on.clone().unwrap_or_else(|| app.today().to_string()),
        areas: org::area_choices(&app.store, &guard.scope).await?,
        pending: bars::pending(&app.store, actor).await?,
        unit: Picker::sent(asked.unit.as_str(), &asked.unit_text),
        official: Picker::sent(asked.official.as_str(), &asked.official_text),
        client: Picker::sent(asked.client.as_str(), &asked.client_text),
        area: asked.area.clone(),
        lines: Vec::new(),
        next: None,
    };
    match filter(&app, actor, &mut page, asked.cursor).await {
        Ok(filter) => {
            let found = super::pairings(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
            page.lines = found.items.iter().map(Line::of).collect();
            page.next = found.next;
        }
        Err(problem) => page.errors = Errors::take(problem)?,
    }
    Ok(Html(page))
}

/// What the filters ask for; what was typed into a picker is settled.
async fn filter(
    app: &App,
    actor: &Actor,
    page: &mut ListPage,
    cursor: Option<String>,
) -> Result<PairingFilter, Problem> {
    let on = if page.on.trim().is_empty() { None } else { Some(typed_day(&page.on, "on")?) };
    let mut filter = PairingFilter { on, area: AreaCode::parse(&page.area).ok(), cursor, ..PairingFilter::default() };
    if let Some(consulted) = actor.scope::<ReadOrg>() {
        if !page.unit.is_empty() {
            filter.unit = Some(org::picked_unit(&app.store, &consulted, &mut page.unit, "unit").await?);
        }
        if !page.official.is_empty() {
            let official = org::picked_official(&app.store, &consulted, &mut page.official, "official").await?;
            filter.official = Some(official);
        }
    }
    if let (false, Some(scope)) = (page.client.is_empty(), actor.scope::<ReadRegistry>()) {
        filter.client = Some(registry::picked(&app.store, &scope, &mut page.client, "client").await?);
    }
    Ok(filter)
}

/// How many nobody looks after today, for who may pair them.
async fn alone(app: &App, actor: &Actor) -> Result<Vec<(String, &'static str)>, Problem> {
    let (Some(scope), true) = (actor.scope::<ReadRegistry>(), actor.holds(WritePairings::NAME)) else {
        return Ok(Vec::new());
    };
    let mut alone = Vec::new();
    for (kind, unit, href) in
        [(ClientKind::Enterprise, "家", "/enterprises?paired=no"), (ClientKind::Project, "个", "/projects?paired=no")]
    {
        let filter =
            ClientFilter { kind: Some(kind), paired: Some(false), on: Some(app.today()), ..ClientFilter::default() };
        let count = registry::count(&app.store, &scope, &filter, COUNTED + 1).await?;
        if count == 0 {
            continue;
        }
        let count = if count > COUNTED { "1000 多".to_owned() } else { count.to_string() };
        alone.push((format!("{count} {unit}{kind}未安排"), href));
    }
    Ok(alone)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    client: String,
    client_text: String,
    official: String,
    official_text: String,
    part: String,
    from: String,
    last_day: String,
    version: i64,
}

/// The form of an act: pairing, handing over, or ending.
#[derive(Template)]
#[template(path = "pairing/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    action: String,
    back: String,
    /// The pairing that is handed over or ended.
    old: Option<Pairing>,
    since: String,
    ends: bool,
    client: Picker,
    official: Picker,
    parts: Vec<Choice>,
    typed: Typed,
}

impl FormPage {
    fn new(kit: Kit, act: Act, typed: Typed) -> Self {
        let (title, action, old) = match act {
            Act::Pair => ("安排服务专员", "/pairings".to_owned(), None),
            Act::HandOver(old) => ("移交服务专员", format!("/pairings/{}/hand-over", old.id), Some((old, false))),
            Act::End(old) => ("结束包靠关系", format!("/pairings/{}/end", old.id), Some((old, true))),
        };
        let (old, ends) = old.map_or((None, false), |(old, ends)| (Some(old), ends));
        let back = old.as_ref().map_or("/pairings".to_owned(), |old| format!("/clients/{}", old.client_id));
        let label = old.as_ref().map_or("联系包靠", |old| old.client_name.as_str());
        Self {
            kit: kit.titled(title).under(back.as_str(), label),
            errors: Errors::none(),
            action,
            since: old.as_ref().map(|old| say_day(old.from_day)).unwrap_or_default(),
            ends,
            client: Picker::sent(typed.client.as_str(), &typed.client_text),
            official: Picker::sent(typed.official.as_str(), &typed.official_text),
            parts: PairingPart::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            back,
            old,
            typed,
        }
    }

    fn answer(mut self, done: Result<(String, String), Problem>) -> Result<Response, Refusal> {
        match done {
            Ok((place, told)) => Ok(see_other(&place, Flash::success(told))),
            Err(problem) => {
                let (status, errors) = Errors::refused(problem)?;
                self.errors = errors;
                Ok((status, Html(self)).into_response())
            }
        }
    }
}

enum Act {
    Pair,
    HandOver(Pairing),
    End(Pairing),
}

/// Whom an address asks to pair.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wished {
    client: String,
    official: String,
}

async fn new(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Query(wished): Query<Wished>,
) -> Result<Html<FormPage>, Refusal> {
    let from = app.today().to_string();
    let typed = Typed { client: wished.client, official: wished.official, from, ..Typed::default() };
    let mut page = FormPage::new(kit, Act::Pair, typed);
    // Whoever is out of reach is not named: the field stays empty.
    if registry::picked(&app.store, &guard.scope, &mut page.client, "client").await.is_err() {
        page.client = Picker::default();
    }
    if picked_official(&app, &guard.actor, &mut page.official).await.is_err() {
        page.official = Picker::default();
    }
    Ok(Html(page))
}

async fn picked_official(app: &App, actor: &Actor, picker: &mut Picker) -> Result<kernel::id::OfficialId, Problem> {
    let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    org::picked_official(&app.store, &consulted, picker, "official").await
}

async fn pair(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let mut page = FormPage::new(kit, Act::Pair, typed);
    let done = paired(&app, &guard, &mut page).await;
    page.answer(done)
}

async fn paired(app: &App, guard: &Guard<WritePairings>, page: &mut FormPage) -> Result<(String, String), Problem> {
    let client = registry::picked(&app.store, &guard.scope, &mut page.client, "client").await;
    let official = picked_official(app, &guard.actor, &mut page.official).await;
    let part = PairingPart::parse(&page.typed.part).unwrap_or(PairingPart::Lead);
    let new = NewPairing { client: client?, official: official?, part, from: typed_day(&page.typed.from, "from")? };
    let tx = app.store.begin().await?;
    super::pair(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    let told = format!("从 {} 起，由{}联系包靠“{}”。", say_day(new.from), page.official.typed, page.client.typed);
    Ok((format!("/clients/{}", new.client), told))
}

async fn handing(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PairingId>,
) -> Result<Html<FormPage>, Refusal> {
    let old = super::pairing(&app.store, &guard.scope, id).await?;
    let earliest = old.from_day.succ_opt().unwrap_or(old.from_day);
    let from = app.today().max(earliest).to_string();
    let typed = Typed { from, version: old.version, ..Typed::default() };
    Ok(Html(FormPage::new(kit, Act::HandOver(old), typed)))
}

async fn hand_over(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PairingId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let old = super::pairing(&app.store, &guard.scope, id).await?;
    let mut page = FormPage::new(kit, Act::HandOver(old), typed);
    let done = handed_over(&app, &guard, id, &mut page).await;
    page.answer(done)
}

async fn handed_over(
    app: &App,
    guard: &Guard<WritePairings>,
    id: PairingId,
    page: &mut FormPage,
) -> Result<(String, String), Problem> {
    let official = picked_official(app, &guard.actor, &mut page.official).await?;
    let to = HandOver { official, from: typed_day(&page.typed.from, "from")? };
    let tx = app.store.begin().await?;
    let old = super::pairing(&tx, &guard.scope, id).await?;
    old.read_as(page.typed.version)?;
    super::hand_over(&tx, &app.site, &guard.actor, &guard.scope, &old, to).await?;
    tx.commit().await?;
    let told = format!("从 {} 起，“{}”由{}联系包靠。", say_day(to.from), old.client_name, page.official.typed);
    Ok((format!("/clients/{}", old.client_id), told))
}

async fn ending(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PairingId>,
) -> Result<Html<FormPage>, Refusal> {
    let old = super::pairing(&app.store, &guard.scope, id).await?;
    let last: Day = app.today().max(old.from_day);
    let typed = Typed { last_day: last.to_string(), version: old.version, ..Typed::default() };
    Ok(Html(FormPage::new(kit, Act::End(old), typed)))
}

async fn end(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PairingId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let old = super::pairing(&app.store, &guard.scope, id).await?;
    let page = FormPage::new(kit, Act::End(old), typed);
    let done = ended(&app, &guard, id, &page.typed).await;
    page.answer(done)
}

async fn ended(
    app: &App,
    guard: &Guard<WritePairings>,
    id: PairingId,
    typed: &Typed,
) -> Result<(String, String), Problem> {
    let last = typed_day(&typed.last_day, "last_day")?;
    let tx = app.store.begin().await?;
    let old = super::pairing(&tx, &guard.scope, id).await?;
    old.read_as(typed.version)?;
    super::end(&tx, &guard.actor, &old, last).await?;
    tx.commit().await?;
    let told = format!("{}对“{}”的联系包靠到 {} 为止。", old.official_name, old.client_name, say_day(last));
    Ok((format!("/clients/{}", old.client_id), told))
}
