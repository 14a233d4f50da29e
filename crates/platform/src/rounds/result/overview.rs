//! The first page of a planned round: what it comes to, the proof, areas, loads.

use super::curve::Curve;
use super::rows::{self, Tally};
use super::total;
use crate::app::say_day;
use crate::rounds::pages::{may_change, tone};
use crate::rounds::planning::{Counts, Touched};
use crate::rounds::{Planned, Round};
use crate::{App, org};
use askama::Template;
use kernel::authz::ReadPairings;
use kernel::words::RoundState;
use kernel::{Actor, AreaCode, Problem, Reach, Scope};
use shell::{Html, Kit};

/// What one area comes to, as a line.
struct AreaLine {
    name: String,
    href: String,
    counts: Counts,
}

/// How many officials have as many clients.
struct LoadLine {
    clients: i64,
    officials: i64,
}

#[derive(Template)]
#[template(path = "rounds/result/overview.html")]
pub(in super::super) struct OverviewPage {
    kit: Kit,
    round: Round,
    tone: &'static str,
    may_change: bool,
    review: bool,
    published: bool,
    first: String,
    planned_at: String,
    published_at: String,
    message: Option<String>,
    counts: Counts,
    /// The figures of the whole plan, for who reads the whole of it.
    planned: Option<Planned>,
    /// By how much what was adjusted by hand makes it dearer.
    by_hand: i64,
    /// Of an adjustment: the curve, drawn, and its points.
    curve: Option<Curve>,
    /// Whom an adjustment touches, within the reader's reach, and why; how many more there are.
    touched: Vec<Touched>,
    more_touched: usize,
    by_county: bool,
    areas: Vec<AreaLine>,
    loads: Vec<LoadLine>,
    /// Officials with at least one client, and how many each has on average.
    busy: i64,
    average: String,
    most: i64,
}

/// The page.
///
/// # Errors
/// When the database fails.
pub(in super::super) async fn page(
    app: &App,
    (actor, scope): (&Actor, &Scope<ReadPairings>),
    kit: Kit,
    round: Round,
) -> Result<Html<OverviewPage>, Problem> {
    let told = round.told()?;
    let curve = (round.within(scope) && !told.points.is_empty()).then(|| Curve::of(&told.points, told.point));
    let covered = |county: AreaCode| scope.covers(&Reach::Area(app.site.path().child(county)));
    let mut touched = told.touched.clone();
    touched.retain(|one| round.within(scope) || covered(one.county));
    let more_touched = if round.within(scope) { told.touched_count.saturating_sub(touched.len()) } else { 0 };
    let tallies = rows::tallies(&app.store, scope, &round).await?;
    let loads = rows::loads(&app.store, scope, &round).await?;
    let busy = loads.iter().filter(|load| load.clients > 0).map(|load| load.officials).sum::<i64>();
    let places = loads.iter().map(|load| load.clients * load.officials).sum::<i64>();
    let planned = told.planned.filter(|_| round.within(scope));
    let (by_county, areas) = lines(app, scope, &round, &tallies).await?;
    let say = |at: Option<kernel::Instant>| at.map(|at| app.site.say(at, app.now())).unwrap_or_default();
    Ok(Html(OverviewPage {
        kit: kit.titled(round.name.as_str()).under("/pairing-rounds", "包靠批次"),
        tone: tone(round.state),
        may_change: may_change(actor, &round),
        review: round.state == RoundState::Review,
        published: round.state == RoundState::Published,
        first: say_day(round.first_day),
        planned_at: say(round.planned_at),
        published_at: say(round.published_at),
        message: told.message,
        counts: total(&tallies),
        by_hand: planned.as_ref().map_or(0, |planned| round.cost - planned.cost.total()),
        planned,
        curve,
        touched,
        more_touched,
        by_county,
        areas,
        most: loads.iter().filter(|load| load.clients > 0).map(|load| load.officials).max().unwrap_or(1),
        loads: loads.iter().map(|load| LoadLine { clients: load.clients, officials: load.officials }).collect(),
        average: if busy == 0 { "0".into() } else { format!("{:.1}", places as f64 / busy as f64) },
        busy,
        round,
    }))
}

/// The counties of a city, or the towns of a county, each with what it comes to.
async fn lines(
    app: &App,
    scope: &Scope<ReadPairings>,
    round: &Round,
    tallies: &[Tally],
) -> Result<(bool, Vec<AreaLine>), Problem> {
    let names = org::areas_within(&app.store, scope).await?;
    let by_county = tallies.iter().any(|tally| Some(tally.county_id) != tallies.first().map(|first| first.county_id));
    let code = |tally: &Tally| if by_county { Some(tally.county_id) } else { tally.area_path.code() };
    let mut codes: Vec<AreaCode> = tallies.iter().filter_map(code).collect();
    codes.sort_unstable();
    codes.dedup();
    let line = |area: AreaCode| AreaLine {
        name: names.iter().find(|known| known.id == area).map_or_else(|| area.to_string(), |known| known.name.clone()),
        href: format!("{}/places?area={area}", round.path()),
        counts: total(tallies.iter().filter(|tally| code(tally) == Some(area))),
    };
    Ok((by_county, codes.into_iter().map(line).collect()))
}

impl OverviewPage {
    /// The list, filtered.
    fn list(&self, query: &str) -> String {
        let and = if query.is_empty() { "" } else { "?" };
        format!("{}/places{and}{query}", self.round.path())
    }

    fn unpaired(&self) -> String {
        format!("{}/unpaired", self.round.path())
    }

    fn unpaired_tone(&self) -> &'static str {
        if self.counts.unpaired > 0 { "red" } else { "grey" }
    }

    fn signed(&self) -> String {
        format!("{:+}", self.by_hand)
    }
}
