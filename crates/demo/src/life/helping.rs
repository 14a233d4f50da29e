//! Units that help the one that leads: each reads, and gives its opinion; one after the other, so that at any moment some have
//! answered, some work at it and some have not yet read.

use super::By;
use super::telling::{DAY, Telling};
use crate::sayings::OPINIONS;
use crate::wording::Slots;
use kernel::words::{Complexity, DemandAct};

impl Telling<'_> {
    /// Who helps, none of `but`, with the limits in working days. A complex matter takes several units more often.
    pub fn helpers(&mut self, but: [usize; 2], complexity: Complexity) -> Vec<(usize, u32)> {
        let (often, more) = match complexity {
            Complexity::Ordinary => (6, 20),
            Complexity::Complex => (38, 40),
        };
        let mut helpers: Vec<(usize, u32)> = Vec::new();
        if !self.chance.happens(often) {
            return helpers;
        }
        let count = if self.chance.happens(more) { 2 } else { 1 };
        for _ in 0..count {
            let (unit, days) = (self.stage.some_bureau(&mut self.chance, self.county), self.chance.between(3, 6));
            if !but.contains(&unit) && helpers.iter().all(|(held, _)| *held != unit) {
                helpers.push((unit, days));
            }
        }
        helpers
    }

    /// Each of them reads the matter and gives its opinion.
    pub fn helped(&mut self, slots: &Slots<'_>, helpers: &[(usize, u32)]) {
        for (unit, _) in helpers {
            let by = By::Handler(self.stage.person(&mut self.chance, *unit));
            let read = self.chance.between(15, 200);
            self.after(read, by, DemandAct::Sign, String::new());
            let (work, opinion) = (self.chance.between(60, DAY + DAY / 2), self.one_of(OPINIONS, slots));
            self.after(work, by, DemandAct::AssistReply, opinion);
        }
    }
}
