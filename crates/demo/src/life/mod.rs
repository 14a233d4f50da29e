//! One demand: what is asked, by whom, and what happened until now. What people do they do in business hours; only raising
//! happens at all hours.

use crate::chance::Chance;
use crate::clients::Trade;
use crate::matters::{Ask, Matter};
use crate::places::{CITY, County, county_of};
use crate::sayings::{
    AGAIN, BAD, CLOSINGS, FAIR, FAREWELLS, GREETINGS, HOLDS, OPENINGS, PRAISE, REJECTED, REOPENED, RETURNED, RULED,
    SETTLED, SILENT, WILLING, WITHDRAWN,
};
use crate::wording::{Setting, Slots};
use crate::{Area, Client, Official, Time, Unit, World};
use chrono::{Datelike, Days, Duration};
use kernel::hours::due_after_minutes;
use kernel::words::{
    Channel, ClientKind, Complexity, DemandAct, DemandState, Outcome, ProjectLevel, Rating, ScaleClass, UnitKind,
};
use kernel::{AreaCode, Day, Instant};
use std::collections::BTreeMap;
use std::ops::Range;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// This one of the client's liaisons.
    Liaison(usize),
    /// This official, who looked after the client then.
    Commissioner(usize),
    /// This official, at the desk of the client's county.
    Desk(usize),
    /// This official, of the unit that holds the demand.
    Handler(usize),
}

/// A demand, with all that happened to it.
#[derive(Debug, Clone)]
pub struct Demand {
    /// Whose it is.
    pub client: usize,
    /// What it is about.
    pub category: &'static str,
    /// In one line.
    pub title: String,
    /// In full.
    pub text: String,
    /// Whence a desk had it.
    pub channel: Option<Channel>,
    /// Who raised it.
    pub raised_by: By,
    /// When it was raised.
    pub raised_at: Instant,
    /// What came after, in order.
    pub history: Vec<Done>,
}

/// Something that was done to a demand.
#[derive(Debug, Clone)]
pub struct Done {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: By,
    /// What.
    pub act: DemandAct,
    /// What was said.
    pub text: String,
    /// The unit that a dispatch goes to.
    pub unit: Option<usize>,
    /// The unit's limit in working days, for a dispatch.
    pub days: u32,
    /// How complex it was found.
    pub complexity: Complexity,
    /// What became of it.
    pub outcome: Outcome,
    /// How the result was rated.
    pub rating: Rating,
    /// How the way there was rated.
    pub process: Rating,
    /// When what is shelved is looked at again.
    pub review_on: Option<Day>,
}

impl Demand {
    /// Where it stands now.
    #[must_use]
    pub fn state(&self) -> DemandState {
        match self.history.last().map(|done| done.act) {
            None | Some(DemandAct::Raise) => DemandState::Raised,
            Some(DemandAct::Accept | DemandAct::Rule | DemandAct::Reopen) => DemandState::Accepted,
            Some(DemandAct::Object) => DemandState::Objected,
            Some(DemandAct::Reject) => DemandState::Rejected,
            Some(DemandAct::Dispatch) => DemandState::Dispatched,
            Some(DemandAct::Reply) => DemandState::Replied,
            Some(DemandAct::Shelve) => DemandState::Shelved,
            Some(DemandAct::Withdraw) => DemandState::Withdrawing,
            Some(DemandAct::CheckWithdrawal) => DemandState::Withdrawn,
            Some(DemandAct::Confirm | DemandAct::Close | DemandAct::Rate | DemandAct::Recheck) => DemandState::Closed,
            Some(_) => DemandState::Handling,
        }
    }

    /// The unit it was dispatched to last.
    #[must_use]
    pub fn unit(&self) -> Option<usize> {
        self.history.iter().rev().find_map(|done| done.unit)
    }
}

/// A demand before it is told: everything else follows from the seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned {
    pub at: Instant,
    pub client: u32,
    pub seed: u64,
    /// Of this category, and with its bureau in the client's county, when that matters.
    pub matter: Option<usize>,
}

