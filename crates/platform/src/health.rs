//! Whether the process lives and whether it can do its work: for load balancers and supervisors, without login; and the
//! figures that its operators watch.

use crate::{App, demands, messages};
use axum::extract::State;
use kernel::Problem;
use shell::{Public, Refusal, Routes};
use store::{Db, Sql};

/// `/healthz`: the process answers. `/readyz`: the database is reachable and its schema is this program's.
#[must_use]
pub fn routes() -> Routes<App> {
    Routes::new().get("/healthz", alive).get("/readyz", ready)
}

/// The platform as it stands now, for its operators.
#[derive(Debug)]
pub struct Figures {
    /// Connections, jobs, outbox.
    pub store: store::Figures,
    /// Sessions that hold.
    pub sessions: i64,
    /// Demands that the index of words does not hold yet.
    pub unindexed: i64,
    /// Messages that wait to leave, and those that cannot.
    pub messages: messages::Figures,
}

/// The figures of this moment.
///
/// # Errors
/// When the database fails.
pub async fn figures(app: &App) -> Result<Figures, Problem> {
    let live = "SELECT COUNT(*) FROM session WHERE ended_at IS NULL AND expires_at > $1";
    let sessions = app.store.value(Sql::text(live).bind(app.now())).await?.unwrap_or(0);
    Ok(Figures {
        store: app.store.figures().await?,
        sessions,
        unindexed: demands::search::behind(&app.store).await?,
        messages: messages::figures(app).await?,
    })
}

async fn alive(_: Public) -> &'static str {
    "ok"
}

async fn ready(_: Public, State(app): State<App>) -> Result<&'static str, Refusal> {
    app.store.ready().await?;
    Ok("ok")
}
