//! The tree of categories as a node remembers it: it stands on every list of demands and changes a few times a year.

use super::Category;
use crate::App;
use kernel::Problem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{Kept, Stamp};

/// The tree, with the stamp under which it was read.
type Shelf = Option<(Stamp, Arc<Vec<Category>>)>;

/// What a node remembers of the tree. Cheap to clone: it is one for the node.
#[derive(Debug, Clone, Default)]
pub struct Remembered(Arc<Mutex<Shelf>>);

impl Remembered {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tree of categories in order of code, the closed ones too; at most half a second old. For showing: what is decided is
/// decided on what was read.
///
/// # Errors
/// When the database fails.
pub async fn remembered(app: &App) -> Result<Arc<Vec<Category>>, Problem> {
    let stamp = app.store.stamp(Kept::Categories).await?;
    if let Some((under, all)) = &*app.categories.shelf()
        && *under == stamp
    {
        return Ok(all.clone());
    }
    let all = Arc::new(super::categories(&app.store, &app.site).await?);
    *app.categories.shelf() = Some((stamp, all.clone()));
    Ok(all)
}
