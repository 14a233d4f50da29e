//! Who looks after whom, from which day to which: pairings entered by hand. At any time one commissioner leads for a client;
//! where the rules allow it (M3), others assist.
//!
//! Nothing is deleted: a pairing ends, and whoever looked after a client on a day is found later.

pub mod absences;
mod api;
pub mod bars;
pub mod handovers;
mod life;
pub mod many;
mod moves;
mod news;
mod pages;
pub mod quota;
mod rows;
pub mod rules;
pub mod unpaired;

pub use life::Steward;
pub use moves::{PairingsMoved, moved};
pub use news::Herald;
pub use rows::{Begun, Commissioner, Pairing, PairingFilter};

use crate::audit::{self, Deed};
use crate::org::Official;
use crate::registry::Client;
use crate::{App, Site, org, registry};
use kernel::authz::{ReadOrg, ReadPairings, WritePairings};
use kernel::id::{ClientId, OfficialId, PairingId};
use kernel::words::PairingPart;
use kernel::{Actor, Day, Limit, Page, Problem, Right, Scope};
use quota::Ledger;
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Tx};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes()
        .merge(pages::routes())
        .merge(bars::routes())
        .merge(absences::routes())
        .merge(rules::routes())
        .merge(unpaired::routes())
}

/// A pairing to be entered.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub struct NewPairing {
    /// Who is looked after.
    pub client: ClientId,
    /// By whom.
    pub official: OfficialId,
    /// Whether they lead, as who is alone does, or assist.
    #[serde(default = "alone")]
    pub part: PairingPart,
    /// The first day.
    pub from: Day,
}

fn alone() -> PairingPart {
    PairingPart::Lead
}

/// Pairings, the latest first, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn pairings(
    db: &impl Db,
    scope: &Scope<ReadPairings>,
    filter: &PairingFilter,
    limit: Limit,
) -> Result<Page<Pairing>, Problem> {
    let rows = rows::pairings(db, scope, filter, limit).await?;
    Ok(Page::cut(rows, limit, |pairing| (pairing.from_day, pairing.id)))
}

/// One pairing of a client within the scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn pairing<R: Right>(db: &impl Db, scope: &Scope<R>, id: PairingId) -> Result<Pairing, Problem> {
    rows::pairing(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// Whoever looks after these clients on `day`: of each client first who leads, then who assists.
///
/// # Errors
/// When the database fails.
pub async fn commissioners(
    db: &impl Db,
    scope: &Scope<ReadPairings>,
    clients: &[ClientId],
    day: Day,
) -> Result<Vec<Commissioner>, Problem> {
    rows::commissioners(db, scope, clients, day).await
}

/// A pairing that goes over to another commissioner.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub struct HandOver {
    /// Who looks after the client from then on.
    pub official: OfficialId,
    /// The first day of the new pairing; the old one ends the day before.
    pub from: Day,
}

/// Pairs a client with a commissioner.
///
/// # Errors
/// [`Problem::Invalid`] for a client or official that is out of reach or gone, when something speaks against the two
/// ([`bars`]), the rules keep them apart, or the official's quota is full ([`quota`]); [`Problem::Conflict`] while somebody
/// else leads for the client, or the official looks after it already.
pub async fn pair(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    scope: &Scope<WritePairings>,
    new: NewPairing,
) -> Result<PairingId, Problem> {
    let missing = |field: &str, told: &str| Problem::field(field, told);
    let client = match registry::client(tx, scope, new.client).await {
        Err(Problem::NotFound) => Err(missing("client", "没有这家企业（项目），或者不在您的管理范围内。")),
        found => found,
    }?;
    if client.closed_on.is_some_and(|last| last < new.from) {
        return Err(missing("client", &format!("“{}”已注销或退出，不再安排包靠。", client.name)));
    }
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
    for holder in rows::holders_from(tx, &client, new.from).await? {
        if holder.official_id == official.id {
            return Err(Problem::Conflict(format!("{}已经联系包靠“{}”。", official.name, client.name)));
        }
        if holder.part == PairingPart::Lead && new.part == PairingPart::Lead {
            let told = format!("“{}”已由{}联系包靠，请先结束原来的包靠关系。", client.name, holder.name);
            return Err(Problem::Conflict(told));
        }
    }
    bars::objections(tx, &[client.id], &[official.unit_id]).await?.refuse(&client, &official, new.from, None)?;
    // Whoever gives this official another client at this moment waits here, and then sees this one.
    org::hold(tx, &official).await?;
    Ledger::open(tx, site, &[&official], new.from).await?.take(&client, &official)?;
    let id = PairingId::mint(tx.now());
    let (held, holder) = ((client.id, client.county_id), (official.id, official.county_id));
    let begun = Begun { id, client: held, official: holder, part: new.part, round: None, from: new.from, until: None };
    rows::insert(tx, &[begun]).await?;
    moved(tx, &[held]).await?;
    let detail =
        serde_json::json!({ "client": client.name, "official": official.name, "part": new.part, "from": new.from });
    audit::record(tx, &Deed::of(actor, "pairing.begin", "pairing", id.0, client.county_id), &detail).await?;
    handovers::open_many(tx, &[begun]).await?;
    Ok(id)
}

