//! Raising a demand and doing something to it: the one road of every write. Row by version, clocks, parts of units, timeline,
//! audit and outbox are written in the caller's transaction, for the demand and for those that follow it.

use super::rows::{self, Clock, Demand};
use super::steps::{self, Names, Raised};
use super::{DemandMoved, NewDemand, attachments, search};
use crate::audit::{self, Deed};
use crate::catalogue::{Category, NewPrecedent};
use crate::registry::Client;
use crate::{Site, catalogue, org, registry};
use kernel::authz::{RaiseDemands, ReadOrg, TriageDemands};
use kernel::id::{EventId, FileId, UnitId};
use kernel::problem::FieldError;
use kernel::words::{Channel, DemandAct, DemandState, Part, Urgency};
use kernel::{Actor, Instant, Problem, Scope};
use rules::act::{Act, Text, Title};
use rules::{Doer, Standing, Step, Terms};
use store::Tx;

/// Raises a demand of a client within the scope.
///
/// # Errors
/// [`Problem::Invalid`] for a client out of reach, a category that is none, or a text that is empty or too long.
pub async fn raise(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    scope: &Scope<RaiseDemands>,
    new: NewDemand,
) -> Result<Demand, Problem> {
    let title = Title::parse(&new.title).map_err(|told| Problem::field("title", told))?;
    let text = Text::parse(&new.text).map_err(|told| Problem::field("text", told))?;
    let client = match registry::client(tx, scope, new.client).await {
        Err(Problem::NotFound) => {
            return Err(Problem::field("client", "没有这家企业（项目），或者不在您的服务范围内。"));
        }
        found => found?,
    };
    if client.closed_on.is_some() {
        return Err(Problem::field("client", format!("“{}”已注销或退出，不能再提交诉求。", client.name)));
    }
    let category = category(tx, site, &new.category).await?;
    let begun = Begun {
        client: &client,
        category: &category,
        title,
        text,
        channel: new.channel,
        sealed: new.sealed,
        urgency: new.urgency.unwrap_or(Urgency::Ordinary),
        split_from: None,
    };
    let (demand, line) = begin(tx, site, actor, begun).await?;
    attachments::attach(tx, site, actor, (&demand, line, DemandAct::Raise), &new.files).await?;
    Ok(demand)
}

/// What is to be raised, with its client and category read.
struct Begun<'a> {
    client: &'a Client,
    category: &'a Category,
    title: Title,
    text: Text,
    channel: Option<Channel>,
    sealed: bool,
    urgency: Urgency,
    split_from: Option<(&'a Demand, Instant)>,
}

async fn begin(tx: &Tx, site: &Site, actor: &Actor, begun: Begun<'_>) -> Result<(Demand, EventId), Problem> {
    let Begun { client, category, title, text, channel, sealed, urgency, split_from } = begun;
    let number = rows::next_number(tx, client.county_id, site.hours.day(tx.now())).await?;
    let channel = match split_from {
        Some((whole, _)) => whole.channel,
        None => steps::channel(actor, client.id, channel),
    };
    let terms = terms(tx, site, (&category.id, urgency, channel)).await?;
    let raised = Raised { number, client, category, title, text, channel, sealed, urgency, terms, split_from };
    let (demand, act, step) = steps::begin(site, actor, raised, tx.now())?;
    rows::insert_demands(tx, &[(&demand, &step.standing, actor.account)]).await?;
    search::index(tx, &demand).await?;
    let signed = steps::signing(actor, &demand, None, &step);
    let line = told(tx, &signed, &demand, (&act, &step), (None, &Names::new())).await?;
    Ok((demand, line))
}

