//! `weiqitong serve` and `weiqitong migrate`: wiring, nothing else.

use crate::config::Config;
use crate::keys;
use anyhow::{Context, Result, anyhow};
use kernel::{AreaCode, Clock, Problem, WorkCalendar};
use platform::files::{self, Files};
use platform::{App, Site};
use std::net::SocketAddr;
use std::time::Duration;
use store::{Db, Store};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long a line of the audit trail may wait for its seal.
const SEALING: Duration = Duration::from_secs(5);
/// How long a demand may be searched for by itself before it is taken into the index.
const INDEXING: Duration = Duration::from_secs(5);
/// How long a job may wait for a node that is free.
const WORKING: Duration = Duration::from_secs(5);
/// How long a message may wait for a node that hands it over.
const POSTING: Duration = Duration::from_secs(5);
/// How long news may wait.
const BEAT: Duration = Duration::from_secs(2);

/// The database, with its keys as far as there are any.
pub(crate) async fn open(config: &Config) -> Result<Store> {
    keys::bring(config, bare(config).await?)
}

/// The database without its keys.
pub(crate) async fn bare(config: &Config) -> Result<Store> {
    Store::open(&config.database, Clock::machine()).await.map_err(told)
}

/// What a person at a terminal is told: the cause too, since the terminal is the operator's.
pub(crate) fn told(problem: Problem) -> anyhow::Error {
    anyhow!("{problem}")
}

/// Brings the schema up to date.
///
/// # Errors
/// When the database cannot be reached or holds a schema of another program.
pub async fn migrate(config: &Config) -> Result<()> {
    let store = bare(config).await?;
    let steps = store.migrate().await.map_err(told)?;
    let store = keys::settle(config, store).await?;
    store.close().await;
    println!("数据库结构已是最新（本次升级 {steps} 步）。");
    Ok(())
}

/// Serves until it is told to stop (Ctrl-C or SIGTERM), then lets the requests under way finish. Brings the schema up to date
/// first when asked to; without that it refuses a schema that is not its own.
///
/// # Errors
/// When the database or the address cannot be had.
pub async fn serve(config: &Config, migrate: bool) -> Result<()> {
    let store = bare(config).await?;
    if migrate {
        store.migrate().await.map_err(told)?;
    }
    store.ready().await.map_err(told)?;
    let store = keys::settle(config, store).await?;
    let app = App::new(store.clone(), site(config)?, Files::folder(config.files.as_ref()).map_err(told)?);
    let app = app.with_post(config.messages.post(config.listen)?);
    let (router, _) = platform::routes().finish(app.clone());
    let listener = tokio::net::TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("无法监听 {}，请检查地址是否被占用", config.listen))?;
    if let Some(address) = config.admin()? {
        crate::admin::watch(app.clone(), address).await?;
    }
    // Before anybody is told that the program serves: whoever hears that may tell it to stop.
    let terminated = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let sealing = tokio::spawn(seal_often(store.clone()));
    let forgetting = tokio::spawn(forget_hourly(app.clone()));
    let working = tokio::spawn(work_often(app.clone()));
    let learning = tokio::spawn(learn_hourly(app.clone()));
    let keeping = tokio::spawn(refresh_keys(store.clone()));
    let beating = tokio::spawn(beat_often(app.clone()));
    let indexing = tokio::spawn(index_often(app.clone()));
    let posting = tokio::spawn(post_often(app.clone()));
    let timekeeping = tokio::spawn(keep_time(app.clone()));
    tracing::info!(address = %listener.local_addr().context("listening")?, "serving");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stopping(app, terminated)).await.context("serving")?;
    sealing.abort();
    forgetting.abort();
    working.abort();
    learning.abort();
    keeping.abort();
    beating.abort();
    indexing.abort();
    posting.abort();
    timekeeping.abort();
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Waits until the program is told to stop, and lets go of the pages that listen: they would never end of themselves.
async fn stopping(app: App, mut terminated: Signal) {
    tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = terminated.recv() => {} }
    app.pulse.stop();
}

/// Brings news to inboxes and open pages.
async fn beat_often(app: App) {
    let mut rhythm = tokio::time::interval(BEAT);
    loop {
        rhythm.tick().await;
        if let Err(problem) = platform::pulse::beat(&app).await {
            tracing::error!(%problem, "bringing news");
        }
    }
}

