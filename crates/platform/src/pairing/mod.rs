//! Who looks after whom, from which day to which: pairings entered by hand. A client has one commissioner at a time.
//!
//! Nothing is deleted: a pairing ends, and whoever looked after a client on a day is found later.

mod api;
mod rows;

pub use rows::{Pairing, PairingFilter};

use crate::audit::{self, Deed};
use crate::org::Official;
use crate::registry::Client;
use crate::{App, org, registry};
use kernel::authz::{ReadOrg, ReadPairings, WritePairings};
use kernel::id::{ClientId, OfficialId, PairingId};
use kernel::{Actor, Day, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Store, Tx};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes()
}

/// A pairing to be entered.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub struct NewPairing {
    /// Who is looked after.
    pub client: ClientId,
    /// By whom.
    pub official: OfficialId,
    /// The first day.
    pub from: Day,
}

/// Pairings, the latest first, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn pairings(
    store: &Store,
    scope: &Scope<ReadPairings>,
    filter: &PairingFilter,
    limit: Limit,
) -> Result<Page<Pairing>, Problem> {
    let rows = rows::pairings(store, scope, filter, limit).await?;
    Ok(Page::cut(rows, limit, |pairing| (pairing.from_day, pairing.id)))
}

/// One pairing of a client within the scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn pairing(db: &impl Db, scope: &Scope<WritePairings>, id: PairingId) -> Result<Pairing, Problem> {
    rows::pairing(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// Pairs a client with a commissioner.
///
/// # Errors
/// [`Problem::Invalid`] for a client or official that is out of reach or gone; [`Problem::Conflict`] while somebody else
/// looks after the client.
pub async fn pair(tx: &Tx, actor: &Actor, scope: &Scope<WritePairings>, new: NewPairing) -> Result<PairingId, Problem> {
    let missing = |field: &str, told: &str| Problem::field(field, told);
    let client = match registry::client(tx, scope, new.client).await {
        Err(Problem::NotFound) => Err(missing("client", "没有这家企业（项目），或者不在您的管理范围内。")),
        found => found,
    }?;
    let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let official = match org::official(tx, &consulted, new.official).await {
        Err(Problem::NotFound) => Err(missing("official", "没有这名干部。")),
        found => found,
    }?;
    if official.left_on.is_some_and(|last| last < new.from) {
        return Err(missing("official", "这名干部已经离任，请另选一名。"));
    }
    // Whoever pairs the same client at this moment waits here, and then sees this pairing.
    registry::hold(tx, &client).await?;
    if let Some(holder) = rows::holder_from(tx, &client, new.from).await? {
        let told = format!("“{}”已由{holder}联系包靠，请先结束原来的包靠关系。", client.name);
        return Err(Problem::Conflict(told));
    }
    let id = PairingId::mint(tx.now());
    rows::insert(tx, &[(id, &client, &official, new.from, None)]).await?;
    let detail = serde_json::json!({ "client": client.name, "official": official.name, "from": new.from });
    audit::record(tx, &Deed::of(actor, "pairing.begin", "pairing", id.0, client.county_id), &detail).await?;
    Ok(id)
}

/// Enters pairings as a whole and without an audit line each: for who loads a world and records that in one line. They are
/// taken as they are: client, official, first day, last day.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load(tx: &Tx, pairings: &[(&Client, &Official, Day, Option<Day>)]) -> Result<(), Problem> {
    let mut minted = Vec::with_capacity(pairings.len());
    for (client, official, from, until) in pairings {
        minted.push((PairingId::mint(tx.now()), *client, *official, *from, *until));
    }
    rows::insert(tx, &minted).await
}

/// Ends a pairing: `last` is its last day.
///
/// # Errors
/// [`Problem::Invalid`] for a day before it began; [`Problem::Conflict`] when it has ended already.
pub async fn end(tx: &Tx, actor: &Actor, pairing: &Pairing, last: Day) -> Result<(), Problem> {
    if last < pairing.from_day {
        return Err(Problem::field("last_day", "结束日期不能早于开始日期。"));
    }
    if rows::end(tx, pairing, last).await? == 0 {
        return Err(Problem::Conflict("这条包靠关系已经结束。".into()));
    }
    let detail =
        serde_json::json!({ "client": pairing.client_name, "official": pairing.official_name, "last_day": last });
    audit::record(tx, &Deed::of(actor, "pairing.end", "pairing", pairing.id.0, pairing.county_id), &detail).await
}
