//! Pairings by the hundred, as a file brings them: found again by client, official and first day. Days may lie in the past, so
//! that a history can be brought; at no time do two lead for one client.

mod rows;

use super::quota::Ledger;
use super::{Begun, Pairing, bars};
use crate::Site;
use crate::audit;
use crate::many::{Difference, Lined, Mistakes, Verdict};
use crate::org::Official;
use crate::org::many::{OfficialRef, find_officials, hold_officials};
use crate::registry::Client;
use crate::registry::many::ByCode;
use kernel::authz::{ReadOrg, WritePairings};
use kernel::id::{ClientId, OfficialId, PairingId, UnitId};
use kernel::words::PairingPart;
use kernel::{Actor, Day, Instant, Problem, Scope};
use serde_json::json;
use std::collections::HashMap;
use store::{Db, Tx};

/// A pairing as a file tells of it.
#[derive(Debug, Clone)]
pub struct PairingWish {
    /// The code of the client.
    pub client: String,
    /// Who looks after it.
    pub official: OfficialRef,
    /// Whether they lead or assist; who is new leads unless it is told.
    pub part: Option<PairingPart>,
    /// The first day.
    pub from: Day,
    /// The last day; what is not told stays.
    pub until: Option<Day>,
}

/// A pairing that begins.
#[derive(Debug, Clone)]
pub struct Begin {
    id: PairingId,
    client: Client,
    official: Official,
    part: PairingPart,
    from: Day,
    until: Option<Day>,
}

/// What is to be written for a pairing.
#[derive(Debug, Clone)]
pub enum PairingWrite {
    /// It begins.
    Begin(Box<Begin>),
    /// It ends on a day.
    End(Box<Pairing>, Day),
}

/// From when until when somebody looks after a client, and where that is said.
struct Span {
    official: OfficialId,
    name: String,
    part: PairingPart,
    from: Day,
    until: Option<Day>,
    line: Option<u32>,
}

