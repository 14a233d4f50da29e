//! The demo's people as a city to be planned.

use demo::{Scale, Time, World};
use kernel::words::{AreaLevel, ClientKind};
use kernel::{AreaCode, BusinessHours, WorkCalendar};
use pairing::city::{City, Client, Official, Place, Rules, Size};

/// The demo of this scale, seed 1, with who looks after whom.
pub fn city(scale: Scale) -> City {
    let calendar = WorkCalendar::state_council().expect("the calendar is shipped");
    let hours = BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").expect("the hours are written here");
    let now = "2026-11-24T10:20:00+08:00".parse().expect("the moment is written here");
    let world = World::plan(scale, 1, &Time { calendar: &calendar, hours: &hours, now, approval: false })
        .expect("the world is shipped");
    let official = |official: &demo::Official| {
        let unit = &world.units[official.unit];
        Official {
            place: place(unit.area),
            rank: official.rank,
            unit_kind: unit.kind,
            unit_name: unit.name.clone(),
            held_enterprises: 0,
            held_projects: 0,
            left_out: false,
        }
    };
    let client = |client: &demo::Client| Client {
        size: match client.kind {
            ClientKind::Enterprise => Size::Enterprise(client.scale),
            ClientKind::Project => Size::Project(client.level),
        },
        place: place(client.area),
        industry: Some(client.industry.to_owned()),
        now: client.commissioners.last().map(|last| last.official).into_iter().collect(),
        fixed: None,
        places: 1,
    };
    City {
        rules: Rules::shipped(),
        officials: world.officials.iter().map(official).collect(),
        clients: world.clients.iter().map(client).collect(),
        bars: Vec::new(),
    }
}

fn place(area: AreaCode) -> Place {
    let county = if area.level() == AreaLevel::Town { area.parent().unwrap_or(area) } else { area };
    Place { area, county }
}
