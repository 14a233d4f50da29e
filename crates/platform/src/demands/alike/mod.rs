//! Demands that are alike: likely the same matter told twice, others whom the same answer may help (一解百解), and answered
//! ones that show how such a matter went.
//!
//! Nothing is kept for it and nobody has to look after it: the likely ones are the latest of the same client, of the same
//! category in the county, and of the county at large; so a question costs the same however large the site grows. They are
//! looked for before it is known who asks, and every one that is found is then read anew through the reader's own scope:
//! what somebody may not read is not shown, not counted and not hinted at.

mod api;
mod pages;
mod rows;

pub(super) use api::Told;

use super::{Demand, Line};
use crate::{App, registry};
use chrono::Duration;
use kernel::authz::ReadDemands;
use kernel::id::{ClientId, DemandId};
use kernel::{Actor, AreaCode, Problem, Scope};
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
    /// Why it stands here: `内容相似 62%`, `同一企业同类`.
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
                format!("内容相似 {}", percent(found.likeness))
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

/// Likely duplicates of a demand: open ones and those that ended lately, the most alike first.
///
/// # Errors
/// When the database fails.
pub async fn alike(app: &App, scope: &Scope<ReadDemands>, demand: &Demand) -> Result<Vec<Alike>, Problem> {
    if demand.sealed {
        return Ok(Vec::new());
    }
    let matter = Matter::of(demand);
    let likely = likely(app, &matter).await?;
    told(app, scope, &matter, likely, SAME_MATTER).await
}

/// Other clients' open demands that the answer to this one may help as well (一解百解), the most alike first.
///
/// # Errors
/// When the database fails.
pub async fn others_of_the_matter(
    app: &App,
    scope: &Scope<ReadDemands>,
    demand: &Demand,
) -> Result<Vec<Alike>, Problem> {
    if demand.sealed {
        return Ok(Vec::new());
    }
    let matter = Matter::of(demand);
    let mut likely = likely(app, &matter).await?;
    likely.retain(|near| near.ended_at.is_none() && near.client_id != demand.client_id);
    told(app, scope, &matter, likely, SAME_MATTER).await
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
    let matter = Matter::of(demand);
    let mut near = rows::answered(&app.store, matter.county, matter.category).await?;
    for category in others.iter().filter(|category| **category != matter.category) {
        near.extend(rows::answered(&app.store, matter.county, category).await?);
    }
    told(app, scope, &matter, near, WORTH_A_LOOK).await
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
    let mut found = told(app, &scope, &matter, likely, SAME_MATTER).await?;
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

/// The most alike of the candidates that the scope lets through.
async fn told(
    app: &App,
    scope: &Scope<ReadDemands>,
    matter: &Matter<'_>,
    mut near: Vec<Near>,
    least: f64,
) -> Result<Vec<Alike>, Problem> {
    near.sort_by_key(|near| near.id);
    near.dedup_by_key(|near| near.id);
    // Whose name is kept back stands beside nothing that could tell it.
    near.retain(|near| Some(near.id) != matter.itself && !near.sealed);
    let texts: Vec<String> = near.iter().map(|near| whole(&near.title, &near.body)).collect();
    let likeness = Likeness::among(texts.iter().map(String::as_str));
    let mut found = Vec::new();
    for (place, likeness) in likeness.most_alike(&matter.text, least, usize::MAX) {
        if found.len() == MOST {
            break;
        }
        if let Some(demand) = readable(app, scope, near[place].id).await? {
            found.push(Alike { demand, likeness });
        }
    }
    Ok(found)
}

/// The demand, when the scope lets its reader have it.
async fn readable(app: &App, scope: &Scope<ReadDemands>, id: DemandId) -> Result<Option<Demand>, Problem> {
    match super::demand(&app.store, scope, id).await {
        Ok(demand) => Ok(Some(demand)),
        Err(Problem::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}
