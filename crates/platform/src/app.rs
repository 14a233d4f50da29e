//! What every handler and job is given: the store, and through it the clock.

use store::Store;

/// The running platform. Cheap to clone: everything in it is shared.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub store: Store,
}
