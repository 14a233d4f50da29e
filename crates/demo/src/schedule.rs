//! When demands are raised and by which client: more by working day than by holiday, more in some counties and months than
//! in others, at all hours. And the few that see to it that everybody with a demo account finds a day's work.

use crate::chance::Chance;
use crate::life::{self, By, Demand, Done, Planned};
use crate::places::{COUNTY, County, county_of};
use crate::{Time, World};
use chrono::{Datelike, Days, Duration, NaiveTime, TimeZone};
use kernel::hours::{due_after_days, open_minutes};
use kernel::words::{DemandAct, DemandState};
use kernel::{AreaCode, Day, Instant};
use std::collections::BTreeMap;

/// Whether a demand is one that is looked for.
type Wanted<'a> = &'a dyn Fn(&Demand) -> bool;

/// The days that all this covers.
const DAYS: u64 = 730;
/// How much is raised in each month, January first.
const SEASON: [u32; 12] = [92, 58, 116, 106, 96, 100, 92, 90, 102, 98, 114, 124];
/// How much is raised in each hour.
const HOURS: [u32; 24] = [1, 0, 0, 0, 0, 1, 3, 9, 34, 100, 96, 70, 26, 52, 90, 92, 82, 40, 22, 18, 16, 12, 7, 3];

/// All demands, in order of raising: so many by chance, so many more for the desk of the demo county, and those of the
/// people with demo accounts.
pub(crate) fn plan(
    chance: &mut Chance,
    world: &World,
    time: &Time<'_>,
    counties: &[County],
    (count, fresh): (u32, u32),
) -> Result<Vec<Planned>, String> {
    let almanac = Almanac::of(time)?;
    let mut clients: BTreeMap<AreaCode, Vec<u32>> = BTreeMap::new();
    for (place, client) in world.clients.iter().enumerate() {
        let place = u32::try_from(place).map_err(|error| error.to_string())?;
        clients.entry(county_of(client.area)).or_default().push(place);
    }
    let asked: Vec<&County> = counties.iter().filter(|county| clients.contains_key(&county.code)).collect();
    // A county has better and worse months.
    let months: Vec<[u32; 12]> = asked.iter().map(|_| [(); 12].map(|()| chance.between(70, 130))).collect();
    let mut plan = Vec::with_capacity(count as usize + 100);
    while plan.len() < count as usize {
        let Some(at) = almanac.moment(chance, time) else { continue };
        let month = time.hours.day(at).month0() as usize;
        let county = chance.weighted(asked.iter().zip(&months).map(|(county, months)| county.share * months[month]));
        let inside = &clients[&asked[county].code];
        // Some ask more than others.
        let drawn = chance.below(inside.len());
        let client = inside[if chance.happens(45) { drawn.min(chance.below(inside.len())) } else { drawn }];
        plan.push(Planned { at, client, seed: chance.seed(), matter: None });
    }
    let mut cast = Casting { chance, world, time, almanac: &almanac, plan: &mut plan };
    cast.liaison();
    cast.commissioner();
    cast.bureau();
    cast.desk(&clients[&COUNTY], fresh);
    cast.requests(&clients[&COUNTY]);
    plan.sort_by_key(|planned| (planned.at, planned.seed));
    Ok(plan)
}

/// How likely each day is.
struct Almanac {
    first: Day,
    /// The weight of all days until this one.
    until: Vec<u32>,
}

impl Almanac {
    fn of(time: &Time<'_>) -> Result<Self, String> {
        let first = time.hours.day(time.now) - Days::new(DAYS);
        let mut until = Vec::new();
        let mut all = 0;
        for place in 0..=DAYS {
            let day = first + Days::new(place);
            let worked = time.calendar.is_workday(day).map_err(|error| error.to_string())?;
            // More and more enterprises use it.
            let growth = 72 + u32::try_from(place * 50 / DAYS).unwrap_or(0);
            all += SEASON[day.month0() as usize] * growth / 10 * if worked { 100 } else { 13 } / 100;
            until.push(all);
        }
        Ok(Self { first, until })
    }

