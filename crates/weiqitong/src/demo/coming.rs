//! Surveys and inspections that units have announced: some near a visit, so that there is a month to look at, and something to go
//! to together.

use super::actor;
use super::people::People;
use demo::World;
use kernel::authz::{AnnounceEntries, ReadDemands};
use kernel::id::AccountId;
use kernel::words::{EntryKind, InspectionGround, Rating};
use kernel::{Actor, Day, Instant, Limit, Problem, Reach, Role, Scope};
use platform::App;
use platform::contacts::entries::{self, NewEntry};
use platform::demands::{self, Demand, DemandFilter};

/// What units come for: by the end of their name.
const MATTERS: &[(&str, EntryKind, &str)] = &[
    ("应急管理局", EntryKind::Inspection, "安全生产年度检查计划"),
    ("市场监督管理局", EntryKind::Inspection, "特种设备年度检查计划"),
    ("统计局", EntryKind::Survey, "联网直报数据质量调研"),
    ("发展和改革局", EntryKind::Survey, "项目进展和要素保障调研"),
];
/// So many clients of the demo county are announced to, beginning with those of the demo commissioner.
const CLIENTS: usize = 24;

/// Announces them, each on a working day of the weeks ahead.
///
/// # Errors
/// When the database fails.
pub(super) async fn write(app: &App, world: &World, people: &People, now: Instant) -> Result<(), Problem> {
    let desk = actor(AccountId::mint(now), "企业服务台", Role::AreaDesk, Reach::Everything);
    let scope: Scope<AnnounceEntries> = desk.scope().ok_or(Problem::NotFound)?;
    let county = people.units[world.cast.bureau].county_id;
    let units: Vec<_> = MATTERS
        .iter()
        .filter_map(|(end, kind, title)| {
            let unit = people.units.iter().find(|unit| unit.county_id == county && unit.name.ends_with(end))?;
            Some((unit, *kind, *title))
        })
        .collect();
    let today = app.site.hours.day(now);
    let clients = people.clients.iter().filter(|client| client.county_id == county && client.closed_on.is_none());
    let tx = app.store.begin().await?;
    for (place, (client, (unit, kind, title))) in (0_u64..).zip(clients.take(CLIENTS).zip(units.iter().cycle())) {
        let Some(day) = ahead(app, today, 4 + place % 19) else { continue };
        let (kind, title) = (*kind, (*title).to_owned());
        let ground = InspectionGround::Planned;
        let new = NewEntry { client: client.id, unit: unit.id, kind, day, title, ground, consent: true };
        entries::announce(&tx, &app.site, &desk, &scope, new).await?;
    }
    for (place, demand) in (0_u64..).zip(complained(app, &desk, today).await?) {
        let (Some(unit), Some(day)) = (demand.lead_unit_id, ahead(app, today, 3 + place)) else { continue };
        let (kind, ground) = (EntryKind::Inspection, InspectionGround::Planned);
        let title = "年度行政检查".to_owned();
        let new = NewEntry { client: demand.client_id, unit, kind, day, title, ground, consent: true };
        match entries::announce(&tx, &app.site, &desk, &scope, new).await {
            // A unit does not work everywhere, and a client may be gone.
            Ok(_) | Err(Problem::Invalid { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    tx.commit().await
}

/// A few demands that ended lately with a bad word of the client: the unit comes to it, and the audit side may look into that.
async fn complained(app: &App, desk: &Actor, today: Day) -> Result<Vec<Demand>, Problem> {
    let scope: Scope<ReadDemands> = desk.scope().ok_or(Problem::NotFound)?;
    let filter = DemandFilter {
        rating: Some(Rating::Dissatisfied),
        ended_from: today.checked_sub_days(chrono::Days::new(50)),
        ..DemandFilter::default()
    };
    Ok(demands::demands(app, desk, &scope, &filter, Limit::parse(Some(3))?).await?.items)
}

/// The first working day from so many days ahead on.
fn ahead(app: &App, today: Day, days: u64) -> Option<Day> {
    let day = today.checked_add_days(chrono::Days::new(days))?;
    Some(app.site.calendar.on_or_after(day).unwrap_or(day))
}
