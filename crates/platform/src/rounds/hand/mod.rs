//! Adjusting a planned round by hand: whom a client could have instead, what that does to the cost and to everybody's quota,
//! and choosing. What is chosen is marked, and may be undone.
//!
//! Whoever chooses takes the round first: two who give the last place of an official away at the same moment queue, and the
//! second is told that it is taken. Totals move by what changed; nothing is counted anew.

mod api;
mod pages;
mod rows;

use super::planning::{Counts, Grounds, ground};
use super::result::{self, Place};
use super::rows::Round;
use super::{App, deed};
use crate::pairing::{absences, bars, quota, rules};
use crate::{audit, org};
use ::pairing::city::{Bar, City, Client, Effect, Fit, Names, Official, Pair, Parts, Reason, fit, move_effect, told};
use kernel::authz::WritePairings;
use kernel::id::{OfficialId, PlaceId};
use kernel::words::{ClientKind, PairingPart, RoundOrigin, RoundState};
use kernel::{Actor, AreaCode, BugExt, Problem, Scope};
use rows::{Becomes, Candidate, ClientRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shell::Routes;
use std::collections::HashSet;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// How many candidates are offered unasked.
const OFFERED: usize = 10;

/// Somebody whom a client could have, and what that would do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "RoundCandidate")]
pub struct Offer {
    /// Who.
    pub official: OfficialId,
    /// Their name.
    pub name: String,
    /// Their unit.
    pub unit: String,
    /// Their post.
    pub title: String,
    /// By how many points the whole plan becomes dearer; negative when it becomes cheaper.
    pub rise: i64,
    /// Enterprises they would have then.
    pub enterprises: u32,
    /// How many they may have.
    pub most_enterprises: u32,
    /// Projects they would have then.
    pub projects: u32,
    /// How many they may have.
    pub most_projects: u32,
    /// Why it must not be; none when it may.
    pub refused: Option<String>,
    /// Whether they have the place now.
    pub chosen: bool,
    /// Whether the plan had found them.
    pub planned: bool,
}

/// A client with candidates, prepared for weighing: the first official is the one who has the place, if somebody has.
struct Scale {
    city: City,
    candidates: Vec<Candidate>,
    pairs: Vec<Pair>,
    areas: Vec<org::Area>,
    holder: Option<usize>,
}

impl Scale {
    async fn of(
        app: &App,
        db: &impl Db,
        scope: &Scope<WritePairings>,
        (round, place): (&Round, &Place),
        mut candidates: Vec<Candidate>,
    ) -> Result<Self, Problem> {
        if let Some(holder) = place.official_id
            && !candidates.iter().any(|one| one.id == holder)
        {
            candidates.extend(rows::some(db, round, &[holder]).await?);
        }
        let client = rows::client(db, place).await?.ok_or(Problem::NotFound)?;
        let area = org::area(db, round.area_id).await?;
        let against = bars::in_force(db, scope, area.as_ref(), round.first_day).await?;
        let out: HashSet<_> = against.units.iter().map(|(_, unit)| *unit).collect();
        let away = absences::long_away(db, round.first_day).await?;
        let mut city = City { rules: rules::version(db, &app.site, round.rules).await?.rules, ..City::default() };
        let one = usize::from(client.kind == ClientKind::Project);
        for candidate in &candidates {
            let mut held =
                [candidate.enterprises + candidate.held_enterprises, candidate.projects + candidate.held_projects];
            // What the pair itself counts is counted by the pair.
            if place.official_id == Some(candidate.id) {
                held[one] -= 1;
            }
            let held = held.map(|count| u32::try_from(count).unwrap_or(0));
            city.officials
                .push(candidate.weighed(held, out.contains(&candidate.unit_id) || away.contains(&candidate.id))?);
        }
        let at = |id: OfficialId| candidates.iter().position(|one| one.id == id);
        let holder = place.official_id.and_then(at);
        city.clients.push(client.weighed(place.now_id.and_then(at).into_iter().collect())?);
        for pair in against.pairs.iter().filter(|pair| pair.client == place.client_id) {
            if let Some(official) = at(pair.official) {
                city.bars.push(Bar { client: 0, official, ground: ground(pair.ground) });
            }
        }
        // A place beside the lead is weighed like the lead's own: what matters is who fits and who has room.
        let pair = |official: usize| Pair { client: 0, official, part: PairingPart::Lead, parts: Parts::default() };
        let pairs = holder.into_iter().map(pair).collect();
        let client_place = city.clients[0].place;
        let mut areas = Vec::new();
        for code in [client_place.area, client_place.county] {
            areas.extend(org::area(db, code).await?);
        }
        Ok(Self { city, candidates, pairs, areas, holder })
    }

    fn effect(&self, to: Option<usize>) -> Effect {
        move_effect(&self.city, &self.pairs, 0, to)
    }

    fn parts(&self, official: usize) -> Parts {
        match fit(&self.city, 0, official) {
            Fit::May(parts) => parts,
            Fit::Not(_) => Parts::default(),
        }
    }

    fn offer(&self, place: &Place, others: &[OfficialId], at: usize) -> Offer {
        let (one, effect) = (&self.candidates[at], self.effect(Some(at)));
        let taken = effect.to.unwrap_or_default();
        let already = others.contains(&one.id).then_some(Reason::Already);
        Offer {
            official: one.id,
            name: one.name.clone(),
            unit: one.unit_name.clone(),
            title: one.title.clone().unwrap_or_default(),
            rise: effect.rise,
            enterprises: taken.enterprises,
            most_enterprises: taken.most_enterprises,
            projects: taken.projects,
            most_projects: taken.most_projects,
            refused: effect.refused.or(already).map(|reason| reason.to_string()),
            chosen: self.holder == Some(at),
            planned: place.planned_id == Some(one.id),
        }
    }
}

impl Candidate {
    fn weighed(&self, held: [u32; 2], left_out: bool) -> Result<Official, Problem> {
        Ok(Official {
            place: quota::place_of(&self.area_path)?,
            rank: self.rank,
            unit_kind: self.unit_kind,
            unit_name: self.unit_name.clone(),
            held_enterprises: held[0],
            held_projects: held[1],
            left_out,
        })
    }
}

impl ClientRow {
    fn weighed(&self, now: Vec<usize>) -> Result<Client, Problem> {
        Ok(Client {
            size: quota::size_of(self.kind, self.scale, self.level),
            place: quota::place_of(&self.area_path)?,
            industry: self.industry.clone(),
            now,
            fixed: None,
            places: 1,
        })
    }
}

/// The other officials of a client in the round.
async fn others(db: &impl Db, round: &Round, place: &Place) -> Result<Vec<OfficialId>, Problem> {
    let beside = result::rows::beside(db, round, place).await?;
    Ok(beside.iter().filter_map(|other| other.official_id).collect())
}

/// Whom the client of a place could have: the cheapest for the whole plan first, and whoever has it now.
///
/// # Errors
/// When the database fails.
pub async fn offers(
    app: &App,
    db: &impl Db,
    scope: &Scope<WritePairings>,
    (round, place): (&Round, &Place),
) -> Result<Vec<Offer>, Problem> {
    let candidates = rows::candidates(db, round, place.county_id).await?;
    let scale = Scale::of(app, db, scope, (round, place), candidates).await?;
    let others = others(db, round, place).await?;
    let mut offers: Vec<Offer> = (0..scale.candidates.len()).map(|at| scale.offer(place, &others, at)).collect();
    offers.retain(|offer| offer.refused.is_none() || offer.chosen || offer.planned);
    offers.sort_by_key(|offer| (!offer.chosen, offer.rise, offer.official));
    offers.truncate(OFFERED + 1);
    Ok(offers)
}

/// What it would do if this official had the place; also when it must not be.
///
/// # Errors
/// [`Problem::Invalid`] for who is no official of the round.
pub async fn offer(
    app: &App,
    db: &impl Db,
    scope: &Scope<WritePairings>,
    (round, place): (&Round, &Place),
    official: OfficialId,
) -> Result<Offer, Problem> {
    let (scale, at) = weighed(app, db, scope, (round, place), official).await?;
    Ok(scale.offer(place, &others(db, round, place).await?, at))
}

async fn weighed(
    app: &App,
    db: &impl Db,
    scope: &Scope<WritePairings>,
    (round, place): (&Round, &Place),
    official: OfficialId,
) -> Result<(Scale, usize), Problem> {
    let found = rows::some(db, round, &[official]).await?;
    let told = "这名干部不在本批次的安排范围内（不在本区域，或者规划之后才到任），请另选一名，或重新规划。";
    if found.is_empty() {
        return Err(Problem::field("official", told));
    }
    let scale = Scale::of(app, db, scope, (round, place), found).await?;
    let at = scale.candidates.iter().position(|one| one.id == official);
    at.map(|at| (scale, at)).ok_or_else(|| Problem::field("official", told))
}

/// Gives a place to an official by hand.
///
/// # Errors
/// [`Problem::Invalid`] on `official` with the reason when it must not be; [`Problem::Conflict`] when the round is not in
/// review; [`Problem::Stale`] when somebody changed the place since it was read.
pub async fn choose(
    app: &App,
    tx: &Tx,
    (actor, scope): (&Actor, &Scope<WritePairings>),
    round: &Round,
    (id, version): (PlaceId, i64),
    official: OfficialId,
) -> Result<Place, Problem> {
    let place = held(tx, scope, round, (id, version)).await?;
    if place.official_id == Some(official) {
        return Err(Problem::field("official", format!("现在安排的就是{}。", place.official_name)));
    }
    let (scale, at) = weighed(app, tx, scope, (round, &place), official).await?;
    let offer = scale.offer(&place, &others(tx, round, &place).await?, at);
    if let Some(reason) = offer.refused {
        return Err(Problem::field("official", format!("不能由{}联系“{}”：{reason}。", offer.name, place.client_name)));
    }
    if place.planned_id == Some(official) {
        return back(app, tx, (actor, scope), round, place).await;
    }
    let becomes = by_hand(&scale, &place, at)?;
    write(tx, actor, (round, &place), &becomes, offer.rise, "round.adjust").await?;
    result::place(tx, scope, round, id).await
}

/// Gives a place back to whom the plan had found, or to nobody when it had found nobody.
///
/// # Errors
/// As [`choose`]; [`Problem::Conflict`] when nothing was chosen by hand.
pub async fn undo(
    app: &App,
    tx: &Tx,
    (actor, scope): (&Actor, &Scope<WritePairings>),
    round: &Round,
    (id, version): (PlaceId, i64),
) -> Result<Place, Problem> {
    let place = held(tx, scope, round, (id, version)).await?;
    if place.origin != RoundOrigin::Hand {
        return Err(Problem::Conflict(format!("“{}”没有手工调整过。", place.client_name)));
    }
    back(app, tx, (actor, scope), round, place).await
}

/// Back to what the plan had said.
async fn back(
    app: &App,
    tx: &Tx,
    (actor, scope): (&Actor, &Scope<WritePairings>),
    round: &Round,
    place: Place,
) -> Result<Place, Problem> {
    let (official, rise) = match place.planned_id {
        None => {
            let scale = Scale::of(app, tx, scope, (round, &place), Vec::new()).await?;
            (None, scale.effect(None).rise)
        }
        Some(planned) => {
            let (scale, at) = weighed(app, tx, scope, (round, &place), planned).await?;
            let offer = scale.offer(&place, &others(tx, round, &place).await?, at);
            if let Some(reason) = offer.refused {
                return Err(Problem::Conflict(format!("不能改回{}：{reason}。", offer.name)));
            }
            (Some(scale.candidates[at].clone()), offer.rise)
        }
    };
    let before = Before::of(&place)?;
    let change = rows::change_for(&place, official.as_ref().map(|one| one.id));
    let becomes = Becomes {
        official,
        change,
        origin: RoundOrigin::Plan,
        cost: before.cost,
        why: before.why,
        grounds: before.grounds,
    };
    write(tx, actor, (round, &place), &becomes, rise, "round.undo").await?;
    result::place(tx, scope, round, place.id).await
}

/// The place, held for a change in this transaction.
async fn held(
    tx: &Tx,
    scope: &Scope<WritePairings>,
    round: &Round,
    (id, version): (PlaceId, i64),
) -> Result<Place, Problem> {
    // Whoever changes a place of this round at this moment waits here, and then sees what was written.
    if !rows::take(tx, round, 0).await? {
        round.stands(&[RoundState::Review], "调整")?;
        return Err(Problem::Stale(format!("“{}”刚被别人处理过，请刷新后再看。", round.name)));
    }
    let place = result::place(tx, scope, round, id).await?;
    place.read_as(version)?;
    Ok(place)
}

/// What the plan had said of a place, kept beside what was chosen by hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Before {
    cost: i64,
    why: String,
    grounds: Value,
}