    /// A moment of the two years; none when it would lie in the future.
    fn moment(&self, chance: &mut Chance, time: &Time<'_>) -> Option<Instant> {
        let drawn = chance.between(1, self.until.last().copied().unwrap_or(1));
        let place = self.until.partition_point(|until| *until < drawn) as u64;
        self.on(chance, time, self.first + Days::new(place))
    }

    /// A moment of this day.
    fn on(&self, chance: &mut Chance, time: &Time<'_>, day: Day) -> Option<Instant> {
        let hour = u32::try_from(chance.weighted(HOURS.iter().copied())).ok()?;
        let wall = NaiveTime::from_hms_opt(hour, chance.between(0, 59), chance.between(0, 59))?;
        let at = time.hours.zone().from_local_datetime(&day.and_time(wall)).single()?;
        let at = at.with_timezone(&chrono::Utc);
        (at < time.now).then_some(at)
    }
}

struct Casting<'a> {
    chance: &'a mut Chance,
    world: &'a World,
    time: &'a Time<'a>,
    almanac: &'a Almanac,
    plan: &'a mut Vec<Planned>,
}

impl Casting<'_> {
    /// Adds a demand of this client that was raised within so many days and satisfies `wanted`. When chance does not bring
    /// one, there is none: after a long holiday nothing can be fresh.
    fn add(&mut self, client: u32, matter: Option<usize>, days: u32, wanted: impl Fn(&Demand) -> bool) {
        for _ in 0..6_000 {
            let back = self.chance.between(0, days);
            let day = self.time.hours.day(self.time.now) - Days::new(u64::from(back));
            let Some(at) = self.almanac.on(self.chance, self.time, day) else { continue };
            let planned = Planned { at, client, seed: self.chance.seed(), matter };
            if wanted(&life::live(self.world, self.time, &planned)) {
                self.plan.push(planned);
                return;
            }
        }
    }

    /// The liaison finds answers to confirm, one of them new, demands on their way, and some that are done.
    fn liaison(&mut self) {
        let now = self.time.now;
        let since = move |demand: &Demand| demand.history.last().map_or(Duration::zero(), |done| now - done.at);
        self.add(0, None, 14, |demand| demand.state() == DemandState::Replied && since(demand) < Duration::hours(30));
        self.add(0, None, 14, |demand| demand.state() == DemandState::Replied);
        self.add(0, None, 20, |demand| demand.state() == DemandState::Handling);
        self.add(0, None, 8, |demand| demand.state() == DemandState::Dispatched);
        self.add(0, None, 5, |demand| demand.state() == DemandState::Raised);
        let again = |demand: &Demand| demand.history.iter().any(|done| done.act == DemandAct::Reopen);
        self.add(0, None, 30, |demand| demand.state() == DemandState::Handling && again(demand));
        for _ in 0..5 {
            self.add(0, None, 400, |demand| demand.state() == DemandState::Closed);
        }
    }

    /// The commissioner's other clients have something open, each at another step.
    fn commissioner(&mut self) {
        let looks_after = |place: usize| self.world.clients[place].commissioners.last().map(|held| held.official);
        let who = looks_after(0);
        let others: Vec<usize> = (1..self.world.clients.len()).filter(|place| looks_after(*place) == who).collect();
        let steps = [DemandState::Handling, DemandState::Replied, DemandState::Dispatched, DemandState::Accepted];
        for (client, state) in others.into_iter().zip(steps.into_iter().cycle()) {
            let Ok(client) = u32::try_from(client) else { continue };
            self.add(client, None, 14, |demand| demand.state() == state);
            self.add(client, None, 200, |demand| demand.state() == DemandState::Closed);
        }
    }

    /// The bureau has some to sign, some to answer, and one that will be late unless it is answered by tomorrow.
    fn bureau(&mut self) {
        let bureau = self.world.cast.bureau;
        let led = self.world.stage.led_by(COUNTY, bureau);
        let Some(matter) = led.first().copied() else { return };
        let time = self.time;
        let soon = |demand: &Demand| {
            let dispatched = demand.history.iter().rev().find(|done| done.act == DemandAct::Dispatch);
            let due = dispatched.and_then(|done| due_after_days(time.calendar, time.hours, done.at, done.days).ok());
            let tomorrow = due_after_days(time.calendar, time.hours, time.now, 1).ok();
            due.zip(tomorrow).is_some_and(|(due, tomorrow)| due > time.now && due <= tomorrow)
        };
        let inside = |world: &World, place: usize| county_of(world.clients[place].area) == COUNTY;
        let clients: Vec<usize> = (3..self.world.clients.len()).filter(|place| inside(self.world, *place)).collect();
        let mut wanted = vec![(DemandState::Dispatched, false); 3];
        wanted.extend([(DemandState::Handling, false); 4]);
        wanted.extend([(DemandState::Handling, true); 2]);
        for (state, late) in wanted {
            let Ok(client) = u32::try_from(*self.chance.one(&clients)) else { continue };
            // Not one that came to another unit by mistake, and is about to come back.
            let there = |demand: &Demand| demand.unit() == Some(bureau) && demand.state() == state;
            self.add(client, Some(matter), 20, |demand| there(demand) && (!late || soon(demand)));
        }
    }

    /// The bureau waits for the desk, for a laboratory, for those who help it, and helps others; the desk has a request and an
    /// objection to decide; and somebody's identity is sealed.
    fn requests(&mut self, clients: &[u32]) {
        let world = self.world;
        let (bureau, led) = (world.cast.bureau, world.stage.led_by(COUNTY, world.cast.bureau));
        let last = |demand: &Demand| demand.history.last().map(|done| done.act);
        let helps = |demand: &Demand| {
            let asked = demand.history.iter().any(|done| done.helpers.iter().any(|(unit, _)| *unit == bureau));
            let of_bureau = |by| matches!(by, By::Handler(official) if world.officials[official].unit == bureau);
            let told = |done: &Done| done.act == DemandAct::AssistReply && of_bureau(done.by);
            asked && demand.state() == DemandState::Handling && !demand.history.iter().any(told)
        };
        let helped = |demand: &Demand| demand.history.iter().any(|done| !done.helpers.is_empty());
        let own = led.first().copied();
        let wanted: [(Option<usize>, u32, Wanted<'_>); 7] = [
            (own, 12, &|demand| last(demand) == Some(DemandAct::RequestExtension)),
            (own, 30, &|demand| demand.state() == DemandState::Suspended),
            (own, 20, &|demand| demand.state() == DemandState::Handling && helped(demand)),
            (None, 12, &helps),
            (None, 12, &|demand| last(demand) == Some(DemandAct::RequestSuspension)),
            (None, 8, &|demand| demand.state() == DemandState::Objected),
            (None, 10, &|demand| demand.sealed && demand.state() == DemandState::Accepted),
        ];
        for (matter, days, wanted) in wanted {
            let client = *self.chance.one(clients);
            self.add(client, matter, days, wanted);
        }
        self.add(0, None, 200, |demand| demand.sealed && demand.state() == DemandState::Closed);
        if self.time.approval {
            let client = *self.chance.one(clients);
            self.add(client, own, 12, |demand| demand.state() == DemandState::Proposed);
        }
    }

    /// The desk has a morning's intake: raised since it last had time, to be accepted or dispatched.
    fn desk(&mut self, clients: &[u32], count: u32) {
        let time = self.time;
        for place in 0..count {
            let client = *self.chance.one(clients);
            let state = if place % 4 == 3 { DemandState::Accepted } else { DemandState::Raised };
            let recent = |at| open_minutes(time.calendar, time.hours, at, time.now).is_ok_and(|open| open < 170);
            self.add(client, None, 3, |demand| demand.state() == state && recent(demand.raised_at));
        }
    }
}
