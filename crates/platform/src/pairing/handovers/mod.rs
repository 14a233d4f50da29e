//! A client goes from one commissioner to the next (交接): what the former one leaves behind, in three steps. The former one (or
//! a desk, when they are gone) writes down what was promised and what else matters; the next one receives it; the client's own
//! people say that they have met. Rows are opened with the pairing that follows another within ninety days.

mod rows;

pub use rows::{Handover, HandoverFilter};

use super::Begun;
use crate::audit::{self, Deed};
use crate::identity::holders::{self, Addressee};
use chrono::Days;
use kernel::authz::{AskPairings, WritePairings};
use kernel::id::{ClientId, HandoverId, RoundId};
use kernel::words::{HandoverState, PairingPart};
use kernel::{Actor, AreaCode, Day, Limit, Page, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use store::{Db, Sql, Topic, Tx};

/// How long after the end of a pairing the next one still takes over from it.
const WITHIN: Days = Days::new(90);
/// How many working days the way takes at most, from the first day of the next commissioner.
pub const WORKING_DAYS: u32 = 10;
/// How many promises one pack holds.
const MOST_PROMISES: usize = 20;

/// Something that was promised to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Promise {
    /// What: 1 to 200 characters.
    pub text: String,
    /// Until when.
    pub due: Option<Day>,
    /// Whether it was kept.
    pub done: bool,
}

/// A promise to be written down.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewPromise {
    /// What: 1 to 200 characters.
    pub text: String,
    /// Until when.
    pub due: Option<Day>,
    /// Whether it was kept already.
    #[serde(default)]
    pub done: bool,
}

/// All that was promised, as a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, JsonSchema)]
#[serde(transparent)]
pub struct Promises(pub Vec<Promise>);

/// What the former commissioner, and later the next one, keeps in a pack.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[schemars(rename = "HandoverNotes")]
pub struct Notes {
    /// What else the next one must know: up to 1000 characters.
    #[serde(default)]
    pub note: String,
    /// What was promised, at most 20.
    #[serde(default)]
    pub promises: Vec<NewPromise>,
}

/// A handover was opened or went a step on. Told through the outbox, in the client's county.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct HandoverMoved {
    /// Which.
    pub handover: HandoverId,
    /// To where.
    pub state: HandoverState,
    /// Whether the client said that nobody has come yet.
    #[serde(default)]
    pub unmet: bool,
}

impl Topic for HandoverMoved {
    const NAME: &'static str = "handover.moved";
}

/// Opens a handover for each of these pairings that follows another's within ninety days: pairings that lead, with no end yet.
/// The former pairings have been ended, and these entered, in this transaction. Gives how many were opened.
///
/// # Errors
/// When the database fails.
pub async fn open_many(tx: &Tx, begun: &[Begun]) -> Result<usize, Problem> {
    let today = tx.now().date_naive();
    let earliest = |day: Day| day.checked_sub_days(WITHIN).unwrap_or(day);
    let leading: Vec<&Begun> = begun
        .iter()
        .filter(|one| one.part == PairingPart::Lead && one.until.is_none() && one.from >= earliest(today))
        .collect();
    let clients: Vec<ClientId> = leading.iter().map(|one| one.client.0).collect();
    let ended = rows::last_ended(tx, &clients).await?;
    let mut opened = Vec::new();
    for next in leading {
        let former = ended.iter().filter(|one| one.client_id == next.client.0 && one.until_day < next.from);
        let Some(former) = former.max_by_key(|one| one.until_day) else { continue };
        if former.official_id != next.official.0 && former.until_day >= earliest(next.from) {
            opened.push((HandoverId::mint(tx.now()), next, former));
        }
    }
    let clients: Vec<ClientId> = opened.iter().map(|(_, next, _)| next.client.0).collect();
    rows::replace(tx, &clients).await?;
    rows::insert(tx, &opened).await?;
    for (id, next, _) in &opened {
        let moved = HandoverMoved { handover: *id, state: HandoverState::Open, unmet: false };
        tx.emit(next.client.1, &moved).await?;
    }
    Ok(opened.len())
}

/// Opens the handovers of a round that was published in this transaction. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn open_of_round(tx: &Tx, round: RoundId) -> Result<usize, Problem> {
    open_many(tx, &rows::new_in(tx, round).await?).await
}

/// Handovers that the actor has to do with, the latest first, those of `filter`: as who pairs in the area, as the next
/// commissioner while they are that, as the former one until it is received.
///
/// # Errors
/// [`Problem::Invalid`] for an area that is none; when the database fails or the cursor is forged.
pub async fn handovers(
    db: &impl Db,
    actor: &Actor,
    filter: &HandoverFilter,
    today: Day,
    limit: Limit,
) -> Result<Page<Handover>, Problem> {
    let rows = rows::handovers(db, actor, filter, today, limit).await?;
    Ok(Page::cut(rows, limit, |handover| handover.id))
}

