//! What speaks against pairing (回避与意愿): an official stands back from a client, a client asks for another commissioner or for
//! none, a unit asks to be left out. Dated, ended and never deleted; what is written of the reasons is for who pairs alone.
//!
//! A client's own request holds from the moment it is made, and stays until a desk grants or answers it. The commissioner it
//! is about is not shown it, whatever else they may read.

mod api;
mod asking;
mod form;
mod pages;
mod rows;
mod show;

pub use rows::Bar;
pub(super) use rows::within;

use super::Pairing;
use crate::audit::{self, Deed};
use crate::org::{self, Area, Official};
use crate::registry::{self, Client};
use crate::{App, pairing};
use kernel::authz::{AskPairings, ReadOrg, ReadPairings, WritePairings};
use kernel::id::{BarId, ClientId, OfficialId, RoundId, UnitId};
use kernel::words::{BarGround, BarKind, BarState, PairingPart};
use kernel::{Actor, AreaCode, Day, Limit, Page, Problem, Right, Scope};
use rows::Against;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::Routes;
use store::{Db, Topic, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes()).merge(form::routes()).merge(show::routes()).merge(asking::routes())
}

/// Something that speaks against pairing, to be entered. Which of client, official and unit it names follows from its kind.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(rename = "NewPairingBar")]
pub struct NewBar {
    /// What it is.
    pub kind: BarKind,
    /// The client, of everything but a unit that is left out.
    pub client: Option<ClientId>,
    /// The official who stands back, or whom the client does not want.
    pub official: Option<OfficialId>,
    /// The unit that is left out.
    pub unit: Option<UnitId>,
    /// Why an official stands back.
    pub ground: Option<BarGround>,
    /// The particulars, or the reason: 1 to 500 characters; may be empty for a recusal that its ground explains.
    #[serde(default)]
    pub note: String,
    /// The first day.
    pub from: Day,
    /// The last day, when it is known.
    pub until: Option<Day>,
}

/// What a client asks.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(rename = "PairingRequest")]
pub struct Ask {
    /// Another commissioner (`change`), or none (`unwanted`).
    pub kind: BarKind,
    /// Why: 1 to 500 characters. The commissioner is not shown it.
    pub reason: String,
}

/// What a desk decides on a client's request.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(rename = "PairingAnswer")]
pub struct Answer {
    /// Whether it is granted.
    pub granted: bool,
    /// What the client is told: 1 to 500 characters.
    pub text: String,
}

/// What becomes of a request.
pub(super) struct Settled {
    state: BarState,
    answer: String,
}

/// Which to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[schemars(rename = "PairingBarFilter")]
pub struct BarFilter {
    /// Of clients or units in this area or below.
    pub area: Option<AreaCode>,
    /// Of this kind.
    pub kind: Option<BarKind>,
    /// In this state.
    pub state: Option<BarState>,
    /// About this client.
    pub client: Option<ClientId>,
    /// About this official.
    pub official: Option<OfficialId>,
    /// Speaking against a pairing on this day.
    pub on: Option<Day>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// A client asked, or was answered. Told through the outbox.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct BarMoved {
    /// Which request.
    pub bar: BarId,
}

impl Topic for BarMoved {
    const NAME: &'static str = "pairing_bar.moved";
}

/// All that speaks against pairings on one day: what a round of pairings must keep to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InForce {
    /// This official is not paired with this client.
    pub pairs: Vec<BarredPair>,
    /// These clients are paired with nobody.
    pub clients: Vec<(BarId, ClientId)>,
    /// The officials of these units are paired with nobody.
    pub units: Vec<(BarId, UnitId)>,
}

/// An official and a client who are not to be paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarredPair {
    /// By which row.
    pub bar: BarId,
    /// The client.
    pub client: ClientId,
    /// The official.
    pub official: OfficialId,
    /// Why the official stands back; none when the client asked for another.
    pub ground: Option<BarGround>,
}

