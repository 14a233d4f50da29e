//! Categories: added, renamed and closed by the group of the whole city; what was raised keeps its own.

use super::{county_group, group, text};
use crate::demands::Street;
use serde_json::{Value, json};

const CATEGORIES: &str = "/api/v1/categories";

#[tokio::test]
async fn the_coordination_group_adds_renames_and_closes_a_category_and_the_history_tells_of_it() {
    let street = Street::new().await;
    let group = group(&street).await;
    let raised = street.raised().await;
    let new = json!({ "parent": "03", "name": "充电桩", "reason": "新能源车企业增多" });
    assert_eq!(group.makes(CATEGORIES, new.clone()).await, "0302", "the next free code below its parent");
    let again = group.post(CATEGORIES, new).await;
    assert!(again.status == 422 && again.text.contains("已有“充电桩”（0302）"), "{}", again.text);
    let read = group.clone().with("if-match", "\"1\"");
    let change = async |code: &str, who: &crate::town::Person, wish: Value| {
        who.send("PATCH", &format!("{CATEGORIES}/{code}"), Some(wish)).await
    };
    let renamed = change("0301", &read, json!({ "name": "用电报装", "reason": "按国家目录" })).await;
    assert_eq!(renamed.status, 204, "{}", renamed.text);
    let early = change("03", &read, json!({ "closed": true, "reason": "合并" })).await;
    assert!(early.status == 409 && early.text.contains("下面还有 2 个在用的小类"), "{}", early.text);
    let stale = change("0301", &read, json!({ "closed": true, "reason": "合并" })).await;
    assert_eq!(stale.status, 412, "{}", stale.text);
    let read = group.clone().with("if-match", "\"2\"");
    assert_eq!(change("0301", &read, json!({ "closed": true, "reason": "合并" })).await.status, 204);
    let refused = street.liaison.post("/api/v1/demands", street.wish()).await;
    assert!(refused.status == 422 && refused.text.contains("“用电报装”已停用"), "{}", refused.text);
    assert_eq!(street.shown(&street.desk, &raised).await["category_name"], "用电报装");
    let shown = street.desk.get(&format!("{CATEGORIES}/0301")).await.json();
    let told: Vec<(String, String)> =
        shown["history"].as_array().unwrap().iter().map(|line| (text(&line["act"]), text(&line["reason"]))).collect();
    assert_eq!(told, [("close".into(), "合并".into()), ("rename".into(), "按国家目录".into())]);
    let read = group.with("if-match", "\"3\"");
    assert_eq!(change("0301", &read, json!({ "closed": false, "reason": "恢复" })).await.status, 204);
    assert_eq!(street.liaison.post("/api/v1/demands", street.wish()).await.status, 201);
}

#[tokio::test]
async fn a_county_does_not_change_the_citys_categories_and_a_wrong_one_is_refused() {
    let street = Street::new().await;
    let new = |parent: &str, name: &str| json!({ "parent": parent, "name": name, "reason": "试一试" });
    for who in [&county_group(&street).await, &street.desk, &street.liaison] {
        assert_eq!(who.post(CATEGORIES, new("03", "充电桩")).await.status, 404);
        let read = who.clone().with("if-match", "\"1\"");
        let path = format!("{CATEGORIES}/0301");
        assert_eq!(read.send("PATCH", &path, Some(json!({ "closed": true, "reason": "合并" }))).await.status, 404);
    }
    let group = group(&street).await;
    for (wish, told) in [
        (new("0301", "充电桩"), "只分两级"),
        (new("77", "充电桩"), "没有这个大类"),
        (new("03", " "), "请填写名称"),
        (json!({ "name": "新类", "reason": "" }), "请填写原因"),
    ] {
        let refused = group.post(CATEGORIES, wish).await;
        assert!(refused.status == 422 && refused.text.contains(told), "{told}: {}", refused.text);
    }
    assert_eq!(group.makes(CATEGORIES, json!({ "name": "数据要素", "reason": "新增" })).await, "01");
}
