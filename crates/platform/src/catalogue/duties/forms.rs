//! The forms by which the list of duties is changed: entered, adjusted, ended. Each is checked first, on what is open now, and
//! only then taken.

use super::pages::{period, to_change};
use super::{Duty, DutyChange, DutyEnd, NewDuty, Ruler, Turn};
use crate::catalogue::dry_run::{self, DryRun};
use crate::catalogue::{categories, open_choices};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, RuleCatalogue};
use kernel::id::DutyId;
use kernel::{AreaCode, Problem};
use serde::Deserialize;
use shell::{
    Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes, see_other, typed_day,
};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/duties/new", new)
        .post("/duties", enter)
        .get("/duties/{id}/change", changing)
        .post("/duties/{id}/change", change)
        .get("/duties/{id}/end", ending)
        .post("/duties/{id}/end", end)
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Typed {
    version: i64,
    category: String,
    area: String,
    unit: String,
    unit_text: String,
    reserved: String,
    basis: String,
    from: String,
    last_day: String,
    reason: String,
    /// `take` once what it comes to was shown.
    step: String,
}

#[derive(Template)]
#[template(path = "catalogue/duties/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    action: String,
    back: String,
    confirm: &'static str,
    check_tone: &'static str,
    /// Whether a line ends, and nothing follows.
    ends: bool,
    duty: Option<Duty>,
    categories: Vec<Choice>,
    areas: Vec<Choice>,
    unit: Picker,
    typed: Typed,
    /// What it comes to, once it was checked.
    run: Option<DryRun>,
}

impl FormPage {
    async fn to_enter(app: &App, guard: &Guard<RuleCatalogue>, kit: Kit, typed: Typed) -> Result<Self, Problem> {
        let all = categories(&app.store, &app.site).await?;
        Ok(Self {
            kit: kit.titled("录入职责").under("/duties", "职责清单"),
            errors: Errors::none(),
            action: "/duties".into(),
            back: "/duties".into(),
            confirm: "确定录入",
            check_tone: "primary",
            ends: false,
            duty: None,
            categories: open_choices(&all),
            areas: org::area_choices(&app.store, &guard.scope).await?,
            unit: Picker::sent(typed.unit.as_str(), &typed.unit_text),
            typed,
            run: None,
        })
    }

    fn to_turn(kit: Kit, duty: Duty, act: &'static str, typed: Typed) -> Self {
        let (back, ends) = (format!("/duties/{}", duty.id), act == "end");
        let name = format!("{} · {}", duty.area_name, duty.category_name);
        Self {
            kit: kit.titled(if ends { "停用职责" } else { "调整职责" }).under(back.as_str(), name),
            errors: Errors::none(),
            action: format!("{back}/{act}"),
            back,
            confirm: if ends { "确定停用" } else { "确定调整" },
            check_tone: "primary",
            ends,
            duty: Some(duty),
            categories: Vec::new(),
            areas: Vec::new(),
            unit: Picker::sent(typed.unit.as_str(), &typed.unit_text),
            typed,
            run: None,
        }
    }

    fn now(&self, duty: &Duty) -> String {
        let reserved = if duty.reserved { "，不得下交镇街" } else { "" };
        format!("{}（{}{reserved}），{}", duty.unit_name, duty.basis, period(duty.from_day, duty.until_day))
    }
}

/// About which category and area an address asks to enter a line.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wished {
    category: String,
    area: String,
}

async fn new(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Query(Wished { category, area }): Query<Wished>,
) -> Result<Html<FormPage>, Refusal> {
    let from = app.today().to_string();
    let typed = Typed { category, area, from, ..Typed::default() };
    Ok(Html(FormPage::to_enter(&app, &guard, kit, typed).await?))
}

async fn enter(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let page = FormPage::to_enter(&app, &guard, kit, typed).await?;
    answered(&app, &guard, page, "已录入，今后交办时会建议这个单位。").await
}