/// All that speaks against pairings on `day`: of the clients within the scope, and of those in `area` when it is given; and
/// every unit that is left out, wherever it lies. Two queries.
///
/// # Errors
/// When the database fails.
pub async fn in_force<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    area: Option<&Area>,
    day: Day,
) -> Result<InForce, Problem> {
    let mut found = InForce::default();
    for against in rows::of_area(db, scope, area, day).await? {
        match (against.client_id, against.official_id) {
            (Some(client), Some(official)) => {
                found.pairs.push(BarredPair { bar: against.id, client, official, ground: against.ground });
            }
            (Some(client), None) => found.clients.push((against.id, client)),
            (None, _) => {}
        }
    }
    let units = rows::units_out(db, day).await?;
    found.units = units.into_iter().filter_map(|against| Some((against.id, against.unit_id?))).collect();
    Ok(found)
}

/// What speaks against pairings, the latest entered first, those of `filter`.
///
/// # Errors
/// [`Problem::Invalid`] for an area that is none; when the database fails or the cursor is forged.
pub async fn bars(
    db: &impl Db,
    (scope, reader): (&Scope<WritePairings>, &Actor),
    filter: &BarFilter,
    today: Day,
    limit: Limit,
) -> Result<Page<Bar>, Problem> {
    let area = match filter.area {
        Some(code) => Some(org::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?),
        None => None,
    };
    let rows = rows::bars(db, (scope, reader), (filter, area.as_ref()), today, limit).await?;
    Ok(Page::cut(rows, limit, |bar| bar.id))
}

/// One of them.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope, or it is not for this reader.
pub async fn bar(
    db: &impl Db,
    (scope, reader): (&Scope<WritePairings>, &Actor),
    id: BarId,
    today: Day,
) -> Result<Bar, Problem> {
    rows::bar(db, (scope, reader), id, today).await?.ok_or(Problem::NotFound)
}

/// One that was told of, wherever it lies: for who carries the news.
pub(super) async fn told(db: &impl Db, county: AreaCode, id: BarId, today: Day) -> Result<Option<Bar>, Problem> {
    rows::told(db, county, id, today).await
}

/// How many requests of clients wait for the actor, counted up to 100; none for who does not pair.
///
/// # Errors
/// When the database fails.
pub async fn pending(db: &impl Db, actor: &Actor) -> Result<u64, Problem> {
    match actor.scope::<WritePairings>() {
        Some(scope) => Ok(u64::try_from(rows::pending(db, (&scope, actor), 100).await?).unwrap_or(0)),
        None => Ok(0),
    }
}

/// What a client's own people asked, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn asked(db: &impl Db, scope: &Scope<AskPairings>, client: &Client, today: Day) -> Result<Vec<Bar>, Problem> {
    rows::asked(db, scope, client, today).await
}

/// One of what a client's own people asked.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn own(db: &impl Db, scope: &Scope<AskPairings>, id: BarId, today: Day) -> Result<Bar, Problem> {
    rows::own(db, scope, id, today).await?.ok_or(Problem::NotFound)
}

