//! Commissioners who are away (请假), each with somebody of the same unit or county who stands in (代管). From the first day to the
//! last the substitute reaches the clients of the absent one as a commissioner does; that is decided in `identity`, where reach is
//! decided. Standing in counts towards nobody's quota.

mod api;
mod pages;
mod rows;

pub use rows::{Absence, AbsenceFilter, Substitute};

use super::bars;
use crate::audit::{self, Deed};
use crate::identity::holders::{self, Addressee};
use crate::org::{self, Official};
use crate::registry::many::clients;
use crate::{App, app};
use kernel::authz::{ReadOrg, ReadPairings, WritePairings};
use kernel::id::{AbsenceId, ClientId, OfficialId};
use kernel::words::AbsenceReason;
use kernel::{Actor, AreaCode, Day, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use std::collections::HashSet;
use store::{Db, Topic, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// An absence to be entered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewAbsence {
    /// Who is away.
    pub official: OfficialId,
    /// Who stands in: of the same unit or county.
    pub substitute: OfficialId,
    /// Why.
    pub reason: AbsenceReason,
    /// In words, where that helps: up to 200 characters. For who pairs alone.
    #[serde(default)]
    pub note: String,
    /// The first day.
    pub from: Day,
    /// The last day; none while it is not known.
    pub until: Option<Day>,
}

/// Somebody is away, and somebody stands in. Told through the outbox, in the county of who is away.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct AbsenceBegan {
    /// Which absence.
    pub absence: AbsenceId,
}

impl Topic for AbsenceBegan {
    const NAME: &'static str = "absence.began";
}

/// Absences, the latest entered first, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn absences(
    db: &impl Db,
    scope: &Scope<WritePairings>,
    filter: &AbsenceFilter,
    limit: Limit,
) -> Result<Page<Absence>, Problem> {
    let rows = rows::absences(db, scope, filter, limit).await?;
    Ok(Page::cut(rows, limit, |absence| absence.id))
}