async fn changing(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DutyId>,
) -> Result<Html<FormPage>, Refusal> {
    let duty = to_change(&app, &guard, id).await?;
    let typed = Typed {
        version: duty.version,
        unit: duty.unit_id.to_string(),
        unit_text: duty.unit_name.clone(),
        reserved: duty.reserved.to_string(),
        basis: duty.basis.clone(),
        from: app.today().to_string(),
        ..Typed::default()
    };
    Ok(Html(FormPage::to_turn(kit, duty, "change", typed)))
}

async fn change(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DutyId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let page = FormPage::to_turn(kit, to_change(&app, &guard, id).await?, "change", typed);
    answered(&app, &guard, page, "已调整，从启用日期起按新的规定。").await
}

async fn ending(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DutyId>,
) -> Result<Html<FormPage>, Refusal> {
    let duty = to_change(&app, &guard, id).await?;
    let typed = Typed { version: duty.version, last_day: app.today().to_string(), ..Typed::default() };
    Ok(Html(FormPage::to_turn(kit, duty, "end", typed)))
}

async fn end(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DutyId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let page = FormPage::to_turn(kit, to_change(&app, &guard, id).await?, "end", typed);
    answered(&app, &guard, page, "已停用，原来的规定仍可查看。").await
}

/// Shows what the form comes to, takes it, or says what to mend.
async fn answered(
    app: &App,
    guard: &Guard<RuleCatalogue>,
    mut page: FormPage,
    done: &'static str,
) -> Result<Response, Refusal> {
    match taken(app, guard, &mut page).await {
        Ok(Some(id)) => Ok(see_other(&format!("/duties/{id}"), Flash::success(done))),
        Ok(None) => {
            page.check_tone = "";
            Ok(Html(page).into_response())
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            page.errors = errors;
            Ok((status, Html(page)).into_response())
        }
    }
}

/// The line that it was done to, or none when it was only checked: then the page holds what it comes to.
async fn taken(app: &App, guard: &Guard<RuleCatalogue>, page: &mut FormPage) -> Result<Option<DutyId>, Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let ruler: Ruler<'_> = (&guard.scope, &consulted);
    let unit = match page.ends {
        true => None,
        false => Some(org::picked_unit(&app.store, &consulted, &mut page.unit, "unit").await?),
    };
    let (typed, today) = (page.typed.clone(), app.today());
    let tx = app.store.begin().await?;
    let turn: Turn = match (&page.duty, unit) {
        (None, Some(unit)) => {
            let new = NewDuty {
                category: typed.category,
                area: AreaCode::parse(&typed.area).map_err(|_| Problem::field("area", "请选择区域。"))?,
                unit,
                reserved: typed.reserved == "true",
                basis: typed.basis,
                from: typed_day(&typed.from, "from")?,
            };
            super::entering(&tx, &app.site, ruler, &new, today).await?
        }
        (Some(shown), unit) => {
            let duty = super::duty(&tx, &app.site, &consulted, shown.id).await?;
            duty.read_as(typed.version)?;
            let reason = typed.reason.clone();
            match unit {
                Some(unit) => {
                    let (reserved, basis) = (Some(typed.reserved == "true"), Some(typed.basis));
                    let from = typed_day(&typed.from, "from")?;
                    let change = DutyChange { unit: Some(unit), reserved, basis, from, reason };
                    super::changing(&tx, &app.site, ruler, &duty, &change, today).await?
                }
                None => {
                    let last_day = typed_day(&typed.last_day, "last_day")?;
                    super::ending(&guard.scope, &duty, &DutyEnd { last_day, reason }, today)?
                }
            }
        }
        (None, None) => return Err(Problem::NotFound),
    };
    if page.typed.step != "take" {
        page.run = Some(dry_run::of_duties(&tx, &app.site, &guard.actor, &turn).await?);
        return Ok(None);
    }
    let begun = super::take(&tx, &guard.actor, &turn, page.typed.reason.trim()).await?;
    tx.commit().await?;
    Ok(begun.first().copied().or(page.duty.as_ref().map(|duty| duty.id)))
}
