//! In touch with clients: visits, calls and messages, planned, agreed, held and written down, with what came of them.
//!
//! `rules::contact` decides every step. Both sides read the same: what a commissioner writes down, the client reads. Nothing
//! here asks for a photograph, a place or a clock; a contact counts when the client's liaison confirms it, or when it
//! produced something.

mod api;
pub mod cadence;
mod calendar;
mod doing;
pub mod entries;
mod form;
mod line;
mod lived;
mod news;
mod pages;
pub mod quiet;
mod recording;
mod rows;
mod show;
mod signals;
pub mod silence;

pub use doing::{act, make, raise};
pub use line::Line;
pub use lived::{Lived, write_down};
pub use news::Herald;
pub use rows::{Contact, ContactFilter, Participant, Yielded};

use crate::App;
use kernel::authz::{AnswerContacts, PlanContacts, ReadContacts};
use kernel::id::{AccountId, ClientId, ContactId, OfficialId};
use kernel::words::{ContactAct, ContactKind, ContactSide};
use kernel::{Actor, Day, Limit, Page, Problem, Reach, Right, Scope};
use rules::contact::{self, Deed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use store::{Db, Sql, Topic};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes()
        .merge(form::routes())
        .merge(recording::routes())
        .merge(entries::routes())
        .merge(quiet::routes())
        .merge(cadence::routes())
        .merge(calendar::routes())
        .merge(silence::routes())
        .merge(signals::routes())
        .merge(pages::routes())
}

/// How a contact was, in the commissioner's words. What stays empty is not kept.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct Notes {
    /// What was spoken of.
    #[serde(default)]
    pub note: String,
    /// A question that was answered on the spot.
    #[serde(default)]
    pub answer: String,
    /// A policy that was explained.
    #[serde(default)]
    pub policy: String,
    /// What the registers have wrong; the desk hears of it.
    #[serde(default)]
    pub correction: String,
    /// Colleagues who took part.
    #[serde(default)]
    pub with: Vec<OfficialId>,
}

/// A contact to be planned, asked for, or written down.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewContact {
    /// With whom.
    pub client: ClientId,
    /// By which way.
    pub kind: ContactKind,
    /// On which day.
    pub day: Day,
    /// At what time, such as `09:30`, where that is agreed.
    #[serde(default)]
    pub hour: String,
    /// What it is about.
    #[serde(default)]
    pub purpose: String,
    /// Whether the client is to be asked for its consent, where a visit needs that: over its budget, or on quiet days.
    #[serde(default)]
    pub consent: bool,
    /// How it was, when it has been already: a call, a word in passing. Commissioners alone.
    pub record: Option<Notes>,
}

/// Everything an act may need; each act takes its own.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct ContactWish {
    /// By which way: proposed, or as it was in the end. As it stands unless said.
    pub kind: Option<ContactKind>,
    /// On which day: proposed, or as it was in the end. As it stands unless said.
    pub day: Option<Day>,
    /// At what time.
    #[serde(default)]
    pub hour: String,
    /// A word to the other side: why not, why otherwise.
    #[serde(default)]
    pub reason: String,
    /// Whether the client is to be asked for its consent, where a visit that is proposed needs that.
    #[serde(default)]
    pub consent: bool,
    /// How it was.
    #[serde(flatten)]
    pub notes: Notes,
}

/// A demand that came of a contact.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RaisedThere {
    /// What it is about: a category's code.
    pub category: String,
    /// In one line.
    pub title: String,
    /// In full.
    pub text: String,
}

/// Something happened to a contact. Told through the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContactMoved {
    /// Which contact.
    pub contact: ContactId,
    /// What was done; none when it was made.
    pub act: Option<ContactAct>,
    /// By which side.
    pub side: ContactSide,
    /// By which account's holder.
    pub by: AccountId,
    /// What the registers have wrong, as somebody found there.
    pub correction: Option<String>,
}

impl Topic for ContactMoved {
    const NAME: &'static str = "contact.moved";
}

/// Contacts, the latest day first, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn contacts(
    db: &impl Db,
    actor: &Actor,
    scope: &Scope<ReadContacts>,
    filter: &ContactFilter,
    today: Day,
    limit: Limit,
) -> Result<Page<Contact>, Problem> {
    let rows = rows::contacts(db, (scope, actor), filter, today, limit).await?;
    Ok(Page::cut(rows, limit, |contact| (contact.day, contact.id)))
}

/// One contact.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn contact<R: Right>(db: &impl Db, scope: &Scope<R>, id: ContactId) -> Result<Contact, Problem> {
    rows::contact(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// Who took part on the officials' side, as they were then.
///
/// # Errors
/// When the database fails.
pub async fn participants(db: &impl Db, contact: &Contact) -> Result<Vec<Participant>, Problem> {
    rows::participants(db, contact).await
}

/// What came of a contact.
///
/// # Errors
/// When the database fails.
pub async fn yielded(db: &impl Db, contact: &Contact) -> Result<Vec<Yielded>, Problem> {
    rows::yielded(db, contact).await
}

/// The question how many contacts wait for the actor: to be answered, written down or confirmed.
#[must_use]
pub fn waiting_count(actor: &Actor, today: Day) -> Option<Sql> {
    rows::waiting_count(actor, today)
}

/// Whether the actor stands on the client's side of a contact, or on the commissioner's.
#[must_use]
pub fn side(actor: &Actor, client: ClientId) -> Option<ContactSide> {
    let one = Reach::Clients(vec![client]);
    if actor.scope::<AnswerContacts>().is_some_and(|scope| scope.covers(&one)) {
        return Some(ContactSide::Client);
    }
    actor.scope::<PlanContacts>().is_some_and(|scope| scope.covers(&one)).then_some(ContactSide::Commissioner)
}

/// On which side of a contact the actor stands, who is about to do something to it.
fn party(actor: &Actor, contact: &Contact) -> Result<ContactSide, Problem> {
    side(actor, contact.client_id).ok_or(Problem::NotFound)
}

/// What the actor may do to the contact now.
#[must_use]
pub fn acts(actor: &Actor, contact: &Contact, today: Day) -> Vec<ContactAct> {
    side(actor, contact.client_id).map_or_else(Vec::new, |side| contact::acts_now(&contact.standing(), side, today))
}

impl ContactWish {
    /// The deed that an act means, over how the contact stands.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for an act that is not done in this way.
    pub(super) fn deed(&self, act: ContactAct, contact: &Contact, wants_consent: bool) -> Result<Deed, Problem> {
        let (kind, day) = (self.kind.unwrap_or(contact.kind), self.day.unwrap_or(contact.day));
        Ok(match act {
            ContactAct::Agree => Deed::Agree,
            ContactAct::Propose => Deed::Propose { kind, day, wants_consent },
            ContactAct::Decline => Deed::Decline,
            ContactAct::Cancel => Deed::Cancel,
            ContactAct::Hold => Deed::Hold,
            ContactAct::Record => Deed::Record { kind, day, yields: self.notes.yields() },
            ContactAct::Confirm => Deed::Confirm,
            ContactAct::Deny => Deed::Deny,
            ContactAct::Yield => return Err(Problem::field("act", "请通过“提出诉求”补充。")),
        })
    }
}

impl Notes {
    /// How many things it produced.
    #[must_use]
    pub fn yields(&self) -> u32 {
        let told = [&self.answer, &self.policy, &self.correction];
        u32::try_from(told.iter().filter(|text| !text.trim().is_empty()).count()).unwrap_or(0)
    }
}
