//! The first argument of every handler: who acts, and what the right lets them reach.

use crate::answer::Refusal;
use crate::page::{Desk, Person};
use crate::watch::Caller;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Actor, Problem, Right, Scope};
use std::convert::Infallible;
use std::sync::Arc;

/// What the shell asks of the application's state: who sent this request.
pub trait Identify: Clone + Send + Sync + 'static {
    /// The actor behind the request; `None` when nobody is signed in.
    fn actor(&self, parts: &Parts) -> impl Future<Output = Result<Option<Arc<Actor>>, Problem>> + Send;

    /// The site's name, on every page.
    fn site(&self) -> &str {
        "潍企通"
    }

    /// What the frame around a page shows this person. Asked for once a page, so it should be quick.
    fn desk(&self, actor: &Arc<Actor>) -> impl Future<Output = Result<Desk, Problem>> + Send {
        let role = actor.grants.first().map_or("", |grant| grant.role.label());
        let person = Person { name: actor.name.clone(), role: role.to_owned(), unit: String::new() };
        std::future::ready(Ok(Desk { person, ..Desk::default() }))
    }
}

/// What was found out about the caller of this request, so that nobody asks twice.
#[derive(Clone)]
struct Identified(Option<Arc<Actor>>);

pub(crate) async fn identified<S: Identify>(parts: &mut Parts, state: &S) -> Result<Option<Arc<Actor>>, Problem> {
    if let Some(Identified(actor)) = parts.extensions.get() {
        return Ok(actor.clone());
    }
    let actor = state.actor(parts).await?;
    if let (Some(caller), Some(actor)) = (parts.extensions.get::<Caller>(), &actor) {
        caller.is(actor.account);
    }
    parts.extensions.insert(Identified(actor.clone()));
    Ok(actor)
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
        let actor = identified(parts, state).await?.ok_or(Problem::Unauthorized)?;
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
