//! What form macros draw from: the errors of a refused form, and the choices of a list.

use axum::http::StatusCode;
use kernel::problem::FieldError;
use kernel::{Day, Problem};

/// What a refused form is told, field by field. A form not yet sent has none.
#[derive(Debug, Clone, Default)]
pub struct Errors {
    /// One sentence over all fields.
    pub detail: String,
    /// Field by field.
    pub items: Vec<FieldError>,
}

impl Errors {
    /// No errors: the form is shown for the first time.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The errors of a refused form; any other problem goes on its way.
    ///
    /// # Errors
    /// Whatever is not [`Problem::Invalid`].
    pub fn take(problem: Problem) -> Result<Self, Problem> {
        match problem {
            Problem::Invalid { detail, errors } => Ok(Self { detail, items: errors }),
            other => Err(other),
        }
    }

    /// How a refused form is answered, whatever was refused: fields to mend, or what stands in the way.
    ///
    /// # Errors
    /// Whatever is no refusal of what was typed.
    pub fn refused(problem: Problem) -> Result<(StatusCode, Self), Problem> {
        let about_all = |detail| Self { detail, items: Vec::new() };
        Ok(match problem {
            Problem::Conflict(detail) => (StatusCode::CONFLICT, about_all(detail)),
            Problem::Stale(detail) => (StatusCode::PRECONDITION_FAILED, about_all(detail)),
            other => (StatusCode::UNPROCESSABLE_ENTITY, Self::take(other)?),
        })
    }

    /// What this field is told.
    #[must_use]
    pub fn of(&self, name: impl AsRef<str>) -> Option<&str> {
        self.items.iter().find(|error| error.field == name.as_ref()).map(|error| error.detail.as_str())
    }

    /// Whether there is nothing to mend.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.detail.is_empty()
    }
}

/// A day as a date field sends it.
///
/// # Errors
/// [`Problem::Invalid`] on `field` for what is none.
pub fn typed_day(text: &str, field: &str) -> Result<Day, Problem> {
    text.trim().parse().map_err(|_| Problem::field(field, "请填写日期，如 2026-03-01。"))
}

/// One entry of a list, or one of several cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A word of explanation; on cards only.
    pub hint: String,
}

impl Choice {
    /// A choice without explanation.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// The choice with a word of explanation.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Whether it is the one chosen.
    #[must_use]
    pub fn is(&self, chosen: impl AsRef<str>) -> bool {
        self.value == chosen.as_ref()
    }
}
