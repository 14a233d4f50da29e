//! Words and proofs that every other crate speaks: ids, areas, the clock, problems, rights and scopes.
//!
//! Nothing here does IO. With the feature `rows`, ids and words also know how to be a database column;
//! that is the only thing in this crate that knows there is a database.

pub mod area;
pub mod authz;
pub mod calendar;
pub mod clock;
pub mod credit_code;
pub mod email;
pub mod hours;
pub mod id;
pub mod industry;
pub mod login;
pub mod news;
pub mod page;
pub mod phone;
pub mod problem;
pub mod role;
pub mod words;

pub use area::{AreaCode, AreaPath};
pub use authz::{Actor, Grant, Reach, Right, Scope, StandIn};
pub use calendar::{UnknownYear, WorkCalendar};
pub use clock::{Clock, Day, Instant};
pub use credit_code::CreditCode;
pub use email::Email;
pub use hours::BusinessHours;
pub use industry::Industry;
pub use login::Login;
pub use page::{Cursor, Limit, Page};
pub use phone::{OfficePhone, Phone, ToldPhone};
pub use problem::{BugExt, FieldError, Problem, still_as_read};
pub use role::Role;
