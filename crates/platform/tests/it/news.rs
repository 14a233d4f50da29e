//! Who hears of what: the inbox after each step, the counts of open pages, and that nobody hears what is not theirs.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, enterprise};
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use serde_json::{Value, json};

async fn beat(street: &Street) {
    street.town.hears().await;
}

/// Does an act that must succeed, a minute after what came before.
async fn goes(street: &Street, who: &Person, demand: &str, act: &str, body: Value) {
    let clock = street.town.app.clock();
    clock.set(clock.now() + chrono::Duration::minutes(1));
    street.goes(who, demand, act, body).await;
}

/// The titles in somebody's inbox, the unread first, the newest first.
async fn inbox(who: &Person) -> Vec<String> {
    let answer = who.get("/api/v1/notifications").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

/// The street's client gets a commissioner.
async fn commissioner(street: &Street) -> Person {
    let group = street.town.stranger().signs_in("zonghe", PASSWORD).await;
    let new = json!({ "unit": street.power_unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let official = group.makes("/api/v1/officials", new).await;
    let pairing = json!({ "client": street.client, "official": official, "from": "2026-01-01" });
    street.desk.makes("/api/v1/pairings", pairing).await;
    let id = official.parse::<OfficialId>().unwrap();
    street.town.opens_account_of("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
    street.town.stranger().signs_in("zhuanyuan", PASSWORD).await
}

#[tokio::test]
async fn each_step_is_told_to_those_whom_it_concerns_and_never_to_who_took_it() {
    let street = Street::new().await;
    let paired = commissioner(&street).await;
    let demand = street.raised().await;
    beat(&street).await;
    assert_eq!(inbox(&street.desk).await, ["新诉求，等您受理"]);
    assert_eq!(inbox(&paired).await, ["您服务的企业提交了诉求"]);
    assert!(inbox(&street.liaison).await.is_empty(), "who raised it knows");

    goes(&street, &street.desk, &demand, "accept", json!({})).await;
    goes(&street, &street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    beat(&street).await;
    assert_eq!(inbox(&street.power).await, ["新交办的诉求，等您签收"]);
    assert_eq!(inbox(&street.liaison).await, ["诉求已交寿光市供电公司办理", "诉求已受理"]);
    assert_eq!(inbox(&street.desk).await.len(), 1, "their own acts are no news to them");

    goes(&street, &street.power, &demand, "sign", json!({})).await;
    let reply = json!({ "outcome": "solved", "text": "已送电。" });
    goes(&street, &street.power, &demand, "reply", reply).await;
    goes(&street, &street.liaison, &demand, "confirm", json!({ "rating": "dissatisfied" })).await;
    beat(&street).await;
    assert_eq!(inbox(&street.liaison).await[0], "诉求已有答复，请您确认");
    assert_eq!(inbox(&street.power).await[0], "企业已评价：不满意");
    assert_eq!(inbox(&street.desk).await[0], "企业对办理结果不满意");
    assert_eq!(inbox(&paired).await.len(), 5);
    beat(&street).await;
    assert_eq!(inbox(&paired).await.len(), 5, "nothing is told twice");
}

#[tokio::test]
async fn nobody_hears_of_what_they_may_not_open() {
    let street = Street::new().await;
    let town = &street.town;
    let city = town.signed_in("shi-fuwutai", Role::AreaDesk).await;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let admin = town.signed_in("xitong", Role::SystemAdmin).await;
    let other = street.desk.makes("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 2)).await;
    town.opens_account_for("bieren", Role::Liaison, Reach::Clients(vec![other.parse().unwrap()])).await;
    let rival = town.stranger().signs_in("bieren", PASSWORD).await;
    let paired = commissioner(&street).await;
    let demand = street.raised().await;
    goes(&street, &street.desk, &demand, "accept", json!({})).await;
    goes(&street, &street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    let object = json!({ "ground": "not_duty", "text": "不属于供电职责。" });
    goes(&street, &street.power, &demand, "object", object).await;
    let rule = json!({ "unit": street.power_unit, "granted": true, "text": "确不属于其职责。" });
    goes(&street, &street.desk, &demand, "rule", rule).await;
    beat(&street).await;
    assert!(inbox(&street.power).await.is_empty(), "freed before the news came: no longer theirs to open");
    for who in [&street.tax, &next_door, &rival, &admin] {
        assert!(inbox(who).await.is_empty());
    }
    assert!(inbox(&city).await.is_empty(), "the county's own desk answers first");
    assert_eq!(inbox(&street.desk).await[0], "寿光市供电公司提出派单异议，请当日裁定");
    for who in [&street.liaison, &paired] {
        assert!(!inbox(who).await.iter().any(|title| title.contains("异议")), "between unit and desk");
    }
    for who in [&street.desk, &street.liaison, &paired] {
        for item in who.get("/api/v1/notifications").await.json()["items"].as_array().unwrap() {
            let page = item["link"].as_str().unwrap();
            assert_eq!(who.get(&format!("/api/v1{page}")).await.status, 200, "{page}");
        }
    }
}

#[tokio::test]
async fn an_inbox_is_read_by_its_owner_alone_and_opening_a_notice_or_its_demand_marks_it() {
    let street = Street::new().await;
    for _ in 0..3 {
        street.raised().await;
    }
    beat(&street).await;
    let first = street.desk.get("/api/v1/notifications?limit=2").await.json();
    let id = first["items"][0]["id"].as_str().unwrap().to_owned();
    let next = first["next"].as_str().unwrap();
    let rest = street.desk.get(&format!("/api/v1/notifications?cursor={next}")).await.json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(street.power.post(&format!("/api/v1/notifications/{id}/acts/read"), json!({})).await.status, 404);
    let power = street.browser("gongdian").await;
    assert_eq!(power.get(&format!("/notices/{id}")).await.status, 404);

    let desk = street.browser("fuwutai").await;
    assert!(desk.get("/").await.text.contains("data-live-count=\"/notices\">3<"));
    let opened = desk.get(&format!("/notices/{id}")).await;
    assert!(opened.status == 303 && opened.place().starts_with("/demands/"), "{}", opened.place());
    desk.get(first["items"][1]["link"].as_str().unwrap()).await;
    let unread = street.desk.get("/api/v1/notifications?unread=true").await.json();
    assert_eq!(unread["items"].as_array().unwrap().len(), 1);
    let all: Vec<Value> = street.desk.get("/api/v1/notifications").await.json()["items"].as_array().unwrap().clone();
    let read: Vec<bool> = all.iter().map(|item| !item["read_at"].is_null()).collect();
    assert_eq!(read, [false, true, true], "the unread first");
    assert!(desk.submits("/notices/read", "").await.place() == "/notices");
    assert!(
        desk.get("/notices").await.text.contains("已将 1 条消息标为已读") || desk.get("/notices").await.status == 200
    );
    assert!(inbox(&street.desk).await.len() == 3 && inbox(&street.power).await.is_empty());
    assert!(power.get("/notices").await.text.contains("还没有消息"));
}

#[tokio::test]
async fn what_happened_long_ago_is_no_news() {
    let street = Street::new().await;
    street.raised().await;
    street.town.app.clock().set(crate::town::monday() + chrono::Duration::days(8));
    beat(&street).await;
    let desk = street.town.stranger().signs_in("fuwutai", PASSWORD).await;
    assert!(inbox(&desk).await.is_empty());
}

#[tokio::test]
async fn an_open_page_is_told_its_counts_until_the_person_leaves_or_the_node_stops() {
    let street = Street::new().await;
    let mut page = street.desk.listens("/live").await;
    let counts = |told: Option<String>| -> Value {
        serde_json::from_str(told.unwrap().trim_start_matches("data: ").trim()).unwrap()
    };
    let first = counts(page.hears().await);
    assert_eq!((&first["/demands"], &first["/notices"]), (&json!(0), &json!(0)));
    street.raised().await;
    beat(&street).await;
    let mut then = counts(page.hears().await);
    // The demand may be told of before the news of it is.
    if then["/notices"] == json!(0) {
        then = counts(page.hears().await);
    }
    assert_eq!((&then["/demands"], &then["/notices"]), (&json!(1), &json!(1)));
    street.town.app.pulse.stop();
    assert!(page.hears().await.is_none(), "it ends by itself");
    assert_eq!(street.town.stranger().get("/live").await.status, 401);
}

#[tokio::test]
async fn one_person_may_keep_only_a_few_pages_listening() {
    let street = Street::new().await;
    let mut pages = Vec::new();
    for _ in 0..5 {
        pages.push(street.desk.listens("/live").await);
    }
    assert_eq!(street.desk.get("/live").await.status, 429);
    assert!(street.power.listens("/live").await.hears().await.is_some(), "others are not kept out");
}
