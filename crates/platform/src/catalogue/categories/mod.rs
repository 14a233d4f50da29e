//! Categories of demands: a tree of two levels whose codes say what lies below what (`03` has `0301`). One is renamed or closed
//! and never deleted; what was raised under it keeps it. Every change keeps who made it, when and why.

mod api;
mod pages;
mod remembered;
mod rows;

pub use remembered::{Remembered, remembered};
pub use rows::{Category, CategoryChanged};

use super::{may_rule_site, written};
use crate::audit::{self, Deed};
use crate::{App, Site};
use kernel::authz::RuleCatalogue;
use kernel::{Actor, Problem, Scope, still_as_read};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Choice, Routes};
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// How many there may be at one place of the tree: two digits name them.
const MOST: u32 = 99;

/// A category to be added.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewCategory {
    /// The one above; none for one of the first level.
    pub parent: Option<String>,
    /// Its name: 1 to 20 characters.
    pub name: String,
    /// Why: 1 to 200 characters.
    pub reason: String,
}

/// What is to change of a category; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct CategoryChange {
    /// A new name.
    pub name: Option<String>,
    /// Whether it is out of use.
    pub closed: Option<bool>,
    /// Why: 1 to 200 characters.
    pub reason: String,
}

/// Adds a category as it is: for who loads a world.
///
/// # Errors
/// [`Problem::Conflict`] when the code is taken.
pub async fn add_category(tx: &Tx, site: &Site, category: &Category) -> Result<(), Problem> {
    rows::insert(tx, site.area, category).await
}

/// The tree of categories, in order of code, the closed ones too.
///
/// # Errors
/// When the database fails.
pub async fn categories(db: &impl Db, site: &Site) -> Result<Vec<Category>, Problem> {
    rows::categories(db, site.area).await
}

/// The tree of categories as choices, children set in, the closed ones marked: for filters.
#[must_use]
pub fn category_choices(categories: &[Category]) -> Vec<Choice> {
    let named = |category: &Category| {
        let inset = if category.parent_id.is_some() { "　" } else { "" };
        let closed = if category.closed_on.is_some() { "（已停用）" } else { "" };
        Choice::new(category.id.as_str(), format!("{inset}{}{closed}", category.name))
    };
    categories.iter().map(named).collect()
}

/// The same without the closed ones: for what is new.
#[must_use]
pub fn open_choices(categories: &[Category]) -> Vec<Choice> {
    let open: Vec<Category> = categories.iter().filter(|category| category.closed_on.is_none()).cloned().collect();
    category_choices(&open)
}

/// One category, when there is one of this code.
///
/// # Errors
/// When the database fails.
pub async fn category(db: &impl Db, site: &Site, id: &str) -> Result<Option<Category>, Problem> {
    rows::category(db, site.area, id).await
}

/// The category of something new.
///
/// # Errors
/// [`Problem::Invalid`] on `category` when there is none of this code, or it is closed.
pub async fn open_category(db: &impl Db, site: &Site, id: &str) -> Result<Category, Problem> {
    match rows::category(db, site.area, id).await? {
        None => Err(Problem::field("category", "没有这个问题类别，请从列表中选择。")),
        Some(category) if category.closed_on.is_some() => {
            Err(Problem::field("category", format!("“{}”已停用，请另选一个问题类别。", category.name)))
        }
        Some(category) => Ok(category),
    }
}

/// What was changed of a category, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn category_history(db: &impl Db, site: &Site, id: &str) -> Result<Vec<CategoryChanged>, Problem> {
    rows::history(db, site.area, id).await
}

impl Category {
    /// A category that is in use.
    #[must_use]
    pub fn new(id: impl Into<String>, parent_id: Option<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), parent_id, name: name.into(), closed_on: None, version: 1 }
    }

    /// Refuses what was decided on an older version.
    ///
    /// # Errors
    /// [`Problem::Stale`].
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("问题类别“{}”", self.name))
    }
}

