//! What the pages of this feature share: reading a form's fields, saying a period, and who may change what is shown.

use crate::app::say_day;
use kernel::authz::WriteOrg;
use kernel::{Actor, AreaPath, Day, Phone, Problem, Reach};
use shell::Errors;

/// A day of a form's date field.
pub fn day(text: &str, field: &str, label: &str) -> Result<Day, Problem> {
    text.trim().parse().map_err(|_| Problem::field(field, format!("请填写{label}，如 2026-03-01。")))
}

/// The day that a page looks back to: what was asked for, or today; and what to mend when it is no day.
pub fn on_day(text: &str, today: Day) -> (Day, Errors) {
    if text.trim().is_empty() {
        return (today, Errors::none());
    }
    match day(text, "on", "日期").map_err(Errors::take) {
        Ok(day) => (day, Errors::none()),
        Err(told) => (today, told.unwrap_or_default()),
    }
}

/// A telephone number that may be left out.
pub fn phone(text: &str, field: &str) -> Result<Option<Phone>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Phone::parse(text).map(Some).map_err(|told| Problem::field(field, told))
}

/// From when to when, as people say it.
pub fn period(from: Day, until: Option<Day>) -> String {
    match until {
        Some(until) => format!("{}至{}", say_day(from), say_day(until)),
        None => format!("{}至今", say_day(from)),
    }
}

/// Whether the person may change what lies in this area.
pub fn may_change(actor: &Actor, path: &AreaPath) -> bool {
    actor.scope::<WriteOrg>().is_some_and(|scope| scope.covers(&Reach::Area(path.clone())))
}
