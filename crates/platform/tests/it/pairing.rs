//! Who looks after whom on which day, and what a commissioner reaches because of it.

use crate::demands::Street;
use crate::town::{PASSWORD, Person};
use chrono::Duration;
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use serde_json::{Value, json};

/// Two officials of the street's power bureau.
async fn officials(street: &Street) -> (String, String) {
    let group = street.town.stranger().signs_in("zonghe", PASSWORD).await;
    let enter = async |name: &str| {
        let new = json!({ "unit": street.power_unit, "name": name, "rank": "section_head", "title": "科长", "since": "2025-03-01" });
        group.makes("/api/v1/officials", new).await
    };
    (enter("李明").await, enter("赵刚").await)
}

async fn desk(street: &Street) -> Person {
    street.town.stranger().signs_in("fuwutai", PASSWORD).await
}

fn wish(street: &Street, official: &str, from: &str) -> Value {
    json!({ "client": street.client, "official": official, "from": from })
}

#[tokio::test]
async fn a_client_has_one_commissioner_at_a_time_and_whoever_came_before_is_found() {
    let street = Street::new().await;
    let (desk, (li, zhao)) = (desk(&street).await, officials(&street).await);
    let first = desk.makes("/api/v1/pairings", wish(&street, &li, "2026-01-01")).await;
    let second = desk.post("/api/v1/pairings", wish(&street, &zhao, "2026-06-01")).await;
    assert!(second.status == 409 && second.detail().contains("李明"), "{}", second.text);
    let end = format!("/api/v1/pairings/{first}/acts/end");
    assert_eq!(desk.post(&end, json!({ "last_day": "2025-12-31" })).await.status, 422);
    assert_eq!(desk.post(&end, json!({ "last_day": "2026-05-31" })).await.status, 204);
    assert_eq!(desk.post(&end, json!({ "last_day": "2026-05-31" })).await.status, 409);
    desk.makes("/api/v1/pairings", wish(&street, &zhao, "2026-06-01")).await;
    for (day, name) in [("2026-05-31", "李明"), ("2026-06-01", "赵刚")] {
        let held = desk.get(&format!("/api/v1/pairings?on={day}")).await.json();
        assert_eq!((held["items"].as_array().unwrap().len(), &held["items"][0]["official_name"]), (1, &json!(name)));
    }
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    assert_eq!(next_door.post("/api/v1/pairings", wish(&street, &li, "2026-07-01")).await.status, 422);
    assert!(next_door.get("/api/v1/pairings").await.json()["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_commissioner_speaks_for_the_paired_client_until_the_pairing_ends() {
    let street = Street::new().await;
    let (desk, (li, _)) = (desk(&street).await, officials(&street).await);
    let id = li.parse::<OfficialId>().unwrap();
    street.town.opens_account_of("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
    let commissioner = street.town.stranger().signs_in("zhuanyuan", PASSWORD).await;
    let demand = json!({ "client": street.client, "category": "0301", "title": "用电", "text": "增容" });
    assert_eq!(commissioner.post("/api/v1/demands", demand.clone()).await.status, 422);
    let pairing = desk.makes("/api/v1/pairings", wish(&street, &li, "2026-01-01")).await;
    let raised = commissioner.makes("/api/v1/demands", demand.clone()).await;
    let shown = commissioner.get(&format!("/api/v1/demands/{raised}")).await.json();
    assert_eq!((&shown["channel"], &shown["acts"]), (&json!("commissioner"), &json!([])));
    let end = format!("/api/v1/pairings/{pairing}/acts/end");
    assert_eq!(desk.post(&end, json!({ "last_day": "2026-11-23" })).await.status, 204);
    assert_eq!(commissioner.get(&format!("/api/v1/demands/{raised}")).await.status, 200, "today it still holds");
    street.town.app.clock().set(crate::town::monday() + Duration::days(1));
    let next_day = street.town.stranger().signs_in("zhuanyuan", PASSWORD).await;
    assert_eq!(next_day.get(&format!("/api/v1/demands/{raised}")).await.status, 404);
    assert_eq!(next_day.post("/api/v1/demands", demand).await.status, 422);
}
