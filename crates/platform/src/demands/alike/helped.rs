//! One answer, many helped (一解百解): once a demand is answered, whoever handles it sees who else may wait for the same, and
//! what they may do about each.
//!
//! Those who wait for an answer are proposed when the matter was solved, solved in part or explained. What was shelved, and what
//! ended without a solution, is proposed only when it was solved: then it may wake, or be taken up anew.

use super::lend::is_answered;
use super::{Alike, BACK, Matter, SAME_MATTER, in_words, rows, told};
use crate::App;
use crate::demands::{Demand, Line, acts, standing, steps};
use chrono::Duration;
use kernel::authz::ReadDemands;
use kernel::words::{DemandAct, DemandState, Outcome, Part, Rating};
use kernel::{Actor, Problem, Scope};
use rules::Standing;
use std::collections::BTreeSet;

/// For how long after its end an answer is offered to others.
const FRESH: Duration = Duration::days(90);
/// How many are told at most, and how many of them at first sight.
const MOST: usize = 20;
const AT_SIGHT: usize = 5;
/// How much is shown of what somebody asks for, in characters.
const EXCERPT: usize = 70;

/// The states in which a demand still wants an answer, and nobody has one ready.
const WAITS: &[DemandState] = &[
    DemandState::Raised,
    DemandState::Accepted,
    DemandState::Dispatched,
    DemandState::Handling,
    DemandState::Objected,
    DemandState::Arbitration,
    DemandState::Suspended,
    DemandState::Shelved,
];

/// A demand of somebody else that an answer may help.
#[derive(Debug, Clone)]
pub struct Helped {
    /// Which, and how alike it is.
    pub alike: Alike,
    /// What its reader may do now so that the answer helps it, the likeliest first.
    pub acts: Vec<DemandAct>,
}

/// Other clients' demands that the answer to this one may help, the most alike first: open ones and, when it was solved, those
/// that were put off or turned down and that the reader may take up again. None before it is answered.
///
/// # Errors
/// When the database fails.
pub async fn helped(
    app: &App,
    actor: &Actor,
    scope: &Scope<ReadDemands>,
    demand: &Demand,
) -> Result<Vec<Helped>, Problem> {
    let now = app.now();
    let helps = matches!(demand.outcome, Some(Outcome::Solved | Outcome::Partly | Outcome::Explained));
    let fresh = demand.ended_at.is_none_or(|ended| ended >= now - FRESH);
    if !helps || !fresh || !is_answered(demand) || demand.sealed {
        return Ok(Vec::new());
    }
    let (matter, since) = (Matter::of(demand), now - BACK);
    let mut near = rows::open(&app.store, matter.county, matter.category).await?;
    near.extend(rows::of_county(&app.store, matter.county, since).await?);
    near.retain(|near| WAITS.contains(&near.state));
    if demand.outcome == Some(Outcome::Solved) {
        let unsolved = rows::unsolved(&app.store, matter.county, matter.category, since).await?;
        near.extend(unsolved.into_iter().filter(|near| near.state == DemandState::Closed));
    }
    near.retain(|near| near.client_id != demand.client_id);
    let mut helped = Vec::new();
    for alike in told(app, scope, &matter, (near, SAME_MATTER), MOST).await? {
        let other = &alike.demand;
        let standing = standing(&app.store, other).await?;
        let may = acts(&app.site, actor, other, &standing, now);
        let acts = useful(demand, other, &may);
        // What has ended is no matter of somebody who cannot take it up again.
        if other.ended_at.is_none() || acts.contains(&DemandAct::Reopen) {
            helped.push(Helped { alike, acts });
        }
    }
    Ok(helped)
}

/// What helps the other demand now, of what the reader may do, the likeliest first.
fn useful(answered: &Demand, other: &Demand, may: &[DemandAct]) -> Vec<DemandAct> {
    let solved = answered.outcome == Some(Outcome::Solved);
    // Whoever was content with an explanation is not asked again; whom the law stood in the way of, is.
    let content = other.rating == Some(Rating::Satisfied) && other.outcome != Some(Outcome::Unlawful);
    let wanted = [
        (DemandAct::Reply, true),
        (DemandAct::Wake, solved),
        (DemandAct::Dispatch, answered.lead_unit_id.is_some()),
        (DemandAct::Accept, true),
        (DemandAct::Sign, true),
        (DemandAct::Merge, true),
        (DemandAct::Reopen, solved && !content),
    ];
    wanted.into_iter().filter(|(act, so)| *so && may.contains(act)).map(|(act, _)| act).collect()
}

