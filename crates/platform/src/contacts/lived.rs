//! Contacts written down many at once, for who loads a world: every step is decided by the rules at the moment it happened, and
//! the rows are those that people's own acts would have written. Nothing is audited or told; who loads says once what it loaded.

use super::rows::{self, Contact};
use super::{Notes, entries};
use crate::Site;
use crate::org::Official;
use crate::registry::Client;
use kernel::words::{ContactKind, ContactSide, ContactState};
use kernel::{Day, Instant, Problem};
use rules::contact::{self, Deed, Standing};
use store::Tx;

/// A contact that was lived.
#[derive(Debug, Clone)]
pub struct Lived<'a> {
    /// With whom.
    pub client: &'a Client,
    /// Whose it is.
    pub official: &'a Official,
    /// Who wished for it.
    pub by: ContactSide,
    /// By which way.
    pub kind: ContactKind,
    /// On which day.
    pub day: Day,
    /// At what time; empty when none was agreed.
    pub hour: &'a str,
    /// What it was about.
    pub purpose: &'a str,
    /// When it was planned, or written down.
    pub made_at: Instant,
    /// Whether it was written down without having been planned.
    pub at_once: bool,
    /// How it was, where it was written down.
    pub notes: Notes,
    /// What was done to it afterwards: by which side, what, whose name and when.
    pub steps: Vec<(ContactSide, Deed, &'a str, Instant)>,
}

/// Writes them down.
///
/// # Errors
/// What the rules refuse; when the database fails.
pub async fn write_down(tx: &Tx, site: &Site, lived: &[Lived<'_>]) -> Result<(), Problem> {
    let mut contacts = Vec::with_capacity(lived.len());
    for one in lived {
        contacts.push(one.contact(site)?);
    }
    rows::insert(tx, &contacts).await?;
    let (mut there, mut coming) = (Vec::new(), Vec::new());
    for (contact, one) in contacts.iter().zip(lived) {
        if contact.state == ContactState::Recorded {
            there.push((contact, one.official, &one.notes));
        }
        if contact.kind == ContactKind::Onsite {
            coming.push((contact, one.consent()));
        }
    }
    rows::keep_many(tx, &there).await?;
    entries::load(tx, &coming).await
}

impl Lived<'_> {
    fn contact(&self, site: &Site) -> Result<Contact, Problem> {
        let day_of = |at: Instant| site.hours.day(at);
        let mut standing = if self.at_once {
            Standing::recorded(self.kind, self.day, self.notes.yields(), day_of(self.made_at))?
        } else {
            Standing::planned(self.by, self.kind, self.day, false, day_of(self.made_at))?
        };
        let (hour, purpose) = (self.hour.to_owned(), self.purpose.to_owned());
        let begins = (self.official.name.as_str(), self.made_at);
        let mut contact = Contact::begun((self.client, self.official), (self.by, hour, purpose), &standing, begins);
        for (side, deed, name, at) in &self.steps {
            standing = contact::decide(&standing, *side, *deed, day_of(*at))?;
            contact.follow(&standing, (name, *at));
            contact.version += 1;
        }
        if contact.state == ContactState::Recorded {
            contact.note.clone_from(&self.notes.note);
        }
        Ok(contact)
    }

    /// Whose word the client's consent is: what it wished for or agreed to, it consented to.
    fn consent(&self) -> Option<(&str, Instant)> {
        let agreed = |(side, deed, ..): &&(ContactSide, Deed, &str, Instant)| {
            *side == ContactSide::Client && *deed == Deed::Agree
        };
        self.steps.iter().find(agreed).map(|(_, _, name, at)| (*name, *at))
    }
}
