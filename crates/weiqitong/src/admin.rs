//! `GET /metrics` for Prometheus, on an address of its own that the public never sees.
//!
//! Requests and database calls are counted where they happen; what stands in tables is looked up when somebody asks.

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::TimeDelta;
use kernel::Instant;
use metrics::gauge;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use platform::{App, health};
use std::net::SocketAddr;
use std::time::Duration;

/// Where one span of seconds ends and the next begins.
const SPANS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];
/// How often what was recorded is added up, asked for or not.
const UPKEEP: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Watched {
    app: App,
    recorded: PrometheusHandle,
    began: Instant,
}

/// Records figures from now on and serves them at `address` until the program ends. An address that cannot be had is told to
/// the log and is no reason not to serve people.
///
/// # Errors
/// When figures are being recorded already.
pub(crate) async fn watch(app: App, address: SocketAddr) -> Result<()> {
    let spans = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SPANS);
    let recorded = spans.and_then(PrometheusBuilder::install_recorder).context("recording figures")?;
    describe();
    let upkeep = recorded.clone();
    tokio::spawn(async move {
        let mut rhythm = tokio::time::interval(UPKEEP);
        loop {
            rhythm.tick().await;
            upkeep.run_upkeep();
        }
    });
    match tokio::net::TcpListener::bind(address).await {
        Ok(listener) => {
            let began = app.now();
            let router =
                axum::Router::new().route("/metrics", get(figures)).with_state(Watched { app, recorded, began });
            tracing::info!(address = %listener.local_addr()?, "figures at /metrics");
            tokio::spawn(async move {
                if let Err(error) = axum::serve(listener, router).await {
                    tracing::error!(%error, "serving figures");
                }
            });
        }
        Err(error) => tracing::error!(%address, %error, "no figures: admin_listen cannot be listened on"),
    }
    Ok(())
}

async fn figures(State(watched): State<Watched>) -> Response {
    let Watched { app, recorded, began } = watched;
    let now = app.now();
    let since = |then: Instant| seconds(now - then);
    gauge!("weiqitong_uptime_seconds").set(since(began));
    if let Some(bytes) = resident_bytes().await {
        gauge!("process_resident_memory_bytes").set(bytes);
    }
    match health::figures(&app).await {
        Ok(seen) => {
            gauge!("weiqitong_up").set(1.0);
            for pool in seen.store.pools {
                gauge!("weiqitong_database_connections", "pool" => pool.name, "state" => "idle").set(pool.idle);
                let busy = pool.open.saturating_sub(pool.idle);
                gauge!("weiqitong_database_connections", "pool" => pool.name, "state" => "busy").set(busy);
            }
            gauge!("weiqitong_jobs", "state" => "waiting").set(count(seen.store.jobs_waiting));
            gauge!("weiqitong_jobs", "state" => "dead").set(count(seen.store.jobs_dead));
            for reader in seen.store.readers {
                let lag = reader.since.map_or(0.0, since);
                gauge!("weiqitong_outbox_waiting", "reader" => reader.reader.clone()).set(count(reader.events));
                gauge!("weiqitong_outbox_lag_seconds", "reader" => reader.reader).set(lag);
            }
            gauge!("weiqitong_sessions").set(count(seen.sessions));
            gauge!("weiqitong_search_waiting").set(count(seen.unindexed));
            gauge!("weiqitong_messages", "state" => "due").set(count(seen.messages.due));
            gauge!("weiqitong_messages", "state" => "retrying").set(count(seen.messages.again));
            gauge!("weiqitong_messages", "state" => "dead").set(count(seen.messages.dead));
            gauge!("weiqitong_messages_lag_seconds").set(seen.messages.since.map_or(0.0, since));
        }
        Err(problem) => {
            tracing::warn!(%problem, "figures without the database's");
            gauge!("weiqitong_up").set(0.0);
        }
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (StatusCode::OK, kind, recorded.render()).into_response()
}

fn describe() {
    use metrics::{Unit, describe_gauge as gauge, describe_histogram as histogram};
    histogram!("weiqitong_request_seconds", Unit::Seconds, "requests by method, route and status");
    histogram!(
        "weiqitong_database_seconds",
        Unit::Seconds,
        "database calls: read, write, begin (with the wait for a connection), commit"
    );
    gauge!("weiqitong_up", "whether the database answered when these figures were asked for");
    gauge!("weiqitong_uptime_seconds", Unit::Seconds, "since the program began to serve");
    gauge!("weiqitong_database_connections", "connections of each pool");
    gauge!("weiqitong_jobs", "jobs that are due, and those that failed for the last time");
    gauge!("weiqitong_outbox_waiting", "events that a subscriber has not heard yet");
    gauge!("weiqitong_outbox_lag_seconds", Unit::Seconds, "since when the oldest of them waits");
    gauge!("weiqitong_sessions", "sessions that hold");
    gauge!("weiqitong_search_waiting", "demands that the index of words does not hold yet");
    gauge!(
        "weiqitong_messages",
        "messages that are due, that failed and are tried again, that failed for the last time"
    );
    gauge!("weiqitong_messages_lag_seconds", Unit::Seconds, "since when the oldest message that is due waits");
    gauge!("process_resident_memory_bytes", Unit::Bytes, "memory in use");
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn count(rows: i64) -> f64 {
    rows as f64
}

fn seconds(span: TimeDelta) -> f64 {
    span.as_seconds_f64().max(0.0)
}

/// What Linux says of this process; elsewhere nothing.
async fn resident_bytes() -> Option<f64> {
    let status = tokio::fs::read_to_string("/proc/self/status").await.ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024.0)
}
