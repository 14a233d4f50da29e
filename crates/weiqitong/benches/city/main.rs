//! What `make bench` runs: the real program on a demo world, at two connections, beside the same SQL straight through the
//! driver in the same minutes, since absolute times on a shared machine drift. Every phase proves that its work was done.
//!
//! `BENCH_SCALE` is `city` (the default), `county` or `tiny`; PostgreSQL is measured when `WQT_TEST_POSTGRES_URL` names one.
#![expect(clippy::unwrap_used, reason = "a measure that cannot go on is none")]

mod bare;
mod load;
#[path = "../../tests/it/program.rs"]
mod program;
mod table;
mod times;
#[path = "../../tests/it/wire.rs"]
mod wire;
mod words;

use bare::Bare;
use load::{Load, Site, each, pair};
use program::{Server, run};
use std::time::{Duration, Instant};
use table::Table;
use times::Multiplied;
use words::City;

fn main() {
    // `cargo test --benches` asks every bench whether it has tests.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let scale = std::env::var("BENCH_SCALE").unwrap_or_else(|_| "city".into());
    let folder = std::env::temp_dir().join(format!("wqt-bench-{}", std::process::id()));
    let mut table = Table::new(&scale);
    let file = format!("sqlite:{}/city.db", folder.display());
    let server = std::env::var("WQT_TEST_POSTGRES_URL").ok();
    for (name, url) in std::iter::once(("SQLite", file)).chain(server.map(|url| ("PostgreSQL", url))) {
        measure(&mut table, name, &url, &scale);
    }
    // A folder that stays behind in the temporary directory harms nobody.
    let _ = std::fs::remove_dir_all(folder);
    println!("{table}");
}

/// What does not grow with the demands: the small city and the large one in turn.
async fn beside(
    table: &mut Table,
    name: &str,
    small: &City<'_>,
    (times, large): (i64, &Multiplied),
    ids: &[(String, String)],
) {
    let Multiplied { url, demands, copying, indexing } = large;
    table.say(
        name,
        &format!("demands at {times} ×: copied, then indexed"),
        format!("{demands}: {copying:.0} s, {indexing:.0} s"),
    );
    let server = Server::start(url, &[]);
    let site = Site::found(server.public);
    let bare = Bare::open(url, &site).await;
    let large = City { server: server.public, site: &site, bare: &bare };
    let (bytes, rows) = bare.index().await;
    let figure = format!("{} bytes, {:.1} rows", bytes / demands, rows as f64 / *demands as f64);
    table.say(name, &format!("index of words at {times} ×, a demand"), figure);
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for some in ids.chunks(ids.len().div_ceil(5)) {
        few.extend(load::details(small.site, small.server, some));
        many.extend(load::details(&site, server.public, some));
    }
    table.spread(name, &format!("demand page at {times} ×"), &many);
    table.flat(name, &format!("demand page, p50 at {times} × against 1 ×"), &many, &few);
    let list = |city: &City<'_>| {
        let mut wire = city.site.handler(city.server)();
        let time = |_| {
            let began = Instant::now();
            load::list(&mut wire);
            began.elapsed().as_secs_f64() * 1000.0
        };
        (0..50).map(time).collect::<Vec<f64>>()
    };
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for _ in 0..10 {
        few.extend(list(small));
        many.extend(list(&large));
    }
    table.flat(name, &format!("to-do list as JSON, p50 at {times} × against 1 ×"), &many, &few);
    let load = Load { round: Duration::from_millis(2000), rounds: 3 };
    let query =
        || tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(bare.many_to_do(load.round)));
    let (api, one) = pair(load, || each(&site.handler(server.public), load.round, load::list), query);
    table.against(name, &format!("to-do list as JSON at {times} ×"), api, one, 0.4);
    words::measure(table, name, small, Some(&large)).await;
    table.at_most(name, &format!("memory of serve at {times} ×"), load::memory(server.admin), 300.0, "MB");
    assert!(server.stop(), "the program ended well");
    bare.close().await;
}