/// One of them.
///
/// # Errors
/// [`Problem::NotFound`] when the actor has nothing to do with it.
pub async fn handover(db: &impl Db, actor: &Actor, id: HandoverId, today: Day) -> Result<Handover, Problem> {
    rows::handover(db, actor, id, today).await?.ok_or(Problem::NotFound)
}

/// The handover of one's own client that waits for one's word.
///
/// # Errors
/// When the database fails.
pub async fn to_confirm(
    db: &impl Db,
    scope: &Scope<AskPairings>,
    client: ClientId,
) -> Result<Option<Handover>, Problem> {
    rows::to_confirm(db, scope, client).await
}

/// One of one's own client, for its own people.
///
/// # Errors
/// [`Problem::NotFound`] when it is not theirs.
pub async fn own(db: &impl Db, scope: &Scope<AskPairings>, id: HandoverId) -> Result<Handover, Problem> {
    rows::own(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// The question how many wait for the actor to hand over or to receive, up to 100; none when nothing ever does.
#[must_use]
pub fn waiting(actor: &Actor, today: Day) -> Option<Sql> {
    actor.official.map(|official| rows::waiting(official, today, 100))
}

/// What the actor is to a handover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The commissioner of before.
    pub former: bool,
    /// The commissioner of now.
    pub next: bool,
    /// Who pairs in the area.
    pub desk: bool,
}

impl Parts {
    /// What `actor` is to `handover`.
    #[must_use]
    pub fn of(actor: &Actor, handover: &Handover) -> Self {
        let place = kernel::Reach::Area(handover.client_path.clone());
        Self {
            former: actor.official == Some(handover.former_id),
            next: actor.official == Some(handover.next_id),
            desk: actor.scope::<WritePairings>().is_some_and(|scope| scope.covers(&place)),
        }
    }

    /// Whether the pack may be written in now: by the former one until it is received, then by the next one.
    #[must_use]
    pub fn may_write(self, state: HandoverState) -> bool {
        match state {
            HandoverState::Open | HandoverState::Prepared => self.former || self.desk,
            HandoverState::Received | HandoverState::Confirmed => self.next || self.desk,
            HandoverState::Replaced => false,
        }
    }

    /// Whether it may be received now.
    #[must_use]
    pub fn may_receive(self, state: HandoverState) -> bool {
        self.next && state == HandoverState::Prepared
    }
}

/// Keeps what is written in the pack; with `ready`, hands it over: the next one is told.
///
/// # Errors
/// [`Problem::Forbidden`] for who may not write in it now; [`Problem::Invalid`] for texts too long;
/// [`Problem::Stale`] when somebody else was first.
pub async fn write(tx: &Tx, actor: &Actor, handover: &Handover, notes: Notes, ready: Ready) -> Result<(), Problem> {
    if !Parts::of(actor, handover).may_write(handover.state) {
        return Err(Problem::Forbidden("这份交接现在不由您填写。".into()));
    }
    let notes = checked(notes)?;
    let steps = ready == Ready::Yes && handover.state == HandoverState::Open;
    let state = if steps { HandoverState::Prepared } else { handover.state };
    let kept = |promise: NewPromise| Promise { text: promise.text, due: promise.due, done: promise.done };
    let promises = Promises(notes.promises.into_iter().map(kept).collect());
    let count = promises.0.len();
    rows::write(tx, handover, (&notes.note, promises), steps.then_some(actor.name.as_str())).await?;
    let act = if steps { "handover.prepare" } else { "handover.write" };
    let detail = serde_json::json!({ "client": handover.client_name, "from": handover.former_name, "to": handover.next_name,
        "note": notes.note, "count": count });
    audit::record(tx, &Deed::of(actor, act, "handover", handover.id.0, handover.county_id), &detail).await?;
    if steps {
        let moved = HandoverMoved { handover: handover.id, state, unmet: false };
        tx.emit(handover.county_id, &moved).await?;
    }
    Ok(())
}

/// Whether what is kept is all there is, so that the next one may have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// It is.
    Yes,
    /// There is more to come.
    NotYet,
}

fn checked(mut notes: Notes) -> Result<Notes, Problem> {
    notes.note = notes.note.trim().to_owned();
    if notes.note.chars().count() > 1000 {
        return Err(Problem::field("note", "其他说明不能超过 1000 个字。"));
    }
    for promise in &mut notes.promises {
        promise.text = promise.text.trim().to_owned();
    }
    notes.promises.retain(|promise| !promise.text.is_empty());
    if notes.promises.len() > MOST_PROMISES {
        return Err(Problem::field("promises", "承诺事项最多 20 条，请合并后再填写。"));
    }
    if notes.promises.iter().any(|promise| promise.text.chars().count() > 200) {
        return Err(Problem::field("promises", "每条承诺事项不能超过 200 个字。"));
    }
    Ok(notes)
}

