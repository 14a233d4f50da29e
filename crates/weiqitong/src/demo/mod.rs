//! `weiqitong demo`: fills an empty database with the world that crate `demo` plans.
//!
//! The rows are the ones that people's own acts would have written: every step is decided by the rules at the moment it
//! happened (`tests` lives a small world through the features and compares). They are written many at once, in large
//! transactions, so that a whole city takes minutes. Two things differ from a lived life, because nobody did these deeds:
//! the audit trail holds one line that says what was loaded, beside those of the demo accounts and of who stands back, and the outbox stays empty but for what happened lately to the
//! people with demo accounts, so that they find news in their inbox.

mod accounts;
mod catalogue;
mod coming;
mod history;
mod people;
mod progress;
mod silence;
mod standing_back;
#[cfg(test)]
mod tests;
mod touch;

use crate::config::Config;
use crate::keys;
use crate::serve::{bare, site, told};
use anyhow::{Context, Result, anyhow, ensure};
use clap::ValueEnum;
use demo::{Scale, Time, World};
use kernel::id::AccountId;
use kernel::{Actor, Grant, Instant, Problem, Reach, Role};
use people::People;
use platform::audit::{self, Deed};
use platform::files::Files;
use platform::identity::Password;
use platform::{App, Site, org};
use progress::Progress;
use std::sync::Arc;

/// The password of every demo account.
pub(crate) const PASSWORD: &str = "Weifang-2026";

/// How much of a world.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Size {
    /// 一个县、两个镇街、60 家企业、300 件诉求
    Tiny,
    /// 寿光市全境、2600 家企业、2.4 万件诉求
    County,
    /// 潍坊全市、1.5 万名专员、2.1 万家企业、20 万件诉求
    City,
}

/// Fills the database.
///
/// # Errors
/// When it is not empty, or cannot be written.
pub(crate) async fn fill(config: &Config, size: Size, seed: u64) -> Result<()> {
    let store = bare(config).await?;
    store.migrate().await.map_err(told)?;
    let store = keys::settle(config, store).await?;
    let app = App::new(store, site(config)?, Files::folder(config.files.as_ref()).map_err(told)?);
    ensure!(
        empty(&app).await.map_err(told)?,
        "数据库中已有数据，演示数据只能装入空库。请换一个数据库地址，或删除后重试。"
    );
    let scale = match size {
        Size::Tiny => Scale::Tiny,
        Size::County => Scale::County,
        Size::City => Scale::City,
    };
    let hash = Password::parse(PASSWORD, "").map_err(|error| anyhow!(error))?.hash().await.map_err(told)?;
    load(&app, scale, seed, &hash, Progress::shown()).await?;
    audit::seal(&app.store).await.map_err(told).context("sealing the audit trail")?;
    app.store.close().await;
    println!("演示数据已装入。");
    Ok(())
}

/// How a world is planned for the site at this moment.
fn time(site: &Site, now: Instant) -> Time<'_> {
    Time { calendar: &site.calendar, hours: &site.hours, now, approval: site.approval }
}

/// Plans the world as it is now and writes it down.
async fn load(app: &App, scale: Scale, seed: u64, hash: &str, progress: Progress) -> Result<()> {
    let now = app.now();
    let time = time(&app.site, now);
    let world = Arc::new(World::plan(scale, seed, &time).map_err(|error| anyhow!(error))?);
    progress.say(&format!(
        "正在装入：{} 个单位，{} 名干部，{} 家企业和项目，{} 件诉求……",
        world.units.len(),
        world.officials.len(),
        world.clients.len(),
        world.demands(&time).len()
    ));
    let people = People::settle(app, &world, hash, now).await.map_err(told)?;
    let people = Arc::new(people);
    history::write(app, &world, people.clone(), now, progress).await.map_err(told)?;
    touch::write(app, &world, &people, (seed, now)).await.map_err(told)?;
    silence::write(app).await.map_err(told)?;
    coming::write(app, &world, &people, now).await.map_err(told)?;
    catalogue::enter_rulings(app, &world, &people, now).await.map_err(told)?;
    record(app, &world, seed).await.map_err(told)?;
    platform::demands::search::catch_up_at_once(&app.store, app.site.area, |_| ()).await.map_err(told)?;
    platform::demands::learn(app).await.map_err(told)?;
    app.store.analyze().await.map_err(told)
}

/// The one line of the audit trail.
async fn record(app: &App, world: &World, seed: u64) -> Result<(), Problem> {
    let tx = app.store.begin().await?;
    let deed = Deed {
        account: None,
        name: "演示数据",
        act: "demo.load",
        subject: "site",
        subject_id: None,
        county: app.site.area,
    };
    let detail = serde_json::json!({ "seed": seed, "units": world.units.len(), "officials": world.officials.len(),
        "clients": world.clients.len() });
    audit::record(&tx, &deed, &detail).await?;
    tx.commit().await
}

async fn empty(app: &App) -> Result<bool, Problem> {
    let actor = actor(AccountId::mint(app.now()), "演示数据", Role::Leader, Reach::Everything);
    match actor.scope() {
        Some(scope) => Ok(org::areas(&app.store, &scope).await?.is_empty()),
        None => Ok(false),
    }
}

/// Somebody of the world who acts.
fn actor(account: AccountId, name: &str, role: Role, reach: Reach) -> Actor {
    Actor { account, name: name.to_owned(), official: None, grants: vec![Grant { role, reach }], stands_in: Vec::new() }
}

/// When the world begins: before everything that happens in it.
fn beginning(now: Instant) -> Instant {
    now - chrono::Duration::days(800)
}
