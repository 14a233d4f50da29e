//! The pack: what the next commissioner finds. It is read with the reach of a commissioner of just this client, by whoever has
//! been found to take part in the handover; it tells of demands in a line each and opens none.

use super::rows::{self, Dealing};
use crate::App;
use crate::demands::{self, DemandFilter, DemandSort, Line};
use crate::pairing::handovers::Handover;
use crate::registry::{self, Client, Liaison};
use kernel::authz::{ReadDemands, ReadRegistry};
use kernel::{Actor, Grant, Limit, Problem, Reach, Role};

/// How many dealings are told.
const DEALINGS: i64 = 10;
/// How many open demands are told.
const DEMANDS: u32 = 50;

/// Who speaks for the client.
pub(super) struct Speaker {
    pub name: String,
    pub position: String,
    pub number: String,
    /// Where the number is asked for; empty for who may not look.
    pub look: String,
}

/// Something that passed, in a line.
pub(super) struct Passed {
    pub what: String,
    pub about: String,
    pub who: String,
    pub when: String,
}

/// What the next commissioner finds.
pub(super) struct Pack {
    pub client: Client,
    pub speakers: Vec<Speaker>,
    pub demands: Vec<Line>,
    /// Whether the reader may open them.
    pub opens: bool,
    pub dealings: Vec<Passed>,
}

/// The pack of a handover that the actor was found to take part in.
pub(super) async fn of(app: &App, actor: &Actor, handover: &Handover) -> Result<Pack, Problem> {
    let client = Reach::Clients(vec![handover.client_id]);
    let commissioner = Grant { role: Role::Commissioner, reach: client.clone() };
    let reader = Actor { grants: vec![commissioner], ..actor.clone() };
    let scope = reader.scope::<ReadRegistry>().ok_or(Problem::NotFound)?;
    let asked = reader.scope::<ReadDemands>().ok_or(Problem::NotFound)?;
    let record = registry::client(&app.store, &scope, handover.client_id).await?;
    let liaisons = registry::liaisons_of(&app.store, &[record.id], app.today()).await?;
    let filter = DemandFilter {
        client: Some(record.id),
        open: Some(true),
        sort: Some(DemandSort::DueSoonest),
        ..DemandFilter::default()
    };
    let open = demands::demands(app, &reader, &asked, &filter, Limit::parse(Some(DEMANDS))?).await?;
    let dealings = rows::dealings(&app.store, &asked, record.id, DEALINGS).await?;
    let now = app.now();
    let place = Reach::Area(handover.client_path.clone());
    Ok(Pack {
        speakers: liaisons.iter().map(|one| speaker(one, registry::may_look(actor, &record))).collect(),
        demands: open.items.iter().map(|demand| Line::of(&app.site, demand, now)).collect(),
        opens: actor.scope::<ReadDemands>().is_some_and(|scope| scope.covers(&client) || scope.covers(&place)),
        dealings: dealings.iter().map(|dealing| passed(app, dealing)).collect(),
        client: record,
    })
}

fn speaker(liaison: &Liaison, may_look: bool) -> Speaker {
    Speaker {
        name: liaison.name.clone(),
        position: liaison.position.clone(),
        number: liaison.phone.masked(),
        look: if may_look { format!("/liaisons/{}/look", liaison.id) } else { String::new() },
    }
}

fn passed(app: &App, dealing: &Dealing) -> Passed {
    let unit = dealing.unit_name.as_deref().unwrap_or_default();
    Passed {
        what: dealing.act.label().to_owned(),
        about: format!("{}（{}）", dealing.title, dealing.number),
        who: format!("{} {} {unit}", dealing.part.label(), dealing.name).trim().to_owned(),
        when: app.site.say(dealing.at, app.now()),
    }
}
