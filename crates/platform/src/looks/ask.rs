//! The page on which something is asked for and, once a reason was given, shown. In place of the masked value where there is
//! a script; a page of its own where there is none.

use super::Why;
use askama::Template;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::words::LookReason;
use serde::Deserialize;
use shell::{Errors, Html, Kit, Refusal};

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The reason's code.
    pub reason: String,
    /// In words.
    pub note: String,
}

impl Typed {
    /// The reason that was chosen.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for none, and as [`Why::checked`].
    pub fn why(&self) -> Result<Why, Problem> {
        let reason = LookReason::parse(&self.reason).ok_or_else(|| Problem::field("note", "请选择查看的理由。"))?;
        Why { reason, note: self.note.clone() }.checked()
    }
}

/// The page.
#[derive(Template)]
#[template(path = "looks/ask.html")]
pub struct AskPage {
    kit: Kit,
    errors: Errors,
    action: String,
    whose: String,
    masked: String,
    note: String,
    /// What was opened.
    number: Option<String>,
    callable: bool,
}

impl AskPage {
    /// The page that asks for a reason. `whose` is a sentence's beginning, such as `张三的电话`.
    #[must_use]
    pub fn new(kit: Kit, action: String, whose: String, masked: String) -> Self {
        let (errors, note) = (Errors::none(), String::new());
        Self {
            kit: kit.titled("查看完整信息"), errors, action, whose, masked, note, number: None, callable: true
        }
    }

    /// The page as an answer to a reason that says too little.
    ///
    /// # Errors
    /// Whatever is no mistake of the form.
    pub fn refused(mut self, typed: Typed, problem: Problem) -> Result<Response, Refusal> {
        let (status, errors) = Errors::refused(problem)?;
        (self.errors, self.note) = (errors, typed.note);
        Ok((status, Html(self)).into_response())
    }

    /// The page with what was opened; a number can be called.
    #[must_use]
    pub fn opened(self, value: String) -> Response {
        let callable = value.chars().all(|sign| sign.is_ascii_digit() || sign == '-');
        Html(Self { number: Some(value), callable, ..self }).into_response()
    }
}