/// What all demands need to know, found once.
#[derive(Debug)]
pub(crate) struct Stage {
    pub matters: Vec<Matter>,
    trades: Vec<Trade>,
    /// The bureau that leads each category, by county, and by the city itself.
    bureaus: BTreeMap<AreaCode, Vec<usize>>,
    desks: BTreeMap<AreaCode, usize>,
    offices: BTreeMap<AreaCode, usize>,
    staff: Vec<Range<usize>>,
    names: BTreeMap<AreaCode, String>,
    shorts: BTreeMap<AreaCode, &'static str>,
}

impl Stage {
    pub fn set(
        areas: &[Area],
        counties: &[County],
        units: &[Unit],
        officials: &[Official],
        (matters, trades): (Vec<Matter>, Vec<Trade>),
    ) -> Result<Self, String> {
        let mut bureaus = BTreeMap::new();
        let mut desks = BTreeMap::new();
        for area in counties.iter().map(|county| county.code).chain([CITY]) {
            let led = matters.iter().map(|matter| {
                let name = if area == CITY { matter.city_bureau } else { matter.bureau };
                let ends = |unit: &Unit| unit.name.ends_with(name) || name == "生态环境局" && unit.name.contains(name);
                units.iter().position(|unit| unit.area == area && ends(unit))
            });
            if let Some(led) = led.collect::<Option<Vec<usize>>>() {
                bureaus.insert(area, led);
            } else if area != CITY {
                return Err(format!("a bureau of {area} without unit"));
            }
            let desk = units.iter().position(|unit| unit.area == area && unit.kind == UnitKind::DemandDesk);
            desks.extend(desk.map(|desk| (area, desk)));
        }
        let offices = units.iter().enumerate().filter(|(_, unit)| unit.kind == UnitKind::TownOffice);
        let mut staff = vec![0..0; units.len()];
        for (place, official) in officials.iter().enumerate() {
            let held: &mut Range<usize> = &mut staff[official.unit];
            let first = if held.end == 0 { place } else { held.start };
            *held = first..place + 1;
        }
        Ok(Self {
            matters,
            trades,
            bureaus,
            desks,
            offices: offices.map(|(place, unit)| (unit.area, place)).collect(),
            staff,
            names: areas.iter().map(|area| (area.code, area.name.clone())).collect(),
            shorts: counties.iter().map(|county| (county.code, county.short)).collect(),
        })
    }

    /// One of the few people of a unit who work on demands.
    fn person(&self, chance: &mut Chance, unit: usize) -> usize {
        let staff = &self.staff[unit];
        staff.start + chance.below(staff.len().clamp(1, 5))
    }

    /// The categories that this unit leads.
    pub fn led_by(&self, county: AreaCode, unit: usize) -> Vec<usize> {
        let led = self.bureaus.get(&county).map_or(&[][..], Vec::as_slice);
        led.iter().enumerate().filter(|(_, bureau)| **bureau == unit).map(|(matter, _)| matter).collect()
    }

    /// Whose duty a matter of this client is.
    fn holder(&self, chance: &mut Chance, client: &Client, planned: &Planned, matter: usize) -> usize {
        let county = county_of(client.area);
        let bureau = self.bureaus[&county][matter];
        if planned.matter.is_some() {
            return bureau;
        }
        if let Some(office) = self.offices.get(&client.area)
            && chance.happens(self.matters[matter].town)
        {
            return *office;
        }
        let above = if client.kind == ClientKind::Project && client.level != ProjectLevel::County { 25 } else { 3 };
        match self.bureaus.get(&CITY) {
            Some(city) if chance.happens(above) => city[matter],
            _ => bureau,
        }
    }
}

