//! Units and officials, and who held which post on which day.

use crate::town::{Person, Town};
use kernel::Role;
use serde_json::{Value, json};

const SHOUGUANG: &str = "/3707/370783/";

async fn group(town: &Town) -> Person {
    town.signed_in("zhang", Role::Coordination).await
}

fn unit(area: &str, name: &str) -> Value {
    json!({ "area": area, "kind": "economic_department", "name": name })
}

fn li(unit: &str) -> Value {
    json!({ "unit": unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01", "mobile": "138 0536 1234" })
}

fn names(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_area_tree_is_there_for_every_colleague_and_for_no_enterprise() {
    let town = Town::new().await;
    let colleague = town.signed_in_at("wang", Role::Handler, SHOUGUANG).await;
    let areas = colleague.get("/api/v1/areas").await.json();
    assert_eq!(names(&areas), ["潍坊市", "诸城市", "寿光市", "圣城街道", "侯镇"]);
    assert_eq!(areas["items"][3]["id"], "370783001");
    assert_eq!(town.signed_in("qiye", Role::Liaison).await.get("/api/v1/areas").await.status, 404);
    assert_eq!(town.stranger().get("/api/v1/areas").await.status, 401);
}

#[tokio::test]
async fn a_unit_is_found_by_area_by_kind_and_by_name_page_after_page() {
    let town = Town::new().await;
    let group = group(&town).await;
    for (area, name) in [("370783", "寿光市工信局"), ("370783001", "圣城街道办事处"), ("370782", "诸城市工信局")]
    {
        group.makes("/api/v1/units", unit(area, name)).await;
    }
    assert_eq!(names(&group.get("/api/v1/units?area=370783").await.json()), ["圣城街道办事处", "寿光市工信局"]);
    assert_eq!(names(&group.get("/api/v1/units?q=%E5%B7%A5%E4%BF%A1").await.json()).len(), 2, "工信");
    assert_eq!(names(&group.get("/api/v1/units?kind=university").await.json()).len(), 0);
    let mut seen = Vec::new();
    let mut path = "/api/v1/units?limit=1".to_owned();
    loop {
        let page = group.get(&path).await.json();
        seen.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/units?limit=1&cursor={next}");
    }
    assert_eq!(seen, ["圣城街道办事处", "寿光市工信局", "诸城市工信局"]);
    assert_eq!(group.get("/api/v1/units?cursor=x").await.status, 400);
    assert_eq!(group.get("/api/v1/units?limit=1000").await.status, 400);
}

#[tokio::test]
async fn a_group_founds_units_in_its_own_area_only_and_each_name_once() {
    let town = Town::new().await;
    let group = town.signed_in_at("zhang", Role::Coordination, SHOUGUANG).await;
    group.makes("/api/v1/units", unit("370783109", "侯镇人民政府")).await;
    for (new, field) in [
        (unit("370783109", "侯镇人民政府"), "name"),
        (unit("370783109", "  "), "name"),
        (unit("370782", "诸城市工信局"), "area"),
        (unit("999999", "某局"), "area"),
    ] {
        let refused = group.post("/api/v1/units", new).await;
        assert_eq!(
            (refused.status, refused.json()["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
    assert_eq!(group.post("/api/v1/units", unit("Weifang", "某局")).await.status, 400);
}

#[tokio::test]
async fn whoever_held_a_post_on_a_day_is_found_after_a_move_and_after_leaving() {
    let town = Town::new().await;
    let group = group(&town).await;
    let bureau = group.makes("/api/v1/units", unit("370783", "寿光市工信局")).await;
    let finance = group.makes("/api/v1/units", unit("370783", "寿光市财政局")).await;
    let official = group.makes("/api/v1/officials", li(&bureau)).await;
    let acts = format!("/api/v1/officials/{official}/acts");
    let to = json!({ "unit": finance, "title": "副局长", "rank": "county_deputy", "since": "2026-06-01" });
    assert_eq!(group.post(&format!("{acts}/move"), to.clone()).await.status, 428, "which version?");
    let reader = group.clone().with("if-match", "\"1\"");
    assert_eq!(reader.post(&format!("{acts}/move"), to.clone()).await.status, 204);
    assert_eq!(reader.post(&format!("{acts}/move"), to).await.status, 412, "somebody was first");
    let leaver = group.clone().with("if-match", "\"2\"");
    assert_eq!(leaver.post(&format!("{acts}/leave"), json!({ "last_day": "2026-10-31" })).await.status, 204);

    let holds = async |unit: &str, day: &str| {
        let posts = group.get(&format!("/api/v1/units/{unit}/posts?on={day}")).await.json();
        posts["items"][0]["title"].as_str().unwrap_or("nobody").to_owned()
    };
    assert_eq!(holds(&bureau, "2025-02-28").await, "nobody");
    assert_eq!(holds(&bureau, "2025-03-01").await, "科长");
    assert_eq!(holds(&bureau, "2026-05-31").await, "科长");
    assert_eq!(holds(&bureau, "2026-06-01").await, "nobody");
    assert_eq!(holds(&finance, "2026-10-31").await, "副局长");
    assert_eq!(holds(&finance, "2026-11-01").await, "nobody");
    assert_eq!(names(&group.get("/api/v1/officials").await.json()).len(), 0, "who has left is in no list of today");
    assert_eq!(group.get(&format!("/api/v1/officials/{official}")).await.json()["posts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_move_that_makes_no_sense_is_refused_and_nothing_is_half_done() {
    let town = Town::new().await;
    let group = group(&town).await;
    let bureau = group.makes("/api/v1/units", unit("370783", "寿光市工信局")).await;
    let elsewhere = group.makes("/api/v1/units", unit("370782", "诸城市工信局")).await;
    let official = group.makes("/api/v1/officials", li(&bureau)).await;
    let reader = group.clone().with("if-match", "\"1\"");
    for (unit, since, field) in [(&bureau, "2025-03-01", "since"), (&elsewhere, "2026-06-01", "unit")] {
        let to = json!({ "unit": unit, "title": "副局长", "rank": "county_deputy", "since": since });
        let refused = reader.post(&format!("/api/v1/officials/{official}/acts/move"), to).await;
        assert_eq!(
            (refused.status, refused.json()["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
    let early =
        reader.post(&format!("/api/v1/officials/{official}/acts/leave"), json!({ "last_day": "2025-02-01" })).await;
    assert_eq!((early.status, early.json()["errors"][0]["field"].as_str()), (422, Some("last_day")), "{}", early.text);
    let shown = group.get(&format!("/api/v1/officials/{official}")).await;
    assert_eq!((shown.json()["version"].as_i64(), shown.headers["etag"].to_str().unwrap()), (Some(1), "\"1\""));
    assert_eq!(shown.json()["mobile"], "138****1234", "a number is shown masked");
}
