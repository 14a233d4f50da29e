//! A demand on paper (承办单): A4, for the file and for signing. Moments are written out, since a sheet is read on other days, and
//! nothing stands there that its reader may not read on the page.

use super::told::ShareLine;
use crate::demands::{Clocked, Demand, Happened, discreet, reads_within};
use crate::{App, Site};
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadDemands;
use kernel::id::DemandId;
use kernel::words::{ClockKind, Part, Verdict};
use shell::{Guard, Html, Kit, Path, Refusal, Routes};

pub(in crate::demands) fn routes() -> Routes<App> {
    Routes::new().get("/demands/{id}/print", print)
}

/// A clock on paper.
struct ClockRow {
    label: String,
    since: String,
    due: String,
    stopped: String,
    verdict: &'static str,
}

impl ClockRow {
    fn of(site: &Site, clock: &Clocked) -> Self {
        let label = match (&clock.unit_name, clock.kind) {
            (Some(unit), ClockKind::Handling) => format!("{unit}办理"),
            (Some(unit), kind) => format!("{unit}：{kind}"),
            (None, kind) => kind.label().to_owned(),
        };
        let paused = clock.paused_at.is_some();
        Self {
            label: if clock.round > 1 { format!("{label}（第 {} 轮）", clock.round) } else { label },
            since: site.write_out(clock.started_at),
            due: clock
                .due_at
                .map_or_else(|| if paused { "暂停中".into() } else { "待定".into() }, |due| site.write_out(due)),
            stopped: clock.stopped_at.map_or_else(|| "—".into(), |at| site.write_out(at)),
            verdict: clock.verdict.map_or("办理中", Verdict::label),
        }
    }
}

/// A line of the timeline on paper.
struct EventRow {
    at: String,
    act: String,
    who: String,
    text: String,
    files: usize,
}

impl EventRow {
    fn of(site: &Site, event: &Happened) -> Self {
        let served = matches!(event.part, Part::Unit | Part::Co | Part::Head);
        let part = event.unit_name.as_deref().filter(|_| served).unwrap_or(event.part.label());
        Self {
            at: site.write_out(event.at),
            act: match event.outcome {
                Some(outcome) => format!("{}：{outcome}", event.act),
                None => event.act.label().to_owned(),
            },
            who: if event.part == Part::Platform { part.to_owned() } else { format!("{part} {}", event.name) },
            text: event.text.clone(),
            files: event.files.len(),
        }
    }
}

/// What the client said, on paper.
struct RatedRow {
    at: String,
    result: &'static str,
    process: &'static str,
    comment: String,
}

#[derive(Template)]
#[template(path = "demands/show/print.html")]
struct PrintPage {
    kit: Kit,
    demand: Demand,
    raised: String,
    due: String,
    shares: Vec<ShareLine>,
    clocks: Vec<ClockRow>,
    events: Vec<EventRow>,
    ratings: Vec<RatedRow>,
    /// The client's people, as far as the reader sees them; numbers masked.
    contacts: Vec<String>,
    /// Who printed it, and when.
    printed: String,
}

async fn print(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DemandId>,
) -> Result<Html<PrintPage>, Refusal> {
    let demand = crate::demands::demand(&app.store, &guard.scope, id).await?;
    let (actor, site, now) = (&guard.actor, &app.site, app.now());
    let opened = discreet::opened(&app.store, actor, &demand).await?;
    let clocks = crate::demands::clocks(&app.store, &demand).await?;
    let shares = crate::demands::shares(&app.store, &demand).await?;
    let events = crate::demands::timeline(&app.store, actor, &demand).await?;
    let ratings = crate::demands::ratings(&app.store, actor, &demand).await?;
    // A number that was opened for a reason stays on the page where that is noted.
    let standing = crate::demands::standing(&app.store, &demand).await?;
    let contacts = super::contacts(&app, actor, (&demand, &standing), &[], now).await?;
    let demand = discreet::seen(demand, actor, &opened);
    Ok(Html(PrintPage {
        kit: kit.titled(format!("承办单 {}", demand.number)).under(demand.path(), demand.title.as_str()),
        raised: site.write_out(demand.raised_at),
        due: demand.due_at.map_or_else(|| "—".into(), |due| site.write_out(due)),
        shares: shares.iter().map(|share| ShareLine::of(site, share, now)).collect(),
        clocks: clocks.iter().map(|clock| ClockRow::of(site, clock)).collect(),
        events: events
            .iter()
            .filter(|event| reads_within(actor, &demand, event.act))
            .map(|event| EventRow::of(site, event))
            .collect(),
        ratings: ratings
            .iter()
            .map(|rated| RatedRow {
                at: site.write_out(rated.at),
                result: rated.rating.label(),
                process: rated.process.map_or("—", kernel::words::Rating::label),
                comment: rated.comment.clone(),
            })
            .collect(),
        contacts: contacts
            .into_iter()
            .map(|contact| [contact.name, contact.position, contact.phone].join(" ").replace("  ", " "))
            .collect(),
        printed: format!("{}于 {} ", actor.name, site.write_out(now)),
        demand,
    }))
}
