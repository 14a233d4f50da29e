//! The form of one act: its fields with what may be chosen in them, and what was typed when it was refused.

use super::acts::{ActForm, Asks};
use crate::catalogue::{self, Blanks, Offered};
use crate::demands::alike::{self, AlikeLine};
use crate::demands::{Demand, Group, Share, groups, rows};
use crate::files::Kept;
use crate::{App, org};
use kernel::authz::{ReadDemands, ReadOrg, TriageDemands};
use kernel::words::{
    ClockKind, Complexity, DemandAct, ObjectionGround, Outcome, Rating, RejectGround, Rung, SuspensionGround,
    TaskState, Urgency,
};
use kernel::{Actor, Instant, Problem, Right};
use rules::Standing;
use shell::{Choice, Guard, Picker};

/// A unit that is to help, as a line of the form.
pub(super) struct HelperField {
    /// The names of its fields.
    pub name: String,
    pub days_name: String,
    pub unit: Picker,
    pub days: String,
}

/// An answer that a demand of the kind was given.
pub(super) struct Earlier {
    pub title: String,
    pub href: String,
    /// By whom, with what result, when, and how alike the demand is.
    pub told: String,
    /// The answer, without its client.
    pub text: String,
    /// The address of the form with this answer in it.
    pub fill: String,
}

/// The form of one act.
pub(super) struct Form {
    pub asks: Asks,
    pub version: i64,
    pub typed: ActForm,
    pub complexities: Vec<Choice>,
    pub urgencies: Vec<Choice>,
    pub categories: Vec<Group>,
    pub grounds: Vec<Choice>,
    pub rungs: Vec<Choice>,
    pub outcomes: Vec<Choice>,
    pub ratings: Vec<Choice>,
    pub granted: Vec<Choice>,
    /// The units that have objected or asked for something.
    pub about: Vec<Choice>,
    /// The units that most often have such demands.
    pub suggested: Vec<Choice>,
    pub unit: Picker,
    pub duty_of: Picker,
    pub helpers: Vec<HelperField>,
    pub days_hint: String,
    /// The likeliest main demands.
    pub mains: Vec<Choice>,
    /// Answers that others of the kind were given.
    pub earlier: Vec<Earlier>,
    /// What another demand has lent; else empty.
    pub lent: String,
    /// Words that the reader may put into the text.
    pub phrases: Vec<Offered>,
    /// The files that came with the refused act and need not come again.
    pub kept: Vec<Kept>,
}

impl Form {
    pub async fn new(
        app: &App,
        guard: &Guard<ReadDemands>,
        (demand, standing, shares): (&Demand, &Standing, &[Share]),
        act: DemandAct,
        (typed, kept): (ActForm, Vec<Kept>),
        now: Instant,
    ) -> Result<Self, Problem> {
        let asks = Asks::of(act);
        let about = if asks.about_a_unit() { concerned(shares, standing, act) } else { Vec::new() };
        let mut typed = typed;
        if let ([only], true) = (about.as_slice(), typed.unit.is_empty()) {
            typed.unit.clone_from(&only.value);
        }
        if typed.category.is_empty() {
            typed.category.clone_from(&demand.category_id);
        }
        if typed.urgency.is_empty() {
            demand.urgency.code().clone_into(&mut typed.urgency);
        }
        let mains = if asks.takes("main") { mains_of(app, &guard.actor, demand).await? } else { Vec::new() };
        if mains.iter().all(|choice| choice.value != typed.likely) && typed.main.is_empty() {
            typed.main = std::mem::take(&mut typed.likely);
        }
        let searches = asks.takes("unit") && !asks.about_a_unit();
        let settle = |picker: Picker| settled(app, guard, picker);
        let mut helpers = Vec::new();
        for (place, (chosen, text, days)) in typed.helpers().into_iter().enumerate().filter(|_| asks.dispatches()) {
            let name = format!("helper{}", place + 1);
            let (unit, days) = (settle(Picker::sent(chosen, text)).await?, days.to_owned());
            helpers.push(HelperField { days_name: format!("{name}_days"), name, unit, days });
        }
        Ok(Self {
            version: demand.version,
            complexities: words(Complexity::ALL, |word| (word.code(), word.label())),
            urgencies: words(Urgency::ALL, |word| (word.code(), word.label())),
            categories: if asks.takes("category") { groups(&catalogue::remembered(app).await?) } else { Vec::new() },
            grounds: grounds(act),
            rungs: words(Rung::ALL, |word| (word.code(), word.label()))
                .into_iter()
                .filter(|choice| Rung::parse(&choice.value).is_some_and(|rung| rung > standing.rung))
                .collect(),
            outcomes: outcomes(),
            ratings: words(Rating::ALL, |word| (word.code(), word.label())),
            granted: vec![Choice::new("yes", asks.answers.0), Choice::new("no", asks.answers.1)],
            suggested: if asks.dispatches() { suggested(app, demand).await? } else { Vec::new() },
            unit: if searches { settle(Picker::sent(&typed.unit, &typed.unit_text)).await? } else { Picker::default() },
            duty_of: settle(Picker::sent(&typed.duty_of, &typed.duty_of_text)).await?,
            helpers,
            days_hint: days_hint(app, &asks, standing, now),
            phrases: if asks.text.is_some() { phrases(app, guard, demand, act).await? } else { Vec::new() },
            earlier: if act == DemandAct::Reply { earlier(app, guard, demand).await? } else { Vec::new() },
            mains,
            lent: String::new(),
            about,
            asks,
            typed,
            kept,
        })
    }
}

/// The results that an answer may have.
pub(in crate::demands) fn outcomes() -> Vec<Choice> {
    let answers = Outcome::ALL.iter().filter(|word| **word != Outcome::Shelved);
    answers.map(|word| Choice::new(word.code(), word.label())).collect()
}