/// Does something to a demand.
///
/// # Errors
/// What the rules refuse; [`Problem::Stale`] when somebody changed it since it was read; [`Problem::Invalid`] for a unit
/// that cannot be dispatched to, or a demand that cannot be followed.
pub async fn act(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    demand: Demand,
    act: &Act,
    files: &[FileId],
) -> Result<Demand, Problem> {
    let before = rows::standing(tx, &demand).await?;
    let doer = steps::doer(actor, &demand, Some(&before));
    // Whether it may be done at all is told before what is wrong with it.
    if !rules::acts_now(&site.time(), Some(&before), &doer, tx.now()).contains(&act.kind()) {
        rules::decide(&site.time(), Some(&before), &doer, act, tx.now())?;
    }
    let act = known(tx, site, actor, &demand, act).await?;
    let names = names(tx, site, actor, &demand, &act).await?;
    let (demand, line, step) = take(tx, site, (actor, &doer), (demand, &before), (&act, &names)).await?;
    if let Act::Rule { unit, upheld, reason, duty_of } = &act {
        let responsible = if *upheld { *duty_of } else { Some(*unit) };
        if let Some(responsible) = responsible {
            ruled(tx, site, actor, &demand, (*unit, responsible, reason), &names).await?;
        }
    }
    attachments::attach(tx, site, actor, (&demand, line, act.kind()), files).await?;
    if let Act::Split { title, text, category } = &act {
        split(tx, site, actor, &demand, (title, text, category)).await?;
    }
    follow_on(tx, site, (&demand, &before), &step, act.kind()).await?;
    Ok(demand)
}

/// What the platform itself does to a demand when a day has come.
///
/// # Errors
/// What the rules refuse.
pub(super) async fn act_alone(tx: &Tx, site: &Site, demand: Demand, act: &Act) -> Result<Demand, Problem> {
    let before = rows::standing(tx, &demand).await?;
    let (actor, doer) = steps::platform();
    let names = held(tx, &demand).await?;
    let (demand, _, step) = take(tx, site, (&actor, &doer), (demand, &before), (act, &names)).await?;
    follow_on(tx, site, (&demand, &before), &step, act.kind()).await?;
    Ok(demand)
}

/// Decides and keeps one step.
async fn take(
    tx: &Tx,
    site: &Site,
    (actor, doer): (&Actor, &Doer),
    (mut demand, before): (Demand, &Standing),
    (act, names): (&Act, &Names),
) -> Result<(Demand, EventId, Step), Problem> {
    let step = rules::decide(&site.time(), Some(before), doer, act, tx.now())?;
    let was = demand.clone();
    steps::follow(&mut demand, (before, act), &step, names);
    rows::save(tx, &demand, &step.standing).await?;
    demand.version += 1;
    if demand.category_id != was.category_id || search::adds_words(act.kind()) {
        search::index(tx, &demand).await?;
    }
    rows::save_tasks(tx, &demand, (before, &step.standing), names).await?;
    let concerned = steps::concerned((&was, &demand), act, &step, names);
    let signed = steps::signing(actor, &was, Some(before), &step);
    let line = told(tx, &signed, &demand, (act, &step), (concerned, names)).await?;
    Ok((demand, line, step))
}

/// Those that follow a demand are answered with it; when it ends without an answer, each goes its own way again.
async fn follow_on(
    tx: &Tx,
    site: &Site,
    (demand, before): (&Demand, &Standing),
    step: &Step,
    act: DemandAct,
) -> Result<(), Problem> {
    let answered = steps::answers(before, step, act);
    let gone = matches!(demand.state, DemandState::Withdrawn | DemandState::Rejected);
    if !answered && !gone {
        return Ok(());
    }
    let said = if answered { answer(tx, demand, before).await? } else { None };
    let (actor, doer) = steps::platform();
    for follower in rows::followers(tx, demand).await? {
        let act = match &said {
            Some(said) => said.clone(),
            None => Act::Unmerge {
                reason: Text::parse(&format!("主件 {} 已结束，恢复单独办理。", demand.number))
                    .map_err(Problem::Conflict)?,
            },
        };
        let standing = rows::standing(tx, &follower).await?;
        Box::pin(take(tx, site, (&actor, &doer), (follower, &standing), (&act, &Names::new()))).await?;
    }
    Ok(())
}

