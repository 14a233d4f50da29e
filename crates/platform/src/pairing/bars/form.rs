//! Entering what speaks against pairings: first of which kind, then a form with just the fields of that kind.

use super::NewBar;
use crate::{App, org, registry};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::{ReadOrg, WritePairings};
use kernel::words::{BarGround, BarKind};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Picker, Query, Refusal, Routes, see_other, typed_day};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/pairing-bars/new", new).post("/pairing-bars", enter)
}

/// Of which kind, and about whom, an address asks to enter one.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wished {
    kind: String,
    client: String,
    official: String,
}

/// A kind to choose from, in a sentence.
struct Way {
    href: String,
    label: &'static str,
    about: &'static str,
}

/// What each kind is for.
fn about(kind: BarKind) -> &'static str {
    match kind {
        BarKind::Recusal => "干部与企业有亲属任职、持股投资、正在执法检查等利害关系，不能结对",
        BarKind::Change => "企业（来电、来函）要求换一名服务专员",
        BarKind::Unwanted => "企业表示暂时不需要服务专员，无事不扰",
        BarKind::UnitOut => "单位说明一段时间内不参加联系包靠",
    }
}

#[derive(Template)]
#[template(path = "pairing/bars/kinds.html")]
struct KindsPage {
    kit: Kit,
    ways: Vec<Way>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    kind: String,
    client: String,
    client_text: String,
    official: String,
    official_text: String,
    unit: String,
    unit_text: String,
    ground: String,
    note: String,
    from: String,
    until: String,
}

#[derive(Template)]
#[template(path = "pairing/bars/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    kind: BarKind,
    about: &'static str,
    grounds: Vec<Choice>,
    client: Picker,
    official: Picker,
    unit: Picker,
    typed: Typed,
}

impl FormPage {
    fn new(kit: Kit, kind: BarKind, typed: Typed) -> Self {
        Self {
            kit: kit.titled(format!("登记：{kind}")).under("/pairing-bars", "回避与意愿"),
            errors: Errors::none(),
            kind,
            about: about(kind),
            grounds: BarGround::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            client: Picker::sent(typed.client.as_str(), &typed.client_text),
            official: Picker::sent(typed.official.as_str(), &typed.official_text),
            unit: Picker::sent(typed.unit.as_str(), &typed.unit_text),
            typed,
        }
    }

    fn has_client(&self) -> bool {
        self.kind != BarKind::UnitOut
    }

    fn has_official(&self) -> bool {
        matches!(self.kind, BarKind::Recusal | BarKind::Change)
    }
}

async fn new(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Query(wished): Query<Wished>,
) -> Result<Response, Refusal> {
    let Some(kind) = BarKind::parse(&wished.kind) else {
        let way = |kind: &BarKind| Way {
            href: format!(
                "/pairing-bars/new?kind={}&client={}&official={}",
                kind.code(),
                wished.client,
                wished.official
            ),
            label: kind.label(),
            about: about(*kind),
        };
        let ways = BarKind::ALL.iter().map(way).collect();
        let kit = kit.titled("登记回避与意愿").under("/pairing-bars", "回避与意愿");
        return Ok(Html(KindsPage { kit, ways }).into_response());
    };
    let from = app.today().to_string();
    let typed = Typed { client: wished.client, official: wished.official, from, ..Typed::default() };
    let mut page = FormPage::new(kit, kind, typed);
    // Whoever is out of reach is not named: the field stays empty.
    if registry::picked(&app.store, &guard.scope, &mut page.client, "client").await.is_err() {
        page.client = Picker::default();
    }
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    if org::picked_official(&app.store, &consulted, &mut page.official, "official").await.is_err() {
        page.official = Picker::default();
    }
    Ok(Html(page).into_response())
}

async fn enter(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let kind = BarKind::parse(&typed.kind).ok_or_else(|| Problem::Malformed("请先选择登记的类别。".into()))?;
    let mut page = FormPage::new(kit, kind, typed);
    match entered(&app, &guard, &mut page).await {
        Ok(place) => Ok(see_other(&place, Flash::success("已登记，今后安排包靠时会自动避开。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            page.errors = errors;
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn entered(app: &App, guard: &Guard<WritePairings>, page: &mut FormPage) -> Result<String, Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let (mut client, mut official, mut unit) = (None, None, None);
    if page.has_client() {
        client = Some(registry::picked(&app.store, &guard.scope, &mut page.client, "client").await?);
    } else {
        unit = Some(org::picked_unit(&app.store, &consulted, &mut page.unit, "unit").await?);
    }
    if page.has_official() {
        official = Some(org::picked_official(&app.store, &consulted, &mut page.official, "official").await?);
    }
    let until = page.typed.until.trim();
    let until = if until.is_empty() { None } else { Some(typed_day(until, "until")?) };
    let new = NewBar {
        kind: page.kind,
        client,
        official,
        unit,
        ground: BarGround::parse(&page.typed.ground).filter(|_| page.kind == BarKind::Recusal),
        note: page.typed.note.clone(),
        from: typed_day(&page.typed.from, "from")?,
        until,
    };
    let tx = app.store.begin().await?;
    let id = super::enter(&tx, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(format!("/pairing-bars/{id}"))
}
