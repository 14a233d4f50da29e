//! Looks (查看记录): personal information is masked until somebody opens it, for a reason; every look is kept, in the audit
//! trail too, and the person or the enterprise whose it is reads who looked, when and why (个人信息保护法).

mod api;
mod ask;
mod pages;
mod rows;

pub use ask::{AskPage, Typed};
pub use pages::Line;
pub use rows::{Look, LookFilter};

use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::ReadLooks;
use kernel::id::{AccountId, ClientId, OfficialId};
use kernel::words::{LookField, LookReason, LookSubject, LookWay};
use kernel::{Actor, AreaCode, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use shell::Routes;
use store::{Db, Store, Tx};
use uuid::Uuid;

/// How long the words for another reason may be, in characters.
const NOTE: usize = 100;

/// The page and the resource of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// What is looked at, and whose it is.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The county whose row it is.
    pub county: AreaCode,
    /// What kind of thing.
    pub subject: LookSubject,
    /// Which one.
    pub id: Uuid,
    /// Its name, as whose it is knows it: a liaison's, an official's, a demand's title.
    pub name: String,
    /// Which part of it.
    pub field: LookField,
    /// The client whose it is.
    pub client: Option<ClientId>,
    /// The official whose it is.
    pub official: Option<OfficialId>,
}

/// Why somebody looks.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Why {
    /// The reason.
    pub reason: LookReason,
    /// In words; needed for another reason than those of the list. At most 100 characters.
    #[serde(default)]
    pub note: String,
}

impl Why {
    /// The reason, when it says enough.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for another reason without words, or too many of them.
    pub fn checked(self) -> Result<Self, Problem> {
        let note = self.note.trim().to_owned();
        if self.reason == LookReason::Other && note.is_empty() {
            return Err(Problem::field("note", "选“其他”时请写明理由，企业和本人会看到。"));
        }
        if note.chars().count() > NOTE {
            return Err(Problem::field("note", format!("理由请不要超过 {NOTE} 个字。")));
        }
        Ok(Self { note, ..self })
    }
}

/// Keeps that the actor looks, before they are shown anything.
///
/// # Errors
/// As [`Why::checked`]; when the database fails.
pub async fn record(tx: &Tx, actor: &Actor, seen: Seen, why: Why) -> Result<(), Problem> {
    let why = why.checked()?;
    let detail = json!({ "name": seen.name, "look_field": seen.field, "look_reason": why.reason, "note": why.note });
    audit::record(tx, &Deed::of(actor, "look.take", seen.subject.code(), seen.id, seen.county), &detail).await?;
    rows::insert(tx, actor, &[seen], &why, LookWay::Screen).await
}

/// Keeps that an export shows these to the actor; the export itself is in the audit trail.
///
/// # Errors
/// As [`record`].
pub async fn record_export(tx: &Tx, actor: &Actor, seen: &[Seen], why: &Why) -> Result<(), Problem> {
    rows::insert(tx, actor, seen, why, LookWay::Export).await
}

/// Who looked at what is one's own, the latest first.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn looks(
    store: &Store,
    own: &Scope<ReadLooks>,
    filter: &LookFilter,
    limit: Limit,
) -> Result<Page<Look>, Problem> {
    Ok(Page::cut(rows::looks(store, own, filter, limit).await?, limit, |look| look.id))
}

/// Which parts of a thing an account has opened.
///
/// # Errors
/// When the database fails.
pub async fn opened(db: &impl Db, account: AccountId, subject: Uuid) -> Result<Vec<LookField>, Problem> {
    rows::opened(db, account, subject).await
}
