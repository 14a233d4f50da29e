//! What programs rely on: the document of the API, and writes that are done once.

use crate::town::{Town, enterprise};
use kernel::Role;
use serde_json::json;
use shell::Entry;
use std::collections::BTreeSet;

#[tokio::test]
async fn every_address_of_the_api_is_in_the_document_with_a_line_in_chinese() {
    let town = Town::new().await;
    let document = town.stranger().get("/api/v1/openapi.json").await;
    assert_eq!(document.status, 200);
    let document = document.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut written = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let summary = operation["summary"].as_str().unwrap();
            assert!(!summary.is_ascii(), "{method} {path}: {summary}");
            written.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let (_, entries) = platform::routes().finish(town.app.clone());
    let of_the_api = |entry: &&Entry| entry.path.starts_with("/api/v1/") && entry.path != "/api/v1/openapi.json";
    let served: BTreeSet<_> =
        entries.iter().filter(of_the_api).map(|entry| format!("{} {}", entry.method, entry.path)).collect();
    assert_eq!(served, written);
}

#[tokio::test]
async fn every_type_that_the_document_names_is_in_it() {
    let document = platform::manual::openapi();
    let types = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for link in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = link.split('"').next().unwrap();
        assert!(types.contains_key(name), "{name}");
    }
    assert!(types["NewDemand"]["properties"]["client"].is_object(), "{:#}", types["NewDemand"]);
}

#[tokio::test]
async fn the_manual_is_read_by_everybody_without_signing_in() {
    let town = Town::new().await;
    let page = town.stranger().with("accept", "text/html").get("/api/docs").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("/api/v1/demands/{id}/acts/{act}"), "{}", page.text);
}

#[tokio::test]
async fn a_program_that_sends_a_command_again_gets_the_answer_of_then_and_nothing_is_done_twice() {
    let town = Town::new().await;
    let desk = town.signed_in_at("desk", Role::AreaDesk, "/3707/370783/").await;
    let once = desk.clone().with("idempotency-key", "order-1");
    let new = enterprise("寿光绿源蔬菜有限公司", 1);
    let first = once.post("/api/v1/enterprises", new.clone()).await;
    let again = once.post("/api/v1/enterprises", new.clone()).await;
    assert_eq!((first.status, again.status), (201, 201), "{}", again.text);
    assert_eq!(first.json(), again.json());
    assert_eq!(first.headers["etag"], again.headers["etag"]);
    assert_eq!(desk.get("/api/v1/enterprises").await.json()["items"].as_array().unwrap().len(), 1);

    let other = once.post("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 2)).await;
    assert_eq!(other.status, 422, "{}", other.text);
    assert_eq!(other.json()["errors"][0]["field"], "Idempotency-Key");
    let neighbour = town.signed_in_at("desk2", Role::AreaDesk, "/3707/370783/").await;
    let theirs = neighbour.with("idempotency-key", "order-1");
    let theirs = theirs.post("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 2)).await;
    assert_eq!(theirs.status, 201, "a key belongs to its account: {}", theirs.text);
}

#[tokio::test]
async fn a_refused_command_claims_no_key_and_a_day_later_a_key_is_new_again() {
    let town = Town::new().await;
    let desk = town.signed_in_at("desk", Role::AreaDesk, "/3707/370783/").await;
    let once = desk.with("idempotency-key", "order-1");
    let mut wrong = enterprise("寿光绿源蔬菜有限公司", 1);
    wrong["name"] = json!(" ");
    assert_eq!(once.post("/api/v1/enterprises", wrong).await.status, 422);
    let new = enterprise("寿光绿源蔬菜有限公司", 1);
    assert_eq!(once.post("/api/v1/enterprises", new.clone()).await.status, 201, "mended and sent again");

    let tomorrow = crate::town::monday() + chrono::Duration::hours(25);
    assert_eq!(platform::once::forget(&town.app.store, tomorrow).await.unwrap(), 1);
    assert_eq!(once.post("/api/v1/enterprises", new).await.status, 422, "done anew, so the code is taken");
}

#[tokio::test]
async fn two_who_send_the_same_key_at_the_same_moment_make_one_thing() {
    let town = Town::new().await;
    let desk = town.signed_in_at("desk", Role::AreaDesk, "/3707/370783/").await;
    let once = desk.clone().with("idempotency-key", "order-1");
    let new = enterprise("寿光绿源蔬菜有限公司", 1);
    let (one, other) =
        tokio::join!(once.post("/api/v1/enterprises", new.clone()), once.post("/api/v1/enterprises", new.clone()));
    assert_eq!((one.status, other.status), (201, 201), "{} {}", one.text, other.text);
    assert_eq!(one.json(), other.json());
}

#[tokio::test]
async fn a_key_of_the_day_before_yesterday_may_be_used_for_another_command() {
    let town = Town::new().await;
    let desk = town.signed_in_at("desk", Role::AreaDesk, "/3707/370783/").await;
    let first = desk
        .with("idempotency-key", "order-1")
        .post("/api/v1/enterprises", enterprise("寿光绿源蔬菜有限公司", 1))
        .await;
    assert_eq!(first.status, 201, "{}", first.text);
    town.app.clock().set(crate::town::monday() + chrono::Duration::hours(49));
    let desk = town.stranger().signs_in("desk", crate::town::PASSWORD).await.with("idempotency-key", "order-1");
    let new = enterprise("寿光恒信机械有限公司", 2);
    let second = desk.post("/api/v1/enterprises", new.clone()).await;
    assert_eq!(second.status, 201, "{}", second.text);
    let again = desk.post("/api/v1/enterprises", new).await;
    assert_eq!((again.status, again.json()), (201, second.json()));
}
