//! How a demand ends: the answer, what the client says to it, another round when it is not content, and whether it still holds
//! after a month and after three.

use super::By;
use super::telling::{DAY, Telling};
use crate::matters::Ask;
use crate::sayings::{AGAIN, BAD, CALLED, FAIR, FAREWELLS, GREETINGS, HOLDS, PRAISE, REOPENED, SETTLED, SILENT};
use crate::wording::Slots;
use chrono::Days;
use kernel::words::{Complexity, DemandAct, Outcome, Rating};

/// How often a demand is taken up, the first time counted.
const MOST_ROUNDS: u32 = 3;

impl Telling<'_> {
    /// The unit answers; where its head reads answers first, it waits for that.
    pub fn reply(
        &mut self,
        ask: &Ask,
        slots: &mut Slots<'_>,
        (unit, handler, name): (usize, By, &str),
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
        if self.time.approval {
            let head = By::Head(self.stage.head(unit));
            let minutes = self.chance.between(15, 300);
            self.after(minutes, head, DemandAct::Approve, String::new());
        }
        outcome
    }

    /// The client hears the answer: it judges, lets its time pass, or is not content. Whether another round begins.
    pub fn again(&mut self, slots: &Slots<'_>, outcome: Outcome, round: u32) -> bool {
        let wait = self.chance.between(25, 2 * DAY + DAY / 2);
        let may = round < MOST_ROUNDS;
        if may && self.chance.happens(if round == 1 { 14 } else { 17 }) {
            let why = self.one_of(REOPENED, slots);
            self.after(wait, self.liaison, DemandAct::Reopen, why);
            return true;
        }
        let recheck = matches!(outcome, Outcome::Solved | Outcome::Partly);
        if self.chance.happens(9) {
            let (late, why) = (self.chance.between(DAY, 2 * DAY), self.one_of(SILENT, slots));
            self.after(5 * DAY + late, By::Desk(self.caller), DemandAct::Close, why);
        } else if self.confirm(slots, outcome, wait) == Rating::Dissatisfied && may && self.chance.happens(45) {
            // Some who judged badly come back within days.
            let (minutes, why) = (self.chance.between(DAY / 2, 4 * DAY), self.one_of(REOPENED, slots));
            self.after(minutes, self.liaison, DemandAct::Reopen, why);
            return true;
        }
        if recheck {
            self.look_again(slots);
        }
        false
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
            self.after(minutes, By::Desk(self.caller), DemandAct::Recheck, found);
        }
    }

    /// The client judges; now and then somebody of the desk rings up and writes down what it says.
    fn confirm(&mut self, slots: &Slots<'_>, outcome: Outcome, wait: u32) -> Rating {
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
        // The way there may have been better than what came of it, or worse.
        let process = match self.chance.between(1, 100) {
            1..=80 => rating,
            81..=95 => Rating::Satisfied,
            _ => Rating::Fairly,
        };
        let done = if self.chance.happens(14) {
            let told = self.one_of(CALLED, slots);
            self.after(wait, By::Desk(self.caller), DemandAct::Rate, told + &words)
        } else {
            self.after(wait, self.liaison, DemandAct::Confirm, words)
        };
        if let Some(done) = done {
            (done.rating, done.process) = (rating, process);
        }
        rating
    }
}
