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

/// The person, having read this version.
fn read_as(who: &Person, version: i64) -> Person {
    who.clone().with("if-match", &format!("\"{version}\""))
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
    let (first_read, read_again) = (read_as(&desk, 1), read_as(&desk, 2));
    assert_eq!(desk.post(&end, json!({ "last_day": "2026-05-31" })).await.status, 428, "which version?");
    assert_eq!(first_read.post(&end, json!({ "last_day": "2025-12-31" })).await.status, 422);
    assert_eq!(first_read.post(&end, json!({ "last_day": "2026-05-31" })).await.status, 204);
    assert_eq!(first_read.post(&end, json!({ "last_day": "2026-05-31" })).await.status, 412, "somebody was first");
    assert_eq!(read_again.post(&end, json!({ "last_day": "2026-05-31" })).await.status, 409);
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
    assert_eq!((&shown["channel"], &shown["acts"]), (&json!("commissioner"), &json!(["escalate", "note"])));
    let end = format!("/api/v1/pairings/{pairing}/acts/end");
    assert_eq!(read_as(&desk, 1).post(&end, json!({ "last_day": "2026-11-23" })).await.status, 204);
    assert_eq!(commissioner.get(&format!("/api/v1/demands/{raised}")).await.status, 200, "today it still holds");
    street.town.app.clock().set(crate::town::monday() + Duration::days(1));
    let next_day = street.town.stranger().signs_in("zhuanyuan", PASSWORD).await;
    assert_eq!(next_day.get(&format!("/api/v1/demands/{raised}")).await.status, 404);
    assert_eq!(next_day.post("/api/v1/demands", demand).await.status, 422);
}

#[tokio::test]
async fn a_client_goes_over_to_another_commissioner_in_one_act_without_a_day_between() {
    let street = Street::new().await;
    let (desk, (li, zhao)) = (desk(&street).await, officials(&street).await);
    let first = desk.makes("/api/v1/pairings", wish(&street, &li, "2026-01-01")).await;
    let path = format!("/api/v1/pairings/{first}/acts/hand-over");
    let to = |official: &str, from: &str| json!({ "official": official, "from": from });
    assert_eq!(desk.post(&path, to(&zhao, "2026-12-01")).await.status, 428);
    let read = read_as(&desk, 1);
    for (wish, field) in
        [(to(&li, "2026-12-01"), "official"), (to(&zhao, "2026-01-01"), "from"), (to(&first, "2026-12-01"), "official")]
    {
        let refused = read.post(&path, wish).await;
        assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (422, &json!(field)), "{}", refused.text);
    }
    let held = desk.get(&format!("/api/v1/pairings/{first}")).await.json();
    assert!(held["until_day"].is_null(), "a refused act changes nothing: {held}");
    assert_eq!(read.post(&path, to(&zhao, "2026-12-01")).await.status, 201);
    assert_eq!(read.post(&path, to(&zhao, "2026-12-02")).await.status, 412);
    let all = desk.get(&format!("/api/v1/pairings?client={}", street.client)).await.json();
    let told = |item: &Value| [item["official_name"].clone(), item["from_day"].clone(), item["until_day"].clone()];
    assert_eq!(told(&all["items"][0]), [json!("赵刚"), json!("2026-12-01"), Value::Null]);
    assert_eq!(told(&all["items"][1]), [json!("李明"), json!("2026-01-01"), json!("2026-11-30")]);
    let next_door = read_as(&street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await, 2);
    assert_eq!(next_door.post(&path, to(&li, "2027-01-01")).await.status, 404);
    assert_eq!(next_door.get(&format!("/api/v1/pairings/{first}")).await.status, 404);
}

#[tokio::test]
async fn the_list_of_pairings_is_cut_by_area_and_unit_and_stays_within_ones_own() {
    let street = Street::new().await;
    let (desk, (li, zhao)) = (desk(&street).await, officials(&street).await);
    let mut far = crate::town::enterprise("寿光海韵盐业有限公司", 2);
    far["area"] = json!("370783109");
    let far = desk.makes("/api/v1/enterprises", far).await;
    desk.makes("/api/v1/pairings", wish(&street, &li, "2026-01-01")).await;
    desk.makes("/api/v1/pairings", json!({ "client": far, "official": zhao, "from": "2026-02-01" })).await;
    let clients = async |who: &Person, query: &str| {
        let items = who.get(&format!("/api/v1/pairings?{query}")).await.json()["items"].clone();
        items
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["client_name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let (near, salt) = ("寿光绿源蔬菜有限公司".to_owned(), "寿光海韵盐业有限公司".to_owned());
    assert_eq!(clients(&desk, "area=370783").await, [salt.clone(), near.clone()]);
    assert_eq!(clients(&desk, "area=370783001").await, [near.as_str()]);
    assert_eq!(clients(&desk, "area=3707&on=2026-01-15").await, [near.as_str()]);
    assert_eq!(clients(&desk, &format!("unit={}", street.power_unit)).await.len(), 2);
    assert!(clients(&desk, &format!("unit={li}")).await.is_empty());
    let unpaired = "/api/v1/enterprises?paired=false";
    assert!(desk.get(unpaired).await.json()["items"].as_array().unwrap().is_empty());
    let earlier = desk.get(&format!("{unpaired}&on=2026-01-15")).await.json();
    assert_eq!((earlier["items"].as_array().unwrap().len(), &earlier["items"][0]["name"]), (1, &json!(salt)));
    let town = street.town.signed_in_at("houzhen", Role::AreaDesk, "/3707/370783/370783109/").await;
    assert_eq!(clients(&town, "").await, [salt]);
    let neighbour = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    assert!(clients(&neighbour, "area=370783").await.is_empty());
}

#[tokio::test]
async fn one_leads_for_a_client_and_another_may_assist() {
    let street = Street::new().await;
    let (desk, (li, zhao)) = (desk(&street).await, officials(&street).await);
    desk.makes("/api/v1/pairings", wish(&street, &li, "2026-01-01")).await;
    let assisting = |official: &str| {
        let mut wish = wish(&street, official, "2026-01-01");
        wish["part"] = json!("assist");
        wish
    };
    let twice = desk.post("/api/v1/pairings", assisting(&li)).await;
    assert!(twice.status == 409 && twice.detail().contains("李明已经联系包靠"), "{}", twice.text);
    desk.makes("/api/v1/pairings", assisting(&zhao)).await;
    let shown = street.browser("fuwutai").await.get(&format!("/enterprises/{}", street.client)).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let shown = shown.text;
    let (lead, assistant) = (shown.find("李明").unwrap(), shown.find("赵刚").unwrap());
    assert!(lead < assistant && shown.contains("起协助联系"), "who leads comes first");
}