/// Enters pairings as a whole and without an audit line each: for who loads a world and records that in one line. They are
/// taken as they are: client, official, first day, last day.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load(tx: &Tx, pairings: &[(&Client, &Official, Day, Option<Day>)]) -> Result<(), Problem> {
    let begun = |(client, official, from, until): &(&Client, &Official, Day, Option<Day>)| Begun {
        id: PairingId::mint(tx.now()),
        client: (client.id, client.county_id),
        official: (official.id, official.county_id),
        part: PairingPart::Lead,
        round: None,
        from: *from,
        until: *until,
    };
    rows::insert(tx, &pairings.iter().map(begun).collect::<Vec<_>>()).await
}

/// Enters pairings as a whole, as they are, without an audit line each: for who publishes or loads many and records that in
/// one line.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn begin_many(tx: &Tx, pairings: &[Begun]) -> Result<(), Problem> {
    rows::insert(tx, pairings).await?;
    moved(tx, &pairings.iter().map(|begun| begun.client).collect::<Vec<_>>()).await
}

/// Ends a pairing: `last` is its last day.
///
/// # Errors
/// [`Problem::Invalid`] for a day before it began; [`Problem::Conflict`] when it has ended already; [`Problem::Stale`]
/// when somebody else was first.
pub async fn end(tx: &Tx, actor: &Actor, pairing: &Pairing, last: Day) -> Result<(), Problem> {
    if let Some(last) = pairing.until_day {
        let told = format!("{}与“{}”的包靠关系到 {last} 为止，不能再改。", pairing.official_name, pairing.client_name);
        return Err(Problem::Conflict(told));
    }
    if last < pairing.from_day {
        return Err(Problem::field("last_day", "结束日期不能早于开始日期。"));
    }
    ended(tx, Some(actor), pairing, last).await
}

/// Ends a pairing, be it by somebody or because it follows from what happened.
async fn ended(tx: &Tx, actor: Option<&Actor>, pairing: &Pairing, last: Day) -> Result<(), Problem> {
    rows::end(tx, pairing, last).await?;
    moved(tx, &[(pairing.client_id, pairing.county_id)]).await?;
    let detail =
        serde_json::json!({ "client": pairing.client_name, "official": pairing.official_name, "last_day": last });
    audit::record(tx, &Deed::by(actor, "pairing.end", "pairing", pairing.id.0, pairing.county_id), &detail).await?;
    bars::granted_by_end(tx, actor, pairing).await
}

/// Hands a client over to another commissioner: the old pairing ends the day before the new one begins.
///
/// # Errors
/// As [`end`] and [`pair`]; [`Problem::Invalid`] for the same official, or a day on which the old one had not begun.
pub async fn hand_over(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    scope: &Scope<WritePairings>,
    pairing: &Pairing,
    to: HandOver,
) -> Result<PairingId, Problem> {
    if to.official == pairing.official_id {
        return Err(Problem::field("official", format!("现在就是{}，请选择另一名干部。", pairing.official_name)));
    }
    let last = to.from.pred_opt().filter(|last| *last >= pairing.from_day);
    let last = last.ok_or_else(|| {
        let first = pairing.from_day;
        Problem::field("from", format!("交接日期应晚于 {first}（{}开始包靠的日期）。", pairing.official_name))
    })?;
    end(tx, actor, pairing, last).await?;
    let new = NewPairing { client: pairing.client_id, official: to.official, part: pairing.part, from: to.from };
    pair(tx, site, actor, scope, new).await
}
