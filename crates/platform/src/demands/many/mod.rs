//! Many demands at once: somebody chooses them in a list, or among those whom an answer may help, sees what will become of
//! each, says once what they have in common, and is told what was done. Each is decided and written by itself, on the version
//! that was seen: one that has moved on is left alone and named.

mod trying;

use super::alike::Lent;
use super::rows::numbered;
use super::show::{ActForm, mains_of, outcomes};
use super::{ActWish, Demand};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{HandleDemands, RaiseDemands, ReadDemands, ReadOrg, TriageDemands};
use kernel::id::DemandId;
use kernel::words::{Complexity, DemandAct};
use kernel::{Actor, Problem, Right};
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Refusal, Routes, see_other};
use std::collections::BTreeMap;
use trying::{Chosen, tried, weighed};

/// How many may be chosen at once.
const MOST: usize = 100;

pub(super) fn routes() -> Routes<App> {
    Routes::new().post("/demands/many/{act}", many)
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
    typed: ActForm,
    /// The number of the demand that lends its answer or its unit; empty when none does.
    from: String,
    /// What of it was filled in.
    notice: String,
    /// Where to go from here, and how that is called.
    back: (String, String),
    complexities: Vec<Choice>,
    outcomes: Vec<Choice>,
    /// Likely main demands, for those that are to follow one.
    mains: Vec<Choice>,
    unit: Picker,
}

/// What a form of checkboxes sends: `d-<id>` names a demand, and the version that was seen of it.
type Fields = BTreeMap<String, String>;

/// Whether somebody like the actor ever does this to many; what they may do to each, the rules say.
fn offered(actor: &Actor, act: DemandAct) -> bool {
    let holds = |rights: &[&str]| rights.iter().any(|right| actor.holds(right));
    match act {
        DemandAct::Accept | DemandAct::Dispatch | DemandAct::Merge | DemandAct::Reopen => holds(&[TriageDemands::NAME]),
        DemandAct::Sign | DemandAct::Reply => holds(&[HandleDemands::NAME]),
        DemandAct::Wake => holds(&[TriageDemands::NAME, HandleDemands::NAME, RaiseDemands::NAME]),
        _ => false,
    }
}

async fn many(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(act): Path<DemandAct>,
    Form(fields): Form<Fields>,
) -> Result<Response, Refusal> {
    if !offered(&guard.actor, act) {
        return Err(Problem::NotFound.into());
    }
    let told = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let lender = lender(&app, &guard, &told("from")).await?;
    let back = lender.as_ref().map_or_else(
        || ("/demands".to_owned(), "返回列表".to_owned()),
        |(lender, lent)| (lender.path(), format!("返回 {}", lent.number)),
    );
    let asked: Vec<(DemandId, i64)> = fields
        .iter()
        .filter_map(|(name, version)| Some((name.strip_prefix("d-")?.parse().ok()?, version.parse().ok()?)))
        .collect();
    if asked.is_empty() || asked.len() > MOST {
        let place = if lender.is_some() { back.0.as_str() } else { "/demands?queue=intake" };
        return Ok(see_other(place, Flash::warning(format!("请先在列表中勾选诉求，一次最多 {MOST} 件。"))));
    }
    let sure = told("sure") == "true";
    let lent = lender.as_ref().map(|(_, lent)| lent);
    let mut typed = match lent.filter(|_| !sure) {
        Some(lent) => ActForm::lent(act, lent),
        None => sent(&told),
    };
    if let Some(complexity) = fields.get("complexity") {
        typed.complexity.clone_from(complexity);
    }
    let mut unit = Picker::sent(&typed.unit, &typed.unit_text);
    let mut errors = Errors::none();
    let mut done = false;
    let mut chosen = Vec::new();
    if sure {
        match wish(&app, &guard, (&typed, &mut unit), act).await {
            Ok(wish) => {
                done = true;
                for (id, version) in &asked {
                    chosen.extend(tried(&app, &guard, (*id, *version), (act, &wish)).await?);
                }
            }
            Err(problem) => errors = Errors::take(problem)?,
        }
    } else if act == DemandAct::Dispatch && !unit.is_empty() {
        settle(&app, &guard, &mut unit).await?;
    }
    if !done {
        for (id, version) in &asked {
            chosen.extend(weighed(&app, &guard, (*id, *version), act).await?);
        }
    }
    let able = chosen.iter().filter(|one| one.refused.is_empty()).count();
    let title = if done { format!("批量{}的结果", act.label()) } else { format!("批量{}", act.label()) };
    let mains = match &lender {
        Some((lender, _)) if act == DemandAct::Merge && !done => mains_of(&app, &guard.actor, lender).await?,
        _ => Vec::new(),
    };
    Ok(Html(ManyPage {
        kit: kit.titled(title).under("/demands", "企业诉求"),
        errors,
        act,
        chosen,
        able,
        go: format!("{} {able} 件", act.label()),
        done,
        from: lent.map_or_else(String::new, |lent| lent.number.clone()),
        notice: lent.filter(|_| !sure).map_or_else(String::new, |lent| lent.notice(act)),
        back,
        complexities: Complexity::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
        outcomes: outcomes(),
        mains,
        unit,
        typed,
    })
    .into_response())
}

/// What the fields of this form say of an act.
fn sent(told: &impl Fn(&str) -> String) -> ActForm {
    ActForm {
        text: told("text"),
        unit: told("unit"),
        unit_text: told("unit_text"),
        days: told("days"),
        outcome: told("outcome"),
        main: told("main"),
        likely: told("likely"),
        ..ActForm::default()
    }
}

/// The demand among whose likes they were chosen, with what it lends.
async fn lender(app: &App, guard: &Guard<ReadDemands>, number: &str) -> Result<Option<(Demand, Lent)>, Problem> {
    let Some(lent) = Lent::by(app, &guard.scope, number, None).await? else { return Ok(None) };
    Ok(numbered(&app.store, &guard.scope, number).await?.map(|lender| (lender, lent)))
}

/// The unit that was proposed, by its name.
async fn settle(app: &App, guard: &Guard<ReadDemands>, unit: &mut Picker) -> Result<(), Problem> {
    let Some(consulted) = guard.actor.scope::<ReadOrg>() else { return Ok(()) };
    match org::picked_unit(&app.store, &consulted, unit, "unit").await {
        Ok(_) | Err(Problem::Invalid { .. }) => Ok(()),
        Err(other) => Err(other),
    }
}

async fn wish(
    app: &App,
    guard: &Guard<ReadDemands>,
    (typed, unit): (&ActForm, &mut Picker),
    act: DemandAct,
) -> Result<ActWish, Problem> {
    let mut wish = ActWish::from(typed);
    if act == DemandAct::Dispatch {
        let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
        wish.unit = Some(org::picked_unit(&app.store, &consulted, unit, "unit").await?);
    }
    if act == DemandAct::Merge {
        wish.main = super::pages::main(app, guard, typed).await?;
    }
    wish.parse(act)?;
    Ok(wish)
}
