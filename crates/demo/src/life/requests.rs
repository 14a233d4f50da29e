//! What a unit asks the desk for on its way: more time, a pause, and that what cannot be solved now is shelved.

use super::By;
use super::telling::{DAY, Telling};
use crate::matters::Ask;
use crate::sayings::{LONGER, NOT_LONGER, PAUSES, SHELF_EVENTS, WOKEN, YES};
use crate::wording::Slots;
use chrono::{Days, Duration};
use kernel::words::{Complexity, DemandAct, Outcome};

/// A demand that lies longer than this many days is woken.
const SHELF: u32 = 75;

impl Telling<'_> {
    /// The unit, with a limit of so many working days, asks for more time or for a pause, or for nothing.
    pub fn asks(&mut self, slots: &Slots<'_>, (unit, handler): (usize, By), (complexity, days): (Complexity, u32)) {
        let (longer, pause) = match complexity {
            Complexity::Ordinary => (4, 2),
            Complexity::Complex => (18, 9),
        };
        // More time is asked for in time.
        if days >= 6 && self.chance.happens(longer) {
            self.asks_longer(slots, unit, handler);
        } else if self.chance.happens(pause) {
            self.asks_for_a_pause(slots, unit, handler);
        }
    }

    fn asks_longer(&mut self, slots: &Slots<'_>, unit: usize, handler: By) {
        let (minutes, why) = (self.chance.between(DAY / 2, 2 * DAY), self.one_of(LONGER, slots));
        let more = self.chance.between(2, 6);
        if let Some(done) = self.after(minutes, handler, DemandAct::RequestExtension, why) {
            done.days = more;
        }
        let granted = self.chance.happens(74);
        self.decided(slots, unit, granted);
    }

    fn asks_for_a_pause(&mut self, slots: &Slots<'_>, unit: usize, handler: By) {
        let (ground, why) = *self.chance.one(PAUSES);
        let (minutes, why) = (self.chance.between(60, 2 * DAY), slots.fill(&mut self.chance, why));
        let days = self.chance.between(6, 18);
        if let Some(done) = self.after(minutes, handler, DemandAct::RequestSuspension, why) {
            (done.days, done.pause) = (days, ground);
        }
        let granted = self.chance.happens(82);
        self.decided(slots, unit, granted);
        if granted {
            // What was waited for comes before the time is up.
            let minutes = self.chance.between(2 * DAY, (days - 2) * DAY);
            self.after(minutes, handler, DemandAct::Resume, String::new());
        }
    }

    fn decided(&mut self, slots: &Slots<'_>, unit: usize, granted: bool) {
        let (minutes, why) = (self.chance.between(30, 350), self.one_of(if granted { YES } else { NOT_LONGER }, slots));
        if let Some(done) = self.after(minutes, By::Desk(self.at_desk), DemandAct::DecideExtension, why) {
            (done.unit, done.granted) = (Some(unit), granted);
        }
    }

    /// What cannot be solved now is shelved, sometimes; long afterwards it is taken up again. Whether it goes on.
    pub fn shelved(&mut self, ask: &Ask, slots: &Slots<'_>, unit: usize) -> bool {
        let shelving = ask.answers.iter().find(|(outcome, _)| *outcome == Outcome::Shelved);
        let Some((_, answer)) = shelving.filter(|_| self.chance.happens(13)) else { return true };
        let desk = By::Desk(self.at_desk);
        let (work, why) = (self.chance.between(DAY, 5 * DAY), slots.fill(&mut self.chance, answer));
        let (days, lies) = (u64::from(self.chance.between(5, 60)), self.chance.between(20, SHELF));
        let stays = self.time.now - self.at < Duration::days(i64::from(SHELF));
        let from = self.time.hours.day(if stays { self.time.now } else { self.at });
        let (event, owner) = (*self.chance.one(SHELF_EVENTS), self.stage.head(unit));
        if let Some(done) = self.after(work, desk, DemandAct::Shelve, why) {
            done.review_on = Some(from + Days::new(if stays { days } else { days + 30 }));
            (done.wake_event, done.owner) = (event, Some(owner));
        }
        if !stays {
            let (minutes, why) = (lies * DAY * 5 / 7, self.one_of(WOKEN, slots));
            self.after(minutes, desk, DemandAct::Wake, why);
        }
        !stays
    }
}
