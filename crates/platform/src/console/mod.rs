//! The registers as sheets: what comes in is weighed line by line and written as a whole or not at all; what goes out can come
//! in again and changes nothing.

mod api;
mod exports;
mod imports;
mod kinds;
mod pages;
mod rows;
mod sheet;
mod table;
mod upload;
mod weighing;

pub use exports::{FileName, Format, file};
pub use imports::{Brought, expire, opened, operator, take_in, try_out};
pub use kinds::{Filters, export_right, import_right};
pub use sheet::{Sheet, template};
pub use table::{Column, Need, Table};
pub use weighing::{Change, Counts, Mistake, Outcome, Told, Weighed};

use crate::App;
use shell::Routes;

/// The pages and resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}
