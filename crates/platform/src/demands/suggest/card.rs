//! The card beside a demand that waits for its desk: what is proposed, and what may be the same matter.

use super::{Suggestions, suggestions};
use crate::App;
use crate::demands::alike::{self, AlikeLine, percent};
use crate::demands::{Demand, steps};
use kernel::authz::ReadDemands;
use kernel::words::{DemandAct, Part};
use kernel::{Actor, Problem};

/// A proposal with how sure it is, in words.
#[derive(Debug, Clone)]
pub struct CardLine {
    /// What.
    pub name: String,
    /// How sure: `把握较大（92%）`.
    pub sure: String,
    /// In which colour.
    pub tone: &'static str,
}

impl CardLine {
    fn of(name: String, confidence: f64) -> Self {
        let (words, tone) = match confidence {
            0.8.. => ("把握较大", "green"),
            0.5..0.8 => ("把握一般", "yellow"),
            _ => ("把握不大", "grey"),
        };
        Self { name, sure: format!("{words}（{}）", percent(confidence)), tone }
    }
}

/// What stands beside a demand.
#[derive(Debug, Clone)]
pub struct Card {
    /// Where all that is like it stands.
    pub href: String,
    /// Likely categories.
    pub categories: Vec<CardLine>,
    /// Likely units.
    pub units: Vec<CardLine>,
    /// Where it may be merged into one of the duplicates; empty when it may not.
    pub merge: String,
    /// What may be the same matter.
    pub duplicates: Vec<AlikeLine>,
    /// Answered ones that are like it.
    pub cases: Vec<AlikeLine>,
}

impl Card {
    /// The card for this reader, who may do this. Looked through only where the desk has to decide (to accept, to dispatch); who else works on
    /// the demand finds the way to what is like it; its client has no use for either.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, actor: &Actor, demand: &Demand, may: &[DemandAct]) -> Result<Option<Self>, Problem> {
        let parts = steps::doer(actor, demand, None).parts;
        let Some(scope) = actor.scope::<ReadDemands>().filter(|_| parts != [Part::Client]) else { return Ok(None) };
        let mut card = Self {
            href: format!("{}/alike", demand.path()),
            categories: Vec::new(),
            units: Vec::new(),
            merge: String::new(),
            duplicates: Vec::new(),
            cases: Vec::new(),
        };
        let waits = rules::waiting_on(demand.state) == Some(Part::Desk);
        if waits && parts.contains(&Part::Desk) {
            let Suggestions { categories, units, cases } = suggestions(app, actor, demand).await?;
            let lines = |found: Vec<alike::Alike>| found.iter().map(|found| AlikeLine::of(app, found)).collect();
            card.categories =
                categories.into_iter().map(|likely| CardLine::of(likely.name, likely.confidence)).collect();
            card.units = units.into_iter().map(|likely| CardLine::of(likely.name, likely.confidence)).collect();
            let mut duplicates = alike::alike(app, &scope, demand).await?;
            // Each stands in one list only; what was answered is an example.
            duplicates.retain(|found| cases.iter().all(|case| case.demand.id != found.demand.id));
            card.cases = lines(cases);
            if may.contains(&DemandAct::Merge) && duplicates.iter().any(|found| alike::leads(&found.demand)) {
                card.merge = format!("{}/{}", demand.path(), DemandAct::Merge.code());
            }
            card.duplicates = lines(duplicates);
        }
        Ok(Some(card))
    }

    /// Whether there is nothing to show but the way.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.categories.is_empty() && self.units.is_empty() && self.duplicates.is_empty() && self.cases.is_empty()
    }
}