/// Enters what speaks against pairing. A pairing that holds already is not ended by it: that is for people to settle.
///
/// # Errors
/// [`Problem::Invalid`] for what does not belong to the kind, is out of reach, or is entered already.
pub async fn enter(tx: &Tx, actor: &Actor, scope: &Scope<WritePairings>, mut new: NewBar) -> Result<BarId, Problem> {
    let optional = new.kind == BarKind::Recusal && new.ground != Some(BarGround::Other);
    new.note =
        if optional && new.note.trim().is_empty() { String::new() } else { sentence(&new.note, "note", "事由")? };
    if new.until.is_some_and(|last| last < new.from) {
        return Err(Problem::field("until", "截止日期不能早于起始日期。"));
    }
    if (new.kind == BarKind::Recusal) != new.ground.is_some() {
        let told =
            if new.ground.is_none() { "请选择回避事由。" } else { "只有回避需要填写回避事由。" };
        return Err(Problem::field("ground", told));
    }
    let client = match (new.kind, new.client) {
        (BarKind::UnitOut, None) => None,
        (BarKind::UnitOut, Some(_)) => return Err(Problem::field("client", "单位不参加包靠时，不需要填写企业。")),
        (_, None) => return Err(Problem::field("client", "请选择企业（项目）。")),
        (_, Some(id)) => match registry::client(tx, scope, id).await {
            Err(Problem::NotFound) => {
                return Err(Problem::field("client", "没有这家企业（项目），或者不在您的管理范围内。"));
            }
            found => Some(found?),
        },
    };
    let unit = match (new.kind, new.unit) {
        (BarKind::UnitOut, Some(id)) => Some(org::open_unit(tx, scope, id).await?),
        (BarKind::UnitOut, None) => return Err(Problem::field("unit", "请选择单位。")),
        (_, Some(_)) => return Err(Problem::field("unit", "只有单位不参加包靠时，才填写单位。")),
        (_, None) => None,
    };
    let official = match (new.kind, new.official) {
        (BarKind::Recusal | BarKind::Change, Some(id)) => Some(consulted(tx, actor, id).await?),
        (BarKind::Recusal | BarKind::Change, None) => return Err(Problem::field("official", "请选择干部。")),
        (_, Some(_)) => return Err(Problem::field("official", "这一类登记不需要填写干部。")),
        (_, None) => None,
    };
    if let Some(client) = &client {
        // Whoever pairs this client at this moment is waited for, or waits.
        registry::hold(tx, client).await?;
    }
    fresh(tx, &new).await?;
    let county = client.as_ref().map(|client| client.county_id).or(unit.as_ref().map(|unit| unit.county_id));
    let county = county.ok_or(Problem::NotFound)?;
    let official_county = official.as_ref().map(|official| official.county_id);
    let made = (None, actor.name.as_str());
    let id = rows::insert(tx, county, (&new, official_county), BarState::Held, made).await?;
    // The ground is not told to the trail's reader: that somebody stands back is enough.
    let detail = serde_json::json!({ "kind": new.kind, "client": client.map(|client| client.name), "unit": unit.map(|unit| unit.name),
        "official": official.map(|official| official.name), "note": new.note, "from": new.from, "until": new.until });
    audit::record(tx, &Deed::of(actor, "pairing_bar.enter", "pairing_bar", id.0, county), &detail).await?;
    Ok(id)
}

async fn consulted(tx: &Tx, actor: &Actor, id: OfficialId) -> Result<Official, Problem> {
    let scope = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    match org::official(tx, &scope, id).await {
        Err(Problem::NotFound) => Err(Problem::field("official", "没有这名干部。")),
        Ok(official) if official.left_on.is_some() => Err(Problem::field("official", "这名干部已经离任，不需要登记。")),
        found => found,
    }
}

/// Refuses what stands already.
async fn fresh(tx: &Tx, new: &NewBar) -> Result<(), Problem> {
    let (clients, units): (Vec<_>, Vec<_>) = (new.client.into_iter().collect(), new.unit.into_iter().collect());
    let mut there = rows::about_clients(tx, &clients).await?;
    there.extend(rows::about_units(tx, &units).await?);
    let same = |old: &&Against| {
        old.kind == new.kind && old.official_id == new.official && old.shares_a_day_with(new.from, new.until)
    };
    match there.iter().find(same) {
        Some(_) => Err(Problem::field("from", "这段时间里已有同样的登记，不需要重复录入。")),
        None => Ok(()),
    }
}