/// One absence.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn absence(db: &impl Db, scope: &Scope<WritePairings>, id: AbsenceId) -> Result<Absence, Problem> {
    rows::absence(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// Who stands in for the commissioners of these clients on `day`.
///
/// # Errors
/// When the database fails.
pub async fn substitutes(
    db: &impl Db,
    scope: &Scope<ReadPairings>,
    clients: &[ClientId],
    day: Day,
) -> Result<Vec<Substitute>, Problem> {
    rows::substitutes(db, scope, clients, day).await
}

/// Enters an absence with who stands in.
///
/// # Errors
/// [`Problem::Invalid`] for somebody out of reach, not in office, away themselves, of another county, or whom something speaks
/// against with one of the clients (which is named).
pub async fn enter(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WritePairings>,
    new: NewAbsence,
) -> Result<AbsenceId, Problem> {
    let field = |name: &str, told: String| Problem::field(name, told);
    let official = match org::official(tx, scope, new.official).await {
        Err(Problem::NotFound) => Err(field("official", "没有这名干部，或者不在您的管理范围内。".into())),
        found => found,
    }?;
    let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let substitute = match org::official(tx, &consulted, new.substitute).await {
        Err(Problem::NotFound) => Err(field("substitute", "没有这名干部。".into())),
        found => found,
    }?;
    let note = new.note.trim();
    if note.chars().count() > 200 {
        return Err(field("note", "说明不能超过 200 个字。".into()));
    }
    if new.until.is_some_and(|last| last < new.from) {
        return Err(field("until", "截止日期不能早于起始日期。".into()));
    }
    for (one, name) in [(&official, "official"), (&substitute, "substitute")] {
        if one.left_on.is_some() {
            return Err(field(name, format!("{}已经离任，请另选一名。", one.name)));
        }
    }
    if official.id == substitute.id {
        return Err(field("substitute", "代管人不能是本人，请另选一名。".into()));
    }
    if official.unit_id != substitute.unit_id && official.county_id != substitute.county_id {
        return Err(field("substitute", "代管人应是本单位或本县（市、区）的干部。".into()));
    }
    org::hold(tx, &official).await?;
    if let Some(away) = rows::away(tx, &official, (new.from, new.until)).await? {
        return Err(field("from", format!("{}在这段时间里已登记外出，由{away}代管。", official.name)));
    }
    if rows::away(tx, &substitute, (new.from, new.until)).await?.is_some() {
        return Err(field("substitute", format!("{}这段时间也不在岗，请另选一名。", substitute.name)));
    }
    lawful(tx, &official, &substitute, (new.from, new.until)).await?;
    let id = rows::insert(tx, &new, note, (&official, &substitute), &actor.name).await?;
    let detail = serde_json::json!({ "official": official.name, "substitute": substitute.name, "from": new.from,
        "until": new.until, "note": note });
    let deed = Deed::of(actor, "absence.enter", "absence", id.0, official.county_id);
    audit::record(tx, &deed, &detail).await?;
    tx.emit(official.county_id, &AbsenceBegan { absence: id }).await?;
    Ok(id)
}

/// Refuses a substitute whom something speaks against with one of the clients.
async fn lawful(
    tx: &Tx,
    official: &Official,
    substitute: &Official,
    (from, until): (Day, Option<Day>),
) -> Result<(), Problem> {
    let held = rows::clients_of(tx, official, (from, until)).await?;
    let objections = bars::objections(tx, &held, &[substitute.unit_id]).await?;
    let known = clients(tx, &held).await?;
    for client in held.iter().filter_map(|id| known.get(id)) {
        if let Err(Problem::Invalid { errors, .. }) = objections.refuse(client, substitute, from, until) {
            let why = errors.into_iter().next().map(|error| error.detail).unwrap_or_default();
            return Err(Problem::field("substitute", why));
        }
    }
    Ok(())
}

/// Ends an absence early: `last` is its last day; the day before its first means that it never was.
///
/// # Errors
/// [`Problem::Conflict`] when it is over by then; [`Problem::Invalid`] for a day before its first;
/// [`Problem::Stale`] when somebody else was first.
pub async fn end(tx: &Tx, actor: &Actor, absence: &Absence, last: Day) -> Result<(), Problem> {
    if absence.until_day.is_some_and(|until| until <= last) {
        return Err(Problem::Conflict("到那天之前已经结束，不需要再办。".into()));
    }
    if last < absence.from_day {
        return Err(Problem::field("last_day", "最后一天不能早于开始的日期。"));
    }
    ended(tx, Some(actor), absence, last).await
}

async fn ended(tx: &Tx, actor: Option<&Actor>, absence: &Absence, last: Day) -> Result<(), Problem> {
    rows::end(tx, absence, last).await?;
    let detail = serde_json::json!({ "official": absence.official_name, "substitute": absence.substitute_name, "last_day": last });
    let deed = Deed::by(actor, "absence.end", "absence", absence.id.0, absence.county_id);
    audit::record(tx, &deed, &detail).await
}

/// Ends what an official who leaves was away from, or stood in for.
pub(super) async fn end_of(tx: &Tx, official: (OfficialId, AreaCode), last: Day) -> Result<(), Problem> {
    for absence in rows::of_leaver(tx, official, last).await? {
        ended(tx, None, &absence, last.max(absence.from_day)).await?;
    }
    Ok(())
}

/// Who hears that somebody stands in, in which words, and where that leads.
pub(super) async fn news(
    tx: &Tx,
    (county, began): (AreaCode, AbsenceBegan),
    today: Day,
) -> Result<Vec<(String, String, Vec<Addressee>)>, Problem> {
    let Some(absence) = rows::told(tx, county, began.absence).await? else { return Ok(Vec::new()) };
    let (name, substitute) = (&absence.official_name, &absence.substitute_name);
    let until = absence.until_day.map(|last| format!("至{}", app::say_day(last))).unwrap_or_default();
    let span = format!("{}起{until}", app::say_day(absence.from_day));
    let held = rows::clients_of_absence(tx, &absence).await?;
    let mut told = vec![(
        format!("{span}，请您代管{name}服务的 {} 家企业（项目）", held.len()),
        "/my-clients".to_owned(),
        holders::accounts_of(tx, absence.substitute_id).await?,
    )];
    for client in held {
        let title = format!("{span}，您的服务专员{name}外出，由{substitute}代管");
        told.push((title, format!("/clients/{client}"), holders::liaisons_of(tx, client, today).await?));
    }
    Ok(told)
}

/// For so long an absence is one for a substitute; who is away longer is given no clients.
const LONG: chrono::Days = chrono::Days::new(90);

/// Who is away on this day and for three months from then on: a plan leaves them out.
///
/// # Errors
/// When the database fails.
pub async fn long_away(db: &impl Db, day: Day) -> Result<HashSet<OfficialId>, Problem> {
    let back = day.checked_add_days(LONG).unwrap_or(day);
    Ok(rows::away_until(db, (day, back)).await?.into_iter().collect())
}
