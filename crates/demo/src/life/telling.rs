//! How a demand goes from its raising to its answer: it is taken on, handed out, objected to, read.

use super::{By, Done, Stage};
use crate::Time;
use crate::chance::Chance;
use crate::matters::Ask;
use crate::sayings::{REJECTED, RETURNED, RULED, UPHELD_NOT, WILLING, WITHDRAWN};
use crate::wording::Slots;
use chrono::Duration;
use kernel::hours::due_after_minutes;
use kernel::words::{Complexity, DemandAct, Outcome, Rating, SuspensionGround};
use kernel::{AreaCode, Instant};

/// The open minutes of a working day.
pub(super) const DAY: u32 = 390;

/// A history in the making: it stops where it would reach beyond now.
pub(super) struct Telling<'a> {
    pub time: &'a Time<'a>,
    pub at: Instant,
    pub done: Vec<Done>,
    pub chance: Chance,
    pub stage: &'a Stage,
    pub at_desk: usize,
    /// Who of the desk asks the client afterwards: not who took the demand on.
    pub caller: usize,
    pub liaison: By,
    pub county: AreaCode,
}

impl Telling<'_> {
    pub fn goes_on(&self) -> bool {
        self.at < self.time.now
    }

    pub fn after(&mut self, minutes: u32, by: By, act: DemandAct, text: String) -> Option<&mut Done> {
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
            helpers: Vec::new(),
            pause: SuspensionGround::Procedure,
            granted: true,
            complexity,
            outcome,
            rating,
            process: rating,
            review_on: None,
            wake_event: "",
            owner: None,
        });
        self.done.last_mut()
    }

    pub fn one_of(&mut self, texts: &[&str], slots: &Slots<'_>) -> String {
        let text = *self.chance.one(texts);
        slots.fill(&mut self.chance, text)
    }

    /// Hands it to a unit, and to those who help. Gives the limit in working days.
    pub fn dispatch(&mut self, unit: usize, complexity: Complexity, helpers: &[(usize, u32)]) -> u32 {
        let minutes = self.chance.between(10, 240);
        let days = match complexity {
            Complexity::Ordinary => self.chance.between(3, 10),
            Complexity::Complex => self.chance.between(8, 20),
        };
        if let Some(done) = self.after(minutes, By::Desk(self.at_desk), DemandAct::Dispatch, String::new()) {
            done.unit = Some(unit);
            done.days = days;
            done.helpers = helpers.to_vec();
        }
        days
    }
    pub fn tell(&mut self, ask: &Ask, slots: &mut Slots<'_>, (unit, name): (usize, &str), wrong: usize) {
        let desk = By::Desk(self.at_desk);
        if self.chance.happens(2) {
            self.withdraw(slots);
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
                self.object(slots, wrong, complexity);
            }
            let helpers = if round == 1 { self.helpers([unit, wrong], complexity) } else { Vec::new() };
            let days = self.dispatch(unit, complexity, &helpers);
            let handler = By::Handler(self.stage.person(&mut self.chance, unit));
            let read =
                if self.chance.happens(80) { self.chance.between(8, 150) } else { self.chance.between(150, DAY) };
            self.after(read, handler, DemandAct::Sign, String::new());
            // Who reads at once still has time to object: a working day from the dispatch.
            if round == 1 && read <= 150 && self.chance.happens(1) {
                self.overruled(slots, unit, handler);
            }
            self.asks(slots, (unit, handler), (complexity, days));
            self.helped(slots, &helpers);
            if round == 1 && !self.shelved(ask, slots, unit) {
                return;
            }
            let outcome = self.reply(ask, slots, (unit, handler, name), (complexity, round));
            if self.again(slots, outcome, round) {
                round += 1;
                continue;
            }
            return;
        }
    }

    /// The client takes it back.
    fn withdraw(&mut self, slots: &Slots<'_>) {
        let (minutes, why) = (self.chance.between(30, 3 * DAY), self.one_of(WITHDRAWN, slots));
        self.after(minutes, self.liaison, DemandAct::Withdraw, why);
        // It cools off for a working day before anybody asks.
        let (minutes, why) = (self.chance.between(DAY, DAY + 300), self.one_of(WILLING, slots));
        self.after(minutes, By::Desk(self.caller), DemandAct::CheckWithdrawal, why);
    }

    /// It goes to a unit whose duty it is not; that says so, and is freed.
    fn object(&mut self, slots: &Slots<'_>, wrong: usize, complexity: Complexity) {
        self.dispatch(wrong, complexity, &[]);
        let by = By::Handler(self.stage.person(&mut self.chance, wrong));
        let (minutes, why) = (self.chance.between(40, DAY), self.one_of(RETURNED, slots));
        self.after(minutes, by, DemandAct::Object, why);
        let (minutes, why) = (self.chance.between(20, 240), self.one_of(RULED, slots));
        if let Some(done) = self.after(minutes, By::Desk(self.at_desk), DemandAct::Rule, why) {
            done.unit = Some(wrong);
        }
    }

    /// The unit whose duty it is says that it is not, and is told otherwise.
    fn overruled(&mut self, slots: &Slots<'_>, unit: usize, handler: By) {
        let (minutes, why) = (self.chance.between(20, 120), self.one_of(RETURNED, slots));
        self.after(minutes, handler, DemandAct::Object, why);
        let (minutes, why) = (self.chance.between(20, 240), self.one_of(UPHELD_NOT, slots));
        if let Some(done) = self.after(minutes, By::Desk(self.at_desk), DemandAct::Rule, why) {
            done.unit = Some(unit);
            done.granted = false;
        }
    }
}
