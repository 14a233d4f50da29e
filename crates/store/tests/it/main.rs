//! What the rest may rely on, on whichever database the environment names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bulk;
mod jobs;
mod schema;
mod sealing;

use chrono::DateTime;
use kernel::authz::ReadDemands;
use kernel::id::{AccountId, ClientId, UnitId};
use kernel::{Actor, AreaCode, AreaPath, Clock, Grant, Instant, Problem, Reach, Role};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use std::sync::Mutex;
use store::fresh::Fresh;
use store::{Columns, Db, Dialect, Envelope, Sql, Store, Subscriber, Topic, Tx};

fn noon() -> Instant {
    DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap()
}

async fn fresh() -> Fresh {
    Fresh::open(Clock::standing(noon())).await.unwrap()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Told {
    word: String,
}
impl Topic for Told {
    const NAME: &'static str = "test.told";
}

const SHOUGUANG: AreaCode = AreaCode(370_783);

async fn tell(store: &Store, word: &str) -> Result<(), Problem> {
    let tx = store.begin().await?;
    tx.emit(SHOUGUANG, &Told { word: word.into() }).await?;
    tx.commit().await
}

async fn run(store: &Store, sql: Sql) -> Result<(), Problem> {
    let tx = store.begin().await?;
    tx.run(sql).await?;
    tx.commit().await
}

macro_rules! listener {
    ($($who:ident = $name:literal),+) => {$(
        #[derive(Default)]
        struct $who { heard: Mutex<Vec<String>>, deaf: bool }
        impl Subscriber for $who {
            const NAME: &'static str = $name;
            async fn hear(&self, _: &Tx, event: &Envelope) -> Result<(), Problem> {
                if self.deaf {
                    return Err(Problem::Unavailable("away".into()));
                }
                self.heard.lock().unwrap().extend(event.open::<Told>()?.map(|told| told.word));
                Ok(())
            }
        }
        impl $who {
            /// What one delivery brings.
            async fn hears(store: &Store) -> Vec<String> {
                let who = Self::default();
                store.deliver(&who, 100).await.unwrap();
                who.heard.into_inner().unwrap()
            }
            /// The next `count` words, however many deliveries that takes: on PostgreSQL a transaction that runs
            /// anywhere on the server, such as another test's, holds later events back until it ends.
            async fn hears_next(store: &Store, count: usize) -> Vec<String> {
                let mut words = Vec::new();
                for _ in 0..10_000 {
                    words.extend(Self::hears(store).await);
                    if words.len() >= count { break }
                }
                words
            }
        }
    )+};
}
listener! { Ann = "ann", Bo = "bo" }

#[tokio::test]
async fn a_second_migration_finds_nothing_to_do_and_the_store_is_ready() {
    let fresh = fresh().await;
    assert_eq!(fresh.store.migrate().await.unwrap(), 0);
    fresh.store.ready().await.unwrap();
}

#[tokio::test]
async fn a_database_that_was_never_set_up_says_what_to_run() {
    let fresh = fresh().await;
    run(&fresh.store, Sql::text("DELETE FROM migration")).await.unwrap();
    let problem = fresh.store.ready().await.unwrap_err();
    assert!(problem.detail().contains("weiqitong migrate"), "{problem}");
}

#[tokio::test]
async fn nodes_that_migrate_at_once_take_each_step_once() {
    let fresh = Fresh::bare(Clock::standing(noon())).await.unwrap();
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let url = fresh.url.clone();
            tokio::spawn(async move { Store::open(&url, Clock::standing(noon())).await?.migrate().await })
        })
        .collect();
    let mut taken = 0;
    for node in nodes {
        taken += node.await.unwrap().unwrap();
    }
    let steps: Option<i64> = fresh.store.value(Sql::text("SELECT COUNT(*) FROM migration")).await.unwrap();
    assert_eq!(taken as i64, steps.unwrap());
    fresh.store.ready().await.unwrap();
}

#[tokio::test]
async fn a_step_that_was_changed_after_release_is_refused() {
    let fresh = fresh().await;
    run(&fresh.store, Sql::text("UPDATE migration SET hash = 'x'")).await.unwrap();
    assert!(matches!(fresh.store.migrate().await, Err(Problem::Conflict(_))));
}