/// Tells the demand.
pub(crate) fn live(world: &World, time: &Time<'_>, planned: &Planned) -> Demand {
    let (stage, mut chance) = (&world.stage, Chance::new(planned.seed));
    let client = &world.clients[planned.client as usize];
    let (county, day) = (county_of(client.area), time.hours.day(planned.at));
    let fits = |ask: &&Ask| ask.fits(client.kind, (client.list, client.industry), day.month());
    let weight = |matter: &Matter| if matter.asks.iter().any(|ask| fits(&ask)) { matter.weight } else { 0 };
    let matter = planned.matter.unwrap_or_else(|| chance.weighted(stage.matters.iter().map(weight)));
    let asks: Vec<&Ask> = stage.matters[matter].asks.iter().filter(fits).collect();
    let ask = *chance.one(&asks);
    let desk = stage.desks[&county];
    let at_desk = stage.person(&mut chance, desk);
    let liaison = By::Liaison(chance.below(client.liaisons.len()));
    let commissioner = client.commissioner_on(day).map_or(liaison, By::Commissioner);
    let often = if client.kind == ClientKind::Project { 62 } else { 25 };
    let (raised_by, channel, we, opening) = match chance.between(1, 100) {
        drawn if drawn <= often => {
            (commissioner, None, "该企业", *chance.one(&["走访时企业反映：", "电话联系时企业反映：", "企业反映："]))
        }
        drawn if drawn <= often + 14 => (By::Desk(at_desk), Some(Channel::Hotline), "我公司", "来电反映："),
        drawn if drawn <= often + 15 => (By::Desk(at_desk), Some(Channel::Emergency), "我公司", "应急指挥中心转办："),
        _ => (liaison, None, *chance.one(&["我公司", "我公司", "我司", "我单位"]), ""),
    };
    let we = if opening.is_empty() || raised_by != commissioner { we } else { "该企业" };
    let area = stage.names.get(&client.area).map_or("", String::as_str);
    let setting = Setting {
        trade: &stage.trades[client.trade],
        firm: &client.short,
        we,
        town: if client.area == county { stage.shorts[&county] } else { area },
        county: stage.shorts[&county],
        road: None,
        size: match client.scale {
            ScaleClass::Large => 9,
            ScaleClass::Medium => 4,
            ScaleClass::Small => 2,
            ScaleClass::Micro => 1,
        },
        day,
    };
    let mut slots = Slots::draw(&mut chance, setting);
    let mut title = slots.ask(ask.title);
    // What says little of whose it is would soon repeat.
    let telling = ["{product}", "{equipment}", "{material}", "{town}", "{road}", "{wan}", "{kva}", "{tons}", "{mu}"];
    let often = if telling.iter().filter(|slot| ask.title.contains(**slot)).count() < 2 { 100 } else { 20 };
    if chance.happens(often) && !title.contains(client.short.as_str()) {
        title = format!("{}：{title}", client.short);
    }
    let mut text = opening.to_owned();
    if chance.happens(34) {
        let told = *chance.one(OPENINGS);
        text.push_str(&slots.fill(&mut chance, told));
    }
    text.push_str(&slots.ask(ask.text));
    if chance.happens(55) {
        let told = *chance.one(CLOSINGS);
        text.push_str(&slots.fill(&mut chance, told));
    }
    let unit = stage.holder(&mut chance, client, planned, matter);
    let wrong = *chance.one(&stage.bureaus[&county]);
    let mut told = Telling { time, at: planned.at, done: Vec::with_capacity(7), chance, stage, at_desk, liaison };
    told.tell(ask, &mut slots, (unit, &world.units[unit].name), wrong);
    let (category, history) = (ask.category, told.done);
    Demand {
        client: planned.client as usize,
        category,
        title,
        text,
        channel,
        raised_by,
        raised_at: planned.at,
        history,
    }
}

/// The open minutes of a working day.
const DAY: u32 = 390;

/// A history in the making: it stops where it would reach beyond now.
struct Telling<'a> {
    time: &'a Time<'a>,
    at: Instant,
    done: Vec<Done>,
    chance: Chance,
    stage: &'a Stage,
    at_desk: usize,
    liaison: By,
}