/// Looks every minute what time itself brings about: suspensions that end, cards, reminders, visits that come up.
async fn keep_time(app: App) {
    match platform::demands::settle_limits(&app).await {
        Ok(0) => {}
        Ok(settled) => tracing::info!(settled, "limits are known now"),
        Err(problem) => tracing::error!(%problem, "settling limits"),
    }
    let mut rhythm = tokio::time::interval(Duration::from_secs(60));
    loop {
        rhythm.tick().await;
        match platform::demands::keep_time(&app).await {
            Ok(kept) if kept == platform::demands::Kept::default() => {}
            Ok(kept) => tracing::info!(?kept, "time was kept"),
            Err(problem) => tracing::error!(%problem, "keeping time"),
        }
        match platform::contacts::cadence::keep_time(&app).await {
            Ok(kept) if kept == platform::contacts::cadence::Kept::default() => {}
            Ok(kept) => tracing::info!(?kept, "visits were reckoned"),
            Err(problem) => tracing::error!(%problem, "reckoning visits"),
        }
        match platform::contacts::silence::keep_time(&app).await {
            Ok(kept) if kept == platform::contacts::silence::Kept::default() => {}
            Ok(kept) => tracing::info!(?kept, "silent clients were drawn"),
            Err(problem) => tracing::error!(%problem, "drawing silent clients"),
        }
    }
}

/// Seals the audit trail every few seconds. Another node that sealed at the same moment is no trouble.
async fn seal_often(store: Store) {
    let mut rhythm = tokio::time::interval(SEALING);
    loop {
        rhythm.tick().await;
        match platform::audit::seal(&store).await {
            Ok(_) | Err(Problem::Conflict(_)) => {}
            Err(problem) => tracing::error!(%problem, "sealing the audit trail"),
        }
    }
}

/// Looks every minute whether another key is current.
async fn refresh_keys(store: Store) {
    let mut rhythm = tokio::time::interval(Duration::from_secs(60));
    loop {
        rhythm.tick().await;
        store.keys().refresh();
    }
}

/// Takes new demands into the index of words.
async fn index_often(app: App) {
    let mut rhythm = tokio::time::interval(INDEXING);
    loop {
        rhythm.tick().await;
        if let Err(problem) = platform::demands::search::catch_up(&app.store, app.site.area).await {
            tracing::error!(%problem, "taking demands into the index of words");
        }
    }
}

/// Hands over messages that are due, by the roads that are set up.
async fn post_often(app: App) {
    let mut rhythm = tokio::time::interval(POSTING);
    rhythm.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rhythm.tick().await;
        if let Err(problem) = platform::messages::work(&app).await {
            tracing::error!(%problem, "handing over messages");
        }
    }
}

/// Does the jobs that are due, one after the other.
async fn work_often(app: App) {
    let worker = platform::worker(app.clone());
    let mut rhythm = tokio::time::interval(WORKING);
    loop {
        rhythm.tick().await;
        loop {
            match worker.step(&app.store).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(problem) => {
                    tracing::error!(%problem, "working");
                    break;
                }
            }
        }
    }
}

/// Sees every hour whether it is time to learn from answered demands; the first time an hour after the start.
async fn learn_hourly(app: App) {
    let hour = Duration::from_secs(3600);
    let mut rhythm = tokio::time::interval_at(tokio::time::Instant::now() + hour, hour);
    loop {
        rhythm.tick().await;
        if let Err(problem) = platform::demands::learn_nightly(&app).await {
            tracing::error!(%problem, "asking for learning");
        }
    }
}

/// Forgets, every hour, what is kept for a day only.
async fn forget_hourly(app: App) {
    let mut rhythm = tokio::time::interval(Duration::from_secs(3600));
    loop {
        rhythm.tick().await;
        if let Err(problem) = platform::once::forget(&app.store, app.now()).await {
            tracing::error!(%problem, "forgetting old answers");
        }
        if let Err(problem) = platform::messages::forget(&app).await {
            tracing::error!(%problem, "forgetting old messages");
        }
        if let Err(problem) = platform::console::expire(&app, app.now()).await {
            tracing::error!(%problem, "expiring imports that nobody confirmed");
        }
        if let Err(problem) = files::sweep(&app, app.now()).await {
            tracing::error!(%problem, "sweeping files that nobody used");
        }
    }
}

/// Computes the audit trail's chain again, after sealing what waits.
///
/// # Errors
/// When the chain does not hold, with the first place where it does not.
pub async fn verify_audit(config: &Config) -> Result<()> {
    let store = open(config).await?;
    platform::audit::seal(&store).await.map_err(told)?;
    let outcome = platform::audit::verify(&store).await.map_err(told)?;
    store.close().await;
    match outcome {
        Ok(rows) => {
            println!("审计链完整，共 {rows} 条。");
            Ok(())
        }
        Err(broken) => Err(anyhow!("审计链断裂：{}", broken.what)),
    }
}

pub(crate) fn site(config: &Config) -> Result<Site> {
    Ok(Site {
        name: config.site.name.clone(),
        area: AreaCode(config.site.area),
        hours: config.hours.parse()?,
        calendar: WorkCalendar::state_council().map_err(|error| anyhow!(error))?,
        limits: rules::Limits::SHANDONG_2115,
        touch: config.contacts.terms()?,
        approval: config.site.approval,
        archive_days: Some(config.site.archive_days).filter(|days| *days > 0),
        secure_cookies: config.site.https,
    })
}
