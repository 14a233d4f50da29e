//! An adjustment touches whom something has upset, shows what more changes would bring, and leaves everybody else alone.

use super::{World, read_as, wish};
use crate::town::Person;
use serde_json::{Value, json};

#[tokio::test]
async fn when_a_commissioner_leaves_only_their_clients_get_another_and_all_others_keep_theirs() {
    let world = World::new().await;
    let unit = world.city.get(&format!("/api/v1/officials/{}", world.officials[0])).await.json()["unit_id"].clone();
    let new = json!({ "unit": unit, "name": "孙丽", "rank": "section_head", "title": "副局长", "since": "2026-11-01" });
    world.city.makes("/api/v1/officials", new).await;
    let mut today = wish("370783");
    today["first_day"] = json!("2026-11-23");
    let full = world.desk.makes("/api/v1/pairing-rounds", today).await;
    let act = |round: &str, act: &str| format!("/api/v1/pairing-rounds/{round}/acts/{act}");
    assert_eq!(read_as(&world.desk, 1).post(&act(&full, "plan"), json!({})).await.status, 200);
    let published = read_as(&world.desk, 3).post(&act(&full, "publish"), json!({})).await;
    assert_eq!(published.status, 200, "{}", published.text);
    let held = async |day: &str| -> Vec<(String, String, Value)> {
        let all = world.desk.get(&format!("/api/v1/pairings?on={day}")).await.json();
        let told = |item: &Value| {
            let text = |key: &str| item[key].as_str().unwrap().to_owned();
            (text("client_name"), text("official_name"), item["round_id"].clone())
        };
        let mut held: Vec<_> = all["items"].as_array().unwrap().iter().map(told).collect();
        held.sort_by(|one, other| one.0.cmp(&other.0));
        held
    };
    let before = held("2026-11-23").await;
    assert_eq!(before.len(), 7);
    let path = format!("/api/v1/officials/{}/acts/leave", world.officials[1]);
    let left = read_as(&world.city, 1).post(&path, json!({ "last_day": "2026-11-22" })).await;
    assert_eq!(left.status, 204, "{}", left.text);
    world.town.hears().await;
    let mut adjustment = wish("370783");
    (adjustment["kind"], adjustment["name"]) = (json!("adjustment"), json!("刘洋离任后的调整"));
    let round = world.desk.makes("/api/v1/pairing-rounds", adjustment).await;
    let planned = read_as(&world.desk, 1).post(&act(&round, "plan"), json!({})).await.json();
    let his = before.iter().filter(|pair| pair.1 == "刘洋").count();
    assert_eq!((&planned["state"], &planned["touched_count"]), (&json!("review"), &json!(his)), "{planned}");
    assert_eq!(planned["points"][0]["changed"], 0, "the first point touches nobody else: {planned}");
    let browser = Person::opens_a_browser(world.town.router.clone(), "fuwutai").await;
    let page = browser.get(&format!("/pairing-rounds/{round}")).await.text;
    assert!(page.contains("哪些受影响，为什么") && page.contains("少换人，还是更合适"), "{page}");
    let published = read_as(&world.desk, 3).post(&act(&round, "publish"), json!({})).await;
    assert_eq!((published.status, &published.json()["kept"]), (200, &json!(7 - his)), "{}", published.text);
    let after = held("2026-12-01").await;
    for (client, official, by) in &before {
        let now = after.iter().find(|pair| pair.0 == *client);
        match official.as_str() {
            "刘洋" => assert!(now.is_none_or(|now| now.1 != "刘洋" && now.2 == json!(round)), "{client}"),
            _ => assert_eq!(now, Some(&(client.clone(), official.clone(), by.clone())), "nothing upset it"),
        }
    }
    let state = world.desk.get(&format!("/api/v1/pairing-rounds/{full}")).await.json()["state"].clone();
    assert_eq!(state, "published", "an adjustment takes the place of no full round");
}
