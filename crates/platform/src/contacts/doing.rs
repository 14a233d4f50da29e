//! Planning a contact, asking for one, and every step after: row by version, who took part, what came of it, audit and outbox
//! in the caller's transaction.

use super::rows::{self, Contact};
use super::{ContactMoved, ContactWish, NewContact, Notes, RaisedThere, cadence, entries, party, side};
use crate::audit::{self, Deed};
use crate::demands::{self, Demand, NewDemand};
use crate::org::{self, Official};
use crate::pairing::absences;
use crate::registry::{self, Client};
use crate::{Site, pairing};
use kernel::authz::{RaiseDemands, ReadContacts, ReadOrg, ReadPairings};
use kernel::words::{ContactAct, ContactKind, ContactSide, ContactState};
use kernel::{Actor, Day, Problem, Scope};
use rules::contact::{self, Standing};
use serde_json::json;
use store::Tx;

/// How many colleagues may take part besides the commissioner.
const COLLEAGUES: usize = 5;

/// Makes a contact: a commissioner plans it or writes down how it was, a liaison asks for it.
///
/// # Errors
/// [`Problem::Invalid`] for a client out of reach, a day that is none or texts too long; what the rules refuse;
/// [`Problem::Conflict`] when a liaison asks and nobody looks after the client.
pub async fn make(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    scope: &Scope<ReadContacts>,
    new: NewContact,
) -> Result<Contact, Problem> {
    let today = site.hours.day(tx.now());
    let elsewhere = || Problem::field("client", "没有这家企业（项目），或者不在您的服务范围内。");
    let client = match registry::client(tx, scope, new.client).await {
        Err(Problem::NotFound) => Err(elsewhere()),
        found => found,
    }?;
    let side = side(actor, client.id).ok_or_else(elsewhere)?;
    if client.closed_on.is_some() {
        return Err(Problem::field("client", format!("“{}”已注销或退出。", client.name)));
    }
    let purpose = text(&new.purpose, "purpose", "来意", 200)?;
    let standing = match &new.record {
        Some(_) if side == ContactSide::Client => {
            return Err(Problem::field("record", "联系情况由服务专员记录，您确认即可。"));
        }
        Some(notes) => Standing::recorded(new.kind, new.day, notes.yields(), today)?,
        None if purpose.is_empty() && side == ContactSide::Commissioner => {
            return Err(Problem::field("purpose", "请写明来意，企业好做准备。"));
        }
        None => {
            let asks = Standing::planned(side, new.kind, new.day, false, today)?;
            if new.kind == ContactKind::Onsite && side == ContactSide::Commissioner {
                // Whoever plans to go to the same client at this moment waits here, and then sees this visit.
                registry::hold(tx, &client).await?;
                let place = (client.id, &client.area_path);
                let wants_consent = entries::admit(tx, site, place, (new.day, None), new.consent).await?;
                Standing { wants_consent, ..asks }
            } else {
                asks
            }
        }
    };
    let official = match side {
        ContactSide::Commissioner => oneself(tx, actor).await?,
        ContactSide::Client => asked(tx, actor, &client, today).await?,
    };
    let asked = (side, hour(&new.hour)?, purpose);
    let mut made = Contact::begun((&client, &official), asked, &standing, (&actor.name, tx.now()));
    if let Some(notes) = &new.record {
        made.note = note(notes)?;
    }
    rows::insert(tx, std::slice::from_ref(&made)).await?;
    if let Some(notes) = &new.record {
        keep(tx, actor, (&made, &official), notes).await?;
    }
    entries::follow(tx, site, actor, &made).await?;
    cadence::reckon(tx, site, &[made.client_id]).await?;
    let did = if new.record.is_some() { "contact.log" } else { "contact.plan" };
    let correction = new.record.map(|notes| notes.correction).filter(|text| !text.trim().is_empty());
    tell(tx, actor, &made, (did, None, side), correction).await?;
    Ok(made)
}

