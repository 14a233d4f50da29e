//! Whom a node knows: what is taken from somebody is gone with their next request, on every node.

use crate::demands::Street;
use crate::town::{PASSWORD, Person};
use axum::Router;
use chrono::Duration;
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use serde_json::{Value, json};

/// The same person, before another node of the site.
fn at(node: &Router, person: &Person) -> Person {
    person.clone().before(node.clone())
}

async fn items(who: &Person, path: &str) -> Vec<Value> {
    let answer = who.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

/// The id of an account, as the administrators of roles find it.
async fn account(security: &Person, login: &str) -> String {
    items(security, &format!("/api/v1/grants/accounts?q={login}")).await[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_taken_on_one_node_is_gone_there_at_once_and_on_another_within_half_a_second() {
    let street = Street::new().await;
    let town = &street.town;
    let demand = street.replied().await;
    let (system, security) =
        (town.signed_in("xitong", Role::SystemAdmin).await, town.signed_in("anquan", Role::SecurityAdmin).await);
    let other = town.another_node().await;
    let far = |person: &Person| at(&other, person);
    let path = format!("/api/v1/demands/{demand}");
    let later = || town.app.clock().set(town.app.now() + Duration::milliseconds(500));

    // A role is taken: from yesterday on it holds no more.
    let handler = account(&security, "gongdian").await;
    assert_eq!((street.power.get(&path).await.status, far(&street.power).get(&path).await.status), (200, 200));
    let grant = items(&security, &format!("/api/v1/accounts/{handler}/grants")).await[0]["id"].clone();
    let take = format!("/api/v1/accounts/{handler}/grants/{}/acts/take", grant.as_str().unwrap());
    assert_eq!(security.post(&take, json!({ "last_day": "2026-11-22" })).await.status, 204);
    assert_eq!(street.power.get(&path).await.status, 404, "here at once");
    later();
    assert_eq!(far(&street.power).get(&path).await.status, 404, "there a moment later");
    // And given again.
    let give = json!({ "role": "handler", "unit": street.power_unit });
    assert_eq!(security.post(&format!("/api/v1/accounts/{handler}/grants"), give).await.status, 201);
    assert_eq!(street.power.get(&path).await.status, 200);
    later();
    assert_eq!(far(&street.power).get(&path).await.status, 200);

    // An account is closed.
    let closing = format!("/api/v1/accounts/{handler}/acts/close");
    let version = system.get(&format!("/api/v1/accounts/{handler}")).await.json()["version"].clone();
    let read = system.clone().with("if-match", &format!("\"{version}\""));
    assert_eq!(read.post(&closing, json!({})).await.status, 200);
    assert_eq!(street.power.get(&path).await.status, 401);
    later();
    assert_eq!(far(&street.power).get(&path).await.status, 401);

    // Somebody signs out on the other node.
    assert_eq!((street.desk.get(&path).await.status, far(&street.desk).get(&path).await.status), (200, 200));
    assert_eq!(far(&street.desk).send("DELETE", "/api/v1/sessions/current", None).await.status, 204);
    assert_eq!(far(&street.desk).get(&path).await.status, 401);
    later();
    assert_eq!(street.desk.get(&path).await.status, 401);
}

#[tokio::test]
async fn a_pairing_that_ended_ends_what_the_commissioner_sees_on_every_node() {
    let street = Street::new().await;
    let town = &street.town;
    let other = town.another_node().await;
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    let new = json!({ "unit": street.power_unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let official = group.makes("/api/v1/officials", new).await;
    let of = official.parse::<OfficialId>().unwrap();
    town.opens_account_of("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), Some(of)).await;
    let commissioner = town.stranger().signs_in("zhuanyuan", PASSWORD).await;
    let path = format!("/api/v1/demands/{}", street.raised().await);
    assert_eq!((commissioner.get(&path).await.status, at(&other, &commissioner).get(&path).await.status), (404, 404));
    let wish = json!({ "client": street.client, "official": official, "from": "2026-01-01" });
    let pairing = street.desk.makes("/api/v1/pairings", wish).await;
    assert_eq!(commissioner.get(&path).await.status, 200, "from now on");
    town.app.clock().set(town.app.now() + Duration::milliseconds(500));
    assert_eq!(at(&other, &commissioner).get(&path).await.status, 200);
    let end = format!("/api/v1/pairings/{pairing}/acts/end");
    let read = street.desk.clone().with("if-match", "\"1\"");
    assert_eq!(read.post(&end, json!({ "last_day": "2026-11-22" })).await.status, 204);
    assert_eq!(commissioner.get(&path).await.status, 404);
    town.app.clock().set(town.app.now() + Duration::milliseconds(500));
    assert_eq!(at(&other, &commissioner).get(&path).await.status, 404);
}

#[tokio::test]
async fn a_role_that_ends_at_midnight_and_a_session_that_is_over_end_without_anybodys_doing() {
    let street = Street::new().await;
    let town = &street.town;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    let path = format!("/api/v1/demands/{}", street.replied().await);
    let handler = account(&security, "gongdian").await;
    let grant = items(&security, &format!("/api/v1/accounts/{handler}/grants")).await[0]["id"].clone();
    let take = format!("/api/v1/accounts/{handler}/grants/{}/acts/take", grant.as_str().unwrap());
    assert_eq!(security.post(&take, json!({ "last_day": "2026-11-23" })).await.status, 204);
    town.app.clock().set(town.app.now() + Duration::hours(11));
    let power = town.stranger().signs_in("gongdian", PASSWORD).await;
    assert_eq!(
        (power.get(&path).await.status, street.desk.get(&path).await.status),
        (200, 200),
        "at nine in the evening"
    );
    town.app.clock().set(town.app.now() + Duration::hours(1));
    assert_eq!(street.desk.get(&path).await.status, 401, "twelve hours are over");
    assert_eq!(power.get(&path).await.status, 200);
    town.app.clock().set(town.app.now() + Duration::hours(2));
    assert_eq!(power.get(&path).await.status, 404, "after midnight");
}
