//! What holds in every world.

use crate::pairings::quota;
use crate::{By, Demand, GroupMember, Scale, Time, World};
use chrono::Duration;
use kernel::words::{ClientKind, DemandAct, DemandState, GroupKind, GroupPosition, UnitKind};
use kernel::{BusinessHours, CreditCode, Instant, WorkCalendar};
use std::collections::{BTreeMap, BTreeSet};

struct Clockwork {
    calendar: WorkCalendar,
    hours: BusinessHours,
    now: Instant,
}

impl Clockwork {
    fn at(now: &str) -> Self {
        Self {
            calendar: WorkCalendar::state_council().unwrap(),
            hours: BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").unwrap(),
            now: now.parse().unwrap(),
        }
    }

    fn time(&self) -> Time<'_> {
        Time { calendar: &self.calendar, hours: &self.hours, now: self.now, approval: false }
    }
}

const MORNING: &str = "2026-11-24T10:20:00+08:00";

fn tiny(seed: u64, now: &str) -> (World, Vec<Demand>) {
    let clockwork = Clockwork::at(now);
    let time = clockwork.time();
    let world = World::plan(Scale::Tiny, seed, &time).unwrap();
    let demands = world.demands(&time).collect();
    (world, demands)
}

#[test]
fn the_same_seed_makes_the_same_world() {
    assert_eq!(format!("{:?}", tiny(1, MORNING)), format!("{:?}", tiny(1, MORNING)));
    assert_ne!(format!("{:?}", tiny(1, MORNING)), format!("{:?}", tiny(2, MORNING)));
}

#[test]
fn a_city_has_the_people_that_the_mission_names() {
    let clockwork = Clockwork::at(MORNING);
    let time = clockwork.time();
    let world = World::plan(Scale::City, 1, &time).unwrap();
    let count = |kind| world.clients.iter().filter(|client| client.kind == kind).count();
    assert_eq!((count(ClientKind::Enterprise), count(ClientKind::Project)), (21_000, 1_000));
    assert_eq!(world.areas.len(), 1 + 16 + 122);
    assert!(world.units.len() > 300, "{}", world.units.len());
    let paired: BTreeSet<usize> =
        world.clients.iter().flat_map(|client| client.commissioners.last()).map(|held| held.official).collect();
    let may = |place: &usize| {
        let official = &world.officials[*place];
        quota(&world.units[official.unit], official.rank) != (0, 0)
    };
    let commissioners = (0..world.officials.len()).filter(may).count();
    assert!(commissioners >= 15_000 && paired.len() > 13_000, "{commissioners}, {} of them paired", paired.len());
    let names: BTreeSet<_> = world.units.iter().map(|unit| (unit.area, &unit.name)).collect();
    assert_eq!(names.len(), world.units.len(), "two units of a name");
    lawful(&world);
    assert!((199_000..201_000).contains(&world.demands(&time).len()));
    sample(&world, &time);
}

/// Every fiftieth demand of the city: texts that fit, titles that differ, a realistic stock.
fn sample(world: &World, time: &Time<'_>) {
    let demands: Vec<Demand> = world.demands(time).step_by(50).collect();
    let titles: BTreeSet<&str> = demands.iter().map(|demand| demand.title.as_str()).collect();
    assert!(titles.len() * 1000 > demands.len() * 995, "{} titles for {}", titles.len(), demands.len());
    demands.iter().for_each(|demand| well_told(world, time, demand));
    let events: usize = demands.iter().map(|demand| 1 + demand.history.len()).sum();
    assert!(events * 50 > 1_250_000, "{}", events * 50);
}

/// Codes, names, quotas and areas.
fn lawful(world: &World) {
    let codes: BTreeSet<_> = world.clients.iter().filter_map(|client| client.credit_code.clone()).collect();
    let enterprises = world.clients.iter().filter(|client| client.kind == ClientKind::Enterprise);
    assert_eq!(codes.len(), enterprises.clone().count(), "every enterprise has a code of its own");
    assert!(codes.iter().all(|code| CreditCode::parse(code.as_str()).is_ok()));
    let names: BTreeSet<_> = enterprises.map(|client| &client.name).collect();
    assert_eq!(names.len(), codes.len(), "and a name of its own");
    let projects = world.clients.iter().filter(|client| client.kind == ClientKind::Project);
    let codes: BTreeSet<_> = projects.clone().map(|client| &client.project_code).collect();
    assert_eq!(codes.len(), projects.count());
    let mut held: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    for client in &world.clients {
        assert!((1..=2).contains(&client.liaisons.len()));
        let mut last = None;
        for commissioner in &client.commissioners {
            let official = &world.officials[commissioner.official];
            let served = world.units[official.unit].area;
            let above = [Some(client.area), client.area.parent(), client.area.parent().and_then(|area| area.parent())];
            assert!(above.contains(&Some(served)), "{} is not of {}", client.name, world.units[official.unit].name);
            assert!(official.since <= commissioner.from);
            assert!(last.is_none_or(|last| last < commissioner.from));
            last = commissioner.until;
        }
        let now = client.commissioners.last().unwrap();
        assert_eq!(now.until, None, "{}", client.name);
        let (enterprises, projects) = held.entry(now.official).or_default();
        *(if client.kind == ClientKind::Enterprise { enterprises } else { projects }) += 1;
    }
    for (place, (enterprises, projects)) in held {
        let official = &world.officials[place];
        let (most, most_projects) = quota(&world.units[official.unit], official.rank);
        assert!(enterprises <= most && projects <= most_projects, "{official:?}: {enterprises} + {projects}");
    }
}

