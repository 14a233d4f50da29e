//! What stands against an act on each of the demands that were chosen, and doing it, each in a transaction of its own.

use crate::App;
use crate::demands::{self, ActWish, Demand, Line, discreet};
use kernel::authz::ReadDemands;
use kernel::id::DemandId;
use kernel::words::DemandAct;
use kernel::{Problem, Scope};
use shell::Guard;

/// One that was chosen, and what stands against it or has become of it.
pub(super) struct Chosen {
    pub line: Line,
    /// As it was seen when it was chosen.
    pub version: i64,
    /// Why it cannot be done, or was not; empty when it can, or was.
    pub refused: String,
}

/// The demand with what stands against the act; none when it is not to be seen.
pub(super) async fn weighed(
    app: &App,
    guard: &Guard<ReadDemands>,
    (id, version): (DemandId, i64),
    act: DemandAct,
) -> Result<Option<Chosen>, Problem> {
    let Some(demand) = seen(app, &guard.scope, id).await? else { return Ok(None) };
    let standing = demands::standing(&app.store, &demand).await?;
    let may = demands::acts(&app.site, &guard.actor, &demand, &standing, app.now()).contains(&act);
    let refused = if may { String::new() } else { format!("现在是“{}”，不能{}", demand.state, act.label()) };
    Ok(Some(chosen(app, &demand, version, refused)))
}

/// Does the act on the version that was seen; one that has moved on is left alone.
pub(super) async fn tried(
    app: &App,
    guard: &Guard<ReadDemands>,
    (id, version): (DemandId, i64),
    (act, wish): (DemandAct, &ActWish),
) -> Result<Option<Chosen>, Problem> {
    let Some(before) = seen(app, &guard.scope, id).await? else { return Ok(None) };
    if wish.main == Some(id) {
        return Ok(Some(chosen(app, &before, version, "这就是主件，其他的并入它".into())));
    }
    let act = wish.parse(act)?;
    let tx = app.store.begin().await?;
    let demand = demands::demand(&tx, &guard.scope, id).await?;
    if demand.version != version {
        return Ok(Some(chosen(app, &demand, version, "刚有新的进展，没有办理，请单独查看".into())));
    }
    match demands::act(&tx, &app.site, &guard.actor, demand, &act, &[]).await {
        Ok(after) => {
            tx.commit().await?;
            Ok(Some(chosen(app, &after, after.version, String::new())))
        }
        Err(problem @ (Problem::Bug { .. } | Problem::Unavailable(_))) => Err(problem),
        Err(problem) => Ok(Some(chosen(app, &before, version, why(&problem)))),
    }
}

/// Why one was not done, in a sentence.
fn why(problem: &Problem) -> String {
    match problem {
        Problem::Invalid { errors, .. } => errors.iter().map(|error| error.detail.as_str()).collect(),
        other => other.detail(),
    }
}

async fn seen(app: &App, scope: &Scope<ReadDemands>, id: DemandId) -> Result<Option<Demand>, Problem> {
    match demands::demand(&app.store, scope, id).await {
        Ok(demand) => Ok(Some(demand)),
        Err(Problem::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

fn chosen(app: &App, demand: &Demand, version: i64, refused: String) -> Chosen {
    let mut line = Line::of(&app.site, demand, app.now());
    if demand.sealed {
        line.client = discreet::SOMEBODY.into();
    }
    Chosen { line, version, refused }
}