/// The likeliest main demands for this one, by their numbers.
pub(in crate::demands) async fn mains_of(app: &App, actor: &Actor, demand: &Demand) -> Result<Vec<Choice>, Problem> {
    let choice = |found: &alike::Alike| {
        let AlikeLine { line, why, .. } = AlikeLine::of(app, found);
        let hint = format!("{} · {} · {} · {}提交 · {why}", line.client, line.number, line.state, line.raised);
        Choice::new(line.number, line.title).hint(hint)
    };
    Ok(alike::mains(app, actor, demand).await?.iter().map(choice).collect())
}

/// Answers that others of the kind were given, as far as the reader may read them.
async fn earlier(app: &App, guard: &Guard<ReadDemands>, demand: &Demand) -> Result<Vec<Earlier>, Problem> {
    let answers = alike::answers(app, &guard.scope, demand).await?;
    let one = |(found, lent): (alike::Alike, alike::Lent)| {
        let AlikeLine { line, why, outcome } = AlikeLine::of(app, &found);
        let unit = found.demand.lead_unit_name.as_deref().unwrap_or("企业服务台");
        Earlier {
            told: format!("{unit} · {outcome} · {} · {why}", line.raised),
            fill: format!("{}/reply?from={}", demand.path(), lent.number),
            title: line.title,
            href: line.href,
            text: lent.text,
        }
    };
    Ok(answers.into_iter().map(one).collect())
}

/// The words that the reader writes often with this act, filled from the demand.
async fn phrases(
    app: &App,
    guard: &Guard<ReadDemands>,
    demand: &Demand,
    act: DemandAct,
) -> Result<Vec<Offered>, Problem> {
    let desk = guard.actor.holds(TriageDemands::NAME);
    let unit = if desk { "企业服务台" } else { demand.lead_unit_name.as_deref().unwrap_or_default() };
    let blanks = Blanks { client: &demand.client_name, number: &demand.number, unit, day: app.today() };
    let mut offered = catalogue::offered(&app.store, &app.site, &guard.actor, blanks).await?;
    offered.retain(|phrase| phrase.act == act);
    Ok(offered)
}

/// Whom a desk may ask, and why: by rulings and the list of duties, then those that usually have such demands; four at most.
async fn suggested(app: &App, demand: &Demand) -> Result<Vec<Choice>, Problem> {
    let proposed =
        catalogue::propose(&app.store, &app.site, &demand.category_id, &demand.area_path, app.today()).await?;
    let proposed = proposed.into_iter().map(|one| Choice::new(one.unit.to_string(), one.name).hint(one.reason));
    let mut all: Vec<Choice> = proposed.collect();
    for usual in rows::usual_units(&app.store, demand).await? {
        if all.len() < 4 && all.iter().all(|choice| choice.value != usual.value) {
            all.push(usual.hint("近来常办这类诉求"));
        }
    }
    Ok(all)
}

/// What stands in a picker of units after a refusal.
async fn settled(app: &App, guard: &Guard<ReadDemands>, mut picker: Picker) -> Result<Picker, Problem> {
    let Some(consulted) = guard.actor.scope::<ReadOrg>().filter(|_| !picker.is_empty()) else { return Ok(picker) };
    // What it means was told already, when the form was read.
    match org::picked_unit(&app.store, &consulted, &mut picker, "unit").await {
        Ok(_) | Err(Problem::Invalid { .. }) => Ok(picker),
        Err(other) => Err(other),
    }
}

/// The units whose objection is to be ruled on, or whose request is to be decided.
fn concerned(shares: &[Share], standing: &Standing, act: DemandAct) -> Vec<Choice> {
    let waits = |share: &&Share| {
        let Some(task) = standing.task(share.unit_id).filter(|task| task.role == share.role) else { return false };
        if act == DemandAct::Rule { task.state == TaskState::Objected } else { task.asked.is_some() }
    };
    let named = |share: &Share| {
        let asked = standing.task(share.unit_id).and_then(|task| task.asked.as_ref());
        let hint = asked.map_or("", |ask| ask.act().label());
        Choice::new(share.unit_id.to_string(), share.unit_name.clone()).hint(hint)
    };
    shares.iter().filter(waits).map(named).collect()
}

fn grounds(act: DemandAct) -> Vec<Choice> {
    match act {
        DemandAct::Reject => words(RejectGround::ALL, |word| (word.code(), word.label())),
        DemandAct::Object => words(ObjectionGround::ALL, |word| (word.code(), word.label())),
        DemandAct::Suspend | DemandAct::RequestSuspension => {
            words(SuspensionGround::ALL, |word| (word.code(), word.label()))
        }
        _ => Vec::new(),
    }
}

fn words<W: Copy>(words: &[W], of: impl Fn(W) -> (&'static str, &'static str)) -> Vec<Choice> {
    let choice = |word: &W| {
        let (value, label) = of(*word);
        Choice::new(value, label)
    };
    words.iter().map(choice).collect()
}

/// How many working days the city still has, so that a desk gives a unit no more.
fn days_hint(app: &App, asks: &Asks, standing: &Standing, now: Instant) -> String {
    if !asks.dispatches() {
        return "1 至 30 个工作日。".into();
    }
    let solving = standing.clock(ClockKind::Solve);
    match solving.and_then(|clock| rules::days_left(&app.site.time(), clock, now).ok().flatten()) {
        Some(0) => "办结时限已到，请尽量缩短。".into(),
        Some(left) => format!("距办结时限还有 {left} 个工作日。"),
        None => "1 至 30 个工作日。".into(),
    }
}
