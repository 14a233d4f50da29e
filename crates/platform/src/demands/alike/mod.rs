//! Demands that are alike: likely the same matter told twice, others whom the same answer may help (一解百解: [`helped`]),
//! answered ones that show how such a matter went, and what of one is lent to another ([`lend`]).
//!
//! Nothing is kept for it and nobody has to look after it: the likely ones are the latest of the same client, of the same
//! category in the county, and of the county at large; so a question costs the same however large the site grows. They are
//! looked for before it is known who asks, and every one that is found is then read anew through the reader's own scope:
//! what somebody may not read is not shown, not counted and not hinted at.

mod api;
mod helped;
mod lend;
mod mains;
mod nameless;
mod pages;
mod rows;

pub use helped::{Helped, helped};

pub(super) use api::Told;
pub(super) use helped::HelpedCard;
pub(super) use lend::{Lent, answers};
pub(super) use mains::{leads, mains};

use super::{Demand, Line};
use crate::{App, registry};
use chrono::Duration;
use kernel::authz::ReadDemands;
use kernel::id::{ClientId, DemandId};
use kernel::{Actor, AreaCode, Problem, Right, Scope};
use rows::Near;
use shell::Routes;
use text::{Likeness, SAME_MATTER};

/// How far back it is looked, and for how long something ended may still be the same matter.
const BACK: Duration = Duration::days(180);
const JUST_ENDED: Duration = Duration::days(60);
/// From here on an answered demand is worth a look: as an example, not as the same.
const WORTH_A_LOOK: f64 = 0.15;
/// How many are told at most.
const MOST: usize = 5;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// A demand that is like another.
#[derive(Debug, Clone)]
pub struct Alike {
    /// It, as its reader may read it.
    pub demand: Demand,
    /// How alike the texts are, from 0 to 1.
    pub likeness: f64,
}

/// It as a line of a page.
#[derive(Debug, Clone)]
pub struct AlikeLine {
    /// The demand.
    pub line: Line,
    /// Why it stands here: `内容很相近（62%）`, `同一企业同类`.
    pub why: String,
    /// What became of it; empty while it is open.
    pub outcome: &'static str,
}

impl AlikeLine {
    /// The line of a demand that was found.
    #[must_use]
    pub fn of(app: &App, found: &Alike) -> Self {
        Self {
            line: Line::of(&app.site, &found.demand, app.now()),
            why: if found.likeness > 0.0 {
                format!("{}（{}）", in_words(found.likeness), percent(found.likeness))
            } else {
                "同一企业同类".into()
            },
            outcome: found.demand.outcome.map_or("", |outcome| outcome.label()),
        }
    }
}

/// A part of one, as people say it.
pub(super) fn percent(part: f64) -> String {
    format!("{:.0}%", part * 100.0)
}

/// How alike two texts are, as people say it.
fn in_words(likeness: f64) -> &'static str {
    match likeness {
        0.75.. => "内容几乎相同",
        0.5..0.75 => "内容很相近",
        SAME_MATTER..0.5 => "内容相近",
        _ => "内容有些相近",
    }
}

/// What is asked about: a demand, or one that is about to be raised.
struct Matter<'a> {
    itself: Option<DemandId>,
    county: AreaCode,
    client: ClientId,
    category: &'a str,
    text: String,
}

impl<'a> Matter<'a> {
    fn of(demand: &'a Demand) -> Self {
        Self {
            itself: Some(demand.id),
            county: demand.county_id,
            client: demand.client_id,
            category: &demand.category_id,
            text: whole(&demand.title, &demand.body),
        }
    }
}

/// Title and text, as one learns from them and compares them.
pub(super) fn whole(title: &str, body: &str) -> String {
    format!("{title}\n{body}")
}

/// Likely duplicates of a demand, the most alike first: open ones and, of the same client, those that ended lately. What of
/// others has ended is an example ([`answered`]), no duplicate.
///
/// # Errors
/// When the database fails.
pub async fn alike(app: &App, scope: &Scope<ReadDemands>, demand: &Demand) -> Result<Vec<Alike>, Problem> {
    if demand.sealed {
        return Ok(Vec::new());
    }
    let matter = Matter::of(demand);
    let mut likely = likely(app, &matter).await?;
    likely.retain(|near| near.ended_at.is_none() || near.client_id == demand.client_id);
    told(app, scope, &matter, (likely, SAME_MATTER), MOST).await
}

/// What is like a demand, each in one list only.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Likely the same matter: open ones, and the client's own that ended lately without an answer. Once the demand is answered, those whom the answer
    /// may help stand in `helped` instead.
    pub duplicates: Vec<Alike>,
    /// Others whom the answer may help.
    pub helped: Vec<Helped>,
    /// Answered ones that show how such a matter went.
    pub answered: Vec<Alike>,
}