/// The answer that the demand was just given, for those that follow it.
async fn answer(tx: &Tx, demand: &Demand, before: &Standing) -> Result<Option<Act>, Problem> {
    if let Some(proposed) = &before.proposed {
        return Ok(Some(Act::Reply { outcome: proposed.outcome, text: proposed.text.clone() }));
    }
    let last = rows::taken(tx, demand).await?.pop();
    Ok(last.map(|taken| taken.act).filter(|act| act.kind() == DemandAct::Reply))
}

/// A ruling that says whose duty it is becomes a precedent, which routes the next such demand.
async fn ruled(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    demand: &Demand,
    (objector, responsible, reason): (UnitId, UnitId, &Text),
    names: &Names,
) -> Result<(), Problem> {
    let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let unit = org::open_unit(tx, &consulted, responsible).await?;
    let taken = rows::taken(tx, demand).await?;
    let ground = taken.iter().rev().find_map(|taken| match &taken.act {
        Act::Object { ground, .. } if taken.of == Some(objector) => Some(ground.label()),
        _ => None,
    });
    let keywords = [demand.category_name.clone()];
    let precedent = NewPrecedent {
        county: demand.county_id,
        category: &demand.category_id,
        area: &demand.area_path,
        demand: demand.id,
        demand_number: &demand.number,
        client_name: &demand.client_name,
        objector,
        objector_name: names.get(&objector).map_or("", String::as_str),
        ground: ground.unwrap_or_default(),
        unit: &unit,
        reasoning: reason.as_str(),
        keywords: &keywords,
    };
    match catalogue::record_precedent(tx, site, actor, precedent).await {
        Err(Problem::Invalid { detail, errors }) => {
            let errors = errors.into_iter().map(|error| FieldError { field: "text".into(), ..error }).collect();
            Err(Problem::Invalid { detail, errors })
        }
        done => done.map(drop),
    }
}

/// A part of a demand becomes one of its own, which has waited as long as the whole.
async fn split(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    whole: &Demand,
    (title, text, code): (&Title, &Text, &str),
) -> Result<(), Problem> {
    let scope = actor.scope::<RaiseDemands>().ok_or(Problem::NotFound)?;
    let client = registry::client(tx, &scope, whole.client_id).await?;
    let category = category(tx, site, code).await?;
    let begun = Begun {
        client: &client,
        category: &category,
        title: title.clone(),
        text: text.clone(),
        channel: Some(whole.channel),
        sealed: whole.sealed,
        urgency: whole.urgency,
        split_from: Some((whole, whole.raised_at)),
    };
    begin(tx, site, actor, begun).await.map(drop)
}

/// The act with what only the platform knows: the number of a main demand, what a category is held to.
async fn known(tx: &Tx, site: &Site, actor: &Actor, demand: &Demand, act: &Act) -> Result<Act, Problem> {
    Ok(match act {
        Act::Merge { into, .. } => {
            let scope = actor.scope::<TriageDemands>().ok_or(Problem::NotFound)?;
            let main = rows::demand(tx, &scope, *into).await?;
            let main = main.filter(|main| main.id != demand.id && rules::waiting_on(main.state).is_some());
            let main = main.filter(|main| main.merged_into.is_none() && main.state != DemandState::Replied);
            let main = main.ok_or_else(|| {
                Problem::field("main", "没有这件正在办理的诉求，或者它已答复、已并入别的诉求。请核对编号。")
            })?;
            if main.sealed || demand.sealed {
                return Err(Problem::field("main", "不公开企业身份的诉求不能并单，请分别办理。"));
            }
            if !rows::followers(tx, demand).await?.is_empty() {
                return Err(Problem::field("main", "已有别的诉求并入这一件，请把它作为主件。"));
            }
            Act::Merge { into: *into, number: main.number }
        }
        Act::Reclassify { category: code, urgency, .. } => {
            let category = category(tx, site, code).await?;
            let terms = terms(tx, site, (&category.id, *urgency, demand.channel)).await?;
            Act::Reclassify { category: category.id, urgency: *urgency, terms }
        }
        Act::Split { category: code, .. } => {
            category(tx, site, code).await?;
            act.clone()
        }
        other => other.clone(),
    })
}