#[tokio::test]
async fn what_is_written_in_a_failed_transaction_never_was() {
    let fresh = fresh().await;
    let tx = fresh.store.begin().await.unwrap();
    tx.emit(SHOUGUANG, &Told { word: "half".into() }).await.unwrap();
    drop(tx);
    tell(&fresh.store, "whole").await.unwrap();
    assert_eq!(Ann::hears_next(&fresh.store, 1).await, ["whole"]);
}

#[tokio::test]
async fn every_subscriber_hears_everything_once_and_in_order() {
    let fresh = fresh().await;
    for word in ["one", "two", "three"] {
        tell(&fresh.store, word).await.unwrap();
    }
    assert_eq!(Ann::hears_next(&fresh.store, 3).await, ["one", "two", "three"]);
    assert_eq!(Ann::hears(&fresh.store).await, Vec::<String>::new());
    tell(&fresh.store, "four").await.unwrap();
    assert_eq!(Ann::hears_next(&fresh.store, 1).await, ["four"]);
    assert_eq!(Bo::hears_next(&fresh.store, 4).await, ["one", "two", "three", "four"]);
}

#[tokio::test]
async fn an_event_whose_effect_failed_comes_again() {
    let fresh = fresh().await;
    tell(&fresh.store, "again").await.unwrap();
    let deaf = Ann { deaf: true, ..Ann::default() };
    let mut refused = false;
    for _ in 0..10_000 {
        refused = fresh.store.deliver(&deaf, 10).await.is_err();
        if refused {
            break;
        }
    }
    assert!(refused);
    assert_eq!(Ann::hears_next(&fresh.store, 1).await, ["again"]);
}