impl Found {
    /// What this reader may read of it.
    pub async fn of(app: &App, actor: &Actor, scope: &Scope<ReadDemands>, demand: &Demand) -> Result<Self, Problem> {
        if demand.sealed {
            return Ok(Self::default());
        }
        let helped = helped(app, actor, scope, demand).await?;
        let mut answered = answered(app, scope, demand, &[]).await?;
        answered.retain(|found| helped.iter().all(|helped| helped.alike.demand.id != found.demand.id));
        let mut duplicates = alike(app, scope, demand).await?;
        duplicates.retain(|found| {
            let told = helped.iter().map(|helped| &helped.alike).chain(&answered);
            told.map(|told| told.demand.id).all(|id| id != found.demand.id)
        });
        Ok(Self { duplicates, helped, answered })
    }
}

/// Answered demands of the county, of the demand's category and of `others`, that show how such a matter went.
///
/// # Errors
/// When the database fails.
pub async fn answered(
    app: &App,
    scope: &Scope<ReadDemands>,
    demand: &Demand,
    others: &[&str],
) -> Result<Vec<Alike>, Problem> {
    if demand.sealed {
        return Ok(Vec::new());
    }
    let matter = Matter::of(demand);
    let mut near = rows::answered(&app.store, matter.county, matter.category).await?;
    for category in others.iter().filter(|category| **category != matter.category) {
        near.extend(rows::answered(&app.store, matter.county, category).await?);
    }
    told(app, scope, &matter, (near, WORTH_A_LOOK), MOST).await
}

/// What somebody who is about to raise a demand should look at first, as far as they may read it: the client's open ones of
/// this very category, and open ones of anybody in the county that tell of the same.
///
/// # Errors
/// When the database fails.
pub async fn before_raising(
    app: &App,
    actor: &Actor,
    (client, category): (ClientId, &str),
    (title, body): (&str, &str),
) -> Result<Vec<Alike>, Problem> {
    let Some(scope) = actor.scope::<ReadDemands>() else { return Ok(Vec::new()) };
    let client = match registry::client(&app.store, &scope, client).await {
        Ok(client) => client,
        // Who may not see the client is told so when the demand is raised.
        Err(Problem::NotFound) => return Ok(Vec::new()),
        Err(other) => return Err(other),
    };
    let text = whole(title, body);
    let matter = Matter { itself: None, county: client.county_id, client: client.id, category, text };
    let mut likely = likely(app, &matter).await?;
    likely.retain(|near| near.ended_at.is_none());
    let own = likely.iter().filter(|near| near.client_id == client.id && near.category_id == category && !near.sealed);
    let own: Vec<DemandId> = own.map(|near| near.id).take(MOST).collect();
    let mut found = told(app, &scope, &matter, (likely, SAME_MATTER), MOST).await?;
    for id in own {
        if found.iter().all(|alike| alike.demand.id != id)
            && let Some(demand) = readable(app, &scope, id).await?
        {
            found.push(Alike { demand, likeness: 0.0 });
        }
    }
    Ok(found)
}

/// The candidates, each once.
async fn likely(app: &App, matter: &Matter<'_>) -> Result<Vec<Near>, Problem> {
    let (since, ended) = (app.now() - BACK, app.now() - JUST_ENDED);
    let mut near = rows::of_client(&app.store, matter.county, matter.client, since).await?;
    near.extend(rows::of_category(&app.store, matter.county, matter.category, since).await?);
    near.extend(rows::of_county(&app.store, matter.county, since).await?);
    near.retain(|near| near.ended_at.is_none_or(|at| at >= ended));
    Ok(near)
}

/// The most alike of the candidates that the scope lets through, at most `most`.
async fn told<R: Right>(
    app: &App,
    scope: &Scope<R>,
    matter: &Matter<'_>,
    (mut near, least): (Vec<Near>, f64),
    most: usize,
) -> Result<Vec<Alike>, Problem> {
    near.sort_by_key(|near| near.id);
    near.dedup_by_key(|near| near.id);
    // Whose name is kept back stands beside nothing that could tell it.
    near.retain(|near| Some(near.id) != matter.itself && !near.sealed);
    let texts: Vec<String> = near.iter().map(|near| whole(&near.title, &near.body)).collect();
    let likeness = Likeness::among(texts.iter().map(String::as_str));
    let ranked = likeness.most_alike(&matter.text, least, usize::MAX);
    let mut found = Vec::new();
    // Read anew a handful at a time: whoever may read all needs no second handful.
    for some in ranked.chunks(most.max(1) * 2) {
        let ids: Vec<DemandId> = some.iter().filter_map(|(place, _)| near.get(*place)).map(|near| near.id).collect();
        let mut readable = rows::among(&app.store, scope, &ids).await?;
        for ((_, likeness), id) in some.iter().zip(ids) {
            if let Some(place) = readable.iter().position(|demand| demand.id == id) {
                found.push(Alike { demand: readable.swap_remove(place), likeness: *likeness });
            }
        }
        if found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    Ok(found)
}

/// The demand, when the scope lets its reader have it.
async fn readable(app: &App, scope: &Scope<ReadDemands>, id: DemandId) -> Result<Option<Demand>, Problem> {
    Ok(rows::among(&app.store, scope, &[id]).await?.pop())
}