impl Before {
    /// Of a place as it stands: what is there, or what is kept beside the choice.
    fn of(place: &Place) -> Result<Self, Problem> {
        if place.origin == RoundOrigin::Hand {
            return serde_json::from_value(place.grounds["before"].clone()).bug("reading what was planned");
        }
        Ok(Self { cost: place.cost, why: place.why.clone(), grounds: place.grounds.clone() })
    }
}

/// Who is called what among the candidates of one client.
struct Called<'a> {
    scale: &'a Scale,
    place: &'a Place,
}

impl Names for Called<'_> {
    fn client(&self, _: usize) -> String {
        self.place.client_name.clone()
    }

    fn official(&self, official: usize) -> String {
        let official = &self.scale.candidates[official];
        format!("{}（{}）", official.name, official.unit_name)
    }

    fn area(&self, area: AreaCode) -> String {
        self.scale
            .areas
            .iter()
            .find(|known| known.id == area)
            .map_or_else(|| area.to_string(), |known| known.name.clone())
    }
}

fn by_hand(scale: &Scale, place: &Place, at: usize) -> Result<Becomes, Problem> {
    let (official, parts) = (&scale.candidates[at], scale.parts(at));
    let reasons = told(&scale.city, 0, at, &Called { scale, place });
    let binding = vec!["由人工指定，没有采用系统规划的人选".to_owned()];
    let mut grounds = json!(Grounds { parts, reasons, binding, next: None });
    grounds["before"] = json!(Before::of(place)?);
    Ok(Becomes {
        change: rows::change_for(place, Some(official.id)),
        official: Some(official.clone()),
        origin: RoundOrigin::Hand,
        cost: parts.sum(),
        why: String::new(),
        grounds,
    })
}

async fn write(
    tx: &Tx,
    actor: &Actor,
    (round, place): (&Round, &Place),
    to: &Becomes,
    rise: i64,
    act: &str,
) -> Result<(), Problem> {
    rows::change(tx, place, to).await?;
    if let Some(before) = place.official_id {
        rows::load(tx, round, before, place.client_kind, -1).await?;
    }
    if let Some(after) = &to.official {
        rows::load(tx, round, after.id, place.client_kind, 1).await?;
    }
    let mut counts = Counts::default();
    counts.add(place.part, place.change, place.origin, place.cost, -1);
    counts.add(place.part, to.change, to.origin, to.cost, 1);
    rows::tally(tx, round, place, &counts).await?;
    rows::take(tx, round, rise).await?;
    let (before, after) = (place.official_name.as_str(), to.official.as_ref().map_or("", |one| one.name.as_str()));
    let detail = json!({ "client": place.client_name, "before": before, "after": after, "name": round.name });
    audit::record(tx, &deed(actor, act, round), &detail).await
}
