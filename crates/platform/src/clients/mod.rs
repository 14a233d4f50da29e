//! Clients as people work with them: an enterprise or a project with its liaisons, its commissioner and its demands on one
//! page, the lists of them, the forms to enter and change one, and a commissioner's own few on a telephone.
//!
//! What is kept of them belongs to `registry`, `pairing` and `demands`; here it comes together.

mod api;
mod card;
mod closing;
mod conflict;
mod dossier;
mod fields;
mod form;
mod liaisons;
mod list;
mod look;
mod mine;
mod rows;
mod show;

use crate::pairing::{self, PairingFilter};
use crate::registry::{self, Client, Source};
use crate::{App, org};
use kernel::authz::{ReadPairings, WritePairings, WriteRegistry};
use kernel::id::ClientId;
use kernel::words::{AreaLevel, ClientKind};
use kernel::{Actor, Day, Limit, Problem, Right, Scope};
use shell::{Choice, Routes};
use store::{Db, Store, Tx};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes()
        .merge(list::routes())
        .merge(show::routes())
        .merge(form::routes())
        .merge(closing::routes())
        .merge(liaisons::routes())
        .merge(look::routes())
        .merge(mine::routes())
        .merge(card::routes())
        .merge(dossier::routes())
}

/// The page of a client.
#[must_use]
pub fn href(client: &Client) -> String {
    match client.kind {
        ClientKind::Enterprise => format!("/enterprises/{}", client.id),
        ClientKind::Project => format!("/projects/{}", client.id),
    }
}

/// The list that a client stands in: its path and its name.
fn above(kind: ClientKind) -> (&'static str, &'static str) {
    match kind {
        ClientKind::Enterprise => ("/enterprises", "企业"),
        ClientKind::Project => ("/projects", "项目"),
    }
}

/// Closes a client, and with it the pairing that looks after it: `last` is the last day of both, `into` the one it was merged
/// into. Its demands stay with it.
///
/// # Errors
/// As [`registry::close`] and [`pairing::end`].
pub async fn close(
    tx: &Tx,
    actor: &Actor,
    _scope: &Scope<WriteRegistry>,
    client: &Client,
    (last, into): (Day, Option<&Client>),
    known: &Source,
) -> Result<(), Problem> {
    registry::close(tx, actor, client, (last, into), known).await?;
    let (Some(read), true) = (actor.scope::<ReadPairings>(), actor.holds(WritePairings::NAME)) else {
        return Err(Problem::Forbidden("注销或退出会同时结束包靠关系，您没有这项权限。".into()));
    };
    let filter = PairingFilter { client: Some(client.id), ..PairingFilter::default() };
    let held = pairing::pairings(tx, &read, &filter, Limit::USUAL).await?;
    for open in held.items.iter().filter(|pairing| pairing.until_day.is_none()) {
        pairing::end(tx, actor, open, last.max(open.from_day)).await?;
    }
    Ok(())
}

/// The one that a client was merged into, when somebody names one.
async fn successor(
    db: &impl Db,
    scope: &Scope<WriteRegistry>,
    into: Option<ClientId>,
) -> Result<Option<Client>, Problem> {
    let Some(id) = into else { return Ok(None) };
    match registry::client(db, scope, id).await {
        Err(Problem::NotFound) => Err(Problem::field("into", "没有这家企业（项目），或者不在您的管理范围内。")),
        found => found.map(Some),
    }
}

/// The areas within the scope as choices, from county level down, towns set in.
async fn places<R: Right>(store: &Store, scope: &Scope<R>) -> Result<Vec<Choice>, Problem> {
    let areas = org::areas_within(store, scope).await?;
    let choice = |area: &org::Area| {
        let inset = if area.level == AreaLevel::Town { "　" } else { "" };
        Choice::new(area.id.to_string(), format!("{inset}{}", area.name))
    };
    Ok(areas.iter().map(choice).collect())
}

/// What was left empty is nothing.
fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
