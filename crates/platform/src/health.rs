//! Whether the process lives and whether it can do its work: for load balancers and supervisors, without login.

use crate::App;
use axum::extract::State;
use shell::{Public, Refusal, Routes};

/// `/healthz`: the process answers. `/readyz`: the database is reachable and its schema is this program's.
#[must_use]
pub fn routes() -> Routes<App> {
    Routes::new().get("/healthz", alive).get("/readyz", ready)
}

async fn alive(_: Public) -> &'static str {
    "ok"
}

async fn ready(_: Public, State(app): State<App>) -> Result<&'static str, Refusal> {
    app.store.ready().await?;
    Ok("ok")
}
