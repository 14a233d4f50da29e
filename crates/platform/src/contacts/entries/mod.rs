//! Who comes to a client, of whatever unit and for whatever reason: visits, surveys and inspections in one table, which is the
//! client's disturbance budget (扰企预算). Over the budget, and on quiet days, the client must consent first.
//!
//! It counts days: who comes on a day on which somebody comes anyway takes nothing from the budget.

mod announce;
mod api;
mod check;
mod ledger;
mod months;
mod pages;
mod rows;

pub use check::{Check, Near, check};
pub use rows::{Entry, EntryFilter};

use super::Contact;
use super::quiet;
use crate::audit::{self, Deed};
use crate::registry::Client;
use crate::{App, Site, org, registry};
use kernel::authz::{AnnounceEntries, AnswerContacts, ReadEntries};
use kernel::id::{AccountId, ClientId, EntryId, UnitId};
use kernel::words::{ContactKind, ContactSide, ContactState, EntryAct, EntryKind, InspectionGround};
use kernel::{Actor, AreaCode, AreaPath, Day, Instant, Limit, Page, Problem, Reach, Right, Scope};
use rules::contact::{Quarter, Verdict, weigh};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shell::Routes;
use store::{Db, Topic, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes()
        .merge(announce::routes())
        .merge(check::routes())
        .merge(ledger::routes())
        .merge(months::routes())
        .merge(pages::routes())
}

/// A survey or an inspection to be announced.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewEntry {
    /// To whom.
    pub client: ClientId,
    /// Which unit comes.
    pub unit: UnitId,
    /// What for: a survey or an inspection. Visits are planned as contacts.
    pub kind: EntryKind,
    /// On which day.
    pub day: Day,
    /// What it is about, and by which plan or basis.
    pub title: String,
    /// Whether it is planned, or follows a clue (投诉举报、转办交办、安全隐患): then it needs no consent.
    #[serde(default = "planned")]
    pub ground: InspectionGround,
    /// Whether the client is to be asked for its consent, where that is needed.
    #[serde(default)]
    pub consent: bool,
}

fn planned() -> InspectionGround {
    InspectionGround::Planned
}

/// Something happened to an entry. Told through the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EntryMoved {
    /// Which.
    pub entry: EntryId,
    /// What was done; none when it was announced.
    pub act: Option<EntryAct>,
    /// By which account's holder.
    pub by: AccountId,
}

impl Topic for EntryMoved {
    const NAME: &'static str = "entry.moved";
}

/// Entries, the latest day first, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn entries(
    db: &impl Db,
    scope: &Scope<ReadEntries>,
    filter: &EntryFilter,
    limit: Limit,
) -> Result<Page<Entry>, Problem> {
    let rows = rows::entries(db, scope, filter, limit).await?;
    Ok(Page::cut(rows, limit, |entry| (entry.day, entry.id)))
}

/// One entry.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn entry<R: Right>(db: &impl Db, scope: &Scope<R>, id: EntryId) -> Result<Entry, Problem> {
    rows::entry(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// One entry, for who brings the news of it.
pub(super) async fn told(db: &impl Db, county: AreaCode, id: EntryId) -> Result<Option<Entry>, Problem> {
    rows::told(db, county, id).await
}

/// What a visit on `day` means for the client's budget, beside everything that is known but this contact.
///
/// # Errors
/// When the database fails.
pub(super) async fn weighed(
    db: &impl Db,
    site: &Site,
    (client, place): (ClientId, &AreaPath),
    day: Day,
    but: Option<&Contact>,
) -> Result<Verdict, Problem> {
    let days = rows::days(db, client, Quarter::of(day), but.map(|contact| contact.id)).await?;
    let quiet = quiet::over(db, place, day).await?;
    Ok(weigh(day, &days, &site.touch, &quiet))
}

/// Why the client must consent first, in a sentence; none when it need not.
fn said(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Free { .. } => None,
        Verdict::Consent(why) => Some(why.iter().map(rules::contact::Why::told).collect::<Vec<_>>().join("；")),
    }
}

/// Whether a visit that a commissioner plans needs the client's consent: only when they mean to ask for it.
///
/// # Errors
/// [`Problem::Invalid`] when it needs consent and nobody means to ask.
pub(super) async fn admit(
    tx: &Tx,
    site: &Site,
    (client, place): (ClientId, &AreaPath),
    (day, but): (Day, Option<&Contact>),
    asks: bool,
) -> Result<bool, Problem> {
    let verdict = weighed(tx, site, (client, place), day, but).await?;
    match said(&verdict) {
        None => Ok(false),
        Some(_) if asks => Ok(true),
        Some(why) => Err(refused(&why)),
    }
}