/// The next commissioner has the pack: from now on the former one reads it no more.
///
/// # Errors
/// [`Problem::Forbidden`] for anybody else; [`Problem::Conflict`] when it is not ready, or done already;
/// [`Problem::Stale`] when somebody else was first.
pub async fn receive(tx: &Tx, actor: &Actor, handover: &Handover) -> Result<(), Problem> {
    if !Parts::of(actor, handover).next {
        return Err(Problem::Forbidden("请由新任服务专员接收。".into()));
    }
    match handover.state {
        HandoverState::Prepared => {}
        HandoverState::Open => return Err(Problem::Conflict("原专员还没有移交，请稍后再接收。".into())),
        _ => return Err(Problem::Conflict("这份交接已经接收过了。".into())),
    }
    rows::receive(tx, handover).await?;
    step(tx, actor, handover, ("handover.receive", HandoverState::Received)).await
}

/// The client's own people say that they have met the next one.
///
/// # Errors
/// [`Problem::Conflict`] when nothing waits for their word; [`Problem::Stale`] when somebody else was first.
pub async fn confirm(tx: &Tx, actor: &Actor, handover: &Handover) -> Result<(), Problem> {
    waits_for_the_client(handover)?;
    rows::confirm(tx, handover, &actor.name).await?;
    step(tx, actor, handover, ("handover.confirm", HandoverState::Confirmed)).await
}

/// The client's own people say that nobody has come yet.
///
/// # Errors
/// As [`confirm`].
pub async fn not_met(tx: &Tx, actor: &Actor, handover: &Handover) -> Result<(), Problem> {
    waits_for_the_client(handover)?;
    rows::not_met(tx, handover).await?;
    let detail = serde_json::json!({ "client": handover.client_name, "to": handover.next_name });
    let deed = Deed::of(actor, "handover.not_met", "handover", handover.id.0, handover.county_id);
    audit::record(tx, &deed, &detail).await?;
    let moved = HandoverMoved { handover: handover.id, state: handover.state, unmet: true };
    tx.emit(handover.county_id, &moved).await.map(drop)
}

fn waits_for_the_client(handover: &Handover) -> Result<(), Problem> {
    match handover.state {
        HandoverState::Received => Ok(()),
        HandoverState::Confirmed => Err(Problem::Conflict("您已经确认过了，谢谢。".into())),
        _ => Err(Problem::Conflict("新专员还没有接收，暂时不需要您确认。".into())),
    }
}

async fn step(tx: &Tx, actor: &Actor, handover: &Handover, (act, state): (&str, HandoverState)) -> Result<(), Problem> {
    let detail =
        serde_json::json!({ "client": handover.client_name, "from": handover.former_name, "to": handover.next_name });
    audit::record(tx, &Deed::of(actor, act, "handover", handover.id.0, handover.county_id), &detail).await?;
    tx.emit(handover.county_id, &HandoverMoved { handover: handover.id, state, unmet: false }).await.map(drop)
}

/// One that was told of, wherever it lies: for who carries the news.
pub(super) async fn told(db: &impl Db, county: AreaCode, id: HandoverId) -> Result<Option<Handover>, Problem> {
    rows::told(db, county, id).await
}

/// Who hears of a step, and in which words: whoever has to take the next one.
pub(super) async fn news(
    tx: &Tx,
    moved: &HandoverMoved,
    handover: &Handover,
    today: Day,
) -> Result<Vec<(String, Vec<Addressee>)>, Problem> {
    let (client, former, next) = (&handover.client_name, &handover.former_name, &handover.next_name);
    let desks = async || holders::desks_near(tx, &handover.client_path, today).await;
    Ok(match moved.state {
        HandoverState::Open => {
            let writers = match handover.former_left_on {
                Some(_) => desks().await?,
                None => holders::accounts_of(tx, handover.former_id).await?,
            };
            vec![
                (format!("“{client}”将由{next}接手，请准备交接"), writers),
                (format!("您将服务“{client}”（原由{former}服务）"), holders::accounts_of(tx, handover.next_id).await?),
            ]
        }
        HandoverState::Prepared => {
            vec![(format!("“{client}”的交接已准备好，请接收"), holders::accounts_of(tx, handover.next_id).await?)]
        }
        HandoverState::Received if moved.unmet => {
            let mut readers = holders::accounts_of(tx, handover.next_id).await?;
            readers.extend(desks().await?);
            vec![(format!("“{client}”还没有见到新专员{next}"), readers)]
        }
        HandoverState::Received => {
            let liaisons = holders::liaisons_of(tx, handover.client_id, today).await?;
            vec![(format!("{next}已接手为您服务，见到后请确认"), liaisons)]
        }
        HandoverState::Confirmed => {
            vec![(format!("“{client}”已确认见到您，交接完成"), holders::accounts_of(tx, handover.next_id).await?)]
        }
        HandoverState::Replaced => Vec::new(),
    })
}
