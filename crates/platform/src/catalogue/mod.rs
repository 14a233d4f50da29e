//! What a desk works by (办理依据): the categories of demands, whose duty what is (职责清单), the rulings on that (判例), how long
//! things may take (办理时限), and the words that are written often (常用语).
//!
//! All of it is data that people change: nothing is deleted, every change keeps who made it, when and why, and what was in
//! force on a day can be read later. Who reads the registers of officials reads this; the coordination group changes it.

mod categories;
mod dry_run;
pub mod duties;
mod limits;
mod phrases;
mod precedents;

pub use categories::{
    Category, CategoryChange, CategoryChanged, NewCategory, Remembered, add_category, categories, category,
    category_choices, category_history, change_category, enter_category, open_category, open_choices, remembered,
};
pub use dry_run::{Affected, DryRun, Shift};
pub use duties::{may_be_dispatched, propose};
pub use limits::{LimitRow, LimitTable, LimitVersion, NewLimits, adopt_limits, limits_for};
pub use phrases::{Blanks, Keeper, NewPhrase, Offered, Phrase, PhraseChange, keep_phrase, offered, phrases_for};
pub use precedents::{NewPrecedent, Precedent, record_precedent};
pub use rules::duty::Proposal;

use crate::{App, Site};
use kernel::authz::RuleCatalogue;
use kernel::{AreaPath, Problem, Reach, Scope};
use shell::Routes;
use store::{Columns, Sql};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    categories::routes()
        .merge(duties::routes())
        .merge(precedents::routes())
        .merge(limits::routes())
        .merge(phrases::routes())
}

/// Whether this scope may change what holds for the whole site.
fn may_rule_site(scope: &Scope<RuleCatalogue>, site: &Site) -> bool {
    scope.covers(&Reach::Area(site.path()))
}

/// What places a demand, for what is told of demands here.
const DEMAND: Columns = Columns {
    area: Some("demand.area_path"),
    county: Some("demand.county_id"),
    unit: Some("demand.lead_unit_id"),
    client: Some("demand.client_id"),
    ..Columns::NONE
};

/// Text that must not be empty, trimmed, of at most `most` characters.
fn written(text: &str, field: &str, label: &str, most: usize) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::field(field, format!("请填写{label}。"))),
        length if length > most => {
            Err(Problem::field(field, format!("{label}最多 {most} 个字，现在有 {length} 个，请精简。")))
        }
        _ => Ok(text.to_owned()),
    }
}

/// The places of some values in a statement, for `IN (…)`.
fn places<T: Into<sea_orm::Value>>(sql: &mut Sql, values: impl IntoIterator<Item = T>) -> String {
    let places: Vec<String> = values.into_iter().map(|value| sql.place(value)).collect();
    if places.is_empty() { "NULL".to_owned() } else { places.join(", ") }
}

/// The condition that something which holds in `column` and below matters in an area: it holds there, in one above, or
/// within.
fn matters_in(sql: &mut Sql, column: &str, area: &AreaPath) -> String {
    let (from, end) = (sql.place(area.clone()), sql.place(area.end()));
    let above = places(sql, area.lineage());
    format!("({column} IN ({above}) OR ({column} >= {from} AND {column} < {end}))")
}
