//! Liaisons (联络员): the one or two persons who speak for a client (M5), each for a time.
//!
//! Their numbers are masked; whoever serves the client, its commissioner and its desk, its own people and who keeps the register
//! may look at them, each time for a reason that the enterprise reads.

pub(super) mod rows;

pub use rows::Liaison;

use super::Client;
use crate::audit::{self, Deed};
use crate::org;
use kernel::authz::{RaiseDemands, WriteRegistry};
use kernel::id::{ClientId, LiaisonId};
use kernel::{Actor, Day, Phone, Problem, Reach, Right, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use store::{Db, Tx};

/// A client's person to be named.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewLiaison {
    /// Their name.
    pub name: String,
    /// What they are in the enterprise.
    #[serde(default)]
    pub position: String,
    /// Where they are reached.
    pub phone: Phone,
}

/// Who speaks for a client.
///
/// # Errors
/// When the database fails.
pub async fn liaisons(db: &impl Db, client: &Client) -> Result<Vec<Liaison>, Problem> {
    rows::liaisons(db, &[client.id], None).await
}

/// Who speaks for these clients today.
///
/// # Errors
/// When the database fails.
pub async fn liaisons_of(db: &impl Db, clients: &[ClientId], today: Day) -> Result<Vec<Liaison>, Problem> {
    rows::liaisons(db, clients, Some(today)).await
}

/// Everybody who ever spoke for a client, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn liaison_history(db: &impl Db, client: &Client) -> Result<Vec<Liaison>, Problem> {
    rows::history(db, client).await
}

/// One liaison of a client within the scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn liaison<R: Right>(db: &impl Db, scope: &Scope<R>, id: LiaisonId) -> Result<Liaison, Problem> {
    rows::liaison(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// Whether the actor serves the client or belongs to it: who may raise a demand for it.
#[must_use]
pub fn serves(actor: &Actor, client: &Client) -> bool {
    let places = [Reach::Clients(vec![client.id]), Reach::Area(client.area_path.clone())];
    actor.scope::<RaiseDemands>().is_some_and(|scope| places.iter().any(|place| scope.covers(place)))
}

/// Whether the actor may look at the numbers of the client's people: serves it, belongs to it or keeps its register.
#[must_use]
pub fn may_look(actor: &Actor, client: &Client) -> bool {
    let place = Reach::Area(client.area_path.clone());
    serves(actor, client) || actor.scope::<WriteRegistry>().is_some_and(|scope| scope.covers(&place))
}

/// Names a liaison. A client has one or two at a time.
///
/// # Errors
/// [`Problem::Conflict`] when it has two already.
pub async fn name_liaison(
    tx: &Tx,
    actor: &Actor,
    client: &Client,
    new: NewLiaison,
    today: Day,
) -> Result<LiaisonId, Problem> {
    let name = org::named(&new.name, "name", "联络员姓名")?;
    if new.position.chars().count() > 50 {
        return Err(Problem::field("position", "职务不能超过 50 个字。"));
    }
    super::hold(tx, client).await?;
    let there = rows::liaisons(tx, &[client.id], Some(today)).await?;
    if there.iter().any(|liaison| liaison.name == name && *liaison.phone.in_full() == new.phone) {
        return Err(Problem::field("name", format!("{name}已经是“{}”的联络员。", client.name)));
    }
    if there.len() >= 2 {
        return Err(Problem::Conflict("每家企业（项目）最多两名联络员，请先停用一名再添加。".into()));
    }
    let id = LiaisonId::mint(tx.now());
    rows::insert(tx, &[(client, &new, id, today)]).await?;
    let detail = serde_json::json!({ "client": client.name, "name": name });
    audit::record(tx, &Deed::of(actor, "liaison.name", "liaison", id.0, client.county_id), &detail).await?;
    Ok(id)
}

/// A liaison's time ends: `last` is their last day.
///
/// # Errors
/// [`Problem::Invalid`] for a day before it began; [`Problem::Conflict`] when it has ended already; [`Problem::Stale`]
/// when somebody else was first.
pub async fn end_liaison(tx: &Tx, actor: &Actor, client: &Client, liaison: &Liaison, last: Day) -> Result<(), Problem> {
    if last < liaison.from_day {
        return Err(Problem::field("last_day", "最后一天不能早于开始担任的日期。"));
    }
    ended(tx, actor, client, liaison, last).await
}

async fn ended(tx: &Tx, actor: &Actor, client: &Client, liaison: &Liaison, last: Day) -> Result<(), Problem> {
    if liaison.until_day.is_some() {
        return Err(Problem::Conflict(format!("{}已经不再担任联络员。", liaison.name)));
    }
    rows::end(tx, client, liaison, last).await?;
    let detail = serde_json::json!({ "client": client.name, "name": liaison.name, "last_day": last });
    audit::record(tx, &Deed::of(actor, "liaison.end", "liaison", liaison.id.0, client.county_id), &detail).await
}

/// Somebody takes a liaison's place from `today` on: the other's time ends the day before. Whoever was entered today by
/// mistake was none on any day.
///
/// # Errors
/// [`Problem::Conflict`] when the other's time has ended already; as [`name_liaison`].
pub async fn replace_liaison(
    tx: &Tx,
    actor: &Actor,
    client: &Client,
    old: &Liaison,
    new: NewLiaison,
    today: Day,
) -> Result<LiaisonId, Problem> {
    let last = today.pred_opt().unwrap_or(today);
    ended(tx, actor, client, old, last).await?;
    name_liaison(tx, actor, client, new, today).await
}

/// Names liaisons as a whole, as [`super::load`] enters clients: whose, who, from which day on. At most two a client.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load_liaisons(tx: &Tx, liaisons: &[(&Client, NewLiaison, Day)]) -> Result<(), Problem> {
    let minted = liaisons.iter().map(|(client, liaison, from)| (*client, liaison, LiaisonId::mint(tx.now()), *from));
    let minted: Vec<_> = minted.collect();
    rows::insert(tx, &minted).await
}
