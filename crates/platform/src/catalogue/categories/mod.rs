//! Categories of demands: a tree whose codes say what lies below what.

mod rows;

pub use rows::Category;

use crate::Site;
use kernel::Problem;
use store::{Db, Tx};

/// Adds a category, below `parent` or at the top of the tree, as it is: for who loads a world.
///
/// # Errors
/// [`Problem::Conflict`] when the code is taken.
pub async fn add_category(tx: &Tx, site: &Site, category: &Category) -> Result<(), Problem> {
    rows::insert(tx, site.area, category).await
}

/// The tree of categories, in order of code.
///
/// # Errors
/// When the database fails.
pub async fn categories(db: &impl Db, site: &Site) -> Result<Vec<Category>, Problem> {
    rows::categories(db, site.area).await
}

/// One category, when there is one of this code.
///
/// # Errors
/// When the database fails.
pub async fn category(db: &impl Db, site: &Site, id: &str) -> Result<Option<Category>, Problem> {
    rows::category(db, site.area, id).await
}
