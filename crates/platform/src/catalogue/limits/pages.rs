//! The limits for people: what holds, the versions, and the form in which the coordination group drafts the next one. A draft is
//! checked first, on what is open now, and only then adopted.

use super::form::{FormRow, Typed};
use super::table::{Difference, LimitRow, LimitTable, minutes};
use super::{LimitVersion, NewLimits};
use crate::App;
use crate::app::say_day;
use crate::catalogue::dry_run::{self, DryRun};
use crate::catalogue::{Keeper, categories, category_choices, may_rule_site};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, RuleCatalogue};
use kernel::words::{Channel, Urgency};
use kernel::{Actor, Problem};
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/limits", current)
        .get("/limits/{number}", version)
        .get("/limits/edit", editing)
        .post("/limits/edit", edit)
}

/// A row as the table shows it.
struct Shown {
    label: String,
    contact: String,
    row: LimitRow,
}

/// A version of the history.
struct Line {
    number: i64,
    from: String,
    reason: String,
    by: String,
    at: String,
    shown: bool,
}

#[derive(Template)]
#[template(path = "catalogue/limits/show.html")]
struct ShowPage {
    kit: Kit,
    keeps: bool,
    may_edit: bool,
    /// Whether what is raised today falls under it.
    current: bool,
    standing: String,
    version: LimitVersion,
    /// The version that is adopted and has not begun: number and day.
    next: Option<(i64, String)>,
    rows: Vec<Shown>,
    differences: Vec<Difference>,
    lines: Vec<Line>,
}

async fn current(guard: Guard<ReadOrg>, State(app): State<App>, kit: Kit) -> Result<Html<ShowPage>, Refusal> {
    let now = super::limits_on(&app.store, &app.site, app.today()).await?;
    Ok(Html(page(&app, &guard.actor, kit.titled("办理时限"), now).await?))
}

async fn version(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(number): Path<i64>,
) -> Result<Html<ShowPage>, Refusal> {
    let asked = super::limit_version(&app.store, &app.site, number).await?;
    let kit = kit.titled(format!("办理时限（第 {number} 版）")).under("/limits", "办理时限");
    Ok(Html(page(&app, &guard.actor, kit, asked).await?))
}

async fn page(app: &App, actor: &Actor, kit: Kit, version: LimitVersion) -> Result<ShowPage, Problem> {
    let (today, now) = (app.today(), app.now());
    let categories = categories(&app.store, &app.site).await?;
    let versions = super::limit_versions(&app.store, &app.site).await?;
    let in_force = super::limits_on(&app.store, &app.site, today).await?.number;
    let before = versions.iter().find(|other| other.number == version.number - 1);
    let from = |version: &LimitVersion| {
        version.from_day.map_or_else(|| "平台启用起".to_owned(), |day| format!("{}起提交的", say_day(day)))
    };
    let line = |line: &LimitVersion| Line {
        number: line.number,
        from: from(line),
        reason: line.reason.clone(),
        by: line.made_by.clone(),
        at: line.made_at.map(|at| app.site.say(at, now)).unwrap_or_default(),
        shown: line.number == version.number,
    };
    let standing = match version.from_day {
        _ if version.number == in_force => "现行".to_owned(),
        Some(day) if day > today => format!("{}起启用", say_day(day)),
        _ => "已由新的版本取代".to_owned(),
    };
    let upcoming = versions.iter().find(|other| other.from_day.is_some_and(|day| day > today));
    let upcoming = upcoming.filter(|other| other.number != version.number);
    let shown = |row: &LimitRow| Shown {
        label: row.label(&categories),
        contact: minutes(row.contact_minutes),
        row: row.clone(),
    };
    Ok(ShowPage {
        keeps: Keeper::of(&app.site, actor).is_some(),
        may_edit: actor.scope::<RuleCatalogue>().is_some_and(|scope| may_rule_site(&scope, &app.site)),
        current: version.number == in_force,
        standing,
        next: upcoming.and_then(|other| Some((other.number, say_day(other.from_day?)))),
        rows: version.table.rows.iter().map(shown).collect(),
        differences: before
            .map(|before| LimitTable::differences(&before.table, &version.table, &categories))
            .unwrap_or_default(),
        lines: versions.iter().map(line).collect(),
        version,
        kit,
    })
}

/// What a draft comes to.
struct Checked {
    differences: Vec<Difference>,
    run: DryRun,
}

#[derive(Template)]
#[template(path = "catalogue/limits/edit.html")]
struct EditPage {
    kit: Kit,
    errors: Errors,
    typed: Typed,
    rows: Vec<FormRow>,
    categories: Vec<Choice>,
    urgencies: Vec<Choice>,
    channels: Vec<Choice>,
    check_tone: &'static str,
    checked: Option<Checked>,
}

impl EditPage {
    async fn new(app: &App, kit: Kit, typed: Typed) -> Result<Self, Problem> {
        let all = categories(&app.store, &app.site).await?;
        Ok(Self {
            kit: kit.titled("拟定新一版办理时限").under("/limits", "办理时限"),
            errors: Errors::none(),
            rows: typed.rows(&all),
            typed,
            categories: category_choices(&all),
            urgencies: Urgency::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            channels: Channel::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            check_tone: "primary",
            checked: None,
        })
    }

    /// Whether something of a row is to be mended.
    fn opens(&self, place: &usize) -> bool {
        let of = format!("rows.{place}.");
        self.errors.items.iter().any(|error| error.field.starts_with(&of))
    }
}

async fn editing(guard: Guard<RuleCatalogue>, State(app): State<App>, kit: Kit) -> Result<Html<EditPage>, Refusal> {
    if !may_rule_site(&guard.scope, &app.site) {
        return Err(Problem::NotFound.into());
    }
    let latest = super::limit_versions(&app.store, &app.site).await?.into_iter().next().ok_or(Problem::NotFound)?;
    let tomorrow = app.today().succ_opt().unwrap_or(app.today());
    let from = latest.from_day.map_or(tomorrow, |planned| planned.max(tomorrow));
    Ok(Html(EditPage::new(&app, kit, Typed::of(&latest, from)).await?))
}

async fn edit(
    guard: Guard<RuleCatalogue>,
    State(app): State<App>,
    kit: Kit,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    if !may_rule_site(&guard.scope, &app.site) {
        return Err(Problem::NotFound.into());
    }
    let mut page = EditPage::new(&app, kit, Typed::sent(sent)).await?;
    match taken(&app, &guard, &mut page).await {
        Ok(Some(number)) => Ok(see_other("/limits", Flash::success(format!("第 {number} 版办理时限已定。")))),
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

/// The number of the version that was adopted, or none when the draft was only checked: then the page holds what it comes to.
async fn taken(app: &App, guard: &Guard<RuleCatalogue>, page: &mut EditPage) -> Result<Option<i64>, Problem> {
    let (new, places) = page.typed.read()?;
    let tx = app.store.begin().await?;
    let placed = |problem| Typed::placed(problem, &places);
    if page.typed.step != "adopt" {
        let NewLimits { table, .. } = &new;
        let base = super::weighed(&tx, &app.site, &new, app.today()).await.map_err(placed)?;
        let categories = categories(&tx, &app.site).await?;
        page.checked = Some(Checked {
            differences: LimitTable::differences(&base.table, table, &categories),
            run: dry_run::of_limits(&tx, &app.site, &guard.actor, (&base.table, table)).await?,
        });
        return Ok(None);
    }
    let number = super::adopt_limits(&tx, &guard.actor, &guard.scope, &app.site, new).await.map_err(placed)?;
    tx.commit().await?;
    Ok(Some(number))
}
