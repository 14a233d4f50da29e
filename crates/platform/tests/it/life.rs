//! Officials and enterprises that move, and the days on which nobody looks after a client.

use crate::bars::{Served, read_as};
use crate::town::{PASSWORD, monday};
use chrono::Duration;
use kernel::Role;
use serde_json::{Value, json};

/// The titles in somebody's inbox.
async fn inbox(who: &crate::town::Person) -> Vec<String> {
    let items = who.get("/api/v1/notifications").await.json()["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

fn names(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["client_name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn who_leaves_office_looks_after_nobody_from_the_day_after_and_those_who_pair_are_told() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    let far = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let leave = format!("/api/v1/officials/{}/acts/leave", served.li);
    assert_eq!(read_as(&group, 1).post(&leave, json!({ "last_day": "2026-11-23" })).await.status, 204);
    town.hears().await;
    let held = street.desk.get(&format!("/api/v1/pairings/{}", served.pairing)).await.json();
    assert_eq!(held["until_day"], json!("2026-11-23"));
    assert_eq!(inbox(&street.desk).await, ["李明已离任，1 家企业（项目）待重新安排"]);
    assert_eq!(inbox(&group).await, ["李明已离任，1 家企业（项目）待重新安排"]);
    assert_eq!(inbox(&street.liaison).await, ["您的服务专员李明已离任，正在安排新的专员"]);
    assert!(inbox(&far).await.is_empty());
    let today = street.desk.get("/api/v1/pairings/unpaired").await.json();
    assert!(names(&today).is_empty(), "on his last day he still does: {today}");
    town.hears().await;
    assert_eq!(inbox(&street.desk).await.len(), 1, "told once");
    town.app.clock().set(monday() + Duration::days(3));
    let desk = town.stranger().signs_in("fuwutai", PASSWORD).await;
    let alone = desk.get("/api/v1/pairings/unpaired").await.json();
    let line = &alone["items"][0];
    assert_eq!((&line["former"], &line["since"], &line["days"]), (&json!("李明"), &json!("2026-11-24"), &json!(3)));
    assert_eq!(
        town.stranger().signs_in("liming", PASSWORD).await.get(&format!("/enterprises/{}", street.client)).await.status,
        404
    );
    let auditor = town.signed_in("shenji", Role::AuditAdmin).await;
    let trail = auditor.get("/api/v1/audit?act=pairing.end").await.json();
    assert_eq!(trail["items"][0]["name"], json!("系统"), "{trail}");
    let page = street.browser("fuwutai").await.get("/pairings/unpaired").await.text;
    assert!(
        page.contains("寿光绿源蔬菜有限公司") && page.contains("2026年11月24日") && page.contains("李明"),
        "{page}"
    );
}

#[tokio::test]
async fn an_enterprise_that_is_merged_keeps_its_demands_and_loses_its_commissioner() {
    let served = Served::new().await;
    let street = &served.street;
    let demand = street.raised().await;
    let salt = served.other_client(2).await;
    let desk = street.browser("fuwutai").await;
    let form = format!("/clients/{}/close", street.client);
    let typed = "last_day=2026-11-23&source=%E5%B8%82%E5%9C%BA%E7%9B%91%E7%AE%A1%E5%B1%80&as_of=2026-11-23&version=1";
    let itself = desk.submits(&form, &format!("{typed}&into={}", street.client)).await;
    assert!(itself.status == 422 && itself.text.contains("请选择另一家仍在册的企业"), "{}", itself.text);
    let version = street.desk.get(&format!("/api/v1/enterprises/{}", street.client)).await.json()["version"].clone();
    let typed = typed.replace("version=1", &format!("version={version}"));
    let closed = desk.submits(&form, &format!("{typed}&into={salt}")).await;
    assert_eq!(closed.status, 303, "{}", closed.text);
    street.town.hears().await;
    let page = desk.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(page.contains("并入") && page.contains("寿光海韵盐业有限公司2（91370783"), "{page}");
    let held = street.desk.get(&format!("/api/v1/pairings/{}", served.pairing)).await.json();
    assert_eq!(held["until_day"], json!("2026-11-23"));
    assert_eq!(street.desk.get(&format!("/api/v1/demands/{demand}")).await.json()["client_id"], json!(street.client));
    // Nobody has to be found for who is gone.
    street.town.app.clock().set(monday() + Duration::days(1));
    let desk = street.town.stranger().signs_in("fuwutai", PASSWORD).await;
    assert_eq!(names(&desk.get("/api/v1/pairings/unpaired").await.json()), ["寿光海韵盐业有限公司2"]);
}

#[tokio::test]
async fn a_move_ends_no_pairing_and_is_told_only_when_a_town_official_no_longer_fits() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    let to =
        |unit: &str, since: &str| json!({ "unit": unit, "title": "副主任", "rank": "section_head", "since": since });
    let path = format!("/api/v1/officials/{}/acts/move", served.li);
    assert_eq!(read_as(&group, 1).post(&path, to(&street.tax_unit, "2026-11-01")).await.status, 204);
    town.hears().await;
    assert!(inbox(&street.desk).await.is_empty(), "within the county nothing changes");
    let office = json!({ "area": "370783109", "kind": "town_office", "name": "侯镇人民政府" });
    let office = group.makes("/api/v1/units", office).await;
    assert_eq!(read_as(&group, 2).post(&path, to(&office, "2026-11-20")).await.status, 204);
    town.hears().await;
    assert_eq!(inbox(&street.desk).await, ["李明（侯镇人民政府）服务的 1 家企业（项目）不在其镇街，请核对是否移交"]);
    let held = street.desk.get(&format!("/api/v1/pairings/{}", served.pairing)).await.json();
    assert!(held["until_day"].is_null(), "{held}");
    let moved = json!({ "area": "370783109", "source": "企业来函", "as_of": "2026-11-20" });
    let version = street.desk.get(&format!("/api/v1/enterprises/{}", street.client)).await.json()["version"].as_i64();
    let change = read_as(&street.desk, version.unwrap());
    assert_eq!(change.send("PATCH", &format!("/api/v1/enterprises/{}", street.client), Some(moved)).await.status, 204);
    town.hears().await;
    assert_eq!(inbox(&street.desk).await.len(), 1, "it came to his town: that is as it should be");
}

#[tokio::test]
async fn days_without_anybody_are_counted_by_county_and_within_ones_reach() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    let salt = served.other_client(2).await;
    let mut neighbour = crate::town::enterprise("诸城新龙食品有限公司", 7);
    neighbour["area"] = json!("370782");
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    next_door.makes("/api/v1/enterprises", neighbour).await;
    for outsider in [&street.liaison, &served.commissioner, &street.power] {
        assert_eq!(outsider.get("/api/v1/pairings/unpaired").await.status, 404);
    }
    let end = format!("/api/v1/pairings/{}/acts/end", served.pairing);
    assert_eq!(read_as(&street.desk, 1).post(&end, json!({ "last_day": "2026-11-24" })).await.status, 204);
    town.app.clock().set(monday() + Duration::days(9));
    let desk = town.stranger().signs_in("fuwutai", PASSWORD).await;
    // Entered on Monday the 23rd, looked at on Wednesday the 2nd: who lost theirs comes first.
    let alone = desk.get("/api/v1/pairings/unpaired").await.json();
    assert_eq!(names(&alone), ["寿光绿源蔬菜有限公司", "寿光海韵盐业有限公司2"]);
    assert_eq!((&alone["items"][0]["days"], &alone["items"][1]["days"]), (&json!(8), &json!(10)));
    let first = desk.get("/api/v1/pairings/unpaired?limit=1").await.json();
    let next =
        desk.get(&format!("/api/v1/pairings/unpaired?limit=1&cursor={}", first["next"].as_str().unwrap())).await.json();
    assert_eq!(names(&next), ["寿光海韵盐业有限公司2"]);
    assert!(next["next"].is_null());
    let counties = desk.get("/api/v1/pairings/unpaired/counties").await.json();
    let only = json!([{ "county": 370_783, "name": "寿光市", "now": 2, "days": 18 }]);
    let said = counties["items"].to_string().replace("\"370783\"", "370783");
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap(), only, "nothing of the county next door");
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    assert_eq!(group.get("/api/v1/pairings/unpaired/counties").await.json()["items"].as_array().unwrap().len(), 2);
    assert_eq!(names(&group.get("/api/v1/pairings/unpaired?area=370782").await.json()), ["诸城新龙食品有限公司"]);
    assert!(names(&desk.get("/api/v1/pairings/unpaired?area=370782").await.json()).is_empty());
    desk.makes("/api/v1/pairings", json!({ "client": salt, "official": served.zhao, "from": "2026-12-02" })).await;
    assert_eq!(names(&desk.get("/api/v1/pairings/unpaired").await.json()), ["寿光绿源蔬菜有限公司"]);
    let page = street.browser("zonghe").await.get("/pairings/unpaired").await.text;
    assert!(page.contains("诸城市") && page.contains("近一年空档天数"), "{page}");
}