/// A client's own people ask for another commissioner, or for none.
///
/// # Errors
/// [`Problem::Invalid`] for another kind or no reason; [`Problem::Conflict`] when the client is closed, has no commissioner to
/// change, or asked this already.
pub async fn ask(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<AskPairings>,
    client: ClientId,
    (ask, today): (Ask, Day),
) -> Result<BarId, Problem> {
    let client = registry::client(tx, scope, client).await?;
    let note = sentence(&ask.reason, "reason", "原因")?;
    if client.closed_on.is_some() {
        return Err(Problem::Conflict(format!("“{}”已注销或退出，不需要申请。", client.name)));
    }
    registry::hold(tx, &client).await?;
    let read = actor.scope::<ReadPairings>().ok_or(Problem::NotFound)?;
    let now = pairing::commissioners(tx, &read, &[client.id], today).await?;
    // One who leads is asked to be changed; of several, the client means the one they deal with.
    let lead = now.iter().find(|one| one.part == PairingPart::Lead).or(now.first());
    let official = match (ask.kind, lead) {
        (BarKind::Change, Some(one)) => Some(one),
        (BarKind::Change, None) => {
            return Err(Problem::Conflict("现在没有服务专员，不需要申请更换；有事可直接提交诉求。".into()));
        }
        (BarKind::Unwanted, _) => None,
        (BarKind::Recusal | BarKind::UnitOut, _) => {
            return Err(Problem::field("kind", "请选择换一名服务专员，或者暂不需要服务专员。"));
        }
    };
    let there = rows::asked(tx, scope, &client, today).await?;
    if there.iter().any(|bar| bar.state == BarState::Pending) {
        return Err(Problem::Conflict("您的申请服务台正在处理，请等待答复；想法有变的，可以先撤回。".into()));
    }
    if ask.kind == BarKind::Unwanted && there.iter().any(|bar| bar.kind == ask.kind && bar.on(today)) {
        return Err(Problem::Conflict("已登记为暂不需要服务专员，不需要重复申请。".into()));
    }
    let new = NewBar {
        kind: ask.kind,
        client: Some(client.id),
        official: official.map(|one| one.official_id),
        unit: None,
        ground: None,
        note,
        from: today,
        until: None,
    };
    let official_county = official.map(|one| one.official_county_id);
    let made = (Some(actor.account), actor.name.as_str());
    let id = rows::insert(tx, client.county_id, (&new, official_county), BarState::Pending, made).await?;
    let detail = serde_json::json!({ "kind": new.kind, "client": client.name, "official": official.map(|one| &one.name),
        "note": new.note });
    audit::record(tx, &Deed::of(actor, "pairing_bar.ask", "pairing_bar", id.0, client.county_id), &detail).await?;
    tx.emit(client.county_id, &BarMoved { bar: id }).await?;
    Ok(id)
}

/// A client's own people take back what they asked, or no longer mean it.
///
/// # Errors
/// [`Problem::Conflict`] when it is settled otherwise; [`Problem::Stale`] when somebody else was first.
pub async fn withdraw(tx: &Tx, actor: &Actor, bar: &Bar, today: Day) -> Result<(), Problem> {
    if !bar.on(today) {
        return Err(Problem::Conflict("这项申请已经不再有效，不需要撤回。".into()));
    }
    let settled = Settled { state: BarState::Withdrawn, answer: bar.answer.clone() };
    settle(tx, Some(actor), "pairing_bar.withdraw", bar, settled).await
}

/// A desk grants a request, or answers why not.
///
/// # Errors
/// [`Problem::Conflict`] when nothing waits; [`Problem::Invalid`] without a text; [`Problem::Stale`] when somebody else was first.
pub async fn answer(tx: &Tx, actor: &Actor, bar: &Bar, answer: &Answer) -> Result<(), Problem> {
    if bar.state != BarState::Pending {
        return Err(Problem::Conflict("这项申请已经处理过了，请刷新后查看。".into()));
    }
    let text = sentence(&answer.text, "text", "给企业的答复")?;
    let state = if answer.granted { BarState::Held } else { BarState::Declined };
    settle(tx, Some(actor), "pairing_bar.answer", bar, Settled { state, answer: text }).await
}

async fn settle(tx: &Tx, actor: Option<&Actor>, act: &str, bar: &Bar, settled: Settled) -> Result<(), Problem> {
    rows::settle(tx, bar, &settled).await?;
    let detail = serde_json::json!({ "kind": bar.kind, "client": bar.client_name, "official": bar.official_name,
        "state": settled.state, "note": settled.answer });
    audit::record(tx, &Deed::by(actor, act, "pairing_bar", bar.id.0, bar.county_id), &detail).await?;
    tx.emit(bar.county_id, &BarMoved { bar: bar.id }).await.map(drop)
}

/// What the end of a pairing grants: the client asked for another than this one, or for none.
pub(super) async fn granted_by_end(tx: &Tx, actor: Option<&Actor>, pairing: &Pairing) -> Result<(), Problem> {
    let waiting = rows::granted_by_end(tx, (pairing.client_id, pairing.county_id), pairing.official_id).await?;
    let granted = |bar: &&Bar| bar.kind == BarKind::Change || pairing.part == PairingPart::Lead;
    for bar in waiting.iter().filter(granted) {
        let told = match bar.kind {
            BarKind::Change => "已为您更换服务专员。",
            _ => "已按您的意愿结束联系包靠；需要时随时可以提出。",
        };
        let settled = Settled { state: BarState::Held, answer: told.into() };
        settle(tx, actor, "pairing_bar.answer", bar, settled).await?;
    }
    Ok(())
}