fn refused(why: &str) -> Problem {
    let told = format!("{why}。可以改日期、改用电话，或与其他单位同一天去；确有必要时，请勾选“先征得企业同意”。");
    Problem::field("consent", told)
}

/// Keeps a contact's place in the budget as the contact stands: a visit that is meant or was, and nothing else.
pub(super) async fn follow(tx: &Tx, site: &Site, actor: &Actor, contact: &Contact) -> Result<(), Problem> {
    let live = contact.kind == ContactKind::Onsite
        && !matches!(contact.state, ContactState::Declined | ContactState::Cancelled);
    if !live {
        return rows::drop_of(tx, contact).await;
    }
    let place = (contact.client_id, &contact.area_path);
    let why = said(&weighed(tx, site, place, contact.day, Some(contact)).await?).unwrap_or_default();
    // What the client wished for, or agreed to, it consented to.
    let asked = contact.turn == Some(ContactSide::Commissioner)
        || (contact.opened_by == ContactSide::Client && contact.turn != Some(ContactSide::Client));
    let wished = !contact.wants_consent && (asked || contact.state == ContactState::Agreed);
    let entry = Entry { why, ..of_contact(contact, (wished.then_some(&actor.name), tx.now()), &actor.name) };
    rows::put_of(tx, &entry).await
}

/// The entry of a contact: who consented, when, and who made it.
fn of_contact(contact: &Contact, (consented_by, at): (Option<&String>, Instant), by: &str) -> Entry {
    Entry {
        id: EntryId::mint(at),
        county_id: contact.county_id,
        client_id: contact.client_id,
        client_name: contact.client_name.clone(),
        area_path: contact.area_path.clone(),
        kind: EntryKind::Contact,
        ground: InspectionGround::Planned,
        contact_id: Some(contact.id),
        unit_id: contact.unit_id,
        unit_name: contact.unit_name.clone(),
        day: contact.day,
        title: if contact.purpose.is_empty() { "现场办公".to_owned() } else { contact.purpose.clone() },
        why: String::new(),
        wants_consent: contact.wants_consent,
        consented_at: consented_by.map(|_| at),
        consented_by: consented_by.cloned(),
        dropped_at: None,
        dropped_why: String::new(),
        made_at: at,
        made_by: by.to_owned(),
        version: 1,
    }
}

/// Keeps the places in the budget of contacts that were lived, each with whose word the client's consent was and when. None of
/// them was over the budget.
pub(super) async fn load(tx: &Tx, contacts: &[(&Contact, Option<(&str, Instant)>)]) -> Result<(), Problem> {
    let entry = |(contact, consent): &(&Contact, Option<(&str, Instant)>)| {
        let gone = matches!(contact.state, ContactState::Declined | ContactState::Cancelled);
        let by = consent.map(|(name, _)| name.to_owned());
        let at = consent.map_or(contact.made_at, |(_, at)| at);
        let entry = of_contact(contact, (by.as_ref(), at), &contact.official_name);
        Entry { made_at: contact.made_at, dropped_at: gone.then_some(at), ..entry }
    };
    rows::insert(tx, &contacts.iter().map(entry).collect::<Vec<_>>()).await
}

/// Announces that a unit comes to a client.
///
/// # Errors
/// [`Problem::Invalid`] for a unit or client out of reach, a day that has passed, or when it needs consent and nobody means
/// to ask for it.
pub async fn announce(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    scope: &Scope<AnnounceEntries>,
    new: NewEntry,
) -> Result<Entry, Problem> {
    let missing = |field: &str, told: &str| Problem::field(field, told);
    let consulted = actor.scope::<kernel::authz::ReadOrg>().ok_or(Problem::NotFound)?;
    let no_unit = || missing("unit", "没有这个单位，或者不在您的管理范围内。");
    let unit = match org::unit(tx, &consulted, new.unit).await {
        Err(Problem::NotFound) => Err(no_unit()),
        found => found,
    }?;
    let places = [Reach::Unit(unit.id), Reach::Area(unit.area_path.clone())];
    if places.iter().all(|place| !scope.covers(place)) {
        return Err(no_unit());
    }
    let client = registry::client_near(tx, &unit.area_path, new.client).await?;
    let client = client.ok_or_else(|| missing("client", "没有这家企业（项目），或者不在该单位的辖区内。"))?;
    if client.closed_on.is_some() {
        return Err(missing("client", "这家企业（项目）已注销或退出。"));
    }
    if new.kind == EntryKind::Contact {
        return Err(missing("kind", "走访由服务专员在“联系”中约定。"));
    }
    if new.day < site.hours.day(tx.now()) {
        return Err(missing("day", "日期已经过去，请改选今天或以后的日期。"));
    }
    let title = org::named(&new.title, "title", "事由和依据")?;
    registry::hold(tx, &client).await?;
    let why = said(&weighed(tx, site, (client.id, &client.area_path), new.day, None).await?);
    let exempt = new.kind == EntryKind::Inspection && new.ground == InspectionGround::Clue;
    let wants_consent = why.is_some() && !exempt;
    if let (true, false, Some(why)) = (wants_consent, new.consent, &why) {
        return Err(refused(why));
    }
    let ground = if new.kind == EntryKind::Inspection { new.ground } else { InspectionGround::Planned };
    let entry = announced(tx, actor, (&client, &unit), (new.kind, ground, new.day), title, why.unwrap_or_default());
    let entry = Entry { wants_consent, ..entry };
    rows::insert(tx, std::slice::from_ref(&entry)).await?;
    tell(tx, actor, &entry, "entry.announce", None).await?;
    Ok(entry)
}

