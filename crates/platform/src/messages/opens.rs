//! Whether somebody may still open what they are to be told of: asked of the feature that it lies in, in the reader's own scope.

use crate::{App, contacts, demands, pairing, registry};
use kernel::authz::{ReadContacts, ReadDemands, ReadRegistry, WritePairings};
use kernel::{Actor, Problem};
use std::str::FromStr;

/// Whether the actor may open the page at `link` now. What no feature can be asked about is left to the page itself.
///
/// # Errors
/// When the database fails.
pub async fn may_open(app: &App, actor: &Actor, link: &str) -> Result<bool, Problem> {
    let mut parts = link.trim_start_matches('/').split(['/', '?']);
    let (place, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (db, today) = (&app.store, app.today());
    match place {
        "demands" => match (actor.scope::<ReadDemands>(), read(id)) {
            (Some(scope), Some(id)) => found(demands::demand(db, &scope, id).await),
            (scope, _) => Ok(scope.is_some() && !named(id)),
        },
        "contacts" => match (actor.scope::<ReadContacts>(), read(id)) {
            (Some(scope), Some(id)) => found(contacts::contact(db, &scope, id).await),
            (scope, _) => Ok(scope.is_some() && !named(id)),
        },
        "clients" => match (actor.scope::<ReadRegistry>(), read(id)) {
            (Some(scope), Some(id)) => found(registry::client(db, &scope, id).await),
            _ => Ok(false),
        },
        "handovers" => match read(id) {
            Some(id) => found(pairing::handovers::handover(db, actor, id, today).await),
            None => Ok(!named(id)),
        },
        "pairing-bars" => match (actor.scope::<WritePairings>(), read(id)) {
            (Some(scope), Some(id)) => found(pairing::bars::bar(db, (&scope, actor), id, today).await),
            _ => Ok(false),
        },
        _ => Ok(true),
    }
}

fn read<T: FromStr>(id: &str) -> Option<T> {
    id.parse().ok()
}

/// Whether a part of a path looks like an id, and not like the name of a list.
fn named(id: &str) -> bool {
    id.contains('-') && id.len() == 36
}

fn found<T>(asked: Result<T, Problem>) -> Result<bool, Problem> {
    match asked {
        Ok(_) => Ok(true),
        Err(Problem::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}
