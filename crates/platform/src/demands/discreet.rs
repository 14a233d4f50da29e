//! Whose a demand is, kept from who may read the demand (匿名交办): facts and identity are permitted apart. A demand of a sealed
//! identity is read without the client's name, its people, its files' names and where it lies below its county, by everybody
//! but the client itself; the desk and the lead unit open each of these apart ([`super::look`]).
//!
//! What is decided is decided on the row as it is; what leaves the platform went through here.

use super::{Demand, Happened, Rated, look};
use kernel::authz::RateDemands;
use kernel::id::ClientId;
use kernel::words::{LookField, Part};
use kernel::{Actor, AreaPath, Problem, Reach};
use store::Db;

/// In place of a client's name.
pub(super) const SOMEBODY: &str = "未公开身份的企业";

/// Whether the actor belongs to the client whose demand it is.
fn own(actor: &Actor, demand: &Demand) -> bool {
    actor.scope::<RateDemands>().is_some_and(|scope| scope.covers(&Reach::Clients(vec![demand.client_id])))
}

/// What the actor has opened of who is behind the demand; where its identity is not sealed, there is nothing to open.
pub(super) async fn opened(db: &impl Db, actor: &Actor, demand: &Demand) -> Result<Vec<LookField>, Problem> {
    if demand.sealed { look::opened(db, actor, demand).await } else { Ok(Vec::new()) }
}

/// Whether a part of the demand's identity is hidden from the actor, who has opened these.
pub(super) fn hides(actor: &Actor, demand: &Demand, opened: &[LookField], field: LookField) -> bool {
    demand.sealed && !opened.contains(&field) && !own(actor, demand)
}

/// The demand as the actor may read it.
pub(super) fn seen(mut demand: Demand, actor: &Actor, opened: &[LookField]) -> Demand {
    if hides(actor, &demand, opened, LookField::Client) {
        demand.client_id = ClientId(uuid::Uuid::nil());
        demand.client_name = SOMEBODY.into();
        demand.area_path = down_to_county(&demand);
    }
    demand
}

/// Where the demand lies, no closer than its county.
fn down_to_county(demand: &Demand) -> AreaPath {
    let path = &demand.area_path.0;
    let county = format!("/{}/", demand.county_id);
    let end = path.find(&county).map_or(path.len(), |at| at + county.len());
    AreaPath(path[..end].to_owned())
}

/// The timeline as the actor may read it: who acted for the client or looks after it is told by their part, and a file by
/// its kind.
pub(super) fn told(lines: &mut [Happened], actor: &Actor, demand: &Demand, opened: &[LookField]) {
    let (people, client) =
        (hides(actor, demand, opened, LookField::Contact), hides(actor, demand, opened, LookField::Client));
    for line in lines {
        if people && theirs(line.part) {
            line.name = line.part.label().to_owned();
        }
        for (place, file) in line.files.iter_mut().enumerate().filter(|_| client && theirs(line.part)) {
            file.name = nameless(&file.name, place + 1);
        }
    }
}

/// What the client said of how it was served, without who wrote it down for it.
pub(super) fn rated(ratings: &mut [Rated], actor: &Actor, demand: &Demand, opened: &[LookField]) {
    if hides(actor, demand, opened, LookField::Contact) {
        for rated in ratings.iter_mut().filter(|rated| theirs(rated.part)) {
            rated.name = rated.part.label().to_owned();
        }
    }
}

/// Whose name tells which client it is.
fn theirs(part: Part) -> bool {
    matches!(part, Part::Client | Part::Commissioner)
}

/// A file without the name that somebody gave it: `附件1.pdf`.
pub(super) fn nameless(name: &str, place: usize) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| format!(".{ending}")).unwrap_or_default();
    format!("附件{place}{ending}")
}
