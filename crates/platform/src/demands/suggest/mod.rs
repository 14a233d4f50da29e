//! What a desk is proposed: category and unit of a demand, learnt from the site's own answered demands, each with how sure
//! that is, and the answered ones that are like it. A person always decides.
//!
//! The learner is `text`; nothing is shipped with the program and nothing outside is asked. What was learnt lies in the
//! database, so that every node has it; it holds weights of runs of characters, no text and no name. It is learnt anew
//! every night, and when a desk asks. The answered demands beside a proposal are read through the reader's own scope.

mod api;
mod card;
mod learning;
mod pages;
mod rows;
mod units;

pub use card::Card;
pub use learning::{Learn, learn, learn_nightly};

use super::Demand;
use super::alike::{self, Alike};
use crate::catalogue;
use crate::{App, org};
use kernel::authz::{ReadDemands, ReadOrg};
use kernel::id::UnitId;
use kernel::{Actor, Instant, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use shell::Routes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use text::Classifier;

/// What is less sure than this is not told: it would only be guessing.
const LEAST: f64 = 0.10;
/// How many are told of each.
const MOST: usize = 3;
/// How many of the learner's guesses are looked through for a unit that the county has.
const LOOKED_THROUGH: usize = 12;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// What is learnt to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Purpose {
    Category,
    Unit,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Unit => "unit",
        }
    }
}

/// When something was learnt, and what.
type Lesson = (Instant, Arc<Classifier>);

/// What this node has in mind of what was learnt. Cheap to clone: it is one for the node.
#[derive(Debug, Clone, Default)]
pub struct Learnt(Arc<Mutex<HashMap<Purpose, Lesson>>>);

impl Learnt {
    /// The classifier as it is in the database now; read anew only when it was learnt anew.
    async fn latest(app: &App, purpose: Purpose) -> Result<Option<Arc<Classifier>>, Problem> {
        let Some(at) = rows::learnt_at(&app.store, app.site.area, purpose.code()).await? else { return Ok(None) };
        if let Some((known, classifier)) = app.learnt.lock().get(&purpose)
            && *known == at
        {
            return Ok(Some(classifier.clone()));
        }
        let Some(bytes) = rows::bytes(&app.store, app.site.area, purpose.code()).await? else { return Ok(None) };
        let classifier = match Classifier::from_bytes(&bytes) {
            Ok(classifier) => Arc::new(classifier),
            Err(damaged) => {
                // Of another version of the program: until it is learnt anew nothing is proposed.
                tracing::warn!(%damaged, purpose = purpose.code(), "what was learnt cannot be read");
                return Ok(None);
            }
        };
        app.learnt.lock().insert(purpose, (at, classifier.clone()));
        Ok(Some(classifier))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Purpose, Lesson>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A category that a demand may be of.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LikelyCategory {
    /// Its code.
    pub id: String,
    /// Its name, after that of the one above.
    pub name: String,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
}

/// A unit that a demand may be dispatched to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LikelyUnit {
    /// Which.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
}

/// What is proposed for a demand.
#[derive(Debug, Clone, Default)]
pub struct Suggestions {
    /// Categories, the likeliest first.
    pub categories: Vec<LikelyCategory>,
    /// Units, the likeliest first.
    pub units: Vec<LikelyUnit>,
    /// Answered demands that are like it, the most alike first, as far as the reader may read them.
    pub cases: Vec<Alike>,
}

/// What is proposed to this reader for a demand that they read. Nothing but cases before anything was learnt.
///
/// # Errors
/// When the database fails.
pub async fn suggestions(app: &App, actor: &Actor, demand: &Demand) -> Result<Suggestions, Problem> {
    let text = alike::whole(&demand.title, &demand.body);
    let (categories, units) = (likely_categories(app, &text).await?, likely_units(app, actor, demand, &text).await?);
    let cases = match actor.scope::<ReadDemands>() {
        Some(scope) => {
            let likeliest: Vec<&str> = categories.iter().take(1).map(|category| category.id.as_str()).collect();
            alike::answered(app, &scope, demand, &likeliest).await?
        }
        None => Vec::new(),
    };
    Ok(Suggestions { categories, units, cases })
}

async fn likely_categories(app: &App, text: &str) -> Result<Vec<LikelyCategory>, Problem> {
    let Some(classifier) = Learnt::latest(app, Purpose::Category).await? else { return Ok(Vec::new()) };
    let all = catalogue::remembered(app).await?;
    let found = |id: &str| all.iter().find(|category| category.id == id);
    let named = |id: &str| {
        let category = found(id).filter(|category| category.closed_on.is_none())?;
        let above = category.parent_id.as_deref().and_then(found);
        Some(above.map_or_else(|| category.name.clone(), |above| format!("{} · {}", above.name, category.name)))
    };
    // A category that is no more is not proposed.
    let likely = classifier.guess(text, MOST).into_iter().filter(|guess| guess.confidence >= LEAST);
    let likely = likely.filter_map(|guess| {
        named(guess.label).map(|name| LikelyCategory { id: guess.label.to_owned(), name, confidence: guess.confidence })
    });
    Ok(likely.collect())
}

async fn likely_units(app: &App, actor: &Actor, demand: &Demand, text: &str) -> Result<Vec<LikelyUnit>, Problem> {
    let Some(consulted) = actor.scope::<ReadOrg>() else { return Ok(Vec::new()) };
    let Some(classifier) = Learnt::latest(app, Purpose::Unit).await? else { return Ok(Vec::new()) };
    let at_hand = org::units_at_hand(&app.store, &consulted, demand.county_id, app.site.area).await?;
    let city = org::area(&app.store, app.site.area).await?.map_or_else(String::new, |area| area.name);
    let duties = units::Duties::of(&at_hand, &demand.area_path, &city);
    let guesses = classifier.guess(text, LOOKED_THROUGH);
    let likely = guesses.iter().filter(|guess| guess.confidence >= LEAST).filter_map(|guess| {
        let unit = duties.unit(guess.label)?;
        Some(LikelyUnit { id: unit.id, name: unit.name.clone(), confidence: guess.confidence })
    });
    Ok(likely.take(MOST).collect())
}
