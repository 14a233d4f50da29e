//! What can go wrong, in the words of the person who must act on it.
//!
//! Every text is a Chinese sentence that says what to do, except [`Problem::Bug`], whose text is for the log
//! and never for a page.

use serde::Serialize;

/// Any refusal or failure. The edge turns it into a page, a fragment or problem+json.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The request cannot be read at all (400).
    #[error("{0}")]
    Malformed(String),
    /// Nobody is signed in (401).
    #[error("请先登录。")]
    Unauthorized,
    /// The person is known and may see this, but not do it now (403).
    #[error("{0}")]
    Forbidden(String),
    /// Not there, or not theirs: the answer is the same (404).
    #[error("没有找到，或者您无权查看。")]
    NotFound,
    /// The person must choose a password of their own before anything else (403).
    #[error("您用的是初始密码，请先修改密码，再办理其他事项。")]
    PasswordDue,
    /// The state of things does not allow it (409).
    #[error("{0}")]
    Conflict(String),
    /// Somebody else changed the row first (412).
    #[error("{0}")]
    Stale(String),
    /// Too many bytes (413).
    #[error("{0}")]
    TooLarge(String),
    /// Fields that need mending (422).
    #[error("{detail}")]
    Invalid {
        /// One sentence over all fields.
        detail: String,
        /// What to mend, field by field.
        errors: Vec<FieldError>,
    },
    /// An update without `If-Match` (428).
    #[error("请带上 If-Match（您读到的版本号）再提交，以免覆盖别人的修改。")]
    PreconditionRequired,
    /// Too often (429); try again after so many seconds.
    #[error("操作过于频繁，请 {0} 秒后再试。")]
    TooOften(u64),
    /// A part we depend on is away for the moment (503).
    #[error("{0}")]
    Unavailable(String),
    /// Our own fault (500): what we were doing, and why it failed.
    #[error("{doing}: {source}")]
    Bug {
        /// What we were doing, for the log.
        doing: &'static str,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// One field that needs mending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name in the form or JSON body.
    pub field: String,
    /// A Chinese sentence that says what to enter.
    pub detail: String,
}

impl Problem {
    /// One field that needs mending.
    pub fn field(field: &str, detail: impl Into<String>) -> Self {
        Self::Invalid {
            detail: "有内容需要修改，请按提示更正后再提交。".into(),
            errors: vec![FieldError { field: field.into(), detail: detail.into() }],
        }
    }

    /// A failure that nobody outside can mend.
    pub fn bug(doing: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Bug { doing, source: source.into() }
    }

    /// The HTTP status that stands for it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Unauthorized => 401,
            Self::Forbidden(_) | Self::PasswordDue => 403,
            Self::NotFound => 404,
            Self::Conflict(_) => 409,
            Self::Stale(_) => 412,
            Self::TooLarge(_) => 413,
            Self::Invalid { .. } => 422,
            Self::PreconditionRequired => 428,
            Self::TooOften(_) => 429,
            Self::Bug { .. } => 500,
            Self::Unavailable(_) => 503,
        }
    }

    /// The short name of the kind, on screen and as `title`.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "请求无法识别",
            Self::Unauthorized => "尚未登录",
            Self::Forbidden(_) => "不能这样做",
            Self::PasswordDue => "请先修改密码",
            Self::NotFound => "没有找到",
            Self::Conflict(_) => "当前状态不允许",
            Self::Stale(_) => "内容已被他人更新",
            Self::TooLarge(_) => "内容过大",
            Self::Invalid { .. } => "内容需要修改",
            Self::PreconditionRequired => "缺少版本号",
            Self::TooOften(_) => "操作过于频繁",
            Self::Bug { .. } => "系统出错",
            Self::Unavailable(_) => "服务暂时不可用",
        }
    }

    /// What the person is told. A bug's cause never leaves the log.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::Bug { .. } => "系统出了问题，已记录。您填写的内容没有提交，请稍后再试。".into(),
            told => told.to_string(),
        }
    }
}

/// Refuses a change that was decided on version `read` when the row is at another one; `what` names the row to people.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed it since.
pub fn still_as_read(present: i64, read: i64, what: impl std::fmt::Display) -> Result<(), Problem> {
    if present == read {
        return Ok(());
    }
    Err(Problem::Stale(format!("{what}刚被别人修改过，请重新读取后再提交。")))
}

/// `.bug("loading the unit")?` on any result whose failure is our own fault.
pub trait BugExt<T> {
    /// Turns the error into [`Problem::Bug`], naming what we were doing.
    ///
    /// # Errors
    /// The bug, when there was an error.
    fn bug(self, doing: &'static str) -> Result<T, Problem>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> BugExt<T> for Result<T, E> {
    fn bug(self, doing: &'static str) -> Result<T, Problem> {
        self.map_err(|error| Problem::bug(doing, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_shown_the_cause_of_a_bug() {
        let bug = Err::<(), _>("password=hunter2").bug("opening the pool").unwrap_err();
        assert!(!bug.detail().contains("hunter2"));
        assert!(bug.to_string().contains("hunter2"), "the log needs it");
        assert_eq!(bug.status(), 500);
    }
}