/// Does something to a contact.
///
/// # Errors
/// What the rules refuse; [`Problem::Invalid`] for texts too long; [`Problem::Stale`] when somebody was first.
pub async fn act(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    mut contact: Contact,
    act: ContactAct,
    wish: &ContactWish,
) -> Result<Contact, Problem> {
    let side = party(actor, &contact)?;
    let today = site.hours.day(tx.now());
    let reason = text(&wish.reason, "reason", "说明", 200)?;
    let goes = act == ContactAct::Propose && side == ContactSide::Commissioner;
    let (kind, day) = (wish.kind.unwrap_or(contact.kind), wish.day.unwrap_or(contact.day));
    let wants_consent = goes && kind == ContactKind::Onsite && {
        let place = (contact.client_id, &contact.area_path);
        entries::admit(tx, site, place, (day, Some(&contact)), wish.consent).await?
    };
    let deed = wish.deed(act, &contact, wants_consent)?;
    let next = contact::decide(&contact.standing(), side, deed, today)?;
    if reason.is_empty() && act == ContactAct::Decline && side == ContactSide::Commissioner {
        return Err(Problem::field("reason", "请向企业说明原因。"));
    }
    contact.follow(&next, (&actor.name, tx.now()));
    match act {
        ContactAct::Propose => (contact.hour, contact.said) = (hour(&wish.hour)?, reason),
        ContactAct::Decline | ContactAct::Cancel | ContactAct::Deny => contact.said = reason,
        _ => {}
    }
    // Whoever goes, or was there, is whose contact it is; the client's word does not change that.
    let own = side == ContactSide::Commissioner && !matches!(act, ContactAct::Decline | ContactAct::Cancel);
    let official = if own { Some(oneself(tx, actor).await?) } else { None };
    if let Some(official) = &official {
        (contact.official_id, contact.official_county_id) = (official.id, official.county_id);
        (contact.unit_id, contact.unit_name) = (official.unit_id, official.unit_name.clone());
        contact.official_name.clone_from(&official.name);
    }
    let mut correction = None;
    if let (ContactAct::Record, Some(official)) = (act, &official) {
        contact.note = note(&wish.notes)?;
        keep(tx, actor, (&contact, official), &wish.notes).await?;
        correction = Some(wish.notes.correction.clone()).filter(|text| !text.trim().is_empty());
    }
    rows::save(tx, &contact).await?;
    entries::follow(tx, site, actor, &contact).await?;
    cadence::reckon(tx, site, &[contact.client_id]).await?;
    contact.version += 1;
    tell(tx, actor, &contact, (&format!("contact.{}", act.code()), Some(act), side), correction).await?;
    Ok(contact)
}

/// Raises a demand that came of a contact: both lead to each other, and the contact has produced something.
///
/// # Errors
/// As [`demands::raise`]; what the rules refuse of a contact that has not been.
pub async fn raise(
    tx: &Tx,
    site: &Site,
    (actor, scope): (&Actor, &Scope<RaiseDemands>),
    mut contact: Contact,
    new: RaisedThere,
) -> Result<(Contact, Demand), Problem> {
    let side = party(actor, &contact)?;
    let next = contact::decide(&contact.standing(), side, contact::Deed::Yield, site.hours.day(tx.now()))?;
    let RaisedThere { category, title, text } = new;
    let (client, channel, sealed, urgency, files) = (contact.client_id, None, false, None, Vec::new());
    let demand = NewDemand { client, category, title, text, channel, sealed, urgency, files };
    let demand = demands::raise(tx, site, actor, scope, demand).await?;
    demands::came_of(tx, &demand, contact.id).await?;
    contact.follow(&next, (&actor.name, tx.now()));
    rows::keep_demand(tx, &contact, (demand.id, &demand.number, &demand.title)).await?;
    rows::save(tx, &contact).await?;
    cadence::reckon(tx, site, &[contact.client_id]).await?;
    contact.version += 1;
    tell(tx, actor, &contact, ("contact.yield", Some(ContactAct::Yield), side), None).await?;
    Ok((contact, demand))
}