/// Adds a category; its code is the next free one below its parent.
///
/// # Errors
/// [`Problem::NotFound`] for who does not reach the whole site; [`Problem::Invalid`] for a parent that is none, is closed or
/// lies below another, or a name that is empty, too long or taken.
pub async fn enter_category(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    scope: &Scope<RuleCatalogue>,
    new: NewCategory,
) -> Result<Category, Problem> {
    if !may_rule_site(scope, site) {
        return Err(Problem::NotFound);
    }
    let all = categories(tx, site).await?;
    let parent = match new.parent.as_deref().filter(|code| !code.is_empty()) {
        None => None,
        Some(code) => {
            let parent = all.iter().find(|category| category.id == code && category.closed_on.is_none());
            let parent = parent.ok_or_else(|| Problem::field("parent", "没有这个大类，或者它已停用。"))?;
            if parent.parent_id.is_some() {
                return Err(Problem::field("parent", "问题类别只分两级，请选择一个大类。"));
            }
            Some(parent)
        }
    };
    let name = free_name(&all, &new.name, parent.map(|parent| parent.id.as_str()), None)?;
    let reason = written(&new.reason, "reason", "原因", 200)?;
    let above = parent.map_or("", |parent| parent.id.as_str());
    let free = (1..=MOST).map(|place| format!("{above}{place:02}"));
    let code = free.into_iter().find(|code| all.iter().all(|category| category.id != *code));
    let code = code.ok_or_else(|| Problem::field("parent", format!("这里已有 {MOST} 个类别，不能再增加。")))?;
    let category = Category::new(code, parent.map(|parent| parent.id.clone()), name);
    rows::insert(tx, site.area, &category).await?;
    kept(tx, site, actor, ("add", &category), &reason).await?;
    Ok(category)
}

/// Renames a category, closes it or opens it again.
///
/// # Errors
/// [`Problem::NotFound`] for who does not reach the whole site; [`Problem::Invalid`] for a name that is empty, too long or
/// taken, for no reason, or no change; [`Problem::Conflict`] when it has open ones below and is to close, or a closed one above
/// and is to open.
pub async fn change_category(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    scope: &Scope<RuleCatalogue>,
    (mut category, change): (Category, CategoryChange),
) -> Result<(), Problem> {
    if !may_rule_site(scope, site) {
        return Err(Problem::NotFound);
    }
    let all = categories(tx, site).await?;
    let reason = written(&change.reason, "reason", "原因", 200)?;
    let mut acts = Vec::new();
    if let Some(name) = change.name.filter(|name| name.trim() != category.name) {
        let name = free_name(&all, &name, category.parent_id.as_deref(), Some(&category.id))?;
        category.name = name;
        acts.push("rename");
    }
    match change.closed {
        Some(true) if category.closed_on.is_none() => {
            let below = |other: &&Category| other.parent_id.as_ref() == Some(&category.id) && other.closed_on.is_none();
            let below = all.iter().filter(below).count();
            if below > 0 {
                let told = format!("“{}”下面还有 {below} 个在用的小类，请先停用它们。", category.name);
                return Err(Problem::Conflict(told));
            }
            category.closed_on = Some(site.hours.day(tx.now()));
            acts.push("close");
        }
        Some(false) if category.closed_on.is_some() => {
            let above = all.iter().find(|other| Some(&other.id) == category.parent_id.as_ref());
            if let Some(above) = above.filter(|above| above.closed_on.is_some()) {
                return Err(Problem::Conflict(format!("上面的大类“{}”已停用，请先恢复它。", above.name)));
            }
            category.closed_on = None;
            acts.push("reopen");
        }
        _ => {}
    }
    if acts.is_empty() {
        return Err(Problem::field("name", "没有需要修改的内容。"));
    }
    rows::change(tx, site.area, &category).await?;
    for act in acts {
        kept(tx, site, actor, (act, &category), &reason).await?;
    }
    Ok(())
}

/// A name that no other open category at the same place bears.
fn free_name(all: &[Category], name: &str, parent: Option<&str>, own: Option<&str>) -> Result<String, Problem> {
    let name = written(name, "name", "名称", 20)?;
    let taken = |other: &&Category| {
        other.name == name
            && other.parent_id.as_deref() == parent
            && Some(other.id.as_str()) != own
            && other.closed_on.is_none()
    };
    match all.iter().find(taken) {
        Some(other) => Err(Problem::field("name", format!("已有“{}”（{}），请换一个名称。", other.name, other.id))),
        None => Ok(name),
    }
}

/// Keeps a change in the history and in the trail.
async fn kept(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    (act, category): (&str, &Category),
    reason: &str,
) -> Result<(), Problem> {
    let id = rows::keep(tx, site.area, (act, category), (&actor.name, reason)).await?;
    let detail = serde_json::json!({ "number": category.id, "name": category.name, "reason": reason });
    let name = format!("category.{act}");
    audit::record(tx, &Deed::of(actor, &name, "category", id.0, site.area), &detail).await
}
