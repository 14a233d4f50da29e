//! `weiqitong search`: the index of words, for whoever runs the server. `serve` keeps it up by itself; this is for after a
//! restore from elsewhere, or when somebody doubts it.

use crate::config::Config;
use crate::serve::{open, site, told};
use anyhow::Result;
use clap::Subcommand;
use platform::demands::search;

#[derive(Subcommand)]
pub(crate) enum Search {
    /// 重建诉求检索的索引；可在服务运行时进行，其间检索不漏，只是慢一些
    Rebuild,
    /// 将尚未编入索引的诉求编入
    Update,
}

/// Does it, and says how many demands were taken in.
///
/// # Errors
/// When the database fails; what is left can be done by another `update`.
pub(crate) async fn run(config: &Config, command: &Search) -> Result<()> {
    let (store, area) = (open(config).await?, site(config)?.area);
    store.ready().await.map_err(told)?;
    let progress = |count: u64| eprintln!("  {count}");
    let count = match command {
        Search::Rebuild => search::rebuild(&store, area, progress).await,
        Search::Update => search::catch_up_at_once(&store, area, progress).await,
    };
    let count = count.map_err(told)?;
    store.analyze().await.map_err(told)?;
    store.close().await;
    println!("已编入索引 {count} 件诉求。");
    Ok(())
}