/// Weighs pairings.
///
/// # Errors
/// When the database fails.
pub async fn weigh_pairings(
    db: &impl Db,
    site: &Site,
    actor: &Actor,
    scope: &Scope<WritePairings>,
    now: Instant,
    wishes: &[Lined<PairingWish>],
) -> Result<Vec<Verdict<PairingWrite>>, Problem> {
    let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let clients = ByCode::find(db, wishes.iter().map(|lined| lined.wish.client.as_str())).await?;
    let meant: Vec<OfficialRef> = wishes.iter().map(|lined| lined.wish.official.clone()).collect();
    let officials = find_officials(db, &consulted, &meant).await?;
    let ids = clients.ids();
    let mut there: HashMap<(ClientId, OfficialId, Day), Pairing> = HashMap::new();
    let mut spans: HashMap<ClientId, Vec<Span>> = HashMap::new();
    for pairing in rows::of_clients(db, &ids).await? {
        spans.entry(pairing.client_id).or_default().push(Span {
            official: pairing.official_id,
            name: pairing.official_name.clone(),
            part: pairing.part,
            from: pairing.from_day,
            until: pairing.until_day,
            line: None,
        });
        there.insert((pairing.client_id, pairing.official_id, pairing.from_day), pairing);
    }
    let units: Vec<UnitId> = officials.iter().flatten().map(|official| official.unit_id).collect();
    let objections = bars::objections(db, &ids, &units).await?;
    let mut verdicts = Vec::with_capacity(wishes.len());
    for (Lined { line, wish }, official) in wishes.iter().zip(officials) {
        let mut mistakes = Mistakes::none();
        let client = mistakes.note(clients.within(scope, &wish.client))?;
        let official = mistakes.note(official)?;
        if wish.until.is_some_and(|until| until < wish.from) {
            mistakes.say("until", "结束日期不能早于开始日期。");
        }
        let (client, official) = match (mistakes.found(), client, official) {
            (None, Some(client), Some(official)) => (client, official),
            (found, ..) => {
                verdicts.push(Verdict::Wrong(found.unwrap_or_default()));
                continue;
            }
        };
        let spans = spans.entry(client.id).or_default();
        let same = spans.iter_mut().find(|span| span.official == official.id && span.from == wish.from);
        verdicts.push(match (same, there.get(&(client.id, official.id, wish.from))) {
            (Some(Span { line: Some(before), .. }), _) => {
                Verdict::wrong("client", format!("与第 {before} 行是同一条包靠关系。"))
            }
            (Some(_), Some(old)) if wish.part.is_some_and(|part| part != old.part) => {
                Verdict::wrong("part", format!("这条包靠关系的分工是“{}”，不能改；请结束后重新安排。", old.part))
            }
            (Some(span), Some(old)) => {
                span.line = Some(*line);
                match (old.until_day, wish.until) {
                    (Some(ended), Some(until)) if ended != until => {
                        Verdict::wrong("until", format!("这条包靠关系已于 {ended} 结束，结束日期不能再改。"))
                    }
                    (None, Some(until)) => {
                        span.until = Some(until);
                        let difference = Difference::of("until", "", until);
                        Verdict::against(difference.into_iter().collect(), || {
                            PairingWrite::End(Box::new(old.clone()), until)
                        })
                    }
                    _ => Verdict::Same,
                }
            }
            _ if client.closed_on.is_some_and(|last| last < wish.from) => {
                Verdict::wrong("client", format!("“{}”已注销或退出，不再安排包靠。", client.name))
            }
            _ if official.left_on.is_some_and(|last| last < wish.from) => {
                Verdict::wrong("official", "这名干部已经离任，请另选一名。")
            }
            _ => {
                let part = wish.part.unwrap_or(PairingPart::Lead);
                if let Err(refused) = objections.refuse(client, &official, wish.from, wish.until) {
                    let mut mistakes = Mistakes::none();
                    mistakes.note::<()>(Err(refused))?;
                    verdicts.push(Verdict::Wrong(mistakes.found().unwrap_or_default()));
                    continue;
                }
                spans.push(Span {
                    official: official.id,
                    name: official.name.clone(),
                    part,
                    from: wish.from,
                    until: wish.until,
                    line: Some(*line),
                });
                let (from, until, client) = (wish.from, wish.until, client.clone());
                let id = PairingId::mint(now);
                Verdict::New(PairingWrite::Begin(Box::new(Begin { id, client, official, part, from, until })))
            }
        });
    }
    one_at_a_time(&spans, wishes, &mut verdicts);
    within_quota(db, site, site.hours.day(now), &mut verdicts).await?;
    Ok(verdicts)
}

/// Refuses the new pairings that hold today or later and for which the official's quota has no room, when every pairing that
/// the file ends has ended.
async fn within_quota(
    db: &impl Db,
    site: &Site,
    today: Day,
    verdicts: &mut [Verdict<PairingWrite>],
) -> Result<(), Problem> {
    let lasts = |until: Option<Day>| until.is_none_or(|until| until >= today);
    let (mut begun, mut ended) = (Vec::new(), Vec::new());
    for verdict in &*verdicts {
        match verdict {
            Verdict::New(PairingWrite::Begin(begin)) if lasts(begin.until) => begun.push(&begin.official),
            Verdict::Changed(PairingWrite::End(pairing, last), _) if *last < today => ended.push(pairing),
            _ => {}
        }
    }
    let mut ledger = Ledger::open(db, site, &begun, today).await?;
    let kinds = rows::kinds(db, &ended.iter().map(|pairing| pairing.client_id).collect::<Vec<_>>()).await?;
    for pairing in ended {
        if let Some(kind) = kinds.get(&pairing.client_id) {
            ledger.give_back(pairing.official_id, *kind);
        }
    }
    for verdict in verdicts {
        let Verdict::New(PairingWrite::Begin(begin)) = &*verdict else { continue };
        if !lasts(begin.until) {
            continue;
        }
        match ledger.take(&begin.client, &begin.official) {
            Err(Problem::Invalid { errors, .. }) => *verdict = Verdict::Wrong(errors),
            done => done?,
        }
    }
    Ok(())
}

