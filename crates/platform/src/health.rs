//! Whether the process lives and whether it can do its work: for load balancers and supervisors, without login.

use crate::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

/// `/healthz`: the process answers. `/readyz`: the database is reachable and its schema is this program's.
pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(|| async { "ok" })).route("/readyz", get(ready))
}

async fn ready(State(app): State<App>) -> (StatusCode, String) {
    match app.store.ready().await {
        Ok(()) => (StatusCode::OK, "ok".into()),
        Err(problem) => (StatusCode::SERVICE_UNAVAILABLE, problem.detail()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::Request;
    use kernel::{AreaCode, Clock};
    use store::fresh::Fresh;
    use tower::ServiceExt;

    async fn asked(app: &App, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        routes().with_state(app.clone()).oneshot(request).await.unwrap().status()
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
