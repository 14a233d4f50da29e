//! Pages: a struct with a template and a [`Kit`], answered as [`Html`].
//!
//! Every template extends `layout.html` (or `bare.html`) and draws with the macros of `components.html`. The same struct
//! serves the whole page and, asked by htmx, what stands inside `<main>`.

use crate::answer::Refusal;
use crate::flash::Flash;
use crate::guard::{Identify, identified};
use crate::text_size;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, Uri, header, request::Parts};
use axum::response::{IntoResponse, Response};
use kernel::{Cursor, Problem};

/// Who sits before the screen, and what is within reach.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// Who it is.
    pub person: Person,
    /// Where the person may go, the most important first: a phone's tab bar shows the first four.
    pub nav: Vec<NavItem>,
    /// Whether `/live` sends this person new counts.
    pub live: bool,
    /// A name for the account that means nothing to people: what a telephone keeps, it keeps under it.
    pub whose: String,
    /// The pages that a telephone keeps for this person, for times without a line.
    pub keep: Vec<&'static str>,
}

/// The person, as the frame names them.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// As what they are here: the label of their role.
    pub role: String,
    /// Their unit, or their enterprise. May be empty.
    pub unit: String,
}

/// One place to go.
#[derive(Debug, Clone, Default)]
pub struct NavItem {
    /// Its path; also the name under which `/live` sends its count.
    pub href: String,
    /// An icon listed in web/src/icons.txt.
    pub icon: &'static str,
    /// Its name.
    pub label: String,
    /// How many things wait there; nought is not shown.
    pub count: u64,
    /// Whether the person is there now. [`Kit`] sets it.
    pub active: bool,
}

impl NavItem {
    /// A place where nothing waits.
    pub fn new(href: impl Into<String>, icon: &'static str, label: impl Into<String>) -> Self {
        Self { href: href.into(), icon, label: label.into(), count: 0, active: false }
    }

    /// The place with so many things waiting.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = count;
        self
    }
}

/// What the frame around a page needs; the field `kit` of every page struct. An extractor.
#[derive(Debug, Clone)]
pub struct Kit {
    /// The page's title, also its heading.
    pub title: String,
    /// The page above this one: path and name.
    pub above: Option<(String, String)>,
    /// The site's name.
    pub site: String,
    /// Who is signed in. A fragment does without.
    pub desk: Option<Desk>,
    /// What the page before wants told.
    pub flash: Option<Flash>,
    /// Whether htmx asks, and wants what stands inside `<main>` alone.
    pub fragment: bool,
    /// Whether the person chose large text.
    pub large: bool,
    /// The address asked for, path and query.
    pub uri: Uri,
}

impl Kit {
    /// The kit with the page's title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The kit with a way back to the page above.
    #[must_use]
    pub fn under(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.above = Some((href.into(), label.into()));
        self
    }

    /// The address of this list from `cursor` on, its filters kept.
    #[must_use]
    pub fn from_cursor(&self, cursor: &Cursor) -> String {
        let (path, filters) = self.filters();
        let and = if filters.is_empty() { "" } else { "&" };
        format!("{path}?{filters}{and}cursor={}", cursor.0)
    }

    /// The address of this list's first page, its filters kept; none when this is the first page.
    #[must_use]
    pub fn first_page(&self) -> Option<String> {
        let (path, filters) = self.filters();
        let query = self.uri.query().unwrap_or("");
        let further = query.split('&').any(|part| part.starts_with("cursor="));
        further.then(|| if filters.is_empty() { path.to_owned() } else { format!("{path}?{filters}") })
    }

    /// The path asked for, and its query without the cursor.
    fn filters(&self) -> (&str, String) {
        let query = self.uri.query().unwrap_or("");
        let kept: Vec<_> = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("cursor=")).collect();
        (self.uri.path(), kept.join("&"))
    }

    /// A kit that needs nobody's help: for a problem page when much is broken.
    pub(crate) fn alone<S: Identify>(parts: &Parts, state: &S) -> Self {
        Self {
            title: String::new(),
            above: None,
            site: state.site().to_owned(),
            desk: None,
            flash: Flash::brought(&parts.headers).filter(|_| !to_be_kept(&parts.headers)),
            fragment: asked_by_htmx(&parts.headers),
            large: text_size::is_large(&parts.headers),
            uri: parts.uri.clone(),
        }
    }

    pub(crate) async fn of<S: Identify>(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let mut kit = Self::alone(parts, state);
        if !kit.fragment
            && let Some(actor) = identified(parts, state).await?
        {
            let mut desk = state.desk(&actor).await?;
            let path = parts.uri.path();
            let here = |item: &&mut NavItem| path.strip_prefix(item.href.as_str()).is_some_and(below);
            if let Some(item) = desk.nav.iter_mut().filter(here).max_by_key(|item| item.href.len()) {
                item.active = true;
            }
            kit.desk = Some(desk);
        }
        Ok(kit)
    }
}

/// Whether what follows a place's path leads to the place itself or below it.
fn below(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// Going back in the browser's history wants the whole page again.
pub(crate) fn asked_by_htmx(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
        && !headers.contains_key("hx-boosted")
        && !headers.contains_key("hx-history-restore-request")
}

/// Whether the worker asks for a page that it keeps: nobody reads it now, so nothing is told that is told once.
pub(crate) fn to_be_kept(headers: &HeaderMap) -> bool {
    headers.contains_key("wqt-keep")
}

impl<S: Identify> FromRequestParts<S> for Kit {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        Ok(Self::of(parts, state).await?)
    }
}

/// A page as an answer. `(StatusCode::UNPROCESSABLE_ENTITY, Html(page))` for a refused form.
#[derive(Debug)]
pub struct Html<T>(pub T);

impl<T: Template> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        let text = match self.0.render() {
            Ok(text) => text,
            Err(error) => return Refusal::from(Problem::bug("drawing a page", error)).into_response(),
        };
        let headers = [
            (header::CONTENT_TYPE, const { HeaderValue::from_static("text/html; charset=utf-8") }),
            (header::VARY, const { HeaderValue::from_static("hx-request") }),
        ];
        (headers, text).into_response()
    }
}
