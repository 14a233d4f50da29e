//! Signing in and staying safe.

use crate::town::{PASSWORD, Town, monday};
use chrono::Duration;
use kernel::Role;
use serde_json::json;

#[tokio::test]
async fn somebody_who_signs_in_is_known_until_they_sign_out() {
    let town = Town::new().await;
    let wang = town.signed_in("wang", Role::AreaDesk).await;
    let known = wang.get("/api/v1/account").await.json();
    assert_eq!((known["name"].as_str(), known["roles"][0]["label"].as_str()), (Some("wang"), Some("企业服务台")));
    assert_eq!(wang.send("DELETE", "/api/v1/sessions/current", None).await.status, 204);
    assert_eq!(wang.get("/api/v1/account").await.status, 401);
}

#[tokio::test]
async fn a_session_ends_by_itself_after_half_a_day() {
    let town = Town::new().await;
    let wang = town.signed_in("wang", Role::AreaDesk).await;
    town.app.clock().set(monday() + Duration::hours(12) - Duration::seconds(1));
    assert_eq!(wang.get("/api/v1/account").await.status, 200);
    town.app.clock().set(monday() + Duration::hours(12));
    assert_eq!(wang.get("/api/v1/account").await.status, 401);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_told_the_same() {
    let town = Town::new().await;
    town.opens_account("wang", Role::AreaDesk).await;
    let wrong = town.stranger().tries_to_sign_in("wang", "Weifang-2027").await;
    let unknown = town.stranger().tries_to_sign_in("nobody", PASSWORD).await;
    assert_eq!((wrong.status, &wrong.text), (422, &unknown.text));
    assert!(wrong.text.contains("账号或密码不正确"), "{}", wrong.text);
}

#[tokio::test]
async fn five_wrong_passwords_lock_an_account_for_a_quarter_of_an_hour() {
    let town = Town::new().await;
    town.opens_account("wang", Role::AreaDesk).await;
    for _ in 0..5 {
        assert_eq!(town.stranger().tries_to_sign_in("wang", "Weifang-2027").await.status, 422);
    }
    let locked = town.stranger().tries_to_sign_in("wang", PASSWORD).await;
    assert_eq!((locked.status, locked.headers["retry-after"].to_str().unwrap()), (429, "900"));
    town.app.clock().set(monday() + Duration::minutes(15));
    assert_eq!(town.stranger().tries_to_sign_in("wang", PASSWORD).await.status, 201);
}

#[tokio::test]
async fn an_address_that_tries_too_often_has_to_wait() {
    let town = Town::new().await;
    let mut last = 0;
    for _ in 0..101 {
        last = town.stranger().with("x-forwarded-for", "203.0.113.9").tries_to_sign_in("nobody", "x").await.status;
    }
    assert_eq!(last, 429);
    assert_eq!(
        town.stranger().with("x-forwarded-for", "203.0.113.10").tries_to_sign_in("nobody", "x").await.status,
        422
    );
}

#[tokio::test]
async fn a_new_password_ends_every_session_of_the_account() {
    let town = Town::new().await;
    let office = town.signed_in("wang", Role::AreaDesk).await;
    let phone = town.stranger().signs_in("wang", PASSWORD).await;
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    let path = "/api/v1/account/password";
    assert_eq!(office.post(path, change("wrong", "Weifang-2027")).await.json()["errors"][0]["field"], "old");
    assert_eq!(office.post(path, change(PASSWORD, "short")).await.json()["errors"][0]["field"], "new");
    assert_eq!(office.post(path, change(PASSWORD, "Weifang-2027")).await.status, 204);
    assert_eq!((office.get("/api/v1/account").await.status, phone.get("/api/v1/account").await.status), (401, 401));
    town.stranger().signs_in("wang", "Weifang-2027").await;
}

#[tokio::test]
async fn a_forged_token_opens_nothing() {
    let town = Town::new().await;
    for token in ["Bearer ", "Bearer x", "Basic d2FuZzp4", "Bearer \u{e9}"] {
        let forged = town.stranger().with("authorization", token);
        assert_eq!(forged.get("/api/v1/account").await.status, 401, "{token}");
    }
}