fn announced(
    tx: &Tx,
    actor: &Actor,
    (client, unit): (&Client, &org::Unit),
    (kind, ground, day): (EntryKind, InspectionGround, Day),
    title: String,
    why: String,
) -> Entry {
    Entry {
        id: EntryId::mint(tx.now()),
        county_id: client.county_id,
        client_id: client.id,
        client_name: client.name.clone(),
        area_path: client.area_path.clone(),
        kind,
        ground,
        contact_id: None,
        unit_id: unit.id,
        unit_name: unit.name.clone(),
        day,
        title,
        why,
        wants_consent: false,
        consented_at: None,
        consented_by: None,
        dropped_at: None,
        dropped_why: String::new(),
        made_at: tx.now(),
        made_by: actor.name.clone(),
        version: 1,
    }
}

/// What the actor may do to the entry now.
#[must_use]
pub fn acts(actor: &Actor, entry: &Entry, today: Day) -> Vec<EntryAct> {
    if entry.dropped_at.is_some() || entry.day < today || entry.contact_id.is_some() {
        return Vec::new();
    }
    let client = Reach::Clients(vec![entry.client_id]);
    let mut acts = Vec::new();
    if entry.wants_consent && actor.scope::<AnswerContacts>().is_some_and(|scope| scope.covers(&client)) {
        acts.extend([EntryAct::Consent, EntryAct::Refuse]);
    }
    let places = [Reach::Unit(entry.unit_id), Reach::Area(entry.area_path.clone())];
    if actor.scope::<AnnounceEntries>().is_some_and(|scope| places.iter().any(|place| scope.covers(place))) {
        acts.push(EntryAct::Drop);
    }
    acts
}

/// Does something to an entry.
///
/// # Errors
/// [`Problem::Conflict`] for what cannot be done now; [`Problem::Stale`] when somebody was first.
pub async fn act(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    mut entry: Entry,
    act: EntryAct,
    reason: &str,
) -> Result<Entry, Problem> {
    if !acts(actor, &entry, site.hours.day(tx.now())).contains(&act) {
        return Err(Problem::Conflict("现在不能这样办，请看最新情况。走访请在“联系”中答复。".into()));
    }
    if reason.chars().count() > 200 {
        return Err(Problem::field("reason", "说明不能超过 200 个字。"));
    }
    match act {
        EntryAct::Consent => {
            entry.wants_consent = false;
            (entry.consented_at, entry.consented_by) = (Some(tx.now()), Some(actor.name.clone()));
        }
        EntryAct::Refuse | EntryAct::Drop => {
            entry.dropped_at = Some(tx.now());
            reason.trim().clone_into(&mut entry.dropped_why);
        }
    }
    rows::save(tx, &entry).await?;
    entry.version += 1;
    tell(tx, actor, &entry, &format!("entry.{}", act.code()), Some(act)).await?;
    Ok(entry)
}

async fn tell(tx: &Tx, actor: &Actor, entry: &Entry, did: &str, act: Option<EntryAct>) -> Result<(), Problem> {
    let detail = json!({ "client": entry.client_name, "unit": entry.unit_name, "kind": entry.kind, "from": entry.day,
        "title": entry.title });
    audit::record(tx, &Deed::of(actor, did, "entry", entry.id.0, entry.county_id), &detail).await?;
    tx.emit(entry.county_id, &EntryMoved { entry: entry.id, act, by: actor.account }).await.map(drop)
}
