//! In touch without getting in the way (有需必应、无事不扰): what may be done to a contact and by which side ([`life`]), when the
//! next visit is due ([`cadence`]), how often anybody may come ([`budget`]), and what a month of that looks like ([`month`]), and
//! who is called because nothing was heard from them ([`silence`]).

pub mod budget;
pub mod cadence;
pub mod life;
pub mod month;
pub mod silence;

#[cfg(test)]
mod laws;

pub use budget::{Quarter, Quiet, Verdict, Why, at_month_end, near, used, weigh};
pub use cadence::{Due, Rhythm, Wish, due};
pub use life::{Deed, No, Standing, acts_now, counts, decide};
pub use month::{Month, draws, together};

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
    /// A client from whom nothing was heard for so many days is silent.
    pub silent_days: u32,
    /// So many silent clients are called in a month.
    pub silent_calls: u32,
    /// A unit that comes within so many days after the client complained about it is shown to the audit side.
    pub signal_days: u32,
}

impl Terms {
    /// Every two months, three days a quarter, the last three days of a month quiet, a reminder a fortnight at most;
    /// silent after four months, two hundred calls a month; two months after a complaint.
    pub const USUAL: Self = Self {
        enterprise_months: 2,
        project_months: 2,
        budget: 3,
        month_end: 3,
        remind_days: 14,
        silent_days: 120,
        silent_calls: 200,
        signal_days: 60,
    };

    /// The months of a kind of client.
    #[must_use]
    pub fn months(&self, kind: kernel::words::ClientKind) -> u32 {
        match kind {
            kernel::words::ClientKind::Enterprise => self.enterprise_months,
            kernel::words::ClientKind::Project => self.project_months,
        }
    }
}