/// Refuses the new pairings that share a day with another of the same client and the same official, or of the same client
/// when both lead, once everything in the file has happened.
fn one_at_a_time(
    spans: &HashMap<ClientId, Vec<Span>>,
    wishes: &[Lined<PairingWish>],
    verdicts: &mut [Verdict<PairingWrite>],
) {
    for (Lined { line, wish }, verdict) in wishes.iter().zip(verdicts) {
        let Verdict::New(PairingWrite::Begin(begin)) = &*verdict else { continue };
        let others = spans.get(&begin.client.id).map_or(&[][..], Vec::as_slice);
        let begun = |span: &&Span| span.line != Some(*line);
        let shares = |span: &&Span| {
            span.until.is_none_or(|until| until >= wish.from) && wish.until.is_none_or(|until| span.from <= until)
        };
        let rivals = |span: &&Span| {
            span.official == begin.official.id || span.part == PairingPart::Lead && begin.part == PairingPart::Lead
        };
        let Some(other) = others.iter().filter(begun).filter(rivals).find(shares) else { continue };
        let place = other.line.map(|line| format!("（第 {line} 行）")).unwrap_or_default();
        let told = format!("“{}”已由{}{place}联系包靠，请先结束原来的包靠关系。", begin.client.name, other.name);
        *verdict = Verdict::wrong("client", told);
    }
}

/// Takes the clients and the officials that the file names for this transaction, so that nobody pairs them meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &Tx, wishes: &[Lined<PairingWish>]) -> Result<(), Problem> {
    let clients = ByCode::find(tx, wishes.iter().map(|lined| lined.wish.client.as_str())).await?;
    clients.hold(tx).await?;
    let meant: Vec<OfficialRef> = wishes.iter().map(|lined| lined.wish.official.clone()).collect();
    hold_officials(tx, &meant).await
}

/// Writes what was weighed.
///
/// # Errors
/// [`Problem::Conflict`] when somebody else was first; then the transaction is to be dropped.
pub async fn write_pairings(tx: &Tx, actor: &Actor, writes: Vec<PairingWrite>) -> Result<(), Problem> {
    let mut begun = Vec::new();
    for write in writes {
        match write {
            PairingWrite::Begin(begin) => begun.push(*begin),
            PairingWrite::End(pairing, last) => super::end(tx, actor, &pairing, last).await?,
        }
    }
    let begins = |begin: &Begin| Begun {
        id: begin.id,
        client: (begin.client.id, begin.client.county_id),
        official: (begin.official.id, begin.official.county_id),
        part: begin.part,
        round: None,
        from: begin.from,
        until: begin.until,
    };
    let rows: Vec<Begun> = begun.iter().map(begins).collect();
    super::rows::insert(tx, &rows).await?;
    super::moved(tx, &rows.iter().map(|begun| begun.client).collect::<Vec<_>>()).await?;
    super::handovers::open_many(tx, &rows).await?;
    let done = begun.iter().map(|begin| {
        let detail = json!({ "client": begin.client.name, "official": begin.official.name, "part": begin.part,
            "from": begin.from });
        (Some(begin.id.0), begin.client.county_id, detail)
    });
    audit::record_all(tx, actor, ("pairing.begin", "pairing"), done.collect()).await?;
    let ended = begun.iter().filter_map(|begin| {
        let detail = json!({ "client": begin.client.name, "official": begin.official.name, "last_day": begin.until? });
        Some((Some(begin.id.0), begin.client.county_id, detail))
    });
    audit::record_all(tx, actor, ("pairing.end", "pairing"), ended.collect()).await
}
