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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use kernel::{AreaCode, Clock};
    use store::fresh::Fresh;
    use tower::ServiceExt;

    async fn asked(app: &App, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        routes().finish(app.clone()).0.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_node_is_ready_only_while_its_database_is() {
        let fresh = Fresh::open(Clock::machine()).await.unwrap();
        let app = App { store: fresh.store.at(AreaCode(3707)).clone() };
        assert_eq!(asked(&app, "/healthz").await, StatusCode::OK);
        assert_eq!(asked(&app, "/readyz").await, StatusCode::OK);
        app.store.clone().close().await;
        assert_eq!(asked(&app, "/healthz").await, StatusCode::OK);
        assert_eq!(asked(&app, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
    }
}
