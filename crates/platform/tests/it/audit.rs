//! The trail cannot be changed without it being seen.

use crate::town::{PASSWORD, Town};
use kernel::Role;
use platform::audit::{seal, verify};
use store::Sql;

async fn tamper(town: &Town, sql: &str) {
    let tx = town.app.store.begin().await.unwrap();
    assert_eq!(tx.run(Sql::text(sql)).await.unwrap(), 1, "{sql}");
    tx.commit().await.unwrap();
}

async fn busy_town() -> Town {
    let town = Town::new().await;
    town.signed_in("wang", Role::AreaDesk).await;
    town.stranger().tries_to_sign_in("wang", "wrong").await;
    town.stranger().signs_in("wang", PASSWORD).await;
    assert_eq!(seal(&town.app.store).await.unwrap(), 4);
    town
}

#[tokio::test]
async fn a_trail_nobody_touched_holds_and_goes_on() {
    let town = busy_town().await;
    assert_eq!(verify(&town.app.store).await.unwrap(), Ok(4));
    assert_eq!(seal(&town.app.store).await.unwrap(), 0);
    town.stranger().signs_in("wang", PASSWORD).await;
    assert_eq!(seal(&town.app.store).await.unwrap(), 1);
    assert_eq!(verify(&town.app.store).await.unwrap(), Ok(5));
}

#[tokio::test]
async fn a_line_that_was_changed_is_found() {
    let town = busy_town().await;
    tamper(&town, "UPDATE audit SET name = 'somebody else' WHERE seal_seq = 2").await;
    let broken = verify(&town.app.store).await.unwrap().unwrap_err();
    assert_eq!(broken.seq, 2, "{}", broken.what);
}

#[tokio::test]
async fn a_line_that_was_removed_is_missed() {
    let town = busy_town().await;
    tamper(&town, "DELETE FROM audit WHERE seal_seq = 3").await;
    let broken = verify(&town.app.store).await.unwrap().unwrap_err();
    assert_eq!(broken.seq, 3, "{}", broken.what);
}
