//! The first argument of every handler: who acts, and what the right lets them reach.

use crate::answer::Refusal;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Actor, Problem, Right, Scope};
use std::convert::Infallible;
use std::sync::Arc;

/// What the shell asks of the application's state: who sent this request.
pub trait Identify: Clone + Send + Sync + 'static {
    /// The actor behind the request; `None` when nobody is signed in.
    fn actor(&self, parts: &Parts) -> impl Future<Output = Result<Option<Arc<Actor>>, Problem>> + Send;
}

/// Proof that the caller holds right `R`, and where.
#[derive(Debug)]
pub struct Guard<R: Right> {
    /// Who acts.
    pub actor: Arc<Actor>,
    /// Which rows the right covers.
    pub scope: Scope<R>,
}

/// The other possible first argument: this is for everybody.
#[derive(Debug)]
pub struct Public;

impl<S: Identify, R: Right> FromRequestParts<S> for Guard<R> {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let actor = state.actor(parts).await?.ok_or(Problem::Unauthorized)?;
        // Not found rather than forbidden: a stranger does not learn what exists.
        let scope = actor.scope::<R>().ok_or(Problem::NotFound)?;
        Ok(Self { actor, scope })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Public {
    type Rejection = Infallible;
    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}