async fn tell(
    tx: &Tx,
    actor: &Actor,
    contact: &Contact,
    (did, act, side): (&str, Option<ContactAct>, ContactSide),
    correction: Option<String>,
) -> Result<(), Problem> {
    let detail = json!({ "client": contact.client_name, "official": contact.official_name, "kind": contact.kind,
        "from": contact.day, "state": contact.state });
    audit::record(tx, &Deed::of(actor, did, "contact", contact.id.0, contact.county_id), &detail).await?;
    let moved = ContactMoved { contact: contact.id, act, side, by: actor.account, correction };
    tx.emit(contact.county_id, &moved).await.map(drop)
}

/// Keeps who took part and what came of it.
async fn keep(
    tx: &Tx,
    actor: &Actor,
    (contact, official): (&Contact, &Official),
    notes: &Notes,
) -> Result<(), Problem> {
    debug_assert!(contact.state == ContactState::Recorded);
    let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    if notes.with.len() > COLLEAGUES {
        return Err(Problem::field("with", format!("同行人员最多 {COLLEAGUES} 名。")));
    }
    let mut there = vec![official.clone()];
    for id in &notes.with {
        let colleague = match org::official(tx, &consulted, *id).await {
            Err(Problem::NotFound) => Err(Problem::field("with", "没有这名干部。")),
            found => found,
        }?;
        if there.iter().all(|one| one.id != colleague.id) {
            there.push(colleague);
        }
    }
    rows::take_part(tx, contact, &there).await?;
    for (name, label, told) in [
        ("answer", "解答", &notes.answer),
        ("policy", "政策", &notes.policy),
        ("correction", "更正", &notes.correction),
    ] {
        text(told, name, label, 1000)?;
    }
    rows::keep_yields(tx, contact, notes).await
}

/// The official behind the actor.
async fn oneself(tx: &Tx, actor: &Actor) -> Result<Official, Problem> {
    let lacking = || Problem::Forbidden("您的账号没有关联干部信息，请联系本单位管理员。".into());
    let consulted = actor.scope::<ReadOrg>().ok_or_else(lacking)?;
    org::official(tx, &consulted, actor.official.ok_or_else(lacking)?).await
}

/// Whom a client's liaison asks: who looks after it, or who stands in.
async fn asked(tx: &Tx, actor: &Actor, client: &Client, today: Day) -> Result<Official, Problem> {
    let none = || Problem::Conflict("还没有安排服务专员。有事可直接提交诉求，由服务台办理。".into());
    let scope = actor.scope::<ReadPairings>().ok_or_else(none)?;
    let serving = pairing::commissioners(tx, &scope, &[client.id], today).await?;
    let lead = serving.first().ok_or_else(none)?;
    let substitutes = absences::substitutes(tx, &scope, &[client.id], today).await?;
    let stands_in = substitutes.iter().find(|one| one.official_id == lead.official_id);
    let whom = stands_in
        .map_or((lead.official_id, lead.official_county_id), |one| (one.substitute_id, one.substitute_county_id));
    org::official_of(tx, whom).await?.ok_or_else(none)
}

pub(super) fn text(text: &str, field: &str, label: &str, most: usize) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        count if count > most => Err(Problem::field(field, format!("{label}不能超过 {most} 个字。"))),
        _ => Ok(text.to_owned()),
    }
}

fn note(notes: &Notes) -> Result<String, Problem> {
    text(&notes.note, "note", "联系情况", 2000)
}

/// A time of day such as `09:30`, or none.
fn hour(typed: &str) -> Result<String, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(String::new());
    }
    let time = chrono::NaiveTime::parse_from_str(typed, "%H:%M");
    time.map(|time| time.format("%H:%M").to_string()).map_err(|_| Problem::field("hour", "请填写时间，如 09:30。"))
}