/// Grants the requests for another commissioner that a round, published in this transaction, has fulfilled.
///
/// # Errors
/// When the database fails.
pub async fn granted_by_round(tx: &Tx, actor: &Actor, round: RoundId) -> Result<(), Problem> {
    for bar in rows::granted_by_round(tx, round).await? {
        let settled = Settled { state: BarState::Held, answer: "已为您更换服务专员。".into() };
        settle(tx, Some(actor), "pairing_bar.answer", &bar, settled).await?;
    }
    Ok(())
}

/// Ends one that holds: `last` is its last day.
///
/// # Errors
/// [`Problem::Conflict`] when it waits for an answer or is over; [`Problem::Invalid`] for a day before its first;
/// [`Problem::Stale`] when somebody else was first.
pub async fn end(tx: &Tx, actor: &Actor, bar: &Bar, last: Day) -> Result<(), Problem> {
    match (bar.state, bar.until_day) {
        (BarState::Pending, _) => return Err(Problem::Conflict("企业的申请还没有处理，请先答复。".into())),
        (BarState::Held, None) => {}
        (BarState::Held, Some(until)) if last < until => {}
        _ => return Err(Problem::Conflict("这条登记已经不再有效，不需要结束。".into())),
    }
    if last < bar.from_day {
        return Err(Problem::field("last_day", "最后一天不能早于开始的日期。"));
    }
    rows::end(tx, bar, last).await?;
    let detail = serde_json::json!({ "kind": bar.kind, "client": bar.client_name, "unit": bar.unit_name,
        "official": bar.official_name, "last_day": last });
    audit::record(tx, &Deed::of(actor, "pairing_bar.end", "pairing_bar", bar.id.0, bar.county_id), &detail).await
}

/// What speaks against pairings of these clients with these units' officials, now or later.
pub(super) struct Objections(Vec<Against>);

/// What speaks against pairing these clients with officials of these units.
pub(super) async fn objections(db: &impl Db, clients: &[ClientId], units: &[UnitId]) -> Result<Objections, Problem> {
    let mut found = rows::about_clients(db, clients).await?;
    found.extend(rows::about_units(db, units).await?);
    Ok(Objections(found))
}

impl Objections {
    /// Refuses a pairing that shares a day with what speaks against it: which field, and why, in the words of who pairs.
    pub fn refuse(&self, client: &Client, official: &Official, from: Day, until: Option<Day>) -> Result<(), Problem> {
        let about = |against: &&Against| {
            (against.client_id == Some(client.id) && against.official_id.is_none_or(|one| one == official.id))
                || against.unit_id == Some(official.unit_id)
        };
        let found = self.0.iter().filter(about).find(|against| against.shares_a_day_with(from, until));
        let Some(against) = found else { return Ok(()) };
        let (client, name) = (&client.name, &official.name);
        let (field, told) = match against.kind {
            BarKind::Recusal => {
                let ground = against.ground.map_or("", BarGround::label);
                ("official", format!("按亲清回避登记（{ground}），{name}不能联系包靠“{client}”，请另选一名。"))
            }
            BarKind::Change => ("official", format!("“{client}”提出更换服务专员，不再安排{name}，请另选一名。")),
            BarKind::Unwanted => {
                let told = "如企业想法有变，请先在“回避与意愿”里结束这条登记。";
                ("client", format!("“{client}”提出暂不需要服务专员（无事不扰）。{told}"))
            }
            BarKind::UnitOut => {
                let unit = &official.unit_name;
                ("official", format!("{unit}已登记为不参加包靠，请另选其他单位的干部。"))
            }
        };
        Err(Problem::field(field, told))
    }
}

impl Against {
    /// Whether it stands on a day of the span.
    fn shares_a_day_with(&self, from: Day, until: Option<Day>) -> bool {
        self.until_day.is_none_or(|last| last >= from) && until.is_none_or(|last| self.from_day <= last)
    }
}

/// What somebody writes in their own words, trimmed.
fn sentence(text: &str, field: &str, label: &str) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::field(field, format!("请填写{label}。"))),
        1..=500 => Ok(text.to_owned()),
        _ => Err(Problem::field(field, format!("{label}不能超过 500 个字。"))),
    }
}