/// Nothing out of order or in the future, and the category that the text is about.
fn well_told(world: &World, time: &Time<'_>, demand: &Demand) {
    let mut last = demand.raised_at;
    for done in &demand.history {
        assert!(last < done.at && done.at < time.now, "{done:?}");
        let due = time.calendar.is_workday(time.hours.day(done.at)).unwrap();
        assert!(due, "{done:?} on a day that is not worked");
        last = done.at;
    }
    let waits = demand.state() == DemandState::Replied;
    assert!(!waits || last > time.now - Duration::days(30), "nobody has asked the client since: {demand:?}");
    let told = [demand.title.as_str(), demand.text.as_str()];
    for text in told.into_iter().chain(demand.history.iter().map(|done| done.text.as_str())) {
        assert!(!text.contains(['{', '}', '[', ']']) && text.chars().count() < 1_000, "{text}");
    }
    assert!(demand.title.chars().count() <= 80, "{}", demand.title);
    assert!(world.categories.iter().any(|category| category.code == demand.category && category.parent.is_some()));
}

#[test]
fn a_tiny_world_is_lawful_too_and_everybody_in_it_has_a_days_work() {
    for now in [MORNING, "2026-11-22T03:00:00+08:00", "2026-11-20T16:55:00+08:00", "2026-10-09T09:05:00+08:00"] {
        let (world, demands) = tiny(1, now);
        lawful(&world);
        let clockwork = Clockwork::at(now);
        demands.iter().for_each(|demand| well_told(&world, &clockwork.time(), demand));
        let own = |state| demands.iter().filter(|demand| demand.client == 0 && demand.state() == state).count();
        assert!(own(DemandState::Replied) >= 1 && own(DemandState::Handling) >= 1, "{now}");
        let bureau = |state| {
            let here = demands.iter().filter(|demand| demand.unit() == Some(world.cast.bureau));
            here.filter(|demand| demand.state() == state).count()
        };
        let (to_sign, to_answer) = (bureau(DemandState::Dispatched), bureau(DemandState::Handling));
        assert!((1..=8).contains(&to_sign) && (3..=20).contains(&to_answer), "{now}: {to_sign}, {to_answer}");
        let waits = |demand: &&Demand| matches!(demand.state(), DemandState::Raised | DemandState::Accepted);
        let waiting = demands.iter().filter(waits).count();
        assert!((8..=40).contains(&waiting), "{now}: {waiting} wait for the desk");
    }
}

#[test]
fn whoever_acts_works_for_the_unit_or_the_desk_whose_turn_it_is() {
    let (world, demands) = tiny(3, MORNING);
    for demand in demands {
        let (mut holder, mut helpers) = (None, Vec::new());
        for done in &demand.history {
            helpers.extend(done.helpers.iter().map(|(unit, _)| *unit));
            match done.by {
                By::Handler(official) if helpers.contains(&world.officials[official].unit) => {
                    assert!(matches!(done.act, DemandAct::Sign | DemandAct::AssistReply), "{done:?}");
                }
                By::Handler(official) | By::Head(official) => {
                    assert_eq!(Some(world.officials[official].unit), holder);
                }
                By::Desk(official) => {
                    assert_eq!(world.units[world.officials[official].unit].kind, UnitKind::DemandDesk);
                }
                By::Liaison(place) => assert!(place < world.clients[demand.client].liaisons.len()),
                By::Commissioner(_) => assert_ne!(done.act, DemandAct::Confirm, "only the client judges"),
            }
            holder = done.unit.or(holder);
        }
    }
}

/// Prints demands to be read by people: `cargo test -p demo -- --nocapture reads`.
#[test]
fn a_list_of_a_day_reads_like_a_list_of_a_day() {
    let (world, demands) = tiny(5, MORNING);
    let shown = demands.iter().rev().take(200);
    for demand in shown {
        let client = &world.clients[demand.client];
        println!("\n{} | {} | {} | {:?}", demand.category, demand.title, client.name, demand.state());
        println!("   {}", demand.text);
        for done in demand.history.iter().filter(|done| !done.text.is_empty()) {
            println!("   → {} {}", done.act, done.text);
        }
    }
    let titles: BTreeSet<&str> = demands.iter().map(|demand| demand.title.as_str()).collect();
    assert!(titles.len() * 100 >= demands.len() * 98, "{} of {}", titles.len(), demands.len());
}

#[test]
fn every_county_has_its_groups_with_a_leader_and_somebody_to_call_today() {
    let world = World::plan(Scale::City, 1, &Clockwork::at(MORNING).time()).unwrap();
    let governed: Vec<_> = world.units.iter().filter(|unit| unit.kind == UnitKind::Government).collect();
    assert!(!governed.is_empty());
    for unit in governed {
        for kind in GroupKind::ALL {
            let today = |position: GroupPosition| {
                let held = |member: &&GroupMember| {
                    member.area == unit.area && member.kind == *kind && member.position == position
                };
                world.groups.iter().filter(held).filter(|member| member.until.is_none()).count()
            };
            let (leaders, contacts) = (today(GroupPosition::Leader), today(GroupPosition::Contact));
            assert_eq!((leaders, contacts), (1, 1), "{} {kind}", unit.name);
            assert!(today(GroupPosition::Member) >= 3, "{} {kind}", unit.name);
        }
    }
    for member in &world.groups {
        let official = &world.officials[member.official];
        assert!(official.since <= member.from, "{} sat before coming", official.name);
    }
}
