//! What happened to each demand: two years of it, in working hours, up to this moment.

use crate::chance::Chance;
use crate::clients::{trade, trades};
use crate::matters::{Matter, Slots};
use crate::{Area, Client, Demand, Unit};
use chrono::{Duration, TimeDelta};
use kernel::hours::due_after_minutes;
use kernel::words::{ClientKind, Complexity, DemandAct, Outcome, Rating};
use kernel::{BusinessHours, Instant, WorkCalendar};

/// How time is counted, and what it is now.
#[derive(Debug)]
pub struct Time<'a> {
    /// The working days.
    pub calendar: &'a WorkCalendar,
    /// The business hours.
    pub hours: &'a BusinessHours,
    /// This moment: nothing happened later.
    pub now: Instant,
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The client's liaison.
    Client,
    /// The desk.
    Desk,
    /// The unit that holds the demand.
    Unit,
}

/// Something that was done to a demand.
#[derive(Debug, Clone)]
pub struct Done {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Turn,
    /// What.
    pub act: DemandAct,
    /// What was said.
    pub text: String,
    /// The unit's limit in working days, for a dispatch.
    pub days: u32,
    /// How complex it was found.
    pub complexity: Complexity,
    /// What became of it.
    pub outcome: Outcome,
    /// How it was rated.
    pub rating: Rating,
}

/// The days that all this covers.
const DAYS: u32 = 730;
/// How many in a hundred demands are of the last two weeks, so that everybody has something to do.
const RECENT: u32 = 12;

/// All demands, in order of raising.
pub(crate) fn demands(
    chance: &mut Chance,
    time: &Time<'_>,
    matters: &[Matter],
    areas: &[Area],
    units: &[Unit],
    clients: &[Client],
    count: u32,
) -> Result<Vec<Demand>, String> {
    let trades = trades();
    let mut all = Vec::new();
    for number in 0..count {
        // The first enterprise has the demo account: it raises more than others.
        let client =
            if number < 12 { 0 } else { chance.between(0, u32::try_from(clients.len()).unwrap_or(1) - 1) as usize };
        let asked = &clients[client];
        let trade = trade(&trades, asked.industry).ok_or("an industry without a line")?;
        let town = areas.iter().find(|area| area.code == asked.area).ok_or("a client without area")?;
        let matter = chance.one(matters);
        let product = *chance.one(&trade.products);
        let equipment = *chance.one(&trade.equipment);
        let material = *chance.one(&trade.materials);
        let slots = Slots::draw(chance, product, equipment, material, &town.name);
        let (title, text) = chance.one(&matter.asks);
        let back = if chance.happens(RECENT) || (number < 12 && number % 2 == 0) { 14 } else { DAYS };
        let Some(raised_at) = working_moment(chance, time, back) else { continue };
        let unit = units.iter().position(|unit| unit.name.ends_with(matter.bureau)).ok_or("a bureau without unit")?;
        let history = history(chance, time, matter, &slots, raised_at);
        all.push(Demand {
            client,
            category: chance.one(&matter.children).0,
            title: slots.fill(title),
            text: slots.fill(text),
            unit,
            raised_at,
            by_commissioner: asked.kind == ClientKind::Project || chance.happens(25),
            history,
        });
    }
    all.sort_by_key(|demand| demand.raised_at);
    Ok(all)
}

/// A moment in business hours within the last `days`, and before now.
fn working_moment(chance: &mut Chance, time: &Time<'_>, days: u32) -> Option<Instant> {
    for _ in 0..20 {
        let back = TimeDelta::minutes(i64::from(chance.between(20, days * 24 * 60)));
        let at =
            later(time, time.now - back, chance.between(0, 200))? + Duration::seconds(i64::from(chance.between(0, 59)));
        if at < time.now {
            return Some(at);
        }
    }
    None
}

/// So many open minutes later.
fn later(time: &Time<'_>, at: Instant, minutes: u32) -> Option<Instant> {
    due_after_minutes(time.calendar, time.hours, at, minutes).ok()
}

/// The open minutes of a working day.
const DAY: u32 = 390;