/// What a demand is held to: by the table of limits that is in force.
async fn terms(tx: &Tx, site: &Site, (category, urgency, channel): (&str, Urgency, Channel)) -> Result<Terms, Problem> {
    let limits = catalogue::limits_for(tx, site, category, urgency, channel, tx.now()).await?;
    Ok(Terms { limits, approval: site.approval })
}

async fn category(tx: &Tx, site: &Site, code: &str) -> Result<Category, Problem> {
    catalogue::open_category(tx, site, code).await
}

/// The names of all units that have a part in the demand, and of those that the act gives one.
async fn names(tx: &Tx, site: &Site, actor: &Actor, demand: &Demand, act: &Act) -> Result<Names, Problem> {
    let mut names = held(tx, demand).await?;
    let mut named: Vec<(&str, UnitId)> = Vec::new();
    match act {
        Act::Dispatch { unit, helpers, .. } => {
            named.push(("unit", *unit));
            named.extend(helpers.iter().map(|helper| ("helpers", helper.unit)));
        }
        Act::Involve { helper } => named.push(("unit", helper.unit)),
        Act::Object { suggested: Some(unit), .. } | Act::Rule { duty_of: Some(unit), .. } => {
            named.push(("duty_of", *unit))
        }
        _ => {}
    }
    for (field, unit) in named {
        let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
        let unit = match org::open_unit(tx, &consulted, unit).await {
            Err(Problem::Invalid { .. }) => {
                return Err(Problem::field(field, "没有这个单位，或者它已撤销。请重新选择。"));
            }
            found => found?,
        };
        if field != "duty_of" {
            let matter = (demand.category_id.as_str(), &demand.area_path);
            catalogue::may_be_dispatched(tx, site, matter, unit.kind, site.hours.day(tx.now())).await?;
        }
        names.insert(unit.id, unit.name);
    }
    Ok(names)
}

/// The names of the units that have a part in this round.
async fn held(tx: &Tx, demand: &Demand) -> Result<Names, Problem> {
    let shares = rows::shares(tx, demand).await?;
    Ok(shares.into_iter().map(|share| (share.unit_id, share.unit_name)).collect())
}

/// Keeps what a step brought about: clocks, ratings, timeline, audit, outbox. Gives the line of the timeline.
async fn told(
    tx: &Tx,
    actor: &Actor,
    demand: &Demand,
    (act, step): (&Act, &Step),
    (concerned, names): (Option<(UnitId, String)>, &Names),
) -> Result<EventId, Problem> {
    for stopped in &step.stopped {
        rows::stop_clock(tx, demand, stopped).await?;
    }
    for moved in &step.moved {
        rows::move_clock(tx, demand, moved).await?;
    }
    let begun: Vec<Clock> = step.started.iter().map(|clock| Clock::begun(clock, names)).collect();
    rows::insert_clocks(tx, &begun.iter().map(|clock| (demand, clock)).collect::<Vec<_>>()).await?;
    rows::insert_ratings(tx, rows::rating_row(actor, demand, act, step.acted_as, tx.now()).into_iter().collect())
        .await?;
    let event = EventId::mint(tx.now());
    let line = rows::event_row((event, actor), demand, (act, step), concerned.clone(), tx.now())?;
    rows::insert_events(tx, vec![line]).await?;
    if step.acted_as != Part::Platform {
        let name = format!("demand.{}", act.kind().code());
        audit::record(tx, &Deed::of(actor, &name, "demand", demand.id.0, demand.county_id), act).await?;
    }
    tx.emit(demand.county_id, &DemandMoved::by(actor, demand, act, concerned)).await?;
    Ok(event)
}
