//! Routing that refuses a handler nobody guards, and remembers which right opens which route.

use crate::document::{self, Described, Operation};
use crate::guard::{Guard, Identify, Public};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn;
use axum::routing::{MethodFilter, on};
use kernel::Right;
use serde_json::Value;

/// A handler's argument list that starts with a guard.
#[diagnostic::on_unimplemented(
    message = "this handler is not guarded",
    note = "make `Guard<SomeRight>` (or `Public`) its first argument"
)]
pub trait Guarded {
    /// The right that opens the route, or `public`.
    const RIGHT: &'static str;
}

macro_rules! guarded {
    ($(($($rest:ident),*))+) => {$(
        impl<M, R: Right, $($rest),*> Guarded for (M, Guard<R>, $($rest),*) { const RIGHT: &'static str = R::NAME; }
        impl<M, $($rest),*> Guarded for (M, Public, $($rest),*) { const RIGHT: &'static str = "public"; }
    )+};
}
guarded! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }

/// One route, for the access matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// `GET`, `POST` …
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The right that opens it.
    pub right: &'static str,
}

/// Routes being gathered, over the application's state `S`.
#[derive(Debug)]
pub struct Routes<S> {
    router: Router<S>,
    entries: Vec<Entry>,
    operations: Vec<Operation>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::new(), entries: Vec::new(), operations: Vec::new() }
    }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $api:ident = $filter:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<H: Handler<T, S>, T: Guarded + 'static>(self, path: &'static str, handler: H) -> Self {
            self.add(stringify!($filter), MethodFilter::$filter, path, handler)
        }
        $(#[$doc])*
        /// An operation of the API, with a line that says what it does; it goes into the document.
        #[must_use]
        pub fn $api<H: Handler<T, S> + Described<T>, T: Guarded + 'static>(
            self, path: &'static str, summary: &'static str, handler: H,
        ) -> Self {
            self.add_api(stringify!($filter), MethodFilter::$filter, path, summary, handler)
        }
    )+};
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    methods! {
        /// Answers `GET`.
        get api_get = GET,
        /// Answers `POST`.
        post api_post = POST,
        /// Answers `PATCH`.
        patch api_patch = PATCH,
        /// Answers `DELETE`.
        delete api_delete = DELETE,
    }

    fn add<H: Handler<T, S>, T: Guarded + 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        handler: H,
    ) -> Self {
        self.entries.push(Entry { method, path, right: T::RIGHT });
        self.router = self.router.route(path, on(filter, handler));
        self
    }

    fn add_api<H: Handler<T, S> + Described<T>, T: Guarded + 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        summary: &'static str,
        handler: H,
    ) -> Self {
        self.operations.push(Operation { method, path, right: T::RIGHT, summary, describe: H::describe });
        self.add(method, filter, path, handler)
    }

    /// The OpenAPI 3.1 document of what was added as the API.
    #[must_use]
    pub fn document(&self, title: &str, version: &str) -> Value {
        document::document(&self.operations, title, version)
    }

    /// These routes and those.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self.operations.extend(other.operations);
        self.router = self.router.merge(other.router);
        self
    }

    /// Lets the routes gathered so far take bodies of up to `bytes`, such as uploads.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.router = self.router.layer(DefaultBodyLimit::max(bytes));
        self
    }
}

impl<S: Identify> Routes<S> {
    /// The router, every refusal answered in the caller's form, and the list of what it serves.
    pub fn finish(self, state: S) -> (Router, Vec<Entry>) {
        let router = crate::edge::around(self.router);
        let router = crate::answer::answering(router, state.clone()).layer(from_fn(crate::edge::headers));
        let router = router.layer(from_fn(crate::watch::watch));
        (router.with_state(state), self.entries)
    }
}