fn history(chance: &mut Chance, time: &Time<'_>, matter: &Matter, slots: &Slots, raised_at: Instant) -> Vec<Done> {
    let complexity = if chance.happens(12) { Complexity::Complex } else { Complexity::Ordinary };
    let mut told = Telling { time, at: raised_at, done: Vec::new(), complexity };
    if chance.happens(2) {
        told.after(chance.between(30, 3 * DAY), Turn::Client, DemandAct::Withdraw, "问题已自行解决，撤回诉求。");
        return told.done;
    }
    let contact = if chance.happens(93) { chance.between(5, 110) } else { chance.between(130, 500) };
    if chance.happens(4) {
        told.after(
            contact,
            Turn::Desk,
            DemandAct::Reject,
            "该事项已进入诉讼程序，按规定不重复受理，请依法通过司法渠道解决。",
        );
        return told.done;
    }
    told.after(contact, Turn::Desk, DemandAct::Accept, "");
    let mut rounds = 1 + u32::from(chance.happens(8));
    while rounds > 0 && told.goes_on() {
        rounds -= 1;
        if chance.happens(3) {
            told.dispatched(chance.between(10, 200), chance.between(3, 10));
            told.after(
                chance.between(60, DAY),
                Turn::Unit,
                DemandAct::Return,
                "该事项不属于我单位职责，建议按权责清单重新确定承办单位。",
            );
        }
        told.dispatched(chance.between(10, 240), chance.between(3, 10));
        told.after(chance.between(15, DAY), Turn::Unit, DemandAct::Sign, "");
        let solved = matter.explained.is_empty() || chance.happens(78);
        let (outcome, answers) =
            if solved { (Outcome::Solved, &matter.solved) } else { (Outcome::Explained, &matter.explained) };
        let answer = slots.fill(chance.one::<&str>(answers));
        let work =
            if chance.happens(90) { chance.between(DAY / 2, 6 * DAY) } else { chance.between(6 * DAY, 16 * DAY) };
        told.after(work, Turn::Unit, DemandAct::Reply, &answer);
        told.last(|done| done.outcome = outcome);
        let wait = chance.between(30, 3 * DAY);
        if rounds > 0 {
            told.after(wait, Turn::Client, DemandAct::Reopen, "答复的措施还没有到位，问题仍然存在，请继续协调解决。");
            continue;
        }
        if chance.happens(10) {
            let silent = "多次联系企业未获回应，按规定办结；企业如有需要可另行提交。";
            told.after(5 * DAY + chance.between(DAY, 2 * DAY), Turn::Desk, DemandAct::Close, silent);
            return told.done;
        }
        let (rating, words) = match chance.between(1, 100) {
            1..=80 => (Rating::Satisfied, "办得很快，感谢各部门的帮助。"),
            81..=95 => (Rating::Fairly, ""),
            _ => (Rating::Dissatisfied, "问题只解决了一部分。"),
        };
        told.after(wait, Turn::Client, DemandAct::Confirm, words);
        told.last(|done| done.rating = rating);
    }
    told.done
}

/// A history in the making: it stops where it would reach beyond now.
struct Telling<'a> {
    time: &'a Time<'a>,
    at: Instant,
    done: Vec<Done>,
    complexity: Complexity,
}

impl Telling<'_> {
    fn goes_on(&self) -> bool {
        self.at < self.time.now
    }

    fn after(&mut self, minutes: u32, by: Turn, act: DemandAct, text: &str) {
        let at =
            later(self.time, self.at, minutes).map(|at| at + Duration::seconds(1)).filter(|at| *at < self.time.now);
        self.at = at.unwrap_or(self.time.now);
        if !self.goes_on() {
            return;
        }
        let (outcome, rating) = (Outcome::Solved, Rating::Satisfied);
        let (text, complexity) = (text.to_owned(), self.complexity);
        self.done.push(Done { at: self.at, by, act, text, days: 0, complexity, outcome, rating });
    }

    fn dispatched(&mut self, minutes: u32, days: u32) {
        self.after(minutes, Turn::Desk, DemandAct::Dispatch, "");
        self.last(|done| done.days = days);
    }

    /// Adds to what was done last, unless that would be in the future.
    fn last(&mut self, add: impl FnOnce(&mut Done)) {
        if self.goes_on()
            && let Some(done) = self.done.last_mut()
        {
            add(done);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Scale, Time, World};
    use kernel::{BusinessHours, WorkCalendar};
    use std::collections::BTreeSet;

    fn world(seed: u64) -> World {
        let calendar = WorkCalendar::state_council().unwrap();
        let hours = BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").unwrap();
        let now = "2026-11-24T10:00:00+08:00".parse().unwrap();
        World::plan(Scale::Tiny, seed, &Time { calendar: &calendar, hours: &hours, now }).unwrap()
    }

    #[test]
    fn the_same_seed_makes_the_same_world() {
        assert_eq!(format!("{:?}", world(1)), format!("{:?}", world(1)));
        assert_ne!(format!("{:?}", world(1)), format!("{:?}", world(2)));
    }

    #[test]
    fn every_enterprise_has_its_own_code_and_name_and_nobody_more_clients_than_four() {
        let world = world(1);
        let codes: BTreeSet<_> = world.clients.iter().filter_map(|client| client.credit_code.clone()).collect();
        let names: BTreeSet<_> = world.clients.iter().map(|client| &client.name).collect();
        assert_eq!((codes.len(), names.len()), (60, 66));
        for place in 0..world.officials.len() {
            assert!(world.clients.iter().filter(|client| client.commissioner == place).count() <= 4);
        }
    }

    #[test]
    fn nothing_happened_out_of_order_or_in_the_future() {
        let now: kernel::Instant = "2026-11-24T10:00:00+08:00".parse().unwrap();
        for demand in world(1).demands {
            let mut last = demand.raised_at;
            for done in &demand.history {
                assert!(last < done.at && done.at < now, "{done:?}");
                last = done.at;
            }
        }
    }
}