fn measure(table: &mut Table, name: &str, url: &str, scale: &str) {
    let short = scale == "tiny";
    let load = Load { round: Duration::from_millis(if short { 300 } else { 2000 }), rounds: 3 };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let began = Instant::now();
    run(url, &["demo", "--scale", scale]);
    table.say(name, "fill the demo world", format!("{:.0} s", began.elapsed().as_secs_f64()));
    let large = times::wanted().map(|times| (times, runtime.block_on(times::multiplied(url, times))));
    let server = Server::start(url, &[]);
    let site = Site::found(server.public);
    let bare = runtime.block_on(Bare::open(url, &site));
    let demands = runtime.block_on(bare.demands());
    table.say(name, "demands", demands.to_string());

    // To-do list of a unit against its bare query.
    let wanted = runtime.block_on(bare.to_do());
    assert_eq!(site.listed(server.public), wanted, "the list is the query's rows");
    let query = || runtime.block_on(bare.many_to_do(load.round));
    let (api, one) = pair(load, || each(&site.handler(server.public), load.round, load::list), query);
    table.against(name, "to-do list of a unit, newest 50, as JSON", api, one, 0.4);
    let (page, one) = pair(load, || each(&site.handler_page(server.public), load.round, load::page), query);
    table.against(name, "to-do list of a unit, newest 50, as page", page, one, 0.4);

    // One demand as page, many different ones.
    let ids = runtime.block_on(bare.some_demands(2000));
    let times = load::details(&site, server.public, &ids);
    table.spread(name, "demand page", &times);
    let details = load::rate(times.len(), &times);
    table.peers(name, "detail page", details, 47.0);
    table.peers(name, "list of 50 as JSON", api, 56.0);
    table.peers(name, "list of 50 as page", page, 21.0);

    let (bytes, rows) = runtime.block_on(bare.index());
    table.say(
        name,
        "index of words, a demand",
        format!("{} bytes, {:.1} rows", bytes / demands, rows as f64 / demands as f64),
    );
    let small = City { server: server.public, site: &site, bare: &bare };
    match &large {
        None => runtime.block_on(words::measure(table, name, &small, None)),
        Some((times, large)) => runtime.block_on(beside(table, name, &small, (*times, large), &ids)),
    }

    // Creation against the same statements.
    let (create, straight) = pair(
        load,
        || each(&site.liaison(server.public), load.round, |wire| load::raise(wire, &site)),
        || runtime.block_on(bare.many_raised(load.round)),
    );
    let made = load::raised();
    let there = runtime.block_on(bare.demands()) - demands;
    assert_eq!(there, i64::try_from(made).unwrap() + bare.made(), "every demand that was told is there");
    table.against(name, "create a demand", create, straight, 0.5);
    table.peers(name, "create", create, 41.0);
    let fresh = load::fresh();
    let accepted = load::accept(&site, server.public, &fresh);
    assert_eq!(runtime.block_on(bare.accepted(&fresh)), i64::try_from(fresh.len()).unwrap(), "every one is accepted");
    table.peers(name, "change of state", accepted, 84.0);

    table.at_most(name, "memory of serve under this load", load::memory(server.admin), 300.0, "MB");
    assert!(server.stop(), "the program ended well");
    runtime.block_on(bare.close());
    let starts: Vec<f64> = (0..3)
        .map(|_| {
            let began = Instant::now();
            let mut server = Server::start(url, &[]);
            assert_eq!(wire::Wire::open(server.public).unwrap().get("/readyz").unwrap().status, 200);
            let took = began.elapsed();
            // The next one starts after a power cut.
            server.kill();
            took.as_secs_f64() * 1000.0
        })
        .collect();
    table.at_most(name, "start after a kill until ready", table::median(&starts), 1000.0, "ms");
}
