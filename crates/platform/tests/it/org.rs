//! Units and officials, and who held which post on which day.

use crate::town::{Answer, Person, Town};
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

/// Changes something as whoever read this version.
async fn patches(who: &Person, path: &str, version: i64, change: Value) -> Answer {
    who.clone().with("if-match", &format!("\"{version}\"")).send("PATCH", path, Some(change)).await
}

/// Does an act as whoever read this version.
async fn acts(who: &Person, path: &str, version: i64, wish: Value) -> Answer {
    who.clone().with("if-match", &format!("\"{version}\"")).post(path, wish).await
}

fn told(refused: &Answer) -> (u16, String) {
    (refused.status, refused.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_development_zone_is_added_with_a_code_of_the_sites_own_and_a_wrong_code_is_refused() {
    let town = Town::new().await;
    let group = group(&town).await;
    let zone = json!({ "code": "370791", "parent": "3707", "name": "滨海经济技术开发区" });
    group.makes("/api/v1/areas", zone).await;
    group.makes("/api/v1/areas", json!({ "code": "370791001", "parent": "370791", "name": "央子街道" })).await;
    for (code, parent, name, field) in [
        ("370791", "3707", "另一个区", "code"),
        ("370791002", "3707", "某街道", "code"),
        ("370791", "370783001", "某村", "parent"),
        ("370792", "9999", "某区", "parent"),
        ("370792", "3707", " ", "name"),
    ] {
        let refused = group.post("/api/v1/areas", json!({ "code": code, "parent": parent, "name": name })).await;
        assert_eq!(told(&refused), (422, field.to_owned()), "{}", refused.text);
    }
    let shown = group.get("/api/v1/areas/370791").await.json();
    assert_eq!((shown["level"].as_str(), shown["below"][0]["name"].as_str()), (Some("county"), Some("央子街道")));
    let county = town.signed_in_at("shouguang", Role::Coordination, SHOUGUANG).await;
    let beyond = county.post("/api/v1/areas", json!({ "code": "370792", "parent": "3707", "name": "峡山区" })).await;
    assert_eq!(told(&beyond), (422, "parent".to_owned()), "{}", beyond.text);
}

#[tokio::test]
async fn an_area_is_renamed_once_by_whoever_read_it_and_keeps_its_former_name() {
    let town = Town::new().await;
    let group = group(&town).await;
    let path = "/api/v1/areas/370783001";
    let new = json!({ "name": "圣城新街道", "since": "2026-10-01" });
    assert_eq!(group.send("PATCH", path, Some(new.clone())).await.status, 428);
    assert_eq!(patches(&group, path, 1, new.clone()).await.status, 204);
    assert_eq!(patches(&group, path, 1, new).await.status, 412, "somebody was first");
    let shown = group.get(path).await.json();
    assert_eq!(shown["name"], "圣城新街道");
    assert_eq!(shown["former_names"], json!([{ "name": "圣城街道", "until_day": "2026-09-30" }]));
    for (name, since, field) in
        [("圣城新街道", "2026-10-02", "name"), ("又一名", "2026-09-01", "since"), ("又一名", "2027-01-01", "since")]
    {
        let refused = patches(&group, path, 2, json!({ "name": name, "since": since })).await;
        assert_eq!(told(&refused), (422, field.to_owned()), "{}", refused.text);
    }
    let neighbour = town.signed_in_at("zhucheng", Role::Coordination, "/3707/370782/").await;
    assert_eq!(patches(&neighbour, path, 2, json!({ "name": "别人改的" })).await.status, 404);
}

#[tokio::test]
async fn a_renamed_unit_is_found_under_its_new_name_and_was_called_otherwise_on_a_day_before() {
    let town = Town::new().await;
    let group = group(&town).await;
    let bureau = group.makes("/api/v1/units", unit("370783", "寿光市经信局")).await;
    group.makes("/api/v1/units", unit("370783", "寿光市财政局")).await;
    let path = format!("/api/v1/units/{bureau}");
    let change = json!({ "name": "寿光市工信局", "since": "2026-06-01", "phone": "0536-5221234" });
    assert_eq!(patches(&group, &path, 1, change).await.status, 204);
    let on = async |day: &str| group.get(&format!("{path}?on={day}")).await.json()["name_on_day"].clone();
    assert_eq!((on("2026-05-31").await, on("2026-06-01").await), (json!("寿光市经信局"), json!("寿光市工信局")));
    for (change, field) in [
        (json!({ "name": "寿光市财政局" }), "name"),
        (json!({ "phone": "13805361234" }), "phone"),
        (json!({ "name": "寿光市工业局", "since": "2026-05-01" }), "since"),
    ] {
        assert_eq!(told(&patches(&group, &path, 2, change).await), (422, field.to_owned()));
    }
    assert_eq!(patches(&group, &path, 2, json!({ "phone": null })).await.status, 204, "a number may be taken away");
    let shown = group.get(&path).await.json();
    assert_eq!((shown["name"].as_str(), shown["phone"].clone()), (Some("寿光市工信局"), Value::Null));
}

#[tokio::test]
async fn a_unit_closes_only_when_nobody_holds_a_post_in_it_and_then_is_in_no_list_unless_asked_for() {
    let town = Town::new().await;
    let group = group(&town).await;
    let bureau = group.makes("/api/v1/units", unit("370783", "寿光市工信局")).await;
    let official = group.makes("/api/v1/officials", li(&bureau)).await;
    let close = format!("/api/v1/units/{bureau}/acts/close");
    let refused = acts(&group, &close, 1, json!({ "last_day": "2026-10-31" })).await;
    assert_eq!(refused.status, 409);
    assert!(refused.detail().contains("还有 1 名干部任职"), "{}", refused.text);
    let leave = format!("/api/v1/officials/{official}/acts/leave");
    assert_eq!(acts(&group, &leave, 1, json!({ "last_day": "2026-12-01" })).await.status, 422, "a day ahead");
    assert_eq!(acts(&group, &leave, 1, json!({ "last_day": "2026-10-31" })).await.status, 204);
    assert_eq!(acts(&group, &close, 1, json!({ "last_day": "2026-10-30" })).await.status, 409, "a day too early");
    assert_eq!(acts(&group, &close, 1, json!({ "last_day": "2026-10-31" })).await.status, 204);
    assert_eq!(acts(&group, &close, 2, json!({ "last_day": "2026-10-31" })).await.status, 409, "it is closed");
    assert_eq!(names(&group.get("/api/v1/units").await.json()).len(), 0);
    assert_eq!(names(&group.get("/api/v1/units?closed=true").await.json()), ["寿光市工信局"]);
    assert_eq!(group.post("/api/v1/officials", li(&bureau)).await.status, 422, "nobody enters a closed unit");
    let ended = group.get(&format!("/api/v1/units/{bureau}/posts/ended")).await.json();
    assert_eq!(
        (ended["items"][0]["title"].as_str(), ended["items"][0]["rank"].as_str()),
        (Some("科长"), Some("section_head"))
    );
}

#[tokio::test]
async fn units_are_listed_down_the_area_tree_page_after_page() {
    let town = Town::new().await;
    let group = group(&town).await;
    for (area, name) in [
        ("370783109", "侯镇人民政府"),
        ("370783", "寿光市工信局"),
        ("3707", "潍坊市工信局"),
        ("370783", "寿光市财政局"),
    ] {
        group.makes("/api/v1/units", unit(area, name)).await;
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/units?sort=area&limit=1".to_owned();
    loop {
        let page = group.get(&path).await.json();
        seen.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/units?sort=area&limit=1&cursor={next}");
    }
    assert_eq!(seen, ["潍坊市工信局", "寿光市工信局", "寿光市财政局", "侯镇人民政府"]);
    assert_eq!(names(&group.get("/api/v1/units?level=town").await.json()), ["侯镇人民政府"]);
    assert_eq!(group.get("/api/v1/units?sort=size").await.status, 400);
    let other_list = group.get("/api/v1/units?limit=1").await.json()["next"].as_str().unwrap().to_owned();
    assert_eq!(group.get(&format!("/api/v1/units?sort=area&cursor={other_list}")).await.status, 400);
}

#[tokio::test]
async fn what_was_entered_wrongly_of_an_official_is_corrected_and_a_post_shows_its_rank_of_then() {
    let town = Town::new().await;
    let group = group(&town).await;
    let bureau = group.makes("/api/v1/units", unit("370783", "寿光市工信局")).await;
    let official = group.makes("/api/v1/officials", li(&bureau)).await;
    let path = format!("/api/v1/officials/{official}");
    let to = json!({ "unit": bureau, "title": "副局长", "rank": "county_deputy", "since": "2026-06-01" });
    assert_eq!(acts(&group, &format!("{path}/acts/move"), 1, to).await.status, 204);
    let change = json!({ "name": "李铭", "title": "党组成员、副局长", "mobile": null });
    assert_eq!(patches(&group, &path, 2, change).await.status, 204);
    assert_eq!(patches(&group, &path, 3, json!({ "title": " " })).await.status, 422);
    let shown = group.get(&path).await.json();
    assert_eq!((shown["name"].as_str(), shown["mobile"].clone()), (Some("李铭"), Value::Null));
    assert_eq!(shown["title"], "党组成员、副局长");
    let posts: Vec<_> =
        shown["posts"].as_array().unwrap().iter().map(|post| (post["title"].as_str(), post["rank"].as_str())).collect();
    assert_eq!(posts, [(Some("党组成员、副局长"), Some("county_deputy")), (Some("科长"), Some("section_head"))]);
    let listed = group.get("/api/v1/officials?area=370783&rank=county_deputy").await.json();
    assert_eq!(
        (names(&listed), listed["items"][0]["title"].as_str()),
        (vec!["李铭".to_owned()], Some("党组成员、副局长"))
    );
    assert_eq!(names(&group.get("/api/v1/officials?area=370782").await.json()).len(), 0);
    let neighbour = town.signed_in_at("zhucheng", Role::Coordination, "/3707/370782/").await;
    assert_eq!(patches(&neighbour, &path, 3, json!({ "name": "别人改的" })).await.status, 404);
    assert_eq!(neighbour.get(&path).await.status, 200, "but every colleague may look");
}

#[tokio::test]
async fn a_picker_finds_a_unit_and_an_official_by_several_words_and_offers_nothing_to_an_enterprise() {
    let town = Town::new().await;
    let group = group(&town).await;
    let bureau = group.makes("/api/v1/units", unit("370783", "寿光市自然资源和规划局")).await;
    let other = group.makes("/api/v1/units", unit("370782", "诸城市自然资源和规划局")).await;
    group.makes("/api/v1/officials", li(&bureau)).await;
    group
        .makes(
            "/api/v1/officials",
            json!({ "unit": other, "name": "王芳", "rank": "county_deputy", "title": "局长", "since": "2025-03-01" }),
        )
        .await;
    let finds = async |path: &str| {
        let found = group.get(path).await.text;
        ["寿光市自然资源和规划局", "诸城市自然资源和规划局", "李明", "王芳"]
            .map(|name| found.contains(&format!(">{name}<")))
    };
    let natural = "%E8%87%AA%E7%84%B6%E8%B5%84%E6%BA%90"; // 自然资源
    assert_eq!(finds(&format!("/pick/units?q={natural}")).await, [true, true, false, false]);
    assert_eq!(
        finds(&format!("/pick/units?q=%E5%AF%BF%E5%85%89%20{natural}")).await,
        [true, false, false, false],
        "寿光"
    );
    assert_eq!(
        finds(&format!("/pick/officials?q={natural}%20%E5%B1%80%E9%95%BF")).await,
        [false, false, false, true],
        "局长"
    );
    assert_eq!(finds("/pick/officials?q=%E6%9D%8E%E6%98%8E").await, [false, false, true, false], "李明");
    assert_eq!(finds("/pick/officials?q=%25").await, [false, false, true, true], "a sign of LIKE means nothing");
    let liaison = town.signed_in("qiye", Role::Liaison).await;
    for path in ["/pick/units?q=", "/pick/officials?q=", "/api/v1/officials", "/api/v1/areas/370783/group-members"] {
        assert_eq!(liaison.get(path).await.status, 404, "{path}");
    }
}