#[tokio::test]
async fn an_event_that_commits_late_is_not_skipped() {
    let fresh = fresh().await;
    if fresh.store.dialect() == Dialect::Sqlite {
        return; // One writer: nobody can commit late there.
    }
    let slow = fresh.store.begin().await.unwrap();
    slow.emit(SHOUGUANG, &Told { word: "slow".into() }).await.unwrap();
    tell(&fresh.store, "quick").await.unwrap();
    assert_eq!(Ann::hears(&fresh.store).await, Vec::<String>::new(), "the slow one comes first or not at all");
    slow.commit().await.unwrap();
    assert_eq!(Ann::hears_next(&fresh.store, 2).await, ["slow", "quick"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_at_once_all_get_through() {
    let fresh = fresh().await;
    let writers: Vec<_> = (0..40)
        .map(|n| {
            let store = fresh.store.clone();
            tokio::spawn(async move { tell(&store, &n.to_string()).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(Ann::hears_next(&fresh.store, 40).await.len(), 40);
}

#[tokio::test]
async fn an_instant_keeps_its_microseconds_and_sorts_as_time_does() {
    #[derive(FromQueryResult)]
    struct Row {
        read_at: Instant,
    }
    let fresh = fresh().await;
    let moments = [noon(), noon() + chrono::Duration::microseconds(877), noon() - chrono::Duration::microseconds(456)];
    for (n, at) in moments.iter().enumerate() {
        let insert = "INSERT INTO outbox_reader (name, xid, seq, read_at) VALUES ($1, 0, 0, $2)";
        run(&fresh.store, Sql::text(insert).bind(n.to_string()).bind(*at)).await.unwrap();
    }
    let rows: Vec<Row> =
        fresh.store.all(Sql::text("SELECT read_at FROM outbox_reader ORDER BY read_at")).await.unwrap();
    let mut expected = moments.to_vec();
    expected.sort();
    assert_eq!(rows.into_iter().map(|row| row.read_at).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_same_name_twice_is_a_conflict_and_a_row_somebody_else_changed_is_stale() {
    let fresh = fresh().await;
    let insert =
        || Sql::text("INSERT INTO outbox_reader (name, xid, seq, read_at) VALUES ('a', 0, 0, $1)").bind(noon());
    run(&fresh.store, insert()).await.unwrap();
    let again = run(&fresh.store, insert()).await.unwrap_err();
    assert!(matches!(again, Problem::Conflict(_)), "{again}");
    let update = || Sql::text("UPDATE outbox_reader SET seq = 5 WHERE name = 'a' AND seq = $1").bind(4_i64);
    let stale = fresh.store.begin().await.unwrap().run_versioned(update()).await.unwrap_err();
    assert!(matches!(stale, Problem::Stale(_)), "{stale}");
}

/// Which of four rows a reach lets through: (area, unit, client, owner) is what each row has.
#[tokio::test]
async fn a_scope_lets_through_its_own_rows_and_no_others() {
    let fresh = fresh().await;
    let (account, unit, client) = (AccountId::mint(noon()), UnitId::mint(noon()), ClientId::mint(noon()));
    let columns = Columns {
        helper: None,
        county: None,
        area: Some("row_.area"),
        unit: Some("row_.unit"),
        client: Some("row_.client"),
        owner: None,
        sealed: None,
    };
    let city = AreaPath::root(AreaCode(3707));
    let county = city.child(SHOUGUANG);
    let seen = async |grants: Vec<(Role, Reach)>, columns: Columns| {
        let grants = grants.into_iter().map(|(role, reach)| Grant { role, reach }).collect();
        let actor = Actor { account, name: "甲".into(), official: None, grants, stands_in: Vec::new() };
        let sql = Sql::text(
            "WITH row_(name, area, unit, client) AS (VALUES
               ('town', '/3707/370783/370783001/', $1, $2), ('sibling', '/3707/370782/', NULL, NULL), ('city', '/3707/', NULL, NULL))
             SELECT STRING_AGG(row_.name, ' ' ORDER BY row_.name) FROM row_ WHERE /*scope*/",
        );
        let sql = sql.bind(unit).bind(client).scoped(&actor.scope::<ReadDemands>().unwrap(), columns);
        fresh.store.value::<String>(sql).await.unwrap().unwrap_or_default()
    };
    let other = UnitId::mint(noon());
    for (reach, expected) in [
        (Reach::Everything, "city sibling town"),
        (Reach::Area(city), "city sibling town"),
        (Reach::Area(county.clone()), "town"),
        (Reach::Unit(unit), "town"),
        (Reach::Unit(other), ""),
        (Reach::Clients(vec![client]), "town"),
        (Reach::Clients(vec![]), ""),
        (Reach::Own(account), ""),
    ] {
        assert_eq!(seen(vec![(Role::Leader, reach.clone())], columns).await, expected, "{reach:?}");
    }
    let both = vec![(Role::Leader, Reach::Unit(other)), (Role::Leader, Reach::Area(county))];
    assert_eq!(seen(both, columns).await, "town", "any of the grants will do");
    assert_eq!(seen(vec![(Role::Leader, Reach::Unit(unit))], Columns::NONE).await, "", "no column, no road");
}

#[tokio::test]
async fn a_server_database_that_would_sort_otherwise_is_refused_with_what_to_do() {
    let fresh = fresh().await;
    if fresh.store.dialect() == Dialect::Sqlite {
        return; // A file sorts by bytes always.
    }
    let (server, name) = fresh.url.rsplit_once('/').unwrap();
    let odd = format!("{name}_odd");
    let admin = sea_orm::Database::connect(&fresh.url).await.unwrap();
    let make = format!("CREATE DATABASE {odd} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
    sea_orm::ConnectionTrait::execute_unprepared(&admin, &make).await.unwrap();
    let refused = Store::open(&format!("{server}/{odd}"), Clock::standing(noon())).await.unwrap_err();
    assert!(refused.detail().contains("SQL_ASCII") && refused.detail().contains("CREATE DATABASE"), "{refused}");
}

#[tokio::test]
async fn an_operator_sees_what_waits_and_since_when() {
    let fresh = fresh().await;
    Ann::hears(&fresh.store).await;
    for word in ["one", "two"] {
        tell(&fresh.store, word).await.unwrap();
    }
    let seen = fresh.store.figures().await.unwrap();
    let reader = seen.readers.iter().find(|reader| reader.reader == "ann").unwrap();
    assert_eq!((reader.events, reader.since), (2, Some(noon())));
    assert!(seen.pools.iter().all(|pool| pool.idle <= pool.open), "{seen:?}");
    Ann::hears_next(&fresh.store, 2).await;
    let seen = fresh.store.figures().await.unwrap();
    assert_eq!((seen.readers[0].events, seen.readers[0].since), (0, None));
}

#[tokio::test]
async fn a_database_of_another_kind_is_refused_with_the_kinds_we_know() {
    let refused = Store::open("mysql://x", Clock::standing(noon())).await.unwrap_err();
    assert!(refused.detail().contains("sqlite: 或 postgres://"));
}
