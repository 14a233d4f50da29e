//! The same city with many times its demands, beside the one that is measured, so that both are asked in turn.

use crate::bare::copied;
use crate::program::run;
use kernel::Clock;
use std::time::Instant;
use store::{Db, Sql, Store};

/// How many times the demands are to be had: `BENCH_TIMES`, at most 20; none for 1.
pub fn wanted() -> Option<i64> {
    let times: i64 = std::env::var("BENCH_TIMES").ok()?.parse().ok()?;
    (2..=20).contains(&times).then_some(times)
}

/// A database that was multiplied.
pub struct Multiplied {
    pub url: String,
    pub demands: i64,
    /// How long copying and indexing took, in seconds.
    pub copying: f64,
    pub indexing: f64,
}

/// Copies the database, which nobody uses now, and multiplies its demands; then they are taken into the index of words as
/// an operator would have it.
pub async fn multiplied(url: &str, times: i64) -> Multiplied {
    let large = twin(url).await;
    let began = Instant::now();
    let store = Store::open(&large, Clock::machine()).await.unwrap();
    for copy in 1..times {
        let tx = store.begin().await.unwrap();
        for statement in copied(store.dialect(), copy) {
            tx.run(Sql::text(statement)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let demands = store.value::<i64>(Sql::text("SELECT COUNT(*) FROM demand")).await.unwrap().unwrap();
    store.close().await;
    let copying = began.elapsed().as_secs_f64();
    let began = Instant::now();
    run(&large, &["search", "update"]);
    Multiplied { url: large, demands, copying, indexing: began.elapsed().as_secs_f64() }
}

async fn twin(url: &str) -> String {
    if let Some(file) = url.strip_prefix("sqlite:") {
        let large = format!("{file}.large");
        std::fs::copy(file, &large).unwrap();
        return format!("sqlite:{large}");
    }
    let (server, name) = url.rsplit_once('/').unwrap();
    let admin = Store::open(&format!("{server}/postgres"), Clock::machine()).await.unwrap();
    // No transaction: PostgreSQL makes databases outside of one.
    let twin = format!("CREATE DATABASE {name}_large TEMPLATE {name}");
    admin.value::<i64>(Sql::text(twin)).await.unwrap();
    admin.close().await;
    format!("{server}/{name}_large")
}