/// What a press says that does this for the sake of an answer.
fn said(act: DemandAct) -> &'static str {
    match act {
        DemandAct::Reply => "用这次的答复",
        DemandAct::Dispatch => "交办同一单位",
        other => other.label(),
    }
}

/// One of the helped as a line of the card.
#[derive(Debug, Clone)]
pub(in crate::demands) struct HelpedLine {
    pub line: Line,
    /// How alike it is, in words.
    pub why: &'static str,
    /// What it asks for, shortened.
    pub excerpt: String,
    /// What became of it, where it has ended or was put off; else empty.
    pub outcome: &'static str,
    /// The likeliest act: its form's address and what is pressed.
    pub press: Option<(String, &'static str)>,
}

/// The card of those whom an answer may help.
#[derive(Debug, Clone)]
pub(in crate::demands) struct HelpedCard {
    /// The number of the answered demand.
    pub from: String,
    /// What became of it.
    pub outcome: &'static str,
    /// How many clients are told.
    pub clients: usize,
    /// Those that are seen at once.
    pub lines: Vec<HelpedLine>,
    /// The others.
    pub more: Vec<HelpedLine>,
    /// Whether the answer may be given to one of them now.
    pub lends: bool,
    /// What may be done to several at once: the code, and what is pressed.
    pub acts: Vec<(&'static str, &'static str)>,
}

impl HelpedCard {
    /// The card for somebody who has the demand in hand; none when nobody else is found, or for anybody else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(
        app: &App,
        (actor, scope): (&Actor, &Scope<ReadDemands>),
        (demand, standing): (&Demand, &Standing),
    ) -> Result<Option<Self>, Problem> {
        let parts = steps::doer(actor, demand, Some(standing)).parts;
        let hand = [Part::Desk, Part::Unit, Part::Co, Part::Head, Part::Commissioner];
        if !parts.iter().any(|part| hand.contains(part)) {
            return Ok(None);
        }
        Ok(Self::telling(app, demand, &helped(app, actor, scope, demand).await?))
    }

    /// The card that tells of these; none when there are none.
    pub fn telling(app: &App, demand: &Demand, helped: &[Helped]) -> Option<Self> {
        if helped.is_empty() {
            return None;
        }
        let clients: BTreeSet<_> = helped.iter().map(|helped| helped.alike.demand.client_id).collect();
        let mut lines: Vec<HelpedLine> = helped.iter().map(|helped| HelpedLine::of(app, demand, helped)).collect();
        let more = lines.split_off(lines.len().min(AT_SIGHT));
        let open = helped.iter().filter(|helped| helped.alike.demand.ended_at.is_none()).count();
        let all = [
            DemandAct::Reply,
            DemandAct::Wake,
            DemandAct::Dispatch,
            DemandAct::Accept,
            DemandAct::Sign,
            DemandAct::Merge,
            DemandAct::Reopen,
        ];
        let may = |act: &DemandAct| helped.iter().any(|helped| helped.acts.contains(act));
        // To be merged there must be one to merge into.
        let acts = all.into_iter().filter(may).filter(|act| *act != DemandAct::Merge || open > 1);
        Some(Self {
            from: demand.number.clone(),
            outcome: demand.outcome.map_or("", |outcome| outcome.label()),
            clients: clients.len(),
            lends: may(&DemandAct::Reply),
            acts: acts.map(|act| (act.code(), said(act))).collect(),
            lines,
            more,
        })
    }
}

impl HelpedLine {
    fn of(app: &App, answered: &Demand, helped: &Helped) -> Self {
        let demand = &helped.alike.demand;
        let press = helped.acts.first().map(|act| {
            let href = format!("{}/{}?from={}", demand.path(), act.code(), answered.number);
            (href, said(*act))
        });
        let ended = demand.outcome.filter(|_| demand.ended_at.is_some());
        Self {
            line: Line::of(&app.site, demand, app.now()),
            why: in_words(helped.alike.likeness),
            excerpt: shortened(&demand.body),
            outcome: ended.map_or("", |outcome| outcome.label()),
            press,
        }
    }
}

/// The beginning of a text, in one line.
fn shortened(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(EXCERPT) {
        line.truncate(end);
        line.push('…');
    }
    line
}
