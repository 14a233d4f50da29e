//! Many rows at once.

use super::{fresh, noon, run};
use kernel::{Instant, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Row, Sql};

const COLUMNS: &[&str] = &["source", "window_start", "tries"];

fn row(source: &str, tries: i64) -> Row {
    Row::new().bind(source).bind(noon()).bind(tries)
}

#[derive(FromQueryResult)]
struct Throttle {
    source: String,
    window_start: Instant,
    tries: i64,
}

#[tokio::test]
async fn twelve_thousand_rows_go_in_and_come_back_as_they_were() {
    let fresh = fresh().await;
    let tx = fresh.store.begin().await.unwrap();
    let rows = (0..12_345).map(|n| row(&format!("{n:05}"), n));
    assert_eq!(tx.insert_many("throttle", COLUMNS, rows).await.unwrap(), 12_345);
    tx.commit().await.unwrap();
    let read: Vec<Throttle> = fresh.store.all(Sql::text("SELECT * FROM throttle ORDER BY source")).await.unwrap();
    assert_eq!(read.len(), 12_345);
    for (n, throttle) in read.iter().enumerate() {
        assert_eq!((&throttle.source, throttle.tries), (&format!("{n:05}"), i64::try_from(n).unwrap()));
        assert_eq!(throttle.window_start, noon());
    }
}

#[tokio::test]
async fn empty_fields_stay_empty_and_no_rows_are_no_statement() {
    let fresh = fresh().await;
    let tx = fresh.store.begin().await.unwrap();
    let columns = &["id", "county_id", "parent_id", "name"];
    let category = |id: &str, parent: Option<&str>| {
        Row::new().bind(id).bind(370_783_i64).bind(parent.map(str::to_owned)).bind("融资")
    };
    let rows = [category("01", None), category("0101", Some("01"))];
    assert_eq!(tx.insert_many("category", columns, rows).await.unwrap(), 2);
    assert_eq!(tx.insert_many("category", columns, []).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let tops = Sql::text("SELECT id FROM category WHERE parent_id IS NULL");
    assert_eq!(fresh.store.value::<String>(tops).await.unwrap().as_deref(), Some("01"));
}

#[tokio::test]
async fn one_row_that_is_there_already_keeps_all_others_out() {
    let fresh = fresh().await;
    run(
        &fresh.store,
        Sql::text("INSERT INTO throttle (source, window_start, tries) VALUES ('01999', $1, 1)").bind(noon()),
    )
    .await
    .unwrap();
    let tx = fresh.store.begin().await.unwrap();
    let rows = (0..3_000).map(|n| row(&format!("{n:05}"), n));
    let refused = tx.insert_many("throttle", COLUMNS, rows).await.unwrap_err();
    assert!(matches!(refused, Problem::Conflict(_)), "{refused}");
    drop(tx);
    let count = Sql::text("SELECT COUNT(*) FROM throttle");
    assert_eq!(fresh.store.value::<i64>(count).await.unwrap(), Some(1));
}

#[tokio::test]
async fn a_row_with_a_value_too_few_is_refused_before_it_is_sent() {
    let fresh = fresh().await;
    let tx = fresh.store.begin().await.unwrap();
    let short = [row("a", 1), Row::new().bind("b")];
    assert!(matches!(tx.insert_many("throttle", COLUMNS, short).await, Err(Problem::Bug { .. })));
}