impl Telling<'_> {
    fn goes_on(&self) -> bool {
        self.at < self.time.now
    }

    fn after(&mut self, minutes: u32, by: By, act: DemandAct, text: String) -> Option<&mut Done> {
        if !self.goes_on() {
            return None;
        }
        let seconds = i64::from(self.chance.between(1, 50));
        let at = due_after_minutes(self.time.calendar, self.time.hours, self.at, minutes).ok();
        let at = at.map(|at| at + Duration::seconds(seconds)).filter(|at| *at < self.time.now);
        self.at = at.unwrap_or(self.time.now);
        let at = at?;
        let (outcome, rating, complexity) = (Outcome::Solved, Rating::Satisfied, Complexity::Ordinary);
        self.done.push(Done {
            at,
            by,
            act,
            text,
            unit: None,
            days: 0,
            complexity,
            outcome,
            rating,
            process: rating,
            review_on: None,
        });
        self.done.last_mut()
    }

    fn one_of(&mut self, texts: &[&str], slots: &Slots<'_>) -> String {
        let text = *self.chance.one(texts);
        slots.fill(&mut self.chance, text)
    }

    fn dispatch(&mut self, unit: usize, complexity: Complexity) {
        let minutes = self.chance.between(10, 240);
        let days = match complexity {
            Complexity::Ordinary => self.chance.between(3, 10),
            Complexity::Complex => self.chance.between(8, 20),
        };
        if let Some(done) = self.after(minutes, By::Desk(self.at_desk), DemandAct::Dispatch, String::new()) {
            done.unit = Some(unit);
            done.days = days;
        }
    }

    fn tell(&mut self, ask: &Ask, slots: &mut Slots<'_>, (unit, name): (usize, &str), wrong: usize) {
        let desk = By::Desk(self.at_desk);
        if self.chance.happens(2) {
            let (minutes, why) = (self.chance.between(30, 3 * DAY), self.one_of(WITHDRAWN, slots));
            self.after(minutes, self.liaison, DemandAct::Withdraw, why);
            // It cools off for a working day before anybody asks.
            let (minutes, why) = (self.chance.between(DAY, DAY + 300), self.one_of(WILLING, slots));
            self.after(minutes, desk, DemandAct::CheckWithdrawal, why);
            return;
        }
        let contact = if self.chance.happens(92) { self.chance.between(4, 112) } else { self.chance.between(125, 480) };
        if self.chance.happens(3) {
            let why = self.one_of(REJECTED, slots);
            self.after(contact, desk, DemandAct::Reject, why);
            return;
        }
        let complexity = if self.chance.happens(11) { Complexity::Complex } else { Complexity::Ordinary };
        if let Some(done) = self.after(contact, desk, DemandAct::Accept, String::new()) {
            done.complexity = complexity;
        }
        let mut round = 1;
        while self.goes_on() {
            if self.chance.happens(11) && wrong != unit && round == 1 {
                self.dispatch(wrong, complexity);
                let by = By::Handler(self.stage.person(&mut self.chance, wrong));
                let (minutes, why) = (self.chance.between(40, DAY), self.one_of(RETURNED, slots));
                self.after(minutes, by, DemandAct::Object, why);
                let (minutes, why) = (self.chance.between(20, 180), self.one_of(RULED, slots));
                self.after(minutes, desk, DemandAct::Rule, why);
                if let Some(done) = self.done.last_mut().filter(|done| done.act == DemandAct::Rule) {
                    done.unit = Some(wrong);
                }
            }
            self.dispatch(unit, complexity);
            let handler = By::Handler(self.stage.person(&mut self.chance, unit));
            let read =
                if self.chance.happens(80) { self.chance.between(8, 150) } else { self.chance.between(150, DAY) };
            self.after(read, handler, DemandAct::Sign, String::new());
            let shelving = ask.answers.iter().find(|(outcome, _)| *outcome == Outcome::Shelved);
            if let Some((_, answer)) = shelving.filter(|_| round == 1)
                && self.chance.happens(9)
                && self.time.now - self.at < Duration::days(100)
            {
                let (work, why) = (self.chance.between(DAY, 5 * DAY), slots.fill(&mut self.chance, answer));
                let review = self.time.hours.day(self.time.now) + Days::new(u64::from(self.chance.between(5, 60)));
                if let Some(done) = self.after(work, desk, DemandAct::Shelve, why) {
                    done.review_on = Some(review);
                }
                return;
            }
            let outcome = self.reply(ask, slots, (handler, name), (complexity, round));
            let wait = self.chance.between(25, 2 * DAY + DAY / 2);
            if self.chance.happens(if round == 1 { 16 } else { 18 }) && round < 3 {
                let why = self.one_of(REOPENED, slots);
                self.after(wait, self.liaison, DemandAct::Reopen, why);
                round += 1;
                continue;
            }
            let recheck = matches!(outcome, Outcome::Solved | Outcome::Partly);
            if self.chance.happens(9) {
                let (late, why) = (self.chance.between(DAY, 2 * DAY), self.one_of(SILENT, slots));
                self.after(5 * DAY + late, desk, DemandAct::Close, why);
            } else {
                self.confirm(slots, outcome, wait);
            }
            if recheck {
                self.look_again(slots);
            }
            return;
        }
    }

    fn reply(
        &mut self,
        ask: &Ask,
        slots: &mut Slots<'_>,
        (handler, name): (By, &str),
        (complexity, round): (Complexity, u32),
    ) -> Outcome {
        let weight = |outcome: &Outcome| match outcome {
            Outcome::Solved => 6,
            Outcome::Partly => 3,
            Outcome::Explained => 3,
            Outcome::Unlawful => 1,
            Outcome::Shelved => 0,
        };
        let place = self.chance.weighted(ask.answers.iter().map(|(outcome, _)| weight(outcome)));
        let (mut outcome, answer) = ask.answers[place];
        // What can only be shelved for now, and was not, is explained: an answer never shelves.
        if outcome == Outcome::Shelved {
            outcome = Outcome::Explained;
        }
        // The client was not content with what it was told before: now it hears what was done since.
        if round > 1 {
            outcome = if self.chance.happens(80) { Outcome::Solved } else { Outcome::Partly };
        }
        let work = match self.chance.between(1, 100) {
            1..=62 => self.chance.between(DAY / 4, 2 * DAY + DAY / 2),
            63..=88 => self.chance.between(2 * DAY, 6 * DAY),
            89..=97 => self.chance.between(6 * DAY, 11 * DAY),
            _ => self.chance.between(11 * DAY, 18 * DAY),
        };
        let work = if complexity == Complexity::Complex { work * 2 } else { work };
        let before = self.done.len();
        self.after(work, handler, DemandAct::Reply, String::new());
        if self.done.len() == before {
            return outcome;
        }
        slots.answered = Some(self.time.hours.day(self.at));
        let mut text = String::new();
        match self.chance.between(1, 100) {
            1..=34 => text = self.one_of(GREETINGS, slots),
            35..=52 => text = format!("经{name}研究，"),
            _ => {}
        }
        if round > 1 {
            text.push_str(&self.one_of(AGAIN, slots));
            text.push_str(&self.one_of(SETTLED, slots));
        } else {
            text.push_str(&slots.fill(&mut self.chance, answer));
        }
        if self.chance.happens(36) {
            text.push_str(&self.one_of(FAREWELLS, slots));
        }
        if let Some(done) = self.done.last_mut() {
            done.text = text;
            done.outcome = outcome;
        }
        outcome
    }

    /// The desk asks after a month and after three whether it still holds.
    fn look_again(&mut self, slots: &Slots<'_>) {
        let mut until = self.time.hours.day(self.at);
        for days in [30, 60] {
            until = until + Days::new(days);
            let early = until - Days::new(u64::from(self.chance.between(1, 6)));
            let day = self.time.calendar.on_or_after(early).ok().filter(|_| self.goes_on());
            let Some(opens) = day.map(|day| self.time.hours.begin(day)) else { return };
            if opens >= self.time.now {
                return;
            }
            self.at = opens;
            let (minutes, found) = (self.chance.between(10, 380), self.one_of(HOLDS, slots));
            self.after(minutes, By::Desk(self.at_desk), DemandAct::Recheck, found);
        }
    }

    fn confirm(&mut self, slots: &Slots<'_>, outcome: Outcome, wait: u32) {
        let (best, fair) = match outcome {
            Outcome::Solved => (88, 10),
            Outcome::Partly => (58, 34),
            Outcome::Explained => (64, 29),
            Outcome::Unlawful => (34, 38),
            Outcome::Shelved => (38, 44),
        };
        let (rating, words) = match self.chance.between(1, 100) {
            drawn if drawn <= best => (Rating::Satisfied, PRAISE),
            drawn if drawn <= best + fair => (Rating::Fairly, FAIR),
            _ => (Rating::Dissatisfied, BAD),
        };
        let words = if self.chance.happens(45) { self.one_of(words, slots) } else { String::new() };
        if let Some(done) = self.after(wait, self.liaison, DemandAct::Confirm, words) {
            done.rating = rating;
        }
    }
}
