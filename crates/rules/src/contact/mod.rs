//! In touch without getting in the way (有需必应、无事不扰): what may be done to a contact and by which side ([`life`]), when the
//! next visit is due ([`cadence`]), and how often anybody may come ([`budget`]).

pub mod budget;
pub mod cadence;
pub mod life;

#[cfg(test)]
mod laws;

pub use budget::{Quarter, Quiet, Verdict, Why, at_month_end, near, used, weigh};
pub use cadence::{Due, Rhythm, Wish, due};
pub use life::{Deed, No, Standing, acts_now, counts, decide};

/// How a site keeps in touch: its own numbers, by configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// An enterprise is visited at least once in so many months, as a principle (M4).
    pub enterprise_months: u32,
    /// A project, likewise.
    pub project_months: u32,
    /// On so many days of a quarter somebody may come to a client without asking, of whatever unit.
    pub budget: u32,
    /// The last so many days of a month are quiet: accounts are closed then. 0: no such days.
    pub month_end: u32,
    /// A commissioner is reminded of visits that come up at most once in so many days.
    pub remind_days: u32,
}

impl Terms {
    /// Every two months, three days a quarter, the last three days of a month quiet, a reminder a fortnight at most.
    pub const USUAL: Self = Self { enterprise_months: 2, project_months: 2, budget: 3, month_end: 3, remind_days: 14 };

    /// The months of a kind of client.
    #[must_use]
    pub fn months(&self, kind: kernel::words::ClientKind) -> u32 {
        match kind {
            kernel::words::ClientKind::Enterprise => self.enterprise_months,
            kernel::words::ClientKind::Project => self.project_months,
        }
    }
}
