//! Many demands at once: a desk chooses them in its list, sees what will become of each, says once what they have in common,
//! and is told what was done. Each is decided and written by itself, on the version that was seen: one that has moved on is left
//! alone and named.

use super::show::ActForm;
use super::{ActWish, Demand, Line, discreet};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, TriageDemands};
use kernel::id::DemandId;
use kernel::words::{Complexity, DemandAct};
use kernel::{Problem, Scope};
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Refusal, Routes, see_other};
use std::collections::BTreeMap;

/// How many may be chosen at once.
const MOST: usize = 100;

pub(super) fn routes() -> Routes<App> {
    Routes::new().post("/demands/many/{act}", many)
}

/// One that was chosen, and what stands against it or has become of it.
struct Chosen {
    line: Line,
    /// As it was seen when it was chosen.
    version: i64,
    /// Why it cannot be done, or was not; empty when it can, or was.
    refused: String,
}

#[derive(Template)]
#[template(path = "demands/many/many.html")]
struct ManyPage {
    kit: Kit,
    errors: Errors,
    act: DemandAct,
    chosen: Vec<Chosen>,
    able: usize,
    /// What the button says.
    go: String,
    /// Whether this tells what was done.
    done: bool,
    complexities: Vec<Choice>,
    complexity: String,
    unit: Picker,
    days: String,
}

/// What a form of checkboxes sends: `d-<id>` names a demand, and the version that was seen of it.
type Fields = BTreeMap<String, String>;

async fn many(
    guard: Guard<TriageDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(act): Path<DemandAct>,
    Form(fields): Form<Fields>,
) -> Result<Response, Refusal> {
    if !matches!(act, DemandAct::Accept | DemandAct::Dispatch) {
        return Err(Problem::NotFound.into());
    }
    let asked: Vec<(DemandId, i64)> = fields
        .iter()
        .filter_map(|(name, version)| Some((name.strip_prefix("d-")?.parse().ok()?, version.parse().ok()?)))
        .collect();
    if asked.is_empty() || asked.len() > MOST {
        let told = format!("请先在列表中勾选诉求，一次最多 {MOST} 件。");
        return Ok(see_other("/demands?queue=intake", Flash::warning(told)));
    }
    let told = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let typed = ActForm { days: told("days"), complexity: told("complexity"), ..ActForm::default() };
    let mut unit = Picker::sent(told("unit"), told("unit_text"));
    let mut errors = Errors::none();
    let mut done = false;
    let mut chosen = Vec::new();
    if told("sure") == "true" {
        match wish(&app, &guard, (&typed, &mut unit), act).await {
            Ok(wish) => {
                done = true;
                for (id, version) in &asked {
                    chosen.extend(tried(&app, &guard, (*id, *version), (act, &wish)).await?);
                }
            }
            Err(problem) => errors = Errors::take(problem)?,
        }
    }
    if !done {
        for (id, version) in &asked {
            chosen.extend(weighed(&app, &guard, (*id, *version), act).await?);
        }
    }
    let able = chosen.iter().filter(|one| one.refused.is_empty()).count();
    let title = if done { format!("批量{}的结果", act.label()) } else { format!("批量{}", act.label()) };
    Ok(Html(ManyPage {
        kit: kit.titled(title).under("/demands", "企业诉求"),
        errors,
        act,
        chosen,
        able,
        go: format!("{} {able} 件", act.label()),
        done,
        complexities: Complexity::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        complexity: typed.complexity,
        unit,
        days: typed.days,
    })
    .into_response())
}

async fn wish(
    app: &App,
    guard: &Guard<TriageDemands>,
    (typed, unit): (&ActForm, &mut Picker),
    act: DemandAct,
) -> Result<ActWish, Problem> {
    let mut wish = ActWish::from(typed);
    if act == DemandAct::Dispatch {
        let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
        wish.unit = Some(org::picked_unit(&app.store, &consulted, unit, "unit").await?);
    }
    wish.parse(act)?;
    Ok(wish)
}

/// The demand with what stands against the act; none when it is not to be seen.
async fn weighed(
    app: &App,
    guard: &Guard<TriageDemands>,
    (id, version): (DemandId, i64),
    act: DemandAct,
) -> Result<Option<Chosen>, Problem> {
    let Some(demand) = seen(app, &guard.scope, id).await? else { return Ok(None) };
    let standing = super::standing(&app.store, &demand).await?;
    let may = super::acts(&app.site, &guard.actor, &demand, &standing, app.now()).contains(&act);
    let refused = if may { String::new() } else { format!("现在是“{}”，不能{}", demand.state, act.label()) };
    Ok(Some(chosen(app, &demand, version, refused)))
}

/// Does the act, each in a transaction of its own.
async fn tried(
    app: &App,
    guard: &Guard<TriageDemands>,
    (id, version): (DemandId, i64),
    (act, wish): (DemandAct, &ActWish),
) -> Result<Option<Chosen>, Problem> {
    let Some(before) = seen(app, &guard.scope, id).await? else { return Ok(None) };
    let act = wish.parse(act)?;
    let tx = app.store.begin().await?;
    let demand = super::demand(&tx, &guard.scope, id).await?;
    if demand.version != version {
        return Ok(Some(chosen(app, &demand, version, "刚有新的进展，没有办理，请单独查看".into())));
    }
    match super::act(&tx, &app.site, &guard.actor, demand, &act, &[]).await {
        Ok(after) => {
            tx.commit().await?;
            Ok(Some(chosen(app, &after, after.version, String::new())))
        }
        Err(problem @ (Problem::Bug { .. } | Problem::Unavailable(_))) => Err(problem),
        Err(problem) => Ok(Some(chosen(app, &before, version, why(&problem)))),
    }
}

/// Why one was not done, in a sentence.
fn why(problem: &Problem) -> String {
    match problem {
        Problem::Invalid { errors, .. } => errors.iter().map(|error| error.detail.as_str()).collect(),
        other => other.detail(),
    }
}

async fn seen(app: &App, scope: &Scope<TriageDemands>, id: DemandId) -> Result<Option<Demand>, Problem> {
    match super::demand(&app.store, scope, id).await {
        Ok(demand) => Ok(Some(demand)),
        Err(Problem::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

fn chosen(app: &App, demand: &Demand, version: i64, refused: String) -> Chosen {
    let mut line = Line::of(&app.site, demand, app.now());
    if demand.sealed {
        line.client = discreet::SOMEBODY.into();
    }
    Chosen { line, version, refused }
}
